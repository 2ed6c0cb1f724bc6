"""One reader per `torch.nn` module: from its parameters to exact layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactgeom.exact import InvalidInput, exact
from exactgeom.models.importers.builder import Builder, Value
from exactgeom.models.importers.rounding import FORMATS, batch_norm
from exactgeom.models.layers import (
    AveragePool1d,
    AveragePool2d,
    Conv1d,
    Conv2d,
    HardSigmoid,
    HardTanh,
    Layer,
    LeakyReLU,
    MaxPool1d,
    MaxPool2d,
    PiecewiseLinear,
    ReLU,
    Reshape,
    Threshold,
)

__all__ = ["Reader", "kind_of", "numbers", "prelu", "softshrink"]

DROPOUTS = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")


def kind_of(part: Any) -> str:
    """Return the torch.nn class whose forward this module runs, or ``""`` if the forward is its own.

    So a subclass that keeps the forward (ReLU6, a parametrised Linear) counts as its base class.
    """
    if "forward" in vars(part):
        return ""
    owner = next((base for base in type(part).__mro__ if "forward" in vars(base)), None)
    if owner is None or not owner.__module__.startswith("torch.nn.modules."):
        return ""
    if owner.__name__ == "_BatchNorm":  # one forward for every number of axes
        return next((b.__name__ for b in type(part).__mro__ if b.__module__ == owner.__module__), "")
    return owner.__name__


def numbers(tensor: Any, place: str) -> Any:
    """Return a tensor's entries as an array of doubles: exact for every real float dtype up to 64 bits."""
    import torch

    if not torch.is_floating_point(tensor):
        raise InvalidInput(f"expected real floating-point weights, got {tensor.dtype}", place=place)
    return tensor.detach().to("cpu", torch.float64).numpy()


