"""Partitions of the line and of the plane as pictures: coloured cells, crisp walls, axes, a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.report.canvas import Canvas, Pixel
from exactgeom.report.coloring import Coloring, finite_volume
from exactgeom.report.frame import LEGEND_WIDTH, MARGIN, TOP, Frame, bounds
from exactgeom.report.numbers import approximation, fraction_digits, short
from exactgeom.report.palette import INK, MUTED, lightness

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["Edges", "cell_tip", "corner_cycle", "draw_plane"]

_SIZE = 640.0
_NARROWEST = 0.25  # of the longer side, before the picture is stretched
_TIP_DIGITS = 80
_TIP_SIGNS = 200
_NUMBERED_CELLS = 150


def draw_plane(
    shown: Partition,
    coloring: Coloring,
    heading: Sequence[str],
    notes: Sequence[str],
    edges: Edges | None = None,
) -> Canvas:
    """Draw a bounded two-dimensional partition: a polygon per cell, every wall once, then the dual graph."""
    frame, stretched = _frame(shown)
    width = frame.left + frame.width + LEGEND_WIDTH + 30
    canvas = Canvas(width, frame.top + frame.height + 76, heading[0])
    canvas.heading(frame.left, heading)
    pixels = [frame.pixel(point) for point in shown.vertices]
    cells = list(shown.cells)
    canvas.open("cells", shape_rendering="geometricPrecision")
    corners = {}
    for cell in cells:
        cycle = [pixels[i] for i in corner_cycle(cell)]
        corners[int(cell.id)] = cycle
        canvas.polygon(cycle, tip=cell_tip(cell), fill=coloring.fills[int(cell.id)], data_cell=int(cell.id))
    canvas.close()
    _draw_walls(canvas, shown, pixels, frame, cut_off=bool(notes))
    if edges is not None:
        _draw_edges(canvas, {i: _shape(cycle)[1:3] for i, cycle in corners.items()}, edges)
    elif len(cells) <= _NUMBERED_CELLS:
        _number_cells(canvas, corners, coloring)
    frame.draw_x_axis(canvas, "x₁")
    frame.draw_y_axis(canvas, "x₂")
    right = frame.left + frame.width + 34
    room = min(300.0, frame.height - 60)
    below = coloring.draw_legend(canvas, right, frame.top + 8, room if edges is None else 0.42 * room)
    if edges is not None:
        below = edges.legend.draw_legend(canvas, right, below + 26, 0.42 * room)
    canvas.notes(right, below + 12, [*notes, *(["The axes have different scales."] if stretched else [])])
    return canvas


def _frame(shown: Partition) -> tuple[Frame, bool]:
    """Return the frame, with equal scales unless the window is very long; tell whether it was stretched."""
    x, y = (bounds(point[k] for point in shown.vertices) for k in (0, 1))
    across, up = x[1] - x[0], y[1] - y[0]
    width = _SIZE * min(float(across / up), 1.0)
    height = _SIZE * min(float(up / across), 1.0)
    stretched = min(width, height) < _NARROWEST * _SIZE
    if stretched:
        width, height = max(width, 0.5 * _SIZE), max(height, 0.5 * _SIZE)
    return Frame(MARGIN, TOP, width, height, x, y), stretched


def corner_cycle(cell: Any) -> list[int]:
    """Return the vertex ids of a polygon in the order of its boundary.

    Exact: the edges are chained by their common ends, no coordinate is compared.
    """
    after: dict[int, list[int]] = {}
    for facet in cell.facets:
        first, second = map(int, facet.vertex_ids)
        after.setdefault(first, []).append(second)
        after.setdefault(second, []).append(first)
    start = min(after)
    cycle, previous, current = [start], start, after[start][0]
    while current != start:
        cycle.append(current)
        one, other = after[current]
        previous, current = current, other if one == previous else one
    return cycle


@dataclass(frozen=True)
class Edges:
    """The dual graph to be drawn over the cells: colour and text by pair of cells, and the legend."""

    colors: Mapping[tuple[int, int], str]
    tips: Mapping[tuple[int, int], str]
    legend: Coloring


def _draw_edges(canvas: Canvas, centres: Mapping[int, Pixel], edges: Edges) -> None:
    """Draw every edge from centre to centre, dark below so that pale colours show; the palest first."""
    pairs = sorted(edges.colors, key=lambda pair: -lightness(edges.colors[pair]))
    width = min(3.2, max(0.8, 60 / max(1, len(pairs)) ** 0.5))
    casing = [[centres[a], centres[b]] for a, b in pairs]
    canvas.segments("lines", casing, stroke=INK, stroke_width=width + 1.2, stroke_opacity=0.75)
    canvas.open("edges")
    for a, b in pairs:
        tip = edges.tips.get((a, b), "")
        place = {"data_edge": f"{a}-{b}", "stroke": edges.colors[a, b], "stroke_width": width}
        canvas.line(centres[a], centres[b], tip=tip, **place)
    canvas.close()
    for cell in sorted({cell for pair in pairs for cell in pair}):
        canvas.circle(centres[cell], 0.75 * width, fill=INK)


def _draw_walls(
    canvas: Canvas, shown: Partition, pixels: Sequence[Pixel], frame: Frame, *, cut_off: bool
) -> None:
    """Draw inner walls, thinner the smaller the cells, then the boundary: bold, or faint for a window's."""
    inner: list[list[Pixel]] = []
    border: list[list[Pixel]] = []
    for facet in shown.facets:
        ends = [pixels[int(i)] for i in facet.vertex_ids]
        (inner if len(facet.cell_ids) == 2 else border).append(ends)
    cell_size = (frame.width * frame.height / max(1, len(shown.cells))) ** 0.5
    canvas.segments("lines", inner, stroke=INK, stroke_width=min(1.1, max(0.12, cell_size / 45)))
    if cut_off:
        canvas.segments("border", border, stroke=MUTED, stroke_width=0.8, stroke_dasharray="2 4")
    else:
        canvas.segments("border", border, stroke=INK, stroke_width=1.7)


