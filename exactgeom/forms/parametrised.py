"""Symbolic integration of forms over parametrised domains, and total curvature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.maps import as_map
from exactgeom.forms.normal import normal_form

Bounds = Sequence[tuple[Any, Any, Any]]


def integrate_parametrised(
    form: DifferentialForm, bounds: Bounds, change: Any = None, *, source: Any = None
) -> Any:
    """Return `∫ω` over the image of a parameter domain, as a SymPy expression.

    `change` maps the parameters into the form's chart (as in `pullback`; None: the form lives on the
    parameters). `bounds` lists `(parameter, low, high)`, innermost first; bounds may contain parameters
    further out. The orientation is that of the parameters in the order of their chart.
    Contract: as exact as SymPy's integrator, which is trusted here.
    Errors: `DegreeError`, `DimensionMismatch`, `InvalidInput`; `UndecidedError` when SymPy finds no integral.

    >>> from exactgeom.forms import coordinates
    >>> x, y = coordinates("x y")
    >>> circle = {x: "cos(t)", y: "sin(t)"}
    >>> integrate_parametrised(x * y.d(), [("t", 0, 2 * sympy.pi)], circle, source="t")
    pi
    """
    if change is not None:
        form = form.pullback(as_map(change, form.chart, source))
    chart = form.chart
    if form.degree != chart.dim:
        raise DegreeError(
            f"expected a {chart.dim}-form over {chart.dim} parameters, got {form.degree}", "integrate"
        )
    places = [chart.position(parameter, "bounds") for parameter, _, _ in bounds]
    if sorted(places) != list(range(chart.dim)):
        raise DimensionMismatch(f"expected bounds for each of {', '.join(chart.names)}", "bounds")
    value = form[tuple(range(chart.dim))].to_sympy()
    for place, (_, low, high) in zip(places, bounds, strict=True):
        ends = [sympy.sympify(end) for end in (low, high)]
        value = normal_form(sympy.integrate(value, (chart.symbols[place], *ends)))
    if value.has(sympy.Integral):
        raise UndecidedError("SymPy finds no closed form of the integral")
    if value.has(sympy.nan, sympy.zoo):
        raise InvalidInput("the integral does not converge", "integrate")
    return value
