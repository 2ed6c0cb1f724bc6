"""What every complex with inner products offers: Laplacians, Hodge theory, splines, one thin call each."""

from __future__ import annotations

from typing import Any

from exactgeom.nerve.labelled import LabelledMatrix

__all__ = ["Operators"]


class Operators:
    """Operators of a complex with boundary maps and Gram matrices."""

    def boundary(self, p: int) -> LabelledMatrix:
        """The boundary map of degree p."""
        raise NotImplementedError

    def gram(self, p: int, convention: Any = "diagonal") -> LabelledMatrix:
        """The Gram matrix of degree p."""
        raise NotImplementedError
