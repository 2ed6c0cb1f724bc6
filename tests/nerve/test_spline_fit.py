"""Values, interpolation, projection and model refinement of splines."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise, product
from math import comb, lcm

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput, UnboundedError, fraction
from exactgeom.forms import coordinates
from exactgeom.forms.simplices import integrate_simplex
from exactgeom.linalg import Matrix, is_positive_definite
from exactgeom.models import Sign
from exactgeom.nerve.spline import (
    PiecewisePolynomial,
    SplineSpace,
    model_pieces,
    refine_model,
    spline_space,
    spline_space_on,
)
from exactgeom.nerve.spline_indices import monomials
from exactgeom.nerve.spline_moments import simplex_moments
from exactgeom.polyhedra.moments import Integrals
from exactgeom.testkit.strategies import networks

SPLIT = [(0, 0), (3, 0), (0, 3), (1, 1)], [[0, 1, 3], [1, 2, 3], [0, 2, 3]]
TWO = [(0, 0), (2, 0), (0, 2), (2, 3)], [[0, 1, 2], [1, 2, 3]]
CUBE = list(product((0, 1), repeat=3)), [[0, 1, 3, 7], [0, 1, 5, 7], [0, 2, 3, 7]]
SPACES = [
    spline_space([[0], [1], [3]], [[0, 1], [1, 2]], degree=3, smoothness=1),
    spline_space(*SPLIT, degree=3, smoothness=1),
    spline_space(*SPLIT, degree=3, smoothness=1, method="cycles"),
    spline_space(*TWO, degree=2, smoothness=0),
    spline_space(*TWO, degree=2, smoothness=-1),
    spline_space(*CUBE, degree=2, smoothness=1),
    spline_space_on(eg.box(-1, 2, dim=2), degree=2, smoothness=1),
]
spaces = st.sampled_from(SPACES)
numbers = st.fractions(-4, 4, max_denominator=5)


def polynomial(draw, dim: int, degree: int) -> dict[tuple[int, ...], Fraction]:
    return {e: draw(numbers) for e in monomials(dim, degree)}


def value(piece, x) -> Fraction:
    total = Fraction(0)
    for exponents, c in piece.items():
        for a, n in zip(x, exponents, strict=True):
            c *= Fraction(a) ** n
        total += c
    return total


# -- bases -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_the_basis_is_smooth_and_independent(space) -> None:
    assert len(space.basis) == space.dimension
    for function in space.basis:
        assert function in space and function.is_smooth(space.smoothness)
    size = len(monomials(space.mesh.dim, space.degree))
    rows = [[c for own in f.padded(size) for c in own] for f in space.basis]
    assert Matrix(rows).rank() == space.dimension
    jumps = [f for f in space.basis if not f.is_smooth(space.smoothness + 1)]
    smoother = SplineSpace(space.mesh, space.degree, space.smoothness + 1, space.method)
    assert bool(jumps) == (smoother.dimension < space.dimension)


def test_both_routes_span_the_same_space() -> None:
    first, second = SPACES[1:3]
    assert first == second
    for function in first.basis:
        assert second.project(function).distance_squared == 0


@settings(max_examples=20)
@given(st.data(), spaces)
def test_evaluation_is_linear_and_local(data, space) -> None:
    coefficients = data.draw(st.lists(numbers, min_size=space.dimension, max_size=space.dimension))
    s = space.spline(coefficients)
    assert s in space
    for cell, (_, simplex) in enumerate(space.mesh.simplices[: len(space.mesh.cells)]):
        weights = [data.draw(st.integers(1, 4)) for _ in simplex]
        x = [
            sum(w * space.mesh.points[v][c] for w, v in zip(weights, simplex, strict=True)) / sum(weights)
            for c in range(space.mesh.dim)
        ]
        expected = value(s.pieces[cell], x) if len(space.mesh.cells) > 1 else value(s.pieces[0], x)
        assert s(x) == expected
        assert (space.evaluate([x]) @ coefficients)[0] == expected


def b_spline(knots, i: int, k: int, x: Fraction) -> Fraction:
    """Cox-de Boor (the last interval is closed)."""
    if k == 0:
        last = knots[i + 1] == knots[-1] == x and knots[i] < x
        return Fraction(int(knots[i] <= x < knots[i + 1] or last))
    total = Fraction(0)
    if knots[i + k] > knots[i]:
        total += (x - knots[i]) / (knots[i + k] - knots[i]) * b_spline(knots, i, k - 1, x)
    if knots[i + k + 1] > knots[i + 1]:
        total += (knots[i + k + 1] - x) / (knots[i + k + 1] - knots[i + 1]) * b_spline(knots, i + 1, k - 1, x)
    return total


@pytest.mark.parametrize(("k", "r"), [(1, 0), (2, 1), (2, 0), (3, 2), (3, 1), (4, 2), (3, 0)])
def test_cox_de_boor_b_splines_span_the_space(k: int, r: int) -> None:
    breaks = [Fraction(0), Fraction(1), Fraction(5, 2), Fraction(4)]
    space = spline_space([[t] for t in breaks], [[0, 1], [1, 2], [2, 3]], degree=k, smoothness=r)
    inner = [t for t in breaks[1:-1] for _ in range(k - r)]
    knots = [breaks[0]] * (k + 1) + inner + [breaks[-1]] * (k + 1)
    count = len(knots) - k - 1
    assert space.dimension == count
    spans = pairwise(breaks)
    fine = [a + (b - a) * Fraction(j, k + 1) for a, b in spans for j in range(k + 1)]
    fine.append(breaks[-1])
    table = [[b_spline(knots, i, k, x) for i in range(count)] for x in fine]
    assert Matrix(table).rank() == count
    for i in range(count):
        found = space.interpolate([[x] for x in fine], [row[i] for row in table])
        assert found.is_unique
        for x in (Fraction(1, 7), Fraction(9, 5), Fraction(13, 4)):
            assert found.spline([x]) == b_spline(knots, i, k, x)


# -- interpolation -----------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.data(), spaces)
def test_interpolation_verdicts(data, space) -> None:
    chosen = data.draw(st.lists(st.sampled_from(space.mesh.simplices), min_size=1, max_size=8))
    points = []
    for _, simplex in chosen:
        weights = [data.draw(st.integers(0, 3)) for _ in simplex]
        assume(sum(weights))
        points.append(
            tuple(
                Fraction(sum(w * space.mesh.points[v][c] for w, v in zip(weights, simplex, strict=True)))
                / sum(weights)
                for c in range(space.mesh.dim)
            )
        )
    values = [data.draw(numbers) for _ in points]
    found = space.interpolate(points, values)
    for s in found.kernel:
        assert s in space and all(s(x) == 0 for x in points) and s.support
    if found.is_solvable:
        assert found.obstruction is None
        assert [found.spline(x) for x in points] == values
        assert found.is_unique == (not found.kernel)
    else:
        assert found.spline is None and not found.is_unique
        weights = found.obstruction
        assert sum(z * y for z, y in zip(weights, values, strict=True)) == 1
        for s in space.basis:
            assert sum(z * s(x) for z, x in zip(weights, points, strict=True)) == 0


def test_a_point_given_twice() -> None:
    space = SPACES[1]
    assert space.interpolate([(1, 1), (1, 1)], [2, 2]).is_solvable
    bad = space.interpolate([(1, 1), (1, 1)], [2, 3])
    assert bad.obstruction == (-1, 1)
    other = space.interpolate([(1, 1), (1, 1), (0, 0), (0, 0)], [2, 2, 0, 1])
    assert other.obstruction == (0, 0, -1, 1)  # the first dependency of the points is not the one violated


# -- integrals ---------------------------------------------------------------------------------------


def test_moments_against_integrated_forms() -> None:
    x, y = coordinates("x y")
    triangle = [(Fraction(1, 3), Fraction(-1)), (Fraction(4), Fraction(2)), (Fraction(1), Fraction(5, 2))]
    sign = 1 if integrate_simplex(x.d() ^ y.d(), triangle) > 0 else -1
    for (a, b), moment in zip(monomials(2, 4), simplex_moments(triangle, 4), strict=True):
        form = 1 * (x.d() ^ y.d())
        for factor in [x] * a + [y] * b:
            form = factor * form
        assert sign * integrate_simplex(form, triangle) == fraction(moment)


@settings(max_examples=12)
@given(networks(input_dims=(2, 1), depths=(1,), widths=(1, 2, 3)))
def test_squares_of_a_model_against_its_vertex_values(net) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    space = P.complex
    corners = space.closure(space.dim)
    pieces = model_pieces(P)
    scale = 1
    table = []
    for cell, v in zip(corners.owners.tolist(), corners.index.tolist(), strict=True):
        row = []
        for f in pieces:
            q = f.on_cell(cell, P.vertices[v]) * int(space.coordinates[v][0])
            row.append(q)
            scale = lcm(scale, q.denominator)
        table.append(row)
    values = np.array([[int(q * scale) for q in row] for row in table], dtype=object)
    expected = Integrals(space).squares(values, scale)
    assert sum(f.inner(f) for f in pieces) == expected
    assert sum(f.integral() for f in pieces) == Integrals(space).affine(values, scale)


# -- projection --------------------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.data(), spaces)
def test_projection_is_orthogonal_idempotent_and_pythagorean(data, space) -> None:
    mesh = space.mesh
    f = PiecewisePolynomial.from_pieces(mesh, [polynomial(data.draw, mesh.dim, 2) for _ in mesh.cells])
    found = space.project(f)
    assert found.spline in space
    assert all(found.error.inner(b) == 0 for b in space.basis)
    assert found.distance_squared == found.error.inner(found.error) >= 0
    assert f.inner(f) == found.spline.inner(found.spline) + found.distance_squared
    again = space.project(found.spline)
    assert again.spline == found.spline and again.distance_squared == 0
    assert (found.distance_squared == 0) == (f in space)


@settings(max_examples=15)
@given(st.data(), spaces)
def test_polynomials_are_reproduced(data, space) -> None:
    piece = polynomial(data.draw, space.mesh.dim, space.degree)
    found = space.project(piece)
    assert found.distance_squared == 0 and found.spline.is_polynomial
    assert found.spline.pieces[0] == {e: c for e, c in piece.items() if c}


def test_mass_matrix_is_the_gram_matrix_of_the_basis() -> None:
    for space in SPACES[:5]:
        n = space.dimension
        expected = Matrix([[a.inner(b) for b in space.basis] for a in space.basis])
        assert space.mass_matrix == expected and expected.shape == (n, n)
        assert is_positive_definite(expected)


def test_constants_integrate_to_the_volume() -> None:
    for space in SPACES:
        one = PiecewisePolynomial.from_pieces(space.mesh, {(0,) * space.mesh.dim: 1})
        assert one.integral() == one.inner(one)
    assert PiecewisePolynomial.from_pieces(SPACES[-1].mesh, {(0, 0): 1}).integral() == 9


# -- models ------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(networks(input_dims=(1, 2), depths=(1,), widths=(1, 2, 3)), st.integers(1, 3))
def test_refined_models(net, degree: int) -> None:
    P = eg.partition(net, eg.box(-1, 1, dim=net.input_dim))
    own = refine_model(P, degree=degree, smoothness=0)
    assert own.distance_squared == 0 and own.splines == own.model
    smooth = refine_model(P, degree=degree)
    assert all(s in smooth.space and s.is_smooth(1) for s in smooth.splines)
    assert smooth.distance_squared >= refine_model(P, degree=degree + 1).distance_squared
    centre = (0,) * net.input_dim
    assert tuple(f(centre) for f in own.model) == tuple(net(centre))
    if smooth.space.dimension == comb(net.input_dim + degree, degree):
        assert smooth.is_polynomial


def test_the_nearest_parabola_with_one_knot() -> None:
    """|x|/2 against 1 and x^2: `3/32 + 15/32 x^2`, by Legendre's polynomials."""
    P = eg.partition(eg.Network([eg.Abs()], input_dim=1), eg.box(-1, 1, dim=1))
    found = refine_model(P, degree=2)
    assert found.splines[0].pieces[0] == {(0,): Fraction(3, 16), (2,): Fraction(15, 16)}
    assert found.distance_squared == Fraction(1, 96) and found(["1/2"]) == (Fraction(27, 64),)
    assert not refine_model(P, degree=3).is_polynomial
    assert refine_model(P, degree=1).splines[0].pieces == ({(0,): Fraction(1, 2)},) * 2


