"""The Poincaré lemma made explicit: potentials of closed forms by the homotopy operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy
from flint import fmpq

from exactgeom.exact import InvalidInput, UndecidedError, exact_vector
from exactgeom.forms import rings
from exactgeom.forms.algebra import Terms
from exactgeom.forms.chart import Chart
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.maps import Map, pullback
from exactgeom.linalg import blades

_ENTIRE = (sympy.sin, sympy.cos, sympy.sinh, sympy.cosh, sympy.exp)


def homotopy(form: DifferentialForm, center: Sequence[Any] | None = None) -> DifferentialForm:
    """Return `Kω`, the homotopy operator towards a center: `dKω + Kdω = ω` for degree > 0.

    `Kω = Σ_I (∫₀¹ t^(k−1) c_I(a + t(x−a)) dt) i_{x−a} dx_I`; exact. For polynomials each monomial of degree m
    is divided by m + k; symbolic coefficients are integrated by SymPy.
    Errors: `DegreeError` for a function, `UndecidedError` when SymPy finds no integral.

    >>> x, y = Chart("x y").functions()
    >>> print(homotopy(x.d() ^ y.d()))
    -y/2*dx + x/2*dy
    """
    if form.degree == 0:
        raise DegreeError("a function has no potential: expected a form of degree at least 1", "potential")
    chart = form.chart
    if center is not None and any(point := exact_vector(center, "center")):
        if len(point) != chart.dim:
            raise DimensionMismatch(f"expected {chart.dim} coordinates, got {len(point)}", "center")
        there = Map(chart, chart, [x + c for x, c in zip(chart.functions(), point, strict=True)])
        back = Map(chart, chart, [x - c for x, c in zip(chart.functions(), point, strict=True)])
        return pullback(homotopy(pullback(form, there)), back)
    radial: Terms = {}
    symbolic = not form.is_polynomial
    for key, value in form.terms.items():
        scaled = _ray_integral(chart, value, form.degree)
        for i in blades.index(key):
            bit = 1 << i
            factor = chart.symbols[i] if symbolic else chart.context.gen(i)
            product = scaled * factor
            if (key & (bit - 1)).bit_count() & 1:
                product = -product
            rest = key ^ bit
            radial[rest] = radial[rest] + product if rest in radial else product
    return form.like(form.degree - 1, radial)


def _ray_integral(chart: Chart, value: Any, degree: int) -> Any:
    """Return `∫₀¹ t^(degree−1) c(t x) dt`."""
    if rings.is_polynomial(value):
        weighted = {e: c / fmpq(sum(map(int, e)) + degree) for e, c in value.to_dict().items()}
        return chart.context.from_dict(weighted)
    t = sympy.Dummy("t", positive=True)
    along = rings.replace(value, chart.symbols, [t * s for s in chart.symbols])
    found = sympy.integrate(t ** (degree - 1) * along, (t, 0, 1), conds="none")
    if found.has(sympy.Integral, sympy.oo, -sympy.oo, sympy.zoo, sympy.nan) or t in found.free_symbols:
        raise UndecidedError(f"no integral of {value} along the rays from the center was found")
    return found


def potential(form: DifferentialForm, center: Sequence[Any] | None = None) -> DifferentialForm:
    """Return a form v with `dv = ω`, by the homotopy towards a center.

    Contract: exact, and checked: `dv = ω` where both are defined (polynomials: everywhere).
    Errors: `InvalidInput` when the form is not closed, `UndecidedError`, `DegreeError` for a function.

    >>> x, y, z = Chart("x y z").functions()
    >>> print(potential((y * x.d()) + (x * y.d())))
    x*y
    """
    if form.degree == 0:
        raise DegreeError("a function has no potential: expected a form of degree at least 1", "potential")
    if not form.is_closed():
        raise InvalidInput("the form is not closed, so it has no potential", "potential")
    found = homotopy(form, center)
    if not form.is_polynomial and found.d() != form:
        raise UndecidedError("the rays from the center leave the domain: choose another center")
    return found


def is_exact(form: DifferentialForm) -> bool:
    """Tell whether the form is `dv` for a smooth v on all of R^n.

    Contract: exact. There closed means exact once the form itself is smooth on all of R^n, as polynomials in
    the coordinates, sines, exponentials, ... are. A function is exact only when it is zero.
    Errors: `UndecidedError` for a closed form that may be singular somewhere, such as dθ on the punctured
    plane.

    >>> x, y = Chart("x y").functions()
    >>> is_exact(x.d() ^ y.d()), is_exact(x * y.d())
    (True, False)
    """
    if form.degree == 0:
        return form.is_zero()
    if not form.is_closed():
        return False
    if all(_is_entire(c.to_sympy()) for c in form.components.values()):
        return True
    raise UndecidedError("the form is closed but may be singular: exactness depends on its domain")


def _is_entire(e: Any) -> bool:
    if e.is_Number or e.is_Symbol:
        return True
    if e.is_Add or e.is_Mul or isinstance(e, _ENTIRE):
        return all(map(_is_entire, e.args))
    return bool(e.is_Pow and e.exp.is_Integer and e.exp > 0 and _is_entire(e.base))
