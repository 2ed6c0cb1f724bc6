"""The Riemannian complex: nerve, inner products, Hodge theory, splines (floor 5)."""

from __future__ import annotations

from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.simplicial import SimplicialComplex

__all__ = ["LabelledMatrix", "SimplicialComplex"]
