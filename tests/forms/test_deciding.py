"""Zero tests: yes with a proof, no with a proof, or `UndecidedError`; and the normal form behind them."""

from __future__ import annotations

import pytest
import sympy
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, cos, cosh, exp, log, pi, sin, sinh, sqrt, tan, tanh

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.exact.balls import precision
from exactgeom.forms import equal, is_zero, normal_form
from exactgeom.forms.deciding import NoBall, ball, constant_sign

x, y, z, n = sympy.symbols("x y z n")
f, g = sympy.Function("f"), sympy.Function("g")

ZERO = [
    (x**2 - y**2) / (x - y) - x - y,
    sin(x) ** 2 + cos(x) ** 2 - 1,
    sin(3 * x) - 3 * sin(x) + 4 * sin(x) ** 3,
    tan(x + y) - (tan(x) + tan(y)) / (1 - tan(x) * tan(y)),
    sin(x / 2) ** 2 - (1 - cos(x)) / 2,
    sin(x) * cos(pi / 5) + cos(x) * sin(pi / 5) - sin(x + pi / 5),
    1 / cos(x) ** 2 - 1 - tan(x) ** 2,
    cosh(x) ** 2 - sinh(x) ** 2 - 1,
    tanh(2 * x) - 2 * tanh(x) / (1 + tanh(x) ** 2),
    cosh(x) - (exp(x) + exp(-x)) / 2,
    sinh(-3 * x) * 2 - exp(-3 * x) + exp(3 * x),
    exp(x + y / 2) ** 2 - exp(2 * x) * exp(y),
    x ** (n + 1) - x * x**n,
    sqrt(4 * x**2 + 4) - 2 * sqrt(x**2 + 1),
    sqrt(x**2 * y) - abs(x) * sqrt(y),
    abs(x * y) - abs(x) * abs(y),
    sympy.sign(x) * x - abs(x),
    sqrt(x) ** 3 - x * sqrt(x),
    1 / (1 + sqrt(2)) - sqrt(2) + 1,
    sqrt(x**4 + 2 * x**2 + 1) - x**2 - 1,
    log(8) - 3 * log(2),
    log(2 * exp(x)) - x - log(2),
    f(sin(x) ** 2 + cos(x) ** 2) - f(1),
    sympy.Derivative(f(x) * g(x), x).doit() - f(x).diff(x) * g(x) - f(x) * g(x).diff(x),
    sympy.Subs(sympy.Derivative(f(y), y), y, x) - f(x).diff(x),
    sympy.I**2 + 1,
    sympy.E - exp(1),
    sympy.S.Zero,
]
NONZERO = [
    x,
    sqrt(x**2) - x,
    sin(x) - x,
    sqrt((x**2 - 2) ** 2) - x**2 + 2,
    (1 + sqrt((x - 1) / (x + 2))) ** 2,
    exp(x) - 1 - x - x**2 / 2,
    sin(2 * x) - 2 * sin(x),
    sympy.atan(x) + sympy.atan(1 / x) - pi / 2,
    f(x) - f(y),
    f(x).diff(x) - f(x),
    f(x).diff(x, 2) - f(x).diff(x),
    pi - Rational(355, 113),
    exp(pi * sqrt(163)) - 262537412640768744,
    log(x) - x + 1,
    sympy.gamma(x) - 1,
    x**n - x,
]
UNDECIDED = [
    sqrt(x) * sqrt(y) - sqrt(x * y),
    log(x * y) - log(x) - log(y),
    sympy.erf(x) + sympy.erfc(x) - 1,
    sympy.Piecewise((x, x > 0), (0, True)),
    sympy.besselj(0, x) - sympy.besselj(1, x),
    sympy.I * x,
    f(f(x)) - f(sin(x)),
]


@pytest.mark.parametrize("e", ZERO, ids=str)
def test_identities_are_proved(e):
    assert is_zero(e)


@pytest.mark.parametrize("e", NONZERO, ids=str)
def test_differences_are_certified(e):
    assert not is_zero(e)
    assert not is_zero(e * (x**2 + 1))


@pytest.mark.parametrize("e", UNDECIDED, ids=str)
def test_what_is_not_proved_is_not_answered(e):
    with pytest.raises(UndecidedError):
        is_zero(e)


@pytest.mark.parametrize("e", [*ZERO, *NONZERO], ids=str)
def test_normal_form_is_idempotent_and_equal(e):
    made = normal_form(e)
    assert normal_form(made) == made
    assert is_zero(made - e)


leaves = st.sampled_from(
    [x, y, sympy.Integer(2), Rational(-1, 3), sin(x), cos(x), exp(y), sqrt(x**2 + 1), f(x)]
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a: a**2, inner),
        st.builds(lambda a: 1 / (1 + a**2), inner),
    ),
    max_leaves=8,
)


@settings(max_examples=60)
@given(expressions, expressions)
def test_normal_form_agrees_with_evaluation(a, b):
    """A second route: balls of the expression as written and of its normal form overlap at a point."""
    e = sympy.Add(a, sympy.Mul(b, sympy.sympify(3, evaluate=False), evaluate=False), evaluate=False)
    with precision(200):
        values = {x: arb(3) / 7, y: arb(-5) / 11, f(x): arb(13) / 17}
        before, after = ball(e, values), ball(normal_form(e), values)
        if before.is_finite() and after.is_finite():
            assert before.overlaps(after)
            assert before.rad() < 1e-20 and after.rad() < 1e-20


@settings(max_examples=60)
@given(expressions, expressions)
def test_equality_is_sound(a, b):
    assert equal((a + b) ** 2, a**2 + 2 * a * b + b**2)
    assert not equal(a, a + 1)
    assert equal(a / (1 + b**2) * (1 + b**2), a)


def test_signs():
    assert constant_sign(1 + x**2) == 1
    assert constant_sign(-(x**2) - sin(y) ** 2 - 1) == -1
    assert constant_sign(x - x) == 0
    assert constant_sign(1 - x, at={x: "1/2"}) == 1
    with pytest.raises(UndecidedError, match="both"):
        constant_sign(x)
    with pytest.raises(InvalidInput, match="y"):
        constant_sign(x + y, at={x: 1})
    with pytest.raises(UndecidedError):
        constant_sign(sympy.besselj(0, x) ** 2)


def test_division_by_a_hidden_zero():
    with pytest.raises(InvalidInput, match="zero"):
        normal_form(1 / (sin(x) ** 2 + cos(x) ** 2 - 1))


def test_assumptions_guide_the_points():
    positive = sympy.Symbol("p", positive=True)
    assert is_zero(sqrt(positive**2) - positive)
    assert not is_zero(log(positive) - positive)
    whole = sympy.Symbol("k", integer=True)
    assert not is_zero(sin(pi * whole / 2) - 1)
    negative = sympy.Symbol("q", negative=True)
    assert not is_zero(log(-negative) - 1)


def test_unknown_functions_have_no_ball():
    with pytest.raises(NoBall):
        ball(sympy.besselj(0, x), {x: arb(1)})


def test_powers_of_e_are_decided():
    x = sympy.symbols("x")
    assert is_zero(sympy.E * x + 1 - (1 + x * sympy.E))
    assert equal(sympy.exp(2) * x, sympy.E**2 * x)
    assert not equal(sympy.E, sympy.Rational(271828, 100000))
