"""Exact numbers for the eye: as they are when that is short, otherwise rounded and marked with ``≈``."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from math import floor, log10
from typing import Any

from exactgeom.exact import Enclosure, fraction_str

__all__ = ["approximation", "fraction_digits", "logarithm", "plain_decimal", "short", "shown_value", "ticks"]

_WIDEST = 16


def short(value: Any, *, width: int = _WIDEST, digits: int = 6) -> str:
    """Return an exact number as text of about `width` characters: exact if it fits, else ``≈`` and rounded.

    >>> short(Fraction(3, 7)), short(Fraction(10**40 + 1, 10**41)), short(Fraction(2))
    ('3/7', '≈ 0.1', '2')
    """
    if not isinstance(value, Fraction):
        rational = _rational(value)
        if rational is None:
            text = str(value)
            return text if len(text) <= width else f"≈ {approximation(Fraction(float(value)), digits)}"
        value = rational
    # Digits are counted before they are written: turning a million-digit integer to text is slow.
    if sum(fraction_digits(value)) <= width and len(text := fraction_str(value)) <= width:
        return text
    return f"≈ {approximation(value, digits)}"


def shown_value(value: Any, *, width: int = _WIDEST, digits: int = 6) -> str:
    """Return any number the house has, or None, as short text: `short`, also of enclosures and angles.

    >>> shown_value(Fraction(1, 3)), shown_value(Enclosure(2, "1/1000000000")), shown_value(None)
    ('1/3', '≈ 2', 'undefined')
    """
    if value is None:
        return "undefined"
    if isinstance(value, Enclosure):
        return f"≈ {approximation(value.mid, digits)}"
    return short(value, width=width, digits=digits)


def _rational(value: Any) -> Fraction | None:
    """Return the rational value of a surd sum that has one."""
    if isinstance(value, int):
        return Fraction(value)
    try:
        found = value.as_fraction()
    except (AttributeError, ValueError):
        return None
    return found if isinstance(found, Fraction) else None


def fraction_digits(value: Fraction) -> tuple[int, int]:
    """Return about how many decimal digits the numerator and the denominator have (never too few).

    >>> fraction_digits(Fraction(1, 1000))
    (1, 4)
    """
    return tuple(  # type: ignore[return-value]
        int(n.bit_length() * 0.30103) + 1 for n in (value.numerator, value.denominator)
    )


def approximation(value: Fraction, digits: int = 6) -> str:
    """Return a rational rounded once, correctly, to so many significant digits.

    >>> approximation(Fraction(2, 3), 3), approximation(Fraction(10**400, 3), 3)
    ('0.667', '3.33e+399')
    """
    # One division of exact operands rounds once; going through a double would round twice.
    context = Context(prec=digits, Emax=10**9, Emin=-(10**9))
    quotient = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    return plain_decimal(quotient)


def plain_decimal(number: Decimal) -> str:
    """Return a decimal without padding zeros, with an exponent only where it helps.

    >>> [plain_decimal(Decimal(t)) for t in ("0.2500", "1E+3", "1.50E-9", "0", "12345678")]
    ['0.25', '1000', '1.5e-9', '0', '1.2345678e+7']
    """
    if number == 0:
        return "0"
    sign, digits, _ = number.as_tuple()
    power = number.adjusted()
    mantissa = "".join(map(str, digits)).rstrip("0")
    if -5 < power < 7:
        return f"{Decimal(int(mantissa) * (-1) ** sign).scaleb(power - len(mantissa) + 1):f}"
    point = f"{mantissa[0]}.{mantissa[1:]}" if len(mantissa) > 1 else mantissa
    return f"{'-' if sign else ''}{point}e{power:+d}"


def logarithm(value: Fraction) -> float:
    """Return log10 of a positive rational as a float, for pictures; no overflow at any size.

    >>> logarithm(Fraction(1, 10**500))
    -500.0
    """
    shift = value.numerator.bit_length() - value.denominator.bit_length()
    scaled = value / 2**shift if shift >= 0 else value * 2**-shift
    exponent = shift * log10(2) + log10(scaled)
    return round(exponent, 12)


def ticks(low: Fraction, high: Fraction, count: int = 6) -> list[Fraction]:
    """Return round numbers (1, 2 or 5 times a power of ten) between two bounds, about `count` of them.

    >>> [str(t) for t in ticks(Fraction(-1), Fraction(1), 5)]
    ['-1', '-1/2', '0', '1/2', '1']
    """
    if low >= high:
        return [low]
    power = Fraction(10) ** floor(logarithm((high - low) / count))
    step = next(power * m for m in (1, 2, 5, 10, 20) if (high - low) / (power * m) <= count)
    first, last = -((-low) // step), high // step
    return [k * step for k in range(int(first), int(last) + 1)]
