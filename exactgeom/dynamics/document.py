"""Trajectories as tables for reading and as documents with every number exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.exact import Surd, fraction_str, to_json

if TYPE_CHECKING:
    from exactgeom.dynamics.snapshot import Snapshot
    from exactgeom.dynamics.step import Step
    from exactgeom.dynamics.trajectory import Trajectory

__all__ = ["SCHEMA", "shown", "trajectory_document", "trajectory_table"]

SCHEMA = "exactgeom/trajectory-1"
_SHORT = 24  # bits: what a reader takes in at a glance

HEADER = [
    "checkpoint",
    "cells",
    "born",
    "died",
    "smallest",
    "largest",
    "boundary",
    "parts",
    "walls",
    "events",
]
"""Columns of every table; `walls`: units that have one, `events`: units whose wall came or went."""


def shown(value: Any) -> str:
    """An exact number for reading: as it is when short, else rounded and marked.

    >>> shown(Fraction(3, 8)), shown(Surd.sqrt(2)), shown(None)
    ('3/8', '≈1.414', '')
    """
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Surd) and value.is_rational():
        value = value.as_fraction()
    if (
        isinstance(value, Fraction)
        and value.numerator.bit_length() + value.denominator.bit_length() <= _SHORT
    ):
        return fraction_str(value)
    return f"≈{float(value):.4g}"


def trajectory_table(path: Trajectory) -> list[tuple[str, ...]]:
    """See `Trajectory.table`."""
    if not path.snapshots:
        return [tuple(HEADER)]
    curved = path.snapshots[0].curvature
    names = tuple(path.snapshots[0].regularizers)
    header = tuple(HEADER)
    header += () if curved is None else tuple(f"{what} {curved.name}" for what in ("sum", "min", "max"))
    header += names
    header += ("accuracy", "data moved", "data reclassified") if path.points is not None else ()
    header += ("volume moved", "volume reclassified")
    steps = [None, *path.steps]
    rows = [_row(snapshot, step, names) for snapshot, step in zip(path.snapshots, steps, strict=True)]
    return [header, *rows]


def _row(snapshot: Snapshot, step: Step | None, names: Iterable[str]) -> tuple[str, ...]:
    classes, curved, data = snapshot.classes, snapshot.curvature, snapshot.data
    row = [str(snapshot.label), str(snapshot.cell_count)]
    row += ["", ""] if step is None else [str(len(step.born)), str(len(step.died))]
    row += [shown(snapshot.smallest_volume), shown(snapshot.largest_volume)]
    row += ["", ""] if classes is None else [shown(classes.boundary_area), str(classes.boundary_components)]
    row += [str(len(snapshot.units("wall"))), "" if step is None else str(len(step.unit_events))]
    row += [] if curved is None else [shown(curved.total), shown(curved.smallest), shown(curved.largest)]
    row += [shown(snapshot.regularizers[name]) for name in names]
    if data is not None:
        moved = (None, None) if step is None else (step.mass_moved, step.class_mass_moved)
        row += [shown(data.accuracy), *map(shown, moved)]
    row += ["", ""] if step is None else [shown(step.pattern_volume), shown(step.class_volume)]
    return tuple(row)


def trajectory_document(path: Trajectory, *, cells: bool) -> dict[str, Any]:
    """See `Trajectory.to_json`."""
    return {
        "schema": SCHEMA,
        "domain": path.domain.to_json(),
        "units": list(path.units),
        "checkpoints": [_snapshot(snapshot, cells) for snapshot in path.snapshots],
        "steps": [_step(step, cells) for step in path.steps],
    }


def _snapshot(snapshot: Snapshot, cells: bool) -> dict[str, Any]:
    classes, curved, data = snapshot.classes, snapshot.curvature, snapshot.data
    found: dict[str, Any] = {"label": _label(snapshot.label), "f_vector": list(snapshot.f_vector)}
    found["smallest_volume"] = fraction_str(snapshot.smallest_volume)
    found["largest_volume"] = fraction_str(snapshot.largest_volume)
    found["walls"] = [
        {"state": wall.state, "cells": [wall.plus, wall.zero, wall.minus]}
        | ({"area": _json(wall.area)} if cells else {})
        for wall in snapshot.walls
    ]
    if classes is not None:
        found["classes"] = {
            "volumes": [{"class": k, "volume": fraction_str(v)} for k, v in classes.volumes],
            "boundary_area": _json(classes.boundary_area),
            "boundary_components": classes.boundary_components,
        }
    if curved is not None:
        numbers = {"total": curved.total, "smallest": curved.smallest, "largest": curved.largest}
        found["curvature"] = {"name": curved.name, **{name: _json(value) for name, value in numbers.items()}}
    found["regularizers"] = {name: _json(value) for name, value in snapshot.regularizers.items()}
    if data is not None:
        found["data"] = {"accuracy": _json(data.accuracy), "outside": list(data.outside)}
        if cells:
            found["data"]["point_cells"] = [list(own) for own in data.cells]
    if cells:
        found["cells"] = _cells(snapshot)
    return found


def _cells(snapshot: Snapshot) -> list[dict[str, Any]]:
    rows = zip(snapshot.signs, snapshot.volumes, strict=True)
    made: list[dict[str, Any]] = [{"signs": signs, "volume": fraction_str(volume)} for signs, volume in rows]
    if snapshot.curvature is not None:
        for row, value in zip(made, snapshot.curvature.values, strict=True):
            row["curvature"] = _json(value)
    return made


def _step(step: Step, cells: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "from": _label(step.before.label),
        "to": _label(step.after.label),
        "born": list(step.born) if cells else len(step.born),
        "died": list(step.died) if cells else len(step.died),
        "born_volume": fraction_str(step.born_volume),
        "died_volume": fraction_str(step.died_volume),
        "pattern_volume": fraction_str(step.pattern_volume),
        "class_volume": _json(step.class_volume),
        "class_volume_flows": _flows(step.class_volume_flows, "volume"),
        "units": [
            {"unit": c.unit, "event": c.event or None, "born": c.born, "died": c.died}
            for c in step.units
            if c.event or c.born or c.died
        ],
    }
    if step.after.data is not None:
        found["mass_moved"] = _json(step.mass_moved)
        found["class_flows"] = _flows(step.class_flows, "mass")
        if cells:
            found["cell_flows"] = _flows(step.cell_flows, "mass")
    return found


def _flows(flows: Mapping[tuple[Any, Any], Fraction], what: str) -> list[dict[str, Any]]:
    return [{"from": a, "to": b, what: fraction_str(amount)} for (a, b), amount in flows.items()]


def _json(value: Any) -> Any:
    if value is None:
        return None
    return value.to_json() if hasattr(value, "to_json") else to_json(value)


def _label(label: Any) -> Any:
    return label if isinstance(label, str | int) and not isinstance(label, bool) else str(label)
