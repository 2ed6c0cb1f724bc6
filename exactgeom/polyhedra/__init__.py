"""Floor 2: polytopes, face lattices, slicing, exact measures."""

from exactgeom.polyhedra.boxes import Box, box
from exactgeom.polyhedra.complex import PolyhedralComplex
from exactgeom.polyhedra.named import cross_polytope, permutohedron, simplex
from exactgeom.polyhedra.polytope import Polytope
from exactgeom.polyhedra.validation import Validation, validate

__all__ = [
    "Box",
    "PolyhedralComplex",
    "Polytope",
    "Validation",
    "box",
    "cross_polytope",
    "permutohedron",
    "simplex",
    "validate",
]
