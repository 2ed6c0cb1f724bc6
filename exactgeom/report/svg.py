"""A partition as an SVG picture: bands in one dimension, coloured cells in two, wires in three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exactgeom.exact import InvalidInput
from exactgeom.report.coloring import COLORINGS, color_cells
from exactgeom.report.coloring_data import DATA_COLORINGS, color_edges, color_study
from exactgeom.report.describe import describe_counts, describe_title, has_map
from exactgeom.report.interval import draw_line
from exactgeom.report.numbers import shown_value
from exactgeom.report.planar import Edges, draw_plane
from exactgeom.report.study import Study
from exactgeom.report.window import through_window, with_lattice
from exactgeom.report.wireframe import draw_wires

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["check_drawable", "partition_svg"]

_MOST_DIMENSIONS = 3


def check_drawable(model: Any, dim: int, color: str, *, ricci: bool = False) -> None:
    """Raise `InvalidInput` for a picture that cannot be, before anything is computed."""
    if not 1 <= dim <= _MOST_DIMENSIONS:
        raise InvalidInput(f"a picture needs 1 to {_MOST_DIMENSIONS} dimensions, this model has {dim}", "svg")
    if color not in COLORINGS + DATA_COLORINGS:
        known = COLORINGS + DATA_COLORINGS
        raise InvalidInput(f"expected {', '.join(known[:-1])} or {known[-1]}, got {color!r}", "color")
    if color == "map" and not has_map(model):
        raise InvalidInput("this model has no affine maps to colour by; use volume", "color")
    if ricci and dim != 2:
        raise InvalidInput(f"edges are drawn in 2 dimensions, this model has {dim}", "--ricci")


def partition_svg(
    partition: Partition,
    *,
    color: str = "volume",
    title: str | None = None,
    study: Study | None = None,
    ricci: bool = False,
) -> str:
    """Return an SVG document (standard library only) that shows a partition in one to three dimensions.

    Contract: a picture; coordinates are rounded to a thousandth of a pixel, the volumes in the tooltips are
    exact.  `color` is ``volume`` (light for large) or ``map`` (one colour per affine map); with data in a
    `study` also ``density``, ``class``, ``curvature`` (the mean Ricci curvature of a cell's edges),
    ``defect`` or ``combinatorial``.  `ricci` draws the dual graph of a plane partition, coloured by Ricci
    curvature.  An unbounded partition is shown in a window that meets every cell, and says so.
    Raises `InvalidInput` for more than three dimensions, and for colours without what they show.
    """
    check_drawable(partition.model, partition.ambient_dimension, color, ricci=ricci)
    known = study or Study(partition)
    heading = [title or describe_title(partition), describe_counts(partition)]
    coloring = color_study(known, color) if color in DATA_COLORINGS else color_cells(partition, color)
    shown: Any = with_lattice(partition)
    notes: list[str] = []
    if not partition.is_bounded:
        shown, notes = through_window(shown, partition)
    if partition.dimension == 3 or partition.dimension < partition.ambient_dimension:
        return draw_wires(shown, heading, notes).render()
    if partition.dimension == 1:
        return draw_line(shown, coloring, heading, notes).render()
    return draw_plane(shown, coloring, heading, notes, _edges(known) if ricci else None).render()


def _edges(study: Study) -> Edges:
    """Return the dual graph with its colours and what the pointer shows on an edge."""
    colors, legend = color_edges(study)
    found = study.ricci.edges if study.ricci is not None else ()
    tips = {
        item.edge: f"edge {item.edge[0]}-{item.edge[1]}\nRicci {shown_value(item.curvature)}"
        for item in found
        if item.curvature is not None
    }
    return Edges(colors, tips, legend)  # type: ignore[arg-type]
