"""FLINT balls: working precision, exact ends, refinement until a question is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx

from exactgeom.exact.door import int_str

GUARD = 16


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Work with balls at `bits` binary digits inside a `with` block."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def dyadic(ball: arb) -> Fraction:
    """Return the value of an exact ball as a fraction."""
    mantissa, exponent = (int(part) for part in ball.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def bounds(ball: arb) -> tuple[Fraction, Fraction]:
    """Return exact lower and upper ends of a finite ball."""
    middle, radius = dyadic(ball.mid()), dyadic(ball.rad())
    return middle - radius, middle + radius


def refined(ball_at: Callable[[], arb], bits: int) -> arb:
    """Return `ball_at()` with at least `bits` of relative accuracy; assumption: its value is not zero."""
    working = bits + GUARD
    while True:
        with precision(working):
            ball = ball_at()
        if ball.is_finite() and ball.rel_accuracy_bits() >= bits:
            return ball
        working *= 2


def sign_by_refining(ball_at: Callable[[], arb], bits: int = 64) -> int:
    """Return the sign of a real number that is known not to be zero, from ever finer balls."""
    while True:
        with precision(bits):
            ball = ball_at()
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        bits *= 2


def correctly_rounded(ball_at: Callable[[], arb]) -> float:
    """Return the double nearest to an irrational number, from ever finer balls.

    Ends because an irrational number is never half-way between two doubles. Errors: `OverflowError`.
    """
    bits = 96
    while True:
        with precision(bits):
            ball = ball_at()
        if ball.is_finite():
            low, high = (float_or_none(end) for end in bounds(ball))
            if low is not None and low == high:
                return low
            if low is None and high is None:
                raise OverflowError("number too large to convert to float")
        bits *= 2


def float_or_none(value: Fraction) -> float | None:
    """Return the nearest double, None when it overflows."""
    try:
        return float(value)
    except OverflowError:
        return None


def decimal_str(digits: int, exponent: int) -> str:
    """Return `digits · 10^exponent` as a short decimal string."""
    text = int_str(abs(digits))
    stripped = text.rstrip("0") or "0"
    exponent = 0 if digits == 0 else exponent + len(text) - len(stripped)
    sign = "-" if digits < 0 else ""
    if exponent == 0:
        return sign + stripped
    scientific = exponent + len(stripped) - 1
    if -7 < scientific < 0:
        return f"{sign}0.{'0' * (-scientific - 1)}{stripped}"
    if exponent < 0 <= scientific:
        return f"{sign}{stripped[: scientific + 1]}.{stripped[scientific + 1 :]}"
    point = f".{stripped[1:]}" if len(stripped) > 1 else ""
    return f"{sign}{stripped[0]}{point}e{scientific}"
