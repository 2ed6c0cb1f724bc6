"""`embedded` and `area-vector` have the same inertia."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, equal


def instances(full: bool) -> Iterator[Case]:
    yield from cases("lines", "random networks", "random planes", full=False)
    yield from cases("sites", "trees", full=full)


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    K = case.partition.dual_complex()
    degrees = range(1, K.dimension + 1)
    return equal(
        embedded=[K.inertia(p, "embedded").signature for p in degrees],
        area_vector=[K.inertia(p, "area-vector").signature for p in degrees],
    )


THEOREM = Theorem(
    statement="The Gram matrices `embedded` and `area-vector` have the same inertia in every degree.",
    hypotheses="a bounded partition",
    source="elementary: scaling the basis by vol^(−1/2) turns one into the other; docs/DEFINITENESS.md",
    scope="exhaustive",
    over="all sites and trees of two families; lines, planes and networks besides",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
