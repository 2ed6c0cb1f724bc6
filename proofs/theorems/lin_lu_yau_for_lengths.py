"""False: the same for graphs with lengths."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import connected_graphs
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    """All connected graphs with up to 4 nodes, all lengths in {1, 2}."""
    for graph in connected_graphs(4):
        for lengths in product((1, 2), repeat=graph.number_of_edges()):
            weighted = graph.copy()
            for (u, v), length in zip(graph.edges, lengths, strict=True):
                weighted[u][v]["weight"] = length
            yield weighted


def check(graph: Any) -> Finding:
    limit = eg.curvature.lin_lu_yau(graph)
    for u, v in graph.edges:
        p = Fraction(1, max(graph.degree[u], graph.degree[v]) + 1)
        kappa = eg.curvature.edge_curvature(graph, u, v, idleness=p).curvature
        if kappa / (1 - p) != limit[u, v]:
            lengths = {f"{a}-{b}": w for a, b, w in graph.edges(data="weight")}
            return claim(
                False, lengths=lengths, edge=[u, v], idleness=p, quotient=kappa / (1 - p), limit=limit[u, v]
            )
    return claim(True, edges=graph.number_of_edges())


THEOREM = Theorem(
    statement="κ_LLY(u, v) = κ_p(u, v)/(1 − p) for p ≥ 1/(D + 1), D the larger degree of u and v, for any "
    "edge lengths.",
    hypotheses="a connected simple graph with positive edge lengths",
    source="the theorem of Bourne et al. (2018) without its hypothesis of unit lengths; p ≥ 1/2 always "
    "suffices",
    scope="exhaustive",
    over="all connected graphs with up to 4 nodes and lengths in {1, 2}",
    instances=instances,
    check=check,
    expected="fails",
)
