"""Handles on the cells, facets and ridges of a partition into boxes.

They offer what the handles of a `Partition` offer, as far as it needs no face lattice; `box` takes the place
of vertices. A handle is a light view (partition, number).
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

from exactgeom.exact import Angle, InvalidInput, Surd, UnboundedError
from exactgeom.exact.values import Frozen
from exactgeom.partition.boxes_domain import Interval

if TYPE_CHECKING:
    from exactgeom.partition.boxes_partition import BoxPartition

__all__ = ["BoxCell", "BoxFace", "BoxFacet", "BoxRidge", "BoxSequence", "box_number"]

Point = tuple[Fraction, ...]
AffineMap = tuple[tuple[Point, ...], Point]


class BoxFace(Frozen):
    """A face of a partition into boxes: number `id` among the faces of its codimension."""

    __slots__ = ("id", "partition")

    partition: BoxPartition
    id: int
    codimension: ClassVar[int] = 0

    def __init__(self, partition: BoxPartition, id: int) -> None:
        object.__setattr__(self, "partition", partition)
        object.__setattr__(self, "id", id)

    def __index__(self) -> int:
        return self.id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoxFace):
            return NotImplemented
        same = type(self) is type(other) and self.id == other.id
        return same and self.partition == other.partition

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.id))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.partition, self.id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} of {self.partition.summary}>"

    @property
    def dim(self) -> int:
        """Dimension of the face."""
        return self.partition.dimension - self.codimension

    @property
    def box(self) -> tuple[Interval, ...]:
        """The interval (low, high) per coordinate; None for an end at infinity, low = high where flat."""
        return self.partition.box_of(self)

    @property
    def is_bounded(self) -> bool:
        """True when the face is bounded."""
        return all(a is not None and b is not None for a, b in self.box)

    @property
    def volume(self) -> Any:
        """Exact volume in the face's own dimension: a Fraction for cells, else a Surd (rational).

        Errors: UnboundedError when infinite.
        """
        return self.partition.volume_of(self)

    @property
    def centroid(self) -> Point:
        """Exact centre of mass (UnboundedError when there is none)."""
        middle = []
        for a, b in self.box:
            if a is None or b is None:
                raise UnboundedError(f"{self!r} is unbounded: it has no centre")
            middle.append((a + b) / 2)
        return tuple(middle)


class BoxCell(BoxFace):
    """A cell: the closure of the points that the model sends to one leaf in every tree."""

    __slots__ = ()

    @property
    def leaves(self) -> tuple[int, ...]:
        """The cell's leaf in every tree, as numbers of nodes."""
        return tuple(self.partition.cell_leaves[self.id].tolist())

    @property
    def leaf(self) -> int | tuple[int, ...]:
        """The cell's leaf; of an ensemble the leaves in all trees."""
        return self.partition.leaf_of(self.id)

    @property
    def signs(self) -> str:
        """Sign string: per split the side of the cell, ``.`` where the split is not on its path."""
        return self.partition.signs_of(self.id)

    @property
    def value(self) -> Point:
        """The model's outputs on the cell, exactly."""
        return self.partition.value_of(self.id)

    @property
    def affine_map(self) -> AffineMap:
        """(A, b) with A = 0: the model is constant on the cell."""
        return self.partition.affine_map(self.id)

    @property
    def facet_ids(self) -> tuple[int, ...]:
        """Numbers of the facets, ascending."""
        return self.partition.facets_of(self.id)

    @property
    def facets(self) -> tuple[BoxFacet, ...]:
        """The facets, ascending."""
        return tuple(self.partition.facets[i] for i in self.facet_ids)

    @property
    def neighbors(self) -> tuple[BoxCell, ...]:
        """Cells that share a facet with this one, ascending."""
        others = {i for facet in self.facets for i in facet.cell_ids} - {self.id}
        return tuple(self.partition.cells[i] for i in sorted(others))

    @property
    def rays(self) -> tuple[Point, ...]:
        """Directions of the extreme rays (modulo `lineality`); empty for a bounded cell."""
        found = []
        for k, (a, b) in enumerate(self.box):
            if (a is None) != (b is None):
                found.append(self._direction(k, 1 if b is None else -1))
        return tuple(found)

    @property
    def lineality(self) -> tuple[Point, ...]:
        """Basis of the lines contained in the cell."""
        return tuple(self._direction(k, 1) for k, (a, b) in enumerate(self.box) if a is None and b is None)

    def _direction(self, k: int, sign: int) -> Point:
        return tuple(Fraction(sign if i == k else 0) for i in range(self.dim))


