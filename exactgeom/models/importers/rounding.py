"""The nearest number of a float format to a quotient by a square root: how a batch norm is folded.

``gamma / sqrt(variance + eps)`` is irrational in general. The model that is analysed has the nearest value of
the framework's own format in its place, taken exactly, and says so in its notes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.models.layers import Scale

__all__ = ["FORMATS", "batch_norm", "nearest_quotient"]

FORMATS = {
    "float64": (53, -1074, 1024),
    "float32": (24, -149, 128),
    "float16": (11, -24, 16),
    "bfloat16": (8, -133, 128),
}
"""Name to bits of precision, exponent of the smallest positive number, exponent past the largest."""


def nearest_quotient(numerator: Fraction, radicand: Fraction, form: str, place: str = "value") -> Fraction:
    """Return ``numerator / sqrt(radicand)`` rounded to a float format: the nearest, ties to even, exactly.

    Errors: ``InvalidInput`` for a radicand that is not positive and a result beyond the format's range.

    >>> nearest_quotient(Fraction(1), Fraction(4), "float32")
    Fraction(1, 2)
    >>> nearest_quotient(Fraction(1), Fraction(2), "float64") == Fraction(0.5**0.5)
    True
    """
    if radicand <= 0:
        raise InvalidInput(f"expected a positive variance, got {float(radicand)!r}", place=place)
    precision, least, past = FORMATS[form]
    square = numerator * numerator / radicand
    if square == 0:
        return Fraction(0)
    top, bottom = square.numerator, square.denominator
    scale = precision + 3 - (top.bit_length() - bottom.bit_length()) // 2
    scaled = top << 2 * scale if scale >= 0 else top
    bottom = bottom if scale >= 0 else bottom << -2 * scale
    root = isqrt(scaled // bottom)
    inexact = root * root * bottom != scaled
    drop = max(root.bit_length() - precision, least + scale)  # bits below the last one that is kept
    head, rest = root >> drop, (root & ((1 << drop) - 1)) * 2 + inexact
    head += rest > 1 << drop or (rest == 1 << drop and head % 2 == 1)
    value = Fraction(head) * Fraction(2) ** (drop - scale)
    if value >= Fraction(2) ** past:
        raise InvalidInput(f"gamma / sqrt(variance + eps) is beyond the range of {form}", place=place)
    return value if numerator > 0 else -value


def batch_norm(
    gamma: Iterable[Any],
    beta: Iterable[Any],
    mean: Iterable[Any],
    variance: Iterable[Any],
    eps: Any,
    form: str,
    place: str,
) -> Scale:
    """Return a batch norm in inference: factors rounded once to the format, ``beta - factor mean`` exact."""
    middle, spreads = exact_vector(mean, f"{place}.mean"), exact_vector(variance, f"{place}.variance")
    offsets = exact_vector(beta, f"{place}.bias")
    (least,) = exact_vector([eps], f"{place}.eps")
    factors = [
        nearest_quotient(g, v + least, form, f"{place}.variance[{i}]")
        for i, (g, v) in enumerate(zip(exact_vector(gamma, f"{place}.weight"), spreads, strict=True))
    ]
    shifts = [b - f * m for b, f, m in zip(offsets, factors, middle, strict=True)]
    return Scale(factors, shifts, place=place)
