"""`partition_boxes(model, domain)`: from trees and ensembles to their cells, as products of intervals."""

from __future__ import annotations

from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes_domain import Box, domain_box
from exactgeom.partition.boxes_partition import BoxPartition, TreeModel
from exactgeom.partition.boxes_refine import Grid, Limit, refine

__all__ = ["Box", "BoxPartition", "partition_boxes"]


def partition_boxes(model: TreeModel, domain: Any = None, *, cells: int | None = None) -> BoxPartition:
    """The exact partition of a box, or of all of R^d, into the cells of a tree or an ensemble.

    Contract: exact; any dimension. `domain`: a `Box`, pairs (low, high), a `Polytope` that is a box, or
    None for R^d. A cell is the closure of the points of one leaf (of an ensemble: of one leaf in every
    tree); a leaf whose points in the domain have no interior has no cell. With a model that rounds its
    inputs, cells are cells of rounded inputs. Cells come in the order of their leaves.
    Cost: about the number of cells times the depth. Errors: InvalidInput for a domain that is no box;
    BudgetExceeded when there are more than `cells` cells, its `partial` the partition by the first trees.

    >>> from exactgeom.models.tree import DecisionTree, Leaf, Split
    >>> tree = DecisionTree([Split(0, "1/2", 1, 2), Leaf([0]), Split(1, 0, 3, 4), Leaf([1]), Leaf([2])], 2)
    >>> P = partition_boxes(tree, [(0, 1), (-1, 1)])
    >>> [(c.leaf, c.signs, str(c.volume)) for c in P.cells]
    [(1, '-.', '1'), (3, '+-', '1/2'), (4, '++', '1/2')]
    >>> [f.cell_ids for f in P.facets if f.is_interior], P.total_volume
    ([(0, 1), (0, 2), (1, 2)], Fraction(2, 1))
    """
    if not isinstance(model, DecisionTree | TreeEnsemble):
        raise InvalidInput(
            f"expected a DecisionTree or a TreeEnsemble, got {type(model).__name__}", place="model"
        )
    if cells is not None and (type(cells) is not int or cells < 1):
        raise InvalidInput(f"expected a whole number of at least 1, got {cells!r}", place="cells")
    space = domain_box(domain, model.input_dim)
    grid = Grid(model.trees, space)
    try:
        table = refine(model.trees, grid, cells)
    except Limit:
        raise BudgetExceeded(
            f"the partition has more than {cells} cells", partial=_first_trees(model, space, grid, cells)
        ) from None
    return BoxPartition(model, space, *table, grid=grid)


def _first_trees(model: TreeModel, domain: Box, grid: Grid, cells: int | None) -> BoxPartition | None:
    """The partition by as many of an ensemble's first trees as the budget allows."""
    if isinstance(model, DecisionTree):
        return None
    count = 0
    table = refine((), grid)
    try:
        while True:
            table = refine(model.trees[: count + 1], grid, cells)
            count += 1
    except Limit:
        first = TreeEnsemble(
            model.trees[:count],
            model.weights[:count],
            outputs=model.outputs[:count],
            init=model.init,
            input_dim=model.input_dim,
            notes=[*model.notes, f"the first {count} of {len(model.trees)} trees"],
        )
    return BoxPartition(first, domain, *table, grid=grid)
