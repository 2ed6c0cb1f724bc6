"""Euclidean measures of the faces of a complex: volumes, area vectors, dihedral angles, centroids.

Everything is a reference volume (one rational per face) times a factor of the face's affine hull.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from math import factorial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from exactgeom.exact import Angle, InvalidInput, Surd, fraction
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.lattice import independent_rows
from exactgeom.polyhedra.reference import BadProjection, ReferenceVolumes

if TYPE_CHECKING:
    from exactgeom.polyhedra.complex import PolyhedralComplex

Vector = tuple[Fraction, ...]
P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 24
"""Coordinates to try before a face counts as degenerate (faces of a true complex need one or two)."""


def _in_good_coordinates(
    method: Callable[Concatenate[Measures, P], R],
) -> Callable[Concatenate[Measures, P], R]:
    """Run a method in reference coordinates in which every face it meets projects injectively.

    Only the outermost call changes coordinates, so that no result mixes two of them.
    """

    @wraps(method)
    def run(self: Measures, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._busy:
            return method(self, *args, **kwargs)
        self._busy = True
        try:
            while True:
                try:
                    return method(self, *args, **kwargs)
                except BadProjection:
                    self._attempt += 1
                    if self._attempt >= ATTEMPTS:  # entries of up to 19 bits: hopeless unless degenerate
                        raise InvalidInput("a face does not span its dimension", place="complex") from None
                    self.reference = self._charts(self._attempt)
                    self._planes, self._squares, self._sides = None, None, {}
        finally:
            self._busy = False

    return run


class Corners:
    """Dihedral angles of the cells of a complex, from outward normals."""

    def __init__(self, space: Any) -> None:
        self._space = space
        self._cache: dict[tuple[str, int, int], Any] = {}

    def outward_normal(self, cell: int, facet: int) -> Vector:
        """An outward rational normal of a cell's facet."""
        raise NotImplementedError

    def facets_at_ridge(self, cell: int, ridge: int) -> tuple[int, int]:
        """The two facets of the cell that meet in the ridge, ascending (InvalidInput if it has none)."""
        d = self._space.dim
        if d < 2:
            raise InvalidInput(f"a cell of dimension {d} has no ridges", place="ridge")
        around = self._space.coboundary(d - 2)[ridge]
        own = np.intersect1d(around, self._space.boundary(d)[cell])
        if len(own) != 2:
            raise InvalidInput(f"ridge {ridge} is not a ridge of cell {cell}", place="ridge")
        return int(own[0]), int(own[1])

    def dihedral_angle(self, cell: int, ridge: int) -> Angle:
        """Interior angle of the cell at a ridge: ``cos = -N_g.N_h / (|N_g| |N_h|)``, outward normals."""
        key = ("angle", cell, ridge)
        if key not in self._cache:
            self._cache[key] = self.facet_angle(cell, *self.facets_at_ridge(cell, ridge))
        return self._cache[key]  # type: ignore[no-any-return]

    def facet_angle(self, cell: int, g: int, h: int) -> Angle:
        """Interior angle of the cell between two of its facets (assumed to meet in a ridge)."""
        u, v = self.outward_normal(cell, g), self.outward_normal(cell, h)
        dot = -sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))
        squares = [sum((a * a for a in w), Fraction(0)) for w in (u, v)]
        return Angle.from_xy(dot, squares[0] * squares[1] - dot * dot)


