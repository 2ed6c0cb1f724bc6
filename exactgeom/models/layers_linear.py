"""Dense affine layers, and factors per channel (batch norm, folded)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector, fraction_str
from exactgeom.models.layers_base import Layer, Part, Record, Shape, SparseAffine, at, shown, size_of
from exactgeom.models.program import Affine

__all__ = ["Linear", "Scale"]


class Linear(Layer):
    """Affine layer ``z = weight x + bias`` with exact rational entries.

    Exact: every entry goes through the number door, so floats enter at their binary value.
    ``weight`` has ``out_dim`` rows of length ``in_dim``; ``bias`` has length ``out_dim``.
    Raises ``InvalidInput`` on ragged or empty weights, on a bias of another length, and on any
    entry that is no finite number; the message names the place.

    >>> layer = Linear([[1, "1/2"], [0, -2]], [0, "0.25"])
    >>> layer.in_dim, layer.out_dim, layer.bias
    (2, 2, (Fraction(0, 1), Fraction(1, 4)))
    >>> layer([1, 2])
    (Fraction(2, 1), Fraction(-15, 4))
    """

    json_type = "linear"
    weight: tuple[tuple[Fraction, ...], ...]
    bias: tuple[Fraction, ...]

    def __init__(self, weight: Iterable[Iterable[Any]], bias: Iterable[Any], *, place: str = "") -> None:
        at = f"{place}." if place else ""
        rows = exact_matrix(weight, f"{at}weight")
        offsets = exact_vector(bias, f"{at}bias")
        if not rows:
            raise InvalidInput("a linear layer needs at least one row of weights", place=f"{at}weight")
        if not rows[0]:
            raise InvalidInput("a row of weights needs at least one entry", place=f"{at}weight[0]")
        if len(offsets) != len(rows):
            raise InvalidInput(
                f"expected {len(rows)} entries, one per row of the weight, got {len(offsets)}",
                place=f"{at}bias",
            )
        self.__dict__["weight"] = rows
        self.__dict__["bias"] = offsets

    @property
    def in_dim(self) -> int:
        """Number of inputs (columns of the weight)."""
        return len(self.weight[0])

    @property
    def out_dim(self) -> int:
        """Number of outputs (rows of the weight)."""
        return len(self.weight)

    @cached_property
    def integer_form(self) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...], int]:
        """The layer over one denominator: ``(W, b, q)`` with ``weight = W/q``, ``bias = b/q``, ``q > 0``.

        Exact, and computed once per layer: this is what evaluation and slicing multiply with.

        >>> Linear([[1, "1/2"]], ["1/3"]).integer_form
        (((6, 3),), (2,), 6)
        """
        denominator = lcm(
            *{entry.denominator for row in self.weight for entry in row},
            *{entry.denominator for entry in self.bias},
        )

        def scale(row: tuple[Fraction, ...]) -> tuple[int, ...]:
            return tuple(q.numerator * (denominator // q.denominator) for q in row)

        return tuple(scale(row) for row in self.weight), scale(self.bias), denominator

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return ``weight x + bias`` exactly, term by term (``Network`` has the fast route)."""
        point = exact_vector(x, "x")
        if len(point) != self.in_dim:
            raise InvalidInput(f"expected {self.in_dim} coordinates, got {len(point)}", place="x")
        return tuple(
            sum((w * v for w, v in zip(row, point, strict=True)), b)
            for row, b in zip(self.weight, self.bias, strict=True)
        )

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return ``(out_dim,)``; the input may have any shape of ``in_dim`` values."""
        (shape,) = shapes
        if size_of(shape) != self.in_dim:
            raise InvalidInput(
                f"expected rows of {size_of(shape)} entries, one per value that enters, got {self.in_dim}",
                place=f"{place}.weight",
            )
        return (self.out_dim,)

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the affine map."""
        return (Affine((0,), *self.integer_form),)

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {
            "type": self.json_type,
            "weight": [[fraction_str(entry) for entry in row] for row in self.weight],
            "bias": [fraction_str(entry) for entry in self.bias],
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Linear):
            return NotImplemented
        return self.weight == other.weight and self.bias == other.bias

    def __hash__(self) -> int:
        return hash((Linear, self.weight, self.bias))

    def __repr__(self) -> str:
        return f"Linear({shown(self.weight)}, {shown(self.bias)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Linear, (self.weight, self.bias)


class Scale(Record):
    """``scale * z + shift``, a pair per channel, per value, or one for all: a folded batch norm.

    Exact. ``scale`` and ``shift`` have as many entries as the input has channels (first axis of its shape),
    or values, or one. A batch norm has ``scale = gamma / sqrt(variance + eps)``, which an importer rounds.
    Raises ``InvalidInput`` on lists of different lengths, and on an input of another size.

    >>> Scale([2, "1/2"], [0, 1])
    Scale([2, '1/2'], [0, 1])
    """

    json_type = "scale"
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"scale": ..., "shift": ...})
    scale: tuple[Fraction, ...]
    shift: tuple[Fraction, ...]

    def __init__(self, scale: Iterable[Any], shift: Iterable[Any], *, place: str = "") -> None:
        factors, offsets = exact_vector(scale, at(place, "scale")), exact_vector(shift, at(place, "shift"))
        if not factors:
            raise InvalidInput("expected at least one factor", place=at(place, "scale"))
        if len(factors) != len(offsets):
            raise InvalidInput(
                f"expected {len(factors)} entries, one per factor, got {len(offsets)}",
                place=at(place, "shift"),
            )
        self._store(scale=factors, shift=offsets)

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape as it is; there must be a factor per channel, per value, or one."""
        (shape,) = shapes
        if len(self.scale) not in (1, shape[0], size_of(shape)):
            raise InvalidInput(
                f"expected {shape[0]} entries, one per channel, got {len(self.scale)}", place=f"{place}.scale"
            )
        return shape

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the diagonal affine map."""
        size = size_of(shapes[0])
        over = lcm(*(q.denominator for q in (*self.scale, *self.shift)))
        factors = [int(q * over) for q in spread(self.scale, size)]
        offsets = tuple(int(q * over) for q in spread(self.shift, size))
        rows = tuple(((i, w),) if w else () for i, w in enumerate(factors))
        return (SparseAffine((0,), rows, offsets, over),)


def spread(values: tuple[Fraction, ...], size: int) -> list[Fraction]:
    """Return one entry per value from one per channel: each is repeated along the trailing axes."""
    return [q for q in values for _ in range(size // len(values))]
