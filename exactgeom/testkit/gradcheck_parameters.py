"""The parameters of a model as float tensors, beside the entries of its exact gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement, Linear, Network, Sites
from exactgeom.models.importers.torch import from_torch

__all__ = ["Named", "Parameters", "array_parameters", "gradient_entries", "torch_parameters"]

Evaluate = Callable[[Callable[[Any], Any]], tuple[Any, list[Any]]]
"""From the function under test to its value and its gradient, an array per tensor."""


@dataclass(frozen=True)
class Named:
    """A tensor of parameters: its name and shape."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Parameters:
    """A model of this library, and its parameters as named tensors of exact numbers.

    `paths[i]` says where tensor i stands in the exact gradient, which mirrors the parameters.
    """

    model: Any
    named: tuple[Named, ...]
    values: tuple[Any, ...]
    paths: tuple[tuple[int, ...], ...]
    evaluate: Evaluate

    def check_dtype(self, dtype: Any) -> None:
        """Refuse parameters that are no floats of this type: the float side would be elsewhere."""
        if dtype.kind != "f":
            raise InvalidInput(f"expected a gradient of floats, got {dtype.name}", "function")
        for named, values in zip(self.named, self.values, strict=True):
            for position, value in flat(values):
                if Fraction(float(dtype.type(float(value)))) != value:
                    raise InvalidInput(
                        f"expected a number in {dtype.name}, got {value}", f"{named.name}{list(position)}"
                    )


def flat(values: Any, position: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    """The entries of nested lists with their indices.

    >>> list(flat([[1, 2]]))
    [((0, 0), 1), ((0, 1), 2)]
    """
    if isinstance(values, list | tuple):
        for i, own in enumerate(values):
            yield from flat(own, (*position, i))
    else:
        yield position, values


def gradient_entries(parameters: Parameters, gradient: Any) -> list[list[tuple[tuple[int, ...], Any]]]:
    """The exact entries of every tensor, with their indices."""
    found = []
    for path in parameters.paths:
        own = gradient
        for i in path:
            own = own[i]
        found.append(list(flat(own)))
    return found


# -- arrays ------------------------------------------------------------------------------------------------


def array_parameters(model: Any) -> Parameters:
    """The parameters of a model of this library; the function takes and returns nested arrays."""
    pairs: Any
    if isinstance(model, Network):
        pairs = [
            (f"layers[{i}]", *_of_layer(layer)) for i, layer in enumerate(model.layers) if _of_layer(layer)
        ]
    elif isinstance(model, Arrangement):
        pairs = [
            (f"hyperplanes[{i}]", ("normal", normal), ("offset", offset))
            for i, (normal, offset) in enumerate(model.hyperplanes)
        ]
    elif isinstance(model, Sites):
        pairs = [("sites", ("points", model.points), ("weights", model.weights))]
    else:
        raise InvalidInput(
            f"expected a torch module, Network, Arrangement or Sites, got {type(model).__name__}", "model"
        )
    alone = isinstance(model, Sites)
    named, values, paths = [], [], []
    for i, (prefix, *tensors) in enumerate(pairs):
        for j, (name, nested) in enumerate(tensors):
            named.append(Named(f"{prefix}.{name}", _shape(nested)))
            values.append(nested)
            paths.append((j,) if alone else (i, j))

    def evaluate(function: Callable[[Any], Any]) -> tuple[Any, list[Any]]:
        arrays = [
            np.array([float(v) for _, v in flat(own)]).reshape(n.shape)
            for own, n in zip(values, named, strict=True)
        ]
        grouped: Any = [(arrays[k], arrays[k + 1]) for k in range(0, len(arrays), 2)]
        return _result(function(grouped[0] if alone else grouped), tuple(named), alone)

    return Parameters(model, tuple(named), tuple(values), tuple(paths), evaluate)


def _of_layer(layer: Any) -> tuple[Any, ...]:
    """(name, values) of both parameters of a layer that has some."""
    if isinstance(layer, Linear) or (hasattr(layer, "weight") and hasattr(layer, "bias")):
        return ("weight", layer.weight), ("bias", layer.bias)
    if hasattr(layer, "scale") and hasattr(layer, "shift"):
        return ("scale", layer.scale), ("shift", layer.shift)
    return ()


def _shape(values: Any) -> tuple[int, ...]:
    return (len(values), *_shape(values[0])) if isinstance(values, list | tuple) else ()


def _result(result: Any, named: tuple[Named, ...], alone: bool) -> tuple[Any, list[Any]]:
    """The value and the gradient's arrays, in the order of the parameters."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise InvalidInput("expected (value, gradient) from the function", "function")
    value, gradient = result
    number = np.asarray(value)
    if number.size != 1 or number.dtype.kind not in "fiu":
        raise InvalidInput(f"expected a real number as the value, got {type(value).__name__}", "function")
    try:
        pairs = [gradient] if alone else list(gradient)
        arrays = [np.asarray(part) for pair in pairs for part in pair]
    except (TypeError, ValueError):
        raise InvalidInput("expected a gradient nested like the parameters", "function") from None
    if len(arrays) != len(named):
        raise InvalidInput(f"expected a gradient of {len(named)} arrays, got {len(arrays)}", "function")
    if len({array.dtype for array in arrays}) > 1:
        raise InvalidInput("expected a gradient of one dtype", "function")
    return number, arrays


# -- torch -------------------------------------------------------------------------------------------------


def torch_parameters(module: Any) -> Parameters:
    """The parameters of a torch module, layer by layer in the order of its exact network."""
    network = from_torch(module)
    own = array_parameters(network)
    tensors = dict(module.named_parameters())
    named, values, paths, order = [], [], [], []
    waiting = iter(tensors.items())
    name, tensor = next(waiting, (None, None))
    for exact_name, exact, path in zip(own.named, own.values, own.paths, strict=True):
        if tensor is not None and _holds(tensor, exact):
            named.append(Named(str(name), tuple(tensor.shape)))
            values.append(exact)
            paths.append(path)
            order.append(tensor)
            name, tensor = next(waiting, (None, None))
        elif any(value for _, value in flat(exact)) or not exact_name.name.endswith("bias"):
            found = "there is no parameter" if tensor is None else f"parameter {name} is not"
            raise InvalidInput(f"{found} {exact_name.name} of the exact network", "model")
    if tensor is not None:
        raise InvalidInput(f"parameter {name} is not that of a linear or convolution layer", "model")

    def evaluate(function: Callable[[Any], Any]) -> tuple[Any, list[Any]]:
        import torch

        with torch.enable_grad():
            value = function(module)
            if not isinstance(value, torch.Tensor) or value.numel() != 1:
                raise InvalidInput(f"expected a scalar tensor, got {type(value).__name__}", "function")
            found: list[Any] = [None] * len(order)
            if value.requires_grad:
                found = list(torch.autograd.grad(value.reshape(()), order, allow_unused=True))
        made = [torch.zeros_like(p) if g is None else g for p, g in zip(order, found, strict=True)]
        return value.detach().cpu().numpy().reshape(()), [g.detach().cpu().numpy() for g in made]

    return Parameters(network, tuple(named), tuple(values), tuple(paths), evaluate)


def _holds(tensor: Any, exact: Any) -> bool:
    """True when the tensor's entries are these exact numbers."""
    if tuple(tensor.shape) != _shape(exact):
        return False
    entries = tensor.detach().cpu().double().reshape(-1).tolist()
    return all(Fraction(a) == b for a, (_, b) in zip(entries, flat(exact), strict=True))
