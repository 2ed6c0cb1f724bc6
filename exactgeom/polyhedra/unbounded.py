"""Complexes on all of R^d: true faces as classes of sign vectors of a finer, projective complex.

Slicing R^d starts from d + 1 simplicial cones, whose walls are artificial.  The true relatively open
faces are the classes of equal sign vector; faces wholly at infinity are not faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat

from exactgeom.exact import UnboundedError
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray
from exactgeom.polyhedra.coarsening import merge_classes
from exactgeom.polyhedra.complex import Point, PolyhedralComplex
from exactgeom.polyhedra.lattice import cone_lattice, independent_rows, row_list
from exactgeom.polyhedra.measure import Corners
from exactgeom.polyhedra.reference import primitive

Row = list[Any]


def true_faces(fine: PolyhedralComplex, signs: Sequence[AnyArray]) -> tuple[UnboundedComplex, IntArray]:
    """(the complex of true faces, for each of its cells one fine cell inside it).

    `signs[k]` holds the sign vector of every fine k-face, one row each.  With a table for the cells only
    (one entry), a true face is the set of points that lie in the same cells.
    """
    finite = [~fine.at_infinity]
    for k in range(1, fine.dim + 1):
        boundary = fine.boundary(k)
        finite.append(np.logical_or.reduceat(finite[-1][boundary.index], boundary.start[:-1]))
    if len(signs) == 1:
        signs = _by_cells(fine, signs[0])
    label = _classes(signs, finite)
    pieces, boundaries = merge_classes([fine.boundary(k) for k in range(1, fine.dim + 1)], label)
    cells = pieces[-1].index[pieces[-1].start[:-1]]
    return UnboundedComplex(fine, pieces, boundaries), cells


def _by_cells(fine: PolyhedralComplex, cell_signs: AnyArray) -> list[AnyArray]:
    """Tables of one column: a number for the set of cells (classes of equal signs) around each face."""
    cells = [row.tobytes() for row in np.ascontiguousarray(cell_signs)]
    around: list[frozenset[bytes]] = [frozenset((cell,)) for cell in cells]
    levels = [around]
    for k in range(fine.dim - 1, -1, -1):
        above = fine.coboundary(k)
        around = [frozenset().union(*(around[f] for f in above[i].tolist())) for i in range(len(above))]
        levels.append(around)
    names: dict[frozenset[bytes], int] = {}
    return [np.array([[names.setdefault(s, len(names))] for s in level]) for level in levels[::-1]]


def _classes(signs: Sequence[AnyArray], finite: Sequence[AnyArray]) -> list[IntArray]:
    """A class number per face (equal sign vectors, over all dimensions), -1 for faces at infinity."""
    table = np.concatenate(
        [np.ascontiguousarray(part[keep]) for part, keep in zip(signs, finite, strict=True)]
    )
    if table.shape[1] == 0:
        inverse = np.zeros(len(table), dtype=np.int64)
    else:
        rows = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
        inverse = np.unique(rows, return_inverse=True)[1].ravel()
    label, at = [], 0
    for keep in finite:
        part = np.full(len(keep), -1)
        count = int(np.count_nonzero(keep))
        part[keep] = inverse[at : at + count]
        at += count
        label.append(part)
    return label


class UnboundedComplex:
    """The true faces of a partition of R^d (same questions as `PolyhedralComplex`; immutable).

    Faces may have no boundary at all (R^d itself, a line); unbounded faces have no volume.
    """

    is_bounded = False

    def __init__(
        self, fine: PolyhedralComplex, pieces: Sequence[Incidence], boundaries: Sequence[Incidence]
    ) -> None:
        self.fine, self._pieces, self._boundaries = fine, tuple(pieces), tuple(boundaries)
        self.dim, self.ambient_dim = fine.dim, fine.ambient_dim

    def count(self, k: int) -> int:
        """Number of k-faces."""
        return len(self._pieces[k])

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of relatively open faces of dimension 0, 1, ..., dim."""
        return tuple(len(part) for part in self._pieces)

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector: (-1)^d."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    def boundary(self, k: int) -> Incidence:
        """Facets of every k-face."""
        return self._boundaries[k - 1]

    @cached_property
    def _coboundaries(self) -> tuple[Incidence, ...]:
        return tuple(part.transpose(self.count(k)) for k, part in enumerate(self._boundaries))

    def coboundary(self, k: int) -> Incidence:
        """(k+1)-faces that have each k-face as a facet, ascending."""
        return self._coboundaries[k]

    @cached_property
    def _closures(self) -> tuple[Incidence, ...]:
        ids = np.arange(self.count(0))
        found = [Incidence.from_lengths(np.ones(len(ids), dtype=np.int64), ids)]
        for boundary in self._boundaries:
            found.append(boundary.then(found[-1]))
        return tuple(found)

    def closure(self, k: int) -> Incidence:
        """Vertices of every k-face, ascending (an unbounded face may have few or none)."""
        return self._closures[k]

    def faces_below(self, k: int, face: int, dim: int) -> IntArray:
        """Faces of the given dimension inside one k-face, ascending."""
        faces = np.array([face])
        for j in range(k, dim, -1):
            faces = np.unique(self.boundary(j).take(faces)[1])
        return faces

    # -- coordinates ---------------------------------------------------------------------------------

    def point(self, vertex: int) -> Point:
        """Coordinates of one vertex."""
        return self.fine.point(int(self._pieces[0][vertex][0]))

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Coordinates of all vertices."""
        return tuple(self.point(i) for i in range(self.count(0)))

    @cached_property
    def _face_is_bounded(self) -> tuple[AnyArray, ...]:
        """Flags per dimension: no piece of the face reaches infinity."""
        reaching = [self.fine.at_infinity]
        for k in range(1, self.dim + 1):
            boundary = self.fine.boundary(k)
            reaching.append(np.logical_or.reduceat(reaching[-1][boundary.index], boundary.start[:-1]))
        return tuple(
            ~np.logical_or.reduceat(flags[part.index], part.start[:-1])
            if len(part)
            else np.zeros(0, dtype=bool)
            for flags, part in zip(reaching, self._pieces, strict=True)
        )

    def is_face_bounded(self, k: int, face: int) -> bool:
        """True when the face is bounded."""
        return bool(self._face_is_bounded[k][face])

    def inner_row(self, k: int, face: int) -> Row:
        """Homogeneous row of a point in the relative interior of a piece of the face."""
        vertices = self.fine.closure(k)[int(self._pieces[k][face][0])].tolist()
        rows = (self.fine.coordinates[v] for v in vertices)
        return [sum(column, fmpz(0)) for column in zip(*rows, strict=True)]

    def facet_plane(self, facet: int) -> Row:
        """Primitive integers (c_0, c): the facet lies in c_0 + c.x = 0."""
        vertices = self.fine.closure(self.dim - 1)[int(self._pieces[self.dim - 1][facet][0])].tolist()
        basis, _ = fmpz_mat([self.fine.coordinates[v] for v in vertices]).nullspace()
        return primitive([basis[i, 0] for i in range(self.ambient_dim + 1)])

    # -- recession -----------------------------------------------------------------------------------

    def lineality(self, cell: int) -> tuple[Point, ...]:
        """Basis (primitive integers, reduced) of the lines contained in a cell."""
        normals = [self.facet_plane(facet)[1:] for facet in self.boundary(self.dim)[cell].tolist()]
        n = self.ambient_dim
        if not normals:
            return tuple(tuple(Fraction(int(i == j)) for j in range(n)) for i in range(n))
        basis, nullity = fmpz_mat(normals).nullspace()
        columns = [[basis[i, j] for i in range(n)] for j in range(nullity)]
        if not columns:
            return ()
        reduced, scale, _ = fmpz_mat(columns).rref()  # reduced / scale has leading ones
        return tuple(_primitive_direction([entry * scale for entry in row]) for row in reduced.tolist())

    def rays(self, cell: int) -> tuple[Point, ...]:
        """Primitive directions of the extreme rays modulo the lineality space, sorted.

        The recession cone {v : N v <= 0} of the outward facet normals N, cut by the orthogonal complement
        of its lines (the row space of N), is pointed: its rays by double description.
        """
        facets = self.boundary(self.dim)[cell].tolist()
        if not facets:
            return ()
        inward = fmpz_mat([[int(-c) for c in self.measures.outward_normal(cell, facet)] for facet in facets])
        basis = fmpz_mat([inward.tolist()[i] for i in independent_rows(inward)])
        cone = cone_lattice(inward * basis.transpose())
        rays = [fmpz_mat([row_list(row, basis.nrows())]) * basis for row in cone.rows]
        return tuple(sorted(_primitive_direction(ray.entries()) for ray in rays))

    def minimal_points(self, cell: int) -> tuple[Point, ...]:
        """One point of each minimal face of a cell, orthogonal to its lineality space, sorted."""
        lines = self.lineality(cell)
        faces = self.faces_below(self.dim, cell, len(lines)).tolist()
        return tuple(sorted({tuple(self._orthogonal(len(lines), face, lines)) for face in faces}))

    def _orthogonal(self, k: int, face: int, lines: tuple[Point, ...]) -> list[Fraction]:
        """A relative interior point of a face, projected orthogonally to the lines."""
        t, *x = (int(entry) for entry in self.inner_row(k, face))
        point = [Fraction(entry, t) for entry in x]
        if not lines:
            return point
        basis = fmpz_mat([[int(c) for c in line] for line in lines])
        target = fmpz_mat([[entry] for entry in x])
        weights, scale = (basis * basis.transpose()).solve(basis * target).numer_denom()
        shift = (basis.transpose() * weights).entries()
        return [p - Fraction(int(s), int(scale) * t) for p, s in zip(point, shift, strict=True)]

    # -- measures ------------------------------------------------------------------------------------

    @cached_property
    def measures(self) -> UnboundedMeasures:
        """Volumes of the bounded faces, angles of all."""
        return UnboundedMeasures(self)

    @cached_property
    def bounded_part(self) -> tuple[PolyhedralComplex, tuple[IntArray, ...]]:
        """(the complex of the bounded faces, renumbering of the faces per dimension; -1: unbounded)."""
        renumber = tuple(np.where(flags, np.cumsum(flags) - 1, -1) for flags in self._face_is_bounded)
        boundaries = []
        for k in range(1, self.dim + 1):
            lengths, entries = self.boundary(k).take(np.flatnonzero(self._face_is_bounded[k]))
            boundaries.append(Incidence.from_lengths(lengths, renumber[k - 1][entries]))
        rows = [self.fine.rows[int(self._pieces[0][i][0])] for i in range(self.count(0))]
        return PolyhedralComplex(boundaries, rows, self.ambient_dim), renumber


class UnboundedMeasures(Corners):
    """Exact measures on an unbounded complex; infinite ones raise UnboundedError."""

    _space: UnboundedComplex

    def volume(self, k: int, face: int) -> Any:
        """k-volume of a bounded k-face."""
        part, number = self._bounded(k, face, "volume")
        return part.measures.volume(k, number)

    @property
    def total_volume(self) -> Any:
        """Infinite: raises UnboundedError."""
        raise UnboundedError("the domain is all of R^d: its total volume is infinite")

    def centroid(self, k: int, face: int) -> Point:
        """Centre of mass of a bounded face."""
        part, number = self._bounded(k, face, "centroid")
        return part.measures.centroid(k, number)

    def area_vector(self, cell: int, facet: int) -> Point:
        """Outward area vector of a bounded facet."""
        part, number = self._bounded(self._space.dim - 1, facet, "area vector")
        vector = part.measures.facet_vector(number)
        normal = self.outward_normal(cell, facet)
        dot = sum((a * b for a, b in zip(vector, normal, strict=True)), Fraction(0))
        return vector if dot > 0 else tuple(-c for c in vector)

    def outward_normal(self, cell: int, facet: int) -> Point:
        """An outward integer normal of a facet (bounded or not)."""
        c0, *c = self._space.facet_plane(facet)
        t, *x = self._space.inner_row(self._space.dim, cell)
        height = sum((a * b for a, b in zip(c, x, strict=True)), c0 * t)
        return tuple(Fraction(int(-a if height > 0 else a)) for a in c)

    def _bounded(self, k: int, face: int, what: str) -> tuple[PolyhedralComplex, int]:
        part, renumber = self._space.bounded_part
        number = int(renumber[k][face])
        if number < 0:
            raise UnboundedError(f"{k}-face {face} is unbounded: it has no finite {what}")
        return part, number


def _primitive_direction(vector: Sequence[Any]) -> Point:
    """The primitive integer vector on the same ray."""
    parts = [Fraction(int(c)) if not isinstance(c, Fraction) else c for c in vector]
    scale = 1
    for c in parts:
        scale = scale * c.denominator // gcd(scale, c.denominator)
    integers = [int(c * scale) for c in parts]
    content = gcd(*integers)
    return tuple(Fraction(c // content) for c in integers)
