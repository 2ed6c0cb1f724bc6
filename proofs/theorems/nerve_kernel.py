"""On the nerve the diagonal inner product has exactly the non-proper simplices as its kernel."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, equal


def instances(full: bool) -> Iterator[Case]:
    yield from cases("lines", "random planes", "random networks", full=False)
    yield from cases("grids", "sites", "trees", full=full)


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    K = case.partition.nerve(max_dim=2)
    degrees = range(K.dimension + 1)
    listed = [sum(degree == p for degree, _ in K.non_proper) for p in degrees]
    signatures = [K.inertia(p, "diagonal").signature for p in degrees]
    return equal(
        not_proper=[(0, n) for n in listed],
        negative_and_zero=[(minus, zero) for _, minus, zero in signatures],
    )


THEOREM = Theorem(
    statement="The `diagonal` inner product of the nerve is semidefinite, with one dimension of kernel for "
    "each simplex σ whose F_σ has "
    "not dimension d − p.",
    hypotheses="a bounded partition, degrees up to 2",
    source="elementary; docs/NERVE.md",
    scope="exhaustive",
    over="all grids, sites and trees of three families; lines, planes and networks besides",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
