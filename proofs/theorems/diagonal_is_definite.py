"""The diagonal inner product of the dual complex is positive definite."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("lines", "sites", full=False)
    yield from cases("grids", "braids", "random planes", "random networks", "trees", full=full)


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    K = case.partition.dual_complex()
    signatures = [list(K.inertia(p, "diagonal").signature) for p in range(K.dimension + 1)]
    return claim(all(not minus and not zero for _, minus, zero in signatures), signatures=signatures)


THEOREM = Theorem(
    statement="The `diagonal` inner product of the dual complex is positive definite in every degree.",
    hypotheses="a bounded partition",
    source="elementary: every face has positive volume; docs/DEFINITENESS.md",
    scope="instances",
    over="models of seven families, degenerate ones included",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
