"""What fitting splines gives: interpolations with a verdict, projections with their distance."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactgeom.nerve.spline_piecewise import PiecewisePolynomial


@dataclass(frozen=True)
class Interpolation:
    """Answer of `SplineSpace.interpolate`; exact."""

    spline: PiecewisePolynomial | None
    """A spline with the given values, or None when there is none."""
    kernel: tuple[PiecewisePolynomial, ...]
    """Basis of the splines that vanish at all given points: what may be added."""
    obstruction: tuple[Fraction, ...] | None
    """Weights of the points that annihilate every spline but give 1 on the values: no solution exists."""

    @property
    def is_solvable(self) -> bool:
        """True when some spline takes the values."""
        return self.spline is not None

    @property
    def is_unique(self) -> bool:
        """True when exactly one spline takes the values."""
        return self.is_solvable and not self.kernel


@dataclass(frozen=True)
class Projection:
    """Answer of `SplineSpace.project`; exact."""

    function: PiecewisePolynomial
    spline: PiecewisePolynomial
    """The nearest spline in L²: the error is orthogonal to the whole space."""
    distance_squared: Fraction
    """`∫ (function - spline)²`."""

    @property
    def error(self) -> PiecewisePolynomial:
        """`function - spline`."""
        return self.function - self.spline
