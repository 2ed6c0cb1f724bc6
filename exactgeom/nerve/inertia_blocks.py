"""Sparse symmetric matrices in blocks: connected components, and a certified LDLᵀ in ball arithmetic.

A Gram matrix splits into the connected components of its nonzero pattern. On a component the elimination
works with balls: a pivot is taken only when its sign is certain, 1×1 first, in order of least fill, else
2×2. When every pivot is found, Sylvester's law reads the inertia off their signs and nothing has to be
trusted.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb

from exactgeom.exact.balls import precision
from exactgeom.nerve import labelled_entries as entry

Line = dict[int, Any]
Pivot = tuple[tuple[int, ...], dict[int, tuple[arb, ...]], int]
"""Eliminated indices, the rows of L below them, and the sign (0 for a 2×2 block of signs + and −)."""


def components(lines: Sequence[Line]) -> list[list[int]]:
    """Return the connected components of a symmetric nonzero pattern, each ascending, in order.

    >>> components([{0: 1, 2: 1}, {}, {0: 1}])
    [[0, 2], [1]]
    """
    seen: set[int] = set()
    found = []
    for start in range(len(lines)):
        if start in seen:
            continue
        seen.add(start)
        block = [start]
        for i in block:
            new = lines[i].keys() - seen
            seen |= new
            block += new
        found.append(sorted(block))
    return found


@dataclass
class Elimination:
    """Pivots in order, indices whose Schur complement is undecided, and entries (a, b, c) of the pivots."""

    pivots: list[Pivot]
    left: list[int]
    middle: dict[tuple[int, ...], tuple[arb, arb, arb]]

    @property
    def signs(self) -> tuple[int, int]:
        """Numbers of positive and of negative pivots."""
        positive = sum(sign >= 0 for _, _, sign in self.pivots)
        return positive, sum(sign <= 0 for _, _, sign in self.pivots)


def eliminate(lines: Sequence[Line], block: Sequence[int], bits: int) -> Elimination:
    """Return the ball elimination of the principal block, as far as signs are certain at `bits`.

    >>> from flint import fmpq
    >>> eliminate([{0: fmpq(2), 1: fmpq(1)}, {0: fmpq(1), 1: fmpq(-1)}], [0, 1], 64).signs
    (1, 1)
    """
    with precision(bits):
        work = {i: {j: entry.ball(v, bits) for j, v in lines[i].items()} for i in block}
        queue = [(len(line), i) for i, line in work.items()]
        heapq.heapify(queue)
        pivots: list[Pivot] = []
        middle: dict[tuple[int, ...], tuple[arb, arb, arb]] = {}
        while work:
            chosen = _single(work, queue) or _double(work)
            if chosen is None:
                break
            i, j = chosen[0], chosen[-1]
            middle[chosen] = (_entry(work, i, i), _entry(work, i, j), _entry(work, j, j))
            pivots.append(_step(work, chosen))
            for i in pivots[-1][1]:
                heapq.heappush(queue, (len(work[i]), i))
    return Elimination(pivots, sorted(work), middle)


def _single(work: dict[int, dict[int, arb]], queue: list[tuple[int, int]]) -> tuple[int, ...] | None:
    """Return the index of least degree with a certain diagonal entry; an index comes back when touched."""
    while queue:
        degree, i = heapq.heappop(queue)
        line = work.get(i)
        if line is not None and len(line) == degree and i in line and not line[i].contains(0):
            return (i,)
    return None


def _double(work: dict[int, dict[int, arb]]) -> tuple[int, ...] | None:
    """Return two indices whose 2×2 block certainly has a negative determinant."""
    for i, line in work.items():
        for j, value in line.items():
            if i < j and (_entry(work, i, i) * _entry(work, j, j) - value * value) < 0:
                return i, j
    return None


def _entry(work: dict[int, dict[int, arb]], i: int, j: int) -> arb:
    return work[i].get(j, arb(0))


def _step(work: dict[int, dict[int, arb]], chosen: tuple[int, ...]) -> Pivot:
    """Eliminate the chosen indices and return the pivot with its rows of L."""
    lines = [work.pop(k) for k in chosen]
    touched = set().union(*lines) - set(chosen)
    columns = {i: [work[i].pop(k, arb(0)) for k in chosen] for i in touched}
    factors: dict[int, tuple[arb, ...]]
    if len(chosen) == 1:
        pivot = lines[0][chosen[0]]
        factors = {i: (column[0] / pivot,) for i, column in columns.items()}
        sign = 1 if pivot > 0 else -1
    else:
        (p, q), first, second = chosen, lines[0], lines[1]
        a, b, c = first.get(p, arb(0)), first[q], second.get(q, arb(0))
        det = a * c - b * b
        factors = {i: ((c * u - b * v) / det, (a * v - b * u) / det) for i, (u, v) in columns.items()}
        sign = 0
    for i in touched:
        line, factor = work[i], factors[i]
        for j in touched:
            if j < i:
                continue
            change = sum((f * v for f, v in zip(factor, columns[j], strict=True)), arb(0))
            value = line[j] - change if j in line else -change
            line[j] = value
            work[j][i] = value
    return chosen, factors, sign
