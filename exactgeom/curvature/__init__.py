"""Curvature of graphs, complexes and data on partitions (floor 5)."""

from __future__ import annotations

from exactgeom.curvature.transport import Transport, transport

__all__ = ["Transport", "transport"]
