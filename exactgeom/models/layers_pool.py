"""Max-pooling, maxout and average pooling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput
from exactgeom.models.layers_base import Record, Shape, SparseAffine, at, size_of, whole
from exactgeom.models.layers_conv import spatial
from exactgeom.models.layers_window import Windows
from exactgeom.models.program import Largest

__all__ = ["AveragePool1d", "AveragePool2d", "MaxPool1d", "MaxPool2d", "Maxout"]


class _Pool(Record):
    """A window over each channel by itself."""

    axes: ClassVar[int]
    windows: Windows

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return ``(channels, ...)`` with one value per window."""
        shape = spatial(shapes, self.axes, place)
        result = (shape[0], *self.windows.counts(shape[1:], place))
        if self._needs_a_value() and self._some_window_is_empty(shape[1:]):
            raise InvalidInput("a window lies in the padding alone", place=at(place, "padding"))
        return result

    def _needs_a_value(self) -> bool:
        return True

    def _some_window_is_empty(self, shape: Shape) -> bool:
        """Ask each axis by itself: a window is empty when it is empty along one of them."""
        w = self.windows
        for axis, (length, count) in enumerate(zip(shape, w.counts(shape, "window"), strict=True)):
            for o in range(count):
                first = o * w.stride[axis] - w.padding[axis][0]
                if not w.inside(axis, first, length):
                    return True
        return False

    def _arguments(self) -> dict[str, Any]:
        w = self.windows
        plain = {"stride": w.kernel, "padding": ((0, 0),) * self.axes, "dilation": (1,) * self.axes}
        values = {name: self.__dict__[name] for name in self.fields}
        return {n: value for n, value in values.items() if value != plain.get(n, self.fields[n])}


class _MaxPool(_Pool):
    activation = True
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"kernel": ..., "stride": None, "padding": None, "dilation": None, "ceil_mode": False}
    )

    def __init__(
        self,
        kernel: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        *,
        place: str = "",
    ) -> None:
        w = Windows.read(self.axes, kernel, stride, padding, dilation, ceil_mode, place=place)
        self._store(windows=w, kernel=w.kernel, stride=w.stride, padding=w.padding)
        self._store(dilation=w.dilation, ceil_mode=w.ceil_mode)

    def parts(self, shapes: Sequence[Shape]) -> tuple[Largest, ...]:
        """Return one group of candidates per window and channel; padding is no candidate."""
        (shape,) = shapes
        area, windows = size_of(shape[1:]), self.windows.contents(shape[1:])
        groups = (tuple(c * area + i for _, i in window) for c in range(shape[0]) for window in windows)
        return (Largest(0, tuple(groups)),)


class MaxPool1d(_MaxPool):
    """Maximum over windows of ``(channels, length)``, as in torch; padding never wins.

    ``stride`` is the kernel unless given. One sign per candidate of each window: ``0`` where it attains the
    maximum, else ``-``.

    >>> MaxPool1d(2).shape_after([(3, 5)]), MaxPool1d(2, ceil_mode=True).shape_after([(3, 5)])
    ((3, 2), (3, 3))
    """

    json_type = "max_pool1d"
    axes = 1


class MaxPool2d(_MaxPool):
    """Maximum over windows of ``(channels, height, width)``, as in torch; padding never wins.

    ``stride`` is the kernel unless given; sizes are a number or one per axis. One sign per candidate of
    each window: ``0`` where it attains the maximum, else ``-``.

    >>> MaxPool2d(2, stride=1).parts([(1, 2, 3)])[0].groups
    ((0, 1, 3, 4), (1, 2, 4, 5))
    """

    json_type = "max_pool2d"
    axes = 2


class _AveragePool(_Pool):
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {
            "kernel": ...,
            "stride": None,
            "padding": None,
            "ceil_mode": False,
            "count_include_pad": True,
            "divisor": None,
        }
    )
    count_include_pad: bool
    divisor: int | None

    def __init__(
        self,
        kernel: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor: int | None = None,
        *,
        place: str = "",
    ) -> None:
        w = Windows.read(self.axes, kernel, stride, padding, 1, ceil_mode, place=place)
        if not isinstance(count_include_pad, bool):
            raise InvalidInput(
                f"expected true or false, got {count_include_pad!r}", place=at(place, "count_include_pad")
            )
        self._store(windows=w, kernel=w.kernel, stride=w.stride, padding=w.padding, ceil_mode=w.ceil_mode)
        self._store(count_include_pad=count_include_pad)
        self._store(divisor=None if divisor is None else whole(divisor, at(place, "divisor")))

    def _needs_a_value(self) -> bool:
        return self.divisor is None and not self.count_include_pad

    def parts(self, shapes: Sequence[Shape]) -> tuple[SparseAffine, ...]:
        """Return the sums over the windows, each over its own number of values."""
        (shape,) = shapes
        area, windows = size_of(shape[1:]), self.windows.contents(shape[1:])
        if self.divisor is not None:
            shares = [self.divisor] * len(windows)
        elif self.count_include_pad:
            shares = self.windows.padded_areas(shape[1:])
        else:
            shares = [len(window) for window in windows]
        over = lcm(*shares)
        rows = tuple(
            tuple((c * area + i, over // share) for _, i in window)
            for c in range(shape[0])
            for window, share in zip(windows, shares, strict=True)
        )
        return (SparseAffine((0,), rows, (0,) * len(rows), over),)


class AveragePool1d(_AveragePool):
    """Mean over windows of ``(channels, length)``, as in torch's ``AvgPool1d``: an exact affine map.

    With ``count_include_pad`` the zeros of the padding count; ``divisor`` replaces the number of values.

    >>> AveragePool1d(2).parts([(1, 4)])[0].rows
    (((0, 1), (1, 1)), ((2, 1), (3, 1)))
    """

    json_type = "average_pool1d"
    axes = 1


class AveragePool2d(_AveragePool):
    """Mean over windows of ``(channels, height, width)``, as in torch's ``AvgPool2d``.

    With ``count_include_pad`` the zeros of the padding count; ``divisor`` replaces the number of values.

    >>> AveragePool2d(2, padding=1, count_include_pad=False).shape_after([(1, 2, 2)])
    (1, 2, 2)
    """

    json_type = "average_pool2d"
    axes = 2


class Maxout(Record):
    """Maximum over each ``size`` consecutive channels (for a flat input: consecutive values).

    Channel c of the output is the largest of the channels ``c size, ..., c size + size - 1``. One sign per
    candidate: ``0`` where it attains the maximum, else ``-``.

    >>> Maxout(2).shape_after([(6,)]), Maxout(3).parts([(3,)])[0].groups
    ((3,), ((0, 1, 2),))
    """

    json_type = "maxout"
    activation = True
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"size": ...})
    size: int

    def __init__(self, size: int, *, place: str = "") -> None:
        self._store(size=whole(size, at(place, "size")))

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape with ``size`` times fewer channels."""
        (shape,) = shapes
        if shape[0] % self.size:
            raise InvalidInput(
                f"{shape[0]} values do not split into groups of {self.size}", place=at(place, "size")
            )
        return shape[0] // self.size, *shape[1:]

    def parts(self, shapes: Sequence[Shape]) -> tuple[Largest, ...]:
        """Return one group of ``size`` candidates per value."""
        (shape,) = shapes
        area = size_of(shape[1:])
        return (
            Largest(
                0,
                tuple(
                    tuple((c * self.size + j) * area + p for j in range(self.size))
                    for c in range(shape[0] // self.size)
                    for p in range(area)
                ),
            ),
        )
