"""`Metric`: a symbolic metric of any signature, and what it does to forms and fields.

Conventions (Misner, Thorne, Wheeler): ε_{1..n} = +√|g|; ⋆ contracts the first indices of ε; δ is the adjoint
of d.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy

from exactgeom.exact import InvalidInput
from exactgeom.exact.values import Frozen, freeze
from exactgeom.forms import rings
from exactgeom.forms.algebra import Terms, wedge, wedge_terms
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.deciding import constant_sign, equal
from exactgeom.forms.dense import Rows, determinant_and_inverse, dot, product
from exactgeom.forms.errors import DegreeError, DimensionMismatch, SingularMetric
from exactgeom.forms.fields import VectorField, as_field
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.maps import as_map
from exactgeom.forms.normal import normal_form
from exactgeom.linalg import blades


class Metric(Frozen):
    """A metric `Σ g_ij dx_i dx_j` on a chart (immutable), of any signature.

    `Metric(rows, coordinates)`: a nested list (or SymPy matrix) of expressions, symmetric.
    `density` is √|det g| where you know a form without the root, such as `r**2*sin(theta)`: its square is
    checked. Contract: exact. Assumption: on its domain the metric is nondegenerate, so the sign of det g is
    the same everywhere; without `density` it is read off at rational points.
    Errors: `InvalidInput` when not symmetric, `DimensionMismatch`, `SingularMetric` when an inverse is
    needed.

    >>> polar = Metric([[1, 0], [0, "r**2"]], "r t", density="r")
    >>> r, t = polar.chart.functions()
    >>> print(polar.star(r.d())), print(polar.laplace_beltrami(r**2))
    r*dt
    4
    (None, None)
    """

    def __init__(self, rows: Any, coordinates: Any, *, density: Any = None) -> None:
        chart = as_chart(coordinates)
        table = _table(rows)
        if len(table) != chart.dim or any(len(row) != chart.dim for row in table):
            shape = f"{len(table)} rows of lengths {sorted({len(row) for row in table})}"
            raise DimensionMismatch(f"expected a {chart.dim} by {chart.dim} matrix, got {shape}", "metric")
        raw = [
            [rings.coefficient(chart, value, f"metric[{i}][{j}]") for j, value in enumerate(row)]
            for i, row in enumerate(table)
        ]
        matrix = tuple(tuple(normal_form(rings.to_sympy(chart, value)) for value in row) for row in raw)
        for i in range(chart.dim):
            for j in range(i):
                if not equal(matrix[i][j], matrix[j][i]):
                    raise InvalidInput(
                        f"expected a symmetric matrix, but {matrix[i][j]} and {matrix[j][i]} differ",
                        f"metric[{i}][{j}]",
                    )
        freeze(self, "chart", chart)
        freeze(self, "matrix", matrix)
        freeze(self, "_given", None if density is None else self._check_density(density))

    chart: Chart
    matrix: Rows
    _given: Any

    def _check_density(self, density: Any) -> Any:
        value = rings.to_sympy(self.chart, rings.coefficient(self.chart, density, "density"))
        _ = self.inverse
        for sign in (1, -1):
            if equal(value**2, sign * self.determinant):
                self.__dict__["sign"] = sign
                return value
        raise InvalidInput(f"({value})² is not |det g|, det g = {self.determinant}", "density")

    @classmethod
    def euclidean(cls, coordinates: Any) -> Metric:
        """Return the metric `Σ dx_i²`."""
        chart = as_chart(coordinates)
        return cls([[int(i == j) for j in range(chart.dim)] for i in range(chart.dim)], chart)

    @classmethod
    def diagonal(cls, entries: Iterable[Any], coordinates: Any, *, density: Any = None) -> Metric:
        """Return a diagonal metric."""
        values = list(entries)
        rows = [[value if i == j else 0 for j in range(len(values))] for i, value in enumerate(values)]
        return cls(rows, coordinates, density=density)

    # -- invariants ----------------------------------------------------------------------------------

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.chart.dim

    @cached_property
    def _solved(self) -> tuple[Any, Rows | None]:
        return determinant_and_inverse(self.matrix)

    @property
    def determinant(self) -> Any:
        """Det g, a SymPy expression in normal form (0 for a singular metric)."""
        return self._solved[0]

    @property
    def inverse(self) -> Rows:
        """Rows of the inverse matrix; errors: `SingularMetric`."""
        if self._solved[1] is None:
            raise SingularMetric("the determinant of the metric is identically zero", "metric")
        return self._solved[1]

    @cached_property
    def sign(self) -> int:
        """Sign of det g; errors: `SingularMetric`, `UndecidedError` where both occur (give the density)."""
        _ = self.inverse
        return constant_sign(self.determinant)

    @property
    def density(self) -> Any:
        """√|det g| as a SymPy expression: the given one, else the root of |det g|."""
        return (
            self._given if self._given is not None else normal_form(sympy.sqrt(self.sign * self.determinant))
        )

    def volume_form(self) -> DifferentialForm:
        """Return `√|det g| dx_1 ∧ ... ∧ dx_n`.

        >>> print(Metric.diagonal([1, "r**2"], "r t", density="r").volume_form())
        r*(dr ^ dt)
        """
        density = rings.coefficient(self.chart, self.density)
        return DifferentialForm.from_coefficients(self.chart, self.dim, {(1 << self.dim) - 1: density})

    # -- indices up and down -------------------------------------------------------------------------

    def _moved(self, terms: Terms, matrix: Rows) -> Terms:
        """Return raw terms with every index moved by a matrix: `dx_i -> Σ_j m_ij e_j`."""
        rows = [
            {1 << j: rings.coefficient(self.chart, value) for j, value in enumerate(row) if value != 0}
            for row in matrix
        ]
        values = [*terms.values(), *(value for row in rows for value in row.values())]
        if not all(map(rings.is_polynomial, values)):
            rows = [self._symbolic(row) for row in rows]
            terms = self._symbolic(terms)
        found: Terms = {}
        for key, value in terms.items():
            made: Terms = {0: value}
            for i in blades.index(key):
                made = wedge_terms(made, rows[i])
            for joint, part in made.items():
                found[joint] = found[joint] + part if joint in found else part
        return rings.one_ring(self.chart, found)

    def _symbolic(self, terms: Terms) -> Terms:
        return {key: rings.to_sympy(self.chart, value) for key, value in terms.items()}

    def sharp(self, form: DifferentialForm) -> VectorField:
        """Return the vector field `ω^♯`, `g(ω^♯, X) = ω(X)`; errors: `DegreeError` unless a 1-form."""
        self.chart.same(form.chart, "sharp")
        if form.degree != 1:
            raise DegreeError(f"expected a 1-form, got a {form.degree}-form", "sharp")
        raised = form.like(1, self._moved(form.terms, self.inverse))
        return VectorField(self.chart, [raised[i] for i in range(self.dim)])

    def flat(self, vector: Any) -> DifferentialForm:
        """Return the 1-form `X^♭ = g(X, ·)`."""
        field = as_field(vector, self.chart)
        columns = [c.to_sympy() for c in field.components]
        values: dict[tuple[int, ...], Any] = {(i,): dot(row, columns) for i, row in enumerate(self.matrix)}
        return DifferentialForm(self.chart, 1, values)

    def inner(self, a: DifferentialForm, b: DifferentialForm) -> DifferentialForm:
        """Return the function `⟨a, b⟩ = Σ_{I increasing} a_I b^I` of two forms of one degree."""
        if a.degree != b.degree:
            raise DegreeError(f"expected equal degrees, got {a.degree} and {b.degree}", "inner")
        for form in (a, b):
            self.chart.same(form.chart, "inner")
        raised = self._symbolic(self._moved(b.terms, self.inverse))
        left = self._symbolic(a.terms)
        total = sympy.Add(*(value * raised[key] for key, value in left.items() if key in raised))
        return DifferentialForm.function(self.chart, total)

    # -- operators -----------------------------------------------------------------------------------

    def star_core(self, form: DifferentialForm) -> DifferentialForm:
        """Return `⋆ω / √|det g|`: no root, so polynomial forms stay polynomial under constant metrics.

        >>> flat = Metric([[2, 1], [1, 2]], "x y")
        >>> x, y = flat.chart.functions()
        >>> print(flat.star_core(x.d())), print(flat.density)
        dx/3 + 2*dy/3
        sqrt(3)
        (None, None)
        """
        self.chart.same(form.chart, "star")
        full = (1 << self.dim) - 1
        found = {}
        for key, value in self._moved(form.terms, self.inverse).items():
            rest = full ^ key
            found[rest] = value if blades.sign(key, rest) > 0 else -value
        return form.like(max(self.dim - form.degree, 0), found)

    def star(self, form: DifferentialForm) -> DifferentialForm:
        """Return the Hodge star `(⋆ω)_J = Σ_I ω^I ε_{IJ}`, so that `α ∧ ⋆β = ⟨α, β⟩ vol`.

        `⋆⋆ = sign(det g) (−1)^{k(n−k)}` on k-forms.
        """
        return wedge(self.star_core(form), DifferentialForm.function(self.chart, self.density))

    def codifferential(self, form: DifferentialForm) -> DifferentialForm:
        """Return `δω`, the adjoint of d: `(δω)^J = −(1/√|g|) ∂_i(√|g| ω^{iJ})`; zero on functions.

        `δ = sign(det g) (−1)^{n(k+1)+1} ⋆d⋆` on k-forms. Computed with `∂ log √|g| = ∂g/2g`, without a root.
        """
        self.chart.same(form.chart, "codifferential")
        if form.degree == 0:
            return form.like(0, {})
        raised = self._symbolic(self._moved(form.terms, self.inverse))
        found: Terms = {}
        for key, value in raised.items():
            for i in blades.index(key):
                bit = 1 << i
                part = -(sympy.diff(value, self.chart.symbols[i]) + value * self._half_slopes[i])
                if (key & (bit - 1)).bit_count() & 1:
                    part = -part
                rest = key ^ bit
                found[rest] = found[rest] + part if rest in found else part
        settled = rings.one_ring(self.chart, found)
        return form.like(form.degree - 1, self._moved(settled, self.matrix))

    @cached_property
    def _half_slopes(self) -> tuple[Any, ...]:
        """`∂_i log √|det g|`."""
        det = self.determinant
        return tuple(normal_form(sympy.diff(det, s) / (2 * det)) for s in self.chart.symbols)

    def laplacian(self, form: DifferentialForm) -> DifferentialForm:
        """Return the Laplace–de Rham operator `Δ = dδ + δd`; on functions it is −div grad."""
        total = self.codifferential(form.d())
        return total + self.codifferential(form).d() if form.degree else total

    def gradient(self, function: DifferentialForm) -> VectorField:
        """Return `grad f = (df)^♯`."""
        if function.degree:
            raise DegreeError(f"expected a function, got a {function.degree}-form", "gradient")
        return self.sharp(function.d())

    def divergence(self, vector: Any) -> DifferentialForm:
        """Return `div X = (1/√|g|) ∂_i(√|g| X^i)`, so that `L_X vol = (div X) vol`."""
        return -self.codifferential(self.flat(vector))

    def laplace_beltrami(self, function: DifferentialForm) -> DifferentialForm:
        """Return `div grad f`; in Euclidean coordinates the sum of second derivatives."""
        return self.divergence(self.gradient(function))

    def pullback(self, change: Any, *, source: Any = None, density: Any = None) -> Metric:
        """Return the metric `J^T (g ∘ f) J` pulled back by a map into this chart (it may be singular).

        >>> x, y = Chart("x y").functions()
        >>> Metric.euclidean("x y").pullback({x: "r*cos(t)", y: "r*sin(t)"}, source="r t").matrix
        ((1, 0), (0, r**2))
        """
        change = as_map(change, self.chart, source)
        slopes = [[entry.to_sympy() for entry in row] for row in change.jacobian()]
        images = [component.to_sympy() for component in change.components]
        moved = [[rings.replace(value, self.chart.symbols, images) for value in row] for row in self.matrix]
        columns = list(zip(*slopes, strict=True))
        return Metric(product(columns, product(moved, slopes)), change.source, density=density)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Metric):
            return NotImplemented
        self.chart.same(other.chart, "==")
        pairs = (
            pair for rows in zip(self.matrix, other.matrix, strict=True) for pair in zip(*rows, strict=True)
        )
        return all(equal(a, b) for a, b in pairs)

    def __hash__(self) -> int:
        return hash(("Metric", self.chart))

    def __reduce__(self) -> tuple[Any, ...]:
        rows = [[sympy.srepr(value) for value in row] for row in self.matrix]
        return _restored, (rows, self.chart, None if self._given is None else sympy.srepr(self._given))

    def __repr__(self) -> str:
        from exactgeom.forms.render import chart_argument

        rows = [[str(value) for value in row] for row in self.matrix]
        extra = "" if self._given is None else f", density={str(self._given)!r}"
        return f"Metric({rows}, {chart_argument(self.chart)}{extra})"


def _table(rows: Any) -> list[list[Any]]:
    if isinstance(rows, sympy.MatrixBase | np.ndarray):
        rows = rows.tolist()
    if not isinstance(rows, Sequence) or not all(isinstance(row, Sequence) for row in rows):
        raise InvalidInput("expected a nested list of expressions", "metric")
    return [list(row) for row in rows]


def _restored(rows: list[list[str]], chart: Chart, density: str | None) -> Metric:
    table = [[sympy.sympify(value) for value in row] for row in rows]
    return Metric(table, chart, density=None if density is None else sympy.sympify(density))
