"""Numbers for the eye: exact when unmarked, and otherwise rounded once, correctly."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Surd
from exactgeom.report.numbers import approximation, logarithm, short, ticks

rationals = st.one_of(
    st.fractions(),
    st.builds(
        lambda a, e: Fraction(a) * Fraction(10) ** e, st.integers(-(10**9), 10**9), st.integers(-400, 400)
    ),
)


@given(rationals, st.integers(2, 30))
def test_unmarked_text_is_the_number_itself(value, width):
    text = short(value, width=width)
    if not text.startswith("≈"):
        assert Fraction(text) == value
        assert len(text) <= width
    else:
        assert text == f"≈ {approximation(value)}"


@given(rationals, st.integers(1, 12))
def test_rounding_is_to_nearest(value, digits):
    shown = Fraction(approximation(value, digits))
    if value == 0:
        assert shown == 0
        return
    # Half a unit of the last digit asked for; the power may be that of the rounded value.
    power = math.floor(logarithm(abs(value)) + 1e-9)
    assert abs(shown - value) <= Fraction(10) ** (power - digits + 1) / 2


def test_million_digit_fractions_are_shown_at_once():
    assert short(Fraction(10**100_000 + 1, 3**200_000)).startswith("≈ ")


def test_surds_are_exact_when_short():
    assert short(Surd.sqrt(9)) == "3"
    assert short(Surd.sqrt(2)) == "√2"
    assert short(Surd.sqrt(2), width=1) == "≈ 1.41421"
    assert short(Surd.sqrt(10**30 + 57)) == "≈ 1e+15"


@given(rationals.filter(lambda q: q > 0))
def test_logarithm_is_that_of_the_double_where_there_is_one(value):
    try:
        wanted = math.log10(value)
    except (OverflowError, ValueError):
        assert abs(logarithm(value)) > 300
    else:
        assert logarithm(value) == pytest.approx(wanted, abs=1e-9)


@given(rationals, rationals.filter(lambda q: q > 0), st.integers(2, 12))
def test_ticks_are_round_inside_and_few(low, length, count):
    marks = ticks(low, low + length, count)
    assert len(marks) <= count + 1
    assert all(low <= mark <= low + length for mark in marks)
    steps = {b - a for a, b in itertools.pairwise(marks)}
    assert len(steps) <= 1
    for step in steps:
        assert str(step.numerator).strip("0") in {"1", "2", "5"}
