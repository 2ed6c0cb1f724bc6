"""All boxes that hold points on walls: for every coordinate's rank the boxes around it, 64 in a word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

import numpy as np

from exactgeom.partition.locate_signs import packed
from exactgeom.polyhedra.arrays import AnyArray, IntArray

_BYTES = 2**27  # of the tables; beyond them, boxes are compared point by point
_FLAGS = 2**23  # flags of boxes unpacked in one go


class BoxTies:
    """Boxes of ranks ``low <= x <= high``, each with the number of its cell, ready for points on walls.

    A point with the ranks (below, above) lies in a closed box when ``low <= below`` and ``above <= high`` in
    every coordinate.
    """

    def __init__(self, low: AnyArray, high: AnyArray, numbers: IntArray, ranks: list[int]) -> None:
        order = np.argsort(numbers)
        self._low, self._high, self._numbers = low[order], high[order], numbers[order]
        self._ranks = ranks

    @cached_property
    def _tables(self) -> list[tuple[AnyArray, AnyArray]] | None:
        """Per coordinate, by rank: the boxes that start up to it, and those that end from it on."""
        words = -(-len(self._numbers) // 64)
        if 16 * words * sum(self._ranks) > _BYTES:
            return None
        columns = zip(self._low.T, self._high.T, self._ranks, strict=True)
        return [
            (_packed(low <= r for r in range(n)), _packed(high >= r for r in range(n)))
            for low, high, n in columns
        ]

    def __call__(self, below: AnyArray, above: AnyArray) -> list[tuple[int, ...]]:
        """The cells of every row of ranks, ascending."""
        if self._tables is None:
            rows = zip(below, above, strict=True)
            flags = (((self._low <= b) & (self._high >= a)).all(axis=1) for b, a in rows)
            return [tuple(self._numbers[own].tolist()) for own in flags]
        found: list[tuple[int, ...]] = []
        size = max(1, _FLAGS // max(1, len(self._numbers)))
        for start in range(0, len(below), size):
            found += self._some(self._tables, below[start : start + size], above[start : start + size])
        return found

    def _some(
        self, tables: list[tuple[AnyArray, AnyArray]], below: AnyArray, above: AnyArray
    ) -> list[tuple[int, ...]]:
        left = np.repeat(packed(np.ones((1, len(self._numbers)), dtype=bool)), len(below), axis=0)
        for f, (starts, ends) in enumerate(tables):
            left &= starts[below[:, f]]
            left &= ends[above[:, f]]
        flags = np.unpackbits(left.view(np.uint8), axis=1, count=len(self._numbers))
        rows, boxes = np.nonzero(flags)
        cells = self._numbers[boxes].tolist()
        cuts = np.searchsorted(rows, np.arange(len(below) + 1)).tolist()
        return [tuple(cells[a:b]) for a, b in pairwise(cuts)]


def _packed(rows: Iterable[AnyArray]) -> AnyArray:
    return np.concatenate([packed(flags[None, :]) for flags in rows])
