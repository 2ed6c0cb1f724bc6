"""What the terminal shows: a summary, then the largest and the smallest cells."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from exactgeom.exact import Surd, UnboundedError
from exactgeom.report.coloring import finite_volume
from exactgeom.report.describe import describe_domain, describe_model, has_map, measure_name
from exactgeom.report.numbers import short, shown_value
from exactgeom.report.study import Study
from exactgeom.report.study_rows import Column, curved_edges, data_columns, data_rows

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable
    from rich.table import Table

    from exactgeom.partition import Partition

__all__ = ["cells_by_volume", "print_partition", "summary_rows"]

_PIPE_WIDTH = 100
_LEAST_SIGNS = 8
_GAP = 3
_LARGEST, _SMALLEST = 8, 4
_EDGES = 5
_ENTRY = 9
_SURFACES = {1: "ends", 2: "perimeter", 3: "surface"}


def print_partition(
    partition: Partition, stream: TextIO, *, source: str = "", study: Study | None = None
) -> None:
    """Print a partition for a reader; colours and width follow the stream, a pipe gets plain text.

    Numbers are exact where they are short and marked ``≈`` where they are rounded.
    """
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    known = study or Study(partition)
    rows = [*summary_rows(partition, source), *data_rows(known)]
    parts: list[ConsoleRenderable | str] = [_grid(rows), "", _cell_table(known, console.width)]
    if edges := curved_edges(known):
        parts.append(_edge_table(edges))
    if console.is_terminal:
        console.print(*parts, sep="\n")
        return
    with console.capture() as captured:
        console.print(*parts, sep="\n")
    for line in captured.get().splitlines():
        print(line.rstrip(), file=stream)


def summary_rows(partition: Partition, source: str = "") -> list[tuple[str, str]]:
    """Return the summary as (name, value) pairs."""
    model = describe_model(partition.model)
    f_vector = partition.f_vector
    around = partition.ambient_dimension
    flat = f" (in dimension {around})" if partition.dimension < around else ""
    rows = [("model", f"{model}  ({source})" if source else model)]
    if partition.model is not partition.domain:
        rows.append(("domain", describe_domain(partition)))
    rows += [
        ("dimension", f"{partition.dimension}{flat}"),
        ("cells", f"{len(partition.cells):,}"),
    ]
    if f_vector is not None:
        rows.append(("f-vector", f"({', '.join(str(int(n)) for n in f_vector)})"))
        rows.append(("Euler characteristic", str(partition.euler_characteristic)))
    try:
        total = short(partition.total_volume, width=40)
    except UnboundedError:
        total = "infinite"
    rows.append((f"total {measure_name(partition.dimension)}", total))
    if has_map(partition.model):
        maps = {cell.affine_map for cell in partition.cells}
        rows.append(("distinct affine maps", "not known yet" if None in maps else f"{len(maps):,}"))
    return rows + [("note", note) for note in partition.notes]


def _grid(rows: Iterable[tuple[str, str]]) -> ConsoleRenderable:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(Text(name), Text(value))
    return grid


def cells_by_volume(partition: Partition) -> list[Any]:
    """Return the cells, largest first: infinite ones before all, equal ones by ascending id."""

    def key(cell: Any) -> tuple[Any, ...]:
        volume = finite_volume(cell)
        return (0, 0, int(cell.id)) if volume is None else (1, -volume, int(cell.id))

    return sorted(partition.cells, key=key)


def _cell_table(study: Study, width: int) -> ConsoleRenderable:
    """Return the table of the largest and the smallest cells; of all cells when there are few.

    With data, cells that hold some come before the others.
    """
    from rich.text import Text

    partition = study.partition
    cells = cells_by_volume(partition)
    if study.data is not None:
        empty = set(study.data.empty_cells)
        cells.sort(key=lambda cell: int(cell.id) in empty)
    everything = len(cells) <= _LARGEST + _SMALLEST
    first, last = (cells, []) if everything else (cells[:_LARGEST], cells[-_SMALLEST:])
    title = "cells by size" if everything else f"the {_LARGEST} largest and the {_SMALLEST} smallest cells"
    if study.data is not None:
        title = f"{title}, those with data first" if everything else f"{title}, with data first"
    with_surface = partition.dimension >= 2 and study.data is None
    names = ["cell", measure_name(partition.dimension), "facets"]
    names += [_SURFACES.get(partition.dimension, "surface")] if with_surface else []
    more = [column for column in data_columns(study) if column[0] != "combinatorial"]
    names += [name for name, _ in more]
    rows = [_cell_row(cell, with_surface, more) for cell in [*first, *last]]
    table = _table(title)
    widths = [max(len(row[k]) for row in [names, *rows]) for k in range(len(names))]
    for k, name in enumerate(names):
        table.add_column(name, justify="right" if more or k % 2 == 0 else "left", no_wrap=True)
    room = width - sum(widths) - _GAP * (len(names) + 1)
    if room >= _LEAST_SIGNS or not more:  # of all columns only the signs give way on a narrow terminal
        table.add_column("signs", no_wrap=True, overflow="ellipsis", max_width=max(_LEAST_SIGNS, room))
    else:
        rows = [row[:-1] for row in rows]
    for row in rows[: len(first)]:
        table.add_row(*map(Text, row))
    if last:
        table.add_section()
    for row in rows[len(first) :]:
        table.add_row(*map(Text, row))
    return table


def _table(title: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    table.title = title
    return table


def _edge_table(edges: Sequence[Any]) -> ConsoleRenderable:
    """Return the table of the most negatively and the most positively curved edges."""
    from rich.text import Text

    everything = len(edges) <= 2 * _EDGES
    table = _table("edges by Ricci curvature" if everything else f"the {_EDGES} least and most curved edges")
    for name in ("edge", "length", "distance", "W1", "Ricci"):
        table.add_column(name, justify="right", no_wrap=True)
    for k, item in enumerate(edges if everything else [*edges[:_EDGES], *edges[-_EDGES:]]):
        if k == _EDGES and not everything:
            table.add_section()
        numbers = (item.distance, item.cost, item.curvature)
        length = "infinite" if item.length is None else shown_value(item.length)
        table.add_row(Text(f"{item.edge[0]}-{item.edge[1]}"), length, *map(shown_value, numbers))
    return table


def _cell_row(cell: Any, with_surface: bool, more: Sequence[Column]) -> list[str]:
    """Return a cell's entries as text."""
    volume = finite_volume(cell)
    size = "infinite" if volume is None else _entry(volume) if more else short(volume)
    row = [str(int(cell.id)), size, str(len(cell.facet_ids))]
    row += [_surface(cell)] if with_surface else []
    row += [_entry(read(int(cell.id))) for _, read in more]
    return [*row, cell.signs or ""]


def _entry(value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else "–"
        if value is None
        else shown_value(value, width=_ENTRY, digits=4)
    )


def _surface(cell: Any) -> str:
    """Return the total area of a cell's facets."""
    try:
        return short(sum((facet.area for facet in cell.facets), Surd(0)))
    except UnboundedError:
        return "infinite"
