"""GraphRicciCurvature as it comes: mass spread by exp(-d^2), transport exact or Sinkhorn by size."""

import numpy as np

NAME = "GraphRicciCurvature, defaults"


def _version():
    from importlib.metadata import version

    return version("GraphRicciCurvature")


VERSION = _version()


def _graph(nodes, edges, lengths):
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(nodes))
    for (u, v), length in zip(edges.tolist(), lengths.tolist(), strict=True):
        graph.add_edge(u, v, weight=length)
    return graph


def ollivier_ricci(nodes, edges, lengths, idleness):
    from GraphRicciCurvature.OllivierRicci import OllivierRicci

    graph = _graph(nodes, edges, lengths)
    curved = OllivierRicci(graph, alpha=idleness, proc=1, verbose="ERROR")
    curved.compute_ricci_curvature()
    return np.array([curved.G[u][v]["ricciCurvature"] for u, v in edges.tolist()])
