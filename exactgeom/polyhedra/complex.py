"""`PolyhedralComplex`: an immutable face lattice of convex polytopes glued face to face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz_mat, fmpz_poly

from exactgeom.exact import InvalidInput, UnboundedError
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray
from exactgeom.polyhedra.lattice import Lattice, row_list
from exactgeom.polyhedra.measure import Measures
from exactgeom.polyhedra.reference import Forms, ReferenceVolumes
from exactgeom.polyhedra.slicing import FlatTable

Point = tuple[Fraction, ...]


class Provenance:
    """Where the affine hulls of the faces come from (a short cut for `ReferenceVolumes`)."""

    def __init__(self, face_flats: Sequence[IntArray], tables: Sequence[FlatTable], forms: Forms) -> None:
        self.face_flats, self.tables, self.forms = tuple(face_flats), tuple(tables), forms


class PolyhedralComplex:
    """A polyhedral complex with exact rational coordinates (immutable).

    Faces of each dimension are numbered from 0; `boundary(k)` lists the facets of each k-face.
    Coordinates are kept as primitive integer rows ``[t, x_1..x_n]`` (the point x/t; t = 0 at infinity).

    >>> square = PolyhedralComplex.from_lattice(box_lattice([0, 0], [1, 1], 1), 2)
    >>> square.f_vector, square.euler_characteristic
    ((4, 4, 1), 1)
    """

    def __init__(
        self,
        boundaries: Sequence[Incidence],
        rows: Sequence[fmpz_poly],
        ambient_dim: int,
        *,
        provenance: Provenance | None = None,
        history: Sequence[tuple[IntArray, IntArray]] = (),
    ) -> None:
        self._boundaries = tuple(boundaries)
        self._rows = tuple(rows)
        self._provenance = provenance
        self._history = tuple(history)
        self.ambient_dim = ambient_dim
        self.dim = len(self._boundaries)

    @staticmethod
    def from_lattice(lattice: Lattice, ambient_dim: int) -> PolyhedralComplex:
        """The complex of a lattice."""
        return PolyhedralComplex(lattice.boundaries, lattice.rows, ambient_dim)

    def __reduce__(self) -> tuple[Any, ...]:
        table = [[int(entry) for entry in row_list(row, self.ambient_dim + 1)] for row in self._rows]
        lists = [(b.start, b.index) for b in self._boundaries]
        return _restore, (lists, table, self.ambient_dim, self._history)

    # -- combinatorics -------------------------------------------------------------------------------

    def count(self, k: int) -> int:
        """Number of k-faces."""
        return len(self._rows) if k == 0 else len(self._boundaries[k - 1])

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of faces of dimension 0, 1, ..., dim (cells included)."""
        return tuple(self.count(k) for k in range(self.dim + 1))

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    def boundary(self, k: int) -> Incidence:
        """Facets of every k-face (k >= 1), as numbers of (k-1)-faces."""
        return self._boundaries[k - 1]

    def coboundary(self, k: int) -> Incidence:
        """(k+1)-faces that have each k-face as a facet, ascending."""
        return self._cached("coboundary", k)

    def closure(self, k: int) -> Incidence:
        """Vertices of every k-face, ascending."""
        return self._cached("closure", k)

    def _cached(self, what: str, k: int) -> Incidence:
        if (what, k) not in self._incidences:
            if what == "coboundary":
                made = self.boundary(k + 1).transpose(self.count(k))
            elif k == 0:
                count = self.count(0)
                made = Incidence.from_lengths(np.ones(count, dtype=np.int64), np.arange(count))
            elif k == 1:
                made = self.boundary(1).sorted()
            else:
                made = self.boundary(k).then(self.closure(k - 1))
            self._incidences[what, k] = made
        return self._incidences[what, k]

    @cached_property
    def _incidences(self) -> dict[tuple[str, int], Incidence]:
        return {}

    def faces_below(self, k: int, face: int, dim: int) -> IntArray:
        """Faces of the given dimension inside one k-face, ascending."""
        faces = np.array([face])
        for j in range(k, dim, -1):
            faces = np.unique(self.boundary(j).take(faces)[1])
        return faces

    # -- coordinates ---------------------------------------------------------------------------------

    @cached_property
    def homogeneous(self) -> fmpz_mat:
        """Primitive integer rows [t, x_1..x_n] of the vertices."""
        return fmpz_mat([row_list(row, self.ambient_dim + 1) for row in self._rows])

    @cached_property
    def coordinates(self) -> list[list[Any]]:
        """`homogeneous` as nested lists of integers."""
        table: list[list[Any]] = self.homogeneous.tolist()
        return table

    @cached_property
    def at_infinity(self) -> AnyArray:
        """Flags of the vertices that are points at infinity (t = 0)."""
        return np.array([row[0] == 0 for row in self._rows], dtype=bool)

    @property
    def is_bounded(self) -> bool:
        """True when no vertex is at infinity."""
        return not self.at_infinity.any()

    def point(self, vertex: int) -> Point:
        """Coordinates of one vertex (UnboundedError for a point at infinity)."""
        t, *x = (int(entry) for entry in self.coordinates[vertex])
        if t == 0:
            raise UnboundedError(f"vertex {vertex} is at infinity: it is a direction, not a point")
        return tuple(Fraction(entry, t) for entry in x)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Coordinates of all vertices."""
        return tuple(self.point(i) for i in range(self.count(0)))

    # -- measures ------------------------------------------------------------------------------------

    @cached_property
    def measures(self) -> Measures:
        """Volumes, normals and angles (exact, lazy, cached)."""
        if not self.is_bounded:
            raise UnboundedError("the complex is unbounded: it has no finite volumes")
        made = self._provenance
        reference = ReferenceVolumes(
            self.homogeneous,
            self.boundary,
            self.closure,
            None if made is None else lambda k: made.face_flats[k],
            None if made is None else lambda k: made.tables[k],
            None if made is None else made.forms,
        )
        return Measures(self, reference)

    @property
    def history(self) -> tuple[tuple[IntArray, IntArray], ...]:
        """Cuts in order: (cells cut, their second halves); a cell keeps its number for its first half."""
        return self._history


def _restore(lists: Any, table: Any, ambient: int, history: Any) -> PolyhedralComplex:
    boundaries = [Incidence(start, index) for start, index in lists]
    return PolyhedralComplex(boundaries, [fmpz_poly(row) for row in table], ambient, history=history)
