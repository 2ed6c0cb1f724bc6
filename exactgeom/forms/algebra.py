"""The algebra of forms: sums, the wedge product, quotients and powers of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy

from exactgeom.exact import InvalidInput
from exactgeom.forms import rings
from exactgeom.forms.errors import DegreeError
from exactgeom.forms.rings import Coefficient
from exactgeom.linalg import blades

if TYPE_CHECKING:
    from exactgeom.forms.form import DifferentialForm

Terms = dict[int, Coefficient]
"""Raw coefficients by bit mask of their indices, all in one ring."""


def mixed(a: DifferentialForm, b: DifferentialForm) -> tuple[Terms, Terms]:
    """Return the terms of two forms on one chart, with coefficients in one ring."""
    if a.is_polynomial == b.is_polynomial:
        return a.terms, b.terms
    convert = rings.to_sympy
    left, right = ({k: convert(a.chart, v) for k, v in form.terms.items()} for form in (a, b))
    return left, right


def wedge(a: DifferentialForm, b: DifferentialForm) -> DifferentialForm:
    """Return `a ∧ b`; exact; zero when the degrees exceed the dimension. Errors: `ChartMismatch`."""
    a.chart.same(b.chart, "^")
    left, right = mixed(a, b)
    return a.like(a.degree + b.degree, wedge_terms(left, right))


def wedge_terms(left: Terms, right: Terms) -> Terms:
    """Return the wedge product of raw terms in one ring."""
    found: Terms = {}
    for key, value in left.items():
        for other, factor in right.items():
            if key & other:
                continue
            product = value * factor
            if blades.sign(key, other) < 0:
                product = -product
            joint = key | other
            found[joint] = found[joint] + product if joint in found else product
    return found


def plus(a: DifferentialForm, b: DifferentialForm) -> DifferentialForm:
    """Return `a + b`; assumption: equal degrees. Errors: `ChartMismatch`."""
    a.chart.same(b.chart, "+")
    total, other = mixed(a, b)
    for key, value in other.items():
        total[key] = total[key] + value if key in total else value
    return a.like(a.degree, total)


def quotient(form: DifferentialForm, divisor: DifferentialForm) -> DifferentialForm:
    """Return a form divided by a function; errors: `InvalidInput` when that is zero, `DegreeError`."""
    form.chart.same(divisor.chart, "/")
    if divisor.degree:
        raise DegreeError(f"expected a function to divide by, got a {divisor.degree}-form", "/")
    if divisor.is_zero():
        raise InvalidInput("division by the zero function", "/")
    value = divisor.terms[0]
    if (number := rings.constant_value(value)) is not None:
        return wedge(form, form.like(0, {0: rings.coefficient(form.chart, 1 / number)}))
    return wedge(form, form.like(0, {0: 1 / rings.to_sympy(form.chart, value)}))


def power(function: DifferentialForm, exponent: Any) -> DifferentialForm:
    """Return a function to any power: polynomial for natural exponents, else through SymPy."""
    if function.degree:
        raise DegreeError(f"expected a function to raise to a power, got a {function.degree}-form", "**")
    chart = function.chart
    value = function.terms.get(0, chart.context.constant(0))
    if isinstance(exponent, int) and exponent >= 0 and rings.is_polynomial(value):
        return function.like(0, {0: value**exponent})
    raised = sympy.Pow(rings.to_sympy(chart, value), sympy.sympify(exponent))
    return function.function(chart, raised)
