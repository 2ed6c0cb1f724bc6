"""Entries of labelled matrices: rationals (FLINT inside), surds and enclosures under one set of operations.

Inside a matrix a rational is an `fmpq`; at the face it is a `Fraction`. An operation answers in the smallest
of the three kinds that holds the result, and never leaves exactness unless an operand already has.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from exactgeom.exact import Enclosure, Surd, exact, fraction, fraction_str, to_fmpq
from exactgeom.exact.latex import fraction_latex

ZERO = fmpq(0)
ONE = fmpq(1)


def enter(value: Any, place: str = "entry") -> Any:
    """Return a number in its inner form: `fmpq`, an irrational `Surd`, or an `Enclosure`.

    Errors: `InvalidInput` naming `place`.

    >>> enter(Surd.sqrt(4)), enter("1/2")
    (2, 1/2)
    """
    kind = type(value)
    if kind is fmpq or kind is Enclosure:
        return value
    if kind is int or kind is Fraction:
        return fmpq(value.numerator, value.denominator)
    if kind is Surd:
        return settle(value)
    return to_fmpq(exact(value, place))


def leave(value: Any) -> Any:
    """Return the public form of an entry: a `Fraction`, a `Surd` or an `Enclosure`."""
    return fraction(value) if type(value) is fmpq else value


def settle(value: Any) -> Any:
    """Return the canonical inner form: a surd that is rational becomes an `fmpq`."""
    if type(value) is Surd and value.is_rational():
        return to_fmpq(value.as_fraction())
    return value


def add(a: Any, b: Any) -> Any:
    """Return `a + b`."""
    if type(a) is fmpq and type(b) is fmpq:
        return a + b
    return leave(a) + b if type(b) is Enclosure else a + leave(b)


def multiply(a: Any, b: Any) -> Any:
    """Return `a · b`."""
    if type(a) is fmpq and type(b) is fmpq:
        return a * b
    return leave(a) * b if type(b) is Enclosure else a * leave(b)


def divide(a: Any, b: Any) -> Any:
    """Return `a / b`; errors: `UndecidedError` for a divisor in a field of degree above 64."""
    if type(a) is fmpq and type(b) is fmpq:
        return a / b
    return settle(leave(a) / leave(b))


def total(values: list[Any]) -> Any:
    """Return the sum of many entries; surds are merged once at the end."""
    if any(type(value) is Surd for value in values) and not any(type(v) is Enclosure for v in values):
        return settle(Surd.sum(leave(value) for value in values))
    result: Any = ZERO
    for value in values:
        result = add(result, value)
    return result


def is_zero(value: Any) -> bool:
    """Tell whether an entry is certainly zero (an enclosure only when it is the point zero)."""
    if type(value) is Enclosure:
        return bool(value.ball.is_zero())
    return not value


def ball(value: Any, bits: int) -> arb:
    """Return a ball around an entry, of relative accuracy `bits` unless it is an enclosure already."""
    if type(value) is fmpq:
        return arb(value)
    return value.ball if type(value) is Enclosure else value.enclosure(bits).ball


def trace(value: Any) -> Any:
    """Return hashable data that determine a value made of entries, tuples and plain data.

    An enclosure cannot be compared with `==` unless the balls are apart; its record, the ball itself, can: so
    results that hold enclosures are equal when they record the same, and survive pickling as equals.

    >>> one = Enclosure(1, "1/8")
    >>> trace((one, 2)) == trace((Enclosure(1, "1/8"), 2)), trace(one) == trace(Enclosure(1, "1/9"))
    (True, False)
    """
    if type(value) is Enclosure:
        form = value.ball
        return (
            (Enclosure, str(form.mid().man_exp()), str(form.rad().man_exp()))
            if form.is_finite()
            else Enclosure
        )
    return tuple(map(trace, value)) if type(value) is tuple else value


class Recorded:
    """Frozen dataclasses that may hold enclosures: equal when all fields record the same, and hashable."""

    __slots__ = ()

    def _record(self) -> tuple[Any, ...]:
        return tuple(trace(getattr(self, field)) for field in self.__dataclass_fields__)  # type: ignore[attr-defined]

    def __eq__(self, other: object) -> bool:
        return self._record() == other._record() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._record()))


def text(value: Any) -> str:
    """Return an entry as it is written; an enclosure as `mid ± rad`.

    >>> text(enter("-1/2")), text(Surd.sqrt(8))
    ('-1/2', '2√2')
    """
    if type(value) is Enclosure:
        form = value.to_json()
        return f"{form['mid']}±{form['rad']}"
    return fraction_str(fraction(value)) if type(value) is fmpq else str(value)


def latex(value: Any) -> str:
    """Return the LaTeX form of an entry, without dollar signs."""
    return fraction_latex(fraction(value)) if type(value) is fmpq else str(value.to_latex())


def literal(value: Any) -> str:
    """Return a Python expression for an entry that the constructor of a matrix takes."""
    if type(value) is not fmpq:
        return repr(value)
    shown = fraction_str(fraction(value))
    return shown if "/" not in shown else repr(shown)
