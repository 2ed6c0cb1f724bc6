"""Enclosures: balls that certainly hold a real number which is not held exactly.

An enclosure is a FLINT `arb` ball, midpoint ± radius. Comparisons are three-valued: True, False, or
`UndecidedError` when the balls overlap; nothing undecided ever reads as False.
Source: F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius interval arithmetic" (2017).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from numbers import Rational
from typing import Any

from flint import arb

from exactgeom.exact.balls import GUARD, bounds, decimal_str, dyadic, float_or_none, precision
from exactgeom.exact.door import exact, fraction_str, to_fmpq
from exactgeom.exact.errors import InvalidInput, UndecidedError
from exactgeom.exact.values import Value, freeze

_JSON_DIGITS_PER_BIT = 0.30103


class Enclosure(Value):
    """A real number known to lie in `[mid − rad, mid + rad]`.

    Contract: enclosure. `Enclosure(mid, rad)` holds the whole interval (ends rounded outward);
    arithmetic works at `bits` binary digits and encloses every possible result.
    Errors: comparisons and `float` raise `UndecidedError` when the ball does not decide.

    >>> x = Enclosure(2).sqrt()
    >>> x < 2, x.contains(Fraction(141421, 100000)), float(x * x + 1) if (x * x + 1).rad == 0 else "open"
    (True, False, 'open')
    """

    __slots__ = ("_ball", "_bits")
    _ball: arb
    _bits: int

    def __init__(self, mid: object = 0, rad: object = 0, *, bits: int = 64) -> None:
        middle, radius = exact(mid, "mid"), exact(rad, "rad")
        if radius < 0:
            raise InvalidInput(f"expected a radius >= 0, got {fraction_str(radius)}", "rad")
        if isinstance(bits, bool) or not isinstance(bits, int) or bits < 2:
            raise InvalidInput(f"expected an integer >= 2, got {bits!r}", "bits")
        with precision(bits + GUARD):
            low, high = (arb(to_fmpq(end)) for end in (middle - radius, middle + radius))
            ball = low if radius == 0 else low.union(high)
        freeze(self, "_ball", ball)
        freeze(self, "_bits", bits)

    @classmethod
    def from_ball(cls, ball: arb, bits: int) -> Enclosure:
        """Return the enclosure of a FLINT ball; `bits` is the precision for further arithmetic."""
        result = object.__new__(cls)
        freeze(result, "_ball", ball)
        freeze(result, "_bits", bits)
        return result

    @property
    def ball(self) -> arb:
        """The FLINT ball itself."""
        return self._ball

    @property
    def bits(self) -> int:
        """Binary digits that arithmetic on this enclosure works with."""
        return self._bits

    @property
    def mid(self) -> Fraction:
        """The midpoint, exactly."""
        return dyadic(self._finite().mid())

    @property
    def rad(self) -> Fraction:
        """The radius, exactly."""
        return dyadic(self._finite().rad())

    @property
    def lower(self) -> Fraction:
        """The lower end, exactly."""
        return bounds(self._finite())[0]

    @property
    def upper(self) -> Fraction:
        """The upper end, exactly."""
        return bounds(self._finite())[1]

    @property
    def accuracy_bits(self) -> int:
        """Relative accuracy in binary digits (negative when nothing is known)."""
        return int(self._ball.rel_accuracy_bits())

    def _finite(self) -> arb:
        if not self._ball.is_finite():
            raise UndecidedError("the enclosure is the whole line: nothing is known")
        return self._ball

    def enclosure(self, bits: int) -> Enclosure:
        """Return this enclosure if it has `bits` of relative accuracy. Errors: `UndecidedError`."""
        if self.accuracy_bits < bits:
            raise UndecidedError(f"known to {self.accuracy_bits} bits only, {bits} were asked")
        return self

    def contains(self, x: object) -> bool:
        """Return whether a number (or every point of an enclosure) lies in this interval: exact."""
        if isinstance(x, Enclosure):
            return self.lower <= x.lower and x.upper <= self.upper
        low, high = bounds(self._finite())
        if hasattr(x, "enclosure"):  # a surd or an angle compares exactly with fractions
            return bool(x >= low and x <= high)  # type: ignore[operator]
        return low <= exact(x) <= high

    def overlaps(self, other: Enclosure) -> bool:
        """Return whether the two intervals have a point in common: exact."""
        return self.lower <= other.upper and other.lower <= self.upper

    # --- arithmetic -------------------------------------------------------------------------------------

    def _apply(self, other: object, operation: Callable[[arb, arb], arb]) -> Any:
        ball = _ball_of(other, self._bits)
        if ball is None:
            return NotImplemented
        bits = min(self._bits, other._bits) if isinstance(other, Enclosure) else self._bits
        with precision(bits):
            return Enclosure.from_ball(operation(self._ball, ball), bits)

    def __add__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: a + b)  # type: ignore[no-any-return]

    __radd__ = __add__

    def __sub__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: a - b)  # type: ignore[no-any-return]

    def __rsub__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: b - a)  # type: ignore[no-any-return]

    def __mul__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: a * b)  # type: ignore[no-any-return]

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: a / b)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: object) -> Enclosure:
        return self._apply(other, lambda a, b: b / a)  # type: ignore[no-any-return]

    def __pow__(self, exponent: object) -> Enclosure:
        """Return the power; a fractional exponent needs a nonnegative base."""
        if isinstance(exponent, int) and not isinstance(exponent, bool):
            power = self._map(lambda a: _integer_power(a, abs(exponent)))
            return power if exponent >= 0 else 1 / power
        return self._apply(exponent, lambda a, b: a**b)  # type: ignore[no-any-return]

    def _map(self, function: Callable[[arb], arb]) -> Enclosure:
        with precision(self._bits):
            return Enclosure.from_ball(function(self._ball), self._bits)

    def __neg__(self) -> Enclosure:
        return self._map(lambda a: -a)

    def __pos__(self) -> Enclosure:
        return self

    def __abs__(self) -> Enclosure:
        return self._map(abs)

    def sqrt(self) -> Enclosure:
        """Return the square root. Errors: `UndecidedError` when negative numbers are not excluded."""
        if not self._ball >= 0:
            raise UndecidedError("square root of an enclosure that is not certainly nonnegative")
        return self._map(lambda a: a.sqrt())

    def exp(self) -> Enclosure:
        """Return the exponential."""
        return self._map(lambda a: a.exp())

    def log(self) -> Enclosure:
        """Return the natural logarithm. Errors: `UndecidedError` when zero is not excluded."""
        if not self._ball > 0:
            raise UndecidedError("logarithm of an enclosure that is not certainly positive")
        return self._map(lambda a: a.log())

    # --- comparison: three-valued -----------------------------------------------------------------------

    def sign(self) -> int:
        """Return −1, 0 or 1. Errors: `UndecidedError` when the ball holds zero and other numbers."""
        if self._ball > 0:
            return 1
        if self._ball < 0:
            return -1
        if self._ball.is_finite() and self._ball.is_zero():
            return 0
        raise UndecidedError(f"the sign of {self!r} is not decided")

    def _compare(self, other: object) -> Any:
        low, high = bounds(self._finite())
        other_low: Any
        other_high: Any
        if isinstance(other, Enclosure):
            other_low, other_high = bounds(other._finite())
        elif isinstance(other, Rational | float) and not isinstance(other, bool):
            other_low = other_high = exact(other)
        elif hasattr(other, "enclosure"):
            other_low = other_high = other
        else:
            return NotImplemented
        if low > other_high:
            return 1
        if high < other_low:
            return -1
        if low == high == other_low == other_high:
            return 0
        raise UndecidedError(f"{self!r} and {other!r} overlap: their order is not decided")

    def __bool__(self) -> bool:
        return self.sign() != 0

    # --- forms ------------------------------------------------------------------------------------------

    def __float__(self) -> float:
        low, high = (float_or_none(end) for end in bounds(self._finite()))
        if low is None and high is None:
            raise OverflowError("number too large to convert to float")
        if low is None or low != high:
            raise UndecidedError(f"the double nearest to {self!r} is not decided")
        return low

    def to_json(self) -> dict[str, str]:
        """Return `{"mid", "rad"}`, decimal strings of an interval that holds this one."""
        digits = max(6, int(self._bits * _JSON_DIGITS_PER_BIT) + 3)
        middle, radius, exponent = (int(part) for part in self._finite().mid_rad_10exp(digits))
        return {"mid": decimal_str(middle, exponent), "rad": decimal_str(radius, exponent)}

    def to_sympy(self) -> Any:
        """Return SymPy's closed interval `Interval(lower, upper)`."""
        import sympy

        ends = (sympy.Rational(end.numerator, end.denominator) for end in (self.lower, self.upper))
        return sympy.Interval(*ends)

    def __repr__(self) -> str:
        if not self._ball.is_finite():
            return f"Enclosure.from_ball(arb('nan'), {self._bits})"
        form = self.to_json()
        return f"Enclosure({form['mid']!r}, {form['rad']!r}, bits={self._bits})"

    def to_latex(self) -> str:
        r"""Return `mid \pm rad` in outward-rounded decimals."""
        form = self.to_json()
        return rf"{form['mid']} \pm {form['rad']}"

    def __reduce__(self) -> tuple[Any, ...]:
        if not self._ball.is_finite():
            return _whole_line, (self._bits,)
        parts = [tuple(int(p) for p in part.man_exp()) for part in (self._ball.mid(), self._ball.rad())]
        return _restored, (*parts, self._bits)


