"""`read_data`: points, labels and weights from a CSV file, an array, a frame or lists."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from os import PathLike, fspath
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact
from exactgeom.partition.points import Points, from_array
from exactgeom.partition.points_csv import Record, looks_like_number, number_of, plain_numbers, read_records

Column = str | int
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,4000}")


@dataclass(frozen=True)
class Data:
    """What was read: the points, and per point a label and a weight (None: not given)."""

    points: Points
    labels: tuple[Any, ...] | None = None
    weights: tuple[Fraction, ...] | None = None


@dataclass(frozen=True)
class _Table:
    """Named columns: `numbers(j)` reads one as numbers, `texts(j)` as labels."""

    name: str
    names: tuple[str, ...]
    numbers: Callable[[int], Any]
    texts: Callable[[int], list[Any]]


def read_data(
    points: Any,
    dim: int,
    *,
    labels: Any = None,
    weights: Any = None,
    columns: Sequence[Column] | None = None,
    header: bool | None = None,
) -> Data:
    """Read points of a dimension, with their labels and weights.

    `points`: a path to a CSV file, a NumPy array, a pandas frame, `Points`, or rows of numbers.  Of files
    and frames `labels` and `weights` may name a column (by name, or number from 0); the coordinates are
    `columns`, or all columns that are left.  Errors: InvalidInput naming row and column.
    """
    if isinstance(points, str | PathLike):
        return _from_table(_csv_table(points, header), dim, labels, weights, columns)
    if type(points).__module__.partition(".")[0] == "pandas" and hasattr(points, "columns"):
        return _from_table(_frame_table(points), dim, labels, weights, columns)
    if columns is not None or header is not None:
        raise InvalidInput(
            "only files and frames have named columns", place="columns" if columns is not None else "header"
        )
    found = _plain(points, dim)
    return Data(found, _labels(labels, len(found)), _weights(weights, len(found)))


def _plain(points: Any, dim: int) -> Points:
    if isinstance(points, Points):
        if points.dim != dim:
            raise InvalidInput(f"expected {dim} coordinates, got {points.dim}", place="points[0]")
        return points
    if isinstance(points, np.ndarray):
        if points.ndim == 1 and points.size == 0:
            return Points(np.zeros((0, dim)))
        return from_array(points, dim, "points")
    if isinstance(points, bytes | dict | set | frozenset) or not isinstance(points, Iterable):
        raise InvalidInput(f"expected points, got {type(points).__name__}", place="points")
    return Points.from_rows(points, dim)


# -- tables ----------------------------------------------------------------------------------------


def _from_table(table: _Table, dim: int, labels: Any, weights: Any, columns: Sequence[Column] | None) -> Data:
    named = [_column(table, c, place) for c, place in ((labels, "labels"), (weights, "weights"))]
    if columns is None:
        chosen = [j for j in range(len(table.names)) if j not in named]
    else:
        if isinstance(columns, str) or not isinstance(columns, Iterable):
            raise InvalidInput("expected a list of columns", place="columns")
        chosen = [_wanted(table, c, "columns") for c in columns]
    if len(chosen) != dim:
        listed = ", ".join(repr(table.names[j]) for j in chosen[:8]) + (", ..." if len(chosen) > 8 else "")
        hint = "" if columns is not None else "; choose them by columns=, labels=, weights="
        if len(table.names) == 1 and any(mark in table.names[0] for mark in ";\t|"):
            hint = "; fields are separated by commas"
        raise InvalidInput(
            f"expected {dim} columns of coordinates, got {len(chosen)} ({listed}){hint}", place=table.name
        )
    names = [table.names[j] for j in chosen]
    points = Points.from_columns([table.numbers(j) for j in chosen], names)
    own_labels = labels if named[0] is None else table.texts(named[0])
    own_weights = weights
    if named[1] is not None:
        own_weights = [
            Fraction(float(w)) if not isinstance(w, Fraction) else w for w in table.numbers(named[1])
        ]
    return Data(points, _labels(own_labels, len(points)), _weights(own_weights, len(points)))


def _column(table: _Table, column: Any, place: str) -> int | None:
    """The number of a column given by name or number; None for what is no name of a column."""
    if isinstance(column, str) or (isinstance(column, int) and not isinstance(column, bool)):
        return _wanted(table, column, place)
    return None


def _wanted(table: _Table, column: Column, place: str) -> int:
    if isinstance(column, str):
        if table.names.count(column) == 1:
            return table.names.index(column)
        reason = "occurs more than once" if column in table.names else "does not exist"
        raise InvalidInput(f"the column {column!r} {reason} in {table.name}", place=place)
    if isinstance(column, bool) or not isinstance(column, int) or not 0 <= column < len(table.names):
        raise InvalidInput(
            f"expected a column's name or a number from 0 to {len(table.names) - 1}, got {column!r}",
            place=place,
        )
    return column


def _csv_table(path: str | PathLike[str], header: bool | None) -> _Table:
    name = fspath(path)
    records = read_records(path)
    if not records:
        raise InvalidInput("expected a table of points, got an empty file", place=name)
    if header is not None and not isinstance(header, bool):
        raise InvalidInput(f"expected True, False or None, got {header!r}", place="header")
    if header is None:
        header = not any(looks_like_number(field) for field in records[0][1])
    names = tuple(field.strip() for field in records[0][1]) if header else ()
    body = records[1:] if header else records
    if not header:
        names = tuple(f"{j + 1}" for j in range(len(records[0][1])))
    for number, fields in body:
        if len(fields) != len(names):
            raise InvalidInput(
                f"expected {len(names)} fields, got {len(fields)}", place=f"{name}: row {number}"
            )

    def numbers(j: int) -> Any:
        plain = plain_numbers([fields[j] for _, fields in body])
        if plain is not None:
            return plain
        title = repr(names[j]) if header else names[j]
        return [number_of(fields[j], f"{name}: row {i}, column {title}") for i, fields in body]

    def texts(j: int) -> list[Any]:
        title = repr(names[j]) if header else names[j]
        return _texts(body, j, lambda i: f"{name}: row {i}, column {title}")

    return _Table(name, names, numbers, texts)


def _texts(body: Sequence[Record], j: int, place: Callable[[int], str]) -> list[Any]:
    """A column of labels: integers when all are written as such (``007`` is not), else text."""
    found = [fields[j].strip() for _, fields in body]
    for (i, _), text in zip(body, found, strict=True):
        if not text:
            raise InvalidInput("expected a label, got an empty field", place=place(i))
    whole = all(_INTEGER.fullmatch(text) for text in found)
    return [int(text) for text in found] if whole else list(found)


def _frame_table(frame: Any) -> _Table:
    names = tuple(str(name) for name in frame.columns)

    def numbers(j: int) -> Any:
        series = frame.iloc[:, j]
        kind = getattr(series.dtype, "kind", "O")
        if isinstance(series.dtype, np.dtype) and kind in "fiu" and series.dtype.itemsize <= 8:
            return _plain_column(series.to_numpy(), names[j])
        if kind == "b":
            raise InvalidInput("expected numbers, got booleans", place=f"points: column {names[j]!r}")
        return [exact(v, f"points: row {i}, column {names[j]!r}") for i, v in enumerate(series.tolist())]

    return _Table("points", names, numbers, lambda j: list(frame.iloc[:, j].tolist()))


def _plain_column(values: Any, name: str) -> Any:
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        i = int(bad[0])
        raise InvalidInput(
            f"expected a finite number, got {values[i]}", place=f"points: row {i}, column {name!r}"
        )
    large = values.dtype.kind in "iu" and len(values) and max(-int(values.min()), int(values.max())) > 2**53
    return [Fraction(v) for v in values.tolist()] if large else values.astype(np.float64)


# -- labels and weights ----------------------------------------------------------------------------


def _sequence(given: Any, count: int, place: str) -> list[Any]:
    odd = isinstance(given, str | bytes | dict | set | frozenset) or not isinstance(given, Iterable)
    if odd or getattr(given, "ndim", 1) != 1:
        raise InvalidInput(f"expected one entry per point, got {given!r}", place=place)
    listed = given.tolist() if hasattr(given, "tolist") else list(given)
    if len(listed) != count:
        raise InvalidInput(f"expected {count} entries, one per point, got {len(listed)}", place=place)
    return list(listed)


def _labels(given: Any, count: int) -> tuple[Any, ...] | None:
    if given is None:
        return None
    found = _sequence(given, count, "labels")
    for i, label in enumerate(found):
        try:
            hash(label)
        except TypeError:
            raise InvalidInput("the labels must be hashable", place=f"labels[{i}]") from None
        if label is None or (isinstance(label, float) and math.isnan(label)):
            raise InvalidInput(f"expected a label, got {label}", place=f"labels[{i}]")
    return tuple(found)


def _weights(given: Any, count: int) -> tuple[Fraction, ...] | None:
    if given is None:
        return None
    found = []
    for i, weight in enumerate(_sequence(given, count, "weights")):
        found.append(exact(weight, f"weights[{i}]"))
        if found[-1] < 0:
            raise InvalidInput(f"expected a weight of at least 0, got {weight}", place=f"weights[{i}]")
    return tuple(found)
