"""Volumes of all faces of a complex: one rational number per face.

After a unimodular change of coordinates ``y = Ux`` (U integer, unitriangular) every k-face projects
injectively to ``(y_1..y_k)``.  Its *reference volume* ``V_k`` is the volume of that projection, and

    V_k(f) = (1/k) * sum over facets g of f without the apex a of |height of a over g along y_k| * V_{k-1}(g)

is a sum of positive terms, so no incidence sign is needed.  With ``t_v`` the denominators of the
vertices, ``N(f) = k! * V_k(f) * prod t_v`` is an integer: the whole computation stays in integers, over
one denominator per face.  Every other measure is V_k times a factor that depends on aff f alone.

If a projection is not injective (an exact zero turns up) `BadProjection` asks for the next U.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat

from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray, offsets
from exactgeom.polyhedra.storage import FlatTable

Forms = Callable[[IntArray, IntArray, IntArray], "fmpz_mat"]
"""(pass, function, cell) -> integer rows [c_0, c_1..c_n]: the function c_0 t + c.x on that cell."""


class BadProjection(Exception):
    """Some face does not project injectively in these coordinates (internal: try the next ones)."""


class ReferenceVolumes:
    """Reference volumes of every face of a bounded complex (exact, lazily per dimension).

    `rows` are the homogeneous vertex rows ``[t, x_1..x_n]`` (t > 0), `boundary[k]` and `closure[k]` the
    facets and vertices of each k-face.  `flats` with `forms` say where faces come from; without them the
    hyperplanes are found from the vertices.  `attempt` numbers the coordinates used.
    Errors: BadProjection when some face does not project injectively in them.
    """

    def __init__(
        self,
        rows: fmpz_mat,
        boundary: Callable[[int], Incidence],
        closure: Callable[[int], Incidence],
        face_flats: Callable[[int], IntArray] | None = None,
        flats: Callable[[int], FlatTable] | None = None,
        forms: Forms | None = None,
        *,
        attempt: int = 0,
    ) -> None:
        self._boundary, self._closure = boundary, closure
        self._face_flats, self._flats, self._forms = face_flats, flats, forms
        self.ambient = rows.ncols() - 1
        self.shear = shear_matrix(self.ambient, attempt)
        matrix = rows * homogeneous(self.shear).transpose()
        self.points: AnyArray = np.array(matrix.tolist(), dtype=object).reshape(
            matrix.nrows(), self.ambient + 1
        )
        self._volumes: dict[int, tuple[AnyArray, AnyArray]] = {}
        self._planes: dict[int, AnyArray] = {}
        self._flat_planes: dict[int, AnyArray] = {}

    def scaled(self, k: int) -> tuple[AnyArray, AnyArray]:
        """(N, D) per k-face: ``V_k = N / (k! D)``, N > 0, D the product of the vertex denominators."""
        if k not in self._volumes:
            if k == 0:
                ones = np.full(len(self.points), fmpz(1), dtype=object)
                self._volumes[0] = ones, self.points[:, 0]
            elif k == 1:
                self._volumes[1] = self._edge_volumes()
            else:
                self._volumes[k] = self._cone_volumes(k)
        return self._volumes[k]

    def _edge_volumes(self) -> tuple[AnyArray, AnyArray]:
        ends = self._boundary(1).index.reshape(-1, 2)
        u, v = self.points[ends[:, 0]], self.points[ends[:, 1]]
        length = np.abs(v[:, 1] * u[:, 0] - u[:, 1] * v[:, 0])
        if not np.all(length != 0):
            raise BadProjection
        return length, u[:, 0] * v[:, 0]

    def _cone_volumes(self, k: int) -> tuple[AnyArray, AnyArray]:
        """Sum of the cones from each face's first vertex over the facets that do not contain it."""
        boundary, closure = self._boundary(k), self._closure(k)
        apex = closure.index[closure.start[:-1]]
        denominator = np.multiply.reduceat(self.points[:, 0][closure.index], closure.start[:-1])
        lower, lower_denominator = self.scaled(k - 1)
        owner = boundary.owners
        facet_closure = self._closure(k - 1)
        facet_apex = facet_closure.index[facet_closure.start[:-1]]
        far = facet_apex[boundary.index] != apex[owner]
        owner, facet = owner[far], boundary.index[far]
        tip = self.points[apex[owner]]
        if k == 2:
            cone = self._triangles(facet, tip)
        else:
            plane = self.planes(k - 1)[facet]
            height = plane[:, 0] * tip[:, 0]
            for j in range(1, k + 1):
                height += plane[:, j] * tip[:, j]
            cone = lower[facet] * np.abs(height) // np.abs(plane[:, k])
        rest = denominator[owner] // (lower_denominator[facet] * tip[:, 0])
        total = np.add.reduceat(cone * rest, offsets(np.bincount(owner, minlength=len(boundary))))
        if not np.all(total != 0):
            raise BadProjection
        return total, denominator

    def _triangles(self, edges: IntArray, tip: AnyArray) -> AnyArray:
        """|det| of edge and apex in (t, y_1, y_2): the division by the edge's own coefficient cancels."""
        plane = self.planes(1)[edges]
        area: AnyArray = np.abs(plane[:, 0] * tip[:, 0] + plane[:, 1] * tip[:, 1] + plane[:, 2] * tip[:, 2])
        return area

    # -- equations of the affine hulls ---------------------------------------------------------------

    def planes(self, k: int) -> AnyArray:
        """Equation of each k-face in ``(t, y_1..y_{k+1})``: integer rows, last coefficient nonzero."""
        if k not in self._planes:
            if k == 1:
                planes = self._edge_lines()
            elif self._flats is not None and self._face_flats is not None and self._forms is not None:
                planes = self._planes_of_flats(k)[self._face_flats(k)]
            else:
                planes = self._planes_from_vertices(k, np.arange(len(self._boundary(k))))
            if not np.all(planes[:, k + 1] != 0):
                raise BadProjection
            self._planes[k] = planes
        return self._planes[k]

    def _edge_lines(self) -> AnyArray:
        """Line of each edge in (t, y_1, y_2): the cross product of its ends (not reduced)."""
        ends = self._boundary(1).index.reshape(-1, 2)
        u, v = self.points[ends[:, 0]], self.points[ends[:, 1]]
        return np.column_stack(
            (
                u[:, 1] * v[:, 2] - u[:, 2] * v[:, 1],
                u[:, 2] * v[:, 0] - u[:, 0] * v[:, 2],
                u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0],
            )
        )

    def _planes_from_vertices(self, k: int, faces: IntArray) -> AnyArray:
        """Equation of aff f from all vertices of f: the kernel of their coordinates (t, y_1..y_{k+1})."""
        closure = self._closure(k)
        planes = np.empty((len(faces), k + 2), dtype=object)
        for i, face in enumerate(faces.tolist()):
            basis, rank = fmpz_mat(self.points[closure[face], : k + 2].tolist()).nullspace()
            if rank != 1:
                raise BadProjection
            planes[i] = primitive([basis[j, 0] for j in range(k + 2)])
        return planes

    def _planes_of_flats(self, k: int) -> AnyArray:
        """Equation of each k-flat in (t, y_1..y_{k+1}), from the functions that cut it out."""
        if k in self._flat_planes:
            return self._flat_planes[k]
        assert self._flats is not None and self._forms is not None
        table = self._flats(k)
        planes = np.empty((len(table.parent), k + 2), dtype=object)
        original = np.flatnonzero(table.function < 0)
        planes[original] = self._planes_from_vertices(k, original)
        made = np.flatnonzero(table.function >= 0)
        if len(made):
            forms = self._forms(table.passes[made], table.function[made], table.cell[made])
            change = homogeneous(self.shear).inv().numer_denom()[0]
            rows: AnyArray = np.array((forms * change).tolist(), dtype=object).reshape(
                len(made), self.ambient + 1
            )
            ancestors = self._ancestors(k, table.parent[made])
            for j in range(self.ambient - 1, k, -1):
                plane = self._planes_of_flats(j)[ancestors[j]]
                rows = _eliminate(rows, plane, j + 1, reduce=k < self.ambient - 2)
            planes[made] = rows
        self._flat_planes[k] = planes
        return planes

    def _ancestors(self, k: int, parent: IntArray) -> dict[int, IntArray]:
        """Flat numbers one dimension up, two up, ... by dimension (the flats chain to the whole space)."""
        assert self._flats is not None
        chain = {}
        for j in range(k + 1, self.ambient):
            chain[j] = parent
            parent = self._flats(j).parent[parent]
        return chain


