"""Orientation and oriented triangulations of the faces of a complex, one rule for every dimension.

A face is oriented so that its *leading* minor is positive: of the minors of a basis of its directions, the
first nonzero one in lexicographic order of coordinates. So full-dimensional cells have the orientation of
space, parallel faces have equal orientations, and nothing depends on the numbering of vertices. Vertices are
positive.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpz, fmpz_mat

from exactgeom.forms.spaces import Space

Simplex = tuple[int, ...]


class OrientedFaces:
    """Signs and triangulations of the faces of one complex (cached; exact)."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._pivots: dict[tuple[int, int], tuple[int, ...]] = {}
        self._simplices: dict[tuple[int, int], tuple[Simplex, ...]] = {}

    def vector(self, start: int, end: int) -> list[int]:
        """Return a positive multiple of `end − start`, in integers."""
        p, q = self.space.coordinates[start], self.space.coordinates[end]
        return [int(b * p[0] - a * q[0]) for a, b in zip(p[1:], q[1:], strict=True)]

    def pivots(self, k: int, face: int) -> tuple[int, ...]:
        """Return the coordinates of a face's leading minor."""
        if (k, face) not in self._pivots:
            first, *rest = self.space.closure(k)[face].tolist()
            reduced, _, rank = fmpz_mat([self.vector(first, v) for v in rest] or [[0]]).rref()
            rows = reduced.tolist()[:rank]
            self._pivots[k, face] = tuple(next(j for j, c in enumerate(row) if c != 0) for row in rows)
        return self._pivots[k, face]

    def sign(self, k: int, face: int, vectors: Sequence[Sequence[int]]) -> int:
        """Return the sign of a sequence of k directions in a face: +1 positive, −1 negative, 0 dependent."""
        if k == 0:
            return 1
        columns = self.pivots(k, face)
        minor = fmpz_mat([[row[j] for j in columns] for row in vectors]).det()
        return int(minor > fmpz(0)) - int(minor < fmpz(0))

    def simplices(self, k: int, face: int) -> tuple[Simplex, ...]:
        """Return a triangulation of a face without new vertices, every simplex positively oriented.

        Pulling: cones from the face's first vertex over the facets that do not contain it.
        """
        if (k, face) not in self._simplices:
            self._simplices[k, face] = self._triangulated(k, face)
        return self._simplices[k, face]

    def _triangulated(self, k: int, face: int) -> tuple[Simplex, ...]:
        apex = int(self.space.closure(k)[face][0])
        if k == 0:
            return ((apex,),)
        found = []
        for facet in self.space.boundary(k)[face].tolist():
            if apex in self.space.closure(k - 1)[facet]:
                continue
            for base in self.simplices(k - 1, facet):
                simplex = (apex, *base)
                if self.sign(k, face, [self.vector(apex, v) for v in base]) < 0:
                    simplex = (*simplex[:-2], simplex[-1], simplex[-2]) if k > 1 else simplex[::-1]
                found.append(simplex)
        return tuple(found)

    def incidence(self, k: int, face: int, facet: int) -> int:
        """Return `[face : facet] = ±1`, the outward direction put first.

        For an edge from u to v this gives −1 at u and +1 at v.
        """
        simplex = self.simplices(k - 1, facet)[0]
        inside = set(self.space.closure(k - 1)[facet].tolist())
        apex = next(v for v in self.space.closure(k)[face].tolist() if v not in inside)
        outward = self.vector(apex, simplex[0])
        return self.sign(k, face, [outward, *(self.vector(simplex[0], v) for v in simplex[1:])])
