"""Lengths as numbers: rational, surd or enclosure, and what they need: rational powers, sums, order.

A number keeps the smallest of the three kinds it fits in, so that an exact result is never an enclosure.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb

from exactgeom.exact import Enclosure, InvalidInput, Surd, exact, fraction_str, to_fmpq
from exactgeom.exact.balls import refined

Real = Fraction | Surd | Enclosure
"""A length, a density, a curvature: exact, or certainly in an interval."""
BITS = 64
"""Accuracy of enclosures unless asked otherwise."""
_MOST_BITS = 1 << 16  # degree of the field times height, up to which an inverse is written out


def real(value: object, place: str = "value") -> Real:
    """Return a number of the three kinds; rational surds become fractions.

    >>> real("0.25"), real(Surd.sqrt(9)), real(Surd.sqrt(3))
    (Fraction(1, 4), Fraction(3, 1), Surd.from_terms([('1', 3)]))
    """
    if isinstance(value, Surd):
        return value.as_fraction() if value.is_rational() else value
    return value if isinstance(value, Enclosure) else exact(value, place)


def shown(value: Real | None) -> str:
    """Return a number as one writes it in a message.

    >>> shown(Fraction(1, 2)), shown(Surd.sqrt(2) / 3), shown(None)
    ('1/2', '√2/3', '∞')
    """
    if value is None:
        return "∞"
    if isinstance(value, Enclosure):
        return f"{float(value.mid):.10g} ± {float(value.rad):.1g}"
    return fraction_str(value) if isinstance(value, Fraction) else str(value)


def ends(value: Real, bits: int = BITS) -> tuple[Fraction, Fraction]:
    """Return rational lower and upper ends of a number, equal when it is rational.

    >>> low, high = ends(Surd.sqrt(2)); low < Surd.sqrt(2) < high
    True
    """
    if isinstance(value, Fraction):
        return value, value
    held = value if isinstance(value, Enclosure) else value.enclosure(bits)
    return held.lower, held.upper


def quotient(a: Real, b: Real, bits: int = BITS) -> Real:
    """Return a/b, exactly where 1/b has a reasonable size (see `has_small_inverse`), else as an enclosure.

    >>> quotient(Surd.sqrt(6), Surd.sqrt(2)) == Surd.sqrt(3), quotient(Fraction(1), Enclosure(2)).mid == 0.5
    (True, True)
    """
    if isinstance(b, Fraction):
        return real(a * (1 / b))
    if isinstance(a, Enclosure) or isinstance(b, Enclosure) or has_small_inverse(b):
        return real(a / b)
    return Surd(a).enclosure(bits + 8) / b.enclosure(bits + 8)


def has_small_inverse(x: Surd) -> bool:
    """True when `1/x` can be written down: its field has degree at most 64, and not many digits.

    The inverse of a sum of n square roots has up to 2^n terms, each 2^n times as tall as those of x: with
    the radicands of trained weights (thousands of bits) it soon fills megabytes, and nobody can read it.

    >>> has_small_inverse(Surd.sqrt(2) + Surd.sqrt(3))
    True
    >>> has_small_inverse(Surd.sqrt(2) + Surd.sqrt(2**40000 + 1))
    False
    """
    steps = len(x.terms) * (x.order // 2)  # the degree is at most 2^steps
    bits = (number.bit_length() for q, m in x.terms for number in (q.numerator, q.denominator, m))
    return steps <= 6 and max(bits, default=0) << steps <= _MOST_BITS


def power(base: Fraction, exponent: Fraction, bits: int = BITS) -> Real:
    """Return `base ** exponent` for a rational base > 0 and a rational exponent.

    Contract: exact when the value is a rational or the square or fourth root of one, else an enclosure of
    relative accuracy `bits`. Cost: integer roots, no factoring.

    >>> power(Fraction(4, 9), Fraction(3, 2)), power(Fraction(8), Fraction(1, 6)) == Surd.sqrt(2)
    (Fraction(8, 27), True)
    >>> power(Fraction(2), Fraction(1, 3)).contains(Fraction(126, 100))
    False
    """
    q = to_fmpq(base) ** abs(exponent.numerator)
    q = q if exponent >= 0 else 1 / q
    order, odd = 1, exponent.denominator
    while odd % 2 == 0:
        order, odd = order * 2, odd // 2
    top, bottom = q.p.root(odd), q.q.root(odd)
    if top**odd == q.p and bottom**odd == q.q:
        root: Any = to_fmpq(Fraction(int(top), int(bottom)))
        while order > 4 and root.p.is_square() and root.q.is_square():
            root, order = type(root)(root.p.isqrt(), root.q.isqrt()), order // 2
        if order <= 4:
            return real(Surd(root) if order == 1 else Surd.sqrt(root) if order == 2 else Surd.root4(root))
    wanted = to_fmpq(Fraction(1, exponent.denominator))
    return Enclosure.from_ball(refined(lambda: arb(q) ** wanted, bits), bits)


def checked_bits(bits: object) -> int:
    """Return a number of bits. Errors: `InvalidInput` unless it is an integer from 2 on."""
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 2:
        raise InvalidInput(f"expected an integer >= 2, got {bits!r}", "bits")
    return bits


def between(low: Fraction, high: Fraction, bits: int = BITS) -> Real:
    """Return the interval [low, high], a fraction when both ends are equal.

    >>> between(Fraction(1), Fraction(1)), between(Fraction(1), Fraction(2)).contains("3/2")
    (Fraction(1, 1), True)
    """
    return low if low == high else Enclosure((low + high) / 2, (high - low) / 2, bits=bits)


def positive(value: Real, place: str) -> Real:
    """Return a number that must be positive. Errors: `InvalidInput` naming the place."""
    if not value > 0:
        raise InvalidInput(f"expected a number > 0, got {shown(value)}", place)
    return value