def _eliminate(rows: AnyArray, plane: AnyArray, column: int, *, reduce: bool) -> AnyArray:
    """Combine each row with its plane so that `column` vanishes, and drop that column."""
    head, tail = rows[:, :column], rows[:, column : column + 1]
    combined: AnyArray = head * plane[:, column : column + 1] - plane[:, :column] * tail
    if reduce:  # after one elimination the gcd costs more than it saves
        for i, row in enumerate(combined.tolist()):
            combined[i] = primitive(row)
    return combined


def primitive(row: list[Any]) -> list[Any]:
    """The row divided by the gcd of its entries (unchanged when that is 0 or 1)."""
    content = fmpz(0)
    for entry in row:
        content = content.gcd(entry)
        if content == 1:
            return row
    return [entry // content for entry in row] if content > 1 else row


def shear_matrix(n: int, attempt: int) -> list[list[int]]:
    """The attempt-th unitriangular integer matrix: small first entries, then larger ones."""
    state = 12345 + attempt
    matrix = [[int(i == j) for j in range(n)] for i in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            state = (state * 1103515245 + 12345) % 2**31
            matrix[i][j] = 1 + (state >> 12) % (2 ** min(6 + 6 * attempt, 19))
    return matrix


def homogeneous(matrix: list[list[int]]) -> fmpz_mat:
    """diag(1, matrix): the change of coordinates on rows [t, x]."""
    n = len(matrix)
    return fmpz_mat([[1] + [0] * n] + [[0, *row] for row in matrix])
