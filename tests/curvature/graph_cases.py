"""Graphs the curvature tests share, and routes to their curvature that share nothing with the library."""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import permutations, product
from math import lcm
from typing import Any

import networkx as nx
from hypothesis import strategies as st

for backend in ("PYTORCH", "JAX", "TENSORFLOW", "CUPY"):  # POT imports each it finds, which takes ten seconds
    os.environ.setdefault(f"POT_BACKEND_DISABLE_{backend}", "1")

LENGTHS = st.sampled_from([1, 2, 3, Fraction(1, 2), Fraction(5, 3), Fraction(1, 10**20), 0.1])


def hypercube(dim: int) -> nx.Graph:
    return nx.convert_node_labels_to_integers(nx.hypercube_graph(dim))


def torus(*sides: int) -> nx.Graph:
    return nx.convert_node_labels_to_integers(nx.grid_graph(list(sides), periodic=True))


@st.composite
def graphs(draw: st.DrawFn, nodes: int = 8, weighted: bool = False) -> nx.Graph:
    """Small graphs with at least one edge, connected or not, with or without lengths."""
    count = draw(st.integers(2, nodes))
    pairs = [(i, j) for i in range(count) for j in range(i)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=3 * count, unique=True))
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(chosen)
    if weighted:
        for u, v in chosen:
            if draw(st.booleans()):
                graph[u][v]["weight"] = draw(LENGTHS)
    return graph


def distances(graph: nx.Graph, weight: str | None = "weight") -> dict[Any, dict[Any, Fraction]]:
    """Floyd and Warshall over fractions."""
    found = {a: {b: Fraction(0) if a == b else None for b in graph} for a in graph}
    for u, v, x in graph.edges(data=weight, default=1) if weight else ((u, v, 1) for u, v in graph.edges):
        found[u][v] = found[v][u] = Fraction(x)
    for k, a, b in product(graph, repeat=3):
        if found[a][k] is not None and found[k][b] is not None:
            through = found[a][k] + found[k][b]
            if found[a][b] is None or through < found[a][b]:
                found[a][b] = through
    return found


def flow_curvature(
    graph: nx.Graph, u: Any, v: Any, idleness: Fraction, weight: str | None = "weight"
) -> Fraction:
    """Ollivier's curvature through networkx's own integer network simplex on the complete problem."""
    d = distances(graph, weight)
    unit = idleness.denominator * lcm(graph.degree(u), graph.degree(v))
    scale = lcm(*(x.denominator for row in d.values() for x in row.values() if x is not None))
    flow = nx.DiGraph()
    for side, x, sign in (("s", u, -1), ("t", v, 1)):
        masses = {x: idleness * unit} | {y: (1 - idleness) * unit / graph.degree(x) for y in graph[x]}
        for y, mass in masses.items():
            flow.add_node((side, y), demand=sign * int(mass))
    for a, b in product(list(flow), repeat=2):
        if a[0] == "s" and b[0] == "t":
            flow.add_edge(a, b, weight=int(d[a[1]][b[1]] * scale))
    return 1 - Fraction(nx.network_simplex(flow)[0], unit * scale) / d[u][v]


def assignment_curvature(graph: nx.Graph, u: Any, v: Any) -> Fraction:
    """κ₀ of an edge between nodes of equal degree: the best of all bijections of the neighbours."""
    d = distances(graph, None)
    left, right = list(graph[u]), list(graph[v])
    best = min(sum(d[a][b] for a, b in zip(left, order, strict=True)) for order in permutations(right))
    return 1 - Fraction(best, len(left)) / d[u][v]
