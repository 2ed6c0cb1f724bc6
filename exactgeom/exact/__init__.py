"""Floor 0: exact numbers. The number door, surds, angles, enclosures, file forms, errors."""

from __future__ import annotations

from exactgeom.exact.angle import Angle
from exactgeom.exact.door import (
    exact,
    exact_json,
    exact_matrix,
    exact_vector,
    fraction,
    fraction_str,
    rationalize,
    to_fmpq,
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
from exactgeom.exact.forms import enclosure_of, float_of, from_json, read_json, to_json, to_latex, to_sympy
from exactgeom.exact.surd import Surd

__all__ = [
    "Angle",
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
    "enclosure_of",
    "exact",
    "exact_json",
    "exact_matrix",
    "exact_vector",
    "float_of",
    "fraction",
    "fraction_str",
    "from_json",
    "rationalize",
    "read_json",
    "to_fmpq",
    "to_json",
    "to_latex",
    "to_sympy",
]
