"""What tables say about data: the summary, a cell's entries, the most curved edges and cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactgeom.exact import InvalidInput, UnboundedError
from exactgeom.report.coloring_data import nearest
from exactgeom.report.describe import count
from exactgeom.report.numbers import short, shown_value
from exactgeom.report.study import Study

__all__ = ["class_rows", "curved_edges", "data_columns", "data_rows"]

_SHOWN_CLASSES = 12
_SHOWN_CELLS = 12

Column = tuple[str, Callable[[int], Any]]


def data_rows(study: Study, *, classes: bool = True) -> list[tuple[str, str]]:
    """Return the summary of data as (name, value) pairs: none without data."""
    data = study.data
    if data is None:
        return []
    inside = len(data) - len(data.outside)
    ties = count(len(data.ties), "point") if data.ties else "none"
    rows = [
        ("data", f"{count(len(data), 'point')}, {inside:,} in the domain  ({study.source})"),
        ("points on walls", f"{ties}  (counted: {data.rule})"),
        ("empty cells", f"{len(data.empty_cells):,} of {data.cell_count:,}{_listed(data.empty_cells)}"),
    ]
    if data.weights is not None:
        rows.append(("total weight", short(data.total_weight)))
    for name, read in (("entropy", data.entropy), ("KL from volume", data.kl_divergence)):
        try:
            rows.append((name, f"{shown_value(read())} nats"))
        except (UnboundedError, InvalidInput):
            rows.append((name, "undefined"))
    if classes:
        rows += [(f"class {label}", text) for label, text in class_rows(study)]
    if study.ricci is not None and study.choices is not None:
        rows.append(("curvature", study.choices.words))
    return rows + [("note", note) for note in study.notes]


def _listed(cells: tuple[int, ...]) -> str:
    if not cells or len(cells) > _SHOWN_CELLS:
        return ""
    return f": {', '.join(map(str, cells))}"


def class_rows(study: Study) -> list[tuple[str, str]]:
    """Return per label its mass in the domain and the cells where it has the most."""
    rows = []
    masses = study.class_masses
    for label, own in list(masses.items())[:_SHOWN_CLASSES]:
        won = sum(study.class_of(i) == label for i in range(len(own)))
        rows.append((str(label), f"mass {short(sum(own))}, ahead in {count(won, 'cell')}"))
    if len(masses) > _SHOWN_CLASSES:
        rows.append(("…", f"{len(masses) - _SHOWN_CLASSES:,} classes more"))
    return rows


def data_columns(study: Study) -> list[Column]:
    """Return the columns that data add to a table of cells: names, and the value by cell."""
    data = study.data
    if data is None:
        return []
    columns: list[Column] = [("points", lambda i: len(data.points_in(i)))]
    if data.total_weight:
        columns.append(("mass", data.masses.__getitem__))
        if study.partition.is_bounded:
            columns.append(("density", data.densities.__getitem__))
    if study.class_masses:
        columns.append(("class", lambda i: _or_dash(study.class_of(i))))
    if study.ricci is not None:
        columns.append(("mean Ricci", study.mean_ricci))
        columns.append(("angle defect", study.defect))
        flat = study.combinatorial
        columns.append(("combinatorial", lambda i: None if flat is None else flat.get(i)))
    return columns


def _or_dash(label: Any) -> str:
    return "–" if label is None else str(label)


def curved_edges(study: Study) -> list[Any]:
    """Return the edges with a curvature, most negative first."""
    edges = study.ricci.edges if study.ricci is not None else ()
    return sorted((e for e in edges if e.curvature is not None), key=lambda e: (nearest(e.curvature), e.edge))
