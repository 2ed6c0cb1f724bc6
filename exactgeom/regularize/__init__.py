"""Regularisers of the exact geometry of a model, and their exact gradients (floor 6)."""

from __future__ import annotations

from exactgeom.regularize.gradient import grad, value_and_grad
from exactgeom.regularize.penalties_shape import InterfaceArea, SharpAngles, Slivers
from exactgeom.regularize.penalties_volume import MassMismatch, VolumeDispersion
from exactgeom.regularize.regularizer import Differential, Regularizer, Total, chosen_cells
from exactgeom.regularize.smooth import check_smooth

__all__ = [
    "Differential",
    "InterfaceArea",
    "MassMismatch",
    "Regularizer",
    "SharpAngles",
    "Slivers",
    "Total",
    "VolumeDispersion",
    "check_smooth",
    "chosen_cells",
    "grad",
    "value_and_grad",
]
