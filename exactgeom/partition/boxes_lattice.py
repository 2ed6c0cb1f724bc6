"""The face lattice of a tree's or an ensemble's cells, for low dimensions and any polytope.

Recursive slicing: each split cuts the cells that have reached its node, and no others, so that walls end
where they should (T-junctions). What needs a complex (nerves, angles, curvature) starts from here; the box
form of the same model agrees with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from exactgeom.exact import InvalidInput
from exactgeom.models.tree import DecisionTree, Split
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.partition import Partition
from exactgeom.polyhedra import PolyhedralComplex, Polytope
from exactgeom.polyhedra.lattice import fan_lattice
from exactgeom.polyhedra.slicing import WORD, Cut, Slicer
from exactgeom.polyhedra.unbounded import true_faces

__all__ = ["partition_lattice"]

_MAX_DIM = 16


def partition_lattice(model: DecisionTree | TreeEnsemble, domain: Polytope | None = None) -> Partition:
    """The partition of a polytope, or of all of R^d, into the cells of a tree or an ensemble.

    Contract: exact; the domain need not be a box. Cells and sign strings are those of `partition_boxes`,
    in another order. Errors: InvalidInput for a flat domain or one of another dimension.

    >>> from exactgeom.models.tree import Leaf
    >>> from exactgeom.polyhedra import box
    >>> tree = DecisionTree([Split(0, "1/2", 1, 2), Leaf([0]), Split(1, 0, 3, 4), Leaf([1]), Leaf([2])], 2)
    >>> P = partition_lattice(tree, box([0, -1], [1, 1]))
    >>> P.f_vector, [(c.signs, str(c.volume)) for c in P.cells]
    ((8, 10, 3), [('++', '1/2'), ('-.', '1'), ('+-', '1/2')])
    """
    if not isinstance(model, DecisionTree | TreeEnsemble):
        raise InvalidInput(
            f"expected a DecisionTree or a TreeEnsemble, got {type(model).__name__}", place="model"
        )
    dim = model.input_dim
    lattice = _lattice(dim, domain)
    slicer = Slicer(lattice.boundaries, lattice.rows, dim)
    leaves = np.zeros((slicer.cell_count, 0), dtype=np.int64)
    for tree in model.trees:
        before = slicer.cell_count
        parents, leaf = _cut_by(slicer, tree, np.arange(before))
        leaves = np.column_stack((leaves[parents], leaf))
    space: Any = PolyhedralComplex(
        [faces.frozen() for faces in slicer.faces], slicer.rows, dim, history=slicer.history
    )
    if domain is None:
        space, cells = true_faces(space, [np.ascontiguousarray(leaves)])
        leaves = leaves[cells]
    signs = [
        "".join(tree.leaf_signs[leaf] for tree, leaf in zip(model.trees, row, strict=True))
        for row in leaves.tolist()
    ]
    return Partition(space, model=model, domain=domain, cell_signs=signs, notes=model.notes)


def _lattice(dim: int, domain: Polytope | None) -> Any:
    if domain is None:
        if dim > _MAX_DIM:
            raise InvalidInput(f"at most dimension {_MAX_DIM} has a face lattice, got {dim}", place="domain")
        return fan_lattice(dim)
    if not isinstance(domain, Polytope):
        raise InvalidInput(f"expected a Polytope or None, got {type(domain).__name__}", place="domain")
    if domain.ambient_dim != dim or not domain.is_full_dimensional:
        raise InvalidInput(
            f"expected a full-dimensional domain in R^{dim}, got dimension {domain.dim} in "
            f"R^{domain.ambient_dim}",
            place="domain",
        )
    return domain.complex.lattice


def _passes(tree: DecisionTree) -> Iterator[list[int]]:
    """The splits, parents before children, in groups of one machine word."""
    order, level = [], [0]
    while level:
        inner = [i for i in level if isinstance(tree.nodes[i], Split)]
        order += inner
        level = [child for i in inner for child in (tree.nodes[i].left, tree.nodes[i].right)]  # type: ignore[union-attr]
    for start in range(0, len(order), WORD):
        yield order[start : start + WORD]


def _cut_by(
    slicer: Slicer, tree: DecisionTree, parents: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Cut by all splits of a tree: (cell before, leaf) of every cell after."""
    at = np.zeros(len(parents), dtype=np.int64)
    for group in _passes(tree):
        splits: list[Any] = [tree.nodes[i] for i in group]
        slicer.begin([Cut(1 + s.feature, s.threshold.denominator, s.threshold.numerator) for s in splits])
        for j, (i, split) in enumerate(zip(group, splits, strict=True)):
            here, made = at == i, len(slicer.history)
            if not here.any():
                continue
            slicer.cut(j, here)
            for cut, halves in slicer.history[made:]:
                order = np.argsort(halves)  # halves are appended in the order of their numbers
                at = np.concatenate((at, at[cut[order]]))
                parents = np.concatenate((parents, parents[cut[order]]))
            above = (slicer.level(slicer.dim).pos.view & np.uint64(1 << j)) != 0
            reached = at == i
            at[reached & above] = split.right
            at[reached & ~above] = split.left
        slicer.end()
    return parents, at
