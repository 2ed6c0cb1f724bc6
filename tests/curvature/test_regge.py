"""Regge calculus: existence with witnesses, volumes, angles, deficits, the action, against closed forms."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.certificates.verify import verify
from exactgeom.curvature.cells_sum import AngleSum
from exactgeom.curvature.regge import ReggeComplex
from exactgeom.curvature.vertex import angle_defects
from exactgeom.exact import Angle, InvalidInput, Surd, UndefinedAngle
from exactgeom.linalg import Matrix
from tests.curvature.surfaces import OCTAHEDRON, disc, edges_of, torus

PI = Angle.pi()
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=4)


def regular(n):
    """The boundary of the regular n-simplex with unit edges."""
    labels = range(n + 1)
    return ReggeComplex(list(combinations(labels, n)), dict.fromkeys(combinations(labels, 2), 1))


def cube(n):
    """The unit n-cube in n! simplices, one per order of the coordinates (Kuhn)."""
    found = []
    for order in permutations(range(n)):
        corner, path = [0] * n, [(0,) * n]
        for axis in order:
            corner[axis] = 1
            path.append(tuple(corner))
        found.append(tuple(path))
    points = {p: p for simplex in found for p in simplex}
    return ReggeComplex.from_points(points, found)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_flat_cubes_have_zero_deficits(n) -> None:
    K = cube(n)
    assert K.total_volume == 1 and K.realisability
    inner = [bone for bone in K.bones if not K.is_boundary(bone)]
    assert all(K.deficit(bone) == 0 for bone in inner)
    # On the boundary the cube itself is left: π/2 at its own ridges, 0 inside its facets.
    own = [bone for bone in K.bones if K.is_boundary(bone) and K.deficit(bone) != 0]
    assert {K.deficit(bone) for bone in own} == {Angle.pi("1/2")}
    ridges = 4 * math.comb(n, 2)
    assert Surd.sum(Surd(K.volume(bone)) for bone in own) == ridges
    assert K.action == AngleSum([(ridges, Angle.pi("1/2"))])


@given(st.lists(st.tuples(rationals, rationals, rationals), min_size=2, max_size=2, unique=True))
@settings(max_examples=15)
def test_a_ball_around_an_interior_edge_is_flat(points) -> None:
    # Four tetrahedra around one edge, its ends pushed about: the deficit stays 0 as long as they exist.
    (a, b, c), (d, e, f) = points
    square = [(4, 0, 0), (0, 4, 0), (-4, 0, 0), (0, -4, 0)]
    top, bottom = (a / 4, b / 4, 5 + c / 2), (d / 4, e / 4, -5 + f / 2)
    K = ReggeComplex.from_points([top, bottom, *square], [(0, 1, 2 + i, 2 + (i + 1) % 4) for i in range(4)])
    assert K.deficit((0, 1)) == 0 and not K.is_boundary((0, 1))


@pytest.mark.parametrize(
    ("n", "cosine", "around"), [(3, Fraction(1, 2), 3), (4, Fraction(1, 3), 3), (5, Fraction(1, 4), 3)]
)
def test_boundaries_of_regular_simplices(n, cosine, around) -> None:
    K = regular(n)
    deficit = 2 * PI - around * Angle.from_cos(cosine)
    assert set(K.deficits.values()) == {deficit}
    k = n - 3
    bone = Surd.sqrt(Fraction(k + 1, 2**k)) / math.factorial(k)  # the volume of a regular k-simplex
    bones = math.comb(n + 1, k + 1)
    assert K.action == AngleSum([(bones * bone, deficit)])
    top = Surd.sqrt(Fraction(n, 2 ** (n - 1))) / math.factorial(n - 1)
    assert K.total_volume == (n + 1) * top


def test_cross_polytope_in_four_dimensions() -> None:
    # Its boundary, the 16-cell: 16 regular tetrahedra, four around each of the 24 edges.
    cells = [tuple(2 * i + (s >> i & 1) for i in range(4)) for s in range(16)]
    points = [tuple((1 - 2 * (v % 2)) * (v // 2 == i) for i in range(4)) for v in range(8)]
    K = ReggeComplex.from_points(points, cells)
    deficit = 2 * PI - 4 * Angle.from_cos("1/3")
    assert len(K.bones) == 24 and set(K.deficits.values()) == {deficit}
    assert K.action == AngleSum([(24 * Surd.sqrt(2), deficit)])
    assert K.total_volume == 16 * Fraction(1, 3)


def test_in_dimension_two_it_is_the_angle_defect() -> None:
    for surface, chi in ((OCTAHEDRON, 2), (torus(), 0), (disc(5), 1)):
        squares = {edge: Fraction(50 + 7 * i % 40, 50) for i, edge in enumerate(edges_of(surface))}
        K = ReggeComplex(surface, squares)
        defects = angle_defects(surface, squares, squared=True)
        assert {v: K.deficit((v,)) for v in defects} == dict(defects)
        assert K.action == Angle.pi(2 * chi)


@given(st.lists(st.tuples(rationals, rationals, rationals), min_size=4, max_size=4, unique=True))
def test_volumes_are_determinants(points) -> None:
    K = ReggeComplex.from_points(points, [(0, 1, 2, 3)])
    rows = [[x - y for x, y in zip(p, points[0], strict=True)] for p in points[1:]]
    volume = abs(Matrix(rows).det()) / 6
    assert K.volume((0, 1, 2, 3)) == volume
    assert bool(K.realisability) == (volume != 0)
    bordered = [[0, 1, 1, 1, 1]] + [
        [1, *(sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for q in points)] for p in points
    ]
    assert Matrix(bordered).det() == 288 * volume**2  # Cayley-Menger
    if volume:
        # The dihedral angle from the normals of the two faces at the edge 01.
        def cross(u, v):
            return (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])

        assert K.dihedral_angle((0, 1, 2, 3), (0, 1)) == Angle.between(
            cross(rows[0], rows[1]), cross(rows[0], rows[2])
        )


def test_the_six_angles_of_an_orthoscheme() -> None:
    K = cube(3)
    simplex = K.simplices[0]
    found = sorted(K.dihedral_angle(simplex, bone) for bone in combinations(simplex, 2))
    assert found == [Angle.pi(r) for r in ("1/4", "1/4", "1/3", "1/2", "1/2", "1/2")]


def test_lengths_that_fit_nothing_have_a_witness() -> None:
    K = ReggeComplex([(0, 1, 2)], {(0, 1): 1, (0, 2): 1, (1, 2): 9})
    (failure,) = K.realisability.failures
    assert K.realisability.verdict == "impossible" and not K.realisability and not failure.is_flat
    squares = dict(K.squared_lengths)
    w = dict(zip(failure.simplex, failure.weights, strict=True))
    assert sum(w.values()) == 0
    assert failure.value == -sum(w[a] * w[b] * squares[a, b] for a, b in combinations(failure.simplex, 2)) < 0
    with pytest.raises(InvalidInput, match="does not exist"):
        K.volume((0, 1, 2))
    with pytest.raises(UndefinedAngle, match="does not exist"):
        K.deficit((0,))


def test_triangles_alone_do_not_make_a_tetrahedron() -> None:
    # Three short edges over a large triangle: every triangle exists, the tetrahedron does not.
    squares = {(0, 1): 3, (0, 2): 3, (1, 2): 3, (0, 3): "4/5", (1, 3): "4/5", (2, 3): "4/5"}
    K = ReggeComplex([(0, 1, 2, 3)], squares)
    assert [f.simplex for f in K.realisability.failures] == [(0, 1, 2, 3)]
    assert all(K.squared_volume(t) > 0 for t in combinations(range(4), 3))
    flat = ReggeComplex([(0, 1, 2, 3)], {**squares, (0, 3): 1, (1, 3): 1, (2, 3): 1})
    assert flat.realisability.verdict == "flat" and flat.total_volume == 0
    assert flat.realisability.failures[0].value == 0
    with pytest.raises(UndefinedAngle, match="is flat"):
        flat.deficit((0, 1))


def test_the_smallest_failing_face_is_named() -> None:
    squares = {**dict.fromkeys(combinations(range(5), 2), Fraction(1)), (1, 2): Fraction(5)}
    K = ReggeComplex([(0, 1, 2, 3, 4)], squares)
    assert [f.simplex for f in K.realisability.failures] == [(0, 1, 2), (1, 2, 3), (1, 2, 4)]
    negative = ReggeComplex([(0, 1, 2)], {(0, 1): -1, (0, 2): 1, (1, 2): 1})
    assert negative.realisability.failures[0].simplex == (0, 1)


def test_the_witness_is_a_certificate() -> None:
    failures = [
        *ReggeComplex([(0, 1, 2)], {(0, 1): 1, (0, 2): 1, (1, 2): 9}).realisability.failures,
        *ReggeComplex([(0, 1, 2)], {(0, 1): 1, (0, 2): 1, (1, 2): 4}).realisability.failures,
    ]
    assert [f.certificate()["kind"] for f in failures] == ["not-psd", "rank"]
    assert all(verify(f.certificate()) for f in failures)


@given(st.lists(st.integers(80, 120), min_size=6, max_size=6))
@settings(max_examples=15)
def test_schlaefli_identity(lengths) -> None:
    """Σ ℓ_e dθ_e/ds = 0 along every squared length s: exactly, by derivatives of cosines."""
    edges = list(combinations(range(4), 2))
    squares = {edge: Fraction(n, 100) for edge, n in zip(edges, lengths, strict=True)}
    K = ReggeComplex([(0, 1, 2, 3)], squares)
    for moved in edges[:2]:
        total = Surd(0)
        for bone in edges:
            # cos θ = x/√(pq), with x, p, q rational functions of s: differentiate them as dual numbers.
            x, p, q, dx, dp, dq = _dual_cosine(squares, bone, moved)
            # dθ = −d(cos θ)/sin θ, with sin θ = √(pq − x²)/√(pq).
            dtheta = -(dx - x * (dp * q + p * dq) / (2 * p * q)) / Surd.sqrt(p * q - x * x)
            total += K.volume(bone) * dtheta
            assert K.dihedral_angle(range(4), bone) == Angle.from_xy(x, p * q - x * x)
        assert total == 0


def _dual_cosine(squares, bone, moved):
    """The products of the two legs at the edge `bone`, freed of their part along it, and derivatives."""
    i, j = bone
    k, m = (v for v in range(4) if v not in bone)

    def s(a, b):
        edge = (min(a, b), max(a, b))
        return (squares[edge], Fraction(edge == moved)) if a != b else (Fraction(0), Fraction(0))

    def sub(u, v):
        return u[0] - v[0], u[1] - v[1]

    def mul(u, v):
        return u[0] * v[0], u[0] * v[1] + u[1] * v[0]

    def dot(a, b):  # (p_a − p_i)·(p_b − p_i)
        total = sub((s(i, a)[0] + s(i, b)[0], s(i, a)[1] + s(i, b)[1]), s(a, b))
        return total[0] / 2, total[1] / 2

    x = sub(mul(dot(k, m), dot(j, j)), mul(dot(k, j), dot(m, j)))
    p = sub(mul(dot(k, k), dot(j, j)), mul(dot(k, j), dot(k, j)))
    q = sub(mul(dot(m, m), dot(j, j)), mul(dot(m, j), dot(m, j)))
    return x[0], p[0], q[0], x[1], p[1], q[1]


def test_the_derivative_of_the_action_is_its_slope() -> None:
    labels = range(5)
    squares = {edge: Fraction(90 + 3 * i, 100) for i, edge in enumerate(combinations(labels, 2))}
    tops = list(combinations(labels, 4))
    h = Fraction(1, 10**12)
    for edge in ((0, 1), (2, 4)):
        ahead = ReggeComplex(tops, {**squares, edge: squares[edge] + h}).action
        behind = ReggeComplex(tops, {**squares, edge: squares[edge] - h}).action
        slope = (ahead - behind) * (1 / (2 * h))
        assert abs(float(slope - ReggeComplex(tops, squares).action_derivative(edge))) < 1e-20


def test_scaling() -> None:
    K = regular(4)
    scaled = ReggeComplex(K.faces, {edge: 7 * q for edge, q in K.squared_lengths})
    assert scaled.deficits == K.deficits and scaled.action == K.action * Surd.sqrt(7)


def test_complexes_that_know_their_lengths() -> None:
    nerve = pytest.importorskip("exactgeom.nerve.simplicial", reason="the nerve is not there")
    points = [(0, 0), (2, 0), (0, 1), (1, 1)]
    K = nerve.SimplicialComplex([(0, 1, 2), (1, 2, 3)], points=points)
    assert ReggeComplex(K) == ReggeComplex.from_points(points, [(0, 1, 2), (1, 2, 3)])


def test_degenerate_complexes() -> None:
    assert ReggeComplex([], {}).action == 0 and ReggeComplex([], {}).realisability
    segment = ReggeComplex([(0, 1)], {(0, 1): 2})
    assert segment.bones == () and segment.total_volume == Surd.sqrt(2) and segment.action == 0
    mixed = ReggeComplex([(0, 1, 2), (2, 3)], {(0, 1): 1, (0, 2): 1, (1, 2): 1, (2, 3): 5})
    assert len(mixed.bones) == 3


def test_bad_input_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"edge \(1, 2\)"):
        ReggeComplex([(0, 1, 2)], {(0, 1): 1, (0, 2): 1})
    with pytest.raises(InvalidInput, match="a squared length per edge"):
        ReggeComplex([(0, 1, 2)])
    K = regular(3)
    with pytest.raises(InvalidInput, match="simplex of the complex"):
        K.volume((0, 9))
    with pytest.raises(InvalidInput, match="not a bone"):
        K.deficit((0, 1))
    with pytest.raises(InvalidInput, match="codimension 2"):
        K.dihedral_angle((0, 1, 2), (3,))
    book = [(0, 1, 2), (0, 1, 3), (0, 1, 4)]
    with pytest.raises(InvalidInput, match="3 simplices meet"):
        ReggeComplex(book, dict.fromkeys(edges_of(book), 1)).deficit((0,))


def test_complexes_are_values() -> None:
    K = regular(4)
    _ = K.action, K.realisability
    again = pickle.loads(pickle.dumps(K))
    assert again == K and hash(again) == hash(K) and again.action == K.action
