"""Which points lie in the domain: by doubles where they decide, exactly where they do not."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from exactgeom.partition.locate_floats import affine_block, affine_floats
from exactgeom.partition.points import Points, Vector, double_above, double_below
from exactgeom.polyhedra.arrays import AnyArray

Row = tuple[tuple[int, ...], int]
"""Integers (a, b): the halfspace ``a.x <= b``."""


class Inside:
    """A closed set ``{x : a.x <= b}`` for all rows; none: everything."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._single = [row for row in rows if sum(map(bool, row[0])) == 1]
        self._others = [row for row in rows if sum(map(bool, row[0])) != 1]
        self._floats = affine_floats([a for a, _ in self._others], [-b for _, b in self._others], 1)

    @classmethod
    def of_domain(cls, domain: Any) -> Inside:
        """The set of a `Polytope`; None: all of the space."""
        if domain is None:
            return cls([])
        rows = [integer_row(a, b) for a, b in domain.inequalities]
        for a, b in domain.equations:
            top, bound = integer_row(a, b)
            rows += [(top, bound), (tuple(-c for c in top), -bound)]
        return cls(rows)

    def __call__(self, points: Points) -> tuple[AnyArray, AnyArray]:
        """(which points are inside, which of all were decided by exact arithmetic)."""
        inside = np.ones(len(points), dtype=bool)
        unsure = np.zeros(len(points), dtype=bool)
        for a, b in self._single:
            self._half_line(points, a, b, inside)
        if self._others and len(points):
            with np.errstate(all="ignore"):
                gap, radius = affine_block(self._floats, points.floats, points.radii())
            inside &= ~(gap > radius).any(axis=1)
            unsure |= ~(np.abs(gap) > radius).all(axis=1)
        unsure[points.rough_rows] = bool(self.rows)
        unsure &= inside
        for i in np.flatnonzero(unsure).tolist():
            inside[i] = self.holds(points.row(i))
        return inside, unsure

    @staticmethod
    def _half_line(points: Points, a: tuple[int, ...], b: int, inside: AnyArray) -> None:
        """Compare one coordinate with a threshold: exact for doubles; rough rows are looked at later."""
        j = next(k for k, c in enumerate(a) if c)
        threshold = Fraction(b, a[j])
        column = points.floats[:, j]
        good = column <= double_below(threshold) if a[j] > 0 else column >= double_above(threshold)
        good[points.rough_rows] = True
        inside &= good

    def holds(self, x: Vector) -> bool:
        """Whether one point is inside, exactly."""
        scale = lcm(*(c.denominator for c in x))
        top = [c.numerator * (scale // c.denominator) for c in x]
        return all(sum(c * v for c, v in zip(a, top, strict=True) if c) <= b * scale for a, b in self.rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return Inside, (self.rows,)


def integer_row(a: Any, b: Any) -> Row:
    """The halfspace with integer entries."""
    scale = lcm(*(c.denominator for c in a), b.denominator)
    return tuple(int(c * scale) for c in a), int(b * scale)
