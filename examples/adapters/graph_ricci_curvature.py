"""GraphRicciCurvature: Ollivier's curvature with exact transport (`OTD`), Forman's in dimension one.

`exp_power=0` spreads the mass evenly over neighbours; the default spreads it by distance.
"""

import numpy as np

NAME = "GraphRicciCurvature"


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
    curved = OllivierRicci(graph, alpha=idleness, method="OTD", exp_power=0, proc=1, verbose="ERROR")
    curved.compute_ricci_curvature()
    return np.array([curved.G[u][v]["ricciCurvature"] for u, v in edges.tolist()])


def forman_ricci(nodes, edges):
    from GraphRicciCurvature.FormanRicci import FormanRicci

    curved = FormanRicci(_graph(nodes, edges, np.ones(len(edges))), method="1d", verbose="ERROR")
    curved.compute_ricci_curvature()
    return np.array([curved.G[u][v]["formanCurvature"] for u, v in edges.tolist()], dtype=float)
