"""Partitions of an interval: the cells as a band, and above it the model's outputs as broken lines."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.report.canvas import Canvas
from exactgeom.report.coloring import Coloring
from exactgeom.report.frame import LEGEND_WIDTH, MARGIN, TOP, Frame, bounds
from exactgeom.report.palette import INK, PALE, lightness
from exactgeom.report.planar import cell_tip

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["draw_line"]

_WIDTH, _GRAPH, _GAP = 720.0, 300.0, 26.0
_BAND, _TALL_BAND = 62.0, 210.0
_OUTPUT_COLORS = ("#2c558f", "#c4501b", "#157a5c", "#8c3a8c", "#7a6a00", "#4a4a4a")


def draw_line(shown: Partition, coloring: Coloring, heading: Sequence[str], notes: Sequence[str]) -> Canvas:
    """Draw a bounded one-dimensional partition: a rectangle per cell, and the outputs if there are any."""
    x = bounds(point[0] for point in shown.vertices)
    curves = _outputs(shown)
    graph = _GRAPH if curves else 0.0
    top, height = (TOP + graph + _GAP, _BAND) if curves else (TOP, _TALL_BAND)
    band = Frame(MARGIN, top, _WIDTH, height, x, (Fraction(0), Fraction(1)))
    bottom = max(top + height + 76, TOP + 300)
    canvas = Canvas(band.left + _WIDTH + LEGEND_WIDTH + 30, bottom, heading[0])
    canvas.heading(band.left, heading)
    _draw_band(canvas, shown, coloring, band)
    band.draw_x_axis(canvas, "x")
    right = band.left + _WIDTH + 34
    y = coloring.draw_legend(canvas, right, TOP + 8, 210.0)
    if curves:
        _draw_graph(canvas, curves, Frame(MARGIN, TOP, _WIDTH, graph, x, _heights(curves)), band)
        names = [(_OUTPUT_COLORS[k], f"output {k + 1}") for k in range(len(curves))]
        y = canvas.swatches(right, y + 16, "Outputs", names if len(curves) > 1 else [(names[0][0], "f(x)")])
    canvas.notes(right, y + 12, notes)
    return canvas


def _ends(cell: Any) -> tuple[Fraction, Fraction]:
    """Return the ends of an interval."""
    values = [point[0] for point in cell.vertices]
    return min(values), max(values)


def _outputs(shown: Partition) -> list[list[tuple[Fraction, Fraction, Fraction, Fraction]]]:
    """Return per output the pieces (left end, value there, right end, value there); at most six outputs."""
    cells = sorted(shown.cells, key=_ends)
    maps = [cell.affine_map for cell in cells]
    known = [affine for affine in maps if affine is not None]
    if not known or len(known) < len(maps):
        return []
    count = len(known[0][1])
    if count > len(_OUTPUT_COLORS):
        return []
    curves: list[list[tuple[Fraction, Fraction, Fraction, Fraction]]] = [[] for _ in range(count)]
    for (rows, offsets), (low, high) in zip(known, map(_ends, cells), strict=True):
        for curve, row, offset in zip(curves, rows, offsets, strict=True):
            curve.append((low, row[0] * low + offset, high, row[0] * high + offset))
    return curves


def _heights(curves: Sequence[Sequence[tuple[Fraction, ...]]]) -> tuple[Fraction, Fraction]:
    """Return the range of values with a little air."""
    low, high = bounds(y for curve in curves for piece in curve for y in (piece[1], piece[3]))
    return low - (high - low) / 20, high + (high - low) / 20


def _draw_band(canvas: Canvas, shown: Partition, coloring: Coloring, band: Frame) -> None:
    """Draw the cells, the walls between them, and ids where there is room."""
    canvas.open("cells")
    for cell in shown.cells:
        low, high = map(band.across, _ends(cell))
        fill = coloring.fills[int(cell.id)]
        canvas.rect(
            low, band.top, high - low, band.height, tip=cell_tip(cell), fill=fill, data_cell=int(cell.id)
        )
    canvas.close()
    columns = [band.across(point[0]) for point in shown.vertices]
    width = min(1.1, max(0.15, _WIDTH / (30 * max(1, len(columns)))))
    canvas.segments(
        "lines",
        [[(at, band.top), (at, band.top + band.height)] for at in columns],
        stroke=INK,
        stroke_width=width,
    )
    canvas.rect(band.left, band.top, _WIDTH, band.height, fill="none", stroke=INK, stroke_width=1.5)
    for cell in shown.cells:
        low, high = map(band.across, _ends(cell))
        if high - low > 10 + 6 * len(str(int(cell.id))):
            dark = lightness(coloring.fills[int(cell.id)]) < 0.62
            css = "id light" if dark else "id"
            canvas.text((low + high) / 2, band.top + band.height / 2 + 3.7, str(int(cell.id)), css)


def _draw_graph(
    canvas: Canvas, curves: Sequence[Sequence[tuple[Fraction, ...]]], graph: Frame, band: Frame
) -> None:
    """Draw the broken lines, with faint verticals down to the walls of the band."""
    kinks = sorted({graph.across(piece[0]) for piece in curves[0][1:]})
    rules = [[(at, graph.top), (at, band.top)] for at in kinks]
    canvas.segments("axis", rules, stroke=PALE, stroke_width=min(0.8, 40 / max(1, len(kinks))))
    graph.draw_y_axis(canvas, "f(x)")
    for color, curve in zip(_OUTPUT_COLORS, curves, strict=False):
        path = [graph.pixel(curve[0][:2])]
        for piece in curve:
            path += [graph.pixel(piece[:2]), graph.pixel(piece[2:])]
        canvas.segments("lines output", [path], stroke=color, stroke_width=1.8)
