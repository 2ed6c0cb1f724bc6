"""Which hyperplanes keep an arrangement from being simple or generic: the smallest guilty subsets.

*Generic* (general position): every k <= d hyperplanes meet in codimension k, no d + 1 have a common point.
*Simple*: every k hyperplanes that have a common point meet in codimension k (parallel ones are allowed).
A guilty subset is a minimal one, a circuit: its normals have one linear relation, with no zero coefficient.
If the offsets satisfy the relation too, the hyperplanes meet in too large a flat; otherwise they do not meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix
from exactgeom.models.arrangement_flats import Row, integer_rows, restrict

__all__ = ["Circuit", "Genericity", "circuits", "genericity"]

Hyperplanes = Sequence[tuple[tuple[Fraction, ...], Fraction]]


@dataclass(frozen=True, slots=True)
class Circuit:
    """A minimal guilty subset of hyperplanes, with the relation that proves it.

    Contract: `hyperplanes` are positions, ascending; `coefficients` are nonzero integers without common
    factor, the first positive, with ``sum c_i normal_i = 0`` for the normals as given; the only such
    relation. ``sum c_i offset_i`` is zero exactly when the hyperplanes have a common point. `kind` is

    * ``coincident``: two equal hyperplanes;
    * ``parallel``: two different hyperplanes with proportional normals;
    * ``concurrent``: three or more that meet in a flat too large by one;
    * ``dependent``: three or more with dependent normals and no common point.
    """

    kind: str
    hyperplanes: tuple[int, ...]
    coefficients: tuple[int, ...]

    @property
    def meets(self) -> bool:
        """Whether the hyperplanes have a common point."""
        return self.kind in {"coincident", "concurrent"}


@dataclass(frozen=True, slots=True)
class Genericity:
    """The verdict on an arrangement, with minimal guilty subsets, smallest first, as its reasons.

    `complete` is False when the search stopped at its limit; what is listed is proved all the same.
    """

    witnesses: tuple[Circuit, ...]
    complete: bool

    @property
    def is_generic(self) -> bool | None:
        """Whether there is no guilty subset; None when the search stopped before it could tell."""
        return False if self.witnesses else True if self.complete else None

    @property
    def is_simple(self) -> bool | None:
        """Whether no guilty subset has a common point; None when the search stopped before it could tell."""
        if any(circuit.meets for circuit in self.witnesses):
            return False
        return True if self.complete else None

    @property
    def guilty(self) -> tuple[int, ...]:
        """Positions of the hyperplanes in any witness, ascending."""
        return tuple(sorted({i for circuit in self.witnesses for i in circuit.hyperplanes}))


def genericity(
    hyperplanes: Hyperplanes, dim: int, *, limit: int | None = 1000, largest: int | None = None
) -> Genericity:
    """Return the verdict with at most `limit` witnesses of at most `largest` hyperplanes each.

    Contract: exact; without bounds (None) every minimal guilty subset is listed. Cost: `circuits`.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> report = genericity([((one, zero), zero), ((one, zero), one), ((one, one), zero)], 2)
    >>> report.is_generic, report.is_simple, report.witnesses[0].kind, report.guilty
    (False, True, 'parallel', (0, 1))
    """
    for name, value in (("limit", limit), ("largest", largest)):
        if value is not None and (type(value) is not int or value < 0):
            raise InvalidInput(f"expected a whole number of at least 0, got {value!r}", place=name)
    top = dim + 1 if largest is None else min(largest, dim + 1)
    found = circuits(hyperplanes, dim, largest=top)
    if limit is None:
        return Genericity(tuple(found), top == dim + 1)
    witnesses = tuple(islice(found, limit))
    complete = top == dim + 1 and next(found, None) is None
    return Genericity(witnesses, complete)


def circuits(hyperplanes: Hyperplanes, dim: int, *, largest: int) -> Iterator[Circuit]:
    """Yield every minimal guilty subset of at most `largest` hyperplanes once: by size, then by positions.

    Contract: exact. Of size dim + 1 only those that meet are guilty: any dim + 1 normals are dependent.
    Cost: one row operation per independent subset of fewer than `largest` hyperplanes and per hyperplane
    after it: up to n over `largest` in number.

    >>> line = ((Fraction(1), Fraction(2)), Fraction(3))
    >>> [circuit.coefficients for circuit in circuits([line, line], 2, largest=3)]
    [(1, -1)]
    """
    rows = integer_rows(hyperplanes)
    for size in range(2, min(largest, len(rows)) + 1):
        for chosen, last, meets in _dependent((), 0, rows, size - 1):
            if size == dim + 1 and not meets:
                continue
            subset = (*chosen, last)
            relation = _relation([hyperplanes[i][0] for i in subset])
            if relation is not None:
                yield Circuit(_kind(size, meets), subset, relation)


def _kind(size: int, meets: bool) -> str:
    if size == 2:
        return "coincident" if meets else "parallel"
    return "concurrent" if meets else "dependent"


def _dependent(
    chosen: tuple[int, ...], start: int, traces: Sequence[Row], more: int
) -> Iterator[tuple[tuple[int, ...], int, bool]]:
    """Yield (independent subset, later hyperplane whose normal depends on it, whether they all meet).

    `traces` are the hyperplanes from `start` on, restricted to the intersection of the chosen ones.
    """
    if not more:
        for k, trace in enumerate(traces):
            if not any(trace[:-1]):
                yield chosen, start + k, not trace[-1]
        return
    for k, plane in enumerate(traces):
        pivot = next((i for i, c in enumerate(plane[:-1]) if c), None)
        if pivot is not None:
            rest = [restrict(row, plane, pivot) for row in traces[k + 1 :]]
            yield from _dependent((*chosen, start + k), start + k + 1, rest, more - 1)


def _relation(normals: Sequence[tuple[Fraction, ...]]) -> tuple[int, ...] | None:
    """The one relation among dependent normals as coprime integers; None when a coefficient is zero."""
    (relation,) = Matrix(list(zip(*normals, strict=True))).kernel().transpose()  # a primitive vector
    if not all(relation):
        return None
    sign = 1 if relation[0] > 0 else -1
    return tuple(sign * int(c) for c in relation)
