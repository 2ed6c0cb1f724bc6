"""From halfspaces, or from points, to the face lattice of a polytope: double description both ways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from flint import fmpz_mat, fmpz_poly

from exactgeom.exact import InvalidInput, UnboundedError
from exactgeom.polyhedra.arrays import Incidence
from exactgeom.polyhedra.complex import Point
from exactgeom.polyhedra.lattice import Lattice, cone_lattice, independent_rows, row_list


def integer_rows(rows: Iterable[Sequence[Fraction]]) -> list[list[int]]:
    """Each row times the least common denominator of its entries."""
    table = []
    for row in rows:
        scale = lcm(*(c.denominator for c in row))
        table.append([c.numerator * (scale // c.denominator) for c in row])
    return table


def halfspaces_lattice(rows: Sequence[tuple[Point, Fraction]], dim: int) -> Lattice:
    """Face lattice of {a.x <= b}; InvalidInput when empty, UnboundedError when unbounded."""
    cone = [[1] + [0] * dim, *integer_rows([(b, *(-c for c in a)) for a, b in rows])]
    matrix = fmpz_mat(cone)
    pivots = independent_rows(matrix.transpose())
    lattice = cone_lattice(fmpz_mat([[row[j] for j in pivots] for row in cone]))
    if not any(row[0] != 0 for row in lattice.rows):
        raise InvalidInput("the polytope is empty: no point satisfies all of its inequalities")
    if len(pivots) <= dim or any(row[0] == 0 for row in lattice.rows):
        raise UnboundedError("the polytope is unbounded: a bounded one is expected")
    return lattice


def hull_lattice(points: Sequence[Point]) -> Lattice:
    """Face lattice of the convex hull: the dual of the cone of valid inequalities."""
    rows = fmpz_mat(integer_rows([(Fraction(1), *p) for p in sorted(set(points))]))
    table = rows.tolist()
    pivots = independent_rows(rows.transpose())
    if len(pivots) == 1:
        return Lattice((), (fmpz_poly(table[0]),))
    projected = fmpz_mat([[row[j] for j in pivots] for row in table])
    dual = cone_lattice(projected)
    top = dual.dim
    # a vertex of the hull is a facet of the dual: the point whose inequality is tight on all its rays
    rays = fmpz_mat([row_list(row, len(pivots)) for row in dual.rows])
    tight = [
        [i for i, c in enumerate(column) if c == 0] for column in (projected * rays.transpose()).tolist()
    ]
    below = _vertex_sets(dual)
    number = {frozenset(t): i for i, t in enumerate(tight)}
    vertices = [fmpz_poly(table[number[s]]) for s in below]
    boundaries = []
    for k in range(1, top):
        low = dual.boundaries[top - 1 - k]  # boundary of dual (top-k)-faces = our (k-1)-faces over k-faces
        boundaries.append(low.transpose(_count(dual, top - 1 - k)))
    facets = len(dual.rows)
    boundaries.append(Incidence.from_lengths(np.array([facets]), np.arange(facets)))
    return Lattice(tuple(boundaries), tuple(vertices))


def _count(lattice: Lattice, k: int) -> int:
    return len(lattice.rows) if k == 0 else len(lattice.boundaries[k - 1])


def _vertex_sets(dual: Lattice) -> list[frozenset[int]]:
    """Rays of each facet of the dual cone."""
    top = dual.dim
    if top == 1:
        return [frozenset((i,)) for i in range(len(dual.rows))]
    closure = dual.boundaries[0].sorted()
    for k in range(2, top):
        closure = dual.boundaries[k - 1].then(closure)
    return [frozenset(closure[i].tolist()) for i in range(len(closure))]
