"""Floor 0: exact numbers. The number door, surds, angles, enclosures, file forms, errors."""

from __future__ import annotations

from exactgeom.exact.door import (
    exact,
    exact_json,
    exact_matrix,
    exact_vector,
    fraction,
    fraction_str,
    rationalize,
)
from exactgeom.exact.enclosure import Enclosure
from exactgeom.exact.errors import (
    BudgetExceeded,
    CertificateError,
    ExactGeomError,
    InvalidInput,
    NonSmoothError,
    UnboundedError,
    UndecidedError,
    UndefinedAngle,
)
from exactgeom.exact.surd import Surd

__all__ = [
    "BudgetExceeded",
    "CertificateError",
    "Enclosure",
    "ExactGeomError",
    "InvalidInput",
    "NonSmoothError",
    "Surd",
    "UnboundedError",
    "UndecidedError",
    "UndefinedAngle",
    "exact",
    "exact_json",
    "exact_matrix",
    "exact_vector",
    "fraction",
    "fraction_str",
    "rationalize",
]
