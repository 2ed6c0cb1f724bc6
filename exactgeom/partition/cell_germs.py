"""Around a point, around a facet, along a ray: which signs affine functions have on full-dimensional pieces.

A germ is a small piece of space next to a point or a facet.  Asked about one affine function, it answers with
the signs the function has there, each with the part of the germ where it has that sign.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Optimal

Function = tuple[Sequence[int], int]
"""Integers (a, c): a positive multiple of the affine function ``a·x + c``."""
Options = list[tuple[str, Any]]
"""The signs of a function on a germ, the preferred one first, each with its part of the germ."""


class Column(NamedTuple):
    """The rational point or vector ``tops / den``, den > 0."""

    tops: tuple[int, ...]
    den: int


def column(values: Sequence[Fraction]) -> Column:
    """Return a point over one denominator."""
    den = math.lcm(*(v.denominator for v in values))
    return Column(tuple(v.numerator * (den // v.denominator) for v in values), den)


def value(function: Function, at: Column) -> int:
    """Return a positive multiple of the function's value at a point."""
    return _dot(function[0], at.tops) + function[1] * at.den


def _dot(a: Sequence[int], x: Sequence[int]) -> int:
    return sum(p * q for p, q in zip(a, x, strict=True) if p and q)


def _sign(number: int) -> str:
    return "+" if number > 0 else "-" if number < 0 else "0"


class RayGerm:
    """The beginning of a ray: every function has one sign there."""

    def __init__(self, start: Column, direction: Sequence[int]) -> None:
        self._start, self._direction = start, tuple(direction)

    def sides(self, function: Function) -> Options:
        """Return the function's sign just after the start (``0``: it stays 0 along the ray)."""
        found = value(function, self._start) or _dot(function[0], self._direction)
        return [(_sign(found), self)]


class PointGerm:
    """A cone of directions at a point, `{v : a·v ≤ 0 for all rows, low ≤ v ≤ high}`, and one strictly inside.

    `low` and `high` are 0 where a bound of the domain is active, else −1 and 1.
    """

    def __init__(
        self,
        at: Column,
        rows: tuple[tuple[int, ...], ...],
        low: tuple[int, ...],
        high: tuple[int, ...],
        inner: tuple[int, ...],
    ) -> None:
        self.at, self.rows, self.low, self.high, self.inner = at, rows, low, high, inner

    def sides(self, function: Function) -> Options:
        """Return the signs that the function takes on full-dimensional parts of the cone, ``-`` first."""
        here = value(function, self.at)
        if here:
            return [(_sign(here), self)]
        normal = tuple(int(c) for c in function[0])
        if not any(normal):
            return [("0", self)]
        inward = _dot(normal, self.inner)
        if inward == 0:  # strictly inside the cone: both sides
            return [(s, self._part(normal, s, self._tilted(normal, s))) for s in "-+"]
        near = _sign(inward)
        found = {near: self._part(normal, near, self.inner)}
        far = "+" if near == "-" else "-"
        beyond = self._beyond(normal, 1 if far == "+" else -1)
        if beyond is not None:
            found[far] = self._part(normal, far, beyond)
        return sorted(found.items(), key=lambda pair: pair[0] == "+")

    def _part(self, normal: tuple[int, ...], sign: str, inner: Sequence[int]) -> PointGerm:
        row = normal if sign == "-" else tuple(-c for c in normal)
        rows = (*self.rows, row)
        return PointGerm(self.at, rows, self.low, self.high, self._short(rows, inner))

    def _is_inside(self, rows: tuple[tuple[int, ...], ...], v: Sequence[int]) -> bool:
        return all(_dot(row, v) < 0 for row in rows) and all(
            (low < 0 or c > 0) and (high > 0 or c < 0)
            for c, low, high in zip(v, self.low, self.high, strict=True)
        )

    def _short(self, rows: tuple[tuple[int, ...], ...], v: Sequence[int]) -> tuple[int, ...]:
        """Return a direction strictly inside, close to v, in as few bits as may be."""
        length = max(abs(c) for c in v).bit_length()
        bits = 4
        while bits < length:
            drop = length - bits
            short = tuple(c >> drop if c >= 0 else -(-c >> drop) for c in v)
            if self._is_inside(rows, short):
                return short
            bits *= 2
        return tuple(v)

    def _tilted(self, normal: tuple[int, ...], sign: str) -> list[int]:
        """Return an inner direction turned a little to one side of a function it is tangent to."""
        side = 1 if sign == "+" else -1
        scale = 1
        while True:
            v = [scale * c + side * n for c, n in zip(self.inner, normal, strict=True)]
            if self._is_inside(self.rows, v):
                return v
            scale *= 16

    def _beyond(self, normal: tuple[int, ...], side: int) -> list[int] | None:
        """Return a direction strictly inside the cone on the other side of a function, if there is one."""
        cone = LinearProgram(self.rows, [0] * len(self.rows), lower=self.low, upper=self.high)
        best = cone.maximize([side * c for c in normal])
        if not isinstance(best, Optimal) or best.value <= 0:
            return None
        far = column(best.x).tops
        gain, loss = side * _dot(normal, far), -side * _dot(normal, self.inner)
        return [2 * loss * f + gain * c for f, c in zip(far, self.inner, strict=True)]
