"""Layers that join branches (add, concatenate, maximum, minimum) or only change the shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.models.layers_base import Layer, Part, Record, Shape, SparseAffine, at, size_of, whole
from exactgeom.models.program import Largest

__all__ = ["Add", "Concat", "Dropout", "Flatten", "Maximum", "Minimum", "Reshape"]


def _same(shapes: Sequence[Shape], place: str) -> Shape:
    for shape in shapes[1:]:
        if shape != shapes[0]:
            raise InvalidInput(f"expected inputs of one shape, got {shapes[0]} and {shape}", place=place)
    return shapes[0]


def _stacked(count: int, size: int, sign: int) -> SparseAffine:
    """Return the concatenation of `count` inputs of `size` values, each times `sign`."""
    rows = tuple(((i, sign),) for i in range(count * size))
    return SparseAffine(tuple(range(count)), rows, (0,) * len(rows))


class Add(Record):
    """Sum of several inputs of one shape, or ``sum coefficients[k] x_k`` (a residual sum; a difference).

    >>> Add().shape_after([(2,), (2,)]), Add([1, "-1/2"])
    ((2,), Add(coefficients=[1, '-1/2']))
    """

    json_type = "add"
    arity = None
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"coefficients": None})
    coefficients: tuple[Fraction, ...] | None

    def __init__(self, coefficients: Iterable[Any] | None = None, *, place: str = "") -> None:
        given = None if coefficients is None else exact_vector(coefficients, at(place, "coefficients"))
        self._store(coefficients=given)

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the common shape."""
        if self.coefficients is not None and len(self.coefficients) != len(shapes):
            raise InvalidInput(
                f"expected {len(shapes)} entries, one per input, got {len(self.coefficients)}",
                place=at(place, "coefficients"),
            )
        return _same(shapes, place)

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one affine map of all inputs."""
        factors = self.coefficients or (Fraction(1),) * len(shapes)
        over, size = lcm(*(q.denominator for q in factors)), size_of(shapes[0])
        weights = [int(q * over) for q in factors]
        rows = tuple(tuple((k * size + i, w) for k, w in enumerate(weights) if w) for i in range(size))
        return (SparseAffine(tuple(range(len(shapes))), rows, (0,) * size, over),)


class Concat(Record):
    """The inputs one behind the other along ``axis``: 0 is the channels (or the flat values).

    >>> Concat().shape_after([(2,), (3,)]), Concat(axis=1).shape_after([(2, 3), (2, 1)])
    ((5,), (2, 4))
    """

    json_type = "concat"
    arity = None
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"axis": 0})
    axis: int

    def __init__(self, axis: int = 0, *, place: str = "") -> None:
        self._store(axis=whole(axis, at(place, "axis"), 0))

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape with the sizes along the axis added; the other axes must agree."""
        k, first = self.axis, shapes[0]
        for shape in shapes:
            if k >= len(shape) or (*shape[:k], *shape[k + 1 :]) != (*first[:k], *first[k + 1 :]):
                raise InvalidInput(f"shapes {first} and {shape} do not join along axis {k}", place=place)
        return *first[:k], sum(shape[k] for shape in shapes), *first[k + 1 :]

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the affine map that puts every value into its place."""
        blocks, start = [], 0
        for shape in shapes:
            blocks.append((start, size_of(shape[self.axis :])))
            start += size_of(shape)
        rows = tuple(
            ((first + outer * size + i, 1),)
            for outer in range(size_of(shapes[0][: self.axis]))
            for first, size in blocks
            for i in range(size)
        )
        return (SparseAffine(tuple(range(len(shapes))), rows, (0,) * len(rows)),)


class Maximum(Layer):
    """Elementwise maximum of several inputs of one shape; one sign per candidate.

    >>> Maximum().parts([(2,), (2,)])[1].groups
    ((0, 2), (1, 3))
    """

    json_type = "maximum"
    activation = True
    arity = None
    _sign: ClassVar[int] = 1

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the common shape."""
        return _same(shapes, place)

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the maximum over the inputs side by side."""
        count, size = len(shapes), size_of(shapes[0])
        groups = tuple(tuple(k * size + i for k in range(count)) for i in range(size))
        return _stacked(count, size, 1), Largest(count, groups)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Minimum(Maximum):
    """Elementwise minimum of several inputs of one shape: ``-max(-x, -y)``, whose signs it has.

    >>> len(Minimum().parts([(2,), (2,)]))
    3
    """

    json_type = "minimum"

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return minus the maximum over minus the inputs."""
        count, size = len(shapes), size_of(shapes[0])
        largest = super().parts(shapes)[1]
        back = SparseAffine((count + 1,), tuple(((i, -1),) for i in range(size)), (0,) * size)
        return _stacked(count, size, -1), largest, back


class Reshape(Record):
    """The same values in the same flat order, with another shape.

    >>> Reshape([1, 2, 2]).shape_after([(4,)])
    (1, 2, 2)
    """

    json_type = "reshape"
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"shape": ...})
    shape: Shape

    def __init__(self, shape: Iterable[int], *, place: str = "") -> None:
        if isinstance(shape, str) or not isinstance(shape, Iterable):
            raise InvalidInput(f"expected an array of sizes, got {shape!r:.60}", place=at(place, "shape"))
        sizes = tuple(whole(size, at(place, f"shape[{i}]")) for i, size in enumerate(shape))
        if not sizes:
            raise InvalidInput("expected at least one size", place=at(place, "shape"))
        self._store(shape=sizes)

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the new shape, which must hold as many values."""
        if size_of(shapes[0]) != size_of(self.shape):
            raise InvalidInput(
                f"{size_of(shapes[0])} values do not have shape {self.shape}", place=at(place, "shape")
            )
        return self.shape


class Flatten(Layer):
    """The same values as one flat vector, channels slowest.

    >>> Flatten().shape_after([(2, 3, 3)])
    (18,)
    """

    json_type = "flatten"

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the flat shape."""
        return (size_of(shapes[0]),)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Dropout(Flatten):
    """Dropout as in evaluation: the identity.

    >>> Dropout().shape_after([(2, 3)])
    (2, 3)
    """

    json_type = "dropout"

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape as it is."""
        return shapes[0]
