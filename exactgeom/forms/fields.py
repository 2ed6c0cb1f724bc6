"""`VectorField`: components along the coordinate vectors, acting on functions as a derivation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.exact.values import Frozen, freeze
from exactgeom.forms import rings
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.errors import DegreeError, DimensionMismatch
from exactgeom.forms.form import DifferentialForm


class VectorField(Frozen):
    """A vector field `Σ X^i ∂_i` on a chart (immutable); components are anything that makes a 0-form.

    Contract: exact; equality is decided as for forms. `X(f)` is the derivative of f along X, `X.bracket(Y)`
    the Lie bracket. Errors: `DimensionMismatch`, `ChartMismatch`, `InvalidInput` naming the component.

    >>> turn = VectorField("x y", ["-y", "x"])
    >>> print(turn)
    -y*∂_x + x*∂_y
    >>> x, y = turn.chart.functions()
    >>> turn(x**2 + y**2) == 0, turn.bracket(turn) == VectorField("x y", [0, 0])
    (True, True)
    """

    __slots__ = ("chart", "components")
    chart: Chart
    components: tuple[DifferentialForm, ...]

    def __init__(self, chart: Any, components: Iterable[Any]) -> None:
        place = as_chart(chart)
        values = list(components)
        if len(values) != place.dim:
            raise DimensionMismatch(f"expected {place.dim} components, got {len(values)}", "components")
        functions = []
        for i, value in enumerate(values):
            if isinstance(value, DifferentialForm):
                place.same(value.chart, f"components[{i}]")
                if value.degree:
                    raise DegreeError(f"expected a function, got a {value.degree}-form", f"components[{i}]")
                functions.append(value)
            else:
                raw = rings.coefficient(place, value, f"components[{i}]")
                functions.append(DifferentialForm.from_coefficients(place, 0, {0: raw}))
        freeze(self, "chart", place)
        freeze(self, "components", tuple(functions))

    @classmethod
    def basis(cls, chart: Any) -> tuple[VectorField, ...]:
        """Return the coordinate fields ∂_1, ..., ∂_n."""
        place = as_chart(chart)
        return tuple(cls(place, [int(i == j) for j in range(place.dim)]) for i in range(place.dim))

    def __call__(self, function: DifferentialForm) -> DifferentialForm:
        """Return the derivative `X f = Σ X^i ∂_i f` of a 0-form."""
        from exactgeom.forms.calculus import interior

        if function.degree:
            raise DegreeError(f"expected a function, got a {function.degree}-form", "function")
        return interior(self, function.d())

    def bracket(self, other: VectorField) -> VectorField:
        """Return the Lie bracket `[X, Y]`."""
        from exactgeom.forms.calculus import bracket

        return bracket(self, other)

    def pushforward(self, change: Any, inverse: Any) -> VectorField:
        """Return the image under a diffeomorphism with its given inverse (see `maps.pushforward`)."""
        from exactgeom.forms.maps import pushforward

        return pushforward(self, change, inverse)

    def __add__(self, other: VectorField) -> VectorField:
        self.chart.same(other.chart, "+")
        return VectorField(
            self.chart, [p + q for p, q in zip(self.components, other.components, strict=True)]
        )

    def __neg__(self) -> VectorField:
        return VectorField(self.chart, [-p for p in self.components])

    def __sub__(self, other: VectorField) -> VectorField:
        return self + (-other)

    def __mul__(self, function: Any) -> VectorField:
        return VectorField(self.chart, [p * function for p in self.components])

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VectorField):
            return NotImplemented
        self.chart.same(other.chart, "==")
        return all(p == q for p, q in zip(self.components, other.components, strict=True))

    def __hash__(self) -> int:
        return hash(("VectorField", self.chart))

    def __reduce__(self) -> tuple[Any, ...]:
        return VectorField, (self.chart, self.components)

    def __repr__(self) -> str:
        from exactgeom.forms.render import chart_argument

        parts = ", ".join(repr(str(component)) for component in self.components)
        return f"VectorField({chart_argument(self.chart)}, [{parts}])"

    def __str__(self) -> str:
        from exactgeom.forms.render import joined

        return joined(
            (str(c), f"∂_{name}") for c, name in zip(self.components, self.chart.names, strict=True)
        )

    def to_latex(self) -> str:
        """Return the field as LaTeX, without dollar signs."""
        from exactgeom.forms.render import field_latex

        return field_latex(self)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"


def as_field(given: Any, chart: Chart) -> VectorField:
    """Return a vector field on a chart from a field or a sequence of components; errors: `ChartMismatch`."""
    if isinstance(given, VectorField):
        chart.same(given.chart, "vector")
        return given
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidInput(f"expected a vector field or its components, got {given!r}", "vector")
    return VectorField(chart, given)
