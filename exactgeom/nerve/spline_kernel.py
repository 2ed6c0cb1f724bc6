"""Kernel and rank of a sparse rational system, exactly.

Smoothness conditions are local and locally dependent (around an interior vertex some of them follow from the
others). So short rows are eliminated first, sparsely, where numbers stay small and dependent rows vanish. A
rest whose rows are independent modulo a prime is independent: its rank is then certain without any large
number; otherwise the elimination goes on, exactly, to the end if need be.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpz_mat, nmod_mat

Row = dict[int, Any]
"""Column -> nonzero `fmpq`."""

PRIME = 2**62 - 57
SHORT = 32
"""Rows longer than this are first tried modulo the prime."""


class SparseSystem:
    """The homogeneous system `rows @ x = 0` in `width` unknowns; exact, lazy.

    >>> system = SparseSystem([{0: 1, 1: 1}, {0: 2, 1: 2}, {1: 1, 2: -3}], 3)
    >>> system.rank, system.nullity, [[int(q) for q in v.values()] for v in system.kernel()]
    (2, 1, [[-3, 3, 1]])
    """

    def __init__(self, rows: Iterable[Mapping[int, Any]], width: int) -> None:
        self.width = width
        self.rows: list[Row] = [{j: fmpq(q) for j, q in row.items() if q} for row in rows]
        self._work = _Elimination(dict(row) for row in self.rows)

    @property
    def nullity(self) -> int:
        """Dimension of the kernel."""
        return self.width - self.rank

    @cached_property
    def rank(self) -> int:
        """Rank over the rationals (certain)."""
        limit = SHORT
        while True:
            self._work.advance(limit)
            rest = [row for row in self._work.rows.values() if row]
            if not rest or int(nmod_mat(_dense(rest), PRIME).rank()) == len(rest):
                return len(self._work.pivots) + len(rest)
            limit *= 2  # some of them depend on the others: only exact arithmetic can say so

    def kernel(self) -> list[Row]:
        """A basis of the kernel: one sparse primitive integer vector per free column, by free column.

        Contract: exact; positive in its own free column, zero in the other free columns.
        """
        self._work.advance(self.width)
        pivots = {col for col, _ in self._work.pivots}
        free = [j for j in range(self.width) if j not in pivots]
        values: dict[int, Row] = {j: {i: fmpq(1)} for i, j in enumerate(free)}
        for col, row in reversed(self._work.pivots):
            values[col] = _combination(row, values)
        return _primitive_columns(values, len(free))


def _dense(rows: Sequence[Row]) -> Any:
    """The rows as primitive integer rows of a dense matrix over the columns they use."""
    place = {j: i for i, j in enumerate(sorted({j for row in rows for j in row}))}
    dense = fmpz_mat(len(rows), len(place))
    for i, row in enumerate(rows):
        scale = lcm(*(int(q.denominator) for q in row.values()))
        entries = {place[j]: int(q.numerator) * (scale // int(q.denominator)) for j, q in row.items()}
        content = gcd(*entries.values())
        for j, entry in entries.items():
            dense[i, j] = entry // content
    return dense


def _combination(row: Row, values: Mapping[int, Row]) -> Row:
    """The pivot's value on every kernel vector: minus the combination of the others."""
    found: Row = {}
    for j, factor in row.items():
        for i, entry in values[j].items():
            found[i] = found.get(i, 0) - factor * entry
    return {i: q for i, q in found.items() if q}


def _primitive_columns(values: Mapping[int, Row], count: int) -> list[Row]:
    vectors: list[Row] = [{} for _ in range(count)]
    for j in sorted(values):
        for i, q in values[j].items():
            vectors[i][j] = q
    for vector in vectors:
        scale = lcm(*(int(q.denominator) for q in vector.values()))
        content = gcd(*(int(q.numerator) for q in vector.values()))
        factor = fmpq(scale, content)
        for j in vector:
            vector[j] *= factor
    return sorted(vectors, key=sorted)


class _Elimination:
    """Sparse Gaussian elimination that can stop before the rows get long, and go on later."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = dict(enumerate(rows))
        self.pivots: list[tuple[int, Row]] = []
        """In order: (column, the other entries of its row once the pivot is 1)."""
        self._columns: dict[int, set[int]] = {}
        for i, row in self.rows.items():
            for j in row:
                self._columns.setdefault(j, set()).add(i)
        self._queue = [(len(row), i) for i, row in self.rows.items()]
        heapq.heapify(self._queue)

    def advance(self, limit: int) -> None:
        """Eliminate, shortest row first, until all rows left are longer than the limit."""
        while self._queue and self._queue[0][0] <= limit:
            length, i = heapq.heappop(self._queue)
            if length and i in self.rows and len(self.rows[i]) == length:  # else outdated
                self._use(i)

    def _use(self, i: int) -> None:
        row, columns = self.rows.pop(i), self._columns
        pivot = min(row, key=lambda j: (len(columns[j]), j))
        factor = row.pop(pivot)
        for j in row:
            row[j] /= factor
            columns[j].discard(i)
        self.pivots.append((pivot, row))
        for k in sorted(columns.pop(pivot) - {i}):
            self._subtract(k, self.rows[k].pop(pivot), row)
            heapq.heappush(self._queue, (len(self.rows[k]), k))

    def _subtract(self, k: int, factor: Any, source: Row) -> None:
        """`rows[k] -= factor * source`, keeping the column lists."""
        target = self.rows[k]
        for j, entry in source.items():
            value = target.get(j, 0) - factor * entry
            if value:
                target[j] = value
                self._columns[j].add(k)
            else:
                del target[j]
                self._columns[j].discard(k)
