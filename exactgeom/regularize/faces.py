"""The walls through every face, and what moves a face's volume and a cell's angles.

Let F be a k-face on the walls g_1..g_{d-k}, with facets R = F with h = 0, all functions taken in one cell
that holds F; a_g, a_h are their gradients and ``a' = a_h - sum of beta_i a_{g_i}`` is the part of a_h along
F.  F only changes size where its facets move inside aff F, so with sigma the sign of h on F

    d vol_k(F) = sum over R of  sigma vol_{k-1}(R) / |a'|  (dh - sum of beta_i dg_i)(centroid of R).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from exactgeom.exact import Surd, fraction, to_fmpq
from exactgeom.exact.radicals import exact_sqrt
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.reference import primitive
from exactgeom.regularize.moments import Key, Moments, PieceTable, Terms, terms_of
from exactgeom.regularize.regularizer import Number
from exactgeom.regularize.smooth import Smooth
from exactgeom.regularize.walls import Wall, sign_table

__all__ = ["FaceWalls", "Normal", "add_cosine_moments", "add_face_moments"]


@dataclass(frozen=True)
class Normal:
    """A wall on a piece (`key`; None on the domain) of gradient ``factor * row``, row primitive."""

    key: Key | None
    row: tuple[fmpz, ...]
    factor: fmpq


class FaceWalls:
    """Which walls of the model and facets of the domain each face of a smooth partition lies on."""

    def __init__(self, partition: Any, smooth: Smooth, pieces: PieceTable) -> None:
        self.space, self.pieces = partition.complex, pieces
        self._columns = smooth.columns
        self._signs = sign_table(partition)
        self._tables = {0: np.concatenate((smooth.met, smooth.on_domain), axis=1)}
        self._owners: dict[int, IntArray] = {self.space.dim: np.arange(self.space.count(self.space.dim))}
        self._inequalities = partition.domain.inequalities
        self._domain = [
            Normal(None, tuple(fmpz(int(c)) for c in a), fmpq(1)) for a, _ in partition.domain.inequalities
        ]
        self._normals: dict[tuple[Wall, bytes], Normal] = {}

    def owner(self, k: int, face: int) -> int:
        """A cell that has the k-face."""
        if k not in self._owners:
            around = self.space.coboundary(k)
            self.owner(k + 1, 0)
            self._owners[k] = self._owners[k + 1][around.index[around.start[:-1]]]
        return int(self._owners[k][face])

    def _table(self, k: int) -> AnyArray:
        """[face, character or inequality]: met on all of the face."""
        if k not in self._tables:
            boundary = self.space.boundary(k)
            self._tables[k] = np.logical_and.reduceat(
                self._table(k - 1)[boundary.index], boundary.start[:-1], axis=0
            )
        return self._tables[k]

    def normals(self, k: int, face: int, cell: int) -> list[Normal]:
        """The walls through a k-face as functions on one of its cells, and the domain's facets."""
        found, signs, count = [], self._signs[cell], len(self._columns)
        for i in np.flatnonzero(self._table(k)[face]).tolist():
            if i >= count:
                found.append(self._domain[i - count])
                continue
            column = self._columns[i]
            if column.level is not None:
                found.append(self._normal(Wall(column.operation, column.unit, -1, column.level), signs))
            elif signs[i]:  # a candidate that ties with the cell's winner
                winner = self._winner(column.group, signs)
                found.append(self._normal(Wall(column.operation, winner, column.unit, Fraction(0)), signs))
        return found

    def others(self, vertex: int, cell: int) -> tuple[list[Key], list[list[Fraction]]]:
        """The walls that do not pass through a vertex, as functions on a cell; rows of such inequalities."""
        met, signs, count = self._table(0)[vertex], self._signs[cell], len(self._columns)
        keys = []
        for i in np.flatnonzero(~met[:count]).tolist():
            column = self._columns[i]
            if column.level is not None:
                wall = Wall(column.operation, column.unit, -1, column.level)
            else:
                winner = self._winner(column.group, signs)
                wall = Wall(column.operation, winner, column.unit, Fraction(0))
            keys.append(self.pieces.key(wall, signs))
        rows = [
            [-b, *a]
            for (a, b), tight in zip(self._inequalities, met[count:].tolist(), strict=True)
            if not tight
        ]
        return keys, rows

    def _winner(self, group: int, signs: AnyArray) -> int:
        own = self._members[group]
        return self._columns[next(i for i in own if signs[i] == 0)].unit

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for i, column in enumerate(self._columns):
            found.setdefault(column.group, []).append(i)
        return found

    def _normal(self, wall: Wall, signs: AnyArray) -> Normal:
        key = self.pieces.key(wall, signs)
        if key not in self._normals:
            entries, scale = self.pieces.gradient(key)
            row = primitive(list(entries))
            i = next(j for j, entry in enumerate(row) if entry)
            self._normals[key] = Normal(key, tuple(row), fmpq(entries[i], scale * row[i]))
        return self._normals[key]


# -- volumes of faces --------------------------------------------------------------------------------


