"""`Mesh`: what splines need to know about a simplicial or polyhedral complex.

Cells, their facets, and *gluings*: pairs of cells with the face along which their polynomials must agree.
Interior facets glue; so does a lower face whose cells are not all connected through facets at it (two
triangles that touch in a point), so that a spline is C^r on the union also there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import combinations
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from flint import fmpz_mat

from exactgeom.exact import InvalidInput, UnboundedError, exact_matrix
from exactgeom.nerve.spline_proper import Simplex, check_proper, read_simplices
from exactgeom.polyhedra import PolyhedralComplex
from exactgeom.polyhedra.complex import Point
from exactgeom.polyhedra.moments import triangulation


class Gluing(NamedTuple):
    """Two cells, and the vertices of the face along which they are glued."""

    first: int
    second: int
    face: Simplex


class Loop(NamedTuple):
    """Cells around a ridge: its vertices, and (gluing, +1 forwards or -1 backwards) all the way round."""

    face: Simplex
    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, repr=False)
class Mesh:
    """A complex of full-dimensional convex cells in R^dim (plain data; equal when given alike)."""

    points: tuple[Point, ...]
    cells: tuple[Simplex, ...]
    facets: tuple[Simplex, ...]
    cell_facets: tuple[tuple[int, ...], ...]
    lower: tuple[tuple[Simplex, ...], ...]
    """Faces of codimension 2, 3, ... down to the points, as vertex tuples."""
    simplices: tuple[tuple[int, Simplex], ...]
    """(cell, vertices) of a triangulation of the cells."""
    is_simplicial: bool

    def __reduce__(self) -> tuple[Any, ...]:
        return Mesh, tuple(getattr(self, field.name) for field in fields(self))  # caches stay behind

    @property
    def dim(self) -> int:
        """Dimension of the space and of every cell."""
        return len(self.points[0])

    def __repr__(self) -> str:
        kind = "simplices" if self.is_simplicial else "polyhedral cells"
        return f"<a mesh of {len(self.cells)} {kind} in R^{self.dim}>"

    @cached_property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """Homogeneous integer rows [t, x_1..x_d] of the points, t > 0."""
        return tuple(homogeneous_row(point) for point in self.points)

    @cached_property
    def sides(self) -> tuple[tuple[int, ...], ...]:
        """Cells of every facet, ascending."""
        found: list[list[int]] = [[] for _ in self.facets]
        for cell, facets in enumerate(self.cell_facets):
            for facet in facets:
                found[facet].append(cell)
        return tuple(tuple(cells) for cells in found)

    @cached_property
    def interior_facets(self) -> tuple[int, ...]:
        """Numbers of the facets with a cell on either side."""
        return tuple(f for f, cells in enumerate(self.sides) if len(cells) == 2)

    @cached_property
    def stars(self) -> tuple[dict[Simplex, tuple[list[int], list[int]]], ...]:
        """Per codimension 2, 3, ...: face -> (its cells, the interior facets that contain it)."""
        return tuple(self._stars(faces) for faces in self.lower)

    def _stars(self, faces: Sequence[Simplex]) -> dict[Simplex, tuple[list[int], list[int]]]:
        cells_at, facets_at = _lists_at(self.cells), _lists_at(self.facets)
        inner = set(self.interior_facets)
        return {
            face: (
                sorted(set.intersection(*(cells_at[v] for v in face))),
                sorted(set.intersection(*(facets_at.get(v, set()) for v in face)) & inner),
            )
            for face in faces
        }

    @cached_property
    def gluings(self) -> tuple[Gluing, ...]:
        """Interior facets first, in their order; then faces where cells touch without a chain of facets."""
        found = [Gluing(self.sides[f][0], self.sides[f][1], self.facets[f]) for f in self.interior_facets]
        for stars in self.stars:
            extra: list[Gluing] = []
            for face, (cells, facets) in stars.items():
                if len(cells) < 2:
                    continue
                pairs = [self.sides[f] for f in facets]
                pairs += [g[:2] for g in found[len(self.interior_facets) :] if set(face) <= set(g.face)]
                first, *others = components(cells, pairs)
                extra += [Gluing(min(first), min(other), face) for other in others]
            found += extra
        return tuple(found)

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """Closed chains of cells around the interior ridges."""
        number = {f: i for i, f in enumerate(self.interior_facets)}
        found = []
        for face, (cells, facets) in (self.stars[0] if self.stars else {}).items():
            for group in components(cells, [self.sides[f] for f in facets]):
                own = [number[f] for f in facets if self.sides[f][0] in group]
                if len(own) == len(group) > 1:
                    found.append(Loop(face, _around(own, self.gluings)))
        return tuple(found)

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """Cells connected through gluings, ascending."""
        groups = components(range(len(self.cells)), [g[:2] for g in self.gluings])
        return tuple(tuple(sorted(group)) for group in groups)

    # -- points --------------------------------------------------------------------------------------

    @cached_property
    def _walls(self) -> Any:
        """Integer rows, per (cell, facet): nonnegative on the cell."""
        planes = [plane([self.rows[v] for v in facet]) for facet in self.facets]
        walls = []
        for cell, facets in zip(self.cells, self.cell_facets, strict=True):
            for facet in facets:
                inner = next(v for v in cell if _dot(planes[facet], self.rows[v]))
                sign = 1 if _dot(planes[facet], self.rows[inner]) > 0 else -1
                walls.append([sign * c for c in planes[facet]])
        return fmpz_mat(walls)

    def locate(self, points: Sequence[Point]) -> tuple[tuple[int, ...], ...]:
        """For every point, the cells that contain it (closed, ascending)."""
        if not points:
            return ()
        heights = self._walls * fmpz_mat([list(homogeneous_row(p)) for p in points]).transpose()
        inside = np.array([[q >= 0 for q in row] for row in heights.tolist()], dtype=bool)
        starts = np.cumsum([0, *(len(f) for f in self.cell_facets)])[:-1]
        holds = np.logical_and.reduceat(inside, starts, axis=0)
        return tuple(tuple(np.flatnonzero(column).tolist()) for column in holds.T)


def mesh_of_simplices(points: Any, simplices: Any) -> Mesh:
    """The mesh of a simplicial complex; InvalidInput unless the simplices form a proper one."""
    places = exact_matrix(points, "points")
    dim = len(places[0]) if places else 0
    if dim == 0:
        raise InvalidInput("expected points with at least one coordinate", "points")
    cells = read_simplices(simplices, len(places), dim)
    check_proper([homogeneous_row(p) for p in places], cells)
    facets = _faces(cells, dim)
    number = {facet: i for i, facet in enumerate(facets)}
    return Mesh(
        places,
        cells,
        facets,
        tuple(tuple(sorted(number[f] for f in combinations(cell, dim))) for cell in cells),
        tuple(_faces(cells, size) for size in range(dim - 1, 0, -1)),
        tuple(enumerate(cells)),
        True,
    )


def mesh_of_complex(space: Any) -> Mesh:
    """The mesh of a bounded full-dimensional `PolyhedralComplex` (assumed valid, see its `validate`)."""
    if getattr(space, "is_bounded", None) is False:
        raise UnboundedError("expected a bounded complex: splines on unbounded cells have no moments")
    if not isinstance(space, PolyhedralComplex):
        raise InvalidInput(f"expected a bounded PolyhedralComplex, got {type(space).__name__}", "partition")
    d = space.dim
    if d != space.ambient_dim or d == 0:
        raise InvalidInput(f"expected full-dimensional cells, got dimension {d}", "partition")

    def vertex_lists(k: int) -> tuple[Simplex, ...]:
        closure = space.closure(k)
        return tuple(tuple(closure[i].tolist()) for i in range(len(closure)))

    boundary = space.boundary(d)
    owner, corners = triangulation(space, np.arange(space.count(d)))
    pieces = sorted(zip(owner.tolist(), map(tuple, corners.tolist()), strict=True))
    return Mesh(
        space.points,
        vertex_lists(d),
        vertex_lists(d - 1),
        tuple(tuple(sorted(boundary[i].tolist())) for i in range(len(boundary))),
        tuple(vertex_lists(k) for k in range(d - 2, -1, -1)),
        tuple(pieces),
        False,
    )


def homogeneous_row(point: Sequence[Any]) -> tuple[int, ...]:
    """Integers [t, x_1..x_d] with t > 0 of a rational point x/t."""
    t = lcm(*(c.denominator for c in point))
    return (t, *(c.numerator * (t // c.denominator) for c in point))


def plane(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The primitive integer form [c_0, c_1..c_d] that vanishes on these homogeneous points."""
    (form,) = vanishing_forms(rows)
    return form


