"""What a partition into boxes must satisfy, proved on ranks (so on unbounded domains too)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from exactgeom.models.tree import DecisionTree, Split
from exactgeom.polyhedra import Validation

if TYPE_CHECKING:
    from exactgeom.partition.boxes_partition import BoxPartition

__all__ = ["validate_boxes"]


def validate_boxes(partition: BoxPartition) -> Validation:
    """Prove the identities, exactly: see `BoxPartition.validate`.

    Ranks are coordinates on the domain, stretched per axis: what tiles there tiles the domain.
    """
    tests: dict[str, Callable[[BoxPartition], str | None]] = {
        "boxes": _boxes,
        "volume": _volume,
        "sides": _sides,
        "patterns": _patterns,
        "leaves": _leaves,
    }
    failures = []
    for name, test in tests.items():
        problem = test(partition)
        if problem is not None:
            failures.append((name, problem))
    return Validation(tuple(tests), tuple(failures))


def _first(flags: Any) -> int | None:
    bad = np.flatnonzero(flags)
    return int(bad[0]) if len(bad) else None


def _boxes(p: BoxPartition) -> str | None:
    """Every cell has an interior and lies in the domain."""
    bad = _first(((p.low >= p.high) | (p.low < 0) | (p.high > p.grid.tops)).any(axis=1))
    return None if bad is None else f"cell {bad} is flat or leaves the domain"


def _volume(p: BoxPartition) -> str | None:
    """The cells' volumes add up to the domain's."""
    have, want = sum(_ranks(p.low, p.high, None)), int(np.prod(p.grid.tops.astype(object)))
    return None if have == want else f"the cells fill {have} of {want} grid boxes"


def _ranks(low: Any, high: Any, without: Any) -> Any:
    """Contents in rank coordinates, flat along axis `without[i]`."""
    sides = (high - low).astype(object)
    if without is not None:
        sides[np.arange(len(sides)), without] = 1
    return np.prod(sides, axis=1)


def _sides(p: BoxPartition) -> str | None:
    """Both sides of every cell along every axis are covered by its facets, exactly once."""
    table = p.facet_table
    area = _ranks(table.low, table.high, table.axis)
    for f in range(p.dimension):
        flat = np.full(len(p.low), f)
        want = _ranks(p.low, p.high, flat)
        on_axis = table.axis == f
        for end, owner, wall in ((0, table.upper, p.low), (1, table.lower, p.high)):
            chosen = on_axis & (owner >= 0)
            have = np.zeros(len(p.low), dtype=object)
            np.add.at(have, owner[chosen], area[chosen])
            outer = wall[:, f] == (0 if end == 0 else p.grid.tops[f])
            needed = np.where(outer & p.grid.infinite[f, end], 0, want)
            bad = _first(have != needed)
            if bad is not None:
                return f"the facets of cell {bad} do not cover its side across axis {f}"
    return None


def _patterns(p: BoxPartition) -> str | None:
    """No two cells lie in the same leaves."""
    count = len(np.unique(p.cell_leaves, axis=0)) if p.cell_leaves.shape[1] else 1
    return None if count == len(p.low) else "two cells lie in the same leaves"


def _leaves(p: BoxPartition) -> str | None:
    """Every cell lies inside the box of its leaf, in every tree."""
    for k, tree in enumerate(p.model.trees):
        low, high = _leaf_boxes(p, tree)
        mine = p.cell_leaves[:, k]
        bad = _first(((p.low < low[mine]) | (p.high > high[mine])).any(axis=1))
        if bad is not None:
            return f"cell {bad} leaves the box of leaf {mine[bad]} in tree {k}"
    return None


def _leaf_boxes(p: BoxPartition, tree: DecisionTree) -> tuple[Any, Any]:
    """The box of every node of a tree, from the root downwards."""
    low = np.zeros((len(tree.nodes), p.dimension), dtype=np.int32)
    high = np.tile(p.grid.tops, (len(tree.nodes), 1))
    stack = [0]
    while stack:
        i = stack.pop()
        node = tree.nodes[i]
        if isinstance(node, Split):
            rank = p.grid.rank(node.feature, node.threshold)
            for child in (node.left, node.right):
                low[child], high[child] = low[i], high[i]
            high[node.left, node.feature] = min(rank, high[i, node.feature])
            low[node.right, node.feature] = max(rank, low[i, node.feature])
            stack += [node.left, node.right]
    return low, high
