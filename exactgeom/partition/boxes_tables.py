"""Facets and ridges of a partition into boxes, as integer tables.

A facet is where two cells touch along a wall (or a cell touches the domain's end): a box that is flat along
one axis. A ridge is flat along two: up to four cells meet there, one per quadrant, and a cell that fills two
quadrants has a flat angle (a T-junction). Both agree with the face lattice that slicing builds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from exactgeom.partition.boxes_contacts import contacts
from exactgeom.partition.boxes_refine import Grid, IntArray

__all__ = ["FacetTable", "RidgeTable", "facet_table", "ridge_table"]

Ids = npt.NDArray[np.int64]
OUTSIDE = -1


@dataclass(frozen=True)
class FacetTable:
    """Per facet: its axis, the cells on its lower and upper side (-1: outside), its box of ranks."""

    axis: Ids
    lower: Ids
    upper: Ids
    low: IntArray
    high: IntArray

    def __len__(self) -> int:
        return len(self.axis)

    @property
    def interior(self) -> npt.NDArray[np.bool_]:
        """Flags of the facets between two cells."""
        flags: npt.NDArray[np.bool_] = (self.lower != OUTSIDE) & (self.upper != OUTSIDE)
        return flags

    @property
    def first(self) -> Ids:
        """The lower-numbered cell of each facet."""
        both = np.minimum(self.lower, self.upper)
        return np.where(self.interior, both, np.maximum(self.lower, self.upper))

    @property
    def second(self) -> Ids:
        """The other cell; -1 on the domain's boundary."""
        return np.where(self.interior, np.maximum(self.lower, self.upper), OUTSIDE)


def facet_table(low: IntArray, high: IntArray, grid: Grid) -> FacetTable:
    """All facets of the boxes, ordered by first cell, second cell, axis, side."""
    axes: list[Ids] = []
    lowers: list[Ids] = []
    uppers: list[Ids] = []
    lows: list[IntArray] = []
    highs: list[IntArray] = []

    def add(f: int, lower: Ids, upper: Ids, at_low: IntArray, at_high: IntArray, wall: Any) -> None:
        at_low[:, f], at_high[:, f] = wall, wall
        axes.append(np.full(len(lower), f))
        lowers.append(lower)
        uppers.append(upper)
        lows.append(at_low)
        highs.append(at_high)

    for f, top in enumerate(grid.tops.tolist()):
        i, j = contacts(low, high, f)
        add(f, i, j, np.maximum(low[i], low[j]), np.minimum(high[i], high[j]), high[i, f])
        for end, column, wall in ((0, low, 0), (1, high, top)):
            if grid.infinite[f, end]:
                continue
            i = np.flatnonzero(column[:, f] == wall)
            outside = np.full(len(i), OUTSIDE)
            lower, upper = (outside, i) if end == 0 else (i, outside)
            add(f, lower, upper, low[i], high[i], wall)
    sides = [np.concatenate(part) for part in (axes, lowers, uppers)]
    boxes = [np.concatenate(part) for part in (lows, highs)]
    table = FacetTable(sides[0], sides[1], sides[2], boxes[0], boxes[1])
    order = np.lexsort((table.upper == table.first, table.axis, table.second, table.first))
    return FacetTable(
        table.axis[order], table.lower[order], table.upper[order], table.low[order], table.high[order]
    )


@dataclass(frozen=True)
class RidgeTable:
    """Per ridge: its two axes i < j, the cells in the four quadrants, its box of ranks.

    Quadrants in the order (lower i, lower j), (upper i, lower j), (lower i, upper j), (upper i, upper j);
    -1 outside the domain.
    """

    axes: Ids
    cells: Ids
    low: IntArray
    high: IntArray

    def __len__(self) -> int:
        return len(self.axes)


def ridge_table(facets: FacetTable, d: int) -> RidgeTable:
    """All ridges, ordered by their cells and axes.

    Formula: a ridge is where two facets of one wall meet, or two facets of one cell in the domain's corner.
    """
    parts = [_corners(facets, d)]
    for f in range(d):
        on_wall = np.flatnonzero(facets.axis == f)
        parts += [_along_wall(facets, on_wall, f, g) for g in range(d) if g != f]
    axes, cells, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    keys = np.concatenate((np.sort(cells, axis=1), axes, cells, low), axis=1)
    _, chosen = np.unique(keys, axis=0, return_index=True)
    return RidgeTable(axes[chosen], cells[chosen], low[chosen], high[chosen])


def _along_wall(facets: FacetTable, on_wall: Ids, f: int, g: int) -> tuple[Any, ...]:
    """Ridges where two facets of one wall across axis f meet along axis g."""
    low, high = facets.low[on_wall], facets.high[on_wall].copy()
    high[:, f] += 1  # walls as unit intervals: they overlap when they are the same
    i, j = contacts(low, high, g)
    a, b = on_wall[i], on_wall[j]
    at_low, at_high = np.maximum(facets.low[a], facets.low[b]), np.minimum(facets.high[a], facets.high[b])
    at_low[:, g] = at_high[:, g] = facets.high[a, g]
    quadrants = [facets.lower[a], facets.upper[a], facets.lower[b], facets.upper[b]]
    if f > g:
        quadrants[1], quadrants[2] = quadrants[2], quadrants[1]
    axes = np.tile(np.array(sorted((f, g))), (len(a), 1))
    return axes, np.stack(quadrants, axis=1), at_low, at_high


def _corners(facets: FacetTable, d: int) -> tuple[Any, ...]:
    """Ridges of the domain itself: where a cell has two facets on its boundary, across different axes."""
    axes, cells, lows, highs = [], [], [], []
    outer = [
        [np.flatnonzero((facets.axis == f) & (side == OUTSIDE)) for side in (facets.lower, facets.upper)]
        for f in range(d)
    ]
    for f, g in combinations(range(d), 2):
        for s, t in ((s, t) for s in (0, 1) for t in (0, 1)):
            at, bt = outer[f][s], outer[g][t]
            owned, i, j = np.intersect1d(facets.first[at], facets.first[bt], return_indices=True)
            a, b = at[i], bt[j]
            at_low, at_high = facets.low[a], facets.high[a]
            at_low[:, g], at_high[:, g] = facets.low[b, g], facets.low[b, g]
            quadrants = np.full((len(owned), 4), OUTSIDE)
            # outside on the lower side: the cell itself is in the upper half
            quadrants[:, (1 - s) + 2 * (1 - t)] = owned
            axes.append(np.tile(np.array([f, g]), (len(owned), 1)))
            cells.append(quadrants)
            lows.append(at_low)
            highs.append(at_high)
    if not axes:
        none = np.zeros((0, d), dtype=np.int32)
        return np.zeros((0, 2), dtype=np.int64), np.zeros((0, 4), dtype=np.int64), none, none
    return tuple(np.concatenate(part) for part in (axes, cells, lows, highs))
