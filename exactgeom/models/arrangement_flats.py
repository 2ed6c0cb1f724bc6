"""Arrangements as integer rows: restriction to a hyperplane, and the lattice of all flats.

A hyperplane ``a . x = b`` is the primitive integer row (a | b) with positive first entry, so equal
hyperplanes are equal rows. Everything is integer elimination: no primes, no
tolerance, nothing to certify afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

__all__ = ["Flat", "Row", "flats", "integer_rows", "restrict", "restriction"]

Row = tuple[int, ...]
"""(normal | offset), primitive, first nonzero entry positive."""


def integer_rows(hyperplanes: Iterable[tuple[Iterable[Fraction], Fraction]]) -> tuple[Row, ...]:
    """Return one row per hyperplane, repeated ones included, in the order given.

    >>> integer_rows([([Fraction(-1, 2), Fraction(1)], Fraction(3))])
    ((1, -2, -6),)
    """
    rows = []
    for normal, offset in hyperplanes:
        entries = (*normal, offset)
        common = lcm(*(q.denominator for q in entries))
        rows.append(primitive([q.numerator * (common // q.denominator) for q in entries]))
    return tuple(rows)


def primitive(row: Iterable[int]) -> Row:
    """Return the row divided by its greatest common factor, first nonzero entry positive.

    >>> primitive([0, -4, 6])
    (0, 2, -3)
    """
    entries = tuple(row)
    common = gcd(*entries)
    if next((c for c in entries if c), 1) < 0:
        common = -common
    return entries if common in (0, 1) else tuple(c // common for c in entries)


def restrict(row: Row, plane: Row, pivot: int) -> Row:
    """Return the trace of a hyperplane on `plane`, in the coordinates other than `pivot`.

    Contract: ``plane[pivot] > 0`` is its first nonzero entry. The trace has zero normal when the two are
    parallel (offset nonzero) or equal (all zero).

    >>> restrict((1, 2, 5), (1, 0, 3), 0), restrict((1, 0, 5), (1, 0, 3), 0)
    ((1, 1), (0, 1))
    """
    factor, lead = row[pivot], plane[pivot]
    if not factor:
        return row[:pivot] + row[pivot + 1 :]
    return primitive(
        lead * a - factor * b for k, (a, b) in enumerate(zip(row, plane, strict=True)) if k != pivot
    )


def restriction(rows: Iterable[Row], plane: Row) -> set[Row]:
    """Return the distinct hyperplanes that the others cut out of `plane`.

    >>> sorted(restriction([(1, 1, 0), (1, -1, 0), (1, 0, 7)], (1, 0, 0)))
    [(1, 0)]
    """
    pivot = next(k for k, c in enumerate(plane) if c)
    traces = {restrict(row, plane, pivot) for row in rows}
    return {trace for trace in traces if any(trace[:-1])}


@dataclass(frozen=True, slots=True)
class Flat:
    """A nonempty intersection of hyperplanes.

    `containing` is the bit set of all hyperplanes (by position) that contain it, `codimension` its
    codimension; `traces` maps each distinct hyperplane of the restriction to the bit set of those that
    cut it out.
    """

    containing: int
    codimension: int
    traces: Mapping[Row, int]

    @property
    def hyperplanes(self) -> tuple[int, ...]:
        """Positions of the hyperplanes that contain the flat, ascending."""
        return tuple(i for i in range(self.containing.bit_length()) if self.containing >> i & 1)


def flats(rows: Iterable[Row]) -> Iterator[Flat]:
    """Yield every flat once, by codimension, the whole space first.

    Contract: exact. Two flats are equal exactly when the same hyperplanes contain them, so bit sets are
    names and no membership is ever tested. Cost: flats times hyperplanes row operations; one codimension
    is held at a time.

    >>> [flat.hyperplanes for flat in flats([(1, 0, 0), (0, 1, 0), (1, 1, 0)])]
    [(), (0,), (1,), (2,), (0, 1, 2)]
    """
    whole: dict[Row, int] = {}
    for i, row in enumerate(rows):
        whole[row] = whole.get(row, 0) | 1 << i
    level, codimension = {0: Flat(0, 0, whole)}, 0
    while level:
        yield from level.values()
        codimension += 1
        below: dict[int, Flat] = {}
        for flat in level.values():
            for plane, mask in flat.traces.items():
                name = flat.containing | mask
                if name not in below:
                    below[name] = Flat(name, codimension, _traces(flat.traces, plane))
        level = below


def _traces(rows: Mapping[Row, int], plane: Row) -> dict[Row, int]:
    pivot = next(k for k, c in enumerate(plane) if c)
    found: dict[Row, int] = {}
    for row, mask in rows.items():
        trace = restrict(row, plane, pivot)
        if any(trace[:-1]):
            found[trace] = found.get(trace, 0) | mask
    return found
