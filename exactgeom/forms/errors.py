"""What can be wrong with forms, by name; all are `InvalidInput`."""

from __future__ import annotations

from exactgeom.exact import InvalidInput


class ChartMismatch(InvalidInput):
    """Objects on different coordinate systems, combined without a pullback between them."""


class DegreeError(InvalidInput):
    """A degree that does not fit: sums of different degrees, products of forms with `*`, too few vectors."""


class DimensionMismatch(InvalidInput):
    """A map, metric, vector or domain of the wrong dimension."""


class SingularMetric(InvalidInput):
    """A metric whose determinant is identically zero."""
