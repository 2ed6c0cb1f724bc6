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
    """At each edge's own threshold, half-way from there to 1, and close to 1."""
    limit = eg.curvature.lin_lu_yau(graph)
    for u, v in graph.edges:
        threshold = Fraction(1, max(graph.degree[u], graph.degree[v]) + 1)
        for p in (threshold, (threshold + 1) / 2, Fraction(99, 100)):
            kappa = eg.curvature.edge_curvature(graph, u, v, idleness=p).curvature
            if kappa / (1 - p) != limit[u, v]:
                return claim(False, edge=[u, v], idleness=p, quotient=kappa / (1 - p), limit=limit[u, v])
    return claim(True, edges=graph.number_of_edges(), values=sorted(set(limit.values())))


THEOREM = Theorem(
    statement="κ_LLY(u, v) = κ_p(u, v)/(1 − p) for p ≥ 1/(D + 1), D the larger degree of u and v.",
    hypotheses="a connected simple graph with unit lengths",
    source="D. Bourne, D. Cushing, S. Liu, F. Münch, N. Peyerimhoff, Ollivier–Ricci idleness functions of "
    "graphs, "
    "SIAM J. Discrete Math. 32 (2018)",
    scope="exhaustive",
    over="all connected graphs with up to 6 nodes, three values of p",
    instances=instances,
    check=check,
)
