"""`Points`: data points as doubles, with the exact rational rows of those that are no doubles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact
from exactgeom.exact.door import coprime_fraction
from exactgeom.exact.values import Frozen
from exactgeom.polyhedra.arrays import AnyArray, IntArray

Vector = tuple[Fraction, ...]
_WHOLE = 2**53  # integers up to here are doubles


class Points(Frozen):
    """A table of exact points (immutable): `floats` holds the nearest doubles.

    Contract: exact.  A row whose entries are all doubles is `floats[i]` itself; every other row is in
    `rough`, by number.  `names` are the columns' names, where the data have some.

    >>> P = Points.from_rows([[0.5, 1], ["1/3", 0]])
    >>> P.row(1), len(P), sorted(P.rough)
    ((Fraction(1, 3), Fraction(0, 1)), 2, [1])
    """

    __slots__ = ("floats", "names", "rough")
    floats: AnyArray
    rough: Mapping[int, Vector]
    names: tuple[str, ...] | None

    def __init__(
        self, floats: AnyArray, rough: Mapping[int, Vector] = {}, names: Sequence[str] | None = None
    ) -> None:
        floats = np.array(floats, dtype=np.float64)
        floats.setflags(write=False)
        keep = object.__setattr__
        keep(self, "floats", floats)
        keep(self, "rough", dict(rough))
        keep(self, "names", None if names is None else tuple(names))

    @classmethod
    def from_rows(
        cls, rows: Iterable[Iterable[Any]], dim: int | None = None, place: str = "points"
    ) -> Points:
        """Points from rows of numbers (see `exact`); InvalidInput names ``place[i][j]``."""
        table: list[list[float]] = []
        rough: dict[int, Vector] = {}
        for i, row in enumerate(rows):
            entries = _entries(row, f"{place}[{i}]")
            if dim is not None and len(entries) != dim:
                raise InvalidInput(f"expected {dim} coordinates, got {len(entries)}", place=f"{place}[{i}]")
            dim = len(entries)
            if all(type(v) is float and v - v == 0 for v in entries):
                table.append(entries)
                continue
            values = tuple(exact(v, f"{place}[{i}][{j}]") for j, v in enumerate(entries))
            table.append([to_double(v) for v in values])
            if not all(is_double(v, w) for v, w in zip(values, table[-1], strict=True)):
                rough[i] = values
        return cls(np.array(table, dtype=np.float64).reshape(len(table), dim or 0), rough)

    @classmethod
    def from_columns(cls, columns: Sequence[Sequence[Any]], names: Sequence[str] | None = None) -> Points:
        """Points from columns of doubles and fractions."""
        n = len(columns[0]) if columns else 0
        floats = np.empty((n, len(columns)))
        odd: set[int] = set()
        for j, column in enumerate(columns):
            if isinstance(column, np.ndarray):
                floats[:, j] = column
                continue
            floats[:, j] = [v if type(v) is float else to_double(v) for v in column]
            for i, v in enumerate(column):
                if type(v) is not float and not is_double(v, floats[i, j]):
                    odd.add(i)
        rough = {i: tuple(_fraction(column[i]) for column in columns) for i in sorted(odd)}
        return cls(floats, rough, names)

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return int(self.floats.shape[1])

    def __len__(self) -> int:
        return len(self.floats)

    def row(self, i: int) -> Vector:
        """Point i, exactly."""
        if i in self.rough:
            return self.rough[i]
        return tuple(coprime_fraction(*v.as_integer_ratio()) for v in self.floats[i].tolist())

    def rows(self, numbers: Iterable[int] | None = None) -> list[Vector]:
        """Some points (all when not said), exactly."""
        return [self.row(i) for i in (range(len(self)) if numbers is None else numbers)]

    def take(self, start: int, stop: int) -> Points:
        """Return the points from `start` up to before `stop`."""
        rough = {i - start: row for i, row in self.rough.items() if start <= i < stop}
        return Points(self.floats[start:stop], rough, self.names)

    def radii(self) -> AnyArray:
        """Bounds on ``|x - floats|``: zero for doubles, infinite for what is beyond the doubles."""
        found = np.zeros_like(self.floats)
        for i in self.rough:
            found[i] = np.spacing(np.abs(self.floats[i])) + 2.0**-1000  # even if underflow is flushed
        found[~np.isfinite(self.floats)] = np.inf
        return found

    @property
    def rough_rows(self) -> IntArray:
        """Numbers of the rows that are no doubles, ascending."""
        return np.array(sorted(self.rough), dtype=np.int64)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Points):
            return NotImplemented
        return self.rough == other.rough and np.array_equal(self.floats, other.floats)

    def __hash__(self) -> int:
        return hash((Points, self.floats.shape))

    def __reduce__(self) -> tuple[Any, ...]:
        return Points, (self.floats, dict(self.rough), self.names)

    def __repr__(self) -> str:
        return f"<{len(self)} points in dimension {self.dim}>"


def to_double(value: Fraction) -> float:
    """Return the nearest double (infinite beyond their range)."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def is_double(value: Fraction, nearest: float) -> bool:
    """Return whether a rational is its nearest double."""
    return bool(np.isfinite(nearest)) and value == _fraction(float(nearest))


def double_below(value: Fraction) -> float:
    """Return the largest double up to a rational (minus infinity when there is none)."""
    nearest = to_double(value)
    if nearest == float("inf") or (np.isfinite(nearest) and _fraction(nearest) > value):
        return float(np.nextafter(nearest, -np.inf))
    return nearest


def double_above(value: Fraction) -> float:
    """Return the smallest double from a rational on (infinity when there is none)."""
    return -double_below(-value)


def from_array(array: Any, dim: int, place: str) -> Points:
    """Points from a NumPy array, one row each."""
    if isinstance(array, np.ma.MaskedArray):
        hidden = np.argwhere(np.ma.getmaskarray(array))
        if len(hidden):
            where = "".join(f"[{k}]" for k in hidden[0].tolist())
            raise InvalidInput("expected a number, got a masked entry", place=f"{place}{where}")
        array = array.data
    if array.ndim != 2:
        raise InvalidInput(f"expected a table of points, got an array of shape {array.shape}", place)
    if array.shape[1] != dim:
        raise InvalidInput(f"expected {dim} coordinates, got {array.shape[1]}", place=f"{place}[0]")
    kind = array.dtype.kind
    if kind == "b":
        raise InvalidInput("expected numbers, got an array of booleans", place)
    if kind == "f" and array.dtype.itemsize <= 8:
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            i, j = bad[0].tolist()
            raise InvalidInput(f"expected a finite number, got {array[i, j]}", place=f"{place}[{i}][{j}]")
        return Points(array)
    if kind in "iu" and (array.size == 0 or (array.min() >= -_WHOLE and array.max() <= _WHOLE)):
        return Points(array)
    return Points.from_rows((list(row) for row in array), dim, place)


def _entries(row: Any, place: str) -> list[Any]:
    if isinstance(row, str | bytes | dict | set | frozenset) or not isinstance(row, Iterable):
        raise InvalidInput(f"expected a point, got {type(row).__name__}", place=place)
    if isinstance(row, np.ndarray):
        if row.ndim != 1:
            raise InvalidInput(f"expected a point, got an array of shape {row.shape}", place=place)
        return list(row.tolist()) if row.dtype.kind in "fiu" and row.dtype.itemsize <= 8 else list(row)
    return list(row)


def _fraction(value: Any) -> Fraction:
    return coprime_fraction(*value.as_integer_ratio()) if isinstance(value, float) else value
