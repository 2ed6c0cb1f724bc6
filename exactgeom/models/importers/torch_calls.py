"""One reader per function or method of torch that a traced forward may call.

A reader has the function's own parameters after the model's `Reader` and the place of the node. Arguments are
`Value` for what depends on the input, tensors and numbers for what does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.builder import Value, clip
from exactgeom.models.importers.torch_modules import Reader, numbers, prelu, softshrink
from exactgeom.models.layers import (
    Abs,
    AveragePool1d,
    AveragePool2d,
    Conv1d,
    Conv2d,
    HardSigmoid,
    HardTanh,
    Layer,
    LeakyReLU,
    Maximum,
    MaxPool1d,
    MaxPool2d,
    Minimum,
    ReLU,
    Sign,
    Step,
    Threshold,
)

__all__ = ["CALLS", "Call"]

Call = Callable[..., Any]


def _value(x: Any, where: str) -> Value:
    if not isinstance(x, Value):
        raise InvalidInput("expected the first argument to depend on the input", place=where)
    return x


def _constant(r: Reader, c: Any, where: str) -> Any:
    """Return a constant as doubles; Python numbers are rounded to the model's dtype, as torch does."""
    if isinstance(c, bool | int | float):
        return r.scalar(c)
    if not hasattr(c, "detach"):
        raise InvalidInput(f"expected a tensor or a number, got {type(c).__name__}", place=where)
    return numbers(c if c.is_floating_point() else c.to(r.dtype), where)


def _unit(make: Callable[..., Layer]) -> Call:
    def call(r: Reader, where: str, input: Any, *args: Any, **kwargs: Any) -> Value:
        kwargs.pop("inplace", None)
        return r.builder.layer(make(r, where, *args, **kwargs), _value(input, where), where)

    return call


def _add(r: Reader, where: str, input: Any, other: Any, *, alpha: Any = 1, sign: int = 1) -> Value:
    factor = r.scalar(alpha) * sign
    if isinstance(input, Value) and isinstance(other, Value):
        return r.builder.add([input, other], None if factor == 1 else [1, factor], where)
    if isinstance(input, Value):
        if factor not in (1, -1):
            raise InvalidInput("alpha is not supported with a constant", place=where)
        return r.builder.scale(input, 1, factor * np.asarray(_constant(r, other, where)), where)
    return r.builder.scale(_value(other, where), factor, _constant(r, input, where), where)


def _subtract(r: Reader, where: str, input: Any, other: Any, *, alpha: Any = 1) -> Value:
    return _add(r, where, input, other, alpha=alpha, sign=-1)


def _multiply(r: Reader, where: str, input: Any, other: Any) -> Value:
    if isinstance(input, Value) and isinstance(other, Value):
        raise InvalidInput("the product of two values is not piecewise linear", place=where)
    x, c = (input, other) if isinstance(input, Value) else (other, input)
    return r.builder.scale(x, _constant(r, c, where), 0, where)


def _divide(r: Reader, where: str, input: Any, other: Any) -> Value:
    if isinstance(other, Value):
        raise InvalidInput("division by a value is not piecewise linear", place=where)
    return r.builder.divide(_value(input, where), _constant(r, other, where), where)


def _extreme(kind: type[Layer]) -> Call:
    def call(r: Reader, where: str, input: Any, other: Any = None, **rest: Any) -> Value:
        if other is None or rest or isinstance(other, int):
            raise InvalidInput("only the maximum or minimum of two arrays is supported", place=where)
        if isinstance(input, Value) and isinstance(other, Value):
            return r.builder.layer(kind(), [input, other], where)
        x, c = (input, other) if isinstance(input, Value) else (_value(other, where), input)
        bounds = np.asarray(_constant(r, c, where))
        if bounds.size == 1:
            low, high = (bounds.item(), None) if kind is Maximum else (None, bounds.item())
            return r.builder.layer(clip(low, high, where), x, where)
        return r.builder.layer(kind(), [x, r.builder.scale(x, 0 * bounds, bounds, where)], where)

    return call


