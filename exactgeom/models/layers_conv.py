"""Convolutions: exact affine maps whose rows are kept sparse (cross-correlation, as in every framework)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.models.layers_base import (
    Record,
    Shape,
    SparseAffine,
    Tensor,
    at,
    flat,
    size_of,
    tensor,
    tensor_shape,
    whole,
)
from exactgeom.models.layers_window import Windows

__all__ = ["Conv1d", "Conv2d"]

_AXES = {1: "(channels, length)", 2: "(channels, height, width)"}


def spatial(shapes: Sequence[Shape], axes: int, place: str) -> Shape:
    """Return the one input shape, which must have channels and this many axes."""
    (shape,) = shapes
    if len(shape) != axes + 1:
        raise InvalidInput(f"expected values of shape {_AXES[axes]}, got shape {shape}", place=place)
    return shape


class _Conv(Record):
    """What both convolutions share; `axes` is their number of spatial axes."""

    axes: ClassVar[int]
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"weight": ..., "bias": ..., "stride": None, "padding": None, "dilation": None, "groups": 1}
    )
    weight: Tensor
    bias: tuple[Fraction, ...]
    groups: int
    windows: Windows

    def __init__(
        self,
        weight: Any,
        bias: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        *,
        place: str = "",
    ) -> None:
        weights = tensor(weight, self.axes + 2, at(place, "weight"))
        offsets = exact_vector(bias, at(place, "bias"))
        number = whole(groups, at(place, "groups"))
        if len(offsets) != len(weights):
            raise InvalidInput(
                f"expected {len(weights)} entries, one per output channel, got {len(offsets)}",
                place=at(place, "bias"),
            )
        if len(weights) % number:
            raise InvalidInput(
                f"{len(weights)} output channels do not split into {number} groups", place=at(place, "groups")
            )
        kernel = tensor_shape(weights)[2:]
        windows = Windows.read(self.axes, kernel, stride, padding, dilation, place=place)
        self._store(weight=weights, bias=offsets, groups=number, windows=windows)
        self._store(stride=windows.stride, padding=windows.padding, dilation=windows.dilation)

    def _arguments(self) -> dict[str, Any]:
        one, none = (1,) * self.axes, ((0, 0),) * self.axes
        plain = {"stride": one, "padding": none, "dilation": one, "groups": 1}
        values = {name: self.__dict__[name] for name in self.fields}
        return {name: value for name, value in values.items() if value != plain.get(name)}

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return ``(output channels, ...)``; the input needs as many channels as the weight times groups."""
        shape = spatial(shapes, self.axes, place)
        channels = len(self.weight[0]) * self.groups
        if shape[0] != channels:
            raise InvalidInput(f"expected {channels} channels, got {shape[0]}", place=f"{place}.weight")
        return len(self.weight), *self.windows.counts(shape[1:], place)

    @cached_property
    def integer_form(self) -> tuple[tuple[tuple[tuple[int, int, int], ...], ...], tuple[int, ...], int]:
        """``(taps, bias, q)``: per output channel the (input channel, kernel number, weight q) not zero."""
        weights, over = [], lcm(*(q.denominator for q in self.bias))
        for row in self.weight:
            weights.append([flat(part) for part in row])
            over = lcm(over, *(q.denominator for part in weights[-1] for q in part))
        taps = tuple(
            tuple((c, k, int(q * over)) for c, part in enumerate(row) for k, q in enumerate(part) if q)
            for row in weights
        )
        return taps, tuple(int(q * over) for q in self.bias), over

    def parts(self, shapes: Sequence[Shape]) -> tuple[SparseAffine, ...]:
        """Return the convolution as one affine map; outside of the input are zeros."""
        (shape,) = shapes
        area, windows = size_of(shape[1:]), self.windows.contents(shape[1:])
        inside = [dict(window) for window in windows]
        taps, bias, over = self.integer_form
        rows = []
        for channel, tap in enumerate(taps):
            first = channel // (len(taps) // self.groups) * len(self.weight[0])
            for seen in inside:
                rows.append(tuple(((first + c) * area + seen[k], w) for c, k, w in tap if k in seen))
        return (SparseAffine((0,), tuple(rows), tuple(b for b in bias for _ in inside), over),)


class Conv1d(_Conv):
    """Convolution of ``(channels, length)``: ``z[o, p] = bias[o] + sum weight[o, c, j] x[c, p stride + j]``.

    Exact. ``weight`` is ``(out, in / groups, kernel)``, as in torch; ``stride``, ``padding`` (zeros) and
    ``dilation`` are numbers, padding also a (before, after) pair in a list.
    Raises ``InvalidInput`` on weights of another nesting, and where channels do not fit.

    >>> layer = Conv1d([[[1, -1]]], [0])
    >>> layer.shape_after([(1, 4)])
    (1, 3)
    >>> layer
    Conv1d([[[1, -1]]], [0])
    """

    json_type = "conv1d"
    axes = 1


class Conv2d(_Conv):
    """Convolution of ``(channels, height, width)``, as in torch: exact, zeros outside.

    ``weight`` is ``(out, in / groups, kernel height, kernel width)``; ``stride``, ``padding`` and
    ``dilation`` are a number or one per axis; padding also a (before, after) pair per axis.
    Raises ``InvalidInput`` on weights of another nesting, and where channels do not fit.

    >>> Conv2d([[[[1, 1], [1, "1/2"]]]], [0], stride=2).shape_after([(1, 4, 5)])
    (1, 2, 2)
    """

    json_type = "conv2d"
    axes = 2
