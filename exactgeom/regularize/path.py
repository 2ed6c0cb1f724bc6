"""The geometry of a moving partition for t -> 0+: vertices, volumes and angles as series in t.

A vertex is the crossing of exactly d walls, whose functions are polynomials in t: its homogeneous coordinates
are their d x d minors, polynomials too.  Everything else follows through volume multivectors, along the
pulling triangulation of every face: forward differentiation of any order, independent of the reverse pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from itertools import combinations
from math import factorial
from typing import Any

from flint import fmpq, fmpq_poly

from exactgeom.exact import to_fmpq
from exactgeom.regularize.faces import FaceWalls, Normal
from exactgeom.regularize.moments import PieceTable
from exactgeom.regularize.motion import Motion
from exactgeom.regularize.series import Laurent, RootSeries
from exactgeom.regularize.smooth import Smooth

__all__ = ["Path"]

Polys = list[fmpq_poly]


class Path:
    """A partition of a moving model; its type is that of `partition`, which is smooth.

    `length` terms of every series are kept.  Errors: UndecidedError when that is not enough.
    """

    def __init__(self, motion: Motion, partition: Any, smooth: Smooth, length: int) -> None:
        self.motion, self.partition, self.smooth, self.length = motion, partition, smooth, length
        self.walls = FaceWalls(partition, smooth, PieceTable(smooth.program))
        self.space, self.dim = partition.complex, partition.dimension
        self._faces: dict[tuple[int, int], list[tuple[int, ...]]] = {}
        self._blades: dict[tuple[int, int], dict[tuple[int, ...], Laurent]] = {}

    # -- vertices --------------------------------------------------------------------------------------

    def function(self, normal: Normal, facet: int | None = None) -> Polys:
        """``[c_0, c_1..c_d]`` of a wall, or of an inequality of the domain (``a.x - b``)."""
        if normal.key is not None:
            return self.motion.wall(normal.key)
        a, b = next((a, b) for a, b in self.partition.domain.inequalities if tuple(map(int, a)) == normal.row)
        return [fmpq_poly([to_fmpq(c)]) for c in (-b, *a)]

    @cached_property
    def crossings(self) -> list[Polys]:
        """Homogeneous coordinates ``[X_0, X_1..X_d]`` of every vertex, polynomials in t."""
        return [self._crossing(v) for v in range(self.space.count(0))]

    def _crossing(self, vertex: int) -> Polys:
        normals = self.walls.normals(0, vertex, self.walls.owner(0, vertex))
        if all(normal.key is None for normal in normals):  # of the domain: it does not move
            return [fmpq_poly([fmpq(int(c))]) for c in self.space.coordinates[vertex]]
        rows = [self.function(normal) for normal in normals]
        minors = _minors(rows)
        return [minor if i % 2 == 0 else -minor for i, minor in enumerate(minors)]

    @cached_property
    def points(self) -> list[tuple[Laurent, ...]]:
        """Coordinates of the vertices."""
        made = []
        for head, *tail in self.crossings:
            scale = Laurent.of_poly(head, self.length).inverse()
            made.append(tuple(Laurent.of_poly(poly, self.length) * scale for poly in tail))
        return made

    # -- measures --------------------------------------------------------------------------------------

    def simplices(self, k: int, face: int) -> list[tuple[int, ...]]:
        """The pulling triangulation of a k-face."""
        if k == 0:
            return [(face,)]
        if (k, face) not in self._faces:
            apex = int(self.space.closure(k)[face][0])
            self._faces[k, face] = [
                (apex, *simplex)
                for part in self.space.boundary(k)[face].tolist()
                if apex not in self.space.closure(k - 1)[part]
                for simplex in self.simplices(k - 1, part)
            ]
        return self._faces[k, face]

    def blade(self, k: int, face: int) -> dict[tuple[int, ...], Laurent]:
        """The volume multivector of a k-face, up to sign: its components by index set."""
        if (k, face) not in self._blades:
            total: dict[tuple[int, ...], Laurent] = {}
            for simplex in self.simplices(k, face):
                own = self._simplex_blade(simplex)
                if total:
                    inner = _sum(own[index] * total[index] for index in own)
                    if inner.leading[1] < 0:
                        own = {index: part.scaled(fmpq(-1)) for index, part in own.items()}
                    own = {index: part + total[index] for index, part in own.items()}
                total = own
            self._blades[k, face] = total
        return self._blades[k, face]

    def _simplex_blade(self, simplex: Sequence[int]) -> dict[tuple[int, ...], Laurent]:
        first, *others = (self.points[v] for v in simplex)
        edges = [[b + a.scaled(fmpq(-1)) for a, b in zip(first, other, strict=True)] for other in others]
        k = len(edges)
        scale = fmpq(1, factorial(k))
        return {
            index: _determinant([[edge[i] for i in index] for edge in edges]).scaled(scale)
            for index in combinations(range(self.dim), k)
        }

    def cell_volume(self, cell: int) -> Laurent:
        """The volume of a cell."""
        (volume,) = self.blade(self.dim, cell).values()
        return volume if volume.leading[1] > 0 else volume.scaled(fmpq(-1))

    def volume(self, k: int, face: int) -> RootSeries:
        """The k-volume of a face."""
        if k == 0:
            return RootSeries.rational(self.one)
        root, series = _sum(part * part for part in self.blade(k, face).values()).sqrt()
        return RootSeries(((root, series),))

    @property
    def one(self) -> Laurent:
        """The number 1."""
        return Laurent.of_poly(fmpq_poly([1]), self.length)

    def cosine(self, cell: int, first: int, second: int) -> RootSeries:
        """The cosine of the interior angle of a cell between two of its facets."""
        a, b = (self._outward(cell, facet) for facet in (first, second))
        dot = _sum(p * q for p, q in zip(a, b, strict=True)).scaled(fmpq(-1))
        m, x = _sum(p * p for p in a).sqrt()
        n, y = _sum(p * p for p in b).sqrt()
        scale = (x * y).inverse()
        if m == n:
            return RootSeries.rational((dot * scale).scaled(fmpq(1, m)))
        return RootSeries(((m * n, (dot * scale).scaled(fmpq(1, m * n))),))

    def _outward(self, cell: int, facet: int) -> list[Laurent]:
        """An outward normal of a facet, from the wall's function."""
        (normal,) = self.walls.normals(self.dim - 1, facet, cell)
        row = [Laurent.of_poly(poly, self.length) for poly in self.function(normal)[1:]]
        own = set(self.space.closure(self.dim - 1)[facet].tolist())
        start = self.points[next(iter(own))]
        apex = next(v for v in self.space.closure(self.dim)[cell].tolist() if v not in own)
        height = _sum(
            c * (p + x.scaled(fmpq(-1))) for c, p, x in zip(row, start, self.points[apex], strict=True)
        )
        return row if height.leading[1] > 0 else [part.scaled(fmpq(-1)) for part in row]

    # -- how long the type lasts -------------------------------------------------------------------------

    def lasts_until(self, end: fmpq) -> bool:
        """Prove that the combinatorial type is constant for 0 < t <= end (False: not proved).

        No vertex meets another wall: every function that does not vanish at a vertex keeps its sign there.
        """
        for vertex, crossing in enumerate(self.crossings):
            if not _keeps_sign(crossing[0], end):
                return False
            for function in self._others(vertex):
                value = sum((c * x for c, x in zip(function, crossing, strict=True)), fmpq_poly([0]))
                if not _keeps_sign(value, end):
                    return False
        return True

    def _others(self, vertex: int) -> list[Polys]:
        """The functions that do not vanish at a vertex, as they are in one of its cells."""
        cell = self.walls.owner(0, vertex)
        tables = self.walls.others(vertex, cell)
        found = [self.motion.wall(key) for key in tables[0]]
        found += [[fmpq_poly([to_fmpq(c)]) for c in row] for row in tables[1]]
        return found


