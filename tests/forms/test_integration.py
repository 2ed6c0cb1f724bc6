"""Exact integration over simplices, polytopes, faces and chains; Stokes; piecewise pullbacks."""

from __future__ import annotations

import itertools
import pickle
import random
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
import sympy
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom import forms
from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.forms import (
    Chain,
    Chart,
    DegreeError,
    DifferentialForm,
    DimensionMismatch,
    Map,
    PiecewiseForm,
    integrate,
    integrate_parametrised,
    integrate_simplex,
    pullback_piecewise,
)
from exactgeom.linalg import Multivector

FEW = max(12, settings.default.max_examples // 4)
rationals = st.fractions(min_value=-3, max_value=3, max_denominator=3)


def random_form(dim: int, degree: int, seed: int, power: int = 3) -> DifferentialForm:
    source = random.Random(seed)
    chart = Chart([f"x{i + 1}" for i in range(dim)])
    exponents = [e for e in itertools.product(range(power + 1), repeat=dim) if sum(e) <= power]
    terms = {}
    for index in itertools.combinations(range(dim), degree):
        chosen = source.sample(exponents, min(4, len(exponents)))
        poly = {e: fmpq(source.randint(-5, 5), source.randint(1, 4)) for e in chosen}
        terms[sum(1 << i for i in index)] = chart.context.from_dict(poly)
    return DifferentialForm.from_coefficients(chart, degree, terms)


def slanted(dim: int) -> eg.Polytope:
    """A polytope without symmetry: a random hull with rational vertices."""
    source = random.Random(dim)
    points = [
        [Fraction(source.randint(-4, 4), source.randint(1, 3)) for _ in range(dim)] for _ in range(dim + 4)
    ]
    return eg.Polytope.from_vertices(points)


def crossed(dim: int, count: int) -> eg.Partition:
    source = random.Random(dim * 10 + count)
    planes = [
        ([source.randint(-3, 3) or 1 for _ in range(dim)], Fraction(source.randint(-2, 2), 3))
        for _ in range(count)
    ]
    return eg.partition(eg.Arrangement(planes), eg.box(-1, 1, dim=dim))


# -- values --------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(rationals, rationals, rationals), min_size=4, max_size=4))
@settings(max_examples=FEW)
def test_volume_form_over_a_simplex_is_its_signed_volume(points):
    chart = Chart("x y z")
    volume = DifferentialForm(chart, 3, {(0, 1, 2): 1})
    edges = sympy.Matrix([[q - p for p, q in zip(points[0], point, strict=True)] for point in points[1:]])
    assert integrate_simplex(volume, points) == Fraction(str(edges.det())) / 6
    swapped = [points[1], points[0], *points[2:]]
    assert integrate_simplex(volume, swapped) == -integrate_simplex(volume, points)


@given(st.lists(st.tuples(rationals, rationals, rationals), min_size=3, max_size=3))
@settings(max_examples=FEW)
def test_constant_forms_see_the_area_multivector(points):
    """∫_T ω = ⟨ω, Ω(T)⟩ with Ω = ½ (q − p) ∧ (r − p): a second route."""
    form = random_form(3, 2, seed=1, power=0)
    p, q, r = points
    sides = [Multivector.vector([b - a for a, b in zip(p, end, strict=True)]) for end in (q, r)]
    assert integrate_simplex(form, points) == form.at(p).inner(sides[0] ^ sides[1]) / 2


def test_dirichlet_integrals():
    x, y, z = forms.coordinates("x y z")
    form = x**2 * y * z**3 * (x.d() ^ y.d() ^ z.d())
    expected = Fraction(factorial(2) * factorial(3), factorial(6 + 3))
    assert integrate(form, eg.simplex(3)) == expected


@pytest.mark.parametrize("seed", range(4))
def test_boxes_agree_with_iterated_integrals(seed):
    form = random_form(3, 3, seed)
    lows, highs = (Fraction(-1), Fraction(0), Fraction(1, 2)), (Fraction(2), Fraction(1, 3), Fraction(1))
    value = form[0, 1, 2].to_sympy()
    for symbol, low, high in zip(form.chart.symbols, lows, highs, strict=True):
        ends = [sympy.Rational(c.numerator, c.denominator) for c in (low, high)]
        value = sympy.integrate(value, (symbol, *ends))
    assert integrate(form, eg.box(lows, highs)) == eg.exact(value)
    iterated = [
        (s, a, b) for s, a, b in zip(form.chart.symbols, map(str, lows), map(str, highs), strict=True)
    ]
    assert integrate_parametrised(form, iterated) == value


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_the_integral_of_the_volume_form_is_the_volume(dim):
    body = slanted(dim)
    form = DifferentialForm(Chart([f"x{i}" for i in range(dim)]), dim, {tuple(range(dim)): 1})
    assert integrate(form, body) == body.volume
    position = [form.chart.functions()[i] * form for i in range(dim)]
    assert tuple(integrate(p, body) / body.volume for p in position) == body.centroid


def test_change_of_variables():
    """∫_{f(D)} ω = ∫_D f*ω for an affine f with det > 0; the sign flips with det."""
    form = random_form(3, 3, seed=7)
    matrix, offset = [[1, 2, 0], [0, "1/2", 1], [1, 0, 3]], [1, "1/3", -1]
    body = slanted(3)
    moved = form.pullback(Map.affine(form.chart, form.chart, matrix, offset))
    assert integrate(moved, body) == integrate(form, body.image(matrix, offset))
    mirrored = form.pullback(
        Map.affine(form.chart, form.chart, [[-1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0])
    )
    assert integrate(mirrored, body) == -integrate(
        form, body.image([[-1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0])
    )


# -- Stokes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(2))
def test_stokes_on_a_polytope(dim, seed):
    body = Chain(slanted(dim).complex, dim, {0: 1})
    form = random_form(dim, dim - 1, seed)
    assert form.d() and body.stokes_defect(form) == 0
    assert body.boundary().integrate(form) == integrate(form.d(), slanted(dim))


@pytest.mark.parametrize(("dim", "count"), [(2, 5), (3, 4)])
def test_stokes_on_every_cell_and_face_of_a_partition(dim, count):
    space = crossed(dim, count).complex
    for k in range(1, dim + 1):
        form = random_form(dim, k - 1, seed=k, power=2)
        for face in range(space.count(k)):
            assert Chain(space, k, {face: 1}).stokes_defect(form) == 0


def test_stokes_on_cells_of_a_network():
    weight = [["1/2", -1], [1, "1/3"], ["-2/3", 1]]
    network = eg.Network([eg.Linear(weight, ["1/4", 0, "1/5"]), eg.ReLU()])
    space = eg.partition(network, eg.box(-1, 1, dim=2)).complex
    assert space.count(2) > 3
    form = random_form(2, 1, seed=3)
    source = random.Random(1)
    for face in range(space.count(2)):
        assert Chain(space, 2, {face: 1}).stokes_defect(form) == 0
    mixed = Chain(space, 2, {face: Fraction(source.randint(-5, 5), 3) for face in range(space.count(2))})
    assert mixed.stokes_defect(form) == 0


@pytest.mark.parametrize(("dim", "count"), [(2, 4), (3, 4)])
def test_boundary_of_a_boundary_is_zero(dim, count):
    space = crossed(dim, count).complex
    source = random.Random(5)
    for k in range(2, dim + 1):
        chain = Chain(space, k, {face: source.randint(-3, 3) for face in range(space.count(k))})
        assert chain.boundary().boundary().coefficients == {}


def test_interior_facets_cancel_in_the_boundary_of_all_cells():
    P = crossed(3, 4)
    outer = Chain.cells(P.complex).boundary()
    on_the_boundary = {facet.id for facet in P.facets if not facet.is_interior}
    assert set(outer.coefficients) == on_the_boundary
    assert all(abs(value) == 1 for value in outer.coefficients.values())


def test_boundary_signs_agree_with_the_complex_up_to_orientation():
    """The complex orients faces otherwise: the two boundary maps differ by one sign per face."""
    space = crossed(3, 3).complex
    for k in (1, 2, 3):
        theirs = space.measures.incidence_signs(k)
        flips: dict[tuple[int, int], int] = {}
        start = space.boundary(k).start
        for face in range(space.count(k)):
            ours = Chain(space, k, {face: 1}).boundary().coefficients
            for facet, sign in zip(
                space.boundary(k)[face].tolist(), theirs[start[face] : start[face + 1]], strict=True
            ):
                flips[face, facet] = int(sign * ours[facet])
        # consistent with one flip per face: products around every pair of faces sharing two facets agree
        upper, lower = {0: 1}, {}
        changed = True
        while changed:
            changed = False
            for (face, facet), flip in flips.items():
                if face in upper and facet not in lower:
                    lower[facet], changed = flip * upper[face], True
                elif facet in lower and face not in upper:
                    upper[face], changed = flip * lower[facet], True
        assert all(upper[face] * lower[facet] == flip for (face, facet), flip in flips.items())


def test_divergence_theorem_with_area_vectors():
    """For a constant field the flux through each facet is field · area vector."""
    P = crossed(3, 3)
    chart = Chart("x y z")
    field = (2, Fraction(1, 3), -1)
    flux = DifferentialForm(chart, 3, {(0, 1, 2): 1}).interior(field)
    for cell in P.cells:
        boundary = Chain(P.complex, 3, {cell.id: 1}).boundary()
        for facet, sign in boundary.coefficients.items():
            vector = P.complex.measures.area_vector(cell.id, facet)
            through = sign * Chain(P.complex, 2, {facet: 1}).integrate(flux)
            assert through == sum(a * b for a, b in zip(field, vector, strict=True))


def test_flat_polytopes_and_handles():
    x, y, z = forms.coordinates("x y z")
    triangle = eg.Polytope.from_vertices([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    assert integrate(x.d() ^ y.d(), triangle) == Fraction(1, 2)
    assert integrate(x.d() ^ z.d(), triangle) == -Fraction(1, 2)
    assert Chain(triangle.complex, 2, {0: 1}).stokes_defect(x * y * z.d() + y**2 * x.d()) == 0
    P = crossed(2, 2)
    u, v = forms.coordinates("u v")
    assert sum(integrate(u.d() ^ v.d(), cell) for cell in P.cells) == P.total_volume
    point = eg.Polytope.from_vertices([(1, 2)])
    assert integrate(u * v, point) == 2
    vertical = eg.Polytope.from_vertices([(1, 2), (1, 5)])
    assert integrate(v.d(), vertical) == 3 and integrate(u.d(), vertical) == 0


def test_chains_are_values():
    space = crossed(2, 2).complex
    chain = Chain(space, 2, {0: "1/2", 1: 0})
    assert chain.coefficients == {0: Fraction(1, 2)}
    assert chain + chain == 2 * chain and chain - chain == Chain(space, 2, {})
    assert hash(chain) == hash(Chain(space, 2, {0: Fraction(1, 2)}))
    copy = pickle.loads(pickle.dumps(chain))
    assert copy.coefficients == chain.coefficients
    form = random_form(2, 2, 1)
    assert copy.integrate(form) == chain.integrate(form)


# -- parametrised --------------------------------------------------------------------------------------


def test_area_of_the_sphere_and_stokes_with_symbols():
    x, y, z = forms.coordinates("x y z")
    ball = {x: "sin(p)*cos(q)", y: "sin(p)*sin(q)", z: "cos(p)"}
    bounds = [("p", 0, sympy.pi), ("q", 0, 2 * sympy.pi)]
    flux = x * (y.d() ^ z.d()) + y * (z.d() ^ x.d()) + z * (x.d() ^ y.d())
    assert integrate_parametrised(flux, bounds, ball, source="p q") == 4 * sympy.pi
    assert integrate_parametrised((x * y.d()).d() + (y * z.d()).d(), bounds, ball, source="p q") == 0
    # the upper hemisphere and its boundary circle
    half = [("p", 0, sympy.pi / 2), ("q", 0, 2 * sympy.pi)]
    circle = integrate_parametrised(
        x * y.d(), [("t", 0, 2 * sympy.pi)], {x: "cos(t)", y: "sin(t)", z: 0}, source="t"
    )
    assert integrate_parametrised((x * y.d()).d(), half, ball, source="p q") == circle == sympy.pi


def test_bounds_may_depend_on_outer_parameters():
    x, y = forms.coordinates("x y")
    triangle = [("y", 0, "1 - x"), ("x", 0, 1)]
    assert integrate_parametrised(x * (x.d() ^ y.d()), triangle) == sympy.Rational(1, 6)


# -- piecewise-linear pullbacks ------------------------------------------------------------------------


def folded_plane():
    """A network R² → R³ with a bent image, and its partition."""
    network = eg.Network([eg.Linear([[1, -1], [1, 1], ["1/2", 0]], [0, "1/4", "1/3"]), eg.ReLU()])
    P = eg.partition(network, eg.box(-1, 1, dim=2))
    return P, [P.affine_map(cell) for cell in P.cells]


def test_traces_of_a_piecewise_linear_pullback_agree():
    P, maps = folded_plane()
    for degree in (0, 1, 2):
        form = random_form(3, degree, seed=degree)
        w = pullback_piecewise(form, P.complex, maps, "s t")
        assert len(w.forms) == len(P.cells) > 4
        assert w.trace_mismatches() == ()
        assert w.d() == pullback_piecewise(form.d(), P.complex, maps, "s t")
    one = random_form(3, 1, seed=9)
    w = pullback_piecewise(one, P.complex, maps, "s t")
    jumps = [f for f in P.facets if f.is_interior and w.forms[f.cell_ids[0]] != w.forms[f.cell_ids[1]]]
    assert jumps  # the forms themselves do jump: only tangential traces agree
    assert (w ^ w) == pullback_piecewise(one ^ one, P.complex, maps, "s t")
    assert (w + w) == 2 * w
    assert pickle.loads(pickle.dumps(w)).forms == w.forms


def test_a_torn_map_is_noticed():
    P, maps = folded_plane()
    form = random_form(3, 1, seed=4)
    (matrix, offset), *rest = maps
    torn = [(matrix, [c + 1 for c in offset]), *rest]
    mismatches = pullback_piecewise(form, P.complex, torn, "s t").trace_mismatches()
    around_first = {facet.id for facet in P.cells[0].facets if facet.is_interior}
    assert mismatches and set(mismatches) <= around_first


def test_stokes_for_a_piecewise_form():
    """∫ dw over all cells = the boundary integral of the traces, interior facets cancelling."""
    P, maps = folded_plane()
    w = pullback_piecewise(random_form(3, 1, seed=5), P.complex, maps, "s t")
    total = Fraction(0)
    for facet, sign in Chain.cells(P.complex).boundary().coefficients.items():
        (cell,) = P.complex.coboundary(1)[facet].tolist()
        total += sign * Chain(P.complex, 1, {facet: 1}).integrate(w.forms[cell])
    assert w.d().integrate() == total


def test_piecewise_in_one_dimension():
    segment, _ = eg.box(-1, 1, dim=1).complex.subdivide([-1, 1])
    chart = Chart("y")
    y = chart.functions()[0]
    sides = [
        int(
            segment.point(int(segment.closure(1)[c][0]))[0] + segment.point(int(segment.closure(1)[c][1]))[0]
            > 0
        )
        for c in (0, 1)
    ]
    modulus = [([[1]], [0]) if side else ([[-1]], [0]) for side in sides]
    w = pullback_piecewise(y, segment, modulus, "x")
    assert w.trace_mismatches() == ()
    jump = pullback_piecewise(y + 0, segment, [([[0]], [side]) for side in sides], "x")
    assert len(jump.trace_mismatches()) == 1
    assert pullback_piecewise(y.d(), segment, modulus, "x").integrate() == 0


# -- bad input -----------------------------------------------------------------------------------------


def test_bad_integrands_and_domains():
    x, y = forms.coordinates("x y")
    square = eg.box(0, 1, dim=2)
    with pytest.raises(DegreeError):
        integrate(x.d(), square)
    with pytest.raises(DimensionMismatch):
        integrate(x.d() ^ y.d(), eg.box(0, 1, dim=3))
    with pytest.raises(InvalidInput, match="polynomial"):
        integrate(sympy.sin(x) * (x.d() ^ y.d()), square)
    with pytest.raises(InvalidInput):
        integrate(x, [])
    with pytest.raises(InvalidInput, match="no 2-face"):
        Chain(square.complex, 2, {1: 1})
    with pytest.raises(InvalidInput, match="dimension"):
        Chain(square.complex, 3, {})
    with pytest.raises(InvalidInput, match="vertices"):
        Chain(square.complex, 0, {0: 1}).boundary()
    with pytest.raises(DimensionMismatch):
        Chain(square.complex, 2, {0: 1}) + Chain(square.complex, 1, {0: 1})
    with pytest.raises(DimensionMismatch, match="per cell"):
        PiecewiseForm(square.complex, [x, y])
    with pytest.raises(DimensionMismatch, match="coordinates"):
        PiecewiseForm(square.complex, list(forms.coordinates("t")))
    with pytest.raises(DimensionMismatch, match="matrix"):
        pullback_piecewise(x, square.complex, [([[1, 0]], [0])], "s t")
    with pytest.raises(InvalidInput, match="maps"):
        pullback_piecewise(x, square.complex, [None], "s t")
    with pytest.raises(DegreeError):
        integrate_parametrised(x.d(), [("x", 0, 1), ("y", 0, 1)])
    with pytest.raises(DimensionMismatch, match="bounds"):
        integrate_parametrised(x.d() ^ y.d(), [("x", 0, 1)])
    t = forms.coordinates("t")[0]
    with pytest.raises(UndecidedError):
        integrate_parametrised(sympy.sin(sympy.exp(sympy.sin(t))) * t.d(), [("t", 0, 1)])


def test_unbounded_faces_are_refused():
    plane = eg.partition(eg.Arrangement([([1, 0], 0)]), None)
    x, y = forms.coordinates("x y")
    with pytest.raises(eg.UnboundedError):
        integrate(x.d() ^ y.d(), plane.cells[0])


def test_numpy_indices_are_accepted():
    square = eg.box(0, 1, dim=2)
    assert Chain(square.complex, 2, {np.int64(0): 1}).coefficients == {0: 1}
