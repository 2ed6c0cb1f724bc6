"""Distances of points to walls and to the decision boundary, against brute force, in three norms."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates import verify
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Feasible, Optimal
from exactgeom.partition import cell_projection
from exactgeom.partition.cell_at import cell_at
from exactgeom.partition.cell_distances import length, plane_distance, set_distance
from exactgeom.partition.cell_projection import project
from exactgeom.testkit.strategies import networks
from tests.partition.plain import dot
from tests.polyhedra.cuts import examples

NORMS = (1, 2, "inf")


@st.composite
def cases(draw: Any) -> tuple[LinearProgram, tuple[F, ...]]:
    """Small sets, empty and flat ones too, with repeated rows and points anywhere; and a point."""
    dim = draw(st.integers(1, 3))
    numbers = st.integers(-2, 2)
    rows = draw(st.lists(st.lists(numbers, min_size=dim, max_size=dim), max_size=5))
    rows += rows[: draw(st.integers(0, 1))]
    right = [draw(st.sampled_from([F(-1), F(0), F(1), F(5, 2)])) for _ in rows]
    left = draw(st.lists(st.lists(numbers, min_size=dim, max_size=dim), max_size=1))
    bounds = draw(st.sampled_from([{}, {"lower": -1, "upper": 1}, {"lower": 0}, {"upper": F(1, 2)}]))
    point = tuple(draw(st.sampled_from([F(0), F(1), F(-3), F(1, 2), F(4)])) for _ in range(dim))
    return LinearProgram(rows, right, equations=(left, [F(1)] * len(left)), dim=dim, **bounds), point


def halfspaces(program: LinearProgram) -> list[tuple[tuple[F, ...], F]]:
    """Every row, equation (twice) and bound as a.x <= b."""
    found = [program.row(i) for i in range(program.system.n_rows)]
    found += [(tuple(-c for c in a), -b) for a, b in found[program.n_inequalities :]]
    for k in range(program.dim):
        unit = tuple(F(int(j == k)) for j in range(program.dim))
        if program.upper[k] is not None:
            found.append((unit, program.upper[k]))
        if program.lower[k] is not None:
            found.append((tuple(-c for c in unit), -program.lower[k]))
    return [(a, b) for a, b in found if any(a)]


def least_square(program: LinearProgram, point: tuple[F, ...]) -> F:
    """The least squared distance, over the projections to all intersections of hyperplanes."""
    rows, found = halfspaces(program), []
    for size in range(program.dim + 1):
        for chosen in combinations(rows, size):
            gram = eg.Matrix([[dot(a, c) for c, _ in chosen] for a, _ in chosen]) if chosen else None
            if gram is not None and gram.det() == 0:
                continue
            gaps = [dot(a, point) - b for a, b in chosen]
            shares = [] if gram is None else [r[0] for r in gram.solve(eg.Matrix([[g] for g in gaps])).rows]
            x = tuple(
                p - sum((s * a[k] for s, (a, _) in zip(shares, chosen, strict=True)), F(0))
                for k, p in enumerate(point)
            )
            if all(dot(a, x) <= b for a, b in rows):
                found.append(sum((p - v) ** 2 for p, v in zip(point, x, strict=True)))
    return min(found)


def least_length(program: LinearProgram, point: tuple[F, ...], norm: Any) -> F:
    """ℓ1 as the largest of 2^d linear functions; ℓ∞ as the least over which coordinate is the largest."""
    dim, rows = program.dim, [((*a, F(0)), b) for a, b in halfspaces(program)]
    if norm == 1:
        for signs in product((1, -1), repeat=dim):
            rows.append(((*map(F, signs), F(-1)), dot(list(map(F, signs)), point)))
        best = LinearProgram([a for a, _ in rows], [b for _, b in rows]).minimize([0] * dim + [1])
        return best.value
    found = []
    for k, side in product(range(dim), (1, -1)):
        more = []
        for j, turn in product(range(dim), (1, -1)):
            row = [F(0)] * dim
            row[j] += turn
            row[k] -= side
            more.append((tuple(row), turn * point[j] - side * point[k]))
        table = [(a[:-1], b) for a, b in rows] + more
        best = LinearProgram([a for a, _ in table], [b for _, b in table]).minimize(
            [F(side * int(j == k)) for j in range(dim)]
        )
        if isinstance(best, Optimal):
            found.append(best.value - side * point[k])
    return min(found)


@given(cases())
@examples(2)
def test_distances_to_sets_are_least_and_proved(case: Any) -> None:
    program, point = case
    exists = isinstance(program.feasible(), Feasible)
    for norm in NORMS:
        found = set_distance(program, point, norm)
        assert (found is not None) == exists
        if found is not None:
            assert program.contains(found.nearest) and found.verify()
            wanted = least_square(program, point) if norm == 2 else least_length(program, point, norm) ** 2
            assert found.squared == wanted == found.value * found.value


@given(cases())
@examples(2)
def test_the_stepping_method_agrees_with_the_float_proposal(case: Any) -> None:
    program, point = case
    found = project(program, point)
    if isinstance(found, Optimal):
        assert cell_projection._stepped(program, point) == found or (
            cell_projection._stepped(program, point).x == found.x
        )


def test_a_lying_float_proposal_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    square = LinearProgram([[1, 1]], [1], lower=0, upper=1)
    point = (F(2), F(3))
    wanted = project(square, point)
    monkeypatch.setattr(cell_projection, "_proposed", lambda *_: ([], [(0, -1), (1, -1)]))
    assert project(square, point).x == wanted.x == (0, 1)


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=2).filter(any), st.integers(-5, 5))
def test_distances_to_hyperplanes_have_closed_forms(normal: list[int], offset: int) -> None:
    point = (F(1), F(1, 2))
    a = [F(c) for c in normal]
    gap = abs(offset - dot(a, point))
    assert plane_distance(point, a, F(offset), 1).value == gap / length(tuple(a), "inf")
    assert plane_distance(point, a, F(offset), "inf").value == gap / length(tuple(a), 1)
    assert plane_distance(point, a, F(offset), 2).squared == gap**2 / dot(a, a)
    for norm in NORMS:
        assert dot(a, plane_distance(point, a, F(offset), norm).nearest) == offset


@given(networks(input_dims=(1, 2, 3)), st.data())
@examples(0.75)
def test_the_boundary_is_as_far_as_the_nearest_facet(model: Any, data: Any) -> None:
    """Over all facets the least distance to a facet is the least distance to a hyperplane."""
    point = [data.draw(st.sampled_from([F(0), F(1, 3), F(-1), F(3, 4)])) for _ in range(model.input_dim)]
    cell = cell_at(model, point, eg.box(-1, 1, dim=model.input_dim))
    for norm in NORMS:
        to_facets = [facet.distance(norm) for facet in cell.facets]
        assert all(one.verify() and cell.contains(one.nearest) for one in to_facets)
        for facet, one in zip(cell.facets, to_facets, strict=True):
            assert one.squared >= facet.plane_distance(norm).squared
            assert dot(facet.normal, one.nearest) == facet.offset
        least = cell.boundary_distance(norm)
        assert least is not None and cell.contains(least.nearest)
        assert least.squared == min(one.squared for one in to_facets)
        wall = cell.nearest_wall(norm)
        inner = [d.squared for f, d in zip(cell.facets, to_facets, strict=True) if not f.on_domain]
        assert (wall[1].squared if wall else None) == min(inner, default=None)


def test_a_facet_whose_plane_is_near_may_be_far() -> None:
    lines = eg.Arrangement([([1, -5], 2), ([1, 0], -1)])
    for norm in NORMS:
        found = cell_at(lines, [0, 0], eg.box([-10, 0], [10, 1])).nearest_wall(norm)
        assert found is not None and found[0].number == 1 and found[1].squared == 1


# -- the decision boundary -------------------------------------------------------------------------


def nearest_change(model: Any, cell: Any, norm: Any) -> F | None:
    """Brute force: the facets of the partition, cut further by classes, between classes inside the cell."""
    cells = eg.partition(model, cell.domain)
    boundary = cells.decision_boundary()
    found = []
    for facet in boundary.facets:
        sides = [model.signs(side.centroid) for side in facet.cells]
        if sides == [cell.signs] * 2:
            listed = halfspaces_of(facet)
            answer = set_distance(listed, cell.point, norm)
            assert answer is not None
            found.append(answer.squared)
    return min(found, default=None)


def halfspaces_of(facet: Any) -> LinearProgram:
    """A facet as inequalities and equations, from its vertices."""
    points, dim = facet.vertices, len(facet.vertices[0])
    polytope = eg.Polytope.from_vertices(points)
    rows = polytope.inequalities
    return LinearProgram(
        [a for a, _ in rows],
        [b for _, b in rows],
        equations=([a for a, _ in polytope.equations], [b for _, b in polytope.equations]),
        dim=dim,
    )


@given(networks(input_dims=(1, 2), outputs=(1, 2, 3)), st.data())
def test_the_decision_boundary_agrees_with_the_lattice(model: Any, data: Any) -> None:
    point = [data.draw(st.sampled_from([F(0), F(1, 3), F(-2, 5), F(3, 4)])) for _ in range(model.input_dim)]
    cell = cell_at(model, point, eg.box(-1, 1, dim=model.input_dim))
    for norm in NORMS:
        found = cell.decision_distance(norm)
        assert (found and found.distance.squared) == nearest_change(model, cell, norm)
        assert found is None or found.distance.verify()


def test_the_distance_is_that_to_the_whole_decision_boundary_when_no_wall_is_nearer() -> None:
    net = eg.Network(
        [eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU(), eg.Linear([[1, -1], [0, 0]], [0, "1/4"])]
    )
    domain = eg.box(-2, 2, dim=2)
    near = cell_at(net, [1, "1/2"], domain).decision_distance()
    assert near is not None and near.is_nearest and near.classes == (0, 1)
    assert near.distance.value == eg.Surd.sqrt("1/32")
    far = cell_at(net, [2, "1/8"], domain).decision_distance()
    assert far is not None and not far.is_nearest
    assert cell_at(net, [-1, -1], domain).decision_distance() is None
    assert verify(near.distance.certificate())


def test_a_class_that_only_ties_at_the_point_does_not_count() -> None:
    """Outputs 0 and x: at 0 they tie, but on [0, 1] all is of class 1; on [-1, 1] 0 is on the boundary."""
    net = eg.Network([eg.Linear([[0], [1]], [0, 0])])
    assert cell_at(net, [0], eg.box(0, 1, dim=1)).decision_distance() is None
    found = cell_at(net, [0], eg.box(-1, 1, dim=1)).decision_distance()
    assert found is not None and found.distance.value == 0 and found.distance.verify()


def test_a_rival_whose_plane_is_near_may_be_far_inside_the_cell() -> None:
    net = eg.Network([eg.Linear([[0, 0], [1, -5], [1, 0]], [0, -2, -1])])
    for norm in NORMS:
        found = cell_at(net, [0, 0], eg.box([0, 0], [10, 1])).decision_distance(norm)
        assert found is not None and found.classes == (0, 2) and found.distance.squared == 1
        assert found.is_nearest and found.distance.verify()


def test_models_without_a_map_have_no_decision_boundary() -> None:
    cell = cell_at(eg.Arrangement([([1, 0], 0)]), [1, 1])
    with pytest.raises(eg.InvalidInput, match="no map"):
        cell.decision_distance()
    with pytest.raises(eg.InvalidInput, match="norm"):
        cell.facets[0].distance(3)
    with pytest.raises(eg.CertificateError):
        cell.facets[0].plane_distance().certificate()


def test_a_wrong_distance_does_not_verify() -> None:
    cell = cell_at(eg.Arrangement([([1, 2], 0)]), [1, 1], eg.box(-3, 3, dim=2))
    for norm in NORMS:
        true = cell.facets[0].distance(norm)
        nearest = tuple(x + 1 for x in true.nearest)
        assert true.verify() and verify(true.certificate())
        assert not type(true)(norm, true.point, nearest, true.proof).verify()
