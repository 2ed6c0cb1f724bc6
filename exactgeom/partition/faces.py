"""Handles on the faces of a partition: cells, facets, ridges, and faces of any dimension.

A handle is a light view (partition, dimension, number); everything it offers is computed by the
partition when first asked for.  Handles work as indices (`P.cells[cell]`).
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from exactgeom.exact import Angle, InvalidInput, Surd
from exactgeom.exact.values import Frozen
from exactgeom.linalg.spectral import LargestRoot, operator_norm

if TYPE_CHECKING:
    from exactgeom.partition.partition import Partition

Point = tuple[Fraction, ...]
AffineMap = tuple[tuple[Point, ...], Point]


class Face(Frozen):
    """A face of a partition: dimension `dim`, number `id` among the faces of that dimension.

    Two handles are equal when they name the same face of partitions that are equal and numbered alike.
    """

    __slots__ = ("dim", "id", "partition")

    partition: Partition
    dim: int
    id: int

    def __init__(self, partition: Partition, dim: int, id: int) -> None:
        keep = object.__setattr__
        keep(self, "partition", partition)
        keep(self, "dim", dim)
        keep(self, "id", id)

    def __index__(self) -> int:
        return self.id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Face):
            return NotImplemented
        return (self.dim, self.id) == (other.dim, other.id) and self.partition.is_numbered_like(
            other.partition
        )

    def __hash__(self) -> int:
        return hash((Face, self.dim, self.id))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.partition, self.dim, self.id)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} of {self.partition.summary}>"

    @property
    def vertex_ids(self) -> tuple[int, ...]:
        """Numbers of the vertices, ascending."""
        return tuple(self.partition.complex.closure(self.dim)[self.id].tolist())

    @property
    def vertices(self) -> tuple[Point, ...]:
        """Exact coordinates of the vertices, in the order of `vertex_ids`."""
        return tuple(self.partition.complex.point(i) for i in self.vertex_ids)

    @property
    def is_bounded(self) -> bool:
        """True when the face is bounded."""
        return self.partition.complex.is_face_bounded(self.dim, self.id)

    @property
    def volume(self) -> Any:
        """Exact volume in the face's own dimension: a Fraction for full-dimensional cells, else a Surd.

        Errors: UnboundedError when infinite.
        """
        return self.partition.complex.measures.volume(self.dim, self.id)

    @property
    def centroid(self) -> Point:
        """Exact centre of mass."""
        return self.partition.complex.measures.centroid(self.dim, self.id)


class Cell(Face):
    """A cell: a full-dimensional (relative to the partition) closed convex piece of the domain."""

    __slots__ = ()

    @property
    def signs(self) -> str:
        """Sign string: one character over ``+-0`` per breakpoint (see the conventions)."""
        return self.partition.cell_signs[self.id]

    @property
    def affine_map(self) -> AffineMap | None:
        """(A, b) with model(x) = A x + b on the cell; None for models without a map."""
        return self.partition.affine_map(self.id)

    def operator_norm(self, norm: int | str = 2) -> Fraction | LargestRoot:
        """The norm of the map's matrix in ℓ1, ℓ2 or ℓ∞ (see `operator_norm`); InvalidInput without a map."""
        if self.affine_map is None:
            raise InvalidInput("this model has no map on the cell", place="model")
        return operator_norm(self.affine_map[0], norm)

    @property
    def facet_ids(self) -> tuple[int, ...]:
        """Numbers of the facets, ascending."""
        if self.dim == 0:
            return ()
        return tuple(sorted(self.partition.complex.boundary(self.dim)[self.id].tolist()))

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The facets, ascending."""
        return tuple(self.partition.facets[i] for i in self.facet_ids)

    @property
    def neighbors(self) -> tuple[Cell, ...]:
        """Cells that share a facet with this one, ascending."""
        others = {i for facet in self.facets for i in facet.cell_ids} - {self.id}
        return tuple(self.partition.cells[i] for i in sorted(others))

    @property
    def rays(self) -> tuple[Point, ...]:
        """Primitive directions of the extreme rays (modulo `lineality`); empty for a bounded cell."""
        return self.partition.complex.rays(self.id)

    @property
    def minimal_points(self) -> tuple[Point, ...]:
        """A point of each minimal face: the vertices of a pointed cell; else orthogonal to `lineality`."""
        return self.partition.complex.minimal_points(self.id)

    @property
    def lineality(self) -> tuple[Point, ...]:
        """Basis of the lines contained in the cell; empty for a pointed cell."""
        return self.partition.complex.lineality(self.id)


class Facet(Face):
    """A facet: where two cells meet, or a piece of the domain's boundary."""

    __slots__ = ()

    @property
    def cell_ids(self) -> tuple[int, ...]:
        """Numbers of the cells on its sides, ascending: one on the domain's boundary, two inside."""
        return tuple(self.partition.complex.coboundary(self.dim)[self.id].tolist())

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells on its sides, ascending."""
        return tuple(self.partition.cells[i] for i in self.cell_ids)

    @property
    def is_interior(self) -> bool:
        """True when two cells meet here."""
        return len(self.cell_ids) == 2

    @property
    def area(self) -> Surd:
        """Exact (d-1)-volume as a Surd (1 for a point). Errors: UnboundedError when infinite."""
        area = self.volume
        return area if isinstance(area, Surd) else Surd(area)

    @property
    def area_vector(self) -> Point | None:
        """Rational vector of length `area`, out of the first cell; None when the partition is flat."""
        space = self.partition.complex
        if space.dim != space.ambient_dim:
            return None
        return space.measures.area_vector(self.cell_ids[0], self.id)


class Ridge(Face):
    """A ridge: a face of codimension 2."""

    __slots__ = ()

    @property
    def cell_ids(self) -> tuple[int, ...]:
        """Numbers of the cells that have this ridge, ascending."""
        return tuple(cell for cell, _, _ in self._corners())

    @property
    def angles(self) -> tuple[tuple[int, tuple[int, int], Angle], ...]:
        """(cell, its two facets here, interior dihedral angle) for every cell at the ridge, ascending."""
        measures = self.partition.complex.measures
        return tuple((c, (g, h), measures.facet_angle(c, g, h)) for c, g, h in self._corners())

    def _corners(self) -> list[tuple[int, int, int]]:
        space = self.partition.complex
        sides: dict[int, list[int]] = {}
        for facet in space.coboundary(self.dim)[self.id].tolist():
            for cell in space.coboundary(self.dim + 1)[facet].tolist():
                sides.setdefault(cell, []).append(facet)
        return [(cell, pair[0], pair[1]) for cell, pair in sorted(sides.items()) if len(pair) == 2]


F = TypeVar("F", bound=Face)


class FaceSequence(Sequence[F], Generic[F]):
    """All faces of one dimension, as a read-only sequence of handles."""

    __slots__ = ("_count", "_dim", "_kind", "_partition")

    def __init__(self, partition: Partition, dim: int, kind: type[F], count: int) -> None:
        self._partition, self._dim, self._kind, self._count = partition, dim, kind, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> F: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[F, ...]: ...
    def __getitem__(self, index: Any) -> F | tuple[F, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(self._count)))
        if isinstance(index, Face):
            return self._kind(self._partition, self._dim, self._number(index))
        number = operator.index(index)
        if not -self._count <= number < self._count:
            name = self._kind.__name__.lower()
            raise IndexError(f"{name} {number} does not exist: there are {self._count}")
        return self._kind(self._partition, self._dim, number % self._count)

    def __iter__(self) -> Iterator[F]:
        return (self._kind(self._partition, self._dim, i) for i in range(self._count))

    def _number(self, face: Face) -> int:
        return face_number(face, self._partition, self._dim, self._kind.__name__.lower())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FaceSequence):
            return NotImplemented
        return self._dim == other._dim and self._partition.is_numbered_like(other._partition)

    def __hash__(self) -> int:
        return hash((FaceSequence, self._dim, self._count))

    def __repr__(self) -> str:
        return f"<{self._count} {self._kind.__name__.lower()}s of dimension {self._dim}>"


def face_number(face: Any, partition: Partition, dim: int, place: str) -> int:
    """The number of a face of dimension `dim`, given as handle or integer.

    Errors: InvalidInput when there is none such, or the handle is of another dimension or partition.
    """
    if isinstance(face, Face):
        if face.dim != dim:
            raise InvalidInput(f"expected a face of dimension {dim}, got {face!r}", place=place)
        if not partition.is_numbered_like(face.partition):
            raise InvalidInput(f"{face!r} belongs to another partition", place=place)
        return face.id
    try:
        number = operator.index(face)
    except TypeError:
        raise InvalidInput(f"expected a face or its number, got {face!r}", place=place) from None
    count = partition.complex.count(dim) if dim >= 0 else 0
    if isinstance(face, bool) or not 0 <= number < count:
        allowed = f"a number from 0 to {count - 1}" if count else "nothing: there is none"
        raise InvalidInput(f"expected {allowed}, got {face!r}", place=place)
    return number
