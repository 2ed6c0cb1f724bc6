"""Floor 4: partitions of a domain by a model."""

from exactgeom.partition.boundary import DecisionBoundary
from exactgeom.partition.build import Budget, partition
from exactgeom.partition.compare import Comparison, common_refinement, compare
from exactgeom.partition.faces import Cell, Face, Facet, Ridge
from exactgeom.partition.partition import Partition
from exactgeom.partition.regions import Region, Regions
from exactgeom.partition.restrict import plane_through, restrict

__all__ = [
    "Budget",
    "Cell",
    "Comparison",
    "DecisionBoundary",
    "Face",
    "Facet",
    "Partition",
    "Region",
    "Regions",
    "Ridge",
    "common_refinement",
    "compare",
    "partition",
    "plane_through",
    "restrict",
]
