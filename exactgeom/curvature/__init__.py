"""Curvature of graphs, complexes and data on partitions (floor 5)."""

from __future__ import annotations

from exactgeom.curvature.cells import (
    CellGeometries,
    CellGeometry,
    FaceStatistics,
    cell_geometry,
    exterior_curvature,
)
from exactgeom.curvature.cells_sum import AngleSum
from exactgeom.curvature.combinatorial import CombinatorialCurvature, combinatorial_curvature
from exactgeom.curvature.forman import forman_complex, forman_ricci
from exactgeom.curvature.graphs import LengthGraph, length_graph
from exactgeom.curvature.lengths import EdgeLength, EdgeLengths, edge_density, weighted_lengths
from exactgeom.curvature.lengths_partition import density_lengths
from exactgeom.curvature.lin_lu_yau import lin_lu_yau
from exactgeom.curvature.ollivier import EdgeCurvature, edge_curvature, measured_curvature, ollivier_ricci
from exactgeom.curvature.regge import Realisability, ReggeComplex
from exactgeom.curvature.regge_simplex import Unrealisable
from exactgeom.curvature.statistical import EdgeRicci, StatisticalRicci, ricci_of_lengths, statistical_ricci
from exactgeom.curvature.transport import Transport, transport
from exactgeom.curvature.vertex import AngleDefects, Violation, angle_defects
from exactgeom.curvature.wasserstein import NodeTransport, node_transport

__all__ = [
    "AngleDefects",
    "AngleSum",
    "CellGeometries",
    "CellGeometry",
    "CombinatorialCurvature",
    "EdgeCurvature",
    "EdgeLength",
    "EdgeLengths",
    "EdgeRicci",
    "FaceStatistics",
    "LengthGraph",
    "NodeTransport",
    "Realisability",
    "ReggeComplex",
    "StatisticalRicci",
    "Transport",
    "Unrealisable",
    "Violation",
    "angle_defects",
    "cell_geometry",
    "combinatorial_curvature",
    "density_lengths",
    "edge_curvature",
    "edge_density",
    "exterior_curvature",
    "forman_complex",
    "forman_ricci",
    "length_graph",
    "lin_lu_yau",
    "measured_curvature",
    "node_transport",
    "ollivier_ricci",
    "ricci_of_lengths",
    "statistical_ricci",
    "transport",
    "weighted_lengths",
]
