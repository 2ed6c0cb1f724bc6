"""Regions: unions of cells with the same label, whatever the label is chosen to mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exactgeom.exact import InvalidInput, Surd, fraction, to_fmpq
from exactgeom.exact.values import Frozen
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.adjacency import components, facet_sides, first_seen, region_pairs, supports
from exactgeom.partition.build import partition as cut
from exactgeom.partition.joint import Classified, class_of
from exactgeom.polyhedra.arrays import IntArray
from exactgeom.polyhedra.moments import balanced_sum

if TYPE_CHECKING:
    import networkx as nx

By = str | Callable[[Any], Hashable]
CHOICES = ("activation", "affine", "argmax", "leaf", "owner")


def regions(partition: Any, by: By) -> Regions:
    """See `Partition.regions`."""
    if callable(by):
        labels: list[Any] = [by(cell) for cell in partition.cells]
    elif by == "activation":
        labels = [cell.signs for cell in partition.cells]
    elif by == "affine":
        return _connected(partition, [cell.affine_map for cell in partition.cells])
    elif by == "argmax":
        partition, labels = _classes(partition)
    elif by == "leaf":
        labels = [_leaf(cell) for cell in partition.cells]
    elif by == "owner":
        owner = getattr(partition.model, "owner_of_signs", None)
        if owner is None:
            raise InvalidInput(f"a {type(partition.model).__name__} has no owners", place="by")
        labels = [owner(cell.signs) for cell in partition.cells]
    else:
        raise InvalidInput(f"expected a callable or one of {', '.join(CHOICES)}, got {by!r}", place="by")
    try:
        numbers = first_seen(labels)
    except TypeError:
        raise InvalidInput("the labels must be hashable", place="by") from None
    return Regions(partition, by, numbers, labels)


def _connected(partition: Any, labels: list[Any]) -> Regions:
    """Components, through shared facets, of cells with the same label."""
    if None in labels:
        raise InvalidInput("this model has no affine map on some cell", place="by")
    same = first_seen(labels)
    pairs = [(a, b) for a, b in facet_sides(partition).tolist() if b >= 0 and same[a] == same[b]]
    return Regions(partition, "affine", components(len(labels), pairs), labels)


def _classes(partition: Any) -> tuple[Any, list[int]]:
    """The partition cut where the class changes, and the class of each cell."""
    if not hasattr(partition, "complex"):  # boxes: the outputs are constant on each
        return partition, [_winner(cell.value) for cell in partition.cells]
    if isinstance(partition.model, DecisionTree | TreeEnsemble):
        return partition, [_winner(cell.affine_map[1]) for cell in partition.cells]
    model = Classified(partition.model)
    refined = cut(model, partition.domain)
    return refined, [model.class_at(signs) for signs in refined.cell_signs]


def _grouped(owner: IntArray, members: IntArray, count: int) -> list[IntArray]:
    """The members of each owner 0..count-1, in their order."""
    order = np.argsort(owner, kind="stable")
    return np.split(members[order], np.cumsum(np.bincount(owner, minlength=count))[:-1])


def _winner(value: Sequence[Fraction]) -> int:
    top = max(value)
    return class_of(["+" if value[0] > 0 else "-"] if len(value) == 1 else [int(v == top) - 1 for v in value])


def _leaf(cell: Any) -> Any:
    """The leaf of a tree's cell, or one leaf per tree of an ensemble's."""
    model = cell.partition.model
    if hasattr(cell, "leaf"):
        return cell.leaf
    if not isinstance(model, DecisionTree | TreeEnsemble):
        raise InvalidInput(f"a {type(model).__name__} has no leaves", place="by")
    leaves, at = [], 0
    for tree in model.trees:
        leaves.append(tree.leaf_at(cell.signs[at : at + tree.sign_count]))
        at += tree.sign_count
    return leaves[0] if isinstance(model, DecisionTree) else tuple(leaves)


class Regions(Sequence["Region"]):
    """All regions of a partition, numbered by their first cells (arg-max: by class); immutable.

    `partition` is the one the regions are unions of cells of: for ``by="argmax"`` a refinement of the one
    that was asked.
    """

    def __init__(self, partition: Any, by: By, numbers: IntArray, labels: Sequence[Any]) -> None:
        self.partition, self.by = partition, by
        if by == "argmax":  # number by class instead
            numbers = np.unique(np.array(labels, dtype=np.int64), return_inverse=True)[1].ravel()
        first = np.unique(numbers, return_index=True)[1]
        self._number = numbers
        self._labels = tuple(labels[i] for i in first.tolist())

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if not -len(self) <= index < len(self):
            raise IndexError(f"region {index} does not exist: there are {len(self)}")
        return Region(self, int(index) % len(self))

    def __iter__(self) -> Iterator[Region]:
        return (Region(self, i) for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        """The same cells of an equal partition in the same regions."""
        if not isinstance(other, Regions):
            return NotImplemented
        return bool(self.partition == other.partition and np.array_equal(self._number, other._number))

    def __hash__(self) -> int:
        return hash((Regions, self.partition))

    def __repr__(self) -> str:
        return f"<{len(self)} regions by {self.by!r} of {self.partition.summary}>"

    @property
    def labels(self) -> tuple[Any, ...]:
        """The label of every region."""
        return self._labels

    def of_cell(self, cell: Any) -> Region:
        """The region a cell (of `partition`) belongs to."""
        return Region(self, int(self._number[self.partition.cells[cell].id]))

    @cached_property
    def adjacency(self) -> nx.Graph:
        """A node per region (`label`, `volume`: None when infinite), an edge where two share facets.

        Edges carry `facets` (numbers) and `area` (exact Surd, None when infinite).
        """
        import networkx as nx

        graph = nx.Graph()
        for region in self:
            volume = region.volume if region.is_bounded else None
            graph.add_node(region.id, label=region.label, volume=volume)
        shared: dict[tuple[int, int], list[int]] = {}
        for facet, a, b in region_pairs(self._sides, self._number):
            shared.setdefault((a, b), []).append(facet)
        for (a, b), facets in shared.items():
            bounded = all(self.partition.facets[f].is_bounded for f in facets)
            graph.add_edge(a, b, facets=tuple(facets), area=self._area(facets) if bounded else None)
        return graph

    @cached_property
    def _sides(self) -> IntArray:
        return facet_sides(self.partition)

    @cached_property
    def _cells(self) -> list[IntArray]:
        return _grouped(self._number, np.arange(len(self._number)), len(self))

    @cached_property
    def _walls(self) -> tuple[list[IntArray], list[IntArray]]:
        """(facets with the region on one side only, facets inside it), for every region."""
        sides, ids = self._sides, np.arange(len(self._sides))
        first = self._number[sides[:, 0]]
        second = np.where(sides[:, 1] >= 0, self._number[sides[:, 1]], -1)
        outer = first != second
        back = outer & (second >= 0)
        owner = np.concatenate((first[outer], second[back]))
        facets = np.concatenate((ids[outer], ids[back]))
        inside = _grouped(first[~outer], ids[~outer], len(self))
        return [np.sort(part) for part in _grouped(owner, facets, len(self))], inside

    def _area(self, facets: Sequence[int]) -> Surd:
        areas = [self.partition.facets[f].area for f in facets]
        return Surd.sum([Surd(0), *areas])


class Region(Frozen):
    """A union of cells with one label; a light view of a `Regions` (immutable).

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1], [0, 0]], [0, 0, 0])])
    >>> first, second, third = eg.partition(net, eg.box(-1, 1, dim=2)).regions(by="argmax")
    >>> first.label, first.volume, first.perimeter, third.is_convex
    (0, Fraction(3, 2), Surd.from_terms([('4', 1), ('1', 2)]), True)
    """

    __slots__ = ("_all", "id")

    _all: Regions
    id: int

    def __init__(self, all_regions: Regions, id: int) -> None:
        object.__setattr__(self, "_all", all_regions)
        object.__setattr__(self, "id", id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Region):
            return NotImplemented
        return self.id == other.id and self._all == other._all

    def __hash__(self) -> int:
        return hash((Region, self.id))

    def __reduce__(self) -> tuple[Any, ...]:
        return Region, (self._all, self.id)

    def __repr__(self) -> str:
        return f"<Region {self.id} of {self._all!r}>"

    @property
    def label(self) -> Any:
        """What the cells have in common."""
        return self._all.labels[self.id]

    @property
    def cell_ids(self) -> tuple[int, ...]:
        """Numbers of the cells, ascending."""
        return tuple(self._all._cells[self.id].tolist())

    @property
    def cells(self) -> tuple[Any, ...]:
        """The cells, as handles of `Regions.partition`."""
        return tuple(self._all.partition.cells[i] for i in self.cell_ids)

    @property
    def is_bounded(self) -> bool:
        """True when every cell is bounded."""
        return all(cell.is_bounded for cell in self.cells)

    @property
    def volume(self) -> Fraction:
        """Sum of the cell volumes, exactly (UnboundedError when infinite)."""
        return fraction(balanced_sum([to_fmpq(cell.volume) for cell in self.cells]))

    @property
    def outer_facets(self) -> tuple[int, ...]:
        """Numbers of the facets with the region on one side only, those on the domain's boundary included."""
        return tuple(self._all._walls[0][self.id].tolist())

    @property
    def interface_facets(self) -> tuple[int, ...]:
        """Numbers of the facets shared with other regions."""
        return tuple(f for f in self.outer_facets if self._all._sides[f, 1] >= 0)

    @property
    def perimeter(self) -> Surd:
        """Total area of all outer facets, exactly (UnboundedError when infinite)."""
        return self._all._area(self.outer_facets)

    @property
    def interface_area(self) -> Surd:
        """Total area of the facets shared with other regions: `perimeter` without the domain's boundary."""
        return self._all._area(self.interface_facets)

    @property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """Cell numbers of the parts that are connected through shared facets."""
        cells = self._all._cells[self.id]
        inner = self._all._sides[self._all._walls[1][self.id]]
        found = components(len(cells), np.searchsorted(cells, inner).tolist())
        return tuple(tuple(cells[found == i].tolist()) for i in range(int(found.max()) + 1))

    @property
    def component_count(self) -> int:
        """Number of parts that are connected through shared facets."""
        return len(self.components)

    @property
    def is_convex(self) -> bool:
        """True when the region is a convex set; decided exactly.

        A finite union of cells is convex iff all of it lies behind the hyperplane of each outer facet.
        """
        own = set(self.cell_ids)
        outer = []
        for facet in self.outer_facets:
            a, b = self._all._sides[facet].tolist()
            outer.append((a if a in own else b, facet))
        return supports(self._all.partition, self.cell_ids, outer)
