"""A network under construction: what the importers of torch and ONNX have in common.

A `Value` stands for one array of the imported model, without its batch axis; constants are NumPy arrays of
doubles, which hold every float format up to 64 bits exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction_str
from exactgeom.models.layers import (
    Add,
    ClippedReLU,
    Concat,
    Flatten,
    HardTanh,
    Layer,
    Linear,
    PiecewiseLinear,
    Pointwise,
    PReLU,
    ReLU,
    Reshape,
    Scale,
    Shape,
)
from exactgeom.models.layers_base import size_of
from exactgeom.models.network import Network
from exactgeom.models.network_wiring import shape_of

__all__ = ["Array", "Builder", "Value", "clip"]

Array = np.ndarray[Any, Any]

_LINKS = {
    "softmax": "outputs are logits, the class is the arg-max",
    "logsoftmax": "outputs are logits, the class is the arg-max",
    "sigmoid": "outputs are logits, class 1 iff output > 0",
    "logsigmoid": "outputs are logits, class 1 iff output > 0",
    "argmax": "the class is the arg-max of the outputs",
}


@dataclass(frozen=True, slots=True)
class Value:
    """The output of a layer by number (-1 is the network's input), and the link function dropped on it."""

    number: int
    ended_by: str | None = None


@dataclass
class Builder:
    """Collects layers, their wiring and notes; shapes are None while the input's shape is not known.

    `batch` is the size that a file declares for the batch axis.
    """

    shape: Shape | None
    batch: int = -1
    layers: list[Layer] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shapes: list[Shape | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shapes.append(self.shape)

    def shape_of(self, value: Value, where: str) -> Shape:
        """Return the shape of a value; ``InvalidInput`` when the input's shape was needed and not given."""
        shape = self.shapes[value.number + 1]
        if shape is None:
            raise InvalidInput(
                "the shape of the input is not known: give input_shape, such as (channels, height, width)",
                place=where,
            )
        return shape

    def assume(self, shape: Shape) -> None:
        """Take this as the shape of everything so far, if it is not known: only pointwise layers came."""
        if self.shape is None:
            self.shape = shape
            self.shapes = [shape] * len(self.shapes)

    def layer(self, layer: Layer, values: Value | Sequence[Value], where: str, what: str = "") -> Value:
        """Append a layer that reads these values."""
        read = [values] if isinstance(values, Value) else list(values)
        for value in read:
            self.check_open(value, what or type(layer).__name__, where)
        if all(self.shapes[v.number + 1] is None for v in read) and isinstance(layer, Pointwise):
            self.shapes.append(None)
        else:
            shapes = [self.shape_of(v, where) for v in read]
            try:
                self.shapes.append(shape_of(len(self.layers), layer, shapes))
            except InvalidInput as error:
                own = f"layers[{len(self.layers)}]"
                raise InvalidInput(
                    error.message, place=f"{where}{(error.place or own)[len(own) :]}"
                ) from error
        self.layers.append(layer)
        self.inputs.append(tuple(v.number for v in read))
        return Value(len(self.layers) - 1)

    def check_open(self, value: Value, what: str, where: str) -> None:
        """Refuse to compute with a value whose link function was dropped."""
        if value.ended_by is not None:
            raise InvalidInput(f"{what} follows {value.ended_by}, which is not piecewise linear", place=where)

    def drop(self, value: Value, kind: str, where: str) -> Value:
        """Drop a final link function and note it."""
        self.check_open(value, kind, where)
        self.notes.append(f"the final {kind} was dropped: {_LINKS[kind.lower()]}")
        return Value(value.number, f"{kind} at {where}")

    def is_link(self, kind: str) -> bool:
        """Whether this is a link function that may be dropped."""
        return kind.lower() in _LINKS

    # -- affine operations -------------------------------------------------------------------------

    def linear(self, value: Value, weight: Any, bias: Any, where: str) -> Value:
        """Append a dense layer; the value must be flat, because frameworks act on the last axis."""
        shape = self.shapes[value.number + 1]
        if shape is not None and len(shape) != 1:
            raise InvalidInput(
                f"acts on the last axis of shape {shape}: flatten the values first", place=where
            )
        layer = Linear(weight, [0] * len(weight) if bias is None else bias, place=where)
        self.assume((layer.in_dim,))
        return self.layer(layer, value, where)

    def scale(self, value: Value, factor: Any, shift: Any, where: str) -> Value:
        """Append ``factor * value + shift``; arrays broadcast against the value with its batch axis."""
        return self.layer(Scale(*self._fitting(value, factor, shift, where=where), place=where), value, where)

    def divide(self, value: Value, divisor: Any, where: str) -> Value:
        """Append a division by constants, exactly."""
        (numbers,) = self._fitting(value, divisor, where=where)
        exact_divisors = exact_vector(numbers, where)
        if 0 in exact_divisors:
            raise InvalidInput("division by zero", place=where)
        return self.layer(Scale([1 / q for q in exact_divisors], [0] * len(numbers)), value, where)

    def prelu(self, value: Value, slopes: Any, where: str) -> Value:
        """Append a PReLU whose slopes broadcast against the value."""
        return self.layer(PReLU(*self._fitting(value, slopes, where=where), place=where), value, where)

    def _fitting(self, value: Value, *constants: Any, where: str) -> list[list[Any]]:
        """Return the constants as lists: of one entry where all are numbers, else of one per value."""
        arrays = [np.asarray(c) for c in constants]
        if all(a.size == 1 and a.ndim <= 1 for a in arrays):
            return [a.reshape(1).tolist() for a in arrays]
        shape = self.shape_of(value, where)
        try:
            return [np.broadcast_to(a, (1, *shape)).reshape(-1).tolist() for a in arrays]
        except ValueError as error:
            found = " and ".join(str(a.shape) for a in arrays if a.ndim)
            raise InvalidInput(
                f"constants of shape {found} do not broadcast to values of shape {shape}", place=where
            ) from error

    def add(self, values: Sequence[Value], coefficients: Sequence[Any] | None, where: str) -> Value:
        """Append a sum of values of one shape."""
        return self.layer(Add(coefficients), values, where)

    def concat(self, values: Sequence[Value], axis: int, where: str) -> Value:
        """Append a concatenation; the axis counts the batch axis, and from the end when negative."""
        rank = len(self.shape_of(values[0], where)) + 1
        own = axis + rank if axis < 0 else axis
        if not 1 <= own < rank:
            raise InvalidInput(
                f"cannot concatenate along axis {axis}: the first axis is the batch", place=where
            )
        return self.layer(Concat(own - 1), values, where)

    # -- shapes ------------------------------------------------------------------------------------

    def flatten(self, value: Value, where: str) -> Value:
        """Append a flattening, unless the value is flat already."""
        shape = self.shapes[value.number + 1]
        if shape is None or len(shape) == 1:
            return value
        return self.layer(Flatten(), value, where)

    def reshape(self, value: Value, sizes: Iterable[int], where: str) -> Value:
        """Append a change of shape; the first size is the batch's (or 0, -1), one other may be -1."""
        wanted = [int(size) for size in sizes]
        shape, rest = self.shape_of(value, where), wanted[1:]
        if not rest or wanted[0] not in (0, -1, self.batch):
            raise InvalidInput(f"the shape {wanted} does not keep the batch axis", place=where)
        rest = [shape[i] if size == 0 and i < len(shape) else size for i, size in enumerate(rest)]
        if rest.count(-1) == 1:
            known = -size_of(tuple(rest))
            rest[rest.index(-1)] = size_of(shape) // known if known > 0 else 0
        if tuple(rest) == shape:
            return value
        return self.layer(
            Flatten() if len(rest) == 1 and rest[0] == size_of(shape) else Reshape(rest, place=where),
            value,
            where,
        )

    # -- the end -----------------------------------------------------------------------------------

    def network(self, output: Value) -> Network:
        """Return the network up to a value; layers that it does not need are left out."""
        needed, stack = set(), [output.number]
        while stack:
            if (k := stack.pop()) >= 0 and k not in needed:
                needed.add(k)
                stack += self.inputs[k]
        order = sorted(needed)
        number = {-1: -1} | {k: i for i, k in enumerate(order)}
        inputs = {i: [number[k] for k in self.inputs[own]] for i, own in enumerate(order)}
        layers = [self.layers[k] for k in order]
        return Network(layers, notes=self.notes, inputs=inputs, input_shape=self.shape)


def clip(low: Any, high: Any, where: str) -> Layer:
    """Return ``min(max(z, low), high)``, where either bound may be None."""
    bottom = None if low is None else exact(low, f"{where}.min")
    top = None if high is None else exact(high, f"{where}.max")
    if bottom is None and top is None:
        raise InvalidInput("a clip needs a bound", place=where)
    if bottom is None:
        return PiecewiseLinear([top], [[1, 0], [0, top]])
    if top is None:
        return ReLU() if bottom == 0 else PiecewiseLinear([bottom], [[0, bottom], [1, 0]])
    if bottom >= top:
        raise InvalidInput(
            f"a clip needs low < high, got {fraction_str(bottom)} and {fraction_str(top)}", place=where
        )
    return ClippedReLU(top) if bottom == 0 else HardTanh(bottom, top)
