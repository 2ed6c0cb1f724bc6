"""The tables of a page: cells, facets, ridges, and the edges of the dual graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactgeom.exact import Surd, UnboundedError
from exactgeom.report.coloring import affine_text, finite_volume
from exactgeom.report.describe import measure_name
from exactgeom.report.html_table import Exacts, table
from exactgeom.report.study import Study
from exactgeom.report.study_rows import curved_edges, data_columns
from exactgeom.report.table import cells_by_volume

__all__ = ["all_tables"]

Section = tuple[str, str, str]
_INFINITE = "infinite"
_MAP_WIDTH = 60


def all_tables(study: Study, exacts: Exacts, most: int) -> list[Section]:
    """Return the sections with tables: (anchor, title, body)."""
    partition = study.partition
    found = [("cells", "Cells", _cells(study, exacts, most))]
    if study.ricci is not None:
        found.append(("edges", "Edges", _edges(study, exacts, most)))
    if partition.dimension >= 1:
        found.append(("facets", "Facets", _facets(partition, exacts, most)))
    if partition.dimension >= 2 and partition.f_vector is not None:
        found.append(("ridges", "Ridges", _ridges(partition, exacts, most)))
    return found


def _cells(study: Study, exacts: Exacts, most: int) -> str:
    """Return the table of cells, those with data first, then the largest first."""
    partition = study.partition
    chosen = cells_by_volume(partition)
    if study.data is not None:
        empty = set(study.data.empty_cells)
        chosen.sort(key=lambda cell: int(cell.id) in empty)
    more = data_columns(study)
    mapped = any(cell.affine_map is not None for cell in chosen[:most])
    names = ["cell", measure_name(partition.dimension), "facets", "boundary", *(name for name, _ in more)]
    names += ["neighbours", *(["affine map"] if mapped else []), "signs"]
    rows = []
    for cell in chosen[:most]:
        volume = finite_volume(cell)
        row = [int(cell.id), _INFINITE if volume is None else volume, len(cell.facet_ids), _boundary(cell)]
        row += [read(int(cell.id)) for _, read in more]
        row.append(" ".join(str(int(i)) for i in sorted(_neighbours(cell))))
        if mapped:
            known = cell.affine_map
            row.append(None if known is None else affine_text(known, width=_MAP_WIDTH))
        rows.append([*row, cell.signs or ""])
    order = "the largest first" if study.data is None else "those with data first, then the largest"
    return table("Cells", names, rows, exacts, note=_cut(len(chosen), most, order), row_ids="cell")


def _boundary(cell: Any) -> Any:
    """Return the measure of a cell's boundary."""
    try:
        return Surd.sum(facet.area for facet in cell.facets)
    except UnboundedError:
        return _INFINITE


def _neighbours(cell: Any) -> set[int]:
    return {int(i) for facet in cell.facets for i in facet.cell_ids} - {int(cell.id)}


def _facets(partition: Any, exacts: Exacts, most: int) -> str:
    facets = partition.facets
    measure = "area" if partition.dimension == 3 else "length" if partition.dimension == 2 else "measure"
    names = ("facet", "cells", measure, "area vector")
    rows = []
    for k, facet in enumerate(facets):
        if k == most:
            break
        rows.append((int(facet.id), _ids(facet.cell_ids), _or_infinite(facet, "area"), _vector(facet)))
    return table("Facets", names, rows, exacts, note=_cut(len(facets), most, "in the order of their numbers"))


def _ridges(partition: Any, exacts: Exacts, most: int) -> str:
    measure = measure_name(partition.dimension - 2) if partition.dimension > 2 else "measure"
    names = ("ridge", measure, "cells", "angles, in their order")
    rows = []
    for k, ridge in enumerate(partition.ridges):
        if k == most:
            break
        around = [(int(cell), angle) for cell, _, angle in ridge.angles]
        angles = tuple(angle for _, angle in around)
        rows.append((int(ridge.id), _or_infinite(ridge, "volume"), _ids(c for c, _ in around), angles))
    note = _cut(len(partition.ridges), most, "in the order of their numbers")
    return table("Ridges", names, rows, exacts, note=note)


def _edges(study: Study, exacts: Exacts, most: int) -> str:
    """Return the table of the dual graph, most negatively curved first."""
    edges = curved_edges(study)
    lengths = {item.edge: item for item in study.lengths.edges} if study.lengths is not None else {}
    names = ("edge", "ℓ", "density", "ℓ/ρ^α", "distance", "W₁", "Ricci")
    rows: list[Sequence[Any]] = []
    for item in edges[:most]:
        base = lengths[item.edge]
        length = _INFINITE if base.length is None else base.length
        edge = f"{item.edge[0]}-{item.edge[1]}"
        rows.append((edge, base.base, base.density, length, item.distance, item.cost, item.curvature))
    note = _cut(len(edges), most, "the most negatively curved first")
    return table("Edges of the dual graph", names, rows, exacts, note=note, row_ids="edge")


def _or_infinite(face: Any, name: str) -> Any:
    try:
        return getattr(face, name)
    except UnboundedError:
        return _INFINITE


def _vector(facet: Any) -> Any:
    try:
        vector = facet.area_vector
    except UnboundedError:
        return None
    return None if vector is None else tuple(vector)


def _ids(numbers: Any) -> str:
    return " ".join(str(int(i)) for i in numbers)


def _cut(count: int, most: int, order: str) -> str:
    """Say what is left out, if anything is."""
    if count <= most:
        return ""
    return f"{most:,} of {count:,} rows are shown, {order}; the JSON document has them all."
