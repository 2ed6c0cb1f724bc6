"""The nerve of a partition into boxes, in any dimension, without a face lattice.

Boxes that meet pairwise have a common point (Helly's theorem on the line, axis by axis), and ``F_σ`` is a
box: the largest lower ends and the smallest upper ends. So everything is integer comparison of ranks. Two
facets of a box that meet in a ridge are perpendicular, or parts of one wall (a T-junction, θ = π).
"""

from __future__ import annotations

from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from flint import fmpq

from exactgeom.exact import BudgetExceeded, Surd
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.gram import Pair
from exactgeom.nerve.simplicial_subsets import MAX_SUBSETS, check_degree
from exactgeom.nerve.simplicial_table import SimplexTable
from exactgeom.partition.boxes_contacts import overlaps
from exactgeom.partition.boxes_domain import length
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray, ragged_index

__all__ = ["nerve_of_boxes"]

Boxes = tuple[AnyArray, AnyArray]


def nerve_of_boxes(
    partition: Any, max_dim: int = 2, *, proper_only: bool = False, budget: int = MAX_SUBSETS
) -> RiemannianComplex:
    """The nerve of a `BoxPartition` up to degree `max_dim` (see `exactgeom.nerve.build.nerve`).

    Contract: exact. ``face(p, σ)`` is a tuple of intervals (low, high). Cost: pairs of boxes that touch.

    >>> import exactgeom as eg
    >>> Split, Leaf = eg.models.tree.Split, eg.models.tree.Leaf
    >>> tree = eg.DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Split(9, 0, 3, 4), Leaf([1]), Leaf([2])], 10)
    >>> K = nerve_of_boxes(eg.partition(tree, eg.box(-1, 1, dim=10)))
    >>> K.counts, K.gram(1, "area-vector").diagonal()
    ((3, 3, 1), (Fraction(65536, 1), Fraction(65536, 1), Fraction(65536, 1)))
    """
    check_degree(max_dim)
    table, levels, whole = _simplices(partition, max_dim, proper_only, budget)
    notes = [] if whole else [f"max_dim = {max_dim}: simplices of higher degree are left out"]
    if proper_only:
        notes.append("proper simplices only: the homology can differ from that of the domain")

    def beyond() -> ChainComplex:
        return _chains(_simplices(partition, max_dim + 1, proper_only, budget)[0])

    chains = _chains(table)
    return RiemannianComplex(
        "nerve",
        partition,
        chains,
        BoxGeometry(partition, chains, levels),
        options=(("max_dim", max_dim), ("proper_only", proper_only), ("budget", budget)),
        rebuild=nerve_of_boxes,
        beyond=None if whole else beyond,
        notes=tuple(notes),
    )


def _chains(table: SimplexTable) -> ChainComplex:
    labels = [[tuple(row) for row in table.rows(p).tolist()] for p in range(len(table.keys))]
    return ChainComplex(labels, [table.boundary(p) for p in range(1, len(labels))], check=False)


def _simplices(
    partition: Any, max_dim: int, proper_only: bool, budget: int
) -> tuple[SimplexTable, list[Boxes], bool]:
    """(simplices, their boxes of ranks, whether there are none of higher degree)."""
    low, high = (np.asarray(part, dtype=np.int64) for part in (partition.low, partition.high))
    n, d = len(low), partition.dimension
    i, j = overlaps(partition.low, partition.high + 1, partition.low, partition.high + 1)
    later = Incidence.from_pairs(i[i < j], j[i < j], n)
    levels: list[Boxes] = [(low, high)]
    table = SimplexTable(n, [np.arange(n)])
    last = np.arange(n)
    for p in range(1, max_dim + 2):
        lengths, new = later.take(last)
        if int(lengths.sum()) > budget:
            raise BudgetExceeded(
                f"the nerve has {int(lengths.sum())} candidates of degree {p}: lower max_dim"
            )
        prefix = np.repeat(np.arange(len(last)), lengths)
        at_low = np.maximum(levels[-1][0][prefix], low[new])
        at_high = np.minimum(levels[-1][1][prefix], high[new])
        good = (at_low <= at_high).all(axis=1)
        if proper_only:
            good &= (at_low < at_high).sum(axis=1) == d - p
            rows = np.column_stack((table.rows(p - 1)[prefix], new))
            for gone in range(p):  # the face without its last vertex is there: it is the prefix
                good[good] = table.find(np.delete(rows[good], gone, axis=1)) >= 0
        if not good.any():
            return table, levels, True
        if p > max_dim:
            break
        keys = prefix[good] * n + new[good]
        table, last = SimplexTable(n, [*table.keys, keys]), new[good]
        levels.append((at_low[good], at_high[good]))
    return table, levels, False