def vanishing_forms(rows: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """A basis of the primitive integer affine forms that vanish on these homogeneous points."""
    basis, nullity = fmpz_mat([list(row) for row in rows]).nullspace()
    found = []
    for j in range(nullity):
        column = [int(basis[i, j]) for i in range(basis.nrows())]
        content = int(np.gcd.reduce(np.array(column, dtype=object)))
        found.append(tuple(c // content for c in column))
    return found


def components(items: Iterable[int], pairs: Iterable[Sequence[int]]) -> list[set[int]]:
    """Connected components of a graph, by first item."""
    group = {item: {item} for item in items}
    for a, b in pairs:
        if group[a] is not group[b]:
            group[a] |= group[b]
            for item in group[b]:
                group[item] = group[a]
    unique: Mapping[int, set[int]] = {id(g): g for g in group.values()}
    return list(unique.values())


def _dot(u: Sequence[int], v: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(u, v, strict=True))


def _faces(cells: Sequence[Simplex], size: int) -> tuple[Simplex, ...]:
    """All faces with this many points, sorted."""
    return tuple(sorted({face for cell in cells for face in combinations(cell, size)}))


def _lists_at(faces: Sequence[Simplex]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for i, face in enumerate(faces):
        for v in face:
            found.setdefault(v, set()).add(i)
    return found


def _around(own: Sequence[int], gluings: Sequence[Gluing]) -> tuple[tuple[int, int], ...]:
    """The gluings of a closed chain in order, each with its direction."""
    left = list(own)
    start = at = gluings[left[0]].first
    steps = []
    while left:
        g = next(g for g in left if at in gluings[g][:2])
        left.remove(g)
        forward = gluings[g].first == at
        steps.append((g, 1 if forward else -1))
        at = gluings[g].second if forward else gluings[g].first
    if at != start:
        raise AssertionError("the cells around a ridge close up")
    return tuple(steps)
