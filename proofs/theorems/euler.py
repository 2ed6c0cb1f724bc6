"""Euler's relation for the faces of a partition."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, equal


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", "lines", "2-2-1 networks", "random networks", "sites", "trees", full=full)
    for case in cases("lines", "random planes", full=False):
        yield Case(case.model)


def check(case: Case) -> Finding:
    P = case.partition
    counted = sum((-1) ** k * f for k, f in enumerate(P.f_vector))
    return equal(alternating_sum=counted, expected=1 if P.is_bounded else (-1) ** P.ambient_dimension)


THEOREM = Theorem(
    statement="Σ (−1)^k f_k = 1 over the faces of a partition of a convex polytope, and (−1)^d over the "
    "relatively "
    "open faces of a partition of R^d.",
    hypotheses="a partition of a bounded convex domain, or of all of R^d",
    source="L. Schläfli, Theorie der vielfachen Kontinuität (1852); H. Poincaré (1893)",
    scope="exhaustive",
    over="all models of six families, and arrangements on all of R^d",
    instances=instances,
    check=check,
    about_models=True,
)
