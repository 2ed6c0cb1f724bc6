"""The dual graph of a partition into boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from exactgeom.exact import Surd

if TYPE_CHECKING:
    import networkx as nx

    from exactgeom.partition.boxes_faces import BoxRidge
    from exactgeom.partition.boxes_partition import BoxPartition

__all__ = ["dual_graph"]


def dual_graph(partition: BoxPartition, *, angles: bool) -> nx.Graph:
    """See `BoxPartition.to_networkx`."""
    import networkx as nx

    graph, bounded = nx.Graph(dimension=partition.dimension), partition.is_bounded
    for cell in partition.cells:
        graph.add_node(cell.id, signs=cell.signs, volume=cell.volume if cell.is_bounded else None)
    table = partition.facet_table
    areas = partition.areas if bounded else None
    inner = np.flatnonzero(table.interior)
    ends = zip(inner.tolist(), table.first[inner].tolist(), table.second[inner].tolist(), strict=True)
    for i, a, b in ends:
        facet = partition.facets[i]
        area = Surd(areas[i]) if areas is not None else facet.area if facet.is_bounded else None
        graph.add_edge(a, b, facets=(i,), area=area, angles={})
    if angles:
        for ridge in partition.ridges:
            _add_angles(graph, ridge)
    return graph


def _add_angles(graph: nx.Graph, ridge: BoxRidge) -> None:
    """Put a ridge's angles on the edges of the facets that have it."""
    corners = ridge.angles
    for cell, facets, angle in corners:
        for other, others, its in corners:
            if cell < other and set(facets) & set(others):
                graph.edges[cell, other]["angles"][ridge.id] = (angle, its)
