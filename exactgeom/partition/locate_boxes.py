"""Location in the cells of trees and ensembles: by ranks of coordinates, leaf by leaf."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.models.tree import Split
from exactgeom.models.tree_float32 import round_float32
from exactgeom.partition.boxes_domain import Box
from exactgeom.partition.boxes_refine import Grid, refine
from exactgeom.partition.locate_boxes_ties import BoxTies
from exactgeom.partition.locate_domain import Inside
from exactgeom.partition.locate_program import OUTSIDE, Found
from exactgeom.partition.points import Points, double_above, double_below
from exactgeom.polyhedra.arrays import AnyArray, IntArray

_CHUNK = 2**15
_FLOAT32_MAX = float(2**128 - 2**103)


class BoxLocator:
    """Finds the cells of points among boxes of ranks.

    Comparisons of doubles with thresholds are exact: a double is at most t when it is at most the largest
    double up to t.  A model that rounds its inputs sees the rounded points.
    """

    def __init__(
        self,
        model: Any,
        grid: Grid,
        table: tuple[AnyArray, AnyArray, AnyArray],
        numbers: IntArray,
        domain: Any = None,
    ) -> None:
        self._state = (model, grid, table, numbers, domain)
        self._rounds = model.trees and model.trees[0].rounding is not None
        low, high, leaves = table
        self._ties = BoxTies(low, high, numbers, [len(row) for row in grid.coordinates])
        self._inside = Inside.of_domain(domain)
        self._coordinates = grid.coordinates
        self._axes = [_Axis(row) for row in grid.coordinates]
        self._walks = [_Walk(tree, grid) for tree in model.trees]
        self._owner = {tuple(row): int(n) for row, n in zip(leaves.tolist(), numbers.tolist(), strict=True)}

    @classmethod
    def of_boxes(cls, partition: Any) -> BoxLocator:
        """The locator of a `BoxPartition`."""
        table = (partition.low, partition.high, partition.cell_leaves)
        return cls(partition.model, partition.grid, table, np.arange(len(partition.low)))

    @classmethod
    def of_lattice(cls, partition: Any) -> BoxLocator:
        """The locator of the face lattice of a tree or an ensemble on a polytope: boxes in the domain."""
        model = partition.model
        grid = Grid(model.trees, Box([(None, None)] * model.input_dim))
        low, high, leaves = refine(model.trees, grid)
        cells = {signs: i for i, signs in enumerate(partition.cell_signs)}
        signs = [
            "".join(tree.leaf_signs[leaf] for tree, leaf in zip(model.trees, row, strict=True))
            for row in leaves.tolist()
        ]
        keep = np.array([i for i, own in enumerate(signs) if own in cells], dtype=np.int64)
        numbers = np.array([cells[signs[i]] for i in keep.tolist()], dtype=np.int64)
        return cls(model, grid, (low[keep], high[keep], leaves[keep]), numbers, partition.domain)

    def __call__(self, points: Points) -> Found:
        """The cells of all points."""
        first = np.full(len(points), OUTSIDE, dtype=np.int64)
        ties: dict[int, tuple[int, ...]] = {}
        exact = 0
        for start in range(0, len(points), _CHUNK):
            part = points.take(start, start + _CHUNK)
            own, own_ties, count = self._part(_rounded(part, start) if self._rounds else part)
            first[start : start + _CHUNK] = own
            ties.update((start + i, cells) for i, cells in own_ties.items())
            exact += count
        return first, ties, exact

    def _part(self, points: Points) -> Found:
        first = np.full(len(points), OUTSIDE, dtype=np.int64)
        inside, exact = self._inside(points)
        below, above = self._ranks(points)
        for f, axis in enumerate(self._axes):
            inside &= (below[:, f] >= 0) & (above[:, f] <= axis.top)
        rows = np.flatnonzero(inside)
        below, above = below[rows], above[rows]
        leaves, tied = self._leaves(below, above)
        ties = {}
        found, pattern = _distinct(leaves)
        owners = np.array([self._owner.get(tuple(row), OUTSIDE) for row in found.tolist()], dtype=np.int64)
        first[rows] = owners[pattern] if len(rows) else OUTSIDE
        special = np.flatnonzero(tied | (first[rows] == OUTSIDE))
        ranks, kind = _distinct(np.concatenate((below[special], above[special]), axis=1))
        around = self._ties(*np.split(ranks, 2, axis=1))
        for i, k in zip(rows[special].tolist(), kind.tolist(), strict=True):
            first[i] = around[k][0]
            if len(around[k]) > 1:
                ties[i] = around[k]
        return first, ties, int(exact.sum())

    def _ranks(self, points: Points) -> tuple[AnyArray, AnyArray]:
        """Per coordinate the largest rank up to it and the smallest from it on."""
        below, above = (np.empty(points.floats.shape, dtype=np.int32) for _ in range(2))
        for f, axis in enumerate(self._axes):
            below[:, f], above[:, f] = axis.ranks(points.floats[:, f])
            for i, row in points.rough.items():
                below[i, f], above[i, f] = axis.rank(row[f])
        return below, above

    def _leaves(self, below: AnyArray, above: AnyArray) -> tuple[AnyArray, AnyArray]:
        """(leaf in every tree, whether the point lies on a wall that it met)."""
        leaves = np.zeros((len(below), len(self._walks)), dtype=np.int64)
        tied = np.zeros(len(below), dtype=bool)
        for k, walk in enumerate(self._walks):
            leaves[:, k], met = walk(below, above)
            tied |= met
        return leaves, tied

    def __reduce__(self) -> tuple[Any, ...]:
        return BoxLocator, self._state


class _Axis:
    """The coordinates of one axis as neighbouring doubles."""

    def __init__(self, coordinates: Sequence[Fraction | None]) -> None:
        self.finite: list[Fraction] = [c for c in coordinates if c is not None]
        self.shift = int(coordinates[0] is None)
        self.top = len(coordinates) - 1
        self._below = np.array([double_below(c) for c in self.finite], dtype=np.float64)
        self._above = np.array([double_above(c) for c in self.finite], dtype=np.float64)

    def ranks(self, column: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Ranks of doubles."""
        upto = np.searchsorted(self._above, column, side="right")
        under = np.searchsorted(self._below, column, side="left")
        return upto - 1 + self.shift, under + self.shift

    def rank(self, value: Fraction) -> tuple[int, int]:
        """Ranks of one rational."""
        return bisect_right(self.finite, value) - 1 + self.shift, bisect_left(self.finite, value) + self.shift


