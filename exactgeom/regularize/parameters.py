"""From the gradient of a program's affine operations to a model's own parameters.

Networks: one pair (weight, bias) per layer that has parameters, in order, nested like the layer's own.
Arrangements: a pair (normal, offset) per hyperplane.  Sites: (points, weights).  Linear classifiers:
(weight, bias).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.layers_base import Layer, Shape, SparseAffine
from exactgeom.models.layers_clip import PReLU
from exactgeom.models.layers_conv import Conv1d, Conv2d
from exactgeom.models.layers_linear import Linear, Scale
from exactgeom.models.linear_classifier import LinearClassifier
from exactgeom.models.network import Network
from exactgeom.models.network_stages import stages_of
from exactgeom.models.program import Affine, Program
from exactgeom.models.sites import Sites
from exactgeom.models.sites_labels import SiteClassifier

__all__ = ["check_parameters", "model_gradient"]

Table = list[list[Any]]
Gradients = Mapping[int, tuple[Sequence[Sequence[Any]], Sequence[Any]]]
"""Operation -> derivatives by its weight and by its bias."""

_ZERO = Fraction(0)
_OTHERS = (Arrangement, Sites, SiteClassifier, LinearClassifier, Program)


def check_parameters(model: Any) -> None:
    """Refuse models whose parameters are not affine maps (InvalidInput naming the layer)."""
    if isinstance(model, Network):
        for i, layer in enumerate(model.layers):
            if isinstance(layer, PReLU):
                raise InvalidInput("derivatives by the slopes of a PReLU are not offered", f"layers[{i}]")
    elif not isinstance(model, _OTHERS):
        raise InvalidInput(
            f"derivatives by the parameters of a {type(model).__name__} are not offered", place="model"
        )


def model_gradient(model: Any, program: Program, found: Gradients, zero: Any = _ZERO) -> Any:
    """The gradient in the shape of the model's parameters (`zero` where nothing was found).

    A bare `Program` gets a (weight, bias) pair per affine operation, for its rational matrices.
    """
    full = {
        i: found.get(i) or _zeros(program, i, zero)
        for i, op in enumerate(program.operations)
        if isinstance(op, Affine)
    }
    if isinstance(model, Network):
        return _network(model, full, zero)
    if isinstance(model, Arrangement):
        return _arrangement(model, full)
    if isinstance(model, Sites):
        return _sites(model, full[0])
    if isinstance(model, SiteClassifier):
        return _sites(model.sites, full[0])
    if isinstance(model, LinearClassifier):
        return _plain(full[0])
    return [_plain(full[i]) for i in sorted(full)]


def _zeros(program: Program, operation: int, zero: Any) -> tuple[Table, list[Any]]:
    op = program.operations[operation]
    assert isinstance(op, Affine)
    width = sum(program.sizes[s] for s in op.sources)
    return [[zero] * width for _ in range(op.size)], [zero] * op.size


def _plain(pair: tuple[Sequence[Sequence[Any]], Sequence[Any]]) -> tuple[Table, list[Any]]:
    return [list(row) for row in pair[0]], list(pair[1])


def _arrangement(model: Arrangement, full: Gradients) -> list[tuple[list[Any], Any]]:
    """The program keeps a positive multiple c of ``normal . x - offset``: c comes out again."""
    if not model.hyperplanes:
        return []
    weight, bias = full[0]
    found = []
    for (normal, offset), row, entry in zip(model.hyperplanes, weight, bias, strict=True):
        c = lcm(offset.denominator, *(q.denominator for q in normal))
        found.append(([c * q for q in row], -c * entry))
    return found


def _sites(model: Sites, pair: tuple[Sequence[Sequence[Any]], Sequence[Any]]) -> tuple[Table, list[Any]]:
    """A site's value is ``2 p . x - |p|^2 + w``."""
    points = [
        [2 * a - 2 * c * b for a, c in zip(row, p, strict=True)]
        for row, p, b in zip(pair[0], model.points, pair[1], strict=True)
    ]
    return points, list(pair[1])


def _network(model: Network, full: Gradients, zero: Any) -> list[tuple[Any, Any]]:
    stages, _ = stages_of(model.layers, model.inputs, model.shapes)
    numbers = {stage.layer: i for i, stage in enumerate(stages)}
    found: list[tuple[Any, Any]] = []
    for i, layer in enumerate(model.layers):
        if isinstance(layer, Linear):
            found.append(_plain(full[numbers[i]]))
        elif isinstance(layer, Conv1d | Conv2d | Scale):
            shapes = [model.shapes[k + 1] for k in model.inputs[i]]
            found.append(_shared(layer, shapes, *full[numbers[i]], zero))
    return found


def _shared(
    layer: Layer, shapes: Sequence[Shape], weight: Sequence[Sequence[Any]], bias: Sequence[Any], zero: Any
) -> tuple[Any, Any]:
    """A layer that uses a parameter in several places: lower it with its parameters numbered, and add up."""
    if isinstance(layer, Scale):
        template: Layer = Scale(*(_numbered(q)[0] for q in (layer.scale, layer.shift)))
        nested: tuple[Any, Any] = layer.scale, layer.shift
    else:
        assert isinstance(layer, Conv1d | Conv2d)
        nested = layer.weight, layer.bias
        windows = layer.windows
        template = type(layer)(
            _numbered(layer.weight)[0],
            _numbered(layer.bias)[0],
            windows.stride,
            [list(p) for p in windows.padding],
            windows.dilation,
            layer.groups,
        )
    (part,) = template.parts(shapes)
    assert isinstance(part, SparseAffine)
    sums: tuple[dict[int, Any], dict[int, Any]] = ({}, {})
    for row, taps, number, entry in zip(weight, part.rows, part.bias, bias, strict=True):
        for column, name in taps:
            sums[0][name] = sums[0].get(name, zero) + row[column]
        sums[1][number] = sums[1].get(number, zero) + entry
    return _filled(nested[0], sums[0], zero), _filled(nested[1], sums[1], zero)


def _numbered(values: Any, start: int = 1) -> tuple[Any, int]:
    """The same nesting with 1, 2, 3, ... in place of the entries, and the next number."""
    if not isinstance(values, tuple):
        return start, start + 1
    made = []
    for value in values:
        one, start = _numbered(value, start)
        made.append(one)
    return made, start


def _filled(values: Any, sums: Mapping[int, Any], zero: Any) -> Any:
    """The same nesting as lists, entry k replaced by the k-th sum (`zero` where there is none)."""
    count = iter(range(1, _numbered(values)[1]))

    def fill(value: Any) -> Any:
        return [fill(v) for v in value] if isinstance(value, tuple) else sums.get(next(count), zero)

    return fill(values)
