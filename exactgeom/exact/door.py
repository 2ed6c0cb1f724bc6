"""The number door: the one place where numbers from outside become exact rationals.

Exact: integers, fractions, decimals and strings keep their value; a binary float enters at its exact
binary value (0.1 is 3602879701896397/2^55). NaN, infinities, booleans, None and complex numbers are refused.
Reading a float as the simple fraction it may have been meant to be is a separate act, `rationalize`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from exactgeom.exact.errors import InvalidInput

MAX_EXPONENT = 100_000
"""Largest decimal exponent (in absolute value) the door accepts: `1e999999999` would need 400 MB."""
MAX_LITERAL = 10_000_000
"""Longest number string, in characters, the door accepts."""

_INTEGER_RATIO = re.compile(r"([+-]?\d+)(?:/(\d+))?", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?", re.ASCII)
_SAFE_DIGITS = 600  # below every value Python's own int <-> str limit can be set to


def exact(value: object, place: str = "value") -> Fraction:
    """Return the exact rational value of a number.

    Contract: exact. Accepts `int`, `Fraction`, `Decimal`, FLINT integers and rationals, SymPy rationals,
    NumPy integers, strings such as "3/7", "0.25" and "-1e-3", floats of any width at their binary value.
    Errors: `InvalidInput` naming `place` for NaN, infinities, booleans, None, complex and anything else.

    >>> exact("-1e-3"), exact(0.1) == Fraction(3602879701896397, 2**55)
    (Fraction(-1, 1000), True)
    """
    kind = type(value)
    if kind is Fraction:
        return value  # type: ignore[return-value]
    if kind is int or kind is fmpz:
        return Fraction(int(value))  # type: ignore[call-overload]
    if kind is fmpq:
        return fraction(value)
    if isinstance(value, bool | np.bool_):
        raise InvalidInput(f"expected a number, got the boolean {value}", place)
    if isinstance(value, float | np.floating):
        return _from_float(value, place)
    if isinstance(value, str):
        return _from_string(value, place)
    if isinstance(value, Decimal):
        return _from_decimal(value, place)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    return _from_other(value, place)


def _from_float(value: Any, place: str) -> Fraction:
    if not np.isfinite(value):
        raise InvalidInput(f"expected a finite number, got {value}", place)
    numerator, denominator = value.as_integer_ratio()
    return Fraction(int(numerator), int(denominator))


def _from_decimal(value: Decimal, place: str) -> Fraction:
    if not value.is_finite():
        raise InvalidInput(f"expected a finite number, got {value}", place)
    exponent = value.as_tuple().exponent
    if abs(int(exponent)) > MAX_EXPONENT:
        raise InvalidInput(f"decimal exponent {exponent} is beyond ±{MAX_EXPONENT}", place)
    return Fraction(*value.as_integer_ratio())


def _from_string(text: str, place: str) -> Fraction:
    stripped = text.strip()
    if len(stripped) > MAX_LITERAL:
        raise InvalidInput(f"number of {len(stripped)} characters is longer than {MAX_LITERAL}", place)
    if ratio := _INTEGER_RATIO.fullmatch(stripped):
        numerator, denominator = ratio.groups()
        bottom = 1 if denominator is None else int_of(denominator)
        if bottom == 0:
            raise InvalidInput(f"denominator is zero in {_shown(text)}", place)
        return Fraction(int_of(numerator), bottom)
    if decimal := _DECIMAL.fullmatch(stripped):
        sign, whole, part, power = decimal.groups()
        part = part or ""
        exponent = _bounded_exponent(power or "0", place)
        digits = int_of(f"{sign}{whole}{part}")
        shift = exponent - len(part)
        return Fraction(digits * 10**shift) if shift >= 0 else Fraction(digits, 10**-shift)
    raise InvalidInput(f'expected a number such as "3/7", "0.25" or "-1e-3", got {_shown(text)}', place)


def _bounded_exponent(power: str, place: str) -> int:
    digits = power.lstrip("+-").lstrip("0")
    if len(digits) > len(str(MAX_EXPONENT)) or int(digits or "0") > MAX_EXPONENT:
        raise InvalidInput(f"decimal exponent {_shown(power)} is beyond ±{MAX_EXPONENT}", place)
    return int(power)


def _from_other(value: object, place: str) -> Fraction:
    # SymPy is recognised by where its types live, so that it need not be imported to ask.
    if type(value).__module__.startswith("sympy.") and getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]
    if hasattr(value, "as_fraction"):  # our own exact numbers, when they are rational
        try:
            rational: Fraction = value.as_fraction()
        except ValueError as error:
            raise InvalidInput(f"expected a rational number, got {_shown(value)}", place) from error
        return rational
    raise InvalidInput(f"expected a rational number, got {_shown(value)}", place)


def _shown(value: object, limit: int = 60) -> str:
    """Return a short, safe picture of a refused value for an error message."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return repr(value if len(value) <= limit else value[: limit - 3] + "...")
    name = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    try:
        text = repr(value)
    except Exception:
        return f"a value of type {name}"
    return f"{text} of type {name}" if len(text) <= limit else f"a value of type {name}"


def int_of(digits: str) -> int:
    """Return the integer written in decimal, at any length (Python alone stops at 4300 digits)."""
    return int(digits) if len(digits) <= _SAFE_DIGITS else int(fmpz(digits.lstrip("+")))


def int_str(number: int) -> str:
    """Return the decimal digits of an integer, at any length (Python alone stops at 4300 digits)."""
    return str(number) if number.bit_length() <= 3 * _SAFE_DIGITS else str(fmpz(number).str())


