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

__all__ = [
    "BudgetExceeded",
    "CertificateError",
    "ExactGeomError",
    "InvalidInput",
    "NonSmoothError",
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
