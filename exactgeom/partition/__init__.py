"""Floor 4: partitions of a domain by a model."""

from exactgeom.partition.build import Budget, partition
from exactgeom.partition.faces import Cell, Face, Facet, Ridge
from exactgeom.partition.partition import Partition

__all__ = ["Budget", "Cell", "Face", "Facet", "Partition", "Ridge", "partition"]
