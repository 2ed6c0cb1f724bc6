"""Polytopes: both descriptions, the face lattice, closed forms, values."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import (
    InvalidInput,
    Polytope,
    Surd,
    UnboundedError,
    box,
)
from exactgeom.polyhedra import validate
from exactgeom.testkit.strategies import points, polytopes, rationals
from tests.polyhedra.cuts import examples
from tests.polyhedra.routes import (
    affine_dim,
    brute_vertices,
    closed_sets,
    det,
    dot,
    faces_by_dim,
    lawrence,
    pulled,
    simplex_determinant,
    simplex_volume,
)

SMALL = polytopes(dims=(1, 2, 3))


def from_rows(rows, equations=()):
    return Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows], equations=equations)


def system(polytope):
    """All halfspaces, equations as pairs of opposite ones."""
    rows = list(polytope.inequalities)
    for a, b in polytope.equations:
        rows += [(a, b), (tuple(-c for c in a), -b)]
    return rows


def face_sets(space, k):
    """The k-faces as sets of points."""
    return {frozenset(space.points[v] for v in space.closure(k)[i]) for i in range(space.count(k))}


# -- both descriptions -------------------------------------------------------------------------------


@given(SMALL)
def test_inequalities_and_equations_describe_the_hull(polytope):
    again = from_rows(polytope.inequalities, polytope.equations)
    assert again == polytope and hash(again) == hash(polytope)
    assert again.f_vector == polytope.f_vector
    assert again.inequalities == polytope.inequalities and again.equations == polytope.equations
    assert len(polytope.equations) == polytope.ambient_dim - polytope.dim


@examples(0.5)
@given(polytopes(dims=(1, 2, 3), sizes=(4, 5, 6, 7)))
def test_vertices_are_those_of_all_square_subsystems(polytope):
    assert brute_vertices(system(polytope)) == set(polytope.vertices)


@given(SMALL)
def test_every_face_is_an_intersection_of_facets(polytope):
    levels = faces_by_dim(closed_sets(polytope.vertices, system(polytope)))
    assert polytope.f_vector == tuple(len(levels[k]) for k in range(polytope.dim + 1))
    for k in range(polytope.dim + 1):
        assert face_sets(polytope.complex, k) == levels[k]
        for i in range(polytope.complex.count(k) if k else 0):
            face = polytope.complex.closure(k)[i]
            below = {frozenset(polytope.complex.closure(k - 1)[g]) for g in polytope.complex.boundary(k)[i]}
            assert all(set(f) < set(face) for f in below)
            assert len(below) == sum(
                1 for low in levels[k - 1] if low < {polytope.complex.points[v] for v in face}
            )


@given(SMALL, st.data())
def test_redundant_and_repeated_rows_change_nothing(polytope, data):
    rows = system(polytope)
    extra = []
    for _ in range(data.draw(st.integers(1, 4))):
        (a, b), (c, d) = (data.draw(st.sampled_from(rows)) for _ in range(2))
        s, t, slack = (data.draw(st.sampled_from([F(0), F(1), F(2, 3), F(5)])) for _ in range(3))
        extra.append((tuple(s * p + t * q for p, q in zip(a, c, strict=True)), s * b + t * d + slack))
    order = data.draw(st.permutations([*rows, *extra]))
    again = from_rows(order)
    assert again == polytope and again.f_vector == polytope.f_vector


@given(SMALL, st.data())
def test_inner_and_repeated_points_change_nothing(polytope, data):
    chosen = list(polytope.vertices)
    for _ in range(data.draw(st.integers(1, 4))):
        p, q = (data.draw(st.sampled_from(chosen)) for _ in range(2))
        s = data.draw(st.sampled_from([F(0), F(1, 2), F(1, 3)]))
        chosen.append(tuple(s * x + (1 - s) * y for x, y in zip(p, q, strict=True)))
    again = Polytope.from_vertices(data.draw(st.permutations(chosen)))
    assert again == polytope and again.f_vector == polytope.f_vector
    assert again.inequalities == polytope.inequalities and again.relative_volume == polytope.relative_volume


@given(SMALL)
def test_inequalities_are_tight_primitive_and_sorted(polytope):
    assert list(polytope.inequalities) == sorted(set(polytope.inequalities))
    for a, b in polytope.inequalities:
        row = [*a, b]
        assert all(c.denominator == 1 for c in row)
        values = [dot(a, v) for v in polytope.vertices]
        assert max(values) == b
        assert affine_dim([v for v, c in zip(polytope.vertices, values, strict=True) if c == b]) == (
            polytope.dim - 1
        )
    for a, b in polytope.equations:
        assert all(dot(a, v) == b for v in polytope.vertices)
        assert next(c for c in a if c) > 0


@given(polytopes(dims=(1, 2, 3, 4), sizes=(5, 6, 8)))
def test_euler_relation(polytope):
    assert sum((-1) ** k * n for k, n in enumerate(polytope.f_vector)) == 1
    assert len(polytope.inequalities) == (polytope.f_vector[-2] if polytope.dim else 0)
    assert validate(polytope.complex, domain=polytope)


@given(polytopes(dims=(2, 3), flat=False))
def test_edges_of_simple_polytopes(polytope):
    space, d = polytope.complex, polytope.dim
    if all(len(space.coboundary(0)[v]) == d for v in range(space.count(0))):
        assert 2 * space.count(1) == d * space.count(0)


# -- volumes by other routes -------------------------------------------------------------------------


@given(SMALL)
def test_volume_is_that_of_a_pulling_triangulation(polytope):
    levels = faces_by_dim(closed_sets(polytope.vertices, system(polytope)))
    pieces = pulled(frozenset(polytope.vertices), levels, polytope.dim)
    assert polytope.relative_volume == Surd.sum([Surd(0), *map(simplex_volume, pieces)])
    if polytope.is_full_dimensional:
        assert type(polytope.volume) is F
        assert polytope.volume == polytope.relative_volume == sum(map(simplex_determinant, pieces))
    else:
        assert polytope.volume == 0 and polytope.relative_volume > 0


@given(polytopes(dims=(1, 2, 3), flat=False), st.data())
def test_lawrence_formula_on_simple_polytopes(polytope, data):
    d = polytope.dim
    c = tuple(F(data.draw(st.integers(1, 10**6))) for _ in range(d))
    found = lawrence(polytope.inequalities, polytope.vertices, c)
    if found is not None:
        assert polytope.volume == found


def test_lawrence_formula_applies_to_a_cut_cube():
    cube = from_rows([*box(0, 2, dim=4).inequalities, ((1, 1, 1, 1), F(20, 3)), ((1, 2, 0, 0), F(9, 2))])
    found = lawrence(cube.inequalities, cube.vertices, (F(3), F(5), F(11), F(23)))
    assert found is not None and cube.volume == found


@given(polytopes(dims=(2, 3), flat=False, wide=True))
def test_scipy_agrees_in_floats(polytope):
    spatial = pytest.importorskip("scipy.spatial")
    rounded = [[float(x) for x in v] for v in polytope.vertices]
    try:
        hull = spatial.ConvexHull(rounded)
    except spatial.QhullError:  # flat to floats, never to us
        assert 0 < polytope.volume < F(1, 10**6)
        return
    size = max(abs(x) for v in rounded for x in v) + 1
    assert abs(hull.volume - float(polytope.volume)) <= 1e-9 * size**polytope.dim


@given(polytopes(dims=(1, 2, 3)), st.data())
def test_centroid_moves_with_the_polytope(polytope, data):
    n = polytope.ambient_dim
    shift = data.draw(points(n))
    scale = data.draw(st.sampled_from([F(1), F(-2), F(1, 3)]))
    moved = polytope.image([[scale * (i == j) for j in range(n)] for i in range(n)], shift)
    assert moved.centroid == tuple(scale * c + s for c, s in zip(polytope.centroid, shift, strict=True))
    assert moved.relative_volume == polytope.relative_volume * abs(scale) ** polytope.dim
    assert polytope.centroid in polytope


@given(polytopes(dims=(1, 2, 3)), st.data())
def test_image_volume_is_the_determinant_times_the_volume(polytope, data):
    n = polytope.ambient_dim
    matrix = [[data.draw(rationals(max_numerator=3)) for _ in range(n)] for _ in range(n)]
    image = polytope.image(matrix, [0] * n)
    assert image.volume == abs(det(matrix)) * polytope.volume
    if det(matrix):
        assert image.f_vector == polytope.f_vector
    assert image.dim <= polytope.dim


# -- membership and intersections --------------------------------------------------------------------


@given(SMALL, st.data())
def test_membership_is_that_of_the_halfspaces(polytope, data):
    x = data.draw(points(polytope.ambient_dim))
    assert (x in polytope) == (Polytope.from_vertices([*polytope.vertices, x]) == polytope)
    assert all(v in polytope for v in polytope.vertices)
    p, q = (data.draw(st.sampled_from(polytope.vertices)) for _ in range(2))
    beyond = tuple(2 * a - b for a, b in zip(p, q, strict=True))
    assert (beyond in polytope) == (p == q)


@given(st.data())
def test_intersection_is_the_largest_common_part(data):
    dim = data.draw(st.sampled_from([1, 2, 3]))
    p, q = (data.draw(polytopes(dims=(dim,), sizes=(4, 5, 6))) for _ in range(2))
    try:
        common = p.intersection(q)
    except InvalidInput as error:
        assert "empty" in str(error)
        assert not any(v in q for v in p.vertices) and not any(v in p for v in q.vertices)
        return
    assert common == q.intersection(p) and all(v in p and v in q for v in common.vertices)
    assert set(common.vertices) == brute_vertices([*system(p), *system(q)])
    assert common.intersection(p) == common and p.intersection(p) == p


# -- emptiness and unboundedness ---------------------------------------------------------------------


@given(SMALL, st.data())
def test_a_strict_contradiction_is_empty(polytope, data):
    a, _ = data.draw(st.sampled_from(system(polytope) or [((F(0),), F(0))]))
    low = min(dot(a, v) for v in polytope.vertices) - F(1, 2**100)
    rows = [*system(polytope), (a, low)]
    with pytest.raises(InvalidInput, match="empty"):
        from_rows(data.draw(st.permutations(rows)))


@given(polytopes(dims=(1, 2, 3), flat=False), st.data())
def test_dropping_a_facet_of_a_simplex_opens_it(polytope, data):
    if polytope.f_vector[0] == polytope.dim + 1:
        rows = list(polytope.inequalities)
        rows.remove(data.draw(st.sampled_from(rows)))
        with pytest.raises(UnboundedError, match="unbounded"):
            from_rows(rows)


@given(SMALL)
def test_a_cylinder_has_a_line_and_an_empty_one_is_empty(polytope):
    rows = [((*a, F(0)), b) for a, b in system(polytope)]
    with pytest.raises(UnboundedError):
        from_rows(rows)
    a, b = rows[0]
    with pytest.raises(InvalidInput, match="empty"):
        from_rows([*rows, (tuple(-c for c in a), -b - 1)])


def test_rows_without_a_variable():
    segment = Polytope.from_inequalities([[1], [-1]], [1, 1])
    assert Polytope.from_inequalities([[1], [0], [-1], [0]], [1, 1, 1, 0]) == segment
    with pytest.raises(InvalidInput, match="empty"):
        Polytope.from_inequalities([[1], [0], [-1]], [1, -1, 1])
    with pytest.raises(InvalidInput, match="empty"):
        Polytope.from_inequalities([[0, 0]], [-1])
    with pytest.raises(UnboundedError):
        Polytope.from_inequalities([[0, 0]], [1])
    with pytest.raises(InvalidInput, match="empty"):
        Polytope.from_inequalities([[1, 0]], [1], equations=[([0, 0], 1)])


# -- values ------------------------------------------------------------------------------------------


@given(SMALL)
def test_polytopes_are_values(polytope):
    for copy in (eval(repr(polytope)), pickle.loads(pickle.dumps(polytope))):
        assert copy == polytope and hash(copy) == hash(polytope) and repr(copy) == repr(polytope)
        assert copy.f_vector == polytope.f_vector and copy.to_json() == polytope.to_json()
    assert polytope != polytope.image(
        [[F(i == j) for j in range(polytope.ambient_dim)] for i in range(polytope.ambient_dim)],
        [1] * polytope.ambient_dim,
    )
    assert polytope != 1 and len({polytope, eval(repr(polytope))}) == 1


@given(SMALL)
def test_json_reads_back(polytope):
    document = json.loads(json.dumps(polytope.to_json()))
    assert document["schema"] == "exactgeom/polytope-1" and document["dim"] == polytope.ambient_dim
    rows = [(r["a"], r["b"]) for r in document["inequalities"]]
    equations = [(r["a"], r["b"]) for r in document.get("equations", [])]
    assert from_rows(rows, equations) == polytope


def test_different_spaces_are_different():
    assert Polytope.from_vertices([(0,), (1,)]) != Polytope.from_vertices([(0, 0), (1, 0)])
