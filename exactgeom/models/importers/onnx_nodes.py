"""One reader per ONNX operation: from a node and its inputs to exact layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact_matrix
from exactgeom.models.importers.builder import Builder, Value, clip
from exactgeom.models.importers.rounding import FORMATS, batch_norm
from exactgeom.models.layers import (
    Abs,
    AveragePool1d,
    AveragePool2d,
    Conv1d,
    Conv2d,
    HardSigmoid,
    Layer,
    LeakyReLU,
    Maximum,
    MaxPool1d,
    MaxPool2d,
    Minimum,
    ReLU,
    Sign,
    Threshold,
)

__all__ = ["NODES", "Node"]


@dataclass
class Node:
    """One node: where it is, its attributes, and the network under construction."""

    builder: Builder
    index: int
    proto: Any
    form: str
    opset: int
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The node's number, operation and name."""
        name = f" {self.proto.name!r}" if self.proto.name else ""
        return f"node[{self.index}] ({self.proto.op_type}{name})"

    def float32(self, name: str, default: float) -> float:
        """Return a float attribute at its float32 value, defaults of the standard too."""
        return float(np.float32(self.attributes.get(name, default)))

    def value(self, x: Any) -> Value:
        """Check that an input depends on the network's input."""
        if not isinstance(x, Value):
            raise InvalidInput("expected the first input to depend on the network's input", place=self.where)
        return x

    def constant(self, x: Any, what: str) -> Any:
        """Check that an input is a constant."""
        if x is None or isinstance(x, Value):
            raise InvalidInput(f"expected a constant {what}", place=self.where)
        return x

    def layer(self, layer: Layer, *values: Any) -> Value:
        """Append a layer that reads these."""
        return self.builder.layer(layer, [self.value(x) for x in values], self.where, self.proto.op_type)


def _unit(make: Callable[[Node], Layer]) -> Callable[..., Value]:
    return lambda node, x: node.layer(make(node), x)


# -- affine -------------------------------------------------------------------------------------------


def _gemm(node: Node, a: Any, b: Any, c: Any = None) -> Value:
    if node.attributes.get("transA", 0):
        raise InvalidInput("transA is not supported: it mixes the batch", place=node.where)
    weight = node.constant(b, "matrix B")
    weight = weight if node.attributes.get("transB", 0) else weight.T
    alpha, beta = node.float32("alpha", 1.0), node.float32("beta", 1.0)
    bias: Any = (
        None if c is None else np.broadcast_to(node.constant(c, "bias C"), (1, len(weight))).reshape(-1)
    )
    rows: Any = weight
    if alpha != 1:
        (factor,) = exact_matrix([[alpha]])[0]
        rows = [[factor * q for q in row] for row in exact_matrix(weight, node.where)]
    if bias is not None and beta != 1:
        (factor,) = exact_matrix([[beta]])[0]
        bias = [factor * q for q in exact_matrix([bias], node.where)[0]]
    return node.builder.linear(node.value(a), rows, bias, node.where)


def _matmul(node: Node, a: Any, b: Any) -> Value:
    weight = node.constant(b, "matrix on the right")
    if weight.ndim != 2:
        raise InvalidInput(f"expected a matrix on the right, got shape {weight.shape}", place=node.where)
    return node.builder.linear(node.value(a), weight.T, None, node.where)


def _sum(sign: int) -> Callable[..., Value]:
    def run(node: Node, a: Any, b: Any) -> Value:
        if isinstance(a, Value) and isinstance(b, Value):
            return node.builder.add([a, b], None if sign == 1 else [1, -1], node.where)
        if isinstance(a, Value):
            return node.builder.scale(a, 1, sign * b, node.where)
        return node.builder.scale(b, sign, a, node.where)

    return run


def _sum_of_many(node: Node, *values: Any) -> Value:
    return node.builder.add([node.value(x) for x in values], None, node.where)


def _mul(node: Node, a: Any, b: Any) -> Value:
    if isinstance(a, Value) and isinstance(b, Value):
        raise InvalidInput("the product of two values is not piecewise linear", place=node.where)
    x, c = (a, b) if isinstance(a, Value) else (b, a)
    return node.builder.scale(x, c, 0, node.where)


def _div(node: Node, a: Any, b: Any) -> Value:
    if isinstance(b, Value):
        raise InvalidInput("division by a value is not piecewise linear", place=node.where)
    return node.builder.divide(a, b, node.where)


def _conv(node: Node, x: Any, w: Any, b: Any = None) -> Value:
    weight = node.constant(w, "kernel")
    axes = weight.ndim - 2
    if axes not in (1, 2):
        raise InvalidInput(f"expected a kernel of 1 or 2 axes, got {axes}", place=node.where)
    bias = [0] * len(weight) if b is None else node.constant(b, "bias")
    strides, dilations, pads = _window(node, node.value(x), weight.shape[2:])
    groups = node.attributes.get("group", 1)
    make = (Conv1d, Conv2d)[axes - 1]
    return node.layer(make(weight, bias, strides, pads, dilations, groups, place=node.where), x)


