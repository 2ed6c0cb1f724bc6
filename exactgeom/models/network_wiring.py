"""How the layers of a network are joined: which outputs each layer reads, and the shapes that result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.layers import Concat, Layer, Linear, Shape
from exactgeom.models.layers_base import size_of, whole
from exactgeom.models.layers_conv import Conv1d, Conv2d
from exactgeom.models.layers_pool import Maxout

__all__ = ["MAX_VALUES", "earlier", "first_shape", "shape_of", "shapes_of", "wiring_of"]

MAX_VALUES = 10_000_000
"""Most values that a layer may make."""

Wiring = tuple[tuple[int, ...], ...]


def wiring_of(layers: Sequence[Layer], inputs: Mapping[int, Iterable[int]] | None) -> Wiring:
    """Return, per layer, the numbers of the layers it reads: -1 is the network's input, default i - 1.

    Errors: ``InvalidInput`` naming the layer that reads a later one or too many, or that nothing reads.
    """
    given = {} if inputs is None else dict(inputs)
    for i in given:
        if type(i) is not int or not 0 <= i < len(layers):
            raise InvalidInput(f"there is no layer {i!r}", place="inputs")
    wiring = tuple(earlier(i, given.get(i, (i - 1,))) for i in range(len(layers)))
    used = {k for reads in wiring for k in reads}
    for i in range(len(layers) - 1):
        if i not in used:
            raise InvalidInput("no layer reads this one, and it is not the last", place=f"layers[{i}]")
    return wiring


def earlier(i: int, numbers: Any) -> tuple[int, ...]:
    """Return the numbers that layer i reads: at least one, each of an earlier layer or -1."""
    place = f"layers[{i}].inputs"
    if isinstance(numbers, str | Mapping) or not isinstance(numbers, Iterable):
        raise InvalidInput(f"expected an array of layer numbers, got {numbers!r:.60}", place=place)
    reads = tuple(numbers)
    if not reads:
        raise InvalidInput("expected at least one layer, got 0", place=place)
    for k in reads:
        if type(k) is not int or not -1 <= k < i:
            raise InvalidInput(
                f"expected numbers of earlier layers, -1 for the network's input, got {k!r:.60}", place=place
            )
    return reads


def first_shape(layers: Sequence[Layer], input_dim: Any, input_shape: Any) -> Shape:
    """Return the shape of the network's input, from what is declared or from the first linear layer."""
    if input_dim is not None and (type(input_dim) is not int or input_dim < 1):
        raise InvalidInput(f"expected a whole number of at least 1, got {input_dim!r}", place="input_dim")
    if input_shape is not None:
        if isinstance(input_shape, str) or not isinstance(input_shape, Iterable):
            raise InvalidInput(f"expected an array of sizes, got {input_shape!r:.60}", place="input_shape")
        shape = tuple(whole(size, f"input_shape[{i}]") for i, size in enumerate(input_shape))
        if not shape:
            raise InvalidInput("expected at least one size", place="input_shape")
        if input_dim not in (None, size_of(shape)):
            raise InvalidInput(f"{input_dim} values do not have shape {shape}", place="input_shape")
        return shape
    if input_dim is not None:
        return (input_dim,)
    for layer in layers:
        if isinstance(layer, Linear):
            return (layer.in_dim,)
        if isinstance(layer, Conv1d | Conv2d | Maxout | Concat):
            break
    raise InvalidInput("a network without a linear layer needs input_dim", place="input_dim")


def shapes_of(layers: Sequence[Layer], wiring: Wiring, first: Shape) -> tuple[Shape, ...]:
    """Return the shapes of the input and of every layer's output; ``InvalidInput`` names a misfit."""
    shapes = [first]
    for i, (layer, reads) in enumerate(zip(layers, wiring, strict=True)):
        shapes.append(shape_of(i, layer, [shapes[k + 1] for k in reads]))
    return tuple(shapes)


def shape_of(i: int, layer: Layer, incoming: Sequence[Shape]) -> Shape:
    """Return the shape that layer i makes of these."""
    place = f"layers[{i}]"
    if layer.arity not in (None, len(incoming)):
        raise InvalidInput(f"expected {layer.arity} layer, got {len(incoming)}", place=f"{place}.inputs")
    shape = layer.shape_after(incoming, place)
    if size_of(shape) > MAX_VALUES:
        raise InvalidInput(f"makes {size_of(shape)} values, more than {MAX_VALUES}", place=place)
    return shape
