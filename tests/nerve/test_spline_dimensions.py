"""Dimensions of C^r splines: closed formulas, bounds, named splits, two routes and a plain oracle."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates.verify import verify
from exactgeom.exact import InvalidInput
from exactgeom.nerve.spline import spline_space, spline_space_on
from exactgeom.testkit.strategies import networks
from tests.nerve.spline_meshes import (
    MORGAN_SCOTT,
    SYMMETRIC,
    alfeld,
    clough_tocher,
    dimension_by_derivatives,
    powell_sabin,
    solids,
    triangulations,
)


def dimension(complex_, degree: int, smoothness: int, **options) -> int:
    return spline_space(*complex_, degree=degree, smoothness=smoothness, **options).dimension


def faces(simplices, size: int) -> set[tuple[int, ...]]:
    return {face for cell in simplices for face in combinations(sorted(cell), size)}


def proper(complex_):
    """The complex, unless moving its points broke it."""
    try:
        dimension(complex_, 0, 0)
    except InvalidInput:
        assume(False)
    return complex_


# -- named splits ------------------------------------------------------------------------------------


def test_morgan_scott_six_or_seven() -> None:
    general = [*SYMMETRIC[:3], (14, 12), *SYMMETRIC[4:]]
    nearly = [*SYMMETRIC[:3], (13 + Fraction(1, 10**40), 13), *SYMMETRIC[4:]]
    for points, expected in ((SYMMETRIC, 7), (general, 6), (nearly, 6)):
        for method in ("bernstein", "cycles"):
            assert dimension((points, MORGAN_SCOTT), 2, 1, method=method) == expected


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("smoothness", [0, 1, 2, 3])
def test_foucart_sorokina_dimension_of_the_alfeld_split(dim: int, smoothness: int) -> None:
    n, r = dim, smoothness

    def binomial(a: int) -> int:
        return comb(a, n) if a >= 0 else 0

    for k in range(r, r + (5 if dim < 3 else 3)):
        if r % 2:
            extra = n * binomial(n + k - (r + 1) * (n + 1) // 2)
        else:
            extra = sum(binomial(n + k - i - r * (n + 1) // 2) for i in range(1, n + 1))
        assert dimension(alfeld(n), k, r) == comb(n + k, n) + extra


@settings(max_examples=10)
@given(triangulations())
def test_clough_tocher_three_per_vertex_and_one_per_edge(complex_) -> None:
    points, triangles = proper(complex_)
    expected = 3 * len(points) + len(faces(triangles, 2))
    assert dimension(clough_tocher(points, triangles), 3, 1) == expected


def test_powell_sabin_three_per_vertex() -> None:
    grid = [(Fraction(x), Fraction(y)) for y in range(3) for x in range(3)]
    grid[4] = (Fraction(6, 5), Fraction(9, 10))
    cells = [[0, 1, 4], [0, 3, 4], [1, 2, 4], [2, 4, 5], [3, 4, 6], [4, 6, 7], [4, 5, 8], [4, 7, 8]]
    assert dimension(powell_sabin(grid, cells), 2, 1) == 3 * 9
    assert dimension(powell_sabin(grid[:4] + grid[4:5], cells[:1]), 2, 1) == 9


def test_one_dimensional_dimension() -> None:
    knots = [0, 1, Fraction(5, 2), 3, 7]
    chain = [[0, 1], [1, 2], [2, 3], [3, 4]]
    for k in range(5):
        for r in range(-1, k + 2):
            assert dimension(([[t] for t in knots], chain), k, r) == k + 1 + 3 * max(k - r, 0)


def test_cross_cut_partition_of_lines() -> None:
    """Chui-Wang: n lines in general position through a box, with `C(n, 2)` crossings inside."""
    lines = eg.Arrangement([([1, 0], 0), ([0, 1], "1/3"), ([1, 1], "1/2")])
    P = eg.partition(lines, eg.box(-1, 1, dim=2))
    inside = len(P.vertices) - sum(any(abs(c) == 1 for c in v) for v in P.vertices)
    assert inside == 3
    for k, r in ((1, 0), (2, 1), (3, 1), (4, 2), (5, 1)):
        local = sum(max(0, j * 2 - (r + 1 + j)) for j in range(1, k - r + 1))
        expected = comb(k + 2, 2) + 3 * comb(k - r + 1, 2) + inside * local
        assert spline_space_on(P, degree=k, smoothness=r).dimension == expected


# -- formulas and bounds -----------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.one_of(triangulations(holes=True), solids()), st.integers(1, 4))
def test_billera_dimension_of_continuous_splines(complex_, degree: int) -> None:
    _, simplices = proper(complex_)
    expected = sum(len(faces(simplices, j + 1)) * comb(degree - 1, j) for j in range(len(complex_[0][0]) + 1))
    for method in ("bernstein", "cycles"):
        assert dimension(complex_, degree, 0, method=method) == expected


def slopes(points, vertex: int, others) -> int:
    """Number of different directions of edges at a vertex."""
    x, y = points[vertex]
    found = []
    for u, v in ((points[w][0] - x, points[w][1] - y) for w in others):
        if all(u * b != v * a for a, b in found):
            found.append((u, v))
    return len(found)


def schumaker(points, triangles, k: int, r: int) -> tuple[int, int]:
    edges = faces(triangles, 2)
    boundary = {e for e in edges if sum(set(e) <= set(t) for t in triangles) == 1}
    outer = {v for e in boundary for v in e}
    inner = sorted({v for t in triangles for v in t} - outer)
    base = comb(k + 2, 2) + comb(k - r + 1, 2) * (len(edges) - len(boundary))
    base -= (comb(k + 2, 2) - comb(r + 2, 2)) * len(inner)

    def sigma(vertex: int, gone) -> int:
        ends = {w for e in edges if vertex in e for w in e} - {vertex} - set(gone)
        count = slopes(points, vertex, ends)
        return sum(max(0, r + j + 1 - j * count) for j in range(1, k - r + 1))

    lower = base + sum(sigma(v, ()) for v in inner)
    upper = base + sum(sigma(v, inner[:i]) for i, v in enumerate(inner))
    return lower, upper


@settings(max_examples=25)
@given(triangulations(), st.integers(0, 5), st.integers(0, 2))
def test_schumaker_bounds(complex_, degree: int, smoothness: int) -> None:
    assume(degree >= smoothness)
    lower, upper = schumaker(*proper(complex_), degree, smoothness)
    found = dimension(complex_, degree, smoothness)
    assert max(lower, comb(degree + 2, 2)) <= found <= upper
    if degree >= 3 * smoothness + 1:  # Alfeld, Piper, Schumaker for r = 1; Hong; Ibrahim and Schumaker
        assert found == lower or smoothness > 1


# -- routes ------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    st.one_of(triangulations(holes=True), solids()),
    st.integers(0, 4),
    st.integers(-1, 4),
)
def test_both_routes_agree(complex_, degree: int, smoothness: int) -> None:
    proper(complex_)
    both = [dimension(complex_, degree, smoothness, method=m) for m in ("bernstein", "cycles")]
    assert both[0] == both[1]


@settings(max_examples=15)
@given(
    st.one_of(triangulations(width=2, height=1, holes=True), triangulations(width=1, height=2), solids()),
    st.integers(0, 3),
    st.integers(-1, 3),
)
def test_derivatives_agree_on_every_common_face(complex_, degree: int, smoothness: int) -> None:
    points, simplices = proper(complex_)
    simplices = simplices[:5]
    assert dimension((points, simplices), degree, smoothness) == dimension_by_derivatives(
        points, simplices, degree, smoothness
    )


@settings(max_examples=12)
@given(networks(input_dims=(2, 3), depths=(1,), widths=(1, 2, 3)), st.integers(0, 2), st.integers(0, 2))
def test_polyhedral_cells_against_derivatives(net, degree: int, smoothness: int) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    cells = [P.complex.closure(net.input_dim)[i].tolist() for i in range(len(P.cells))]
    assume(len(cells) <= 5)
    expected = dimension_by_derivatives(P.vertices, cells, degree, smoothness)
    assert spline_space_on(P, degree=degree, smoothness=smoothness).dimension == expected


@settings(max_examples=15)
@given(triangulations(), st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.integers(1, 2))
def test_affine_invariance(complex_, entries, smoothness: int) -> None:
    points, simplices = proper(complex_)
    a, b, c, d, e, f = entries
    assume(a * d != b * c)
    moved = [(a * x + b * y + e, c * x + d * y + f) for x, y in points]
    for degree in (2, 3):
        assert dimension((moved, simplices), degree, smoothness) == dimension(complex_, degree, smoothness)


def test_a_ring_and_touching_triangles() -> None:
    """A hole: the chain around it is a condition of its own.  Two triangles that touch are glued there."""
    square = [(0, 0), (3, 0), (3, 3), (0, 3), (1, 1), (2, 1), (2, 2), (1, 2)]
    ring = [[0, 1, 4], [1, 4, 5], [1, 2, 5], [2, 5, 6], [2, 3, 6], [3, 6, 7], [0, 3, 7], [0, 4, 7]]
    for k, r in ((1, 0), (2, 1), (3, 1), (4, 2)):
        expected = dimension_by_derivatives(square, ring, k, r)
        assert {dimension((square, ring), k, r, method=m) for m in ("bernstein", "cycles")} == {expected}
    bow = [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)], [[0, 1, 2], [0, 3, 4]]
    assert [dimension(bow, 3, r) for r in (-1, 0, 1, 2, 3)] == [20, 19, 17, 14, 10]
    apart = [(0, 0), (1, 0), (0, 1), (5, 0), (6, 0), (5, 1)], [[0, 1, 2], [3, 4, 5]]
    assert [dimension(apart, 2, r) for r in (-1, 0, 1, 2, 9)] == [12] * 5


def test_a_partition_into_simplices_by_either_constructor() -> None:
    P = eg.partition(eg.Arrangement([([1, 1], 0), ([1, -1], 0)]), eg.box(-1, 1, dim=2))
    points = [tuple(v) for v in P.vertices]
    cells = [P.complex.closure(2)[i].tolist() for i in range(4)]
    for k in range(5):
        for r in range(-1, 4):
            expected = dimension((points, cells), k, r)
            assert spline_space_on(P, degree=k, smoothness=r).dimension == expected


def test_t_junctions_of_a_tree_count_as_faces() -> None:
    """The left half is one cell beside two: its jump facet is split in two."""
    square = eg.box(-1, 1, dim=2).complex
    halves, _ = square.subdivide([x for x, _ in square.points])
    three, _ = halves.subdivide([y for _, y in halves.points], within=[0])
    for k, r in ((1, 0), (2, 0), (2, 1), (3, 1), (4, 1), (6, 2)):
        found = spline_space_on(three, degree=k, smoothness=r).dimension
        pieces = comb(k + 2, 2), comb(k - r + 1, 2)
        # p on one side, p + x^(r+1) q on both quarters, and y^(r+1) x^(r+1) q' more on one of them
        assert found == pieces[0] + pieces[1] + comb(max(k - 2 * r, 0), 2)


@pytest.mark.parametrize("method", ["bernstein", "cycles"])
def test_the_checker_accepts_the_rank_and_no_other(method: str) -> None:
    space = spline_space(SYMMETRIC, MORGAN_SCOTT, degree=2, smoothness=1, method=method)
    document = space.certificate()
    assert verify(document)
    document["claim"]["rank"] += 1
    assert not verify(document)
