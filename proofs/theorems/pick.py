"""Pick's theorem."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[eg.Polytope]:
    """Convex hulls of all sets of 3 (and 4) points of a small grid."""
    grid = list(product(range(4 if full else 3), repeat=2))
    for count in (3, 4) if full else (3,):
        chosen = combinations(grid, count)
        for number, points in enumerate(chosen):
            if count == 3 or number % 7 == 0:
                yield eg.Polytope.from_vertices(points)


def unmet(polygon: eg.Polytope) -> str:
    return "" if polygon.dim == 2 else "the points are on one line"


def check(polygon: eg.Polytope) -> Finding:
    inside = boundary = 0
    for point in product(range(4), repeat=2):
        slack = [b - sum(p * q for p, q in zip(a, point, strict=True)) for a, b in polygon.inequalities]
        if min(slack) >= 0:
            inside, boundary = inside + (min(slack) > 0), boundary + (min(slack) == 0)
    return equal(area=polygon.volume, pick=Fraction(inside) + Fraction(boundary, 2) - 1)


THEOREM = Theorem(
    statement="A lattice polygon with I lattice points inside and B on the boundary has area I + B/2 − 1.",
    hypotheses="a convex polygon with integer vertices",
    source="G. Pick, Geometrisches zur Zahlenlehre, Sitzungsber. Lotos Prag 19 (1899)",
    scope="exhaustive",
    over="all triangles of a 4 × 4 grid, every seventh hull of four points",
    instances=instances,
    unmet=unmet,
    check=check,
)