def _clamp(r: Reader, where: str, min: Any = None, max: Any = None) -> Layer:
    low, high = (None if c is None else _scalar(r, c, where) for c in (min, max))
    return clip(low, high, where)


def _scalar(r: Reader, c: Any, where: str) -> Any:
    found = np.asarray(_constant(r, c, where))
    if found.size != 1:
        raise InvalidInput("expected one number for all values", place=where)
    return found.item()


def _cat(r: Reader, where: str, tensors: Any, dim: int = 0, axis: int | None = None) -> Value:
    parts = [_value(x, where) for x in tensors]
    return r.builder.concat(parts, dim if axis is None else axis, where)


def _size(r: Reader, where: str, input: Any, dim: int | None = None) -> Any:
    sizes = (-1, *r.builder.shape_of(_value(input, where), where))
    return sizes if dim is None else sizes[dim]


def _getattr(r: Reader, where: str, input: Any, name: str) -> Any:
    if name != "shape":
        raise InvalidInput(f"the attribute {name!r} is not supported", place=where)
    return _size(r, where, input)


def _reshape(r: Reader, where: str, input: Any, *sizes: Any) -> Value:
    wanted = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    return r.builder.reshape(_value(input, where), wanted, where)


def _flatten(r: Reader, where: str, input: Any, start_dim: int = 0, end_dim: int = -1) -> Value:
    return r.flatten(start_dim, end_dim, _value(input, where), where)


def _dropout(r: Reader, where: str, input: Any, *_args: Any, **_kwargs: Any) -> Value:
    r.builder.notes.append(f"{where} (dropout) is the identity, as in evaluation")
    return _value(input, where)


def _same(r: Reader, where: str, input: Any, *_args: Any, **_kwargs: Any) -> Value:
    return _value(input, where)


def _link(kind: str) -> Call:
    def call(r: Reader, where: str, input: Any, dim: Any = -1, *_args: Any, **_kwargs: Any) -> Value:
        return r.link(kind, dim, _value(input, where), where)

    return call


def _linear(r: Reader, where: str, input: Any, weight: Any, bias: Any = None) -> Value:
    offsets = None if bias is None else _constant(r, bias, where)
    return r.builder.linear(_value(input, where), _constant(r, weight, where), offsets, where)


def _matmul(r: Reader, where: str, input: Any, other: Any) -> Value:
    if isinstance(other, Value):
        raise InvalidInput("expected a constant matrix on the right", place=where)
    weight = np.asarray(_constant(r, other, where))
    if weight.ndim != 2:
        raise InvalidInput(f"expected a constant matrix, got shape {weight.shape}", place=where)
    return r.builder.linear(_value(input, where), weight.T, None, where)


