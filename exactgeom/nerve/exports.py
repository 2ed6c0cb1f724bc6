"""Complexes in the forms of other libraries: networkx graphs, GUDHI simplex trees."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from importlib import import_module
from typing import Any

from exactgeom.nerve.chains import ChainComplex


def face_poset(chains: ChainComplex) -> Any:
    """The Hasse diagram: a networkx `DiGraph` with an arrow from each element to each of its facets.

    Nodes are pairs (degree, label), edges carry the incidence `sign`.
    """
    import networkx as nx

    graph = nx.DiGraph()
    for p, names in enumerate(chains.labels):
        graph.add_nodes_from(((p, name), {"degree": p}) for name in names)
    for p in range(1, len(chains.labels)):
        part = chains.incidence(p)
        upper, lower = chains.labels[p], chains.labels[p - 1]
        for i, j, sign in zip(part.element.tolist(), part.facet.tolist(), part.sign.tolist(), strict=True):
            graph.add_edge((p, upper[i]), (p - 1, lower[j]), sign=sign)
    return graph


def skeleton_graph(vertices: Iterable[Hashable], edges: Iterable[Sequence[Hashable]]) -> Any:
    """The graph of vertices and edges (networkx)."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(vertices)
    graph.add_edges_from(edges)
    return graph


def gudhi_tree(simplices: Iterable[Sequence[int]]) -> Any:
    """A GUDHI `SimplexTree` spanned by these simplices (needs gudhi)."""
    tree = import_module("gudhi").SimplexTree()
    for simplex in simplices:
        tree.insert(list(simplex))
    return tree
