"""Floor 1: frozen exact matrices, inertia, Smith form, multivectors."""

from __future__ import annotations

from exactgeom.linalg.inertia import (
    inertia,
    is_positive_definite,
    is_positive_semidefinite,
    negative_vector,
    quadratic_form,
)
from exactgeom.linalg.ldl import LDL, ldl
from exactgeom.linalg.matrix import AffineSolution, Matrix
from exactgeom.linalg.multivector import Multivector
from exactgeom.linalg.smith import elementary_divisors, rank_mod_p, smith_diagonal, torsion

__all__ = [
    "LDL",
    "AffineSolution",
    "Matrix",
    "Multivector",
    "elementary_divisors",
    "inertia",
    "is_positive_definite",
    "is_positive_semidefinite",
    "ldl",
    "negative_vector",
    "quadratic_form",
    "rank_mod_p",
    "smith_diagonal",
    "torsion",
]
