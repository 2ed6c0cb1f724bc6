"""What every layer is: a frozen value that knows its JSON form, its output shape and its operations.

Values travel in flat, row-major order with a *shape*: ``(n,)``, ``(channels, length)`` or ``(channels,
height, width)``. A layer lowers to *parts*: the operations of a program, with local numbering (0 to k - 1 are
the layer's k inputs, k + j is its part j), affine maps kept sparse.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact_vector, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.models.program import Affine, Largest, Pieces, Steps

__all__ = ["Layer", "Part", "Record", "Shape", "SparseAffine", "shown", "tensor", "whole"]

Shape = tuple[int, ...]
Row = tuple[tuple[int, int], ...]  # (column, integer weight), zeros left out
Tensor = tuple[Any, ...]  # nested tuples of fractions


@dataclass(frozen=True, slots=True)
class SparseAffine:
    """``z = (rows h + bias) / denominator`` over integers, h the concatenation of the sources."""

    sources: tuple[int, ...]
    rows: tuple[Row, ...]
    bias: tuple[int, ...]
    denominator: int = 1

    @property
    def size(self) -> int:
        """Number of values made."""
        return len(self.rows)


Part = Affine | SparseAffine | Pieces | Steps | Largest


class Layer(Frozen):
    """One layer of a network: a frozen value that knows its JSON form."""

    json_type: ClassVar[str] = ""
    activation: ClassVar[bool] = False
    """Whether the layer bends or jumps: its input is then a preactivation."""
    arity: ClassVar[int | None] = 1
    """Number of inputs it reads; None is any number of them."""

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape of the output for inputs of these shapes; ``InvalidInput`` if they do not fit."""
        return shapes[0]

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the layer's operations in local numbering; none when the values stay as they are."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1`` (exact: numbers are ``"p/q"``)."""
        return {"type": self.json_type}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()


class Record(Layer):
    """A layer told by its constructor's arguments, which give equality, printing, JSON and pickling."""

    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """Argument to default, in order; an argument that is required has the default ``...``."""

    def _store(self, **values: Any) -> None:
        self.__dict__.update(values)

    def _arguments(self) -> dict[str, Any]:
        """Return the arguments that differ from their defaults."""
        values = {name: self.__dict__[name] for name in self.fields}
        return {name: value for name, value in values.items() if value != self.fields[name]}

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``; defaults are left out."""
        return {"type": self.json_type} | {name: _json(value) for name, value in self._arguments().items()}

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return self._arguments() == other._arguments()

    def __hash__(self) -> int:
        return hash((type(self), *self._arguments().items()))

    def __repr__(self) -> str:
        written = [
            shown(value) if self.fields[name] is ... else f"{name}={shown(value)}"
            for name, value in self._arguments().items()
        ]
        return f"{type(self).__name__}({', '.join(written)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self._arguments())


def _rebuild(kind: type[Layer], arguments: dict[str, Any]) -> Layer:
    return kind(**arguments)


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_json(entry) for entry in value]
    return fraction_str(value) if isinstance(value, Fraction) else value


def shown(value: Any) -> str:
    """Write a value as door literals: integers bare, fractions as quoted ``'p/q'``, nested as lists."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, Fraction):
        return fraction_str(value) if value.denominator == 1 else repr(fraction_str(value))
    return repr(value)


# -- readers of arguments --------------------------------------------------------------------------


def at(place: str, name: str) -> str:
    """Return the place of a field inside a place."""
    return f"{place}.{name}" if place else name


def whole(value: Any, place: str, least: int = 1) -> int:
    """Return a whole number of at least `least`; NumPy integers count, booleans do not."""
    if isinstance(value, bool) or not hasattr(value, "__index__") or value.__index__() < least:
        raise InvalidInput(f"expected a whole number of at least {least}, got {value!r}", place=place)
    return int(value.__index__())


def tensor(value: Any, depth: int, place: str) -> Tensor:
    """Return nested tuples of exact rationals, `depth` deep, all of one shape and not empty."""
    if depth == 1:
        result: Tensor = exact_vector(value, place)
    else:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise InvalidInput(f"expected an array nested {depth} deep, got {value!r:.60}", place=place)
        result = tuple(tensor(entry, depth - 1, f"{place}[{i}]") for i, entry in enumerate(value))
    if not result:
        raise InvalidInput("expected at least one entry", place=place)
    for i, entry in enumerate(result if depth > 1 else ()):
        if tensor_shape(entry) != tensor_shape(result[0]):
            raise InvalidInput(
                f"ragged: expected shape {tensor_shape(result[0])}, got {tensor_shape(entry)}",
                place=f"{place}[{i}]",
            )
    return result


def tensor_shape(value: Tensor) -> Shape:
    """Return the shape of nested tuples."""
    if not isinstance(value, tuple):
        return ()
    return (len(value), *tensor_shape(value[0]))


def flat(value: Tensor) -> tuple[Fraction, ...]:
    """Return the entries of nested tuples in row-major order."""
    if isinstance(value[0], Fraction):
        return value
    return tuple(entry for part in value for entry in flat(part))


def size_of(shape: Shape) -> int:
    """Return the number of values of a shape."""
    return prod(shape)
