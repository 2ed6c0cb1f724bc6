"""Polynomial forms integrated over oriented simplices, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any

from flint import fmpq, fmpq_mat

from exactgeom.exact import InvalidInput, exact_matrix, fraction, to_fmpq
from exactgeom.forms.chart import polynomial_context
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.linalg import blades

Point = Sequence[Fraction]


def check_integrand(form: DifferentialForm, degree: int, dimension: int) -> None:
    """Raise unless a form fits a domain: `DimensionMismatch`, `DegreeError`, `InvalidInput`."""
    if form.chart.dim != dimension:
        raise DimensionMismatch(
            f"the form has {form.chart.dim} coordinates, the domain lies in dimension {dimension}",
            "integrate",
        )
    if form.degree != degree:
        raise DegreeError(f"expected a form of degree {degree}, the domain's, got {form.degree}", "integrate")
    if not form.is_polynomial:
        raise InvalidInput(
            "expected polynomial coefficients; symbolic forms are integrated by integrate_parametrised",
            "integrate",
        )


def integrate_simplex(form: DifferentialForm, points: Any) -> Fraction:
    """Return `∫ω` over the simplex with these k + 1 vertices, oriented by their order.

    Contract: exact, for polynomial coefficients; a flat simplex gives 0. With t the barycentric coordinates,
    `∫ t^a dt_1 ∧ ... ∧ dt_k = Π a_i! / (|a| + k)!`. Errors: `DegreeError`, `DimensionMismatch`,
    `InvalidInput`.

    >>> from exactgeom.forms import coordinates
    >>> x, y = coordinates("x y")
    >>> integrate_simplex(x * (x.d() ^ y.d()), [(0, 0), (1, 0), (0, 1)])
    Fraction(1, 6)
    """
    table = exact_matrix(points, "points")
    if not table:
        raise InvalidInput("expected at least one point", "points")
    check_integrand(form, len(table) - 1, len(table[0]))
    return fraction(simplex_integral(form, table))


def simplex_integral(form: DifferentialForm, points: Sequence[Point]) -> fmpq:
    """Return `∫ω` over an oriented simplex as an `fmpq`; assumption: everything fits."""
    base, size = [to_fmpq(c) for c in points[0]], len(points) - 1
    if not size:
        value = form.terms.get(0)
        return fmpq(0) if value is None else value(*base)
    edges = [[to_fmpq(c) - b for c, b in zip(point, base, strict=True)] for point in points[1:]]
    context = polynomial_context(size)
    images = [
        context.from_dict({(0,) * size: start} | {_unit(i, size): edge[j] for i, edge in enumerate(edges)})
        for j, start in enumerate(base)
    ]
    total = context.constant(0)
    for key, value in form.terms.items():
        columns = blades.index(key)
        minor = fmpq_mat([[edge[j] for j in columns] for edge in edges]).det()
        if minor:
            total += value.compose(*images, ctx=context) * minor
    return standard_integral(total, size)


def _unit(i: int, size: int) -> tuple[int, ...]:
    return tuple(int(i == j) for j in range(size))


def standard_integral(poly: Any, size: int) -> fmpq:
    """Return the integral of a polynomial over the standard simplex `t >= 0, Σt <= 1`."""
    total = fmpq(0)
    for exponents, coefficient in poly.to_dict().items():
        top = 1
        for e in exponents:
            top *= factorial(int(e))
        total += coefficient * fmpq(top, factorial(sum(map(int, exponents)) + size))
    return total
