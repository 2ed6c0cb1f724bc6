"""`Map`: a smooth map between charts; pullback of forms, pushforward of vector fields, composition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.exact.values import Frozen, freeze
from exactgeom.forms import rings
from exactgeom.forms.algebra import Terms, wedge_terms
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.errors import ChartMismatch, DegreeError, DimensionMismatch
from exactgeom.forms.fields import VectorField
from exactgeom.forms.form import DifferentialForm
from exactgeom.linalg import blades


class Map(Frozen):
    """A smooth map `target_i = f_i(source)` between charts (immutable), polynomial or symbolic.

    `Map(source, target, components)` with one function on the source per target coordinate.
    Contract: exact. Errors: `DimensionMismatch`, `ChartMismatch`, `InvalidInput` naming the component.

    >>> polar = Map("r t", "x y", ["r*cos(t)", "r*sin(t)"])
    >>> print(polar.jacobian_determinant())
    r
    >>> polar.compose(Map("s", "r t", ["s", "s"]))
    Map('s', 'x y', ['s*cos(s)', 's*sin(s)'])
    """

    __slots__ = ("components", "source", "target")
    source: Chart
    target: Chart
    components: tuple[DifferentialForm, ...]

    def __init__(self, source: Any, target: Any, components: Iterable[Any]) -> None:
        start, end = as_chart(source), as_chart(target)
        values = list(components)
        if len(values) != end.dim:
            raise DimensionMismatch(
                f"expected {end.dim} components, one for each of {', '.join(end.names)}, got {len(values)}",
                "map",
            )
        functions = []
        for name, value in zip(end.names, values, strict=True):
            if isinstance(value, DifferentialForm):
                start.same(value.chart, f"map[{name}]")
                if value.degree:
                    raise DegreeError(f"expected a function, got a {value.degree}-form", f"map[{name}]")
                functions.append(value)
            else:
                raw = rings.coefficient(start, value, f"map[{name}]")
                functions.append(DifferentialForm.from_coefficients(start, 0, {0: raw}))
        freeze(self, "source", start)
        freeze(self, "target", end)
        freeze(self, "components", tuple(functions))

    @classmethod
    def affine(cls, source: Any, target: Any, matrix: Any, offset: Any) -> Map:
        """Return the map `x -> matrix x + offset` (numbers through the number door).

        >>> Map.affine("s t", "x", [[1, "1/2"]], [3])
        Map('s t', 'x', ['s + t/2 + 3'])
        """
        start, end = as_chart(source), as_chart(target)
        rows, shift = exact_matrix(matrix, "matrix"), exact_vector(offset, "offset")
        if len(rows) != end.dim or len(shift) != end.dim or any(len(row) != start.dim for row in rows):
            raise DimensionMismatch(
                f"expected a matrix of shape ({end.dim}, {start.dim}) and as long an offset", "map"
            )
        coordinates = start.functions()
        parts = []
        for row, constant in zip(rows, shift, strict=True):
            total = DifferentialForm.function(start, constant)
            parts.append(sum((x * c for x, c in zip(coordinates, row, strict=True) if c), total))
        return cls(start, end, parts)

    @classmethod
    def identity(cls, chart: Any) -> Map:
        """Return the identity of a chart."""
        place = as_chart(chart)
        return cls(place, place, place.functions())

    @property
    def is_polynomial(self) -> bool:
        """True when all components are polynomials over Q."""
        return all(component.is_polynomial for component in self.components)

    def compose(self, inner: Map) -> Map:
        """Return `self ∘ inner`; errors: `ChartMismatch` unless inner ends where self starts."""
        self.source.same(inner.target, "compose")
        return Map(inner.source, self.target, [pullback(c, inner) for c in self.components])

    def __matmul__(self, inner: Map) -> Map:
        return self.compose(inner)

    def jacobian(self) -> tuple[tuple[DifferentialForm, ...], ...]:
        """Return the rows of partial derivatives `∂f_i/∂x_j` as functions on the source."""
        return tuple(tuple(c.d()[j] for j in range(self.source.dim)) for c in self.components)

    def jacobian_determinant(self) -> DifferentialForm:
        """Return det of the Jacobian; errors: `DimensionMismatch` unless the dimensions agree."""
        if self.source.dim != self.target.dim:
            raise DimensionMismatch(
                f"expected equal dimensions, got {self.source.dim} and {self.target.dim}", "jacobian"
            )
        volume = DifferentialForm(self.target, self.target.dim, {tuple(range(self.target.dim)): 1})
        return pullback(volume, self)[tuple(range(self.source.dim))]

    def at(self, point: Iterable[Any]) -> tuple[Any, ...]:
        """Return the image of a rational point."""
        place = exact_vector(point, "point")
        return tuple(component.at(place) for component in self.components)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Map):
            return NotImplemented
        self.source.same(other.source, "==")
        self.target.same(other.target, "==")
        return all(p == q for p, q in zip(self.components, other.components, strict=True))

    def __hash__(self) -> int:
        return hash(("Map", self.source, self.target))

    def __reduce__(self) -> tuple[Any, ...]:
        return Map, (self.source, self.target, self.components)

    def __repr__(self) -> str:
        from exactgeom.forms.render import chart_argument

        ends = f"{chart_argument(self.source)}, {chart_argument(self.target)}"
        return f"Map({ends}, [{', '.join(repr(str(c)) for c in self.components)}])"


def as_map(change: Any, target: Chart, source: Any = None) -> Map:
    """Return a map into `target` from a `Map` or a dict {coordinate: function on the new chart}.

    The new chart is that of the values; `source` names it when no value is a 0-form.
    Errors: `ChartMismatch`, `DimensionMismatch` when a coordinate is missing, `InvalidInput`.
    """
    if isinstance(change, Map):
        target.same(change.target, "pullback")
        return change
    if not isinstance(change, Mapping):
        raise InvalidInput(f"expected a Map or a dict of coordinates, got {change!r}", "pullback")
    given = {target.position(key, "pullback"): value for key, value in change.items()}
    missing = [name for i, name in enumerate(target.names) if i not in given]
    if missing:
        raise DimensionMismatch(f"no function is given for {', '.join(missing)}", "pullback")
    charts = [value.chart for value in given.values() if isinstance(value, DifferentialForm)]
    if source is not None:
        charts.insert(0, as_chart(source))
    if not charts:
        raise InvalidInput(
            "no value is a function on a chart: name the new coordinates by source=", "pullback"
        )
    for chart in charts:
        if chart != charts[0]:
            raise ChartMismatch(f"the functions live on {charts[0]} and on {chart}", "pullback")
    return Map(charts[0], target, [given[i] for i in range(target.dim)])


def pullback(form: DifferentialForm, change: Map) -> DifferentialForm:
    """Return `f*ω = Σ (c_I ∘ f) df_{i1} ∧ ... ∧ df_{ik}`; exact, in the polynomial ring where f and ω are.

    Each wedge of differentials is built once from the shorter one. Errors: `ChartMismatch`.
    """
    form.chart.same(change.target, "pullback")
    images = [c.terms.get(0, change.source.context.constant(0)) for c in change.components]
    slopes = [component.d().terms for component in change.components]
    if not change.is_polynomial:
        slopes = [{k: rings.to_sympy(change.source, v) for k, v in slope.items()} for slope in slopes]
    wedges: dict[tuple[int, ...], Terms] = {(): {0: _one(change)}}
    total = DifferentialForm.from_coefficients(change.source, form.degree, {})
    found: Terms = {}
    for key, value in form.terms.items():
        basis = _wedge_of(blades.index(key), slopes, wedges)
        if not basis:
            continue
        moved = rings.substitute(form.chart, value, images, change.source)
        if rings.is_polynomial(moved) and not change.is_polynomial:
            moved = rings.to_sympy(change.source, moved)
        if not rings.is_polynomial(moved) and change.is_polynomial:
            basis = {k: rings.to_sympy(change.source, v) for k, v in basis.items()}
        for joint, factor in basis.items():
            product = moved * factor
            found[joint] = found[joint] + product if joint in found else product
    return total.like(form.degree, found)


def _one(change: Map) -> Any:
    return change.source.context.constant(1) if change.is_polynomial else sympy.S.One


def _wedge_of(index: tuple[int, ...], slopes: list[Terms], wedges: dict[tuple[int, ...], Terms]) -> Terms:
    if index not in wedges:
        wedges[index] = wedge_terms(_wedge_of(index[:-1], slopes, wedges), slopes[index[-1]])
    return wedges[index]


def pushforward(field: VectorField, change: Map, inverse: Map) -> VectorField:
    """Return the field `(Df · X) ∘ f⁻¹` on the target of a diffeomorphism f.

    Contract: exact; the inverse is checked. Errors: `ChartMismatch`; `InvalidInput` when `inverse` is not
    one.

    >>> double, half = Map("x", "y", ["2*x"]), Map("y", "x", ["y/2"])
    >>> print(pushforward(VectorField("x", ["x"]), double, half))
    y*∂_y
    """
    field.chart.same(change.source, "pushforward")
    if change.compose(inverse) != Map.identity(change.target):
        raise InvalidInput("the second map is not the inverse of the first", "inverse")
    moved = [pullback(field(component), inverse) for component in change.components]
    return VectorField(change.target, moved)
