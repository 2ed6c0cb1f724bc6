"""Reading what a labelled matrix is made from: labels, and entries in any of their forms."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix
from exactgeom.nerve import labelled_entries as entry


def labels_of(source: Any, place: str) -> tuple[Hashable, ...]:
    """The labels of the rows or columns."""
    labels = tuple(source) if isinstance(source, Iterable) else None
    if labels is None or not all(isinstance(label, Hashable) for label in labels):
        raise InvalidInput(f"expected hashable labels, got {source!r}", place)
    return labels


def lines_of(entries: Any, height: int, width: int, place: str) -> list[dict[int, Any]]:
    """The sparse rows of a mapping by position, a `Matrix`, an array, or rows of numbers."""
    lines: list[dict[int, Any]] = [{} for _ in range(height)]
    if isinstance(entries, Mapping):
        for key, value in entries.items():
            if not (isinstance(key, tuple) and len(key) == 2 and all(isinstance(i, int) for i in key)):
                raise InvalidInput(f"expected a position (row, column), got {key!r}", place)
            i, j = key
            if not (0 <= i < height and 0 <= j < width):
                raise InvalidInput(f"position ({i}, {j}) is outside the shape ({height}, {width})", place)
            number = entry.enter(value, f"{place}[{i}, {j}]")
            if not entry.is_zero(number):
                lines[i][j] = number
        return lines
    if isinstance(entries, Matrix):
        entries = entries.rows
    elif hasattr(entries, "tolist"):
        entries = entries.tolist()
    listed = list(entries) if isinstance(entries, Iterable) else [entries]
    if not all(isinstance(row, Iterable) for row in listed):
        raise InvalidInput(f"expected rows of numbers, got {entries!r}", place)
    table = [list(row) for row in listed]
    if len(table) != height or any(len(row) != width for row in table):
        got = sorted({len(row) for row in table})
        raise InvalidInput(f"expected {height} rows of {width} entries, got {len(table)} of {got}", place)
    for i, row in enumerate(table):
        for j, value in enumerate(row):
            number = entry.enter(value, f"{place}[{i}][{j}]")
            if not entry.is_zero(number):
                lines[i][j] = number
    return lines
