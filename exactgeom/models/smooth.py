"""`SmoothNetwork`: networks with smooth activations and exact weights, as maps between charts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.exact.values import Frozen
from exactgeom.forms import (
    Chart,
    Curvature,
    DifferentialForm,
    Immersion,
    Map,
    Metric,
    SingularMetric,
    curvature,
)
from exactgeom.models.layers_linear import Linear
from exactgeom.models.smooth_activations import Activation, as_activation
from exactgeom.models.smooth_point import Row, SmoothPoint

__all__ = ["SmoothNetwork"]

_MOST_SYMBOLIC = 3


class SmoothNetwork(Frozen):
    """A chain of linear layers and smooth activations with exact rational weights (immutable).

    `layers` holds `Linear` layers and activations: "tanh", "sigmoid", "softplus", "sin", or a list of the
    coefficients of a polynomial (or the objects of `smooth_activations`).  The first layer is linear, or
    `input_dim` is given.
    For 1 to 3 inputs `map`, `pullback`, `metric`, `curvature` and `immersion` are symbolic and exact; for any
    number `at(point)` gives certified enclosures by automatic differentiation, no expression is expanded.
    Errors: ``InvalidInput`` naming the layer; symbolic work with more inputs is refused.

    >>> from exactgeom.models import Linear
    >>> net = SmoothNetwork([Linear([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), "tanh"])
    >>> net.expressions()
    (tanh(x1), tanh(x2), tanh(x1 + x2))
    >>> net.at([0, 0]).pulled_back.scalar.contains(0), net.at([0, 0]).outputs[2]
    (True, Enclosure('0', '0', bits=64))
    """

    layers: tuple[Linear | Activation, ...]
    input_dim: int
    output_dim: int

    def __init__(self, layers: Iterable[Any], input_dim: int | None = None) -> None:
        if isinstance(layers, str) or not isinstance(layers, Iterable):
            raise InvalidInput(f"expected a list of layers, got {layers!r:.60}", "layers")
        chain = tuple(
            layer if isinstance(layer, Linear) else as_activation(layer, f"layers[{i}]")
            for i, layer in enumerate(layers)
        )
        first = chain[0].in_dim if chain and isinstance(chain[0], Linear) else input_dim
        if isinstance(first, bool) or not isinstance(first, int) or first < 1:
            raise InvalidInput("expected input_dim, or a linear layer first", "input_dim")
        if input_dim is not None and input_dim != first:
            raise InvalidInput(f"expected {first}, as of the first layer, got {input_dim}", "input_dim")
        width = first
        for i, layer in enumerate(chain):
            if isinstance(layer, Linear):
                if layer.in_dim != width:
                    raise InvalidInput(f"expected {width} columns, got {layer.in_dim}", f"layers[{i}].weight")
                width = layer.out_dim
        self.__dict__.update(layers=chain, input_dim=first, output_dim=width)

    @cached_property
    def is_polynomial(self) -> bool:
        """True when every activation is a polynomial: then everything at a point is exact."""
        return all(isinstance(layer, Linear) or layer.is_polynomial for layer in self.layers)

    def first(self, count: int) -> SmoothNetwork:
        """Return the network of the first `count` layers, to look at a hidden layer."""
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= len(self.layers):
            raise InvalidInput(f"expected a number from 0 to {len(self.layers)}, got {count!r}", "count")
        return SmoothNetwork(self.layers[:count], self.input_dim)

    # -- at a point ----------------------------------------------------------------------------------

    def at(self, point: Iterable[Any], *, bits: int = 64) -> SmoothPoint:
        """Return the network at a rational point: outputs, derivatives, metrics and curvatures there.

        Contract: certified enclosures of `bits` accuracy; exact fractions for polynomial networks.
        Errors: ``InvalidInput`` for a point of another size.

        >>> from exactgeom.models import Linear
        >>> paraboloid = SmoothNetwork([[0, 0, 1], Linear([[1, 1]], [0])], input_dim=2)
        >>> paraboloid.at([0, 0]).graph.gauss
        Fraction(4, 1)
        """
        place = exact_vector(point, "point")
        if len(place) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(place)}", "point")
        if isinstance(bits, bool) or not isinstance(bits, int) or bits < 2:
            raise InvalidInput(f"expected a whole number of at least 2, got {bits!r}", "bits")
        return SmoothPoint(self, place, bits)

    def __call__(self, x: Iterable[Any], *, bits: int = 64) -> Row:
        """Return the outputs at a point: enclosures, or exact fractions for polynomial networks."""
        return self.at(x, bits=bits).outputs

    # -- symbolic ------------------------------------------------------------------------------------

    def _chart(self, coordinates: Any) -> Chart:
        if self.input_dim > _MOST_SYMBOLIC:
            raise InvalidInput(
                f"symbolic geometry is for 1 to {_MOST_SYMBOLIC} inputs, the network has {self.input_dim}: "
                "use at(point)",
                "network",
            )
        names = [f"x{i + 1}" for i in range(self.input_dim)] if coordinates is None else coordinates
        chart = names if isinstance(names, Chart) else Chart(names)
        if chart.dim != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {chart.dim}", "coordinates")
        return chart

    def expressions(self, coordinates: Any = None) -> tuple[Any, ...]:
        """Return the outputs as SymPy expressions in the coordinates (x1, x2, x3 unless given).

        >>> SmoothNetwork(["sin"], input_dim=1).expressions("t")
        (sin(t),)
        """
        return self._evaluated(self._chart(coordinates), exponential=False)

    def _evaluated(self, chart: Chart, *, exponential: bool) -> tuple[Any, ...]:
        values: list[Any] = list(chart.symbols)
        for layer in self.layers:
            if isinstance(layer, Linear):
                values = [_affine(row, b, values) for row, b in zip(layer.weight, layer.bias, strict=True)]
            else:
                values = [layer.exponential(z) if exponential else layer.expression(z) for z in values]
        return tuple(values)

    def map(self, coordinates: Any = None, target: Any = None) -> Map:
        """Return the network as a `forms.Map` from the inputs (x1, ...) to the outputs (y1, ...)."""
        chart = self._chart(coordinates)
        names = [f"y{i + 1}" for i in range(self.output_dim)] if target is None else target
        return Map(chart, names, self.expressions(chart))

    def pullback(self, form: DifferentialForm, coordinates: Any = None) -> DifferentialForm:
        """Return ``f*ω`` of a form on a chart with one coordinate per output.

        >>> y = Chart("y1").functions()[0]
        >>> print(SmoothNetwork(["sin"], input_dim=1).pullback(y.d(), "t"))
        cos(t)*dt
        """
        return form.pullback(self.map(coordinates, form.chart))

    def metric(self, coordinates: Any = None, *, graph: bool = False) -> Metric:
        """Return the pulled-back metric ``JᵀJ``, or with `graph` the graph's ``I + JᵀJ``; symbolic, exact.

        Entries are in normal form, tanh and sigmoid by exponentials.  Cost: with the number of units and the
        size of the weights' denominators; `at` has no such limit.
        """
        import sympy

        chart = self._chart(coordinates)
        jacobian = sympy.Matrix(self._evaluated(chart, exponential=True)).jacobian(chart.symbols)
        rows = jacobian.T * jacobian
        return Metric(rows + sympy.eye(self.input_dim) if graph else rows, chart)

    def curvature(self, coordinates: Any = None, *, graph: bool = False) -> Curvature:
        """Return the curvature of `metric`, by `forms.curvature`; symbolic, exact.

        Errors: ``SingularMetric`` when there are fewer outputs than inputs.
        """
        if not graph and self.output_dim < self.input_dim:
            raise SingularMetric(
                f"{self.output_dim} outputs of {self.input_dim} inputs: the pulled-back metric is singular",
                "metric",
            )
        return curvature(self.metric(coordinates, graph=graph))

    def immersion(self, coordinates: Any = None, *, graph: bool = False) -> Immersion:
        """Return the image (or with `graph` the graph) as a `forms.Immersion`: fundamental forms and all."""
        chart = self._chart(coordinates)
        outputs = self._evaluated(chart, exponential=True)
        return Immersion(chart, [*chart.symbols, *outputs] if graph else outputs)

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SmoothNetwork):
            return NotImplemented
        return (self.input_dim, self.layers) == (other.input_dim, other.layers)

    def __hash__(self) -> int:
        return hash((SmoothNetwork, self.input_dim, self.layers))

    def __reduce__(self) -> tuple[Any, ...]:
        return SmoothNetwork, (self.layers, self.input_dim)

    def __repr__(self) -> str:
        layers = ", ".join(map(repr, self.layers))
        known = self.layers and isinstance(self.layers[0], Linear)
        return f"SmoothNetwork([{layers}]{'' if known else f', input_dim={self.input_dim}'})"


def _affine(row: tuple[Fraction, ...], constant: Fraction, values: list[Any]) -> Any:
    import sympy

    terms = (sympy.Rational(*c.as_integer_ratio()) * z for c, z in zip(row, values, strict=True) if c)
    return sympy.Add(*terms, sympy.Rational(*constant.as_integer_ratio()))
