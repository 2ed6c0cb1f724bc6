"""Angles of a triangle from its three sides, exactly where the cosine is one square root.

With A = a², B = b², C = c² and x = (A + B − C)/2 the angle between a and b is the argument of `x + i√y`,
where `y = AB − x²` is four times the squared area: y < 0 says that the triangle inequality fails, y = 0 that
the triangle is flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import arb

from exactgeom.curvature.lengths_values import BITS, Real, quotient, real
from exactgeom.exact import Angle, Enclosure, Surd, UndecidedError
from exactgeom.exact.balls import precision

Sides = tuple[Real, Real, Real]
AngleValue = Angle | Enclosure


@dataclass(frozen=True)
class TriangleVerdict:
    """The three angles, opposite the sides given, or None when the triangle inequality fails at `longest`.

    `excess` is the longest side minus the two others: positive for a violation, 0 for a flat triangle.
    """

    angles: tuple[AngleValue, AngleValue, AngleValue] | None
    longest: int
    excess: Real

    @property
    def is_flat(self) -> bool:
        """True when the triangle inequality holds with equality."""
        return self.angles is not None and isinstance(self.excess, Fraction | Surd) and self.excess == 0


def triangle(sides: Sides, bits: int = BITS) -> TriangleVerdict:
    """Decide the triangle inequality for positive sides and find the angles opposite them.

    Contract: rational and surd sides decide exactly. Angles are exact when their cosine is rational or one
    square root (always for sides with rational squares), or when they are multiples of π/5 or π/12; else
    they are enclosures of `bits` bits.
    Errors: `UndecidedError` when enclosures do not decide whether the inequality holds.

    >>> [str(angle) for angle in triangle((Fraction(1), Surd.sqrt(3), Fraction(2))).angles]
    ['π/6', 'π/3', 'π/2']
    >>> verdict = triangle((Fraction(1), Fraction(3), Fraction(1)))
    >>> verdict.angles, verdict.longest, verdict.excess
    (None, 1, Fraction(1, 1))
    """
    if any(isinstance(side, Enclosure) for side in sides):
        return _enclosed(sides, bits)
    return _exact(sides, bits)


def _excesses(sides: Sides) -> list[Real]:
    a, b, c = sides
    return [real(a - b - c), real(b - c - a), real(c - a - b)]


def _exact(sides: Sides, bits: int) -> TriangleVerdict:
    longest = max(range(3), key=sides.__getitem__)
    excess = _excesses(sides)[longest]
    if excess > 0:
        return TriangleVerdict(None, longest, excess)
    if excess == 0:
        return TriangleVerdict(_flat(longest), longest, Fraction(0))
    squares = [real(side * side) for side in sides]
    first, second, third = (_corner(squares, i, sides, bits) for i in range(3))
    return TriangleVerdict((first, second, third), longest, excess)


def _flat(longest: int) -> tuple[Angle, Angle, Angle]:
    first, second, third = (Angle.pi(int(i == longest)) for i in range(3))
    return first, second, third


def _corner(squares: list[Real], opposite: int, sides: Sides, bits: int) -> AngleValue:
    """Return the angle opposite a side of a triangle that is known to have area."""
    c, (a, b) = squares[opposite], (squares[i] for i in range(3) if i != opposite)
    x = real((a + b - c) * Fraction(1, 2))
    if isinstance(a, Fraction) and isinstance(b, Fraction) and isinstance(x, Fraction):
        return Angle.from_xy(x, a * b - x * x)
    p, q = (sides[i] for i in range(3) if i != opposite)
    try:
        cosine = quotient(x, real(p * q), bits)
    except UndecidedError:  # sides in a large field
        cosine = Enclosure(0, 1)
    if isinstance(cosine, Fraction) or (isinstance(cosine, Surd) and cosine.squared().is_rational()):
        return Angle.from_cos(cosine)
    if isinstance(cosine, Surd) and cosine in _fifths_and_twelfths():
        return _fifths_and_twelfths()[cosine]
    return _argument(_held(x, bits), _held(real(a * b - x * x), bits), bits)


@cache
def _fifths_and_twelfths() -> dict[Surd, Angle]:
    """Return the angles kπ/5 and kπ/12 by their cosines: the multiples of π with cosines `a√m + b√n`."""
    fifth, twelfth = (1 + Surd.sqrt(5)) / 4, (Surd.sqrt(6) + Surd.sqrt(2)) / 4
    small = {fifth: "1/5", fifth - Fraction(1, 2): "2/5", twelfth: "1/12", twelfth - Surd.sqrt("1/2"): "5/12"}
    found = {cosine: Angle.pi(r) for cosine, r in small.items()}
    return found | {-cosine: Angle.pi() - angle for cosine, angle in found.items()}


def _held(value: Real, bits: int) -> Enclosure:
    """Return an enclosure of a number, with a few bits to spare."""
    if isinstance(value, Enclosure):
        return value
    return Surd(value).enclosure(bits + 16)


def _argument(x: Enclosure, y: Enclosure, bits: int) -> Enclosure:
    """Return the argument of `x + i√y`, y > 0."""
    with precision(max(bits, min(x.bits, y.bits)) + 8):
        return Enclosure.from_ball(arb.atan2(y.ball.sqrt(), x.ball), bits)


def _enclosed(sides: Sides, bits: int) -> TriangleVerdict:
    balls = [_held(side, bits) for side in sides]
    order = sorted(range(3), key=lambda i: balls[i].mid)
    longest = order[2]
    excesses = _excesses((balls[0], balls[1], balls[2]))
    for i in range(3):
        try:
            violated = excesses[i] > 0
        except UndecidedError:
            raise UndecidedError(
                "enclosures do not decide a triangle inequality: ask for more bits, or it holds with equality"
            ) from None
        if violated:
            return TriangleVerdict(None, i, excesses[i])
    a, b, c = balls
    product = (a + b + c) * -excesses[0] * -excesses[1] * -excesses[2] / 4
    squares = [ball * ball for ball in balls]
    half = (squares[0] + squares[1] + squares[2]) / 2
    first, second, third = (_argument(half - squares[i], real_enclosure(product), bits) for i in range(3))
    return TriangleVerdict((first, second, third), longest, excesses[longest])


def real_enclosure(value: Real) -> Enclosure:
    """Return a number as an enclosure (of itself)."""
    return value if isinstance(value, Enclosure) else _held(value, BITS)
