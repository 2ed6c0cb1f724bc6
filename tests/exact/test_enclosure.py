"""Enclosures: inclusion, three-valued comparison, outward rounding."""

from __future__ import annotations

import operator
import pickle
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, UndecidedError, exact, from_json, to_json

rationals = st.fractions(min_value=-100, max_value=100, max_denominator=1000)
radii = st.just(Fraction(0)) | st.fractions(min_value=0, max_value=1, max_denominator=10**9)
enclosures = st.builds(Enclosure, rationals, radii, bits=st.sampled_from([10, 53, 200]))
fractions_of_one = st.fractions(min_value=-1, max_value=1, max_denominator=7)


@given(rationals, radii, fractions_of_one)
def test_the_constructor_encloses(mid, rad, t):
    assert Enclosure(mid, rad, bits=20).contains(mid + t * rad)
    assert Enclosure(mid, rad).rad <= rad * (1 + Fraction(1, 2**27)) + Fraction(101, 2**60)


@given(rationals, radii, fractions_of_one, rationals, radii, fractions_of_one)
def test_arithmetic_is_inclusion_isotone(m, r, s, n, q, t):
    x, y = Enclosure(m, r, bits=30), Enclosure(n, q, bits=50)
    a, b = m + s * r, n + t * q
    for operation in (operator.add, operator.sub, operator.mul):
        assert operation(x, y).contains(operation(a, b))
        assert operation(x, b).contains(operation(a, b))
        assert operation(a, y).contains(operation(a, b))
    if not y.contains(0):
        assert (x / y).contains(a / b)
        assert (a / y).contains(a / b)
    assert (-x).contains(-a)
    assert abs(x).contains(abs(a))
    assert (x**3).contains(a**3)


@given(enclosures, enclosures)
def test_comparison_is_true_false_or_undecided(x, y):
    certain = x.upper < y.lower or x.lower > y.upper
    same = x.lower == x.upper == y.lower == y.upper
    for operation in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        if certain or same:
            assert operation(x, y) == operation(x.mid, y.mid)
        else:
            with pytest.raises(UndecidedError):
                operation(x, y)


def test_undecided_never_reads_as_false():
    x = Enclosure(0, "1/2")
    for question in (
        lambda: x == 0,
        lambda: x != 0,
        lambda: bool(x),
        x.sign,
        lambda: x == x,
        lambda: x < "1/4",
    ):
        with pytest.raises((UndecidedError, TypeError)):
            question()
    assert x < 1
    assert x > -1
    assert x < 1
    assert Enclosure("1/2") == Fraction(1, 2)
    assert Enclosure(3).sign() == 1
    assert not Enclosure(0)
    with pytest.raises(TypeError):
        hash(x)


@given(st.integers(2, 10**6), st.integers(20, 300))
def test_enclosures_of_exact_numbers_hold_them(m, bits):
    for number in (Surd.sqrt(m), Surd.root4(m) - 1, Angle.from_xy(1, m), Surd(Fraction(1, m))):
        ball = number.enclosure(bits)
        assert ball.contains(number)
        assert ball.accuracy_bits >= bits
        assert not ball.contains(number + number)
        assert (ball + 1).contains(Fraction(0)) is False
    root = Enclosure(m, bits=bits).sqrt()
    assert root.contains(Surd.sqrt(m))
    assert (root * Surd.sqrt(m)).contains(m)
    assert (Surd.sqrt(m) < root + 1) is True


@given(rationals)
def test_float_only_when_decided(q):
    with pytest.raises(UndecidedError):
        float(Enclosure(q, Fraction(1, 2)))
    assert float(Enclosure(q, 0, bits=200)) == float(q) or exact(q).denominator > 1
    narrow = Enclosure(q, Fraction(1, 2**400), bits=500)
    try:
        value = float(narrow)
    except UndecidedError:
        assume(False)
    assert value == float(q)


@given(enclosures)
def test_files_round_outward_and_pickles_are_exact(x):
    form = to_json(x)
    low, high = exact(form["mid"]) - exact(form["rad"]), exact(form["mid"]) + exact(form["rad"])
    assert low <= x.lower
    assert x.upper <= high
    assert from_json(form).contains(x)
    assert eval(repr(x)).contains(x)
    copy = pickle.loads(pickle.dumps(x))
    assert (copy.lower, copy.upper, copy.bits) == (x.lower, x.upper, x.bits)
    assert x._repr_latex_().startswith("$")


def test_functions_and_refusals():
    assert Enclosure(1).exp().log().contains(1)
    assert Enclosure(4).sqrt().contains(2)
    assert (Enclosure(2) ** Fraction(1, 2)).contains(Surd.sqrt(2))
    assert (1 / Enclosure(0, 1)).ball.is_finite() is False
    for question in (
        Enclosure(0, 1).sqrt,
        Enclosure(0, 1).log,
        lambda: Enclosure(1, 1).enclosure(10),
        lambda: (1 / Enclosure(0, 1)) < 3,
        lambda: (1 / Enclosure(0, 1)).mid,
    ):
        with pytest.raises(UndecidedError):
            question()
    for make in (lambda: Enclosure(1, -1), lambda: Enclosure(float("nan")), lambda: Enclosure(1, bits=0)):
        with pytest.raises(InvalidInput):
            make()
    with pytest.raises(TypeError):
        Enclosure(1) + 0.5
    assert pickle.loads(pickle.dumps(1 / Enclosure(0, 1))).ball.is_finite() is False