def _convolution(make: type[Conv1d | Conv2d]) -> Call:
    def call(
        r: Reader,
        where: str,
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Value:
        kernel = _constant(r, weight, where)
        offsets = [0] * len(kernel) if bias is None else _constant(r, bias, where)
        layer = make(kernel, offsets, stride, padding, dilation, groups, place=where)
        return r.builder.layer(layer, _value(input, where), where)

    return call


def _max_pool(make: type[MaxPool1d | MaxPool2d]) -> Call:
    def layer(
        r: Reader,
        where: str,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Layer:
        if return_indices:
            raise InvalidInput("return_indices is not supported", place=where)
        return make(kernel_size, stride, padding, dilation, ceil_mode, place=where)

    return _unit(layer)


def _mean_pool(make: type[AveragePool1d | AveragePool2d]) -> Call:
    def layer(
        r: Reader,
        where: str,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Layer:
        return make(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, place=where)

    return _unit(layer)


def _adaptive(axes: int) -> Call:
    def call(r: Reader, where: str, input: Any, output_size: Any) -> Value:
        return r.adaptive_mean(axes, output_size, _value(input, where), where)

    return call


def _mean(r: Reader, where: str, input: Any, dim: Any = None, keepdim: bool = False) -> Value:
    value = _value(input, where)
    rank = len(r.builder.shape_of(value, where)) + 1
    dims = {d % rank for d in ((dim,) if isinstance(dim, int) else dim or ())}
    if rank < 3 or dims != set(range(2, rank)):
        raise InvalidInput("only the mean over all axes after the channels is supported", place=where)
    mean = r.adaptive_mean(rank - 2, (1,) * (rank - 2), value, where)
    return mean if keepdim else r.builder.flatten(mean, where)


def _heaviside(r: Reader, where: str, values: Any) -> Layer:
    return Step(on=[_scalar(r, values, where)])


def _prelu(r: Reader, where: str, input: Any, weight: Any) -> Value:
    return prelu(r, where, weight, _value(input, where))


CALLS: dict[str, Call] = {
    "relu": _unit(lambda r, where: ReLU()),
    "relu6": _unit(lambda r, where: HardTanh(0, 6)),
    "leaky_relu": _unit(
        lambda r, where, negative_slope=0.01: LeakyReLU(r.scalar(negative_slope), place=where)
    ),
    "prelu": _prelu,
    "hardtanh": _unit(
        lambda r, where, min_val=-1.0, max_val=1.0: HardTanh(
            r.scalar(min_val), r.scalar(max_val), place=where
        )
    ),
    "hardsigmoid": _unit(lambda r, where: HardSigmoid()),
    "softshrink": _unit(lambda r, where, lambd=0.5: softshrink(r.scalar(lambd))),
    "threshold": _unit(
        lambda r, where, threshold, value: Threshold(r.scalar(threshold), r.scalar(value), place=where)
    ),
    "abs": _unit(lambda r, where: Abs()),
    "sign": _unit(lambda r, where: Sign()),
    "heaviside": _unit(_heaviside),
    "clamp": _unit(_clamp),
    "clamp_min": _unit(lambda r, where, min: _clamp(r, where, min, None)),
    "clamp_max": _unit(lambda r, where, max: _clamp(r, where, None, max)),
    "maximum": _extreme(Maximum),
    "minimum": _extreme(Minimum),
    "add": _add,
    "sub": _subtract,
    "mul": _multiply,
    "truediv": _divide,
    "neg": lambda r, where, input: r.builder.scale(_value(input, where), -1, 0, where),
    "cat": _cat,
    "size": _size,
    "getattr": _getattr,
    "reshape": _reshape,
    "flatten": _flatten,
    "dropout": _dropout,
    "contiguous": _same,
    "softmax": _link("Softmax"),
    "log_softmax": _link("LogSoftmax"),
    "sigmoid": _link("Sigmoid"),
    "logsigmoid": _link("LogSigmoid"),
    "argmax": _link("ArgMax"),
    "linear": _linear,
    "matmul": _matmul,
    "conv1d": _convolution(Conv1d),
    "conv2d": _convolution(Conv2d),
    "max_pool1d": _max_pool(MaxPool1d),
    "max_pool2d": _max_pool(MaxPool2d),
    "avg_pool1d": _mean_pool(AveragePool1d),
    "avg_pool2d": _mean_pool(AveragePool2d),
    "adaptive_avg_pool1d": _adaptive(1),
    "adaptive_avg_pool2d": _adaptive(2),
    "mean": _mean,
}
_ALIASES = {
    "abs": ("absolute", "abs_"),
    "relu": ("relu_",),
    "relu6": (),
    "add": ("iadd", "add_"),
    "sub": ("subtract", "isub", "sub_"),
    "mul": ("multiply", "imul", "mul_"),
    "truediv": ("div", "divide", "true_divide", "itruediv"),
    "neg": ("negative",),
    "clamp": ("clip", "clamp_"),
    "maximum": ("max",),
    "minimum": ("min",),
    "cat": ("concat", "concatenate"),
    "reshape": ("view",),
    "dropout": ("dropout1d", "dropout2d", "alpha_dropout", "feature_dropout"),
    "leaky_relu": ("leaky_relu_",),
    "hardtanh": ("hardtanh_",),
    "threshold": ("threshold_",),
}
CALLS |= {alias: CALLS[name] for name, aliases in _ALIASES.items() for alias in aliases}
