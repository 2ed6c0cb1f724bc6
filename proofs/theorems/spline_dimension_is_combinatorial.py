"""False: the dimension of a spline space depends on the combinatorics of the mesh only."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[Fraction]:
    """Shifts of one inner vertex of the Morgan–Scott split."""
    yield from (Fraction(1), Fraction(1, 7), Fraction(0))


def dimension(shift: Fraction) -> int:
    points = [(0, 0), (30, 0), (0, 30), (13 + shift, 13), (4, 13), (13, 4)]
    triangles = [[3, 4, 5], [0, 4, 5], [1, 3, 5], [2, 3, 4], [0, 1, 5], [1, 2, 3], [0, 2, 4]]
    return eg.spline_space(points, triangles, degree=2, smoothness=1).dimension


def check(shift: Fraction) -> Finding:
    return equal(here=dimension(shift), elsewhere=dimension(Fraction(2)))


THEOREM = Theorem(
    statement="dim S^r_k of two triangulations with the same combinatorics is the same.",
    hypotheses="two triangulations of the plane with isomorphic complexes",
    source="refuted by J. Morgan and R. Scott (1975, unpublished manuscript of 1977)",
    scope="instances",
    over="positions of the Morgan–Scott split",
    instances=instances,
    check=check,
    expected="fails",
)