def _sum(parts: Iterable[Laurent]) -> Laurent:
    return reduce(Laurent.__add__, parts)


def _determinant(rows: Sequence[Sequence[Laurent]]) -> Laurent:
    """By expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    parts = []
    for j, entry in enumerate(rows[0]):
        minor = _determinant([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        parts.append((entry * minor).scaled(fmpq(-1 if j % 2 else 1)))
    return _sum(parts)


def _minors(rows: Sequence[Polys]) -> Polys:
    """The determinants of d rows of d + 1 entries with column i left out; sets of columns are shared."""
    width = len(rows) + 1
    known: dict[tuple[int, ...], fmpq_poly] = {(): fmpq_poly([1])}
    for k, row in enumerate(rows):
        made = {}
        for columns in combinations(range(width), k + 1):
            total = fmpq_poly([0])
            for i, column in enumerate(columns):
                part = row[column] * known[columns[:i] + columns[i + 1 :]]
                total = total + part if (k - i) % 2 == 0 else total - part
            made[columns] = total
        known = made
    everything = tuple(range(width))
    return [known[everything[:i] + everything[i + 1 :]] for i in range(width)]


def _keeps_sign(poly: fmpq_poly, end: fmpq) -> bool:
    """Prove that a polynomial has no zero in (0, end] (Descartes' rule; False: not proved).

    With ``t = end / (1 + u)`` the coefficients in u >= 0 must not change sign, and the first not be zero.
    """
    entries = list(poly.coeffs())
    while entries and not entries[0]:
        entries.pop(0)
    if not entries:
        return False
    base, moved = fmpq_poly([1, 1]), fmpq_poly([0])
    for k, entry in enumerate(entries):
        moved += base ** (len(entries) - 1 - k) * (entry * end**k)
    signs = {(c > 0) - (c < 0) for c in moved.coeffs()}
    return bool(moved.coeffs()[0]) and not {1, -1} <= signs
