"""The Morgan–Scott split: seven quadratics exactly in the symmetric positions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, equal

Point = tuple[Fraction, Fraction]


def instances(full: bool) -> Iterator[Fraction]:
    """How far one inner vertex is moved from the symmetric position."""
    yield from (Fraction(0), Fraction(1, 10**18), Fraction(1, 7), Fraction(-1), Fraction(1, 10**40))


def line(a: Point, b: Point) -> tuple[Fraction, Fraction, Fraction]:
    return (a[1] - b[1], b[0] - a[0], a[0] * b[1] - b[0] * a[1])


def check(shift: Fraction) -> Finding:
    """The three lines from each outer vertex to the opposite inner one meet in a point, or not."""
    split = [(0, 0), (30, 0), (0, 30), (13 + shift, 13), (4, 13), (13, 4)]
    points = [(Fraction(x), Fraction(y)) for x, y in split]
    triangles = [[3, 4, 5], [0, 4, 5], [1, 3, 5], [2, 3, 4], [0, 1, 5], [1, 2, 3], [0, 2, 4]]
    concurrent = eg.Matrix([line(points[i], points[i + 3]) for i in range(3)]).det() == 0
    space = eg.spline_space(points, triangles, degree=2, smoothness=1)
    return equal(dimension=space.dimension, predicted=7 if concurrent else 6)


THEOREM = Theorem(
    statement="The Morgan–Scott split has dim S^1_2 = 7 if the lines from each outer vertex to the "
    "opposite inner vertex meet in "
    "one point, else 6.",
    hypotheses="the Morgan–Scott triangulation",
    source="J. Morgan, R. Scott, A nodal basis for C^1 piecewise polynomials of degree n ≥ 5, Math. Comp. "
    "29 (1975); "
    "D. Diener, SIAM J. Numer. Anal. 27 (1990)",
    scope="instances",
    over="the symmetric position and four shifts, the smallest 10^-40",
    instances=instances,
    check=check,
)
