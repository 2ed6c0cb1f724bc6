"""The cells of axis-aligned models as integer boxes: coordinates are replaced by their ranks.

Along each axis the ends of the domain and the thresholds inside it are sorted; a box is an interval of ranks
per axis, so that all comparisons are between small integers, done for many boxes at once. Ranks become
rationals again only in measures.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq, fmpz

from exactgeom.exact import fraction
from exactgeom.models.tree import DecisionTree, Leaf
from exactgeom.partition.boxes_domain import Box, Interval

__all__ = ["Grid", "IntArray", "Limit", "over", "refine"]

IntArray = npt.NDArray[np.int32]


class Limit(Exception):
    """More boxes than allowed (internal)."""


class Grid:
    """Coordinates by rank: ``coordinates[f][r]``, from the domain's low end (rank 0) to its high end."""

    def __init__(self, trees: Iterable[DecisionTree], domain: Box) -> None:
        found: list[set[Fraction]] = [set() for _ in range(domain.dim)]
        for tree in trees:
            for i in tree.splits:
                node: Any = tree.nodes[i]
                found[node.feature].add(node.threshold)
        self.coordinates: tuple[tuple[Fraction | None, ...], ...] = tuple(
            (a, *sorted(t for t in ts if (a is None or a < t) and (b is None or t < b)), b)
            for ts, (a, b) in zip(found, domain.intervals, strict=True)
        )
        self.tops = np.array([len(c) - 1 for c in self.coordinates], dtype=np.int32)
        self._inner: list[list[Any]] = [list(c[1:-1]) for c in self.coordinates]
        self._ends = domain.intervals

    def rank(self, feature: int, threshold: Fraction) -> int:
        """Rank of a threshold; the domain's end when it lies on it or beyond."""
        low, high = self._ends[feature]
        if low is not None and threshold <= low:
            return 0
        if high is not None and threshold >= high:
            return int(self.tops[feature])
        return 1 + bisect_left(self._inner[feature], threshold)

    def interval(self, feature: int, low: int, high: int) -> Interval:
        """The interval between two ranks."""
        return self.coordinates[feature][low], self.coordinates[feature][high]

    @cached_property
    def integers(self) -> tuple[tuple[npt.NDArray[Any], int], ...]:
        """Per axis: all coordinates as integers over one positive denominator (0 for an end at infinity)."""
        made = []
        for row in self.coordinates:
            scale = lcm(*(c.denominator for c in row if c is not None))
            column = np.empty(len(row), dtype=object)
            column[:] = [0 if c is None else int(c * scale) for c in row]
            made.append((column, scale))
        return tuple(made)

    @cached_property
    def infinite(self) -> npt.NDArray[np.bool_]:
        """Flags (axis, end): the low and the high end at infinity."""
        return np.array([[c[0] is None, c[-1] is None] for c in self.coordinates])

    def reaches_infinity(self, low: IntArray, high: IntArray) -> npt.NDArray[np.bool_]:
        """Flags of the boxes that are unbounded."""
        ends = (low == 0) & self.infinite[:, 0] | (high == self.tops) & self.infinite[:, 1]
        flags: npt.NDArray[np.bool_] = ends.any(axis=1)
        return flags

    def denominator(self, without: Sequence[int] = ()) -> int:
        """Common denominator of the volumes of boxes, flat along some axes."""
        scale = 1
        for f, (_, q) in enumerate(self.integers):
            scale *= 1 if f in without else q
        return scale

    def contents(self, low: IntArray, high: IntArray, axes: Sequence[int]) -> npt.NDArray[Any]:
        """Products of the side lengths along some axes, over `denominator`; assumption: bounded there."""
        total = np.ones(len(low), dtype=object)
        for f in axes:
            column = self.integers[f][0]
            total *= column[high[:, f]] - column[low[:, f]]
        return total


def over(numerators: Iterable[int], denominator: int) -> list[Fraction]:
    """Integers over a common positive denominator as rationals (FLINT reduces them quicker)."""
    scale = fmpz(denominator)
    return [fraction(fmpq(top, scale)) for top in numerators]


def refine(
    trees: Sequence[DecisionTree], grid: Grid, limit: int | None = None
) -> tuple[IntArray, IntArray, IntArray]:
    """Boxes (low ranks, high ranks) and, per box, its leaf in every tree: their common refinement.

    All boxes so far walk down a tree together, cut at every split; what is empty is dropped. Boxes come in
    the order of their leaves. Errors: Limit when there would be more than `limit`.
    """
    low = np.zeros((1, len(grid.tops)), dtype=np.int32)
    high = grid.tops[None, :].copy()
    leaves = np.zeros((1, 0), dtype=np.int32)
    for tree in trees:
        low, high, parent, leaf = _through(tree, grid, low, high, limit)
        leaves = np.concatenate((leaves[parent], leaf[:, None]), axis=1)
    if leaves.shape[1]:
        order = np.lexsort(leaves.T[::-1])
        low, high, leaves = low[order], high[order], leaves[order]
    return low, high, leaves


def _through(
    tree: DecisionTree, grid: Grid, low: IntArray, high: IntArray, limit: int | None
) -> tuple[IntArray, IntArray, npt.NDArray[np.int64], IntArray]:
    """Cut boxes by one tree: (low, high, number of the box before, leaf)."""
    parts, count = [], 0
    stack = [(0, low, high, np.arange(len(low)))]
    while stack:
        i, lo, hi, parent = stack.pop()
        node = tree.nodes[i]
        if isinstance(node, Leaf):
            parts.append((lo, hi, parent, np.full(len(lo), i, dtype=np.int32)))
            count += len(lo)
            if limit is not None and count > limit:
                raise Limit
            continue
        f, r = node.feature, grid.rank(node.feature, node.threshold)
        left, right = lo[:, f] < r, hi[:, f] > r
        if right.any():
            cut = lo[right]
            cut[:, f] = np.maximum(cut[:, f], r)
            stack.append((node.right, cut, hi[right], parent[right]))
        if left.any():
            cut = hi[left]
            cut[:, f] = np.minimum(cut[:, f], r)
            stack.append((node.left, lo[left], cut, parent[left]))
    lows, highs, parents, leaf = (np.concatenate(part) for part in zip(*parts, strict=True))
    return lows, highs, parents, leaf
