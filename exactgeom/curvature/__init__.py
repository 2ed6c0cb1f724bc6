"""Curvature of graphs, complexes and data on partitions (floor 5)."""

from __future__ import annotations

from exactgeom.curvature.forman import forman_complex, forman_ricci
from exactgeom.curvature.graphs import LengthGraph, length_graph
from exactgeom.curvature.lin_lu_yau import lin_lu_yau
from exactgeom.curvature.ollivier import EdgeCurvature, edge_curvature, measured_curvature, ollivier_ricci
from exactgeom.curvature.transport import Transport, transport
from exactgeom.curvature.wasserstein import NodeTransport, node_transport

__all__ = [
    "EdgeCurvature",
    "LengthGraph",
    "NodeTransport",
    "Transport",
    "edge_curvature",
    "forman_complex",
    "forman_ricci",
    "length_graph",
    "lin_lu_yau",
    "measured_curvature",
    "node_transport",
    "ollivier_ricci",
    "transport",
]
