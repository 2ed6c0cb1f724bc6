"""Sums and differences of surds that are only worked out when doubles cannot decide a comparison.

Transport and shortest paths compare far more numbers than they return. A `Lazy` carries a double with a bound
of its error, rounding included, and the sum it stands for; `<` and `==` look at the double first and at the
surd when the bound leaves it open. So every answer is exact, and nearly all of them cost what floats cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from exactgeom.exact import Surd

_ROUND = 2.0**-51  # twice the rounding of one operation, which also covers the rounding of the bound itself
_GROW = 1 + 2.0**-50
_TINY = 2.0**-1070
_SCALE = 2**60


class Lazy:
    """A surd, or a sum or difference of two lazy numbers. Immutable by convention; internal to this folder.

    >>> a, b = Lazy.of(Surd.sqrt(2)), Lazy.of(Surd.sqrt(8))
    >>> a + a == b, b - a < a, (a + b).exact() == 3 * Surd.sqrt(2)
    (True, False, True)
    """

    __slots__ = ("_exact", "approx", "error", "left", "minus", "right")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, approx: float, error: float, left: Any, right: Any, minus: bool) -> None:
        self.approx = approx
        self.error = error
        self.left = left
        self.right = right
        self.minus = minus
        self._exact: Surd | None = None

    @classmethod
    def of(cls, value: Surd) -> Lazy:
        """Return a number that stands for itself."""
        try:
            approx = float(value)
        except OverflowError:  # then every comparison is exact
            approx = float("inf")
        number = cls(approx, abs(approx) * _ROUND + _TINY, None, None, False)
        number._exact = value
        return number

    def __add__(self, other: Lazy) -> Lazy:
        approx = self.approx + other.approx
        return Lazy(approx, (self.error + other.error) * _GROW + abs(approx) * _ROUND, self, other, False)

    def __sub__(self, other: Lazy) -> Lazy:
        approx = self.approx - other.approx
        return Lazy(approx, (self.error + other.error) * _GROW + abs(approx) * _ROUND, self, other, True)

    def __lt__(self, other: Lazy) -> bool:
        gap = self.approx - other.approx
        bound = (self.error + other.error) * _GROW + abs(gap) * _ROUND
        if gap > bound:
            return False
        return gap < -bound or _sign(self, other) < 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lazy):
            return NotImplemented
        gap = abs(self.approx - other.approx)
        return not gap > (self.error + other.error) * _GROW + gap * _ROUND and _sign(self, other) == 0

    def exact(self) -> Surd:
        """Return the number worked out."""
        if self._exact is None:
            self._exact = _sum(_parts([(self, 1)]))
        return self._exact


def _sign(a: Lazy, b: Lazy) -> int:
    """Return the exact sign of a − b; what occurs in both cancels before any root is looked at."""
    parts = _parts([(a, 1), (b, -1)])
    return _sum(parts).sign() if parts else 0


def _parts(stack: list[tuple[Lazy, int]]) -> list[tuple[Lazy, int]]:
    """Return the numbers that stand for themselves, with their nonzero coefficients."""
    found: dict[int, tuple[Lazy, int]] = {}
    while stack:
        number, times = stack.pop()
        if number.left is None:
            found[id(number)] = (number, found[id(number)][1] + times if id(number) in found else times)
        else:
            stack.append((number.left, times))
            stack.append((number.right, -times if number.minus else times))
    return [part for part in found.values() if part[1]]


def _sum(parts: list[tuple[Lazy, int]]) -> Surd:
    return Surd.sum(times * number.exact() for number, times in parts)


def nearby(numbers: Iterable[Lazy]) -> list[int]:
    """Return integers nearly in proportion to the numbers: a candidate's costs, they prove nothing."""
    listed = [x.approx if isfinite(x.approx) else 0.0 for x in numbers]
    largest = max(map(abs, listed), default=0.0) or 1.0
    return [round(x / largest * _SCALE) for x in listed]
