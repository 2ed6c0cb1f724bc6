"""Curvature of graphs, complexes and data on partitions (floor 5)."""
