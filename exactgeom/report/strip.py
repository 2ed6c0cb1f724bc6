"""A strip of pictures: the partition of the plane at some checkpoints of a training, and the cells' turnover.

Every panel shows the cells of one checkpoint, its decision boundary, and the data.  Below, the number of
cells as a line, and a bar per step: new cells upwards, lost ones downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from exactgeom.exact import InvalidInput
from exactgeom.report.canvas import Canvas, Pixel
from exactgeom.report.frame import Frame, bounds
from exactgeom.report.palette import CLASS_COLORS, INK, MUTED, PALE, ramp
from exactgeom.report.planar import corner_cycle

if TYPE_CHECKING:
    from exactgeom.dynamics import Snapshot, Trajectory

__all__ = ["trajectory_strip"]

COLORS = ("class", "age")
_PANEL, _GAP, _MARGIN, _TOP = 232.0, 22.0, 40.0, 96.0
_CAPTION, _LEGEND = 40.0, 34.0
_LINE, _BARS = 56.0, 84.0  # heights of the two lanes of the chart
_MOST_POINTS = 2000


def trajectory_strip(
    path: Trajectory,
    *,
    panels: int | Sequence[int] = 6,
    columns: int = 6,
    color: str = "class",
    title: str = "A partition during training",
) -> str:
    """Return an SVG document with the partition of the plane at some checkpoints, side by side.

    `panels`: how many checkpoints, evenly chosen from first to last, or their numbers.  `color`: ``"class"``
    (of the model; the decision boundary is bold) or ``"age"`` (dark: the pattern is new at this checkpoint).
    Contract: a picture; coordinates are rounded to a thousandth of a pixel.
    Errors: InvalidInput for another dimension than 2, no checkpoint, or numbers that are none.
    """
    shown = _chosen(path, panels, columns, color)
    if path.snapshots[0].classes is None:
        color = "age"
    per_row = min(columns, len(shown))
    rows = -(-len(shown) // per_row)
    frame = _frame(path)
    step_x, step_y = frame.width + _GAP, frame.height + _CAPTION
    width = max(2 * _MARGIN + per_row * step_x - _GAP, 560.0)
    chart_top = _TOP + rows * step_y + _LEGEND
    canvas = Canvas(width, chart_top + _LINE + _BARS + 62, title)
    canvas.heading(_MARGIN, [title, _subtitle(path)])
    ages = _ages(path) if color == "age" else {}
    for number, index in enumerate(shown):
        x, y = _MARGIN + number % per_row * step_x, _TOP + number // per_row * step_y
        at = Frame(x, y, frame.width, frame.height, frame.x, frame.y)
        _draw_panel(canvas, at, path, index, ages.get(index))
    _draw_legend(canvas, path, color, chart_top - _LEGEND)
    _draw_chart(canvas, path, shown, (_MARGIN, chart_top, width - 2 * _MARGIN))
    return canvas.render()


def _chosen(path: Trajectory, panels: int | Sequence[int], columns: int, color: str) -> list[int]:
    if not path.snapshots:
        raise InvalidInput("expected at least one checkpoint", "path")
    if path.domain.ambient_dim != 2:
        raise InvalidInput(f"a strip needs 2 dimensions, got {path.domain.ambient_dim}", "path")
    if color not in COLORS:
        raise InvalidInput(f"expected {' or '.join(COLORS)}, got {color!r}", "color")
    if type(columns) is not int or columns < 1:
        raise InvalidInput(f"expected a whole number of at least 1, got {columns!r}", "columns")
    last = len(path) - 1
    if isinstance(panels, int):
        if panels < 1 or isinstance(panels, bool):
            raise InvalidInput(f"expected at least 1 panel, got {panels!r}", "panels")
        count = min(panels, last + 1)
        return sorted({round(i * last / max(count - 1, 1)) for i in range(count)})
    for i, index in enumerate(panels):
        if type(index) is not int or not 0 <= index <= last:
            raise InvalidInput(f"expected a number from 0 to {last}, got {index!r}", f"panels[{i}]")
    if not panels:
        raise InvalidInput("expected at least 1 panel, got none", "panels")
    return list(panels)


def _frame(path: Trajectory) -> Frame:
    x, y = (bounds(point[k] for point in path.domain.vertices) for k in (0, 1))
    ratio = min(max(float((y[1] - y[0]) / (x[1] - x[0])), 0.4), 1.6)
    return Frame(0.0, 0.0, _PANEL, _PANEL * ratio, x, y)


def _subtitle(path: Trajectory) -> str:
    cells = [snapshot.cell_count for snapshot in path]
    born, died = (sum(len(part) for part in parts) for parts in _turnover(path))
    return f"{len(cells)} checkpoints, {cells[0]:,} to {cells[-1]:,} cells; {born:,} born, {died:,} died"


def _turnover(path: Trajectory) -> tuple[list[Any], list[Any]]:
    return [step.born for step in path.steps], [step.died for step in path.steps]


def _ages(path: Trajectory) -> dict[int, dict[str, int]]:
    """For every checkpoint, for how many checkpoints each of its patterns has had a cell."""
    found: dict[int, dict[str, int]] = {}
    before: dict[str, int] = {}
    for i, snapshot in enumerate(path):
        before = found[i] = {signs: before.get(signs, -1) + 1 for signs in snapshot.signs}
    return found


# -- a panel -----------------------------------------------------------------------------------------------


def _draw_panel(
    canvas: Canvas, frame: Frame, path: Trajectory, index: int, ages: dict[str, int] | None
) -> None:
    """Cells, walls, decision boundary, data, caption."""
    snapshot = path.snapshots[index]
    partition = snapshot.partition
    pixels = [frame.pixel(point) for point in partition.vertices]
    canvas.open("cells", shape_rendering="geometricPrecision")
    if ages is not None:
        for cell in partition.cells:
            tip = f"signs {cell.signs}\n{ages[cell.signs]} checkpoints old"
            shade = 0.62 / (1 + 0.35 * ages[cell.signs])
            canvas.polygon([pixels[i] for i in corner_cycle(cell)], tip=tip, fill=ramp(shade))
        canvas.close()
        boundary = None
    else:
        boundary = partition.decision_boundary()
        _draw_classes(canvas, frame, boundary)
        canvas.close()
    size = (frame.width * frame.height / max(1, snapshot.cell_count)) ** 0.5
    inner: list[list[Pixel]] = []
    border: list[list[Pixel]] = []
    for facet in partition.facets:
        (inner if facet.is_interior else border).append([pixels[i] for i in facet.vertex_ids])
    canvas.segments("lines", inner, stroke=INK, stroke_width=min(0.8, max(0.1, size / 30)))
    if boundary is not None:
        places = boundary.partition.vertices
        bold = [[frame.pixel(places[i]) for i in facet.vertex_ids] for facet in boundary.facets]
        canvas.segments("lines", bold, stroke=INK, stroke_width=2.2)
    _draw_data(canvas, frame, path, snapshot)
    canvas.segments("border", border, stroke=INK, stroke_width=1.2)
    base = frame.top + frame.height
    canvas.text(frame.left, base + 17, str(snapshot.label), "legend")
    right = frame.left + frame.width
    canvas.text(right, base + 17, _caption(snapshot), "label", text_anchor="end")


def _draw_classes(canvas: Canvas, frame: Frame, boundary: Any) -> None:
    """The cells, cut where the class changes, in the colours of the classes."""
    refined = boundary.partition
    pixels = [frame.pixel(point) for point in refined.vertices]
    for region in boundary.regions:
        for cell in region.cells:
            tip = f"class {region.label}\nsigns {cell.signs}"
            corners = [pixels[i] for i in corner_cycle(cell)]
            canvas.polygon(corners, tip=tip, fill=_class_color(region.label), fill_opacity=0.55)


def _draw_data(canvas: Canvas, frame: Frame, path: Trajectory, snapshot: Snapshot) -> None:
    """The data inside of the domain, in the colours of their labels."""
    data = snapshot.data
    if data is None or path.points is None:
        return
    names = _label_numbers(data.labels)
    inside = [i for i, own in enumerate(data.cells) if own][:_MOST_POINTS]
    radius = 2.2 if len(inside) <= 300 else 1.5
    canvas.open("data")
    for i in inside:
        fill = INK if data.labels is None else _class_color(names[data.labels[i]])
        x, y = path.points.row(i)
        canvas.circle(frame.pixel((x, y)), radius, fill=fill, stroke=INK, stroke_width=0.5)
    canvas.close()


def _label_numbers(labels: Any) -> dict[Any, int]:
    """The class each label stands for: whole numbers stand for themselves, others are counted."""
    numbers: dict[Any, int] = {}
    for label in labels or ():
        text = str(label)
        numbers.setdefault(label, int(text) if text.isdecimal() else len(numbers))
    return numbers


def _class_color(number: int) -> str:
    return CLASS_COLORS[number % len(CLASS_COLORS)]


def _caption(snapshot: Snapshot) -> str:
    accuracy = None if snapshot.data is None else snapshot.data.accuracy
    right = "" if accuracy is None else f", {float(100 * accuracy):.4g} % right"
    return f"{snapshot.cell_count:,} cells{right}"


# -- below the panels --------------------------------------------------------------------------------------


def _draw_legend(canvas: Canvas, path: Trajectory, color: str, y: float) -> None:
    if color == "age":
        entries = [(ramp(0.62), "new pattern"), (ramp(0.05), "old pattern")]
    else:
        classes = sorted({k for s in path if s.classes is not None for k, _ in s.classes.volumes})
        entries = [(_class_color(k), f"class {k}") for k in classes[: len(CLASS_COLORS)]]
    x = _MARGIN
    for fill, text in entries:
        canvas.rect(x, y - 8, 14, 12, fill=fill, fill_opacity=0.8, stroke=PALE, stroke_width=0.6, rx=2)
        canvas.text(x + 20, y + 2, text, "label")
        x += 40 + 7 * len(text)


def _draw_chart(
    canvas: Canvas, path: Trajectory, shown: list[int], place: tuple[float, float, float]
) -> None:
    """The number of cells as a line; below, bars for cells born and died at every step; the panels marked."""
    left, top, width = place
    slot = width / len(path)
    centres = [left + (i + 0.5) * slot for i in range(len(path))]
    cells = [snapshot.cell_count for snapshot in path]
    _draw_line(canvas, cells, centres, top, shown)
    most = _draw_bars(canvas, path, centres, slot, top + _LINE)
    base = top + _LINE + _BARS
    for i in shown:
        canvas.text(centres[i], base + 16, str(path.labels[i]), "label", text_anchor="middle")
    line = f"Line: number of cells, {min(cells):,} to {max(cells):,}; dots: the panels."
    bars = f"Bars: cells born (up) and died (down) at every step, at most {most:,}; heights as square roots."
    canvas.notes(left, base + 40, [f"{line} {bars}"])


def _draw_bars(canvas: Canvas, path: Trajectory, centres: list[float], slot: float, top: float) -> int:
    born, died = (list(map(len, parts)) for parts in _turnover(path))
    most = max([*born, *died], default=0)
    middle, half = top + _BARS / 2, _BARS / 2 - 4
    canvas.open("turnover")
    for i, (new, lost) in enumerate(zip(born, died, strict=True)):
        x, wide = (centres[i] + centres[i + 1]) / 2 - 0.36 * slot, 0.72 * slot
        up, down = (half * (count / most) ** 0.5 if most else 0.0 for count in (new, lost))
        names = f"{path.labels[i]} to {path.labels[i + 1]}"
        canvas.rect(x, middle - up, wide, up, tip=f"{names}: {new} born", fill=CLASS_COLORS[4])
        canvas.rect(x, middle, wide, down, tip=f"{names}: {lost} died", fill=PALE)
    canvas.close()
    ends = [(centres[0], middle), (centres[-1], middle)]
    canvas.segments("axis", [ends], stroke=MUTED, stroke_width=0.8, fill="none")
    return most


def _draw_line(canvas: Canvas, cells: list[int], centres: list[float], top: float, shown: list[int]) -> None:
    low, span = min(cells), max(max(cells) - min(cells), 1)
    points = [
        (x, top + 4 + (_LINE - 12) * (1 - (n - low) / span)) for x, n in zip(centres, cells, strict=True)
    ]
    canvas.segments("lines", [points], stroke=INK, stroke_width=1.4, fill="none")
    for i in shown:
        canvas.circle(points[i], 2.6, fill=INK)
