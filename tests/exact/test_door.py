"""The number door: exact in, or refused with the place."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import (
    InvalidInput,
    Surd,
    exact,
    exact_json,
    exact_matrix,
    exact_vector,
    fraction_str,
    rationalize,
)

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.fractions())
def test_every_rational_form_enters_at_the_same_value(q):
    forms = [q, fraction_str(q), fmpq(q.numerator, q.denominator), sympy.Rational(q.numerator, q.denominator)]
    assert all(exact(form) == q and type(exact(form)) is Fraction for form in forms)
    assert all(type(exact(form).numerator) is int for form in forms)


@given(finite)
def test_floats_enter_at_their_binary_value(x):
    assert exact(x) == exact(np.float64(x)) == exact(np.longdouble(x)) == Fraction(x)
    assert float(exact(x)) == x


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.floats(width=16, allow_nan=False))
def test_narrow_floats_widen_exactly(x, y):
    assert exact(np.float32(x)) == Fraction(x)
    if math.isfinite(y):
        assert exact(np.float16(y)) == Fraction(y)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_decimals_and_their_strings_agree(d):
    assert exact(d) == exact(str(d)) == Fraction(d)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3/7", Fraction(3, 7)),
        ("-6/4", Fraction(-3, 2)),
        ("0.25", Fraction(1, 4)),
        ("-1e-3", Fraction(-1, 1000)),
        (" +.5E1 ", Fraction(5)),
        ("-5.", Fraction(-5)),
        ("0e99999", Fraction(0)),
    ],
)
def test_strings_are_decimal_literals_or_ratios(text, value):
    assert exact(text) == value


@pytest.mark.parametrize(
    "value",
    [
        fmpz(3), np.int8(3), np.uint64(3), sympy.Integer(3), Decimal(3), Surd(3), True + 2, np.float16(3),
        pytest.param(sympy.Integer(3) + 0, id="sum"),
    ],
)  # fmt: skip
def test_threes(value):
    assert exact(value) == 3


@pytest.mark.parametrize(
    "value",
    [
        True, np.bool_(False), None, 1j, math.nan, math.inf, -math.inf, np.float32("nan"), np.float16("inf"),
        Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), "nan", "inf", "", " ", ".", "1/0", "1/-2",
        "1e", "0x10", "1_000", "1/2/3", "1.5/2", "٣", "1e999999999", "-1e-999999999", "1e" + "9" * 1000, b"1",
        [1], Decimal("1e999999"), np.array(1.0), np.array([1.0]), sympy.pi, sympy.nan, sympy.oo, sympy.true,
        sympy.Float(0.5), Surd.sqrt(2), object(), "1" * 10_000_001,
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_its_place(value):
    with pytest.raises(InvalidInput) as caught:
        exact(value, "weights[3]")
    assert caught.value.place == "weights[3]"
    message = str(caught.value)
    assert message.startswith("weights[3]: ")
    assert len(message) < 200
    assert "\n" not in message


def test_huge_numbers_pass_without_touching_the_digit_limit():
    before = sys.get_int_max_str_digits()
    n = 7**20_000
    text = fraction_str(Fraction(n, 10))
    assert len(text) > 16_000
    assert exact(text) == Fraction(n, 10)
    assert exact(fraction_str(-n)) == exact_json(fraction_str(-n)) == -n
    assert sys.get_int_max_str_digits() == before


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "i1", "i8", "u8", "O"])
def test_arrays_convert_entry_by_entry(dtype):
    array = np.array([[1, 2, 3], [4, 5, 0]]).astype(dtype) / (1 if dtype in ("i1", "i8", "u8", "O") else 7)
    expected = tuple(tuple(exact(x) for x in row) for row in array)
    assert exact_matrix(array) == expected
    assert exact_matrix(array.tolist() if dtype != "O" else list(array)) == expected
    assert exact_vector(array[1]) == expected[1]
    assert all(type(x) is Fraction and type(x.numerator) is int for row in exact_matrix(array) for x in row)


def test_bulk_conversion_is_hashable_and_reduced():
    (q,) = exact_vector(np.array([0.75]))
    assert (q.numerator, q.denominator, hash(q)) == (3, 4, hash(Fraction(3, 4)))


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([[1, 2], [3]], "W[1]"),
        ([[1, 2], [3, True]], "W[1][1]"),
        ([[1.0], [math.nan]], "W[1][0]"),
        (np.array([[1.0, math.inf]]), "W[0][1]"),
        (np.array([[True]]), "W"),
        (np.zeros(3), "W"),
        (np.zeros((1, 1, 1)), "W"),
        (3, "W"),
        ("12", "W"),
        ([1, 2], "W[0]"),
        ({1: 2}, "W"),
        (["12"], "W[0]"),
        (None, "W"),
    ],
)
def test_bad_matrices_name_the_place(rows, place):
    with pytest.raises(InvalidInput) as caught:
        exact_matrix(rows, "W")
    assert caught.value.place == place


def test_empty_is_allowed():
    assert exact_vector([]) == () == exact_matrix([])
    assert exact_matrix([[], []]) == ((), ())
    assert exact_vector(x for x in (1, 2)) == (1, 2)


def test_rationalize_is_explicit():
    assert exact(0.1) != Fraction(1, 10) == rationalize(0.1, 100)
    for bad in (0, -1, True, 1.5, None):
        with pytest.raises(InvalidInput):
            rationalize(0.1, bad)


@pytest.mark.parametrize("bad", [True, None, [1], {"p": 1}, math.inf, math.nan, Decimal(1)])
def test_json_literals_refuse_what_json_numbers_are_not(bad):
    with pytest.raises(InvalidInput):
        exact_json(bad)


def test_json_literals_keep_their_rule():
    assert exact_json(0.1) == Fraction(0.1) != exact_json("0.1") == Fraction(1, 10)


def test_importing_the_floor_does_not_import_sympy():
    code = "import sys; from exactgeom.exact import exact; exact('1/2'); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