def _number_cells(canvas: Canvas, corners: dict[int, list[Pixel]], coloring: Coloring) -> None:
    """Write the id into every cell that has room for it."""
    for cell_id, cycle in corners.items():
        area, x, y, around = _shape(cycle)
        if around and 2 * area / around > 4.0 + 3.2 * len(str(cell_id)):
            dark = lightness(coloring.fills[cell_id]) < 0.62
            canvas.text(x, y + 3.7, str(cell_id), "id light" if dark else "id")


def _shape(cycle: Sequence[Pixel]) -> tuple[float, float, float, float]:
    """Return area, centre of mass and perimeter of a polygon in pixels."""
    ox, oy = cycle[0]
    area = sx = sy = around = 0.0
    for (ax, ay), (bx, by) in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        cross = (ax - ox) * (by - oy) - (bx - ox) * (ay - oy)
        area += cross / 2
        sx += cross * (ax + bx - 2 * ox) / 6
        sy += cross * (ay + by - 2 * oy) / 6
        around += ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    if not area:
        return 0.0, ox, oy, around
    return abs(area), ox + sx / area, oy + sy / area, around


def cell_tip(cell: Any) -> str:
    """Return what the pointer shows on a cell: id, exact volume if it can be read, signs."""
    signs = cell.signs or ""
    shown = signs if len(signs) <= _TIP_SIGNS else f"{signs[:_TIP_SIGNS]}… ({len(signs)} signs)"
    lines = [f"cell {int(cell.id)}", *_volume_lines(finite_volume(cell)), f"signs {shown}" if shown else ""]
    return "\n".join(filter(None, lines))


def _volume_lines(volume: Fraction | None) -> list[str]:
    """Return a volume exactly, with a decimal beside it; only its size when it fills more than a line."""
    if volume is None:
        return ["volume infinite"]
    exact, decimal = short(volume, width=_TIP_DIGITS), approximation(volume)
    if exact.startswith("≈"):
        top, bottom = fraction_digits(volume)
        return [f"volume ≈ {decimal}", f"exactly a fraction of about {top} over {bottom} digits"]
    sign = "=" if Fraction(decimal) == volume else "≈"
    return [f"volume {exact}" if exact == decimal else f"volume {exact} {sign} {decimal}"]
