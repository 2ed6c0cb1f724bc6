"""The faces of a partition under one numbering, with the exact measures that inner products need.

A `Carrier` says, for the elements of one degree of a complex (simplices of the nerve, cells of the dual
complex), which faces of the partition make up ``F_σ``: one face as a rule, several where T-junctions have cut
it. All pieces of one ``F_σ`` lie in one plane, so their volumes add up within one square class.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from exactgeom.exact import Surd, UnboundedError, to_fmpq
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray

__all__ = ["Carrier", "FaceTable"]


class Carrier(NamedTuple):
    """Per element of one degree: the faces that make up F_σ (numbers of a `FaceTable`), and its dimension."""

    pieces: Incidence
    dim: IntArray

    def take(self, chosen: IntArray) -> Carrier:
        """The carriers of the chosen elements."""
        lengths, index = self.pieces.take(chosen)
        return Carrier(Incidence.from_lengths(lengths, index), self.dim[chosen])


class FaceTable:
    """All faces of a partition's complex, numbered by dimension and then as there."""

    def __init__(self, space: Any) -> None:
        self.space, self.dim = space, int(space.dim)
        counts = [space.count(k) for k in range(self.dim + 1)]
        self.offset = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        self.dim_of = np.repeat(np.arange(self.dim + 1), counts)
        self._volumes: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self.dim_of)

    def local(self, face: int) -> tuple[int, int]:
        """(dimension, number within the dimension) of a face."""
        k = int(self.dim_of[face])
        return k, face - int(self.offset[k])

    @cached_property
    def boundary(self) -> Incidence:
        """The facets of every face (vertices have none)."""
        levels = [self.space.boundary(k) for k in range(1, self.dim + 1)]
        lengths = [np.zeros(self.space.count(0), dtype=np.int64), *(level.lengths for level in levels)]
        index = [level.index + self.offset[k] for k, level in enumerate(levels)]
        empty = np.zeros(0, dtype=np.int64)
        return Incidence.from_lengths(np.concatenate(lengths), np.concatenate([empty, *index]))

    @cached_property
    def cells(self) -> Incidence:
        """The cells around every face, ascending."""
        count = self.space.count(self.dim)
        levels = [Incidence.from_lengths(np.ones(count, dtype=np.int64), np.arange(count))]
        for k in range(self.dim - 1, -1, -1):
            levels.insert(0, self.space.coboundary(k).then(levels[0]))
        lengths = np.concatenate([level.lengths for level in levels])
        return Incidence.from_lengths(lengths, np.concatenate([level.index for level in levels]))

    @cached_property
    def on_boundary(self) -> AnyArray:
        """Flags of the faces contained in the boundary of the domain."""
        flags = np.zeros(len(self), dtype=bool)
        d = self.dim
        if d == 0:
            return flags
        first, last = int(self.offset[d - 1]), int(self.offset[d])
        flags[first:last] = self.cells.lengths[first:last] == 1
        for k in range(d - 1, 0, -1):
            faces = int(self.offset[k]) + np.flatnonzero(flags[self.offset[k] : self.offset[k + 1]])
            flags[self.boundary.take(faces)[1]] = True
        return flags

    # -- measures ------------------------------------------------------------------------------------

    def volume(self, face: int) -> Any:
        """The exact volume of a face in its own dimension. Errors: UnboundedError when infinite."""
        if face not in self._volumes:
            self._volumes[face] = Surd(self.space.measures.volume(*self.local(face)))
        return self._volumes[face]

    def total(self, faces: Any) -> Surd:
        """The sum of the volumes of faces that lie in one plane."""
        volumes = [self.volume(face) for face in faces]
        return volumes[0] if len(volumes) == 1 else Surd.sum(volumes)

    def _row(self, vertex: int) -> Any:
        if hasattr(self.space, "coordinates"):
            return self.space.coordinates[vertex]
        return self.space.fine.coordinates[int(self.space._pieces[0][vertex][0])]

    def _rows(self, face: int) -> list[Any]:
        k, number = self.local(face)
        if not self.space.is_face_bounded(k, number):
            raise UnboundedError(f"{k}-face {number} is unbounded: its inner products are infinite")
        return [self._row(v) for v in self.space.closure(k)[number].tolist()]

    def cosine(self, cell: int, f: int, g: int, ridge: int) -> tuple[int, fmpq]:
        """(sign, square) of cos θ: the interior angle between the facets f and g of a face, at their ridge.

        With B a basis of the ridge and u, v vectors from it into f and g,
        ``cos θ = ⟨B∧u, B∧v⟩ / (‖B∧u‖ ‖B∧v‖)``: three integer determinants.
        """
        k, _ = self.local(ridge)
        if k + 2 == self.space.ambient_dim > 2 and hasattr(self.space, "coordinates"):
            return self._cosine_by_normals(cell, f, g)
        table = self._rows(ridge)
        origin = table[0]
        rows = _independent([_difference(row, origin) for row in table[1:]], k)
        u, v = (_difference(_sum(self._rows(face)), origin) for face in (f, g))
        gram = fmpz_mat([*rows, u, v])
        gram = gram * gram.transpose()
        uu, uv, vv = _minors(gram, k)
        return (1 if uv > 0 else -1 if uv < 0 else 0), fmpq(uv * uv, uu * vv)

    def _cosine_by_normals(self, cell: int, f: int, g: int) -> tuple[int, fmpq]:
        """The same from the outward normals of a full-dimensional cell."""
        number = self.local(cell)[1]
        normals = []
        for facet in (f, g):
            normal = self.space.measures.outward_normal(number, self.local(facet)[1])
            normals.append([fmpz(c.numerator) for c in normal])
        uu, uv, vv = (_dot(a, b) for a, b in ((normals[0],) * 2, normals, (normals[1],) * 2))
        return (-1 if uv > 0 else 1 if uv < 0 else 0), fmpq(uv * uv, uu * vv)


def square(volume: Surd) -> fmpq:
    """The rational square of a volume."""
    return to_fmpq((volume * volume).as_fraction())


def _dot(a: list[Any], b: list[Any]) -> Any:
    return sum((x * y for x, y in zip(a, b, strict=True)), fmpz(0))


def _sum(table: list[Any]) -> list[Any]:
    return [sum(column, fmpz(0)) for column in zip(*table, strict=True)]


def _difference(row: Any, origin: Any) -> list[Any]:
    """A positive multiple of the vector from the origin to the row's point (rows are [t, x])."""
    t, s = row[0], origin[0]
    return [s * a - t * b for a, b in zip(row[1:], origin[1:], strict=True)]


def _independent(vectors: list[list[Any]], rank: int) -> list[list[Any]]:
    if len(vectors) == rank:
        return vectors
    chosen: list[list[Any]] = []
    for vector in vectors:
        if len(chosen) < rank and fmpz_mat([*chosen, vector]).rank() > len(chosen):
            chosen.append(vector)
    return chosen


def _minors(gram: fmpz_mat, k: int) -> tuple[fmpz, fmpz, fmpz]:
    """⟨B∧u, B∧u⟩, ⟨B∧u, B∧v⟩, ⟨B∧v, B∧v⟩ from the Gram matrix of B, u, v."""
    table = gram.tolist()
    if k == 0:
        return table[0][0], table[0][1], table[1][1]
    base = list(range(k))

    def minor(i: int, j: int) -> fmpz:
        rows, columns = [*base, k + i], [*base, k + j]
        return fmpz_mat([[table[a][b] for b in columns] for a in rows]).det()

    return minor(0, 0), minor(0, 1), minor(1, 1)
