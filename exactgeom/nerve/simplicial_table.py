"""Simplices as sorted integer tables: faces, boundaries and look-ups without a Python loop.

The simplices of degree p are numbered in lexicographic order of their (ascending) vertices. A simplex is
kept as the number of its first p vertices, a simplex of degree p - 1, and its last vertex: two integers at
any degree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from exactgeom.exact import BudgetExceeded
from exactgeom.polyhedra.arrays import IntArray

MAX_ENTRIES = 100_000_000
"""How many integers the table of all faces of one degree may hold (800 MB) before repeats are dropped."""


class SignedIncidence(NamedTuple):
    """A boundary map of integers: `sign` at row `facet` and column `element`, sorted by element."""

    element: IntArray
    facet: IntArray
    sign: IntArray


class SimplexTable:
    """All simplices of a complex on the vertices 0..n-1, as one sorted array of keys per degree.

    `keys[p]` holds `prefix · n + last vertex`; the table must be closed under taking faces.
    """

    __slots__ = ("keys", "size")

    def __init__(self, size: int, keys: Sequence[IntArray]) -> None:
        self.size, self.keys = size, tuple(keys)

    @staticmethod
    def closure(size: int, given: Sequence[IntArray]) -> SimplexTable:
        """The faces of the given simplices; `given[p]` has p + 1 ascending columns.

        >>> none = np.zeros((0, 1), int), np.zeros((0, 2), int)
        >>> table = SimplexTable.closure(3, [*none, np.array([[0, 1, 2]])])
        >>> [len(keys) for keys in table.keys], table.rows(1).tolist()
        ([3, 3, 1], [[0, 1], [0, 2], [1, 2]])
        """
        levels: list[IntArray] = []
        above: IntArray = np.zeros((0, len(given) + 1), dtype=np.int64)
        for p in range(len(given) - 1, -1, -1):
            _check_size(len(above) * (p + 2) * (p + 1))
            faces = [np.delete(above, i, axis=1) for i in range(p + 2)]
            above = _unique_rows(np.concatenate([given[p], *faces]), size)
            levels.append(above)
        table = SimplexTable(size, [level[:, 0] for level in levels[-1:]])
        for rows in reversed(levels[:-1]):
            keys = table.find(rows[:, :-1]) * size + rows[:, -1]
            table = SimplexTable(size, [*table.keys, keys])
        return table

    @property
    def dimension(self) -> int:
        """Highest degree with a simplex (-1 for the empty complex)."""
        return max((p for p, keys in enumerate(self.keys) if len(keys)), default=-1)

    def count(self, p: int) -> int:
        """Number of simplices of degree p."""
        return len(self.keys[p]) if 0 <= p < len(self.keys) else 0

    def rows(self, p: int) -> IntArray:
        """The vertices of all simplices of degree p, one ascending row each."""
        if not self.count(p):
            return np.zeros((0, p + 1), dtype=np.int64)
        columns = []
        number = np.arange(self.count(p))
        for degree in range(p, 0, -1):
            key = self.keys[degree][number]
            number = key // self.size
            columns.append(key % self.size)
        columns.append(self.keys[0][number])
        return np.column_stack(columns[::-1])

    def find(self, rows: IntArray) -> IntArray:
        """The numbers of the simplices with these (ascending) vertices; -1 where there is none."""
        number = _position(self.keys[0], rows[:, 0])
        for degree in range(1, rows.shape[1]):
            key = np.where(number >= 0, number * self.size + rows[:, degree], -1)
            number = _position(self.keys[degree], key)
        return number

    def boundary(self, p: int) -> SignedIncidence:
        """The oriented boundary map of degree p: leaving out vertex i has sign (-1)^i.

        >>> SimplexTable.closure(2, [np.zeros((0, 1), int), np.array([[0, 1]])]).boundary(1).sign.tolist()
        [1, -1]
        """
        rows = self.rows(p)
        facets = [self.find(np.delete(rows, i, axis=1)) for i in range(p + 1)]
        signs = np.array([(-1) ** i for i in range(p + 1)], dtype=np.int64)
        return SignedIncidence(
            np.repeat(np.arange(len(rows)), p + 1),
            np.column_stack(facets).ravel(),
            np.tile(signs, len(rows)),
        )


def _check_size(entries: int) -> None:
    if entries > MAX_ENTRIES:
        raise BudgetExceeded(
            f"the faces of these simplices need tables of {entries} integers, above {MAX_ENTRIES}:"
            " a simplex of n vertices has 2^n - 1 faces; give lower skeleta"
        )


def _position(keys: IntArray, wanted: IntArray) -> IntArray:
    place = np.searchsorted(keys, wanted)
    place[place == len(keys)] = 0
    return np.where(keys[place] == wanted, place, -1) if len(keys) else np.full(len(wanted), -1)


def _unique_rows(rows: IntArray, size: int) -> IntArray:
    """The different rows in lexicographic order; entries are below `size`."""
    code = rows[:, 0].astype(np.int64)
    bound = size
    for column in rows.T[1:]:
        if bound * size >= 2**62:  # ranks keep the order and are small again
            ranks, code = np.unique(code, return_inverse=True)
            bound = len(ranks) + 1
        code, bound = code * size + column, bound * size
    return rows[np.unique(code, return_index=True)[1]].astype(np.int64)
