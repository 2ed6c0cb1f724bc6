"""Polytopes with names: simplices, cross-polytopes, permutohedra."""

from __future__ import annotations

from itertools import permutations

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra.polytope import Polytope


def simplex(dim: int) -> Polytope:
    """The standard simplex {x >= 0, sum x <= 1}; volume 1/dim!.

    >>> simplex(3).volume
    Fraction(1, 6)
    """
    _check_dim(dim)
    return Polytope.from_vertices([[0] * dim, *([int(i == j) for j in range(dim)] for i in range(dim))])


def cross_polytope(dim: int) -> Polytope:
    """The cross-polytope {sum |x_i| <= 1}; volume 2^dim/dim!.

    >>> cross_polytope(3).f_vector
    (6, 12, 8, 1)
    """
    _check_dim(dim)
    return Polytope.from_vertices([[s * (i == j) for j in range(dim)] for i in range(dim) for s in (1, -1)])


def permutohedron(n: int) -> Polytope:
    """Convex hull of all permutations of (1, ..., n): flat, of dimension n - 1 in R^n.

    >>> permutohedron(3).f_vector, permutohedron(3).dim
    ((6, 6, 1), 2)
    """
    _check_dim(n)
    return Polytope.from_vertices(list(permutations(range(1, n + 1))))


def _check_dim(dim: int) -> None:
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
        raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