def _restored(mid: tuple[int, int], rad: tuple[int, int], bits: int) -> Enclosure:
    """Rebuild a pickled enclosure, bit for bit."""
    # FLINT may round a radius up on the way in, by one unit of its 30 bits even when it fits.
    mantissa, exponent = rad
    shift = 30 - mantissa.bit_length()
    below = arb(((mantissa << shift) - 1, exponent - shift)) if mantissa else arb(0)
    balls = (arb(mid, rad), arb(mid, below))
    same = (ball for ball in balls if tuple(int(part) for part in ball.rad().man_exp()) == rad)
    return Enclosure.from_ball(next(same, balls[0]), bits)


def _integer_power(ball: arb, exponent: int) -> arb:
    """Return a ball to a natural power by squaring (FLINT's own power takes logarithms)."""
    result = arb(1)
    while exponent:
        if exponent & 1:
            result *= ball
        exponent >>= 1
        if exponent:
            ball = ball * ball
    return result


def _whole_line(bits: int) -> Enclosure:
    return Enclosure.from_ball(arb("nan"), bits)


def _ball_of(value: object, bits: int) -> arb | None:
    """Return a ball that holds an exact number or an enclosure, None for anything else."""
    if isinstance(value, Enclosure):
        return value._ball
    if isinstance(value, Rational) and not isinstance(value, bool):
        with precision(bits):
            return arb(to_fmpq(Fraction(value)))
    if hasattr(value, "enclosure"):
        held: Enclosure = value.enclosure(bits)
        return held._ball
    return None