class BoxGeometry:
    """Volumes of intersections of boxes; right and straight angles."""

    has = "angles"

    def __init__(self, partition: Any, chains: ChainComplex, levels: list[Boxes]) -> None:
        self._partition, self._chains, self._levels = partition, chains, levels

    @cached_property
    def _dims(self) -> list[AnyArray]:
        return [(low < high).sum(axis=1) for low, high in self._levels]

    def face(self, p: int, i: int) -> tuple[Any, ...]:
        """F_σ as intervals (low, high)."""
        low, high = self._levels[p]
        ends = zip(low[i].tolist(), high[i].tolist(), strict=True)
        return tuple(self._partition.grid.interval(f, a, b) for f, (a, b) in enumerate(ends))

    def is_proper(self, p: int, i: int) -> bool:
        """Whether F_σ has the dimension d − p."""
        return bool(self._dims[p][i] == self._partition.dimension - p)

    def volume(self, p: int, i: int) -> Surd:
        """The product of the lengths along the axes where F_σ is not flat."""
        return self._content(*(part[i] for part in self._levels[p]))

    def _content(self, low: AnyArray, high: AnyArray) -> Surd:
        grid = self._partition.grid
        ends = zip(low.tolist(), high.tolist(), strict=True)
        return Surd(
            prod((length(*grid.interval(f, a, b)) for f, (a, b) in enumerate(ends) if a < b), start=1)
        )

    def pairs(self, p: int) -> list[tuple[int, int, Pair]]:
        """Pairs of proper cofaces of a proper ρ whose boxes meet in a ridge of F_ρ."""
        d = self._partition.dimension
        if p == 0 or p >= d:
            return []
        first, second, sign, rho = self._cofaces(p)
        low, high = self._levels[p]
        at_low, at_high = np.maximum(low[first], low[second]), np.minimum(high[first], high[second])
        dims = np.where((at_low <= at_high).all(axis=1), (at_low < at_high).sum(axis=1), -1)
        keep = np.flatnonzero(dims == d - p - 1)
        flat = (low >= high) & (self._dims[p] == d - p)[:, None]
        result = []
        labels, below = self._chains.labels[p], self._chains.labels[p - 1]
        for n in keep.tolist():
            i, j = int(first[n]), int(second[n])
            straight = bool((flat[i] == flat[j]).all())  # both in one wall of F_ρ, side by side
            cosine = (-1, fmpq(1)) if straight else (0, fmpq(0))
            pair = Pair(
                p,
                (labels[i], labels[j]),
                int(sign[n]),
                (self.volume(p, i), self.volume(p, j)),
                _constant(cosine),
                _later(self._content, at_low[n], at_high[n]),
                below[int(rho[n])],
            )
            result.append((i, j, pair))
        return result

    def _cofaces(self, p: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Pairs i < j of proper elements with a proper common face: (i, j, ε_i ε_j, face)."""
        d, part = self._partition.dimension, self._chains.incidence(p)
        keep = (self._dims[p][part.element] == d - p) & (self._dims[p - 1][part.facet] == d - p + 1)
        element, facet, sign = (array[keep] for array in part)
        order = np.lexsort((element, facet))
        element, facet, sign = element[order], facet[order], sign[order]
        end = np.searchsorted(facet, facet, "right")
        at = np.arange(len(facet))
        lengths = end - at - 1
        other = ragged_index(at + 1, lengths)
        at = np.repeat(at, lengths)
        return element[at], element[other], sign[at] * sign[other], facet[at]


def _constant(value: Any) -> Any:
    return lambda: value


def _later(function: Any, *args: Any) -> Any:
    return lambda: function(*args)
