"""Billera: the dimension of C⁰ splines from the numbers of simplices."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import triangulations
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[Any]:
    for points, triangles in triangulations(full):
        for degree in (1, 2, 3):
            yield points, triangles, degree


def check(instance: Any) -> Finding:
    points, triangles, degree = instance
    counts = eg.SimplicialComplex(triangles).f_vector
    space = eg.spline_space(points, triangles, degree=degree, smoothness=0)
    formula = sum(f * comb(degree - 1, i) for i, f in enumerate(counts))
    return equal(dimension=space.dimension, formula=formula)


THEOREM = Theorem(
    statement="dim S⁰_k(Δ) = Σ_i f_i C(k − 1, i).",
    hypotheses="a triangulated domain, k ≥ 1",
    source="L. J. Billera, The algebra of continuous piecewise polynomials, Adv. Math. 76 (1989)",
    scope="instances",
    over="random triangulations of a triangle, k = 1, 2, 3",
    instances=instances,
    check=check,
)
