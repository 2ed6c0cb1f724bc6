"""Polytopes with names: simplices, cross-polytopes, permutohedra."""

from __future__ import annotations

from itertools import combinations

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra.polytope import Polytope


def simplex(dim: int) -> Polytope:
    """The standard simplex {x >= 0, sum x <= 1}; volume 1/dim!.

    >>> simplex(3).volume
    Fraction(1, 6)
    """
    _check_dim(dim, 14)
    return Polytope.from_vertices([[0] * dim, *([int(i == j) for j in range(dim)] for i in range(dim))])


def cross_polytope(dim: int) -> Polytope:
    """The cross-polytope {sum |x_i| <= 1}; volume 2^dim/dim!.

    >>> cross_polytope(3).f_vector
    (6, 12, 8, 1)
    """
    _check_dim(dim, 10)
    return Polytope.from_vertices([[s * (i == j) for j in range(dim)] for i in range(dim) for s in (1, -1)])


def permutohedron(n: int) -> Polytope:
    """Convex hull of all permutations of (1, ..., n): flat, of dimension n - 1 in R^n.

    >>> permutohedron(3).f_vector, permutohedron(3).dim
    ((6, 6, 1), 2)
    """
    _check_dim(n, 7)
    # by its 2^n - 2 facets: any k coordinates sum to at least 1 + ... + k
    subsets = [set(chosen) for k in range(1, n) for chosen in combinations(range(n), k)]
    rows = [[-int(i in chosen) for i in range(n)] for chosen in subsets] or [[1]]
    bounds = [-(len(chosen) * (len(chosen) + 1) // 2) for chosen in subsets] or [1]
    return Polytope.from_inequalities(rows, bounds, equations=[([1] * n, n * (n + 1) // 2)])


def _check_dim(dim: int, most: int) -> None:
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
        raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
    if dim > most:
        raise InvalidInput(f"expected at most {most}: its faces grow exponentially, got {dim}", place="dim")
