"""Exact geometry of machine-learning models: the ground truth for piecewise-linear partitions.

import exactgeom as eg
model = eg.load("net.json")
P = eg.partition(model, eg.box(-1, 1, dim=2))
P.f_vector, P.total_volume, P.cells[0].volume
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from exactgeom.exact import (
    Angle,
    BudgetExceeded,
    CertificateError,
    Enclosure,
    ExactGeomError,
    InvalidInput,
    NonSmoothError,
    Surd,
    UnboundedError,
    UndecidedError,
    UndefinedAngle,
    exact,
    rationalize,
)
from exactgeom.linalg import Matrix
from exactgeom.models import (
    Abs,
    Arrangement,
    DecisionTree,
    HardTanh,
    Identity,
    LeakyReLU,
    Linear,
    LinearClassifier,
    Mars,
    Network,
    ReLU,
    SiteClassifier,
    Sites,
    TreeEnsemble,
    from_onnx,
    from_sklearn,
    from_torch,
    load,
)
from exactgeom.partition import (
    Budget,
    Comparison,
    Partition,
    common_refinement,
    compare,
    doors,
    partition,
    plane_through,
    restrict,
)
from exactgeom.polyhedra import (
    PolyhedralComplex,
    Polytope,
    box,
    cross_polytope,
    permutohedron,
    simplex,
)

__version__ = "0.1.0"

if TYPE_CHECKING:
    from exactgeom import curvature, dynamics, forms, nerve, regularize, testkit
    from exactgeom.certificates.verify import verify
    from exactgeom.dynamics.trajectory import trajectory
    from exactgeom.linalg.lp import LinearProgram
    from exactgeom.linalg.redundancy import nonredundant
    from exactgeom.models.smooth import SmoothNetwork
    from exactgeom.nerve.cover import knn_cover, nerve_of_cover
    from exactgeom.nerve.simplicial import SimplicialComplex
    from exactgeom.nerve.spline import refine_model, spline_space, spline_space_on
    from exactgeom.partition.cell_at import cell_at, cells_at
    from exactgeom.partition.data import DataPartition
    from exactgeom.partition.data_cells import data_cells
    from exactgeom.partition.explore import explore
    from exactgeom.partition.traces import trace_layers
    from exactgeom.partition.traces_data import trace_data

_LAZY = {
    "DataPartition": "exactgeom.partition.data",
    "LinearProgram": "exactgeom.linalg.lp",
    "SimplicialComplex": "exactgeom.nerve.simplicial",
    "SmoothNetwork": "exactgeom.models.smooth",
    "cell_at": "exactgeom.partition.cell_at",
    "cells_at": "exactgeom.partition.cell_at",
    "curvature": "",
    "data_cells": "exactgeom.partition.data_cells",
    "dynamics": "",
    "explore": "exactgeom.partition.explore",
    "forms": "",
    "knn_cover": "exactgeom.nerve.cover",
    "nerve": "",
    "nerve_of_cover": "exactgeom.nerve.cover",
    "nonredundant": "exactgeom.linalg.redundancy",
    "refine_model": "exactgeom.nerve.spline",
    "regularize": "",
    "spline_space": "exactgeom.nerve.spline",
    "spline_space_on": "exactgeom.nerve.spline",
    "testkit": "",
    "trace_data": "exactgeom.partition.traces_data",
    "trace_layers": "exactgeom.partition.traces",
    "trajectory": "exactgeom.dynamics.trajectory",
    "verify": "exactgeom.certificates.verify",
}
"""What is imported when first asked for: some of it needs SymPy or HiGHS, which take long to import."""

_UPSTAIRS = {
    "dual_complex": "exactgeom.nerve.build",
    "nerve": "exactgeom.nerve.build",
    "trajectory_strip": "exactgeom.report.strip",
}
"""What is built for lower floors on a higher one: the module is imported when the first one is asked for."""


def _install(name: str, module: str) -> None:
    def builder(*args: Any, **options: Any) -> Any:
        return getattr(import_module(module), name)(*args, **options)

    doors.install(name, builder)


for _name, _module in _UPSTAIRS.items():
    _install(_name, _module)


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module = import_module(_LAZY[name] or f"exactgeom.{name}")
        return getattr(module, name) if _LAZY[name] else module
    raise AttributeError(f"module 'exactgeom' has no attribute {name!r}")


__all__ = [
    "Abs",
    "Angle",
    "Arrangement",
    "Budget",
    "BudgetExceeded",
    "CertificateError",
    "Comparison",
    "DataPartition",
    "DecisionTree",
    "Enclosure",
    "ExactGeomError",
    "HardTanh",
    "Identity",
    "InvalidInput",
    "LeakyReLU",
    "Linear",
    "LinearClassifier",
    "LinearProgram",
    "Mars",
    "Matrix",
    "Network",
    "NonSmoothError",
    "Partition",
    "PolyhedralComplex",
    "Polytope",
    "ReLU",
    "SimplicialComplex",
    "SiteClassifier",
    "Sites",
    "SmoothNetwork",
    "Surd",
    "TreeEnsemble",
    "UnboundedError",
    "UndecidedError",
    "UndefinedAngle",
    "box",
    "cell_at",
    "cells_at",
    "common_refinement",
    "compare",
    "cross_polytope",
    "curvature",
    "data_cells",
    "dynamics",
    "exact",
    "explore",
    "forms",
    "from_onnx",
    "from_sklearn",
    "from_torch",
    "knn_cover",
    "load",
    "nerve",
    "nerve_of_cover",
    "nonredundant",
    "partition",
    "permutohedron",
    "plane_through",
    "rationalize",
    "refine_model",
    "regularize",
    "restrict",
    "simplex",
    "spline_space",
    "spline_space_on",
    "testkit",
    "trace_data",
    "trace_layers",
    "trajectory",
    "verify",
]
