"""`PolyhedralComplex`: an immutable face lattice of convex polytopes glued face to face."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from flint import fmpz_mat, fmpz_poly

from exactgeom.exact import InvalidInput, UnboundedError, exact
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray
from exactgeom.polyhedra.coarsening import class_numbers, merge_classes
from exactgeom.polyhedra.lattice import Lattice, row_list
from exactgeom.polyhedra.measure import Measures
from exactgeom.polyhedra.reference import Forms, ReferenceVolumes
from exactgeom.polyhedra.slicing import Cut, Slicer
from exactgeom.polyhedra.storage import FlatTable

Point = tuple[Fraction, ...]


class Provenance:
    """Where the affine hulls of the faces come from (a short cut for `ReferenceVolumes`)."""

    def __init__(self, face_flats: Sequence[IntArray], tables: Sequence[FlatTable], forms: Forms) -> None:
        self.face_flats, self.tables, self.forms = tuple(face_flats), tuple(tables), forms


class PolyhedralComplex:
    """A polyhedral complex with exact rational coordinates (immutable).

    Faces of each dimension are numbered from 0; `boundary(k)` lists the facets of each k-face.
    Coordinates are kept as primitive integer rows ``[t, x_1..x_n]`` (the point x/t; t = 0 at infinity).

    >>> from exactgeom.polyhedra import box
    >>> square = box(0, 1, dim=2).complex
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
        table = [[int(entry) for entry in row] for row in self.coordinates]
        lists = [(b.start, b.index) for b in self._boundaries]
        return _restore, (lists, table, self.ambient_dim, self._history)

    @property
    def boundaries(self) -> tuple[Incidence, ...]:
        """Boundary lists of the faces of dimension 1, 2, ..."""
        return self._boundaries

    @property
    def rows(self) -> tuple[fmpz_poly, ...]:
        """The vertices' homogeneous rows as integer vectors (entries past n may follow)."""
        return self._rows

    @cached_property
    def lattice(self) -> Lattice:
        """The bare lattice (boundary lists and primitive rows)."""
        return Lattice(self._boundaries, tuple(row.truncate(self.ambient_dim + 1) for row in self._rows))

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

    @cached_property
    def is_bounded(self) -> bool:
        """True when no vertex is at infinity."""
        return not self.at_infinity.any()

    def is_face_bounded(self, k: int, face: int) -> bool:
        """True when the face has no vertex at infinity."""
        return self.is_bounded or not self.at_infinity[self.closure(k)[face]].any()

    def rays(self, cell: int) -> tuple[Point, ...]:
        """Extreme rays of a cell: none, for every cell is bounded (UnboundedComplex has some)."""
        return ()

    def minimal_points(self, cell: int) -> tuple[Point, ...]:
        """The vertices of a cell, sorted."""
        return tuple(sorted(self.point(v) for v in self.closure(self.dim)[cell].tolist()))

    def lineality(self, cell: int) -> tuple[Point, ...]:
        """Lines contained in a cell: none."""
        return ()

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
        return Measures(self, self._chart)

    def _chart(self, attempt: int) -> ReferenceVolumes:
        made = self._provenance
        return ReferenceVolumes(
            self.homogeneous,
            self.boundary,
            self.closure,
            None if made is None else lambda k: made.face_flats[k],
            None if made is None else lambda k: made.tables[k],
            None if made is None else made.forms,
            attempt=attempt,
        )

    # -- the two operations --------------------------------------------------------------------------

    def subdivide(
        self, values: Iterable[Any], *, within: Iterable[int] | None = None
    ) -> tuple[PolyhedralComplex, IntArray]:
        """Cut the cells by a function that is affine on each; return (complex, parent cell of each cell).

        `values[v]` is the function's exact value at vertex v.  With `within` (cell numbers) only those
        cells are cut; their neighbours keep their bodies but share the subdivided faces (T-junctions),
        and values at other vertices may be None.  Cells keep their numbers for the positive side; the
        negative halves are appended.
        Errors: InvalidInput when the function is not affine on a cell to be cut.

        >>> from exactgeom.polyhedra import box
        >>> square = box(0, 1, dim=2).complex
        >>> halves, parents = square.subdivide([x - y for x, y in square.points])
        >>> halves.f_vector, parents.tolist()
        ((4, 5, 2), [0, 0])
        """
        return subdivide(self, values, within)

    def coarsen(self, labels: Iterable[Iterable[int]]) -> PolyhedralComplex:
        """Merge faces of equal label; `labels[k]` labels the k-faces, over all dimensions together.

        Assumption: each class is relatively open and convex.  A class becomes one face of the highest
        dimension among its members; lower members vanish.  Faces are numbered by their first member.
        Errors: InvalidInput for labels that are not integers, one per face.

        >>> from exactgeom.polyhedra import box
        >>> segment, _ = box(0, 2, dim=1).complex.subdivide([-1, 1])
        >>> segment.f_vector, segment.coarsen([[0, 1, 2], [2, 2]]).f_vector
        ((3, 2), (2, 1))
        """
        pieces, boundaries = merge_classes(self._boundaries, class_numbers(labels, self.f_vector))
        if len(pieces[0].index) > len(pieces[0]):
            raise InvalidInput("a class of several vertices and no edge is not convex", place="labels[0]")
        rows = self.lattice.rows
        return PolyhedralComplex(boundaries, [rows[i] for i in pieces[0].index.tolist()], self.ambient_dim)

    @property
    def history(self) -> tuple[tuple[IntArray, IntArray], ...]:
        """Cuts in order: (cells cut, their second halves); a cell keeps its number for its first half."""
        return self._history


