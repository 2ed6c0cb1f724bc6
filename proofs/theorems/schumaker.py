"""Schumaker's lower bound for the dimension of splines."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import triangulations
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    for points, triangles in triangulations(full):
        for degree, smoothness in ((2, 1), (3, 1), (4, 1), (4, 2)):
            yield points, triangles, degree, smoothness


def slopes(points: list[tuple[Fraction, Fraction]], edges: set[tuple[int, int]], v: int) -> int:
    """How many different slopes the edges at v have."""
    found = set()
    for edge in edges:
        if v in edge:
            x, y = (points[edge[1]][k] - points[edge[0]][k] for k in (0, 1))
            found.add(y / x if x else None)
    return len(found)


def check(instance: Any) -> Finding:
    points, triangles, k, r = instance
    count: dict[tuple[int, int], int] = {}
    for a, b, c in triangles:
        for edge in ((a, b), (a, c), (b, c)):
            count[edge] = count.get(edge, 0) + 1
    boundary = {v for edge, n in count.items() if n == 1 for v in edge}
    inner = [v for v in range(len(points)) if v not in boundary]
    bound = comb(k + 2, 2) + sum(n == 2 for n in count.values()) * comb(k - r + 1, 2)
    bound -= len(inner) * (comb(k + 2, 2) - comb(r + 2, 2))
    for v in inner:
        e = slopes(points, set(count), v)
        bound += sum(max(r + j + 1 - j * e, 0) for j in range(1, k - r + 1))
    dimension = eg.spline_space(points, triangles, degree=k, smoothness=r).dimension
    return claim(dimension >= bound, dimension=dimension, bound=bound, degree=k, smoothness=r)


THEOREM = Theorem(
    statement="dim S^r_k(Δ) ≥ C(k+2, 2) + E C(k−r+1, 2) − V (C(k+2, 2) − C(r+2, 2)) + Σ_v Σ_{j=1}^{k−r} (r "
    "+ j + 1 − j e_v)₊, with E "
    "inner edges, V inner vertices, e_v slopes at v.",
    hypotheses="a triangulated simply connected domain in the plane",
    source="L. L. Schumaker, On the dimension of spaces of piecewise polynomials in two variables, "
    "Multivariate Approximation Theory (1979)",
    scope="instances",
    over="random triangulations of a triangle, four pairs (k, r)",
    instances=instances,
    check=check,
)
