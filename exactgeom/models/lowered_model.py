"""What the small models share: everything a `Program` already knows, and being an immutable value.

A subclass fills its fields through `_freeze`, gives `program` (a cached property), `unit_names`, `to_json`
and `__repr__`; evaluation, signs, affine maps, equality, hashing, pickling and files follow.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from math import lcm
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from exactgeom.exact import fraction_str
from exactgeom.exact.documents import read_document
from exactgeom.exact.values import Frozen
from exactgeom.models.program import Affine, Program

__all__ = ["LoweredModel", "affine", "literals"]

Vector = tuple[Fraction, ...]
Self = TypeVar("Self", bound="LoweredModel")


class LoweredModel(ABC, Frozen):
    """A frozen model that is run, sliced and compared through its `Program`."""

    _fields: tuple[str, ...] = ()  # what equality, hashing and pickling see, in the constructor's order
    _schema: str = ""

    def _freeze(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    @cached_property
    @abstractmethod
    def program(self) -> Program:
        """The model as operations on blocks of values: what the partition floor slices."""

    @abstractmethod
    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return the model's document (exact: numbers are ``"p/q"`` or ``"p"``)."""

    @classmethod
    @abstractmethod
    def _from_document(cls: type[Self], document: Mapping[str, Any]) -> Self: ...

    @property
    def input_dim(self) -> int:
        """Number of input coordinates."""
        return self.program.input_dim

    @property
    def output_dim(self) -> int:
        """Number of outputs."""
        output = self.program.output
        return 0 if output is None else self.program.sizes[output]

    @property
    def sign_count(self) -> int:
        """Length of every sign string."""
        return self.program.sign_count

    def __call__(self, x: Iterable[Any]) -> Vector:
        """Return the outputs at one point, exactly."""
        return self.program(x)

    def evaluate(self, points: Iterable[Iterable[Any]]) -> tuple[Vector, ...]:
        """Return the outputs at many points, exactly, in the order given."""
        return tuple(self(x) for x in points)

    def signs(self, x: Iterable[Any]) -> str:
        """Return the sign string of a point (the convention of `Program`)."""
        return self.program.signs(x)

    def affine_map(self, signs: str) -> tuple[tuple[Vector, ...], Vector] | None:
        """Return ``(A, b)`` with ``model(x) = A x + b`` where the signs are `signs`; None without one."""
        return self.program.affine_map(signs)

    @classmethod
    def from_json(cls: type[Self], source: Mapping[str, Any] | str | PathLike[str]) -> Self:
        """Read the model's document, parsed or from a file.

        Raises ``InvalidInput`` with one line that names the file or the place in the document.
        """
        model: Self = read_document(source, {cls._schema: cls._from_document})
        return model

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``from_json(path)`` reads an equal model back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()


def affine(source: int, weight: Iterable[Iterable[Fraction]], bias: Iterable[Fraction]) -> Affine:
    """Return ``weight h + bias`` over the least common denominator, h the source block.

    >>> affine(0, [[Fraction(1, 2)]], [Fraction(1, 3)])
    Affine(sources=(0,), weight=((3,),), bias=(2,), denominator=6)
    """
    rows, offsets = [tuple(row) for row in weight], tuple(bias)
    common = lcm(*(q.denominator for row in (*rows, offsets) for q in row))

    def scaled(row: tuple[Fraction, ...]) -> tuple[int, ...]:
        return tuple(q.numerator * (common // q.denominator) for q in row)

    return Affine((source,), tuple(map(scaled, rows)), scaled(offsets), common)


def literals(row: Iterable[Fraction]) -> str:
    """Return rationals as a list of door literals: integers bare, fractions as quoted ``'p/q'``.

    >>> literals([Fraction(2), Fraction(1, 3)])
    "[2, '1/3']"
    """
    shown = (fraction_str(q) if q.denominator == 1 else repr(fraction_str(q)) for q in row)
    return f"[{', '.join(shown)}]"
