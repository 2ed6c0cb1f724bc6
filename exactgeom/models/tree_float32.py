"""What rounding an input to float32 does to a test ``x <= t``, exactly.

scikit-learn casts every feature to float32 (IEEE 754 binary32, to nearest, ties to even) and compares the
result with a double. `round_float32` is that cast on all rationals. Rounding is monotone, so the set of
reals that go left is again a half-line; `float32_cut` finds its end and whether the end belongs to it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact, fraction_str

__all__ = ["float32_cut", "round_float32"]

_DIGITS = 24  # of the significand
_LOWEST = -149  # exponent of the smallest positive number
_OVERFLOW = Fraction(2**128 - 2**103)  # from here on the nearest value, ties to even, is infinite
_LARGEST = Fraction(2**128 - 2**104)


def round_float32(x: Any, place: str = "x") -> Fraction:
    """The float32 nearest to a rational, ties to even, as a rational.

    Contract: exact, subnormal numbers included. Errors: InvalidInput where the result is infinite, which
    scikit-learn refuses too.

    >>> round_float32("1/3") == Fraction(11184811, 2**25), round_float32(2**24 + 1) == 2**24
    (True, True)
    """
    value = exact(x, place)
    if abs(value) >= _OVERFLOW:
        raise InvalidInput(f"{_short(value)} is beyond the range of float32", place=place)
    unit = _unit(value)
    return round(value / unit) * unit  # Fraction rounds half to even


def float32_cut(threshold: Any, *, strict: bool = False) -> tuple[Fraction, bool]:
    """``(cut, open)``: the real x with ``float32(x) <= threshold`` are ``x <= cut``, or ``x < cut`` if open.

    With `strict` those with ``float32(x) < threshold``. Formula: the cut is the midpoint of the largest
    float32 up to (strict: below) the threshold and the next one; it is included when it rounds down, that
    is when the former has an even significand. A threshold beyond the range of float32 is cut where
    rounding becomes infinite.

    >>> float32_cut(1), float32_cut(1, strict=True)
    ((Fraction(16777217, 16777216), False), (Fraction(33554431, 33554432), True))
    """
    t = exact(threshold, "threshold")
    if t > _LARGEST or (t == _LARGEST and not strict):
        return _OVERFLOW, True
    if t < -_LARGEST or (t == -_LARGEST and strict):
        return -_OVERFLOW, False
    unit = _unit(t)
    below = t // unit * unit
    if strict and below == t:
        below -= _unit(t, toward_zero=t > 0)
    above = below + _unit(below, toward_zero=below < 0)
    cut = (below + above) / 2
    return cut, round_float32(cut) != below


def _unit(x: Fraction, *, toward_zero: bool = False) -> Fraction:
    """Spacing of the float32 numbers at x (seen from zero: on the side of larger absolute values)."""
    top, bottom = abs(x.numerator), x.denominator
    if top == 0:
        return Fraction(1, 2**-_LOWEST)
    exponent = top.bit_length() - bottom.bit_length()  # 2^exponent <= |x| < 2^(exponent + 1), or one less
    if (top << max(-exponent, 0)) < (bottom << max(exponent, 0)):
        exponent -= 1
    if toward_zero and abs(x) == Fraction(2) ** exponent:
        exponent -= 1
    return Fraction(2) ** max(exponent - _DIGITS + 1, _LOWEST)


def _short(value: Fraction) -> str:
    text = fraction_str(value)
    return text if len(text) <= 40 else f"a number of {len(text)} digits"
