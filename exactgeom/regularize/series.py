"""Truncated Laurent series over Q, and sums of them times square roots: numbers along a path t -> 0+.

With ``t`` an infinitesimal: dual numbers of any order, which may be divided by what vanishes at 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq, fmpq_poly

from exactgeom.exact import Surd, UndecidedError, fraction
from exactgeom.exact.radicals import coefficient_and_radicand

__all__ = ["Laurent", "RootSeries"]


@dataclass(frozen=True, slots=True)
class Laurent:
    """``t^low (c_0 + c_1 t + ...)``, known up to (not including) ``t^(low + len(c))``; c_0 != 0 unless empty.

    >>> x = Laurent.of_poly(fmpq_poly([0, 2, 1]), 4)
    >>> (x * x).leading, x.inverse().coefficients
    ((2, 4), (1/2, -1/4, 1/8, -1/16))
    """

    low: int
    coefficients: tuple[fmpq, ...]

    @staticmethod
    def make(low: int, entries: Sequence[fmpq]) -> Laurent:
        """Drop leading zeros."""
        start = next((i for i, c in enumerate(entries) if c), len(entries))
        return Laurent(low + start, tuple(entries[start:]))

    @staticmethod
    def of_poly(poly: fmpq_poly, length: int) -> Laurent:
        """A polynomial in t, known to relative accuracy `length`."""
        entries = list(poly.coeffs())
        start = next((i for i, c in enumerate(entries) if c), 0)
        own = entries[start : start + length]
        return Laurent.make(start, [*own, *[fmpq(0)] * (length - len(own))])

    @property
    def leading(self) -> tuple[int, fmpq]:
        """(exponent, coefficient) of the first term. Errors: UndecidedError when only zeros are known."""
        if not self.coefficients:
            raise UndecidedError("more terms of a series are needed")
        return self.low, self.coefficients[0]

    @property
    def end(self) -> int:
        """The first exponent that is not known."""
        return self.low + len(self.coefficients)

    def __add__(self, other: Laurent) -> Laurent:
        end, low = min(self.end, other.end), min(self.low, other.low)
        return Laurent.make(low, [self[i] + other[i] for i in range(low, end)])

    def __getitem__(self, exponent: int) -> fmpq:
        return self.coefficients[exponent - self.low] if self.low <= exponent < self.end else fmpq(0)

    def __mul__(self, other: Laurent) -> Laurent:
        size = min(len(self.coefficients), len(other.coefficients))
        a, b = self.coefficients, other.coefficients
        made = [sum((a[i] * b[k - i] for i in range(k + 1)), fmpq(0)) for k in range(size)]
        return Laurent.make(self.low + other.low, made)

    def scaled(self, factor: fmpq) -> Laurent:
        """A rational multiple."""
        if not factor:
            return Laurent(self.end, ())
        return Laurent(self.low, tuple(factor * c for c in self.coefficients))

    def inverse(self) -> Laurent:
        """``1 / x``."""
        low, first = self.leading
        made = [1 / first]
        for k in range(1, len(self.coefficients)):
            carried = sum((self.coefficients[i] * made[k - i] for i in range(1, k + 1)), fmpq(0))
            made.append(-carried / first)
        return Laurent(-low, tuple(made))

    def sqrt(self) -> tuple[int, Laurent]:
        """(m, y) with ``x = m y^2``, y > 0 for small t > 0. Assumption: x > 0, even leading exponent."""
        low, first = self.leading
        assert low % 2 == 0 and first > 0
        coefficient, root = coefficient_and_radicand((2, 1, first), 2)
        made = [fmpq(1)]
        unit = [c / first for c in self.coefficients]
        for k in range(1, len(unit)):
            made.append((unit[k] - sum((made[i] * made[k - i] for i in range(1, k)), fmpq(0))) / 2)
        return int(root), Laurent(low // 2, tuple(coefficient * c for c in made))


@dataclass(frozen=True)
class RootSeries:
    """``sum of sqrt(m) x_m`` with Laurent series x_m."""

    parts: tuple[tuple[int, Laurent], ...]

    @staticmethod
    def rational(series: Laurent) -> RootSeries:
        """A series without roots."""
        return RootSeries(((1, series),))

    @staticmethod
    def sum(values: Iterable[RootSeries]) -> RootSeries:
        """The sum (equal radicands are merged)."""
        found: dict[int, Laurent] = {}
        for value in values:
            for root, series in value.parts:
                found[root] = found[root] + series if root in found else series
        return RootSeries(tuple(found.items()))

    def __mul__(self, other: RootSeries) -> RootSeries:
        return RootSeries.sum(
            RootSeries(((1, (x * y).scaled(fmpq(m))),)) if m == n else RootSeries(((m * n, x * y),))
            for m, x in self.parts
            for n, y in other.parts
        )

    def times(self, series: Laurent) -> RootSeries:
        """The product with a series without roots."""
        return RootSeries(tuple((root, own * series) for root, own in self.parts))

    def __pow__(self, exponent: int) -> RootSeries:
        result = self
        for _ in range(exponent - 1):
            result = result * self
        return result

    def coefficient(self, exponent: int) -> Surd:
        """The coefficient of ``t^exponent``. Errors: UndecidedError when it is not known."""
        if any(series.end <= exponent for _, series in self.parts):
            raise UndecidedError("more terms of a series are needed")
        return Surd.from_terms([(fraction(x[exponent]), m) for m, x in self.parts if x[exponent]])

    @property
    def low(self) -> int:
        """A lower bound of the exponents that occur."""
        return min((series.low for _, series in self.parts), default=0)

    @staticmethod
    def constant(value: Fraction, length: int) -> RootSeries:
        """A rational number."""
        return RootSeries.rational(
            Laurent.of_poly(fmpq_poly([fmpq(value.numerator, value.denominator)]), length)
        )
