"""Cartan's moving frames: orthonormal coframes, their connection 1-forms and curvature 2-forms.

Structure equations: `dθ^a = −ω^a_b ∧ θ^b`, `ω_ab = −ω_ba`, `Ω^a_b = dω^a_b + ω^a_c ∧ ω^c_b = ½ R^a_bcd θ^c ∧
θ^d`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import sympy

from exactgeom.exact import InvalidInput
from exactgeom.forms.deciding import constant_sign, equal, is_zero
from exactgeom.forms.dense import determinant_and_inverse
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.fields import VectorField
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.metric import Metric
from exactgeom.forms.normal import normal_form
from exactgeom.forms.riemann import curvature_of

FormMatrix = tuple[tuple[DifferentialForm, ...], ...]


class Frame:
    """An orthonormal coframe θ^1, ..., θ^n of a metric (immutable); `signs[a] = ⟨θ^a, θ^a⟩ = ±1`.

    `Frame(metric, forms)` checks that the 1-forms are orthonormal; `orthonormal_frame(metric)` makes one.
    Contract: exact. Errors: `InvalidInput` naming two forms that are not orthonormal, `DimensionMismatch`.

    >>> polar = Metric.diagonal([1, "r**2"], "r t")
    >>> r, t = polar.chart.functions()
    >>> frame = Frame(polar, [r.d(), r * t.d()])
    >>> print(frame.connection[0][1])
    -dt
    >>> frame.curvature[0][1] == 0
    True
    """

    def __init__(self, metric: Metric, forms: Sequence[DifferentialForm]) -> None:
        self.metric = metric
        self.forms = tuple(forms)
        if len(self.forms) != metric.dim:
            raise DimensionMismatch(f"expected {metric.dim} 1-forms, got {len(self.forms)}", "forms")
        for i, form in enumerate(self.forms):
            metric.chart.same(form.chart, f"forms[{i}]")
            if form.degree != 1:
                raise DegreeError(f"expected a 1-form, got a {form.degree}-form", f"forms[{i}]")
        self.signs = self._checked_signs()

    def _checked_signs(self) -> tuple[int, ...]:
        signs = []
        for i, form in enumerate(self.forms):
            length = self.metric.inner(form, form).to_sympy()
            sign = 1 if equal(length, sympy.S.One) else -1
            if sign < 0 and not equal(length, sympy.S.NegativeOne):
                raise InvalidInput(f"the square of the form is {length}, expected 1 or -1", f"forms[{i}]")
            signs.append(sign)
            for j in range(i):
                if self.metric.inner(form, self.forms[j]) != 0:
                    raise InvalidInput(f"the form is not orthogonal to forms[{j}]", f"forms[{i}]")
        return tuple(signs)

    def __repr__(self) -> str:
        return f"Frame({self.metric!r}, {list(self.forms)!r})"

    @cached_property
    def vectors(self) -> tuple[VectorField, ...]:
        """The dual frame e_1, ..., e_n: `θ^a(e_b) = δ^a_b`."""
        return tuple(
            self.metric.sharp(form) * sign for form, sign in zip(self.forms, self.signs, strict=True)
        )

    @cached_property
    def _structure(self) -> list[list[list[Any]]]:
        """`D_abc` with `dθ_a = ½ D_abc θ^b ∧ θ^c` (first index lowered)."""
        slopes = [form.d() for form in self.forms]
        return [
            [[s * slope(v, w).to_sympy() for w in self.vectors] for v in self.vectors]
            for s, slope in zip(self.signs, slopes, strict=True)
        ]

    @cached_property
    def connection(self) -> FormMatrix:
        """The 1-forms `ω^a_b`: `ω_ab = ½(D_abc − D_bac − D_cab) θ^c`, the first index raised."""
        n, d = range(self.metric.dim), self._structure

        def one(a: int, b: int) -> DifferentialForm:
            factors = [self.signs[a] * (d[a][b][c] - d[b][a][c] - d[c][a][b]) / 2 for c in n]
            zero = self.forms[0].like(1, {})
            return sum((f * form for f, form in zip(factors, self.forms, strict=True)), zero)

        return tuple(tuple(one(a, b) for b in n) for a in n)

    @cached_property
    def curvature(self) -> FormMatrix:
        """The 2-forms `Ω^a_b = dω^a_b + ω^a_c ∧ ω^c_b`."""
        return curvature_of(self.connection)

    def riemann(self, a: int, b: int, c: int, d: int) -> Any:
        """Return the frame component `R^a_bcd`.

        >>> sphere = orthonormal_frame(Metric.diagonal([1, "sin(u)**2"], "u v"))
        >>> sphere.riemann(0, 1, 0, 1)
        1
        """
        return self.curvature[a][b](self.vectors[c], self.vectors[d]).to_sympy()

    @cached_property
    def ricci(self) -> Any:
        """Frame components `R_bd = R^a_bad`, an immutable SymPy matrix."""
        n = self.metric.dim

        def entry(b: int, d: int) -> Any:
            return normal_form(sympy.Add(*(self.riemann(a, b, a, d) for a in range(n))))

        return sympy.ImmutableMatrix(n, n, entry)

    @property
    def scalar(self) -> Any:
        """Scalar curvature."""
        return normal_form(sympy.Add(*(s * self.ricci[i, i] for i, s in enumerate(self.signs))))


def orthonormal_frame(metric: Metric, *, at: Mapping[Any, Any] | None = None) -> Frame:
    """Return the frame that completing squares gives, in the order of the coordinates.

    `θ^a = √|d_a| Σ_{j ≥ a} l_aj dx_j`, so a diagonal metric gives `√|g_aa| dx_a`.
    `at` is a point of the domain, {symbol: rational}, where the sign of d_a depends on it (a horizon).
    Errors: `UndecidedError` when it does and is not given; `InvalidInput` where a leading minor of the
    metric is zero (a null coordinate): give a frame yourself.

    >>> frame = orthonormal_frame(Metric.diagonal(["1", "1 + u**2"], "u v"))
    >>> print(*frame.forms, sep="; ")
    du; sqrt(u**2 + 1)*dv
    """
    chart, size = metric.chart, metric.dim
    table = [list(row) for row in metric.matrix]
    forms = []
    for a in range(size):
        pivot = table[a][a]
        if is_zero(pivot):
            raise InvalidInput(f"no square can be completed at {chart.names[a]}: give a frame", "metric")
        root = sympy.sqrt(constant_sign(pivot, at) * pivot)
        row = [normal_form(table[a][j] / pivot) for j in range(size)]
        forms.append(DifferentialForm(chart, 1, {(j,): root * row[j] for j in range(a, size)}))
        for i in range(a + 1, size):
            for j in range(a + 1, size):
                table[i][j] = normal_form(table[i][j] - pivot * row[i] * row[j])
    return Frame(metric, forms)


def dual_frame(forms: Sequence[DifferentialForm]) -> tuple[VectorField, ...]:
    """Return the vector fields e_b with `θ^a(e_b) = δ^a_b`, for any n independent 1-forms (no metric).

    Errors: `InvalidInput` when they are dependent.
    """
    chart = forms[0].chart
    rows = [[form[j].to_sympy() for j in range(chart.dim)] for form in forms]
    _, inverse = determinant_and_inverse(rows)
    if inverse is None:
        raise InvalidInput("the 1-forms are linearly dependent", "forms")
    return tuple(VectorField(chart, column) for column in zip(*inverse, strict=True))
