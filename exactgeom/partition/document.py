"""A partition as the JSON document ``exactgeom/partition-1``: every number exact, nothing rounded.

Rationals are ``"p/q"`` strings, square-root sums ``{"surd": …}``, counts and ids plain integers.  What is
infinite on an unbounded partition is null, and so is the area vector of a flat one.  The writer streams:
one face in memory at a time, one face a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from exactgeom.exact import UnboundedError, fraction_str, to_json

if TYPE_CHECKING:
    from fractions import Fraction

    from exactgeom.partition import Partition

__all__ = ["SCHEMA", "partition_document", "write_partition"]

SCHEMA = "exactgeom/partition-1"


def partition_document(partition: Partition, *, incomplete: str | None = None) -> dict[str, Any]:
    """Return a partition as a dictionary that `json.dumps` accepts, in the schema ``exactgeom/partition-1``.

    Contract: exact.  `incomplete` is the reason why a computation stopped early; it is recorded under the
    key of that name, which a finished document does not have.
    """
    return {
        key: value if _is_plain(value) else list(value) for key, value in _sections(partition, incomplete)
    }


def write_partition(partition: Partition, stream: TextIO, *, incomplete: str | None = None) -> None:
    """Write `partition_document(partition)` as JSON text, one face a line, without holding it in memory."""
    separator = "{\n"
    for key, value in _sections(partition, incomplete):
        stream.write(f"{separator}{json.dumps(key)}: ")
        if _is_plain(value):
            stream.write(json.dumps(value))
        else:
            _write_rows(value, stream)
        separator = ",\n"
    stream.write("\n}\n")


def _write_rows(rows: Iterable[Any], stream: TextIO) -> None:
    """Write an array, one element a line."""
    separator = "["
    for row in rows:
        stream.write(f"{separator}\n{json.dumps(row)}")
        separator = ","
    stream.write("[]" if separator == "[" else "\n]")


def _is_plain(value: object) -> bool:
    """Tell a finished value from a stream of rows."""
    return value is None or isinstance(value, int | str | list | dict)


def _sections(partition: Partition, incomplete: str | None) -> Iterator[tuple[str, Any]]:
    """Yield the keys of the document in order; the long arrays as iterators of rows."""
    yield "schema", SCHEMA
    if incomplete is not None:
        yield "incomplete", incomplete
    yield "dimension", partition.dimension
    f_vector = partition.f_vector
    yield "f_vector", None if f_vector is None else list(map(int, f_vector))
    euler = partition.euler_characteristic
    yield "euler_characteristic", None if euler is None else int(euler)
    yield "total_volume", _or_null(lambda: _measure(partition.total_volume))
    if f_vector is None:  # products of intervals: no face lattice
        yield "vertices", None
        yield "cells", map(_box_cell, partition.cells)
        yield "facets", map(_facet, partition.facets)
        yield "ridges", None
        return
    yield "vertices", map(_point, partition.vertices)
    yield "cells", (_cell(cell, partition.is_bounded) for cell in partition.cells)
    yield "facets", map(_facet, partition.facets)
    yield "ridges", map(_ridge, partition.ridges)


def _box_cell(cell: Any) -> dict[str, Any]:
    """Return one cell of a partition into boxes (an end at infinity is null)."""
    affine = cell.affine_map
    return {
        "id": int(cell.id),
        "volume": _or_null(lambda: _measure(cell.volume)),
        "vertices": None,
        "box": [[None if end is None else fraction_str(end) for end in side] for side in cell.box],
        "signs": cell.signs,
        "affine": None if affine is None else {"A": list(map(_point, affine[0])), "b": _point(affine[1])},
        "facets": _ids(cell.facet_ids),
    }


def _cell(cell: Any, bounded: bool) -> dict[str, Any]:
    """Return one cell; an unbounded partition's cells say which directions they contain."""
    affine = cell.affine_map
    row: dict[str, Any] = {
        "id": int(cell.id),
        "volume": _or_null(lambda: _measure(cell.volume)),
        "vertices": _ids(cell.vertex_ids),
        "signs": cell.signs,
        "affine": None if affine is None else {"A": list(map(_point, affine[0])), "b": _point(affine[1])},
        "facets": _ids(cell.facet_ids),
    }
    if not bounded:
        row["rays"] = list(map(_point, cell.rays))
        row["lineality"] = list(map(_point, cell.lineality))
        if cell.lineality:  # no vertices then: one point of each minimal face fixes the position
            row["points"] = list(map(_point, cell.minimal_points))
    return row


def _facet(facet: Any) -> dict[str, Any]:
    """Return one facet with its cells in ascending order."""
    vector = _or_null(lambda: facet.area_vector)
    return {
        "id": int(facet.id),
        "cells": _ids(facet.cell_ids),
        "area": _or_null(lambda: _measure(facet.area)),
        "area_vector": None if vector is None else _point(vector),
    }


def _ridge(ridge: Any) -> dict[str, Any]:
    """Return one ridge with the angle of every cell around it."""
    return {
        "id": int(ridge.id),
        "volume": _or_null(lambda: _measure(ridge.volume)),
        "angles": [
            {"cell": int(cell), "facets": _ids(facets), "cos": _measure(angle.cos)}
            for cell, facets, angle in ridge.angles
        ],
    }


def _or_null(read: Callable[[], Any]) -> Any:
    """Return a quantity, or None where it is infinite."""
    try:
        return read()
    except UnboundedError:
        return None


def _measure(value: Any) -> Any:
    """Return the file form of a rational or of a square-root sum."""
    return to_json(value)


def _point(vector: Iterable[Fraction]) -> list[str]:
    return [fraction_str(x) for x in vector]


def _ids(ids: Iterable[int]) -> list[int]:
    return [int(i) for i in ids]
