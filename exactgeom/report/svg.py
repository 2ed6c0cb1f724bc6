"""A partition as an SVG picture: bands in one dimension, coloured cells in two, wires in three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exactgeom.exact import InvalidInput
from exactgeom.report.coloring import COLORINGS, color_cells
from exactgeom.report.describe import describe_counts, describe_title, has_map
from exactgeom.report.interval import draw_line
from exactgeom.report.planar import draw_plane
from exactgeom.report.window import through_window, with_lattice
from exactgeom.report.wireframe import draw_wires

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["check_drawable", "partition_svg"]

_MOST_DIMENSIONS = 3


def check_drawable(model: Any, dim: int, color: str) -> None:
    """Raise `InvalidInput` for a picture that cannot be, before anything is computed."""
    if not 1 <= dim <= _MOST_DIMENSIONS:
        raise InvalidInput(f"a picture needs 1 to {_MOST_DIMENSIONS} dimensions, this model has {dim}", "svg")
    if color not in COLORINGS:
        raise InvalidInput(f"expected {' or '.join(COLORINGS)}, got {color!r}", "color")
    if color == "map" and not has_map(model):
        raise InvalidInput("this model has no affine maps to colour by; use volume", "color")


def partition_svg(partition: Partition, *, color: str = "volume", title: str | None = None) -> str:
    """Return an SVG document (standard library only) that shows a partition in one to three dimensions.

    Contract: a picture; coordinates are rounded to a thousandth of a pixel, the volumes in the tooltips are
    exact.  `color` is ``volume`` (light for large) or ``map`` (one colour per affine map).  An unbounded
    partition is shown in a window that meets every cell, and says so.
    Raises `InvalidInput` for more than three dimensions and for ``map`` without affine maps.
    """
    check_drawable(partition.model, partition.ambient_dimension, color)
    heading = [title or describe_title(partition), describe_counts(partition)]
    partition = with_lattice(partition)
    shown: Any = partition
    notes: list[str] = []
    if not partition.is_bounded:
        shown, notes = through_window(partition)
    if partition.dimension == 3 or partition.dimension < partition.ambient_dimension:
        return draw_wires(shown, heading, notes).render()
    draw = draw_plane if partition.dimension == 2 else draw_line
    return draw(shown, color_cells(partition, color), heading, notes).render()
