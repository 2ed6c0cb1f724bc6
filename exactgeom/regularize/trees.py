"""Trees and ensembles on a box: measures are products of interval lengths, so gradients are closed forms.

A k-face is a box with bounds l_f < u_f along k axes: ``d vol / d u_f = vol / (u_f - l_f)``, minus that for
l_f.  A bound is the threshold of a split, or an end of the domain, which does not move.  Angles are right or
flat and stay so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flint import fmpq

from exactgeom.exact import NonSmoothError, Surd, fraction, to_fmpq
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_nodes import Split
from exactgeom.regularize.regularizer import Differential, Number, plus

__all__ = ["check_smooth_boxes", "threshold_gradient"]

Node = tuple[int, int]
"""(tree, node)."""


def check_smooth_boxes(partition: Any, *, adjacency: bool = False) -> None:
    """Prove that the boxes keep their combinatorics near the thresholds (NonSmoothError otherwise).

    No threshold may lie on an end of the domain, or equal one of the same feature that bounds the same cells:
    further up or down in its tree, or in another tree.  With `adjacency` no two thresholds of a feature may
    be equal: when one of them moves, boxes that met in an edge come to share a facet.
    """
    ends = partition.domain.intervals
    seen: dict[tuple[int, Any], list[Node]] = {}
    for t, tree in enumerate(partition.model.trees):
        parents = _parents(tree)
        for i in tree.splits:
            split = tree.nodes[i]
            assert isinstance(split, Split)
            if split.threshold in ends[split.feature]:
                raise _error(f"the threshold lies on an end of the domain along x{split.feature}", [(t, i)])
            for other in seen.setdefault((split.feature, split.threshold), []):
                if adjacency or other[0] != t or _related(parents, other[1], i):
                    raise _error(f"the thresholds coincide along x{split.feature}", [other, (t, i)])
            seen[split.feature, split.threshold].append((t, i))


def _error(text: str, nodes: list[Node]) -> NonSmoothError:
    names = tuple(f"trees[{t}].nodes[{i}]" for t, i in nodes)
    return NonSmoothError(f"not certified smooth: {' and '.join(names)}: {text}", names)


def _parents(tree: DecisionTree) -> dict[int, int]:
    """The parent of every node but the root."""
    found = {}
    for i in tree.splits:
        node = tree.nodes[i]
        assert isinstance(node, Split)
        found[node.left] = found[node.right] = i
    return found


def _related(parents: Mapping[int, int], a: int, b: int) -> bool:
    """True when one node is above the other."""
    return a in _above(parents, b) or b in _above(parents, a)


def _above(parents: Mapping[int, int], node: int) -> Iterator[int]:
    while node in parents:
        node = parents[node]
        yield node


def threshold_gradient(partition: Any, differential: Differential, *, rational: bool) -> list[list[Any]]:
    """Derivatives by every threshold, tree by tree in the order of `DecisionTree.splits`; exact.

    Errors: NonSmoothError when lower faces are asked for and two thresholds of one feature coincide.
    """
    owners = _Owners(partition)
    total: dict[Node, Number] = {}
    d, grid = partition.dimension, partition.grid
    tables = {d: partition, d - 1: partition.facet_table}
    if d - 2 in differential.volumes:
        tables[d - 2] = partition.ridge_table
    for k, cotangents in differential.volumes.items():
        for face, weight in cotangents.items():
            low, high = (table.tolist() for table in (tables[k].low[face], tables[k].high[face]))
            sizes = [
                to_fmpq(grid.coordinates[f][b] - grid.coordinates[f][a]) if a < b else None
                for f, (a, b) in enumerate(zip(low, high, strict=True))
            ]
            volume = fmpq(1)
            for size in sizes:
                volume *= size if size is not None else 1
            for f, size in enumerate(sizes):
                for rank, sign in ((low[f], -1), (high[f], 1)) if size is not None else ():
                    node = owners(face if k == d else None, f, rank)
                    if node is not None:
                        slope = weight * _like(weight, sign * volume / size)
                        total[node] = plus(total.get(node, fmpq(0)), slope)
    trees = partition.model.trees
    return [
        [_public(total.get((t, i), fmpq(0)), rational) for i in tree.splits] for t, tree in enumerate(trees)
    ]


def _like(weight: Number, value: fmpq) -> Any:
    return fraction(value) if isinstance(weight, Surd) else value


def _public(value: Number, rational: bool) -> Any:
    if isinstance(value, Surd):
        return value
    return fraction(value) if rational else Surd(fraction(value))


class _Owners:
    """Which split a bound of a box belongs to."""

    def __init__(self, partition: Any) -> None:
        self._partition, self._grid = partition, partition.grid
        self._tops = partition.grid.tops.tolist()
        self._parents = [_parents(tree) for tree in partition.model.trees]
        self._everywhere: dict[tuple[int, Any], list[Node]] = {}
        for t, tree in enumerate(partition.model.trees):
            for i in tree.splits:
                node = tree.nodes[i]
                assert isinstance(node, Split)
                self._everywhere.setdefault((node.feature, node.threshold), []).append((t, i))

    def __call__(self, cell: int | None, feature: int, rank: int) -> Node | None:
        """The split that bounds a cell there (None for the domain); without a cell, any face."""
        if rank in (0, self._tops[feature]):
            return None
        found = self._everywhere[feature, self._grid.coordinates[feature][rank]]
        if len(found) > 1 and cell is not None:
            leaves = self._partition.cells[cell].leaves
            found = [(t, i) for t, i in found if i in _above(self._parents[t], leaves[t])]
        if len(found) > 1:
            raise _error(f"the thresholds coincide along x{feature}", found)
        return found[0]
