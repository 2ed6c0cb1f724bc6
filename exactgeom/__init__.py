"""Exact geometry of machine-learning models: the ground truth for piecewise-linear partitions.

import exactgeom as eg
model = eg.load("net.json")
P = eg.partition(model, eg.box(-1, 1, dim=2))
P.f_vector, P.total_volume, P.cells[0].volume
"""

from exactgeom import forms
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
    HardTanh,
    Identity,
    LeakyReLU,
    Linear,
    Network,
    ReLU,
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
    partition,
    plane_through,
    restrict,
)
from exactgeom.partition.traces import trace_layers
from exactgeom.partition.traces_data import trace_data
from exactgeom.polyhedra import (
    PolyhedralComplex,
    Polytope,
    box,
    cross_polytope,
    permutohedron,
    simplex,
)

__version__ = "0.1.0"

__all__ = [
    "Abs",
    "Angle",
    "Arrangement",
    "Budget",
    "BudgetExceeded",
    "CertificateError",
    "Comparison",
    "Enclosure",
    "ExactGeomError",
    "HardTanh",
    "Identity",
    "InvalidInput",
    "LeakyReLU",
    "Linear",
    "Matrix",
    "Network",
    "NonSmoothError",
    "Partition",
    "PolyhedralComplex",
    "Polytope",
    "ReLU",
    "Surd",
    "UnboundedError",
    "UndecidedError",
    "UndefinedAngle",
    "box",
    "common_refinement",
    "compare",
    "cross_polytope",
    "exact",
    "forms",
    "from_sklearn",
    "from_torch",
    "load",
    "partition",
    "permutohedron",
    "plane_through",
    "rationalize",
    "restrict",
    "simplex",
    "trace_data",
    "trace_layers",
]