def subdivide(
    space: PolyhedralComplex, values: Iterable[Any], within: Iterable[int] | None
) -> tuple[PolyhedralComplex, IntArray]:
    """See `PolyhedralComplex.subdivide`."""
    if not isinstance(values, Iterable):
        raise InvalidInput("expected one value per vertex", place="values")
    values = list(values)
    if len(values) != space.count(0):
        raise InvalidInput(
            f"expected {space.count(0)} values, one per vertex, got {len(values)}", place="values"
        )
    cells = _chosen_cells(space, within)
    given = [
        0 if v is None and within is not None else exact(v, f"values[{i}]") for i, v in enumerate(values)
    ]
    homogeneous = [v * int(row[0]) if row[0] else v for v, row in zip(given, space.coordinates, strict=True)]
    scale = lcm(*(v.denominator for v in homogeneous))
    column = [int(v * scale) for v in homogeneous]
    for cell in cells:
        _check_affine(space, cell, column, values)
    if space.dim == 0:  # points have no two sides
        return space, np.arange(space.count(0))
    slicer = Slicer(space.boundaries, space.lattice.rows, space.ambient_dim)
    slicer.set_columns([[z] for z in column])
    slicer.begin([Cut(space.ambient_dim + 1)])
    flags = None
    if within is not None:
        flags = np.zeros(space.count(space.dim), dtype=bool)
        flags[list(cells)] = True
    slicer.cut(0, flags, keep=space.ambient_dim + 1)
    parents = slicer.level(slicer.dim).carrier.view.copy()
    made = PolyhedralComplex(
        [faces.frozen() for faces in slicer.faces],
        slicer.rows,
        space.ambient_dim,
        history=[*space.history, *slicer.history],
    )
    return made, parents


def _chosen_cells(space: PolyhedralComplex, within: Iterable[int] | None) -> Sequence[int]:
    """The cells to cut, ascending (all without `within`)."""
    count = space.count(space.dim)
    if within is None:
        return range(count)
    if not isinstance(within, Iterable):
        raise InvalidInput("expected a list of cell numbers", place="within")
    cells = set()
    for i, cell in enumerate(within):
        if isinstance(cell, bool) or not isinstance(cell, int | np.integer) or not 0 <= cell < count:
            raise InvalidInput(f"there is no cell {cell!r}", place=f"within[{i}]")
        cells.add(int(cell))
    return sorted(cells)


def _check_affine(space: PolyhedralComplex, cell: int, column: Sequence[int], values: Sequence[Any]) -> None:
    """The values on a cell's vertices extend to an affine function."""
    vertices = space.closure(space.dim)[cell].tolist()
    if any(values[v] is None for v in vertices):
        raise InvalidInput(f"cell {cell} has a vertex without a value", place="values")
    table = [space.coordinates[v] for v in vertices]
    if len(vertices) > space.dim + 1:
        extended = fmpz_mat([[*row, column[v]] for row, v in zip(table, vertices, strict=True)])
        if extended.rank() != fmpz_mat(table).rank():
            raise InvalidInput(f"the values are not affine on cell {cell}", place="values")


def _restore(lists: Any, table: Any, ambient: int, history: Any) -> PolyhedralComplex:
    boundaries = [Incidence(start, index) for start, index in lists]
    return PolyhedralComplex(boundaries, [fmpz_poly(row) for row in table], ambient, history=history)
