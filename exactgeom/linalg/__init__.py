"""Floor 1: frozen exact matrices, inertia, Smith form, multivectors."""

from __future__ import annotations

from exactgeom.linalg.matrix import AffineSolution, Matrix

__all__ = ["AffineSolution", "Matrix"]