def test_a_tree_is_refined_too() -> None:
    step = eg.Network([eg.Linear([[1, 0]], [0]), Sign()])
    P = eg.partition(step, eg.box(-1, 1, dim=2))
    own = refine_model(P, degree=0, smoothness=-1)
    assert own.distance_squared == 0
    assert refine_model(P, degree=0).distance_squared == 4


# -- values ------------------------------------------------------------------------------------------


def test_values_are_frozen_pickle_and_print() -> None:
    for space in SPACES:
        copy = pickle.loads(pickle.dumps(space))
        assert copy == space and hash(copy) == hash(space)
        s = space.basis[0]
        assert pickle.loads(pickle.dumps(s)) == s and repr(s).startswith("<a piecewise polynomial")
        with pytest.raises(AttributeError):
            s.mesh = None
        assert s + s == 2 * s and s - s == 0 * s and -s == s * -1
        assert s != space.basis[-1] or space.dimension == 1
    assert repr(SPACES[1]) == "<the C^1 splines of degree 3 on 3 cells in R^2>"


@pytest.mark.parametrize(
    ("points", "simplices", "message"),
    [
        ([(0, 0), (1, 0), (2, 0)], [[0, 1, 2]], "simplex 0 is flat"),
        ([(0, 0), (2, 0), (0, 2), (1, 0), (1, -1)], [[0, 1, 2], [0, 3, 4]], "simplices 0 and 1 overlap"),
        ([(0, 0), (2, 0), (0, 2), (1, 0), (0, -1), (2, -1)], [[0, 1, 2], [3, 4, 5]], "simplices 0 and 1"),
        ([(0, 0), (1, 0), (0, 1)], [[0, 1, 2], [2, 1, 0]], "the same simplex as simplices[0]"),
        ([(0, 0), (1, 0), (0, 1), (0, 0), (-1, 0), (0, -1)], [[0, 1, 2], [3, 4, 5]], "simplices 0 and 1"),
        ([(0, 0), (4, 0), (0, 4), (1, 1), (2, 1), (1, 2)], [[0, 1, 2], [3, 4, 5]], "simplices 0 and 1"),
        ([(0, 0), (1, 0), (0, 1)], [[0, 1]], "expected 3 different points"),
        ([(0, 0), (1, 0), (0, 1)], [[0, 1, 1]], "expected 3 different points"),
        ([(0, 0), (1, 0), (0, 1)], [[0, 1, 3]], "from 0 to 2, got 3"),
        ([(0, 0), (1, 0), (0, 1)], [[0, 1, True]], "got True"),
        ([(0, 0), (1, 0), (0, 1)], [], "at least one simplex"),
        ([(0, 0), (1, 0), (0, float("nan"))], [[0, 1, 2]], "points[2][1]"),
        ([(0, 0), (1, 0), (0,)], [[0, 1, 2]], "points[2]"),
        ([[0], [2], [1], [3]], [[0, 1], [2, 3]], "simplices 0 and 1"),
    ],
)
def test_bad_complexes_are_refused(points, simplices, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        spline_space(points, simplices, degree=2, smoothness=1)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_tetrahedra_that_cross_in_their_edges() -> None:
    """No facet plane separates or meets them; only the intersection itself shows it."""
    low = [(-2, 0, 0), (2, 0, 0), (0, -1, -2), (0, 1, -2)]
    pair = [[0, 1, 2, 3], [4, 5, 6, 7]]
    for height, proper in ((0, False), (1, True)):
        high = [(0, -2, height), (0, 2, height), (-1, 0, height + 2), (1, 0, height + 2)]
        if proper:
            assert spline_space(low + high, pair, degree=1, smoothness=0).dimension == 8
        else:
            with pytest.raises(InvalidInput, match="simplices 0 and 1"):
                spline_space(low + high, pair, degree=1, smoothness=0)


def test_bad_numbers_and_places() -> None:
    space = SPACES[1]
    for degree, smoothness in ((-1, 0), (2, -2), (True, 0), (2, "1")):
        with pytest.raises(InvalidInput, match="expected an integer"):
            spline_space(*SPLIT, degree=degree, smoothness=smoothness)
    with pytest.raises(InvalidInput, match=r"points\[1\]: .*outside"):
        space.interpolate([(1, 1), (9, 9)], [0, 0])
    with pytest.raises(InvalidInput, match="values"):
        space.interpolate([(1, 1)], [0, 0])
    with pytest.raises(InvalidInput, match="coefficients"):
        space.spline([1])
    with pytest.raises(InvalidInput, match="pieces"):
        space.project([{(0, 0): 1}])
    with pytest.raises(InvalidInput, match="exponents"):
        space.project({(0,): 1})
    with pytest.raises(InvalidInput, match="method"):
        spline_space(*SPLIT, degree=1, smoothness=0, method="magic")
    with pytest.raises(UnboundedError):
        spline_space_on(eg.partition(eg.Arrangement([([1, 0], 0)])), degree=1, smoothness=0)
    with pytest.raises(InvalidInput):
        refine_model(eg.partition(eg.Arrangement([([1, 0], 0)]), eg.box(-1, 1, dim=2)))
    with pytest.raises(InvalidInput):
        refine_model("a network")
