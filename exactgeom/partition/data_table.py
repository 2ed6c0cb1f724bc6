"""Tables and documents of data on a partition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exactgeom.exact import fraction_str

if TYPE_CHECKING:
    from exactgeom.partition.data import DataPartition

SCHEMA = "exactgeom/data-1"


def data_table(data: DataPartition) -> tuple[dict[str, Any], ...]:
    """See `DataPartition.table`."""
    inside = [len(points) for points in data._members]
    classes = {} if data.labels is None or not data.total_weight else data.class_masses
    masses = data.masses if data.total_weight else (None,) * data.cell_count
    rows = []
    for cell, points, count, mass in zip(data.partition.cells, inside, data.counts, masses, strict=True):
        volume = cell.volume if cell.is_bounded else None
        density = None if volume is None or mass is None else mass / volume
        row = {"cell": cell.id, "points": points, "count": count, "mass": mass}
        row |= {"volume": volume, "density": density}
        row["classes"] = {label: own[cell.id] for label, own in classes.items()}
        rows.append(row)
    return tuple(rows)


def data_document(data: DataPartition) -> dict[str, Any]:
    """See `DataPartition.to_json`."""
    rows = []
    for row in data_table(data):
        numbers = {name: _text(row[name]) for name in ("count", "mass", "volume", "density")}
        classes = [{"label": _label(label), "mass": _text(m)} for label, m in row["classes"].items()]
        rows.append({"id": row["cell"], "points": row["points"], **numbers, "classes": classes})
    return {
        "schema": SCHEMA,
        "points": len(data),
        "ties_rule": data.rule,
        "total_weight": _text(data.total_weight),
        "outside": list(data.outside),
        "ties": [{"point": i, "cells": list(cells)} for i, cells in data.ties.items()],
        "point_cells": [cell if cell >= 0 else None for cell in data.cells.tolist()],
        "cells": rows,
    }


def _text(value: Any) -> str | None:
    return None if value is None else fraction_str(value)


def _label(label: Any) -> Any:
    return label if isinstance(label, str | int) else str(label)
