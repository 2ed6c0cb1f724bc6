"""Three cells around a point: `embedded` is degenerate, always."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("sites", "trees", full=full)


def unmet(case: Case) -> str:
    P = case.partition
    if not P.is_bounded or P.dimension != 2:
        return "no bounded partition of the plane"
    return "" if P.dual_complex().counts == (3, 3, 1) else "not three cells around one inner point"


def check(case: Case) -> Finding:
    K = case.partition.dual_complex()
    found = {c: K.inertia(1, c).signature for c in ("area-vector", "embedded", "face-weighted")}
    return claim(found["embedded"] == found["area-vector"] == (2, 0, 1), signatures=found)


THEOREM = Theorem(
    statement="Where three cells meet around one inner point of the plane, `embedded` and `area-vector` "
    "have inertia (2, 0, 1).",
    hypotheses="a bounded partition of the plane into three cells with one inner vertex",
    source="docs/DEFINITENESS.md: up to signs the Gram matrix of three vectors of a plane",
    scope="exhaustive",
    over="all sets of three points of a 3 × 3 grid, trees of depth two",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
