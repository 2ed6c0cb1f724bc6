"""What the model does on the cells, and which cells hold a point."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.models.tree import DecisionTree, Leaf
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes_domain import Box
from exactgeom.partition.boxes_refine import Grid, IntArray

if TYPE_CHECKING:
    from exactgeom.partition.boxes_partition import BoxPartition

__all__ = ["Locator", "cell_values", "leaves_in_tree"]

Point = tuple[Fraction, ...]


def cell_values(model: DecisionTree | TreeEnsemble, leaves: IntArray) -> tuple[Point, ...]:
    """The outputs on every cell: sums of leaf values as integers over one denominator."""
    if isinstance(model, DecisionTree):
        return tuple(model.value(leaf) for leaf in leaves[:, 0].tolist())
    scale = lcm(*(v.denominator for v in model.init))
    for tree, weight in zip(model.trees, model.weights, strict=True):
        scale = lcm(scale, *((weight * v).denominator for i in tree.leaves for v in tree.value(i)))
    total = np.empty((len(leaves), model.output_dim), dtype=object)
    total[:] = [int(v * scale) for v in model.init]
    members = zip(model.trees, model.weights, model.outputs, strict=True)
    for k, (tree, weight, output) in enumerate(members):
        table = np.zeros((len(tree.nodes), tree.output_dim), dtype=object)
        for i, node in enumerate(tree.nodes):
            if isinstance(node, Leaf):
                table[i] = [int(weight * v * scale) for v in node.value]
        start = output or 0
        total[:, start : start + tree.output_dim] += table[leaves[:, k]]
    made: dict[int, Fraction] = {}  # few different values: each is reduced once
    return tuple(tuple(_fraction(made, v, scale) for v in row) for row in total.tolist())


def _fraction(made: dict[int, Fraction], top: int, scale: int) -> Fraction:
    if top not in made:
        made[top] = Fraction(top, scale)
    return made[top]


def leaves_in_tree(partition: BoxPartition, by: tuple[Any, ...]) -> list[int]:
    """The leaf of every cell in one tree of the ensemble, for `by` = ("leaf", tree)."""
    trees = len(partition.model.trees)
    if len(by) != 2 or by[0] != "leaf":
        raise InvalidInput(f"expected ('leaf', tree), got {by!r}", place="by")
    if type(by[1]) is not int or not 0 <= by[1] < trees:
        raise InvalidInput(f"expected a number of one of {trees} trees, got {by[1]!r}", place="by[1]")
    found: list[int] = partition.cell_leaves[:, by[1]].tolist()
    return found


class Locator:
    """Finds the cells of points by the ranks of their coordinates."""

    def __init__(
        self, model: DecisionTree | TreeEnsemble, grid: Grid, low: IntArray, high: IntArray, leaves: IntArray
    ) -> None:
        self._model, self._grid, self._low, self._high = model, grid, low, high
        self._owner = {tuple(row): i for i, row in enumerate(leaves.tolist())}

    def point(self, x: Iterable[Any], place: str) -> Point:
        """A point as the model sees it: exact, of the right length, rounded when the model rounds."""
        if self._model.trees:
            return self._model.trees[0].point(x, place)
        point = exact_vector(x, place)
        if len(point) != self._model.input_dim:
            raise InvalidInput(f"expected {self._model.input_dim} coordinates, got {len(point)}", place=place)
        return point

    def cells_at(self, x: Iterable[Any], place: str) -> tuple[int, ...]:
        """The closed cells that contain a point, ascending."""
        point = self.point(x, place)
        below, above = np.array([self._ranks(f, v) for f, v in enumerate(point)]).T
        found: npt.NDArray[np.int64] = np.flatnonzero(
            ((self._low <= below) & (self._high >= above)).all(axis=1)
        )
        return tuple(found.tolist())

    def _ranks(self, f: int, value: Fraction) -> tuple[int, int]:
        """Largest rank up to the value and smallest from it on; out of range outside the domain."""
        coordinates = self._grid.coordinates[f]
        low, high, top = coordinates[0], coordinates[-1], len(coordinates) - 1
        if low is not None and value <= low:
            return (0, 0) if value == low else (-1, 0)
        if high is not None and value >= high:
            return (top, top) if value == high else (top, top + 1)
        k = bisect_left(coordinates, value, 1, top)  # type: ignore[type-var]
        return (k, k) if k < top and coordinates[k] == value else (k - 1, k)

    def owner(self, x: Iterable[Any], place: str, domain: Box) -> int | None:
        """The cell of the leaves that own a point."""
        point = self.point(x, place)
        if not domain.contains(point):
            raise InvalidInput("the point lies outside the domain", place=place)
        return self._owner.get(tuple(tree.path(point)[-1] for tree in self._model.trees))
