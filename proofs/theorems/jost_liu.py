"""Jost–Liu: bounds of Ollivier's curvature by degrees and triangles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import connected_graphs
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    yield from connected_graphs(6 if full else 5)


def check(graph: Any) -> Finding:
    """``−(1 − 1/d − 1/D − t/d)₊ − (1 − 1/d − 1/D − t/D)₊ + t/D ≤ κ ≤ t/D`` for degrees d ≤ D."""
    bad, tight = [], 0
    for (u, v), kappa in eg.curvature.ollivier_ricci(graph, idleness=0).items():
        small, large = sorted((graph.degree[u], graph.degree[v]))
        t = len(set(graph[u]) & set(graph[v]))
        rest = 1 - Fraction(1, small) - Fraction(1, large)
        lower = Fraction(t, large) - max(rest - Fraction(t, small), 0) - max(rest - Fraction(t, large), 0)
        if not lower <= kappa <= Fraction(t, large):
            bad.append(((u, v), lower, kappa, Fraction(t, large)))
        tight += kappa == lower
    return claim(not bad, edges=graph.number_of_edges(), lower_bound_attained=tight, bad=bad)


THEOREM = Theorem(
    statement="−(1 − 1/d − 1/D − t/d)₊ − (1 − 1/d − 1/D − t/D)₊ + t/D ≤ κ(u, v) ≤ t/D, where d ≤ D are the "
    "degrees of the ends "
    "and t is the number of triangles on the edge.",
    hypotheses="a connected simple graph with unit lengths, idleness 0",
    source="J. Jost, S. Liu, Ollivier's Ricci curvature, local clustering and curvature-dimension "
    "inequalities on graphs, "
    "Discrete Comput. Geom. 51 (2014)",
    scope="exhaustive",
    over="all connected graphs with up to 6 nodes",
    instances=instances,
    check=check,
)