class BoxFacet(BoxFace):
    """A facet: where two cells touch, or a side of a cell on the domain's boundary."""

    __slots__ = ()
    codimension: ClassVar[int] = 1

    @property
    def axis(self) -> int:
        """The coordinate that is constant on the facet."""
        return int(self.partition.facet_table.axis[self.id])

    @property
    def cell_ids(self) -> tuple[int, ...]:
        """Numbers of the cells on its sides, ascending: one on the domain's boundary, two inside."""
        table = self.partition.facet_table
        return tuple(sorted({int(table.lower[self.id]), int(table.upper[self.id])} - {-1}))

    @property
    def cells(self) -> tuple[BoxCell, ...]:
        """The cells on its sides, ascending."""
        return tuple(self.partition.cells[i] for i in self.cell_ids)

    @property
    def is_interior(self) -> bool:
        """True when two cells meet here."""
        return len(self.cell_ids) == 2

    @property
    def area(self) -> Surd:
        """Exact (d-1)-volume as a Surd; it is rational. Errors: UnboundedError when infinite."""
        area: Surd = self.volume
        return area

    @property
    def area_vector(self) -> Point:
        """Rational vector of length `area` along the axis, out of the first cell."""
        sign = 1 if self.partition.facet_table.lower[self.id] == self.cell_ids[0] else -1
        length = self.partition.content_of(self)
        return tuple(sign * length if k == self.axis else Fraction(0) for k in range(self.dim + 1))


class BoxRidge(BoxFace):
    """A ridge: a face of codimension 2, where facets across two axes meet."""

    __slots__ = ()
    codimension: ClassVar[int] = 2

    @property
    def quadrants(self) -> tuple[int, int, int, int]:
        """The cells around it, (lower, lower), (upper, lower), (lower, upper), (upper, upper); -1 outside."""
        a, b, c, d = self.partition.ridge_table.cells[self.id].tolist()
        return a, b, c, d

    @property
    def cell_ids(self) -> tuple[int, ...]:
        """Numbers of the cells that have this ridge, ascending."""
        return tuple(sorted(set(self.quadrants) - {-1}))

    @property
    def angles(self) -> tuple[tuple[int, tuple[int, int], Angle], ...]:
        """(cell, its two facets here, interior dihedral angle) for every cell: a right or a flat angle."""
        around = [self.quadrants[k] for k in (0, 1, 3, 2)]
        axes = [int(f) for f in self.partition.ridge_table.axes[self.id]]
        walls: dict[int, list[int]] = {}
        for k in range(4):
            # Turning from quadrant 0 over 1 and 3 to 2 crosses the walls of axis i, j, i, j, up to sides.
            one, two = around[k], around[(k + 1) % 4]
            if one == two:
                continue
            lower, upper = (one, two) if k < 2 else (two, one)
            facet = self.partition.facet_between(lower, upper, axes[k % 2])
            for cell in {one, two} - {-1}:
                walls.setdefault(cell, []).append(facet)
        found = []
        for cell, facets in sorted(walls.items()):
            g, h = sorted(facets)
            found.append((cell, (g, h), Angle.pi(Fraction(around.count(cell), 2))))
        return tuple(found)


B = TypeVar("B", bound=BoxFace)


class BoxSequence(Sequence[B], Generic[B]):
    """All faces of one codimension, as a read-only sequence of handles."""

    __slots__ = ("_count", "_kind", "_partition")

    def __init__(self, partition: BoxPartition, kind: type[B], count: int) -> None:
        self._partition, self._kind, self._count = partition, kind, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> B: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[B, ...]: ...
    def __getitem__(self, index: Any) -> B | tuple[B, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self._count)))
        number = box_number(index, self._partition, self._kind) if isinstance(index, BoxFace) else index
        number = operator.index(number)
        if not -self._count <= number < self._count:
            name = self._kind.__name__.removeprefix("Box").lower()
            raise IndexError(f"{name} {number} does not exist: there are {self._count}")
        return self._kind(self._partition, number % self._count)

    def __iter__(self) -> Iterator[B]:
        return (self._kind(self._partition, i) for i in range(self._count))

    def __repr__(self) -> str:
        return f"<{self._count} {self._kind.__name__.removeprefix('Box').lower()}s>"


def box_number(face: Any, partition: BoxPartition, kind: type[BoxFace]) -> int:
    """The number of a face given as handle or integer.

    Errors: InvalidInput when there is none such, or the handle is of another kind or partition.
    """
    name = kind.__name__.removeprefix("Box").lower()
    if isinstance(face, BoxFace):
        if type(face) is not kind or face.partition != partition:
            raise InvalidInput(f"expected a {name} of this partition, got {face!r}", place=name)
        return face.id
    try:
        number = operator.index(face)
    except TypeError:
        raise InvalidInput(f"expected a {name} or its number, got {face!r}", place=name) from None
    count = partition.count_of(kind)
    if isinstance(face, bool) or not 0 <= number < count:
        raise InvalidInput(f"expected a number below {count}, got {face!r}", place=name)
    return number
