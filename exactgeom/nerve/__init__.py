"""The Riemannian complex: nerve, inner products, Hodge theory, splines (floor 5)."""

from __future__ import annotations

from exactgeom.nerve.build import dual_complex, nerve
from exactgeom.nerve.compatibility import Compatibility, assemble, check_compatibility, star_grams
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.cover import Cover, knn_cover, nerve_of_cover
from exactgeom.nerve.gram import CONVENTIONS, Convention, Pair
from exactgeom.nerve.inertia import Inertia, inertia
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.simplicial import SimplicialComplex

__all__ = [
    "CONVENTIONS",
    "Compatibility",
    "Convention",
    "Cover",
    "Inertia",
    "LabelledMatrix",
    "Pair",
    "RiemannianComplex",
    "SimplicialComplex",
    "assemble",
    "check_compatibility",
    "dual_complex",
    "inertia",
    "knn_cover",
    "nerve",
    "nerve_of_cover",
    "star_grams",
]