def _window(node: Node, x: Value, kernel: Any) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Return strides, dilations and (low, high) pads of a convolution or pooling."""
    axes = len(kernel)
    strides = list(node.attributes.get("strides", [1] * axes))
    dilations = list(node.attributes.get("dilations", [1] * axes))
    mode = node.attributes.get("auto_pad", b"NOTSET").decode()
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        pairs = []
        for length, k, s, d in zip(
            node.builder.shape_of(x, node.where)[1:], kernel, strides, dilations, strict=True
        ):
            total = max((-(-length // s) - 1) * s + d * (k - 1) + 1 - length, 0)
            small, large = total // 2, total - total // 2
            pairs.append((small, large) if mode == "SAME_UPPER" else (large, small))
        return strides, dilations, pairs
    pads = node.attributes.get("pads", [0] * 2 * axes) if mode == "NOTSET" else [0] * 2 * axes
    return strides, dilations, list(zip(pads[:axes], pads[axes:], strict=True))


def _batch_norm(node: Node, x: Any, gamma: Any, beta: Any, mean: Any, variance: Any) -> Value:
    if node.attributes.get("training_mode", 0):
        raise InvalidInput("expected inference, got training_mode", place=node.where)
    if node.form not in FORMATS:
        raise InvalidInput(f"expected a model in {', '.join(FORMATS)}, got {node.form}", place=node.where)
    constants = tuple(node.constant(c, "statistic") for c in (gamma, beta, mean, variance))
    if len({len(c) for c in constants}) != 1:
        raise InvalidInput("expected statistics of one length", place=node.where)
    g, b, m, v = constants
    layer = batch_norm(g, b, m, v, node.float32("epsilon", 1e-5), node.form, node.where)
    node.builder.notes.append(
        f"{node.where} (batch norm): scale / sqrt(var + epsilon) was taken at the nearest {node.form}"
    )
    return node.layer(layer, x)


def _average_pool(node: Node, x: Any) -> Value:
    kernel = node.attributes["kernel_shape"]
    strides, dilations, pads = _window(node, node.value(x), kernel)
    if any(d != 1 for d in dilations):
        raise InvalidInput("dilations are not supported", place=node.where)
    ceil, counts = node.attributes.get("ceil_mode", 0), node.attributes.get("count_include_pad", 0)
    make = _by_axes(node, kernel, AveragePool1d, AveragePool2d)
    return node.layer(make(kernel, strides, pads, bool(ceil), bool(counts), place=node.where), x)


def _global(first: Any, second: Any) -> Callable[..., Value]:
    def run(node: Node, x: Any) -> Value:
        kernel = node.builder.shape_of(node.value(x), node.where)[1:]
        return node.layer(_by_axes(node, kernel, first, second)(kernel), x)

    return run


def _by_axes(node: Node, kernel: Any, first: Any, second: Any) -> Any:
    if len(kernel) not in (1, 2):
        raise InvalidInput(f"expected a window of 1 or 2 axes, got {len(kernel)}", place=node.where)
    return first if len(kernel) == 1 else second


def _reduce_mean(node: Node, x: Any, axes: Any = None) -> Value:
    rank = len(node.builder.shape_of(node.value(x), node.where)) + 1
    chosen = node.attributes.get("axes", ()) if axes is None else axes.tolist()
    if rank < 3 or {axis % rank for axis in chosen} != set(range(2, rank)):
        raise InvalidInput("only the mean over all axes after the channels is supported", place=node.where)
    mean = _global(AveragePool1d, AveragePool2d)(node, x)
    return mean if node.attributes.get("keepdims", 1) else node.builder.flatten(mean, node.where)


# -- piecewise linear -----------------------------------------------------------------------------------


def _max_pool(node: Node, x: Any) -> Value:
    if len(node.proto.output) > 1:
        raise InvalidInput("the indices of the maximum are not supported", place=node.where)
    kernel = node.attributes["kernel_shape"]
    strides, dilations, pads = _window(node, node.value(x), kernel)
    make = _by_axes(node, kernel, MaxPool1d, MaxPool2d)
    ceil = bool(node.attributes.get("ceil_mode", 0))
    return node.layer(make(kernel, strides, pads, dilations, ceil, place=node.where), x)


def _clip(node: Node, x: Any, low: Any = None, high: Any = None) -> Value:
    bottom = node.attributes.get("min") if low is None else node.constant(low, "bound").item()
    top = node.attributes.get("max") if high is None else node.constant(high, "bound").item()
    return node.value(x) if bottom is top is None else node.layer(clip(bottom, top, node.where), x)


def _extreme(kind: type[Maximum]) -> Callable[..., Value]:
    def run(node: Node, *inputs: Any) -> Value:
        values = [x for x in inputs if isinstance(x, Value)]
        result = values[0] if len(values) == 1 else node.layer(kind(), *values)
        for c in (x for x in inputs if not isinstance(x, Value)):
            if c.size == 1:
                bound = float(c.item())
                low, high = (None, bound) if kind is Minimum else (bound, None)
                result = node.layer(clip(low, high, node.where), result)
            else:
                constant = node.builder.scale(result, 0 * c, c, node.where)
                result = node.layer(kind(), result, constant)
        return result

    return run


def _prelu(node: Node, x: Any, slopes: Any) -> Value:
    return node.builder.prelu(node.value(x), node.constant(slopes, "slope"), node.where)


# -- shapes, and what is dropped --------------------------------------------------------------------------


def _flatten(node: Node, x: Any) -> Value:
    rank = len(node.builder.shape_of(node.value(x), node.where)) + 1
    if node.attributes.get("axis", 1) % rank != 1 % rank:
        raise InvalidInput("expected axis 1, which keeps the batch", place=node.where)
    return node.builder.flatten(x, node.where)


def _reshape(node: Node, x: Any, shape: Any = None) -> Value:
    sizes = node.attributes.get("shape") if shape is None else node.constant(shape, "shape").tolist()
    if sizes is None or (node.attributes.get("allowzero", 0) and 0 in sizes):
        raise InvalidInput("expected a constant shape without allowzero", place=node.where)
    return node.builder.reshape(node.value(x), sizes, node.where)


def _squeeze(node: Node, x: Any, axes: Any = None) -> Value:
    shape = node.builder.shape_of(node.value(x), node.where)
    chosen = node.attributes.get("axes") if axes is None else axes.tolist()
    gone = {axis % (len(shape) + 1) for axis in chosen or ()}
    kept = [size for i, size in enumerate(shape) if i + 1 not in gone]
    if not gone or 0 in gone or prod(kept) != prod(shape) or not kept:
        raise InvalidInput("expected axes of size 1 other than the batch", place=node.where)
    return node.builder.reshape(x, [0, *kept], node.where)


def _concat(node: Node, *values: Any) -> Value:
    return node.builder.concat([node.value(x) for x in values], node.attributes["axis"], node.where)


def _dropout(node: Node, x: Any, *_rest: Any) -> Value:
    node.builder.notes.append(f"{node.where} (dropout) is the identity, as in evaluation")
    return node.value(x)


def _cast(node: Node, x: Any) -> Value:
    """After a dropped link function a cast changes nothing that is kept; elsewhere it would round."""
    if node.value(x).ended_by is None:
        raise InvalidInput("a cast of values rounds them, which is not supported", place=node.where)
    return node.value(x)


def _link(node: Node, x: Any) -> Value:
    shape = node.builder.shape_of(node.value(x), node.where)
    default = -1 if node.opset >= 13 else 1
    axis = node.attributes.get("axis", 0 if node.proto.op_type == "ArgMax" else default)
    if node.proto.op_type != "Sigmoid" and (len(shape) != 1 or axis not in (1, -1)):
        raise InvalidInput("must run over the features: axis 1 of a batch of vectors", place=node.where)
    return node.builder.drop(x, node.proto.op_type, node.where)


NODES: dict[str, Callable[..., Value]] = {
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Add": _sum(1),
    "Sub": _sum(-1),
    "Sum": _sum_of_many,
    "Mul": _mul,
    "Div": _div,
    "Neg": lambda node, x: node.builder.scale(node.value(x), -1, 0, node.where),
    "Conv": _conv,
    "BatchNormalization": _batch_norm,
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global(AveragePool1d, AveragePool2d),
    "ReduceMean": _reduce_mean,
    "Relu": _unit(lambda node: ReLU()),
    "LeakyRelu": _unit(lambda node: LeakyReLU(node.float32("alpha", 0.01), place=node.where)),
    "PRelu": _prelu,
    "ThresholdedRelu": _unit(lambda node: Threshold(node.float32("alpha", 1.0), 0, place=node.where)),
    "HardSigmoid": _unit(
        lambda node: HardSigmoid(node.float32("alpha", 0.2), node.float32("beta", 0.5), place=node.where)
    ),
    "Clip": _clip,
    "Abs": _unit(lambda node: Abs()),
    "Sign": _unit(lambda node: Sign()),
    "Max": _extreme(Maximum),
    "Min": _extreme(Minimum),
    "MaxPool": _max_pool,
    "GlobalMaxPool": _global(MaxPool1d, MaxPool2d),
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Concat": _concat,
    "Identity": lambda node, x: node.value(x),
    "Dropout": _dropout,
    "Cast": _cast,
    "Softmax": _link,
    "LogSoftmax": _link,
    "Sigmoid": _link,
    "ArgMax": _link,
}
"""Name of an operation to its reader."""
