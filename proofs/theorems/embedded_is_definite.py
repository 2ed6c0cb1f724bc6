"""False: the `embedded` Gram matrix is always positive definite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", "sites", "random lines", full=full)


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def proof(K: Any, p: int) -> list[dict[str, Any]]:
    """For the checker: of the rational core where the entries are fourth roots (the same inertia)."""
    gram = K.gram_core(p, "embedded")[0]
    return [eg.nerve.inertia(gram).certificate()]


def check(case: Case) -> Finding:
    K = case.partition.dual_complex()
    for p in range(K.dimension + 1):
        found = K.inertia(p, "embedded")
        if not found.is_positive_definite:
            return claim(
                False,
                certificates=proof(K, p),
                degree=p,
                signature=list(found.signature),
                negative_vector=found.negative_vector,
                value=found.negative_value,
                kernel=found.kernel,
            )
    return claim(True, cells=len(case.partition.cells))


THEOREM = Theorem(
    statement="The `embedded` Gram matrices of the dual complex of a partition are positive definite.",
    hypotheses="a bounded partition",
    source="an assumption one would like to make; docs/DEFINITENESS.md says where it fails",
    scope="instances",
    over="grids, then sites of a 3 × 3 grid, up to the first failure",
    instances=instances,
    unmet=unmet,
    check=check,
    expected="fails",
    about_models=True,
)
