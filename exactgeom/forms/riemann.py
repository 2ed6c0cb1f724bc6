"""Curvature of a metric in coordinates: Christoffel symbols, Riemann, Ricci, scalar, Gauss, sectional.

Conventions (Misner, Thorne, Wheeler): `R^a_bcd = ∂_c Γ^a_bd − ∂_d Γ^a_bc + Γ^a_ce Γ^e_bd − Γ^a_de Γ^e_bc`,
`R_bd = R^a_bad`, `R = g^bd R_bd`: +2 for the unit sphere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import product as cartesian
from typing import Any

import sympy

from exactgeom.exact import InvalidInput
from exactgeom.forms.chart import Chart
from exactgeom.forms.deciding import is_zero
from exactgeom.forms.dense import dot
from exactgeom.forms.errors import DimensionMismatch
from exactgeom.forms.fields import as_field
from exactgeom.forms.form import DifferentialForm
from exactgeom.forms.metric import Metric
from exactgeom.forms.normal import normal_form


def curvature(metric: Any, coordinates: Any = None) -> Curvature:
    """Return the curvature of a metric: a `Metric`, or a nested list of expressions with its coordinates.

    Contract: exact, in normal form. Errors: `SingularMetric`, `InvalidInput`, `DimensionMismatch`.

    >>> a, theta, phi = sympy.symbols("a theta phi")
    >>> sphere = curvature([[a**2, 0], [0, a**2 * sympy.sin(theta) ** 2]], [theta, phi])
    >>> sphere.scalar, sphere.gauss, sphere.ricci
    (2/a**2, a**(-2), Matrix([
    [1,             0],
    [0, sin(theta)**2]]))
    """
    if not isinstance(metric, Metric):
        if coordinates is None:
            raise InvalidInput("expected the coordinates of the metric", "coordinates")
        metric = Metric(metric, coordinates)
    return Curvature(metric)


class Curvature:
    """The curvature of a metric; everything is computed when first asked for, exactly, and kept.

    Arrays are SymPy's, indexed `[a, b, c, d]`; expressions are in normal form. Riemann comes from
    `R_abcd = ½(∂_b∂_c g_ad + ∂_a∂_d g_bc − ∂_a∂_c g_bd − ∂_b∂_d g_ac) + g^ef(Γ_ebc Γ_fad − Γ_ebd Γ_fac)`,
    one component per symmetry class.
    """

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        _ = metric.inverse  # a singular metric has no curvature

    @property
    def chart(self) -> Chart:
        """The chart of the metric."""
        return self.metric.chart

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.metric.dim

    def __repr__(self) -> str:
        return f"curvature({self.metric!r})"

    # -- connection ----------------------------------------------------------------------------------

    @cached_property
    def _slopes(self) -> list[list[list[Any]]]:
        """`∂_c g_ab` as [a][b][c]."""
        return [[[sympy.diff(g, s) for s in self.chart.symbols] for g in row] for row in self.metric.matrix]

    @cached_property
    def _lower(self) -> list[list[list[Any]]]:
        """`Γ_abc = ½(∂_c g_ab + ∂_b g_ac − ∂_a g_bc)`."""
        d, n = self._slopes, range(self.dim)
        return [[[(d[a][b][c] + d[a][c][b] - d[b][c][a]) / 2 for c in n] for b in n] for a in n]

    @cached_property
    def christoffel(self) -> Any:
        """Christoffel symbols `Γ^a_bc`, indexed [a, b, c].

        >>> curvature([[1, 0], [0, "r**2"]], "r t").christoffel[0, 1, 1]
        -r
        """
        n, lower = range(self.dim), self._lower
        values = [dot(self.metric.inverse[a], [lower[e][b][c] for e in n]) for a, b, c in cartesian(n, n, n)]
        return sympy.ImmutableDenseNDimArray(values, (self.dim,) * 3)

    def connection_forms(self) -> tuple[tuple[DifferentialForm, ...], ...]:
        """Return the 1-forms `ω^a_b = Γ^a_bc dx^c` of the coordinate frame."""
        n = range(self.dim)
        return tuple(
            tuple(DifferentialForm(self.chart, 1, {(c,): self.christoffel[a, b, c] for c in n}) for b in n)
            for a in n
        )

    def curvature_forms(self) -> tuple[tuple[DifferentialForm, ...], ...]:
        """Return the 2-forms `Ω^a_b = dω^a_b + ω^a_c ∧ ω^c_b = ½ R^a_bcd dx^c ∧ dx^d`."""
        return curvature_of(self.connection_forms())

    def geodesic_equations(self, parameter: Any = "tau") -> tuple[Any, ...]:
        """Return the equations `x''^a + Γ^a_bc x'^b x'^c = 0` as SymPy `Eq`, for functions of the parameter.

        >>> curvature([[1, 0], [0, "r**2"]], "r t").geodesic_equations("s")[0]
        Eq(-r(s)*Derivative(t(s), s)**2 + Derivative(r(s), (s, 2)), 0)
        """
        tau = sympy.Symbol(parameter) if isinstance(parameter, str) else parameter
        path = {symbol: sympy.Function(symbol.name)(tau) for symbol in self.chart.symbols}
        speed = [sympy.diff(x, tau) for x in path.values()]
        n = range(self.dim)
        equations = []
        for a, x in enumerate(path.values()):
            pull = [self.christoffel[a, b, c].xreplace(path) * speed[b] * speed[c] for b in n for c in n]
            equations.append(sympy.Eq(sympy.diff(x, tau, 2) + sympy.Add(*pull), 0))
        return tuple(equations)

    # -- curvature -----------------------------------------------------------------------------------

    @cached_property
    def _riemann(self) -> dict[tuple[int, int, int, int], Any]:
        """`R_abcd` for a < b, c < d, (a, b) <= (c, d)."""
        pairs = [(a, b) for b in range(self.dim) for a in range(b)]
        return {(*p, *q): self._component(*p, *q) for j, q in enumerate(pairs) for p in pairs[: j + 1]}

    def _component(self, a: int, b: int, c: int, d: int) -> Any:
        g, s, lower, n = self._slopes, self.chart.symbols, self._lower, range(self.dim)
        second = (
            sympy.diff(g[a][d][b], s[c])
            + sympy.diff(g[b][c][a], s[d])
            - sympy.diff(g[b][d][a], s[c])
            - sympy.diff(g[a][c][b], s[d])
        )
        squares = [
            inverse * (lower[e][b][c] * lower[f][a][d] - lower[e][b][d] * lower[f][a][c])
            for e, row in enumerate(self.metric.inverse)
            for f, inverse in zip(n, row, strict=True)
            if inverse != 0
        ]
        return normal_form(sympy.Add(second / 2, *squares))

    def lower(self, a: int, b: int, c: int, d: int) -> Any:
        """Return one component `R_abcd`."""
        if a == b or c == d:
            return sympy.S.Zero
        sign = (1 if a < b else -1) * (1 if c < d else -1)
        p, q = (min(a, b), max(a, b)), (min(c, d), max(c, d))
        found = self._riemann.get((*p, *q))
        return sign * (found if found is not None else self._riemann[(*q, *p)])

    @cached_property
    def riemann_lower(self) -> Any:
        """`R_abcd` with all indices down, indexed [a, b, c, d]."""
        n = range(self.dim)
        values = [self.lower(*index) for index in cartesian(n, n, n, n)]
        return sympy.ImmutableDenseNDimArray(values, (self.dim,) * 4)

    @cached_property
    def riemann(self) -> Any:
        """`R^a_bcd`, indexed [a, b, c, d].

        >>> curvature([[1, 0], [0, "sin(u)**2"]], "u v").riemann[0, 1, 0, 1]
        sin(u)**2
        """
        n = range(self.dim)
        values = [
            dot(self.metric.inverse[a], [self.lower(e, b, c, d) for e in n])
            for a, b, c, d in cartesian(n, n, n, n)
        ]
        return sympy.ImmutableDenseNDimArray(values, (self.dim,) * 4)

    @cached_property
    def ricci(self) -> Any:
        """`R_bd = g^ac R_abcd`, an immutable SymPy matrix."""
        n = range(self.dim)
        pairs = [(a, c, g) for a, row in enumerate(self.metric.inverse) for c, g in enumerate(row) if g != 0]
        table = {}
        for b, d in cartesian(n, n):
            if b <= d:
                parts = [g * self.lower(a, b, c, d) for a, c, g in pairs]
                table[b, d] = table[d, b] = normal_form(sympy.Add(*parts))
        return sympy.ImmutableMatrix(self.dim, self.dim, lambda b, d: table[b, d])

    @cached_property
    def scalar(self) -> Any:
        """Scalar curvature `R = g^bd R_bd`: +2/a² on a sphere of radius a."""
        entries = [g for row in self.metric.inverse for g in row]
        return dot(entries, list(self.ricci))

    @property
    def gauss(self) -> Any:
        """Gauss curvature `R_1212 / det g` of a surface; errors: `DimensionMismatch` in other dimensions."""
        if self.dim != 2:
            raise DimensionMismatch(f"Gauss curvature needs a surface, got dimension {self.dim}", "metric")
        return normal_form(self.lower(0, 1, 0, 1) / self.metric.determinant)

    @cached_property
    def einstein(self) -> Any:
        """Einstein tensor `G = Ric − ½ R g`."""
        g, n = self.metric.matrix, self.dim
        return sympy.ImmutableMatrix(
            n, n, lambda a, b: normal_form(self.ricci[a, b] - self.scalar * g[a][b] / 2)
        )

    @cached_property
    def kretschmann(self) -> Any:
        """`R_abcd R^abcd`.

        >>> curvature([[1, 0], [0, "sin(u)**2"]], "u v").kretschmann
        4
        """
        n = range(self.dim)
        inverse = self.metric.inverse
        up = {
            (a, b, c, d): sympy.Add(*(inverse[b][f] * self.riemann[a, f, c, d] for f in n))
            for a, b, c, d in cartesian(n, n, n, n)
        }  # R^ab_cd
        return normal_form(sympy.Add(*(up[a, b, c, d] * up[c, d, a, b] for a, b, c, d in up)))

    def sectional(self, u: Any, v: Any) -> Any:
        """Return the sectional curvature `R(u,v,u,v) / (g(u,u) g(v,v) − g(u,v)²)` of the plane of two fields.

        Errors: `InvalidInput` when the plane is degenerate.
        """
        first, second = ([c.to_sympy() for c in as_field(w, self.chart).components] for w in (u, v))
        uu, uv, vv = (self._inner(*pair) for pair in ((first, first), (first, second), (second, second)))
        area = normal_form(uu * vv - uv**2)
        if is_zero(area):
            raise InvalidInput("the two vectors span no nondegenerate plane", "sectional")
        n = range(self.dim)
        total = sympy.Add(
            *(
                self.lower(a, b, c, d) * first[a] * second[b] * first[c] * second[d]
                for a, b, c, d in cartesian(n, n, n, n)
            )
        )
        return normal_form(total / area)

    def _inner(self, u: Sequence[Any], v: Sequence[Any]) -> Any:
        return sympy.Add(*(p * dot(row, v) for p, row in zip(u, self.metric.matrix, strict=True)))

    @property
    def is_flat(self) -> bool:
        """True when the Riemann tensor is zero; errors: `UndecidedError`."""
        return all(is_zero(value) for value in self._riemann.values())

    @property
    def is_ricci_flat(self) -> bool:
        """True when the Ricci tensor is zero; errors: `UndecidedError`."""
        return all(is_zero(value) for value in self.ricci)


def curvature_of(
    connection: Sequence[Sequence[DifferentialForm]],
) -> tuple[tuple[DifferentialForm, ...], ...]:
    """Return `Ω^a_b = dω^a_b + Σ_c ω^a_c ∧ ω^c_b` of connection 1-forms."""
    n = range(len(connection))
    return tuple(
        tuple(sum(((connection[a][c] ^ connection[c][b]) for c in n), connection[a][b].d()) for b in n)
        for a in n
    )