def add_face_moments(moments: Moments, walls: FaceWalls, k: int, cotangents: Mapping[int, Number]) -> None:
    """Add the moments of ``sum over k-faces F of cotangents[F] d vol_k(F)``, 0 < k < d; exact."""
    space = walls.space
    for face, weight in cotangents.items():
        if not weight:
            continue
        cell = walls.owner(k, face)
        own = walls.normals(k, face, cell)
        inside = _mean(space, k, face)
        root = _gram_determinant(own)
        scaled = terms_of(_times_root(weight, root))
        for ridge in space.boundary(k)[face].tolist():
            _add_ridge(moments, walls, (k, ridge, cell), own, inside, root, scaled)


def _add_ridge(
    moments: Moments,
    walls: FaceWalls,
    ridge: tuple[int, int, int],
    own: Sequence[Normal],
    inside: Sequence[fmpq],
    root: int,
    weight: Terms,
) -> None:
    """What the motion of one facet R of a k-face F adds.

    `ridge` is (k, R, a cell); `weight` has the factor sqrt(root) already.
    """
    k, number, cell = ridge
    extra = [normal for normal in walls.normals(k - 1, number, cell) if normal not in own]
    if all(normal.key is None for normal in (*own, *extra)):
        return
    (moving,) = extra
    projections, along = _project(own, moving)
    square = sum((entry * entry for entry in along), fmpq(0))
    measures = walls.space.measures
    centre = [to_fmpq(c) for c in measures.centroid(k - 1, number)]
    height = sum((a * (p - c) for a, p, c in zip(along, inside, centre, strict=True)), fmpq(0))
    size = Surd(measures.volume(k - 1, number)).squared().as_fraction()
    ratio = exact_sqrt(to_fmpq(size) / square / root)
    assert (
        ratio is not None
    )  # vol(R) / |a'| is a rational multiple of the square root of the Gram determinant
    if height < 0:
        ratio = -ratio
    point = [fmpq(1), *centre]
    for normal, share in ((moving, fmpq(1)), *((g, -b) for g, b in zip(own, projections, strict=True))):
        if normal.key is not None and share:
            factor = ratio * share / normal.factor
            moments.add(normal.key, weight, [factor * entry for entry in point])


def _mean(space: Any, k: int, face: int) -> list[fmpq]:
    """The mean of a face's vertices."""
    points = [space.point(v) for v in space.closure(k)[face].tolist()]
    return [to_fmpq(sum(column)) / len(points) for column in zip(*points, strict=True)]


def _gram_determinant(normals: Sequence[Normal]) -> int:
    """The determinant of the Gram matrix of the primitive rows (1 for none)."""
    if not normals:
        return 1
    rows = fmpz_mat([list(normal.row) for normal in normals])
    return int((rows * rows.transpose()).det())


def _project(own: Sequence[Normal], moving: Normal) -> tuple[list[fmpq], list[fmpq]]:
    """Coefficients of the projection of a row on the span of rows, and what is left of it."""
    rest = [fmpq(entry) for entry in moving.row]
    if not own:
        return [], rest
    rows = fmpq_mat(fmpz_mat([list(normal.row) for normal in own]))
    right = rows * fmpq_mat(len(rest), 1, rest)
    found = (rows * rows.transpose()).solve(right).entries()
    taken = (fmpq_mat(1, len(found), found) * rows).entries()
    return found, [a - b for a, b in zip(rest, taken, strict=True)]


def _times_root(weight: Number, root: int) -> Number:
    if root == 1:
        return weight
    return Surd.sqrt(root) * (weight if isinstance(weight, Surd) else fraction(weight))


# -- dihedral angles ---------------------------------------------------------------------------------


def add_cosine_moments(
    moments: Moments, walls: FaceWalls, cotangents: Mapping[tuple[int, int, int], Number]
) -> None:
    """Add the moments of ``sum of cotangents[C, F, G] d cos(angle of C between its facets F, G)``; exact.

    With outward normals s a and t b: ``cos = -s t a.b / (|a| |b|)``, which depends on the walls' gradients
    alone, so the moments have no constant part.
    """
    space = walls.space
    for (cell, first, second), weight in cotangents.items():
        if not weight:
            continue
        (a,), (b,) = (walls.normals(space.dim - 1, facet, cell) for facet in (first, second))
        inside = _mean(space, space.dim, cell)
        sign = 1
        for normal, facet in ((a, first), (b, second)):
            start = space.point(int(space.closure(space.dim - 1)[facet][0]))
            height = sum(
                (c * (to_fmpq(p) - x) for c, p, x in zip(normal.row, start, inside, strict=True)), fmpq(0)
            )
            sign *= 1 if height > 0 else -1
        squares = [sum((c * c for c in normal.row), fmpz(0)) for normal in (a, b)]
        dot = sum((p * q for p, q in zip(a.row, b.row, strict=True)), fmpz(0))
        root = int(squares[0] * squares[1])
        scaled = terms_of(_times_root(weight, root))
        for one, other, square in ((a, b, squares[0]), (b, a, squares[1])):
            if one.key is not None:
                factor = fmpq(-sign) / (root * one.factor)
                slope = [
                    factor * (q - p * fmpq(dot, square)) for p, q in zip(one.row, other.row, strict=True)
                ]
                moments.add(one.key, scaled, [fmpq(0), *slope])
