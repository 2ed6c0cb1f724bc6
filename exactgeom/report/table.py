"""What the terminal shows: a summary, then the largest and the smallest cells."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from exactgeom.exact import Surd, UnboundedError
from exactgeom.report.coloring import finite_volume
from exactgeom.report.describe import describe_domain, describe_model, has_map, measure_name
from exactgeom.report.numbers import short

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

    from exactgeom.partition import Partition

__all__ = ["cells_by_volume", "print_partition", "summary_rows"]

_PIPE_WIDTH = 100
_LEAST_SIGNS = 8
_GAP = 3
_LARGEST, _SMALLEST = 8, 4
_SURFACES = {1: "ends", 2: "perimeter", 3: "surface"}


def print_partition(partition: Partition, stream: TextIO, *, source: str = "") -> None:
    """Print a partition for a reader; colours and width follow the stream, a pipe gets plain text.

    Numbers are exact where they are short and marked ``≈`` where they are rounded.
    """
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    parts = _grid(summary_rows(partition, source)), "", _cell_table(partition, console.width)
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


def _cell_table(partition: Partition, width: int) -> ConsoleRenderable:
    """Return the table of the largest and the smallest cells; of all cells when there are few."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = cells_by_volume(partition)
    everything = len(cells) <= _LARGEST + _SMALLEST
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    table.title = (
        "cells by size" if everything else f"the {_LARGEST} largest and the {_SMALLEST} smallest cells"
    )
    with_surface = partition.dimension >= 2
    names = ["cell", measure_name(partition.dimension), "facets"]
    names += [_SURFACES.get(partition.dimension, "surface")] if with_surface else []
    first, last = (cells, []) if everything else (cells[:_LARGEST], cells[-_SMALLEST:])
    rows = [_cell_row(cell, with_surface) for cell in [*first, *last]]
    widths = [max(len(row[k]) for row in [names, *rows]) for k in range(len(names))]
    for k, name in enumerate(names):
        table.add_column(name, justify="left" if k % 2 else "right", no_wrap=True)
    # Of all columns only the signs give way on a narrow terminal.
    room = max(_LEAST_SIGNS, width - sum(widths) - _GAP * (len(names) + 1))
    table.add_column("signs", no_wrap=True, overflow="ellipsis", max_width=room)
    for row in rows[: len(first)]:
        table.add_row(*map(Text, row))
    if last:
        table.add_section()
    for row in rows[len(first) :]:
        table.add_row(*map(Text, row))
    return table


def _cell_row(cell: Any, with_surface: bool) -> list[str]:
    """Return a cell's entries as text."""
    volume = finite_volume(cell)
    row = [str(int(cell.id)), "infinite" if volume is None else short(volume), str(len(cell.facet_ids))]
    return [*row, *([_surface(cell)] if with_surface else []), cell.signs or ""]


def _surface(cell: Any) -> str:
    """Return the total area of a cell's facets."""
    try:
        return short(sum((facet.area for facet in cell.facets), Surd(0)))
    except UnboundedError:
        return "infinite"
