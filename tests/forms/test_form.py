"""Laws of differential forms, on random polynomial forms and maps."""

from __future__ import annotations

import itertools
import pickle
from fractions import Fraction

import pytest
import sympy
from flint import fmpq
from hypothesis import given as _given
from hypothesis import settings
from hypothesis import strategies as st
from sympy import diffgeom

from exactgeom import forms
from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.forms import (
    Chart,
    ChartMismatch,
    DegreeError,
    DifferentialForm,
    DimensionMismatch,
    Map,
    VectorField,
)
from exactgeom.linalg import Multivector

R2, R3, R4, PLANE = Chart("x y"), Chart("x y z"), Chart("x1:5"), Chart("u v")
FEW = max(16, settings.default.max_examples // 4)


def given(*strategies, examples=FEW):
    """Hypothesis' `given` with few examples: each is a random polynomial identity, so one would nearly do."""
    return lambda test: settings(max_examples=examples)(_given(*strategies)(test))


rationals = st.fractions(min_value=-3, max_value=3, max_denominator=4)


@st.composite
def functions(draw, chart, *, degree=2):
    exponents = [e for e in itertools.product(range(degree + 1), repeat=chart.dim) if sum(e) <= degree]
    chosen = draw(st.lists(st.sampled_from(exponents), max_size=3, unique=True))
    terms = {e: fmpq(c.numerator, c.denominator) for e in chosen for c in [draw(rationals)]}
    return DifferentialForm.from_coefficients(chart, 0, {0: chart.context.from_dict(terms)})


@st.composite
def differential_forms(draw, chart, *, degree=None, power=2):
    k = draw(st.integers(0, chart.dim)) if degree is None else degree
    masks = [sum(1 << i for i in index) for index in itertools.combinations(range(chart.dim), k)]
    chosen = {mask: draw(functions(chart, degree=power)) for mask in masks if draw(st.booleans())}
    terms = {mask: f.terms[0] for mask, f in chosen.items() if f.terms}
    return DifferentialForm.from_coefficients(chart, k, terms)


@st.composite
def polynomial_maps(draw, source, target, *, degree=2):
    return Map(source, target, [draw(functions(source, degree=degree)) for _ in range(target.dim)])


@st.composite
def vector_fields(draw, chart):
    return VectorField(chart, [draw(functions(chart)) for _ in range(chart.dim)])


# -- the algebra -------------------------------------------------------------------------------------


@given(differential_forms(R4), differential_forms(R4))
def test_wedge_is_graded_commutative(a, b):
    assert (a ^ b) == (b ^ a) * (-1) ** (a.degree * b.degree)


@given(differential_forms(R3), differential_forms(R3), differential_forms(R3))
def test_wedge_is_associative(a, b, c):
    assert ((a ^ b) ^ c) == (a ^ (b ^ c))


@given(differential_forms(R3, degree=1), differential_forms(R3, degree=1), differential_forms(R3))
def test_wedge_distributes(a, b, c):
    assert ((a + b) ^ c) == (a ^ c) + (b ^ c)


@given(differential_forms(R4, power=0), differential_forms(R4, power=0))
def test_constant_forms_multiply_like_multivectors(a, b):
    at = (0,) * 4
    if a.degree and b.degree and a.degree + b.degree <= 4:
        assert (a ^ b).at(at) == (a.at(at) ^ b.at(at))


# -- the derivative ----------------------------------------------------------------------------------


@given(differential_forms(R4))
def test_d_squared_is_zero(w):
    assert not w.d().d()


@given(differential_forms(R4), differential_forms(R4))
def test_graded_leibniz(a, b):
    assert (a ^ b).d() == (a.d() ^ b) + (a ^ b.d()) * (-1) ** a.degree


def test_maxwell_dF_is_zero():
    t, x, y, z = forms.coordinates("t x y z")
    point = (sympy.Symbol("t"), *sympy.symbols("x y z"))
    potential = sum((sympy.Function(f"A{i}")(*point) * q.d() for i, q in enumerate((t, x, y, z))), 0)
    field = potential.d()
    assert field.degree == 2 and field
    assert field.d() == 0
    # the Faraday law, read off one component: ∂_t B_z + ∂_x E_y − ∂_y E_x = 0 with F = E∧dt + B
    assert (field - (x * (t.d() ^ y.d()))).d() == -(x.d() ^ t.d() ^ y.d())


# -- pullback ----------------------------------------------------------------------------------------


@given(polynomial_maps(PLANE, R3), differential_forms(R3), differential_forms(R3))
def test_pullback_respects_the_wedge(f, a, b):
    assert (a ^ b).pullback(f) == (a.pullback(f) ^ b.pullback(f))


@given(polynomial_maps(PLANE, R3), differential_forms(R3))
def test_pullback_commutes_with_d(f, w):
    assert w.pullback(f).d() == w.d().pullback(f)


@given(polynomial_maps(R2, R3), polynomial_maps(PLANE, R2), differential_forms(R3))
def test_pullback_is_contravariant(g, f, w):
    assert w.pullback(g @ f) == w.pullback(g).pullback(f)


@given(differential_forms(R3))
def test_pullback_by_the_identity(w):
    assert w.pullback(Map.identity(R3)) == w


@given(polynomial_maps(R2, R3), functions(R3), st.tuples(rationals, rationals))
def test_pullback_of_a_function_is_composition(f, h, point):
    assert h.pullback(f).at(point) == h.at(f.at(point))


@given(polynomial_maps(R2, R3), differential_forms(R3, degree=2), st.tuples(rationals, rationals))
def test_pullback_evaluates_on_pushed_vectors(f, w, point):
    """(f*w)_p(u, v) = w_f(p)(J u, J v), with the Jacobian at the point: the definition."""
    jacobian = [[entry.at(point) for entry in row] for row in f.jacobian()]
    u, v = zip(*jacobian, strict=True)
    value = w.at(f.at(point))
    pushed = Multivector.vector(u) ^ Multivector.vector(v)
    assert w.pullback(f).at(point)[0, 1] == value.inner(pushed)


@pytest.mark.parametrize(
    ("components", "law"),
    [
        (["r*cos(t)", "r*sin(t)"], "polar"),
        (["exp(r)*cos(t)", "exp(r)*sin(t)"], "logarithmic"),
        (["r/(r**2 + t**2)", "t/(r**2 + t**2)"], "inversion"),
        (["sqrt(r**2 + 1)", "r*t"], "root"),
    ],
)
def test_pullback_by_symbolic_maps_keeps_the_laws(components, law):
    f = Map("r t", R2, components)
    x, y = R2.functions()
    a, b = x**2 * y * x.d() + y * y.d(), x * y.d()
    assert a.pullback(f).d() == a.d().pullback(f)
    assert (a ^ b).pullback(f) == (a.pullback(f) ^ b.pullback(f))


def test_the_closed_angle_form_pulls_back_to_dt():
    x, y = R2.functions()
    r, t = forms.coordinates("r t")
    angle = (x * y.d() - y * x.d()) / (x**2 + y**2)
    assert angle.is_closed()
    assert angle.pullback({x: r * sympy.cos(t), y: r * sympy.sin(t)}) == t.d()
    with pytest.raises(UndecidedError):
        angle.is_exact()


# -- contraction and Lie derivative --------------------------------------------------------------------


@given(vector_fields(R3), differential_forms(R3), differential_forms(R3))
def test_interior_product_is_an_antiderivation(field, a, b):
    if a.degree and b.degree:  # on functions it is the zero of degree 0: degree −1 does not exist
        assert (a ^ b).interior(field) == (a.interior(field) ^ b) + (a ^ b.interior(field)) * (-1) ** a.degree
    elif a.degree:
        assert (a ^ b).interior(field) == (a.interior(field) ^ b)


@given(vector_fields(R3), differential_forms(R3))
def test_interior_product_squares_to_zero(field, w):
    assert not w.interior(field).interior(field)


@given(vector_fields(R3), differential_forms(R3), differential_forms(R3))
def test_lie_derivative_is_a_derivation(field, a, b):
    assert (a ^ b).lie(field) == (a.lie(field) ^ b) + (a ^ b.lie(field))
    assert a.lie(field).d() == a.d().lie(field)


@given(vector_fields(R2), vector_fields(R2), differential_forms(R2))
def test_lie_derivatives_represent_the_bracket(x, y, w):
    assert w.lie(y).lie(x) - w.lie(x).lie(y) == w.lie(x.bracket(y))


@given(vector_fields(R2), differential_forms(R2, degree=1))
def test_lie_derivative_in_components(field, w):
    """(L_X w)_i = X^j ∂_j w_i + w_j ∂_i X^j: a second route, without Cartan's formula."""
    basis = VectorField.basis(R2)
    for i in range(2):
        expected = field(w[i])
        for j in range(2):
            expected = expected + w[j] * basis[i](field.components[j])
        assert w.lie(field)[i] == expected


@given(vector_fields(R3), vector_fields(R3), differential_forms(R3, degree=1))
def test_exterior_derivative_on_vectors(x, y, w):
    """dw(X, Y) = X w(Y) − Y w(X) − w([X, Y])."""
    assert w.d()(x, y) == x(w(y)) - y(w(x)) - w(x.bracket(y))


def test_pushforward_is_inverse_pullback_and_keeps_brackets():
    f = Map("x y", "u v", ["x", "y + x**2"])
    inverse = Map("u v", "x y", ["u", "v - u**2"])
    a, b = VectorField("x y", ["y", "x*y"]), VectorField("x y", ["1", "x"])
    pushed = a.bracket(b).pushforward(f, inverse)
    assert pushed == a.pushforward(f, inverse).bracket(b.pushforward(f, inverse))
    u, v = Chart("u v").functions()
    h = u * v**2
    assert a.pushforward(f, inverse)(h).pullback(f) == a(h.pullback(f))
    with pytest.raises(InvalidInput, match="not the inverse"):
        a.pushforward(f, Map("u v", "x y", ["u", "v"]))


# -- potentials ----------------------------------------------------------------------------------------


@given(differential_forms(R3), st.tuples(rationals, rationals, rationals))
def test_poincare_lemma(w, center):
    closed = w.d()
    if w.degree < 3:
        assert closed.is_exact()
        assert closed.potential(center).d() == closed


@given(differential_forms(R3), st.tuples(rationals, rationals, rationals))
def test_homotopy_formula(w, center):
    if w.degree:
        total = forms.homotopy(w, center).d()
        if w.degree < 3:
            total = total + forms.homotopy(w.d(), center)
        assert total == w


def test_potential_of_a_symbolic_form():
    x, y = R2.functions()
    f = DifferentialForm.function(R2, "x*exp(y) + sin(x)")
    assert f.d().potential() == f
    assert f.d().is_exact()
    with pytest.raises(InvalidInput, match="not closed"):
        (x * y.d()).potential()


# -- references ----------------------------------------------------------------------------------------


@given(differential_forms(R3, degree=1), examples=8)
def test_d_agrees_with_sympy_diffgeom(w):
    system = forms.coordinate_system(R3)
    reference = diffgeom.Differential(w.to_sympy()) if w else 0
    vectors = system.base_vectors()
    ours = w.d()
    for i, j in itertools.combinations(range(3), 2):
        value = reference.rcall(vectors[i], vectors[j]) if w else sympy.S.Zero
        plain = value.doit().subs(dict(zip(system.base_scalars(), R3.symbols, strict=True)))
        assert ours[i, j] == sympy.expand(plain)


@given(differential_forms(R3))
def test_sympy_round_trip(w):
    assert forms.from_sympy(w.to_sympy(), R3) == w


@given(differential_forms(R3))
def test_two_rings_give_one_answer(w):
    """A parameter forces the symbolic ring; setting it to 1 afterwards must give the polynomial answer."""
    a = sympy.Symbol("a")
    symbolic = w * a
    assert symbolic.d() == w.d() * a
    assert symbolic.d().map_coefficients(lambda c: c.subs(a, 1)) == w.d()
    assert (symbolic ^ w) == (w ^ w) * a


def test_hand_computation():
    x, y, z = R3.functions()
    dx, dy, dz = R3.differentials()
    w = x * y * dz + z**2 * dx
    assert w.d() == y * (dx ^ dz) + x * (dy ^ dz) - 2 * z * (dx ^ dz)
    assert (dx ^ dy)([1, 0, 0], [0, 1, 0]) == 1
    assert (x * dx).at((Fraction(1, 2), 0, 0)) == Multivector({(0,): Fraction(1, 2)}, dimension=3)


# -- values --------------------------------------------------------------------------------------------


@given(differential_forms(R3))
def test_repr_is_a_constructor_call(w):
    assert eval(repr(w)) == w


@given(differential_forms(R3))
def test_str_is_python_with_brackets(w):
    x, y, z = R3.functions()
    names = {"x": x, "y": y, "z": z, "dx": x.d(), "dy": y.d(), "dz": z.d()}
    integral = w * 12  # Python reads 1/3 as a float
    if integral:
        assert eval(str(integral), names) == integral


@given(differential_forms(R3))
def test_pickle_and_hash(w):
    copy = pickle.loads(pickle.dumps(w))
    assert copy == w and hash(copy) == hash(w)


def test_symbolic_values_pickle():
    point = sympy.symbols("x y z")
    w = DifferentialForm(R3, 1, {(0,): sympy.Function("f")(*point) * sympy.sqrt(2), (1,): "exp(x*y)"})
    assert pickle.loads(pickle.dumps(w)) == w
    with pytest.raises(TypeError, match="not hashable"):
        hash(w)
    f = Map("r t", "x y", ["r*cos(t)", "r*sin(t)"])
    assert pickle.loads(pickle.dumps(f)) == f
    field = VectorField("x y", ["exp(x)", "y"])
    assert pickle.loads(pickle.dumps(field)) == field
    assert eval(repr(field)) == field and eval(repr(f)) == f


def test_zero_and_numbers():
    x, y = R2.functions()
    assert x - x == 0 and hash(x - x) == hash(0)
    assert DifferentialForm.function(R2, "1/2") == Fraction(1, 2)
    assert hash(DifferentialForm.function(R2, "1/2")) == hash(Fraction(1, 2))
    assert (x.d() ^ x.d()) == 0
    assert sum([x.d(), y.d()]) == x.d() + y.d()
    assert x != "x"
    assert 3 - x == -(x - 3) and 1 / x == DifferentialForm.function(R2, "1/x")
    assert (x / 2) * 2 == x and x**-1 == 1 / x and (x.d() * 2)[0] == 2
    assert (x.d() ^ y.d())[1, 0] == -1 and (x.d() ^ y.d())[1, 1] == 0
    assert +x == x and 2**x == DifferentialForm.function(R2, "2**x") and x**y == 1 / x ** (-y)


def test_degrees_above_the_dimension_are_zero():
    x, y = R2.functions()
    assert (x.d() ^ y.d() ^ x.d()).degree == 3
    assert (x.d() ^ y.d() ^ x.d()) == 0


def test_numpy_and_sympy_leave_the_operation_to_forms():
    import numpy as np

    x, _ = R2.functions()
    assert np.int64(2) * x.d() == x.d() * 2
    assert sympy.Symbol("a") * x.d() == x.d() * sympy.Symbol("a")
    assert sympy.Rational(1, 2) + x == x + Fraction(1, 2)
    assert sympy.Symbol("x") - x == 0
    assert sympy.sin(x) == sympy.sin(sympy.Symbol("x"))


def test_floats_enter_at_their_binary_value():
    x, _ = R2.functions()
    assert 0.1 * x == x * Fraction(0.1)
    assert DifferentialForm.function(R2, sympy.Float(0.1)) == Fraction(0.1)


def test_printing():
    x, y, z = forms.coordinates("x y z")
    w = (x + y) * (x.d() ^ y.d()) - z / 2 * (y.d() ^ z.d())
    assert str(w) == "(x + y)*(dx ^ dy) - z/2*(dy ^ dz)"
    pieces = (
        r"\left(x + y\right) \, \mathrm{d}x \wedge \mathrm{d}y",
        r"\frac{z}{2} \, \mathrm{d}y \wedge \mathrm{d}z",
    )
    assert w.to_latex() == " - ".join(pieces)
    assert str(-x.d() / 3) == "-dx/3"
    assert w._repr_latex_().startswith("$")
    assert str(x - x) == "0" and (x - x).to_latex() == "0"


# -- bad input -----------------------------------------------------------------------------------------


def test_mixed_coordinate_systems():
    x, y = R2.functions()
    u, _ = PLANE.functions()
    for act in (
        lambda: x + u,
        lambda: x.d() ^ u.d(),
        lambda: x == u,
        lambda: u.d().interior(VectorField(R2, [x, y])),
    ):
        with pytest.raises(ChartMismatch, match="differ"):
            act()
    with pytest.raises(ChartMismatch, match="live on"):
        x.pullback({x: u, y: Chart("s").functions()[0]})


def test_adding_degrees_is_an_error_that_explains_the_brackets():
    x, y = R2.functions()
    with pytest.raises(DegreeError, match="bracket"):
        _ = x.d() + (x.d() ^ y.d())
    with pytest.raises(DegreeError, match="wedge"):
        _ = x.d() * y.d()
    with pytest.raises(DegreeError):
        _ = x.d() + 1


def test_degree_out_of_range():
    with pytest.raises(DegreeError):
        DifferentialForm(R2, -1, {})
    with pytest.raises(DegreeError):
        DifferentialForm(R2, 2, {(0,): 1})
    with pytest.raises(InvalidInput):
        DifferentialForm(R2, 2, {(0, 2): 1})
    with pytest.raises(DegreeError):
        R2.differentials()[0]([1, 0], [0, 1])
    with pytest.raises(DegreeError):
        R2.functions()[0].potential()


def test_maps_of_the_wrong_dimension():
    x, y = R2.functions()
    u, _ = PLANE.functions()
    with pytest.raises(DimensionMismatch, match="y"):
        x.pullback({x: u})
    with pytest.raises(DimensionMismatch):
        Map("u v", "x y", ["u"])
    with pytest.raises(DimensionMismatch):
        x.d().interior([1, 2, 3])
    with pytest.raises(DimensionMismatch):
        Map("u", "x y", ["u", "u"]).jacobian_determinant()
    with pytest.raises(InvalidInput, match="source="):
        x.pullback({x: 1, y: 2})
    with pytest.raises(InvalidInput, match="coordinates"):
        x.pullback({sympy.Symbol("u"): x, y: x})


def test_symbols_with_other_assumptions_are_refused():
    x, _ = R2.functions()
    with pytest.raises(InvalidInput, match="assumptions"):
        _ = x * sympy.Symbol("x", positive=True)
    positive = Chart([sympy.Symbol("x", positive=True)])
    assert (
        DifferentialForm.function(positive, sympy.sqrt(positive.symbols[0] ** 2)) == positive.functions()[0]
    )
    assert eval(repr(positive), {"Chart": Chart, **vars(sympy)}) == positive


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        True,
        None,
        "x +",
        "x = 3",
        "exit()",
        "x.is_zero",
        "lambda: 3",
        "'a'",
        "__import__",
        sympy.zoo,
        [1],
        object(),
    ],
)
def test_bad_coefficients(value):
    with pytest.raises(InvalidInput):
        DifferentialForm(R2, 1, {(0,): value})


def test_bad_charts():
    for bad in ("", "x x", [1], 3):
        with pytest.raises(InvalidInput, match="coordinates"):
            Chart(bad)


def test_division_by_zero():
    x, y = R2.functions()
    with pytest.raises(InvalidInput, match="zero"):
        _ = x.d() / (x - x)
    with pytest.raises(InvalidInput, match="zero"):
        (1 / x).pullback({x: y - y, y: y})


def test_values_are_immutable():
    x, _ = R2.functions()
    for value in (x, R2, VectorField(R2, [1, 2]), Map.identity(R2)):
        with pytest.raises(AttributeError):
            value.degree = 3