class _Walk:
    """One tree as arrays, to walk down with many points."""

    def __init__(self, tree: Any, grid: Grid) -> None:
        count = len(tree.nodes)
        self._feature, self._rank = np.full(count, -1), np.zeros(count, dtype=np.int64)
        self._next = np.zeros((count, 2), dtype=np.int64)
        for i, node in enumerate(tree.nodes):
            if isinstance(node, Split):
                self._feature[i] = node.feature
                self._rank[i] = grid.rank(node.feature, node.threshold)
                self._next[i] = node.left, node.right

    def __call__(self, below: AnyArray, above: AnyArray) -> tuple[AnyArray, AnyArray]:
        """(leaves, whether a threshold was met exactly: the leaf is then one of several)."""
        at = np.zeros(len(below), dtype=np.int64)
        met = np.zeros(len(below), dtype=bool)
        active = np.flatnonzero(self._feature[at] >= 0)
        while len(active):
            node = at[active]
            feature, rank = self._feature[node], self._rank[node]
            low, high = below[active, feature], above[active, feature]
            met[active] |= (low == rank) & (high == rank)
            at[active] = self._next[node, (high > rank).astype(np.int64)]
            active = active[self._feature[at[active]] >= 0]
        return at, met


def _distinct(rows: AnyArray) -> tuple[AnyArray, IntArray]:
    """(the different rows, the number of each row's)."""
    if rows.shape[1] == 0:
        return np.zeros((1, 0), dtype=rows.dtype), np.zeros(len(rows), dtype=np.int64)
    table = np.ascontiguousarray(rows)
    keys = table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return table[first], inverse.ravel()


def _rounded(points: Points, start: int) -> Points:
    """The points in float32, to nearest, ties to even; InvalidInput beyond its range."""
    for i, j in np.argwhere(~(np.abs(points.floats) < _FLOAT32_MAX)).tolist():
        round_float32(points.row(i)[j], f"points[{start + i}][{j}]")
    with np.errstate(all="ignore"):
        floats = points.floats.astype(np.float32).astype(np.float64)
    for i, row in points.rough.items():
        floats[i] = [float(round_float32(v, f"points[{start + i}][{j}]")) for j, v in enumerate(row)]
    return Points(floats, {}, points.names)
