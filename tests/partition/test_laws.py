"""Laws that hold exactly in every partition of a bounded domain, degenerate models first."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks, rationals

MODELS = networks(widths=(1, 2, 3, 4)) | arrangements() | networks(widths=(1, 2), wide=True)
FULL = 2 * eg.Angle.pi()


@st.composite
def domains(draw: st.DrawFn, dim: int) -> eg.Polytope:
    """Boxes, simplices, cross-polytopes and hulls with corners the models like to pass through."""
    kind = draw(st.sampled_from(["unit", "unit", "box", "simplex", "cross", "skew"]))
    if kind == "unit":
        return eg.box(-1, 1, dim=dim)
    if kind == "box":
        low = draw(st.lists(rationals(), min_size=dim, max_size=dim))
        size = draw(st.lists(st.sampled_from([Fraction(1, 3), Fraction(2)]), min_size=dim, max_size=dim))
        return eg.box(low, [a + s for a, s in zip(low, size, strict=True)])
    base = eg.cross_polytope(dim) if kind == "cross" else eg.simplex(dim)
    if kind != "skew":
        return base
    shear = [[1 if i == j else 2 if j == i + 1 else 0 for j in range(dim)] for i in range(dim)]
    return base.image(shear, draw(st.lists(rationals(), min_size=dim, max_size=dim)))


@st.composite
def cases(draw: st.DrawFn) -> eg.Partition:
    model = draw(MODELS)
    return eg.partition(model, draw(domains(model.input_dim)))


def vector_sum(vectors: list[Any], dim: int) -> tuple[Fraction, ...]:
    return tuple(sum((v[i] for v in vectors), Fraction(0)) for i in range(dim))


@given(cases())
@settings(max_examples=150)
def test_euler_boundary_of_boundary_and_volumes(P: eg.Partition) -> None:
    assert P.euler_characteristic == sum((-1) ** k * n for k, n in enumerate(P.f_vector)) == 1
    assert P.domain is not None
    assert P.total_volume == sum((c.volume for c in P.cells), Fraction(0)) == P.domain.volume
    assert all(c.volume > 0 for c in P.cells)
    for k in range(2, P.dimension + 1):
        assert not (signed_boundary(P, k - 1) @ signed_boundary(P, k)).any()
    for edge in P.faces(1):
        assert signed_boundary(P, 1)[:, edge.id].sum() == 0
    outcome = P.validate()
    assert outcome, str(outcome)


def signed_boundary(P: eg.Partition, k: int) -> Any:
    faces, signs = P.complex.boundary(k), P.complex.measures.incidence_signs(k)
    matrix = np.zeros((P.f_vector[k - 1], P.f_vector[k]), dtype=int)
    matrix[faces.index, faces.owners] = signs
    return matrix


@given(cases())
@settings(max_examples=120)
def test_minkowski_outward_area_vectors_close_up(P: eg.Partition) -> None:
    """The area vectors of a cell add up to zero; paired with facet points they give d times its volume."""
    dim = P.dimension
    own: dict[int, list[Any]] = defaultdict(list)
    heights: dict[int, Fraction] = defaultdict(Fraction)
    for facet in P.facets:
        vector, point = facet.area_vector, facet.vertices[0]
        assert sum(c * c for c in vector) == facet.area**2
        for cell, sign in zip(facet.cell_ids, (1, -1), strict=False):
            outward = [sign * c for c in vector]
            own[cell].append(outward)
            heights[cell] += sum((a * b for a, b in zip(outward, point, strict=True)), Fraction(0))
    for cell in P.cells:
        assert vector_sum(own[cell.id], dim) == (0,) * dim
        assert heights[cell.id] == dim * cell.volume


@given(cases())
@settings(max_examples=120)
def test_angles_around_ridges(P: eg.Partition) -> None:
    """2 pi inside, pi inside a facet of D, D's own angle at a ridge of D."""
    assert P.domain is not None
    tight = [
        {i for i, v in enumerate(P.vertices) if sum(p * q for p, q in zip(a, v, strict=True)) == b}
        for a, b in P.domain.inequalities
    ]
    for ridge in P.ridges:
        total = sum((angle for _, _, angle in ridge.angles), eg.Angle.pi(0))
        walls = [i for i, flat in enumerate(tight) if flat.issuperset(ridge.vertex_ids)]
        if not walls:
            assert total == FULL and total.is_multiple_of_pi() == 2
        elif len(walls) == 1:
            assert total == eg.Angle.pi()
        else:
            a, b = (P.domain.inequalities[i][0] for i in walls)
            assert total == eg.Angle.pi() - eg.Angle.between(a, b)
        for cell, facets, angle in ridge.angles:
            assert 0 < angle < eg.Angle.pi()
            assert angle == P.dihedral_angle(cell, ridge)
            assert set(facets) <= set(P.cells[cell].facet_ids)


@given(cases())
@settings(max_examples=120)
def test_gluing_every_facet_lies_in_one_or_two_cells(P: eg.Partition) -> None:
    seen: dict[int, list[int]] = defaultdict(list)
    for cell in P.cells:
        for facet in cell.facets:
            seen[facet.id].append(cell.id)
            assert set(facet.vertex_ids) <= set(cell.vertex_ids)
    for facet in P.facets:
        assert tuple(seen[facet.id]) == facet.cell_ids
        assert facet.is_interior == (len(facet.cell_ids) == 2)
        on_boundary = any(
            all(sum(p * q for p, q in zip(a, v, strict=True)) == b for v in facet.vertices)
            for a, b in P.domain.inequalities
        )
        assert facet.is_interior != on_boundary
    for cell in P.cells:
        across = {i for f in cell.facets for i in f.cell_ids} - {cell.id}
        assert tuple(n.id for n in cell.neighbors) == tuple(sorted(across))


@given(cases())
@settings(max_examples=120)
def test_centroids_lie_inside_and_balance(P: eg.Partition) -> None:
    """Cell centroids weighted by volume give the domain's; each lies strictly behind its cell's facets."""
    moments = [[x * cell.volume for x in cell.centroid] for cell in P.cells]
    total = vector_sum(moments, P.dimension)
    assert tuple(x / P.total_volume for x in total) == P.domain.centroid
    for facet in P.facets:
        vector, point = facet.area_vector, facet.vertices[0]
        for cell, sign in zip(facet.cells, (1, -1), strict=False):
            gap = sum(v * (c - p) for v, c, p in zip(vector, cell.centroid, point, strict=True))
            assert sign * gap < 0


@pytest.mark.parametrize("dim", [4, 5])
def test_laws_in_higher_dimension(dim: int) -> None:
    weight = [[(3 * i + 5 * j * j + i * j) % 7 - 3 for j in range(dim)] for i in range(4)]
    net = eg.Network(
        [eg.Linear(weight, [0, 1, -1, 0]), eg.ReLU(), eg.Linear([[1, -1, 2, 1]], [-1]), eg.HardTanh()]
    )
    P = eg.partition(net, eg.box(-1, 1, dim=dim))
    assert P.validate()
    assert P.total_volume == 2**dim
    for ridge in P.ridges[:: max(1, len(P.ridges) // 60)]:
        total = sum((angle for _, _, angle in ridge.angles), eg.Angle.pi(0))
        assert total.is_multiple_of_pi() in (Fraction(1, 2), 1, 2)