class Measures(Corners):
    """Exact measures of a bounded complex; each is computed when first asked for and kept.

    `charts(i)` makes the reference volumes in the i-th coordinates.
    """

    def __init__(self, space: PolyhedralComplex, charts: Callable[[int], ReferenceVolumes]) -> None:
        super().__init__(space)
        self._charts, self._attempt, self._busy = charts, 0, False
        self.reference = charts(0)
        self._planes: AnyArray | None = None
        self._squares: AnyArray | None = None
        self._sides: dict[tuple[int, int], int] = {}
        self._total: Any = None
        self._incidence_signs: tuple[IntArray, ...] = ()

    # -- volumes -------------------------------------------------------------------------------------

    @_in_good_coordinates
    def volume(self, k: int, face: int) -> Any:
        """k-volume of a k-face: a Fraction when k is the ambient dimension, else a Surd.

        ``vol_k(f) = V_k(f) * sqrt(det(B B^T)) / |det(B U^T)_{1..k}|`` for k edge vectors B spanning aff f.
        """
        key = ("volume", k, face)
        if key not in self._cache:
            self._cache[key] = self._volume(k, face)
        return self._cache[key]

    def _volume(self, k: int, face: int) -> Any:
        n = self._space.ambient_dim
        if k == 0:
            return Surd(1) if n else Fraction(1)
        numerators, denominators = self.reference.scaled(k)
        base = fmpq(numerators[face], factorial(k) * denominators[face])
        if k == n:
            return fraction(base)
        if k == n - 1:
            return Surd.sqrt((base / abs(self._last_coefficient(face))) ** 2 * self._normal_squares()[face])
        basis = self._basis(k, face)
        gram = (basis * basis.transpose()).det()
        minor = self._reference_minor(basis)
        return Surd.sqrt((base / minor) ** 2 * gram)

    def volumes(self, k: int) -> tuple[Any, ...]:
        """k-volumes of all k-faces."""
        return tuple(self.volume(k, face) for face in range(self._space.count(k)))

    @property
    def total_volume(self) -> Any:
        """Sum of the cell volumes, added sibling to sibling up the slicing history."""
        if self._total is None:
            self._total = self._summed_volume()
        return self._total

    @_in_good_coordinates
    def _summed_volume(self) -> Any:
        n, d = self._space.ambient_dim, self._space.dim
        if d < n:
            return Surd.sum([Surd(0), *(self.volume(d, i) for i in range(self._space.count(d)))])
        numerators, denominators = self.reference.scaled(d)
        scale = factorial(d)
        parts = [fmpq(p, scale * q) for p, q in zip(numerators, denominators, strict=True)]
        roots = np.ones(len(parts), dtype=bool)
        for cut, second in reversed(self._space.history):
            for i, j in zip(cut.tolist(), second.tolist(), strict=True):
                parts[i] += parts[j]
            roots[second] = False
        left = [parts[i] for i in np.flatnonzero(roots).tolist()]
        while len(left) > 1:  # neighbours first: unrelated fractions added one by one grow quadratically
            pairs = [a + b for a, b in zip(left[::2], left[1::2], strict=False)]
            left = pairs + left[len(left) & ~1 :]
        return fraction(left[0]) if left else Fraction(0)

    def _basis(self, k: int, face: int) -> fmpz_mat:
        """K independent edge vectors of a k-face (integer multiples of vertex differences)."""
        vertices = self._space.closure(k)[face].tolist()
        table = [self._space.coordinates[v] for v in vertices]
        first, *others = (table[i] for i in independent_rows(fmpz_mat(table)))
        return fmpz_mat(
            [[a * first[0] - b * row[0] for a, b in zip(row, first, strict=True)][1:] for row in others]
        )

    def _reference_minor(self, basis: fmpz_mat) -> fmpz:
        """Determinant of the basis in the first k reference coordinates."""
        k = basis.nrows()
        sheared = (basis * fmpz_mat(self.reference.shear).transpose()).tolist()
        return fmpz_mat([row[:k] for row in sheared]).det()

    # -- hyperplanes of the facets (full-dimensional complexes) ---------------------------------------

    def _facet_planes(self) -> AnyArray:
        """Integer rows (c_0, c): facet i lies in c_0 + c.x = 0."""
        if self._planes is None:
            self._planes = self._make_planes()
        return self._planes

    def _normal_squares(self) -> AnyArray:
        """Squared lengths of the plane normals."""
        if self._squares is None:
            self._squares = np.add.reduce(self._facet_planes()[:, 1:] ** 2, axis=1)
        return self._squares

    def _make_planes(self) -> AnyArray:
        n = self._space.ambient_dim
        if n == 1:
            table = self._space.coordinates
            return np.array([[-row[1], row[0]] for row in table], dtype=object).reshape(-1, 2)
        planes = self.reference.planes(n - 1)
        normals = fmpz_mat(planes[:, 1:].tolist()) * fmpz_mat(self.reference.shear)
        tail = np.array(normals.tolist(), dtype=object).reshape(len(planes), n)
        return np.column_stack((planes[:, :1], tail))

    def _last_coefficient(self, facet: int) -> fmpz:
        """Coefficient of the last reference coordinate in the facet's plane."""
        if self._space.ambient_dim == 1:
            return fmpz(self._facet_planes()[facet][1])
        return self.reference.planes(self._space.ambient_dim - 1)[facet][-1]

    @_in_good_coordinates
    def outward_sign(self, cell: int, facet: int) -> int:
        """+1 when the facet's stored plane normal points out of the cell, -1 when into it."""
        if (cell, facet) not in self._sides:
            plane = self._facet_planes()[facet]
            height = sum((c * p for c, p in zip(plane, self._inner_point(cell), strict=True)), fmpz(0))
            self._sides[cell, facet] = -1 if height > 0 else 1
        return self._sides[cell, facet]

    def _inner_point(self, cell: int) -> list[Any]:
        """A homogeneous interior point of the cell: the sum of its vertex rows."""
        key = ("inner", self._space.dim, cell)
        if key not in self._cache:
            rows = (self._space.coordinates[v] for v in self._space.closure(self._space.dim)[cell].tolist())
            self._cache[key] = [sum(column, fmpz(0)) for column in zip(*rows, strict=True)]
        return self._cache[key]  # type: ignore[no-any-return]

    @_in_good_coordinates
    def outward_normal(self, cell: int, facet: int) -> Vector:
        """An outward rational normal of a cell's facet inside aff(cell) (not normalised)."""
        if self._space.dim == self._space.ambient_dim:
            sign = self.outward_sign(cell, facet)
            return tuple(Fraction(int(sign * c)) for c in self._facet_planes()[facet][1:])
        return self._projected_normal(cell, facet)

    @_in_good_coordinates
    def facet_angle(self, cell: int, g: int, h: int) -> Angle:
        """Interior angle of the cell between two of its facets; in full dimension from integer normals."""
        if self._space.dim != self._space.ambient_dim:
            return super().facet_angle(cell, g, h)
        planes, squares = self._facet_planes(), self._normal_squares()
        dot = sum((a * b for a, b in zip(planes[g][1:], planes[h][1:], strict=True)), fmpz(0))
        dot *= -self.outward_sign(cell, g) * self.outward_sign(cell, h)
        return Angle.from_xy(fmpq(dot), fmpq(squares[g] * squares[h] - dot * dot))

    def _projected_normal(self, cell: int, facet: int) -> Vector:
        """Minus the part of (interior point - facet point) orthogonal to aff(facet)."""
        d, space = self._space.dim, self._space
        inner = self._inner_point(cell)
        start = space.coordinates[int(space.closure(d - 1)[facet][0])]
        offset = fmpz_mat([[p * start[0] - q * inner[0] for p, q in zip(inner, start, strict=True)][1:]])
        if d > 1:
            basis = self._basis(d - 1, facet)
            weights = (basis * basis.transpose()).solve(basis * offset.transpose())
            parts, scale = weights.numer_denom()
            offset = offset * scale - (basis.transpose() * parts).transpose()
        return tuple(Fraction(-int(entry)) for entry in offset.entries())

    @_in_good_coordinates
    def area_vector(self, cell: int, facet: int) -> Vector:
        """Outward area vector: length = (d-1)-volume of the facet, direction = outward normal (rational).

        Needs a full-dimensional complex (in a flat one the vector is irrational): InvalidInput.
        """
        if self._space.dim != self._space.ambient_dim:
            raise InvalidInput("area vectors are rational only in full dimension; this complex is flat")
        sign = self.outward_sign(cell, facet)
        return tuple(sign * c for c in self.facet_vector(facet))

    @_in_good_coordinates
    def facet_vector(self, facet: int) -> Vector:
        """Area vector of a facet, on the side its stored plane points to."""
        n = self._space.ambient_dim
        base = fmpq(1)
        if n > 1:
            numerators, denominators = self.reference.scaled(n - 1)
            base = fmpq(numerators[facet], factorial(n - 1) * denominators[facet])
        factor = base / abs(self._last_coefficient(facet))
        return tuple(fraction(factor * c) for c in self._facet_planes()[facet][1:])

    # -- centroids and orientation -------------------------------------------------------------------

    @_in_good_coordinates
    def centroid(self, k: int, face: int) -> Vector:
        """Centre of mass of a k-face: the cones over its facets, weighted by volume."""
        key = ("centroid", k, face)
        if key not in self._cache:
            self._cache[key] = self._centroid(k, face)
        found: Vector = self._cache[key]
        return found

    def _centroid(self, k: int, face: int) -> Vector:
        space = self._space
        apex: Vector = space.point(int(space.closure(k)[face][0]))
        if k == 0:
            return apex
        total, sums = Fraction(0), [Fraction(0)] * len(apex)
        for facet in space.boundary(k)[face].tolist():
            weight = self._cone(k, face, facet)
            if weight:
                total += weight
                centre = self.centroid(k - 1, facet)
                for i, (a, c) in enumerate(zip(apex, centre, strict=True)):
                    sums[i] += weight * (a + k * c) / (k + 1)
        if not total:  # an edge across the first reference coordinate
            raise BadProjection
        return tuple(entry / total for entry in sums)

    def _cone(self, k: int, face: int, facet: int) -> Fraction:
        """Reference volume of the cone from the face's first vertex over one of its facets."""
        tip = self.reference.points[self._space.closure(k)[face][0]]
        if k == 1:
            other = self.reference.points[facet]
            return abs(Fraction(int(other[1]), int(other[0])) - Fraction(int(tip[1]), int(tip[0])))
        numerators, denominators = self.reference.scaled(k - 1)
        plane = self.reference.planes(k - 1)[facet]
        height = sum((c * p for c, p in zip(plane, tip[: k + 1], strict=True)), fmpz(0))
        base = fmpq(numerators[facet], factorial(k) * denominators[facet])
        return fraction(abs(base * fmpq(height, plane[k] * tip[0])))

    def incidence_signs(self, k: int) -> IntArray:
        """[f:g] for each entry of `boundary(k)`: +1 or -1.

        A k-face is oriented by ``dy_1 ^ .. ^ dy_k`` of the reference coordinates (the same ones in every
        dimension); the outward direction comes first.
        """
        if not self._incidence_signs:
            self._incidence_signs = self._all_incidence_signs()
        return self._incidence_signs[k - 1]

    @_in_good_coordinates
    def _all_incidence_signs(self) -> tuple[IntArray, ...]:
        return tuple(self._signs_of_dimension(k) for k in range(1, self._space.dim + 1))

    def _signs_of_dimension(self, k: int) -> IntArray:
        boundary, closure = self._space.boundary(k), self._space.closure(k)
        points = self.reference.points[:, : k + 1]
        inner = np.add.reduceat(points[closure.index], closure.start[:-1], axis=0)[boundary.owners]
        if k == 1:
            vertex = points[boundary.index]
            above = inner[:, 1] * vertex[:, 0] > vertex[:, 1] * inner[:, 0]
        else:
            plane = self.reference.planes(k - 1)[boundary.index]
            height = np.add.reduce(plane * inner, axis=1)
            above = (height > 0) == (plane[:, k] > 0)
        signs: IntArray = np.where(above.astype(bool), -1, 1) * (-1) ** (k - 1)
        return signs