class Reader:
    """Sends values through modules and functions of one model."""

    def __init__(self, module: Any, builder: Builder) -> None:
        import torch

        self.builder = builder
        self.dtype = next((p.dtype for p in module.parameters()), torch.get_default_dtype())

    def module(self, where: str, part: Any, value: Value) -> Value:
        """Apply one module, or refuse it by name and position."""
        kind, b = kind_of(part), self.builder
        if kind in DROPOUTS:
            b.notes.append(f"{where} ({kind}) is the identity, as in evaluation")
            return value
        if kind == "Identity":
            return value
        if b.is_link(kind):
            return self.link(kind, getattr(part, "dim", -1), value, where)
        b.check_open(value, kind, where)
        if kind in _READERS:
            return _READERS[kind](self, where, part, value)
        name = type(part).__name__
        reason = "is not supported" if kind else "has its own forward"
        known = ", ".join((*_READERS, "Identity", "Dropout", "Sequential"))
        raise InvalidInput(f"{name} {reason}: expected one of {known}", place=where)

    def link(self, kind: str, dim: Any, value: Value, where: str) -> Value:
        """Drop a final softmax or sigmoid, which must run over the features."""
        if dim not in (None, 1, -1):
            raise InvalidInput(f"{kind} must run over the features: dim=1 or dim=-1", place=where)
        return self.builder.drop(value, kind, where)

    def scalar(self, number: Any) -> float:
        """Round a Python number to the model's dtype, the value that torch computes with."""
        import torch

        return float(torch.tensor(number, dtype=self.dtype).to(torch.float64).item())

    def form(self, where: str) -> str:
        """Return the name of the model's float format."""
        name = str(self.dtype).removeprefix("torch.")
        if name not in FORMATS:
            raise InvalidInput(f"expected a model in {', '.join(FORMATS)}, got {name}", place=where)
        return name

    # -- shapes shared with functions ---------------------------------------------------------------

    def flatten(self, start: int, end: int, value: Value, where: str) -> Value:
        """Flatten the axes from start to end, the batch axis being 0."""
        shape = self.builder.shapes[value.number + 1]
        rank = 2 if shape is None else len(shape) + 1
        first, last = start % rank, end % rank
        if first == 0:
            raise InvalidInput("Flatten must keep the batch dimension: start_dim=1", place=where)
        if shape is None or first >= last:
            return value
        if (first, last) == (1, rank - 1):
            return self.builder.flatten(value, where)
        count = 1
        for size in shape[first - 1 : last]:
            count *= size
        return self.builder.layer(Reshape([*shape[: first - 1], count, *shape[last:]]), value, where)

    def adaptive_mean(self, axes: int, output: Any, value: Value, where: str) -> Value:
        """Average over windows that divide the input evenly."""
        shape = self.builder.shape_of(value, where)
        wanted = tuple(output) if isinstance(output, tuple | list) else (output,) * axes
        sizes = shape[1:]
        given = tuple(size if k is None else k for size, k in zip(sizes, wanted, strict=False))
        if len(sizes) != axes or any(size % k for size, k in zip(sizes, given, strict=True)):
            raise InvalidInput(f"values of shape {shape} do not average evenly to {wanted}", place=where)
        kernel = [size // k for size, k in zip(sizes, given, strict=True)]
        return self.builder.layer((AveragePool1d, AveragePool2d)[axes - 1](kernel), value, where)


# -- one reader per module ----------------------------------------------------------------------------

Read = Callable[[Reader, str, Any, Value], Value]


def _pointwise(make: Callable[[Reader, Any, str], Layer]) -> Read:
    def read(reader: Reader, where: str, part: Any, value: Value) -> Value:
        return reader.builder.layer(make(reader, part, where), value, where, type(part).__name__)

    return read


def _linear(reader: Reader, where: str, part: Any, value: Value) -> Value:
    reader.dtype = part.weight.dtype
    weight = numbers(part.weight, f"{where}.weight")
    bias = None if part.bias is None else numbers(part.bias, f"{where}.bias")
    return reader.builder.linear(value, weight, bias, where)


def _convolution(axes: int) -> Read:
    def read(reader: Reader, where: str, part: Any, value: Value) -> Value:
        if part.padding_mode != "zeros":
            raise InvalidInput(
                f"padding_mode {part.padding_mode!r} is not supported: only zeros", place=where
            )
        reader.dtype = part.weight.dtype
        weight = numbers(part.weight, f"{where}.weight")
        bias = [0] * len(weight) if part.bias is None else numbers(part.bias, f"{where}.bias")
        padding = part.padding
        if padding == "valid":
            padding = 0
        elif padding == "same":
            spans = [d * (k - 1) for d, k in zip(part.dilation, part.kernel_size, strict=True)]
            padding = [(span // 2, span - span // 2) for span in spans]
        make = (Conv1d, Conv2d)[axes - 1]
        layer = make(weight, bias, part.stride, padding, part.dilation, part.groups, place=where)
        return reader.builder.layer(layer, value, where)

    return read


def _batch_norm(axes: tuple[int, ...]) -> Read:
    def read(reader: Reader, where: str, part: Any, value: Value) -> Value:
        if part.running_mean is None:
            raise InvalidInput("without running statistics it depends on the batch", place=where)
        if axes == (1, 2):
            reader.builder.assume((part.num_features,))
        rank = len(reader.builder.shape_of(value, where))
        if rank not in axes:
            raise InvalidInput(f"does not fit values with {rank} axes", place=where)
        reader.dtype = part.running_mean.dtype
        count, form = part.num_features, reader.form(where)
        layer = batch_norm(
            [1] * count if part.weight is None else numbers(part.weight, f"{where}.weight"),
            [0] * count if part.bias is None else numbers(part.bias, f"{where}.bias"),
            numbers(part.running_mean, f"{where}.mean"),
            numbers(part.running_var, f"{where}.variance"),
            reader.scalar(part.eps),
            form,
            where,
        )
        reader.builder.notes.append(
            f"{where} (batch norm): gamma / sqrt(variance + eps) was taken at the nearest {form}"
        )
        return reader.builder.layer(layer, value, where)

    return read


def _max_pool(axes: int) -> Read:
    def read(reader: Reader, where: str, part: Any, value: Value) -> Value:
        if part.return_indices:
            raise InvalidInput("return_indices is not supported", place=where)
        make = (MaxPool1d, MaxPool2d)[axes - 1]
        layer = make(part.kernel_size, part.stride, part.padding, part.dilation, part.ceil_mode, place=where)
        return reader.builder.layer(layer, value, where)

    return read


def _mean_pool(axes: int) -> Read:
    def read(reader: Reader, where: str, part: Any, value: Value) -> Value:
        make = (AveragePool1d, AveragePool2d)[axes - 1]
        divisor = getattr(part, "divisor_override", None)
        layer = make(
            part.kernel_size,
            part.stride,
            part.padding,
            part.ceil_mode,
            part.count_include_pad,
            divisor,
            place=where,
        )
        return reader.builder.layer(layer, value, where)

    return read


def _adaptive(axes: int) -> Read:
    return lambda reader, where, part, value: reader.adaptive_mean(axes, part.output_size, value, where)


def _prelu(reader: Reader, where: str, part: Any, value: Value) -> Value:
    return prelu(reader, where, part.weight, value)


def prelu(reader: Reader, where: str, weight: Any, value: Value) -> Value:
    """Apply torch's PReLU: one slope, or one per channel (axis 1 of the batch)."""
    slopes = numbers(weight, f"{where}.weight")
    if slopes.size > 1:
        shape = reader.builder.shape_of(value, where)
        slopes = slopes.reshape(-1, *(1,) * (len(shape) - 1))
    return reader.builder.prelu(value, slopes, where)


def softshrink(width: Any) -> Layer:
    """Return ``sign(z) max(|z| - width, 0)``."""
    size = exact(width)
    return PiecewiseLinear([-size, size], [[1, size], [0, 0], [1, -size]])


_READERS: dict[str, Read] = {
    "Linear": _linear,
    "ReLU": _pointwise(lambda reader, part, where: ReLU()),
    "LeakyReLU": _pointwise(
        lambda reader, part, where: LeakyReLU(reader.scalar(part.negative_slope), place=where)
    ),
    "PReLU": _prelu,
    "Hardtanh": _pointwise(  # ReLU6 too
        lambda reader, part, where: HardTanh(
            reader.scalar(part.min_val), reader.scalar(part.max_val), place=where
        )
    ),
    "Hardsigmoid": _pointwise(lambda reader, part, where: HardSigmoid()),
    "Softshrink": _pointwise(lambda reader, part, where: softshrink(reader.scalar(part.lambd))),
    "Threshold": _pointwise(
        lambda reader, part, where: Threshold(reader.scalar(part.threshold), reader.scalar(part.value))
    ),
    "Conv1d": _convolution(1),
    "Conv2d": _convolution(2),
    "BatchNorm1d": _batch_norm((1, 2)),
    "BatchNorm2d": _batch_norm((3,)),
    "MaxPool1d": _max_pool(1),
    "MaxPool2d": _max_pool(2),
    "AvgPool1d": _mean_pool(1),
    "AvgPool2d": _mean_pool(2),
    "AdaptiveAvgPool1d": _adaptive(1),
    "AdaptiveAvgPool2d": _adaptive(2),
    "Flatten": lambda reader, where, part, value: reader.flatten(part.start_dim, part.end_dim, value, where),
}
