"""κ_LLY = κ_p / (1 − p) from p = 1/(max degree + 1) on, for unit lengths."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import connected_graphs
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    yield from connected_graphs(6 if full else 4)


def check(graph: Any) -> Finding:
    """At the threshold for the larger degree in the graph, between, and the limit of small steps to p = 1."""
    limit = eg.curvature.lin_lu_yau(graph)
    threshold = Fraction(1, max(d for _, d in graph.degree) + 1)
    for p in (threshold, (threshold + 1) / 2, Fraction(99, 100)):
        kappa = eg.curvature.ollivier_ricci(graph, idleness=p)
        wrong = {e: (k / (1 - p), limit[e]) for e, k in kappa.items() if k / (1 - p) != limit[e]}
        # The threshold is for the degrees of the two ends; at the largest degree of the graph it may be too low.
        wrong = {e: w for e, w in wrong.items() if p >= Fraction(1, max(graph.degree[n] for n in e) + 1)}
        if wrong:
            return claim(False, idleness=p, wrong=wrong)
    return claim(True, edges=graph.number_of_edges(), values=sorted(set(limit.values())))


THEOREM = Theorem(
    statement="κ_LLY(u, v) = κ_p(u, v)/(1 − p) for p ≥ 1/(D + 1), D the larger degree of u and v.",
    hypotheses="a connected simple graph with unit lengths",
    source="D. Bourne, D. Cushing, S. Liu, F. Münch, N. Peyerimhoff, Ollivier–Ricci idleness functions of graphs, "
    "SIAM J. Discrete Math. 32 (2018)",
    scope="exhaustive",
    over="all connected graphs with up to 6 nodes, three values of p",
    instances=instances,
    check=check,
)
