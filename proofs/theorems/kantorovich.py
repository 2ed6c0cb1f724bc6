"""Kantorovich duality, with both sides handed to the independent checker."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import transport_problems
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    yield from transport_problems(full)


def check(problem: tuple[list[Fraction], list[Fraction], list[list[int]]]) -> Finding:
    """The plan's cost against the value of the linear program of the potentials, solved by another method."""
    supply, demand, costs = problem
    found = eg.curvature.transport(supply, demand, costs)
    n, m = len(supply), len(demand)
    rows = [[int(k in (i, n + j)) for k in range(n + m)] for i in range(n) for j in range(m)]
    bounds = [costs[i][j] for i in range(n) for j in range(m)]
    dual = eg.LinearProgram(rows, bounds).maximize([*supply, *demand])
    proof = found.certificate()
    return claim(
        found.cost == dual.value and eg.verify(proof) and found.gap == 0,
        certificates=[proof],
        plan=found.cost,
        potentials=dual.value,
    )


THEOREM = Theorem(
    statement="min_π Σ π_ij c_ij over plans equals max Σ u_i s_i + Σ v_j d_j over potentials with u_i + "
    "v_j ≤ c_ij.",
    hypotheses="finite supply and demand of equal total mass",
    source="L. V. Kantorovich, On the translocation of masses, Dokl. Akad. Nauk SSSR 37 (1942)",
    scope="instances",
    over="random problems with integer costs, ties and zero masses on purpose",
    instances=instances,
    check=check,
)
