"""Floor 2: differential forms, exactly.

x, y, z = forms.coordinates("x y z")
w = x * y * (x.d() ^ y.d())          # ^ binds weaker than + and *: bracket every wedge
w.d(), w.pullback({x: u * v, ...}), forms.curvature(metric, coordinates).scalar
"""

from __future__ import annotations

from exactgeom.forms.cartan import Frame, dual_frame, orthonormal_frame
from exactgeom.forms.chains import Chain, integrate
from exactgeom.forms.chart import Chart, coordinates
from exactgeom.forms.convert import coordinate_system, from_sympy
from exactgeom.forms.deciding import equal, is_zero
from exactgeom.forms.errors import ChartMismatch, DegreeError, DimensionMismatch, SingularMetric
from exactgeom.forms.fields import VectorField
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.immersion import Immersion
from exactgeom.forms.maps import Map
from exactgeom.forms.metric import Metric
from exactgeom.forms.normal import normal_form
from exactgeom.forms.parametrised import integrate_parametrised
from exactgeom.forms.piecewise import PiecewiseForm, pullback_piecewise
from exactgeom.forms.potential import homotopy
from exactgeom.forms.riemann import Curvature, curvature
from exactgeom.forms.simplices import integrate_simplex

__all__ = [
    "Chain",
    "Chart",
    "ChartMismatch",
    "Curvature",
    "DegreeError",
    "DifferentialForm",
    "DimensionMismatch",
    "Frame",
    "Immersion",
    "Map",
    "Metric",
    "PiecewiseForm",
    "SingularMetric",
    "VectorField",
    "coordinate_system",
    "coordinates",
    "curvature",
    "dual_frame",
    "equal",
    "from_sympy",
    "homotopy",
    "integrate",
    "integrate_parametrised",
    "integrate_simplex",
    "is_zero",
    "normal_form",
    "orthonormal_frame",
    "pullback_piecewise",
]
