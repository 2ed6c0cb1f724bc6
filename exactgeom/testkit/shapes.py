"""What an answer must look like: named shapes, kinds of numbers, and one line when it does not.

A dimension is an integer or a letter; a letter that is met first binds, met again it must agree. A kind is
``"float"`` (finite reals), ``"int"``, ``"sign"`` (integers −1, 0, 1), ``"text"``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exactgeom.exact import ExactGeomError

__all__ = ["Array", "BadAnswer", "Form", "Ragged", "Shape", "Word", "read_answer"]

AnyArray = np.ndarray[Any, Any]
Sizes = dict[str, int]


class BadAnswer(ExactGeomError):
    """An answer that is not of the documented shape: its place, what was expected, what came.

    >>> str(BadAnswer("volumes", "float64 (C,) = (4,)", "float64 (3,)"))
    'volumes: expected float64 (C,) = (4,), got float64 (3,)'
    """

    def __init__(self, place: str, expected: str, got: str) -> None:
        super().__init__(f"{place}: expected {expected}, got {got}")


@dataclass(frozen=True)
class Array:
    """A NumPy array (or what `numpy.asarray` makes one of) of a kind and a shape.

    >>> Array("float", ("C", "d")).read([[1, 2]], {"d": 2}, "points")
    array([[1., 2.]])
    >>> Array("float", ("C", "d")).read([[1, 2]], {"d": 3}, "points")
    Traceback (most recent call last):
        ...
    exactgeom.testkit.shapes.BadAnswer: points: expected float64 (C, d) = (*, 3), got int64 (1, 2)
    """

    kind: str
    dims: tuple[str | int, ...]
    optional: bool = False

    def read(self, value: Any, sizes: Sizes, place: str) -> AnyArray:
        """The value as an array of this shape; new letters are added to `sizes`. Errors: `BadAnswer`."""
        expected = self.describe(sizes)
        try:
            found = np.asarray(value)
        except (ValueError, TypeError, RuntimeError) as error:
            raise BadAnswer(place, expected, f"{type(value).__name__} ({_line(error)})") from None
        if found.size == 0 and found.dtype.kind in "fiub":  # an empty list knows neither kind nor shape
            found = _empty(found, self.dims, sizes)
        fits = found.ndim == len(self.dims) and all(
            size == (dim if isinstance(dim, int) else sizes.get(dim, size))
            for size, dim in zip(found.shape, self.dims, strict=True)
        )
        got = f"{found.dtype} {_shape(found.shape)}"
        if not fits or found.dtype.kind not in ("fiu" if self.kind == "float" else "iu"):
            empty = found.size == 0 and found.dtype.kind in "fiub" and fits
            if not empty:
                raise BadAnswer(place, expected, got)
        sizes.update({dim: n for dim, n in zip(self.dims, found.shape, strict=True) if isinstance(dim, str)})
        return self._checked(found, expected, place)

    def _checked(self, found: AnyArray, expected: str, place: str) -> AnyArray:
        if self.kind == "float":
            result = found.astype(np.float64)
            bad = np.argwhere(~np.isfinite(result))
            if len(bad):
                raise BadAnswer(_at(place, bad[0]), "a finite number", str(result[tuple(bad[0])]))
            return result
        result = found.astype(np.int64)
        if self.kind == "sign":
            bad = np.argwhere(np.abs(result) > 1)
            if len(bad):
                raise BadAnswer(_at(place, bad[0]), "-1, 0 or 1", str(result[tuple(bad[0])]))
        return result

    def describe(self, sizes: Mapping[str, int] | None = None) -> str:
        """``float64 (C, d) = (*, 3)``: the shape, with what is known of it."""
        name = {"float": "float64", "int": "int64", "sign": "int8"}[self.kind]
        known = [dim if isinstance(dim, int) else (sizes or {}).get(dim, "*") for dim in self.dims]
        text = f"{name} {_shape(self.dims)}" if self.dims else f"{name} scalar"
        lettered = any(isinstance(d, str) for d in self.dims)
        return f"{text} = {_shape(known)}" if lettered and any(k != "*" for k in known) else text


@dataclass(frozen=True)
class Ragged:
    """A list of arrays, one for each index of a letter: ``int64 (n_0, 1), (n_1, 2), ...`` or free lengths."""

    kind: str
    letter: str
    columns: bool = False
    optional: bool = False

    def read(self, value: Any, sizes: Sizes, place: str) -> list[AnyArray]:
        """The value as a list of arrays: 1-D, or with `columns` the p-th of shape (·, p + 1)."""
        if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str):
            raise BadAnswer(place, self.describe(sizes), type(value).__name__)
        if len(value) != sizes.setdefault(self.letter, len(value)):
            raise BadAnswer(place, self.describe(sizes), f"{len(value)} arrays")
        rows = []
        for p, part in enumerate(value):
            dims: tuple[str | int, ...] = ("rows", p + 1) if self.columns else ("length",)
            rows.append(Array(self.kind, dims).read(part, {}, f"{place}[{p}]"))
        return rows

    def describe(self, sizes: Mapping[str, int] | None = None) -> str:
        """The shape in words."""
        size = (sizes or {}).get(self.letter, "")
        count = f"{self.letter} = {size}" if size != "" else self.letter
        each = ", the p-th of shape (·, p + 1)" if self.columns else ""
        return f"a list of {count} arrays of int64{each}"


@dataclass(frozen=True)
class Word:
    """One of a few strings."""

    words: tuple[str, ...]
    optional: bool = False

    def read(self, value: Any, sizes: Sizes, place: str) -> str:
        """The value, a string of the list. Errors: `BadAnswer`."""
        if not isinstance(value, str) or value not in self.words:
            raise BadAnswer(place, self.describe(), _short(value))
        return value

    def describe(self, sizes: Mapping[str, int] | None = None) -> str:
        """The strings."""
        return " | ".join(map(repr, self.words))


@dataclass(frozen=True)
class Form:
    """A differential form with polynomial coefficients: a dict of three arrays, a row for each term."""

    optional: bool = False

    def read(self, value: Any, sizes: Sizes, place: str) -> dict[str, AnyArray]:
        """The value as ``coefficients (T,)``, ``exponents (T, m)``, ``indices (T, p)``."""
        own: Sizes = {key: sizes[key] for key in ("m", "p") if key in sizes}
        parts = {
            "coefficients": Array("float", ("T",)),
            "exponents": Array("int", ("T", "m")),
            "indices": Array("int", ("T", "p")),
        }
        if not isinstance(value, Mapping) or set(value) != set(parts):
            raise BadAnswer(place or "answer", self.describe(), _short(value))
        found = {key: part.read(value[key], own, f"{place}.{key}".lstrip(".")) for key, part in parts.items()}
        for key, least, most in (("exponents", 0, None), ("indices", 0, own["m"])):
            bad = (found[key] < least) | (found[key] >= most if most is not None else False)
            if np.any(bad):
                raise BadAnswer(key, "numbers of coordinates from 0" if most else ">= 0", "others")
        return found

    def describe(self, sizes: Mapping[str, int] | None = None) -> str:
        """The shape in words."""
        return "{coefficients: float64 (T,), exponents: int64 (T, m), indices: int64 (T, p)}"


Shape = Array | Ragged | Word | Form


def read_answer(answer: Any, shape: Shape | Mapping[str, Shape], sizes: Sizes) -> Any:
    """The answer in its documented shape: one array, or a dict of them. Errors: `BadAnswer`.

    >>> read_answer({"volumes": [1]}, {"volumes": Array("float", ("C",))}, {})
    {'volumes': array([1.])}
    """
    if not isinstance(shape, Mapping):
        return shape.read(answer, sizes, "answer")
    wanted = [name for name, part in shape.items() if not part.optional]
    if not isinstance(answer, Mapping):
        raise BadAnswer("answer", f"a dict with {', '.join(map(repr, wanted))}", _short(answer))
    for name in wanted:
        if name not in answer:
            raise BadAnswer("answer", f"the key {name!r}", f"the keys {sorted(map(str, answer))}")
    unknown = sorted(set(map(str, answer)) - set(shape))
    if unknown:
        raise BadAnswer("answer", f"keys among {', '.join(map(repr, shape))}", f"{unknown[0]!r}")
    return {name: part.read(answer[name], sizes, name) for name, part in shape.items() if name in answer}


def _empty(found: AnyArray, dims: tuple[str | int, ...], sizes: Sizes) -> AnyArray:
    """An empty list stands for no rows of any documented width."""
    if found.shape == (0,) and len(dims) > 1:
        return found.reshape(0, *(d if isinstance(d, int) else sizes.get(d, 0) for d in dims[1:]))
    return found


def _shape(dims: Sequence[Any]) -> str:
    return f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})"


def _at(place: str, index: Any) -> str:
    return f"{place}[{', '.join(map(str, index))}]" if len(index) else place


def _line(error: object) -> str:
    return " ".join(str(error).split())[:120]


def _short(value: object) -> str:
    if isinstance(value, Mapping):
        return f"a dict with {sorted(map(str, value))}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"{type(value).__name__} {_line(repr(value))[:60]}"
