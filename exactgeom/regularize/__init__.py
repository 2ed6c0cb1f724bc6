"""Regularisers of the exact geometry of a model, and their exact gradients (floor 6)."""

from __future__ import annotations

from exactgeom.regularize.closed_forms import area_gradient, schlaefli_sum, volume_gradient
from exactgeom.regularize.directional import OneSided, one_sided, taylor
from exactgeom.regularize.gradient import grad, value_and_grad
from exactgeom.regularize.hessian import flatten, hessian
from exactgeom.regularize.penalties_curvature import CurvatureEnergy
from exactgeom.regularize.penalties_shape import InterfaceArea, SharpAngles, Slivers
from exactgeom.regularize.penalties_volume import MassMismatch, VolumeDispersion
from exactgeom.regularize.regularizer import Differential, Regularizer, Total, chosen_cells
from exactgeom.regularize.smooth import check_smooth

__all__ = [
    "CurvatureEnergy",
    "Differential",
    "InterfaceArea",
    "MassMismatch",
    "OneSided",
    "Regularizer",
    "SharpAngles",
    "Slivers",
    "Total",
    "VolumeDispersion",
    "area_gradient",
    "check_smooth",
    "chosen_cells",
    "flatten",
    "grad",
    "hessian",
    "one_sided",
    "schlaefli_sum",
    "taylor",
    "value_and_grad",
    "volume_gradient",
]
