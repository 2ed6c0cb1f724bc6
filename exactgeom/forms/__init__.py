"""Floor 2: differential forms, exactly."""

from __future__ import annotations

from exactgeom.forms.chart import Chart, coordinates
from exactgeom.forms.errors import ChartMismatch, DegreeError, DimensionMismatch, SingularMetric
from exactgeom.forms.fields import VectorField
from exactgeom.forms.form import DifferentialForm

__all__ = [
    "Chart",
    "ChartMismatch",
    "DegreeError",
    "DifferentialForm",
    "DimensionMismatch",
    "SingularMetric",
    "VectorField",
    "coordinates",
]
