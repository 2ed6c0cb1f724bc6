"""Polytopes with names: boxes, simplices, cross-polytopes, permutohedra."""

from __future__ import annotations

from itertools import permutations
from math import lcm
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector, fraction_str
from exactgeom.polyhedra.complex import PolyhedralComplex
from exactgeom.polyhedra.lattice import box_lattice
from exactgeom.polyhedra.polytope import Polytope


def box(low: Any, high: Any, *, dim: int | None = None) -> Polytope:
    """The box {low <= x <= high}: two numbers with `dim`, or two vectors (low < high in each coordinate).

    >>> box(-1, 1, dim=3).volume, box([0, 0], [1, "1/2"]).volume
    (Fraction(8, 1), Fraction(1, 2))
    """
    if dim is not None:
        if isinstance(dim, bool) or not isinstance(dim, int) or dim < 1:
            raise InvalidInput(f"expected a positive integer, got {dim!r}", place="dim")
        if dim > 16:
            raise InvalidInput(
                f"a box of dimension {dim} has 3^{dim} faces; at most 16 is supported", place="dim"
            )
        lows, highs = exact_vector([low] * dim, "low"), exact_vector([high] * dim, "high")
    else:
        lows, highs = exact_vector(low, "low"), exact_vector(high, "high")
    if not lows or len(lows) != len(highs):
        raise InvalidInput("low and high must have the same positive length", place="low")
    for i, (a, b) in enumerate(zip(lows, highs, strict=True)):
        if a >= b:
            raise InvalidInput(
                f"expected low < high, got {fraction_str(a)} >= {fraction_str(b)}", place=f"low[{i}]"
            )
    scale = lcm(*(c.denominator for c in (*lows, *highs)))
    lattice = box_lattice([int(a * scale) for a in lows], [int(b * scale) for b in highs], scale)
    return Polytope(PolyhedralComplex.from_lattice(lattice, len(lows)))


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
