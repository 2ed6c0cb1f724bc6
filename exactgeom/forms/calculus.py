"""Derivatives and contractions of forms: d, interior product, Lie derivative, evaluation on vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactgeom.forms import rings
from exactgeom.forms.algebra import Terms, mixed
from exactgeom.forms.errors import DegreeError
from exactgeom.forms.fields import VectorField, as_field
from exactgeom.forms.form import DifferentialForm
from exactgeom.linalg import blades


def exterior_derivative(form: DifferentialForm) -> DifferentialForm:
    """Return `dω = Σ_I Σ_j ∂_j c_I dx_j ∧ dx_I`; exact."""
    chart = form.chart
    found: Terms = {}
    for key, value in form.terms.items():
        for j in range(chart.dim):
            bit = 1 << j
            if key & bit:
                continue
            slope = rings.derivative(chart, value, j)
            if (key & (bit - 1)).bit_count() & 1:  # dx_j moves past the smaller indices
                slope = -slope
            joint = key | bit
            found[joint] = found[joint] + slope if joint in found else slope
    return form.like(form.degree + 1, found)


def interior(vector: Any, form: DifferentialForm) -> DifferentialForm:
    """Return `i_X ω = ω(X, ·, ..., ·)`; exact; zero on functions.

    Errors: `ChartMismatch`, `DimensionMismatch`.

    >>> x, y = (dx, dy) = DifferentialForm.function("x y", "x").chart.functions()
    >>> print(interior([x, y], x.d() ^ y.d()))
    -y*dx + x*dy
    """
    field = as_field(vector, form.chart)
    if form.degree == 0:
        return form.like(0, {})
    components = DifferentialForm.from_coefficients(
        form.chart, 1, {1 << i: c.terms[0] for i, c in enumerate(field.components) if c.terms}
    )
    slots, terms = mixed(components, form)
    found: Terms = {}
    for key, value in terms.items():
        for i in blades.index(key):
            bit = 1 << i
            if bit not in slots:
                continue
            product = slots[bit] * value
            if (key & (bit - 1)).bit_count() & 1:
                product = -product
            rest = key ^ bit
            found[rest] = found[rest] + product if rest in found else product
    return form.like(form.degree - 1, found)


def lie(vector: Any, form: DifferentialForm) -> DifferentialForm:
    """Return the Lie derivative `L_X ω = d i_X ω + i_X dω` (Cartan); exact.

    >>> x, y = DifferentialForm.function("x y", "x").chart.functions()
    >>> print(lie([-y, x], x.d()))
    -dy
    """
    field = as_field(vector, form.chart)
    turned = interior(field, exterior_derivative(form))
    if form.degree == 0:
        return turned
    total: DifferentialForm = exterior_derivative(interior(field, form)) + turned
    return total


def evaluate(form: DifferentialForm, vectors: Sequence[Any]) -> DifferentialForm:
    """Return the 0-form `ω(X_1, ..., X_k)`; exact. Errors: `DegreeError` unless k vectors are given."""
    if len(vectors) != form.degree:
        raise DegreeError(f"expected {form.degree} vectors, got {len(vectors)}", "vectors")
    for vector in vectors:
        form = interior(vector, form)
    return form


def bracket(a: VectorField, b: VectorField) -> VectorField:
    """Return the Lie bracket `[X, Y]`, with `[X, Y]f = X(Yf) − Y(Xf)`."""
    a.chart.same(b.chart, "bracket")
    return VectorField(a.chart, [a(q) - b(p) for p, q in zip(a.components, b.components, strict=True)])
