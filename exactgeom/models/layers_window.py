"""Windows of convolutions and poolings: which inputs each output sees, in torch's arithmetic.

Along one axis of length L, output o sees the positions ``o stride - low + dilation j`` for j < kernel, where
``low`` and ``high`` values of padding surround the axis. There are ``(L + low + high - dilation (kernel - 1)
- 1) / stride + 1`` outputs, rounded down, or up with `ceil_mode`; then a window that would start in the
padding after the end is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.layers_base import Shape, at, whole

__all__ = ["Windows", "per_axis"]

Pair = tuple[int, int]

MAX_SIZE = 1_000_000
"""Largest kernel, stride, padding or dilation."""


@dataclass(frozen=True, slots=True)
class Windows:
    """A sliding window over the trailing axes: sizes per axis, padding as (low, high) per axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[Pair, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool = False

    @classmethod
    def read(
        cls,
        axes: int,
        kernel: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        ceil_mode: Any = False,
        *,
        place: str = "",
    ) -> Windows:
        """Check the arguments of a layer; a single number means every axis."""
        if not isinstance(ceil_mode, bool):
            raise InvalidInput(f"expected true or false, got {ceil_mode!r}", place=at(place, "ceil_mode"))
        return cls(
            per_axis(kernel, axes, at(place, "kernel")),
            per_axis(kernel if stride is None else stride, axes, at(place, "stride")),
            _paddings(padding, axes, at(place, "padding")),
            per_axis(dilation, axes, at(place, "dilation")),
            ceil_mode,
        )

    def counts(self, shape: Shape, place: str) -> Shape:
        """Return the number of windows along each axis of this shape."""
        found = []
        for axis, length in enumerate(shape):
            low, high = self.padding[axis]
            span = length + low + high - self.dilation[axis] * (self.kernel[axis] - 1) - 1
            if span < 0:
                raise InvalidInput(
                    f"a window of {self.dilation[axis] * (self.kernel[axis] - 1) + 1} does not fit into"
                    f" {length + low + high} values",
                    place=place,
                )
            count = (-(-span // self.stride[axis]) if self.ceil_mode else span // self.stride[axis]) + 1
            if self.ceil_mode and (count - 1) * self.stride[axis] >= length + low:
                count -= 1
            found.append(count)
        return tuple(found)

    def contents(self, shape: Shape) -> list[list[Pair]]:
        """Return, per output in row-major order, the (kernel, input) numbers it sees; padding is left out."""
        along = []
        for axis, (length, count) in enumerate(zip(shape, self.counts(shape, "window"), strict=True)):
            seen = []
            for o in range(count):
                first = o * self.stride[axis] - self.padding[axis][0]
                seen.append([(j, first + self.dilation[axis] * j) for j in self.inside(axis, first, length)])
            along.append(seen)
        found = []
        for choice in product(*along):
            window: list[Pair] = []
            for taken in product(*choice):
                k = i = 0
                for axis, (j, position) in enumerate(taken):
                    k, i = k * self.kernel[axis] + j, i * shape[axis] + position
                window.append((k, i))
            found.append(window)
        return found

    def inside(self, axis: int, first: int, length: int) -> range:
        """Return the j for which ``first + dilation j`` is a position of an axis of this length."""
        step = self.dilation[axis]
        return range(max(0, -(first // step)), min(self.kernel[axis], (length - 1 - first) // step + 1))

    def padded_areas(self, shape: Shape) -> list[int]:
        """Return, per output, how many positions of the window lie in the axes with their padding."""
        along = []
        for axis, (length, count) in enumerate(zip(shape, self.counts(shape, "window"), strict=True)):
            low, high = self.padding[axis]
            starts = [o * self.stride[axis] - low for o in range(count)]
            along.append([min(start + self.kernel[axis], length + high) - start for start in starts])
        areas = []
        for sizes in product(*along):
            area = 1
            for size in sizes:
                area *= size
            areas.append(area)
        return areas


def per_axis(value: Any, axes: int, place: str, least: int = 1) -> tuple[int, ...]:
    """Return one whole number per axis, up to `MAX_SIZE`; a single one counts for all."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        if len(value) != axes:
            raise InvalidInput(f"expected {axes} entries, one per axis, got {len(value)}", place=place)
        return tuple(_size(entry, f"{place}[{i}]", least) for i, entry in enumerate(value))
    return (_size(value, place, least),) * axes


def _size(value: Any, place: str, least: int) -> int:
    number = whole(value, place, least)
    if number > MAX_SIZE:
        raise InvalidInput(f"expected at most {MAX_SIZE}", place=place)
    return number


def _paddings(value: Any, axes: int, place: str) -> tuple[Pair, ...]:
    """Return (low, high) per axis from a number, a number per axis, or a pair per axis."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        size = _size(value, place, 0)
        return ((size, size),) * axes
    if len(value) != axes:
        raise InvalidInput(f"expected {axes} entries, one per axis, got {len(value)}", place=place)
    pairs = [per_axis(entry, 2, f"{place}[{i}]", 0) for i, entry in enumerate(value)]
    return tuple((low, high) for low, high in pairs)
