"""The Riemannian complex: nerve, inner products, Hodge theory, splines (floor 5)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from exactgeom.nerve.build import dual_complex, nerve
from exactgeom.nerve.compatibility import Compatibility, assemble, check_compatibility, star_grams
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.cover import Cover, knn_cover, nerve_of_cover
from exactgeom.nerve.dirichlet import DirichletSolution
from exactgeom.nerve.extended import LaplacianComparison
from exactgeom.nerve.gram import CONVENTIONS, Convention, Pair
from exactgeom.nerve.hodge import HodgeComplex
from exactgeom.nerve.hodge_harmonic import HodgeParts
from exactgeom.nerve.inertia import Inertia, inertia
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.simplicial import SimplicialComplex
from exactgeom.nerve.smoothing import SmoothingSpline
from exactgeom.nerve.spectrum import Eigenvalue, Spectrum

if TYPE_CHECKING:
    from exactgeom.nerve.spline import (
        Interpolation,
        ModelRefinement,
        PiecewisePolynomial,
        Projection,
        SplineSpace,
        refine_model,
        spline_space,
        spline_space_on,
    )

__all__ = [
    "CONVENTIONS",
    "Compatibility",
    "Convention",
    "Cover",
    "DirichletSolution",
    "Eigenvalue",
    "HodgeComplex",
    "HodgeParts",
    "Inertia",
    "Interpolation",
    "LabelledMatrix",
    "LaplacianComparison",
    "ModelRefinement",
    "Pair",
    "PiecewisePolynomial",
    "Projection",
    "RiemannianComplex",
    "SimplicialComplex",
    "SmoothingSpline",
    "Spectrum",
    "SplineSpace",
    "assemble",
    "check_compatibility",
    "dual_complex",
    "inertia",
    "knn_cover",
    "nerve",
    "nerve_of_cover",
    "refine_model",
    "spline_space",
    "spline_space_on",
    "star_grams",
]

_SPLINES = frozenset(
    {
        "Interpolation",
        "ModelRefinement",
        "PiecewisePolynomial",
        "Projection",
        "SplineSpace",
        "refine_model",
        "spline_space",
        "spline_space_on",
    }
)


def __getattr__(name: str) -> Any:
    """Splines, when first asked for: they bring exterior calculus, and with it SymPy."""
    if name in _SPLINES:
        return getattr(import_module("exactgeom.nerve.spline"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
