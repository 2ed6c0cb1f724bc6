"""`BoxPartition`: the cells of trees and ensembles as products of intervals, in any dimension.

No face lattice is built: cells, volumes, facets, ridges and the dual graph come from integer boxes of ranks.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from exactgeom.exact import Angle, InvalidInput, Surd, UnboundedError
from exactgeom.exact.values import Frozen
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes_checks import validate_boxes
from exactgeom.partition.boxes_domain import Box, Interval, length
from exactgeom.partition.boxes_faces import (
    AffineMap,
    BoxCell,
    BoxFace,
    BoxFacet,
    BoxRidge,
    BoxSequence,
    box_number,
)
from exactgeom.partition.boxes_graph import dual_graph
from exactgeom.partition.boxes_locate import Locator, cell_values, leaves_in_tree
from exactgeom.partition.boxes_refine import Grid, IntArray, over
from exactgeom.partition.boxes_tables import FacetTable, RidgeTable, facet_table, ridge_table
from exactgeom.partition.doors import build
from exactgeom.polyhedra import Validation

if TYPE_CHECKING:
    import networkx as nx

    from exactgeom.partition.data import DataPartition
    from exactgeom.partition.regions import Regions

__all__ = ["BoxPartition", "TreeModel"]

Point = tuple[Fraction, ...]
TreeModel = DecisionTree | TreeEnsemble


class BoxPartition(Frozen):
    """The cells of a tree or an ensemble on a box: products of intervals (immutable).

    Made by `partition_boxes`. Contract: exact; what takes long is computed when first asked for and kept.
    It offers what a `Partition` does as far as no face lattice is needed: `vertices`, `f_vector` and
    `euler_characteristic` are None, `cells[i].box` takes their place. `ridges` are for low dimensions:
    there are about as many as cells times d².

    >>> from exactgeom.partition.boxes import partition_boxes
    >>> from exactgeom.models.tree import DecisionTree, Leaf, Split
    >>> P = partition_boxes(DecisionTree([Split(29, 0, 1, 2), Leaf([3]), Leaf([5])], 30), [(-1, 1)] * 30)
    >>> P.total_volume == 2**30, P.cells[1].affine_map[1], tuple(P.locate([[0] * 30]))
    (True, (Fraction(5, 1),), ((0, 1),))
    """

    vertices: None = None
    f_vector: None = None
    euler_characteristic: None = None

    def __init__(
        self,
        model: TreeModel,
        domain: Box,
        low: IntArray,
        high: IntArray,
        leaves: IntArray,
        *,
        grid: Grid | None = None,
    ) -> None:
        for array in (low, high, leaves):
            array.setflags(write=False)
        grid = Grid(model.trees, domain) if grid is None else grid
        self.__dict__.update(
            model=model, domain=domain, low=low, high=high, cell_leaves=leaves, grid=grid, notes=_notes(model)
        )

    model: TreeModel
    domain: Box
    low: IntArray
    high: IntArray
    cell_leaves: IntArray
    grid: Grid
    notes: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoxPartition):
            return NotImplemented
        return self is other or (self.model == other.model and self.domain == other.domain)

    def __hash__(self) -> int:
        return hash((BoxPartition, self.model, self.domain))

    def __reduce__(self) -> tuple[Any, ...]:
        return BoxPartition, (self.model, self.domain, self.low, self.high, self.cell_leaves)

    @property
    def summary(self) -> str:
        """A few words: number of cells, dimension."""
        return f"a partition of dimension {self.dimension} into {len(self.low)} boxes"

    def __repr__(self) -> str:
        return f"<{self.summary}>"

    # -- faces ---------------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        """Dimension of the cells."""
        return self.domain.dim

    @property
    def ambient_dimension(self) -> int:
        """Dimension of the input space: the same."""
        return self.domain.dim

    @property
    def is_bounded(self) -> bool:
        """True when the domain is bounded."""
        return self.domain.is_bounded

    @property
    def cells(self) -> BoxSequence[BoxCell]:
        """The cells, in the order of their leaves."""
        return BoxSequence(self, BoxCell, len(self.low))

    @property
    def facets(self) -> BoxSequence[BoxFacet]:
        """The facets, by first cell, second cell, axis."""
        return BoxSequence(self, BoxFacet, len(self.facet_table))

    @property
    def ridges(self) -> BoxSequence[BoxRidge]:
        """The faces of codimension 2, T-junctions included (none in dimension 1)."""
        return BoxSequence(self, BoxRidge, len(self.ridge_table))

    @cached_property
    def facet_table(self) -> FacetTable:
        """All facets as integer arrays: what vectorised work starts from."""
        return facet_table(self.low, self.high, self.grid)

    @cached_property
    def ridge_table(self) -> RidgeTable:
        """All ridges as integer arrays."""
        return ridge_table(self.facet_table, self.dimension)

    def count_of(self, kind: type[BoxFace]) -> int:
        """Number of faces of a kind."""
        return len(self.table_of(kind).low)

    @cached_property
    def _facets_by_cell(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        table = self.facet_table
        cells = np.concatenate((table.first, table.second[table.interior]))
        facets = np.concatenate((np.arange(len(table)), np.flatnonzero(table.interior)))
        order = np.lexsort((facets, cells))
        return np.searchsorted(cells[order], np.arange(len(self.low) + 1)), facets[order]

    def facets_of(self, cell: int) -> tuple[int, ...]:
        """Numbers of a cell's facets, ascending."""
        start, facets = self._facets_by_cell
        return tuple(facets[start[cell] : start[cell + 1]].tolist())

    @cached_property
    def _facet_numbers(self) -> dict[tuple[int, int, int], int]:
        table = self.facet_table
        keys = zip(table.lower.tolist(), table.upper.tolist(), table.axis.tolist(), strict=True)
        return {key: i for i, key in enumerate(keys)}

    def facet_between(self, lower: int, upper: int, axis: int) -> int:
        """Number of the facet across an axis between two cells (-1: outside)."""
        return self._facet_numbers[lower, upper, axis]

    # -- exact quantities ----------------------------------------------------------------------------

    def table_of(self, kind: type[BoxFace]) -> Any:
        """What holds the boxes (`low`, `high`) of a kind of faces."""
        if kind.codimension == 0:
            return self
        return self.facet_table if kind.codimension == 1 else self.ridge_table

    def box_of(self, face: BoxFace) -> tuple[Interval, ...]:
        """The interval per coordinate."""
        table = self.table_of(type(face))
        ends = zip(table.low[face.id].tolist(), table.high[face.id].tolist(), strict=True)
        return tuple(self.grid.interval(f, a, b) for f, (a, b) in enumerate(ends))

    def content_of(self, face: BoxFace) -> Fraction:
        """The (rational) volume of a face in its own dimension. Errors: UnboundedError."""
        flat = self.flat_axes(face)
        if face.codimension == 0 and self.is_bounded:
            return self.volumes[face.id]
        return prod((length(*ends) for f, ends in enumerate(face.box) if f not in flat), start=Fraction(1))

    def flat_axes(self, face: BoxFace) -> tuple[int, ...]:
        """The coordinates that are constant on a face."""
        if isinstance(face, BoxFacet):
            return (int(self.facet_table.axis[face.id]),)
        return tuple(self.ridge_table.axes[face.id].tolist()) if isinstance(face, BoxRidge) else ()

    def volume_of(self, face: BoxFace) -> Any:
        """The volume of a face: a Fraction for cells, else a Surd."""
        content = self.content_of(face)
        return content if face.codimension == 0 else Surd(content)

    @cached_property
    def volumes(self) -> tuple[Fraction, ...]:
        """Exact volumes of all cells (UnboundedError on an unbounded domain)."""
        self._check_bounded()
        scale = self.grid.denominator()
        return tuple(over(self._volume_numerators, scale))

    @cached_property
    def _volume_numerators(self) -> npt.NDArray[Any]:
        return self.grid.contents(self.low, self.high, range(self.dimension))

    @cached_property
    def total_volume(self) -> Fraction:
        """Sum of the cell volumes (UnboundedError on an unbounded domain)."""
        self._check_bounded()
        return Fraction(sum(self._volume_numerators), self.grid.denominator())

    def _check_bounded(self) -> None:
        if not self.is_bounded:
            raise UnboundedError("the domain is unbounded: the volumes of its cells are infinite")

    @cached_property
    def areas(self) -> tuple[Fraction, ...]:
        """Exact areas of all facets, rational (UnboundedError on an unbounded domain)."""
        self._check_bounded()
        table, made = self.facet_table, np.empty(len(self.facet_table), dtype=object)
        for f in range(self.dimension):
            on_axis = np.flatnonzero(table.axis == f)
            others = [g for g in range(self.dimension) if g != f]
            scale = self.grid.denominator(without=[f])
            tops = self.grid.contents(table.low[on_axis], table.high[on_axis], others)
            made[on_axis] = over(tops, scale)
        return tuple(made)

    def dihedral_angle(self, cell: BoxCell | int, ridge: BoxRidge | int) -> Angle:
        """Interior dihedral angle of a cell at one of its ridges: right, or flat at a T-junction."""
        c, r = box_number(cell, self, BoxCell), box_number(ridge, self, BoxRidge)
        for owner, _, angle in self.ridges[r].angles:
            if owner == c:
                return angle
        raise InvalidInput(f"cell {c} does not have ridge {r}", place="ridge")

    # -- the model on the cells ----------------------------------------------------------------------

    @cached_property
    def values(self) -> tuple[Point, ...]:
        """The model's outputs on every cell, exactly."""
        return cell_values(self.model, self.cell_leaves)

    def value_of(self, cell: int) -> Point:
        """The model's outputs on a cell."""
        return self.values[cell]

    def affine_map(self, cell: BoxCell | int) -> AffineMap:
        """(A, b) with A = 0: the model is constant on the cell."""
        value = self.value_of(box_number(cell, self, BoxCell))
        return ((Fraction(0),) * self.dimension,) * len(value), value

    @cached_property
    def affine_map_count(self) -> int:
        """Number of different values over the cells."""
        return len(set(self.values))

    def leaf_of(self, cell: int) -> int | tuple[int, ...]:
        """The cell's leaf; of an ensemble the leaves in all trees."""
        leaves = tuple(self.cell_leaves[cell].tolist())
        return leaves[0] if isinstance(self.model, DecisionTree) else leaves

    def signs_of(self, cell: int) -> str:
        """Sign string of a cell."""
        pairs = zip(self.model.trees, self.cell_leaves[cell].tolist(), strict=True)
        return "".join(tree.leaf_signs[leaf] for tree, leaf in pairs)

    @property
    def cell_signs(self) -> tuple[str, ...]:
        """Sign strings of all cells (long: one character per split and cell)."""
        return tuple(self.signs_of(i) for i in range(len(self.low)))

    def regions(self, by: Any = "leaf") -> Regions:
        """Unions of cells with the same label, as for every partition (see `Partition.regions`).

        `by`: "leaf" (the cell's leaf; of an ensemble all its leaves), ("leaf", k) (its leaf in tree k),
        "activation", "affine" (components of equal value), "argmax" (its class), or a callable on cells.

        >>> from exactgeom.partition.boxes import partition_boxes
        >>> from exactgeom.models.tree import DecisionTree, Leaf, Split
        >>> tree = DecisionTree([Split(0, 0, 1, 2), Leaf([1]), Split(0, 1, 3, 4), Leaf([0]), Leaf([1])], 1)
        >>> [(r.label, r.cell_ids) for r in partition_boxes(tree).regions("argmax")]
        [(0, (1,)), (1, (0, 2))]
        """
        from exactgeom.partition.regions import regions

        if isinstance(by, tuple):
            leaves = leaves_in_tree(self, by)
            return regions(self, lambda cell: leaves[cell.id])
        return regions(self, by)

    # -- points --------------------------------------------------------------------------------------

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self.model, self.grid, self.low, self.high, self.cell_leaves)

    def locate(self, points: Any, **options: Any) -> DataPartition:
        """Find the cells of data points, exactly (see `exactgeom.partition.locate`).

        Where the model rounds its inputs, points are rounded first.
        """
        from exactgeom.partition.locate import locate

        return locate(self, points, **options)

    def cell_of(self, point: Iterable[Any]) -> int | None:
        """The one cell to which the model's own rule sends a point, on walls too.

        None when the point's leaf has no cell: no interior in the domain. Errors: InvalidInput for a point
        outside the domain.
        """
        return self._locator.owner(point, "point", self.domain)

    # -- graph and proofs ----------------------------------------------------------------------------

    def nerve(self, max_dim: int = 2, **options: Any) -> Any:
        """The Riemannian nerve of the cells up to dimension `max_dim` (see `exactgeom.nerve`).

        >>> from exactgeom.partition.boxes import partition_boxes
        >>> from exactgeom.models.tree import DecisionTree, Leaf, Split
        >>> tree = DecisionTree([Split(1, 0, 1, 2), Leaf([3]), Leaf([5])], 9)
        >>> K = partition_boxes(tree, [(-1, 1)] * 9).nerve()
        >>> K.counts, K.gram(1).diagonal()
        ((2, 1), (Fraction(256, 1),))
        """
        return build("nerve", self, max_dim=max_dim, **options)

    def to_networkx(self, *, angles: bool = False) -> nx.Graph:
        """The dual graph: a node per cell, an edge per pair of cells that share a facet.

        Nodes carry `signs` and, when bounded, `volume`; edges carry `facets` (one number), `area` (an exact
        Surd; None when infinite) and `angles`: with `angles` a dict from ridge number to the pair of
        interior dihedral angles, of the lower cell and of the higher one.
        """
        return dual_graph(self, angles=angles)

    def validate(self) -> Validation:
        """Prove, exactly and on unbounded domains too, that the cells are what they claim to be.

        Every cell is a box with an interior in the domain; volumes add up to the domain's; every side of
        every cell is covered by its facets; no two cells lie in the same leaves; each lies in its leaves.
        """
        return validate_boxes(self)


def _notes(model: TreeModel) -> tuple[str, ...]:
    if model.rounding is None:
        return model.notes
    note = "cells are cells of inputs rounded to float32: a point lies in the cell of its rounding"
    return (*model.notes, note)
