"""Bonnet–Myers for Lin–Lu–Yau curvature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import connected_graphs
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[Any]:
    import networkx as nx

    yield from connected_graphs(6 if full else 5)
    yield from (nx.hypercube_graph(3), nx.octahedral_graph(), nx.icosahedral_graph(), nx.hypercube_graph(4))


def unmet(graph: Any) -> str:
    return (
        "" if min(eg.curvature.lin_lu_yau(graph).values()) > 0 else "the curvature is not positive everywhere"
    )


def check(graph: Any) -> Finding:
    import networkx as nx

    least, diameter = min(eg.curvature.lin_lu_yau(graph).values()), nx.diameter(graph)
    return claim(diameter <= 2 / least, diameter=diameter, least_curvature=least, bound=2 / least)


THEOREM = Theorem(
    statement="If κ_LLY ≥ k > 0 on every edge, the diameter is at most 2/k.",
    hypotheses="a connected simple graph with unit lengths and positive Lin–Lu–Yau curvature",
    source="Y. Lin, L. Lu, S.-T. Yau, Ricci curvature of graphs, Tohoku Math. J. 63 (2011)",
    scope="exhaustive",
    over="all connected graphs with up to 6 nodes, and four named ones",
    instances=instances,
    unmet=unmet,
    check=check,
)