def fraction_str(value: Fraction | int) -> str:
    """Return `"p/q"`, or `"p"` for an integer: the exact form of every rational in files and messages.

    >>> fraction_str(Fraction(-3, 7)), fraction_str(Fraction(4, 2))
    ('-3/7', '2')
    """
    top = int_str(value.numerator)
    return top if value.denominator == 1 else f"{top}/{int_str(value.denominator)}"


def fraction(value: Any) -> Fraction:
    """Return a FLINT rational or integer as a `Fraction`, without a second reduction.

    >>> fraction(fmpq(6, 4))
    Fraction(3, 2)
    """
    return coprime_fraction(int(value.numerator), int(value.denominator))


def to_fmpq(value: Fraction | int) -> fmpq:
    """Return a Python rational as FLINT's."""
    return fmpq(value.numerator, value.denominator)


def coprime_fraction(numerator: int, denominator: int) -> Fraction:
    """Return `numerator/denominator`; assumption: coprime, denominator positive (not checked)."""
    result = object.__new__(Fraction)
    result._numerator = numerator  # type: ignore[attr-defined]
    result._denominator = denominator  # type: ignore[attr-defined]
    return result


def exact_vector(values: Iterable[Any], place: str = "vector") -> tuple[Fraction, ...]:
    """Return a sequence of numbers as exact rationals.

    Contract: exact, by the rules of `exact`; NumPy arrays are converted in bulk.
    Errors: `InvalidInput` naming `place[i]`.

    >>> exact_vector([1, "1/3", 0.5])
    (Fraction(1, 1), Fraction(1, 3), Fraction(1, 2))
    """
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise InvalidInput(f"expected a vector, got an array of shape {values.shape}", place)
        return _from_list(_array_list(values, place), place)
    return _from_list(_as_list(values, place, "a vector"), place)


def exact_matrix(rows: Iterable[Iterable[Any]], place: str = "matrix") -> tuple[tuple[Fraction, ...], ...]:
    """Return rows of numbers as exact rationals, all rows equally long.

    Contract: exact, by the rules of `exact`; NumPy arrays are converted in bulk.
    Errors: `InvalidInput` naming `place[i]` for a row of another length, `place[i][j]` for an entry.

    >>> exact_matrix([[1, 2], ["1/2", 0.25]])[1]
    (Fraction(1, 2), Fraction(1, 4))
    """
    if isinstance(rows, np.ndarray):
        if rows.ndim != 2:
            raise InvalidInput(f"expected a matrix, got an array of shape {rows.shape}", place)
        listed = _array_list(rows, place)
        return tuple(_from_list(row, f"{place}[{i}]") for i, row in enumerate(listed))
    result = tuple(
        exact_vector(row, f"{place}[{i}]") for i, row in enumerate(_as_list(rows, place, "a matrix"))
    )
    for i, row in enumerate(result):
        if len(row) != len(result[0]):
            raise InvalidInput(
                f"ragged: expected a row of {len(result[0])} numbers, got {len(row)}", f"{place}[{i}]"
            )
    return result


def _as_list(values: Any, place: str, wanted: str) -> list[Any]:
    if isinstance(values, str | bytes | dict | set | frozenset) or not isinstance(values, Iterable):
        raise InvalidInput(f"expected {wanted}, got {_shown(values)}", place)
    try:
        return list(values)
    except TypeError as error:  # a zero-dimensional tensor claims to be iterable
        raise InvalidInput(f"expected {wanted}, got {_shown(values)}", place) from error


def _array_list(array: np.ndarray[Any, Any], place: str) -> list[Any]:
    """Return the entries as Python numbers of the same value (float16 and float32 widen exactly)."""
    if array.dtype.kind == "b":
        raise InvalidInput("expected numbers, got an array of booleans", place)
    if array.dtype.kind in "fiu" and array.dtype.itemsize <= 8:
        listed: list[Any] = array.tolist()
        return listed
    return [list(row) for row in array] if array.ndim == 2 else list(array)


def _from_list(values: list[Any], place: str) -> tuple[Fraction, ...]:
    result = []
    for i, value in enumerate(values):
        if type(value) is float and math.isfinite(value):
            result.append(coprime_fraction(*value.as_integer_ratio()))
        elif type(value) is int:
            result.append(coprime_fraction(value, 1))
        else:
            result.append(exact(value, f"{place}[{i}]"))
    return tuple(result)


def rationalize(value: object, max_denominator: int) -> Fraction:
    """Return the closest fraction with denominator at most `max_denominator`: an explicit rounding.

    >>> rationalize(0.1, 100)
    Fraction(1, 10)
    """
    if isinstance(max_denominator, bool) or not isinstance(max_denominator, int) or max_denominator < 1:
        raise InvalidInput(
            f"expected a positive integer, got {_shown(max_denominator)}", place="max_denominator"
        )
    return exact(value).limit_denominator(max_denominator)


def exact_json(value: object, place: str = "value") -> Fraction:
    """Return the rational a JSON literal stands for.

    Contract: strings and integer literals are exact; literals with `.` or `e` are the nearest double, taken
    exactly. Errors: `InvalidInput` for NaN, infinities (overflow), booleans, null, arrays and objects.

    >>> exact_json("1/3"), exact_json(0.5)
    (Fraction(1, 3), Fraction(1, 2))
    """
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return exact(value, place)
    kind = {bool: "a boolean", type(None): "null", list: "an array", dict: "an object"}.get(type(value))
    raise InvalidInput(f"expected a number, got {kind or _shown(value)}", place)
