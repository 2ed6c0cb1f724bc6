"""`Immersion`: submanifolds of Euclidean space, their fundamental forms and curvatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import sympy

from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.dense import determinant_and_inverse, dot
from exactgeom.forms.errors import DimensionMismatch
from exactgeom.forms.maps import Map
from exactgeom.forms.metric import Metric
from exactgeom.forms.normal import normal_form
from exactgeom.forms.riemann import Curvature


class Immersion:
    """A parametrised submanifold of Euclidean space `X(u_1..u_n)` (immutable).

    `Immersion(parameters, components)`. The normal of a hypersurface is the cross product of its tangent
    vectors (`X_u × X_v` in space), `det(X_1, ..., X_n, N) > 0`; `h_ij = ⟨X_ij, N⟩/|N|` and `H = (1/n) g^ij
    h_ij`, so an outward normal gives the sphere of radius r the mean curvature −1/r.
    Contract: exact. Errors: `DimensionMismatch`, `SingularMetric` where X is no immersion.

    >>> sphere = Immersion("u v", ["sin(u)*cos(v)", "sin(u)*sin(v)", "cos(u)"])
    >>> sphere.gauss, sphere.metric.matrix
    (1, ((1, 0), (0, sin(u)**2)))
    >>> sphere.mean_curvature_squared
    1
    """

    def __init__(self, parameters: Any, components: Iterable[Any]) -> None:
        source = as_chart(parameters)
        values = list(components)
        if len(values) < source.dim:
            raise DimensionMismatch(
                f"expected at least {source.dim} components, got {len(values)}", "components"
            )
        self.space = Chart([sympy.Symbol(f"X{i + 1}") for i in range(len(values))])
        self.map = Map(source, self.space, values)

    @classmethod
    def graph(cls, parameters: Any, height: Any) -> Immersion:
        """Return the graph `(x, f(x))` of a function.

        >>> Immersion.graph("x y", "x*y").gauss
        -1/(x**2 + y**2 + 1)**2
        """
        chart = as_chart(parameters)
        return cls(chart, [*chart.functions(), height])

    def __repr__(self) -> str:
        from exactgeom.forms.render import chart_argument

        return f"Immersion({chart_argument(self.chart)}, {[str(c) for c in self.map.components]})"

    @property
    def chart(self) -> Chart:
        """The chart of the parameters."""
        return self.map.source

    @property
    def codimension(self) -> int:
        """Dimension of the space minus that of the submanifold."""
        return self.space.dim - self.chart.dim

    @cached_property
    def tangents(self) -> tuple[tuple[Any, ...], ...]:
        """Tangent vectors `X_i = ∂X/∂u_i`."""
        values = [c.to_sympy() for c in self.map.components]
        return tuple(tuple(normal_form(sympy.diff(value, s)) for value in values) for s in self.chart.symbols)

    @cached_property
    def metric(self) -> Metric:
        """First fundamental form `g_ij = ⟨X_i, X_j⟩`."""
        rows = [[dot(p, q) for q in self.tangents] for p in self.tangents]
        return Metric(rows, self.chart)

    @cached_property
    def curvature(self) -> Curvature:
        """Intrinsic curvature, from the first fundamental form alone."""
        return Curvature(self.metric)

    @cached_property
    def _second(self) -> dict[tuple[int, int], tuple[Any, ...]]:
        n = range(self.chart.dim)
        return {
            (i, j): tuple(sympy.diff(c, self.chart.symbols[j]) for c in self.tangents[i])
            for i in n
            for j in n
        }

    def _hypersurface(self) -> None:
        if self.codimension != 1:
            raise DimensionMismatch(f"a normal needs codimension 1, got {self.codimension}", "immersion")

    @cached_property
    def normal(self) -> tuple[Any, ...]:
        """The cross product N of the tangent vectors; `|N|² = det g`, so it is not of length 1."""
        self._hypersurface()
        size = self.space.dim
        entries = []
        for k in range(size):
            minor = [[row[j] for j in range(size) if j != k] for row in self.tangents]
            sign = (-1) ** (size - 1 + k)
            entries.append(normal_form(sign * sympy.Matrix(minor).det(method="berkowitz")))
        return tuple(entries)

    @cached_property
    def second_core(self) -> tuple[tuple[Any, ...], ...]:
        """`⟨X_ij, N⟩ = |N| h_ij`: the second fundamental form without the root."""
        n = range(self.chart.dim)
        return tuple(tuple(dot(self._second[i, j], self.normal) for j in n) for i in n)

    @property
    def second_fundamental_form(self) -> Any:
        """`h_ij = ⟨X_ij, N⟩/|N|`, an immutable SymPy matrix."""
        n, length = self.chart.dim, sympy.sqrt(self.metric.determinant)
        return sympy.ImmutableMatrix(n, n, lambda i, j: normal_form(self.second_core[i][j] / length))

    @property
    def shape_operator(self) -> Any:
        """`g^{-1} h`, whose eigenvalues are the principal curvatures."""
        inverse, h = self.metric.inverse, self.second_fundamental_form
        n = self.chart.dim
        return sympy.ImmutableMatrix(n, n, lambda i, j: dot(inverse[i], [h[k, j] for k in range(n)]))

    @property
    def mean_curvature(self) -> Any:
        """`H = (1/n) g^ij h_ij` of a hypersurface.

        >>> Immersion("u v", ["cosh(u)*cos(v)", "cosh(u)*sin(v)", "u"]).mean_curvature
        0
        """
        return normal_form(self._trace / (self.chart.dim * sympy.sqrt(self.metric.determinant)))

    @property
    def mean_curvature_squared(self) -> Any:
        """`H²`: no root."""
        return normal_form(self._trace**2 / (self.chart.dim**2 * self.metric.determinant))

    @cached_property
    def _trace(self) -> Any:
        n = range(self.chart.dim)
        inverse = self.metric.inverse
        return normal_form(sympy.Add(*(inverse[i][j] * self.second_core[i][j] for i in n for j in n)))

    @property
    def gauss(self) -> Any:
        """Gauss(–Kronecker) curvature `det h / det g` of a hypersurface: no root on surfaces."""
        core, _ = determinant_and_inverse(self.second_core)
        n, det = self.chart.dim, self.metric.determinant
        return normal_form(core / (det * det ** sympy.Rational(n, 2)))

    def second_vector(self, i: int, j: int) -> tuple[Any, ...]:
        """Return the normal vector `II(∂_i, ∂_j) = X_ij − Γ^k_ij X_k`, in any codimension."""
        christoffel = self.curvature.christoffel
        pull = [christoffel[k, i, j] for k in range(self.chart.dim)]
        columns = zip(*self.tangents, strict=True)
        return tuple(
            normal_form(value - sympy.Add(*(p * q for p, q in zip(pull, column, strict=True))))
            for value, column in zip(self._second[i, j], columns, strict=True)
        )

    @cached_property
    def mean_curvature_vector(self) -> tuple[Any, ...]:
        """`(1/n) g^ij II(∂_i, ∂_j)`, in any codimension."""
        n = range(self.chart.dim)
        parts = [(self.metric.inverse[i][j], self.second_vector(i, j)) for i in n for j in n]
        return tuple(
            normal_form(sympy.Add(*(g * vector[k] for g, vector in parts)) / self.chart.dim)
            for k in range(self.space.dim)
        )

    def normal_part(self, vector: Sequence[Any]) -> tuple[Any, ...]:
        """Return the part of a vector of the space orthogonal to the submanifold."""
        along = [dot(tangent, vector) for tangent in self.tangents]
        factors = [dot(row, along) for row in self.metric.inverse]
        columns = zip(*self.tangents, strict=True)
        return tuple(normal_form(v - dot(factors, c)) for v, c in zip(vector, columns, strict=True))
