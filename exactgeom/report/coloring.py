"""Which colour each cell of a picture gets, and the legend that explains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from exactgeom.exact import UnboundedError
from exactgeom.report.canvas import Canvas
from exactgeom.report.describe import measure_name
from exactgeom.report.numbers import approximation, logarithm, short, ticks
from exactgeom.report.palette import NEUTRAL, class_colors, ramp

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["COLORINGS", "Coloring", "affine_text", "color_cells", "finite_volume"]

COLORINGS = ("volume", "map")
_LOG_RATIO = 30  # beyond this ratio of largest to smallest, equal steps of a linear scale hide the small ones
_LISTED_MAPS = 9
_ONLY = ramp(0.3)


@dataclass(frozen=True)
class Coloring:
    """A colour per cell id, and what is needed to draw the legend."""

    fills: Mapping[int, str]
    title: str
    marks: Sequence[tuple[float, str]] = ()
    swatches: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    shade: Callable[[float], str] = lambda position: ramp(1 - position)  # of the volumes: light is large

    def draw_legend(self, canvas: Canvas, x: float, y: float, height: float) -> float:
        """Draw the legend with its top left corner at (x, y) and return the y below it."""
        if self.marks:
            canvas.color_bar(x, y, height, self.title, self.marks, self.shade)
            y += height + 44
            if self.swatches:
                y = canvas.swatches(x, y - 12, "", self.swatches)
        else:
            y = canvas.swatches(x, y, self.title, self.swatches)
        canvas.notes(x, y, self.notes)
        return y + 17 * len(self.notes)


def finite_volume(cell: Any) -> Fraction | None:
    """Return the volume of a cell, or None where it is infinite."""
    try:
        volume: Fraction = cell.volume
    except UnboundedError:
        return None
    return volume


def color_cells(partition: Partition, by: str) -> Coloring:
    """Colour the cells by ``volume`` or by affine ``map``, one of `COLORINGS`.

    Cells whose map is not known (of a model without maps, or of unfinished work) stay grey.
    """
    return _by_map(partition) if by == "map" else _by_volume(partition)


def _by_volume(partition: Partition) -> Coloring:
    """Light for large, dark for small; a logarithmic scale when the sizes spread widely."""
    volumes = {int(cell.id): finite_volume(cell) for cell in partition.cells}
    finite = sorted(v for v in volumes.values() if v is not None)
    title = f"Cell {measure_name(partition.dimension)}"
    infinite = [(NEUTRAL, "infinite")] if None in volumes.values() else []
    if not finite or finite[0] == finite[-1]:
        entries = [(_ONLY, short(v)) for v in finite[:1]] + infinite
        return Coloring({i: NEUTRAL if v is None else _ONLY for i, v in volumes.items()}, title, (), entries)
    low, high = _visible_least(finite), finite[-1]
    if high > _LOG_RATIO * low:
        start, span = logarithm(low), logarithm(high) - logarithm(low)
        place = {v: (logarithm(v) - start) / span for v in finite}
        inner = [((p - start) / span, _power_text(p)) for p in _powers(start, span)]
    else:
        place = {v: float((v - low) / (high - low)) for v in finite}
        inner = [(float((t - low) / (high - low)), approximation(t)) for t in ticks(low, high, 5)]
    inner = [(at, text) for at, text in inner if 0.06 < at < 0.94]
    least, most, bottom = (short(v, width=8, digits=3) for v in (finite[0], high, low))
    cut = low > finite[0]
    marks = [(0.0, f"{bottom} and less" if cut else f"{least} (smallest)"), *inner]
    marks.append((1.0, f"{most} (largest)"))
    fills = {i: NEUTRAL if v is None else ramp(1 - place[v]) for i, v in volumes.items()}
    notes = (f"smallest {least}",) if cut else ()
    return Coloring(fills, title, marks, infinite, notes)


def _visible_least(finite: Sequence[Fraction]) -> Fraction:
    """Return the size below which cells fill less than half a percent: slivers must not use up the scale."""
    unseen = sum(finite) / 200
    for volume in finite:
        unseen -= volume
        if unseen < 0:
            return volume if volume < finite[-1] else finite[0]
    return finite[0]


def _powers(start: float, span: float) -> list[int]:
    """Return the powers of ten on a logarithmic scale, thinned out to at most eight."""
    powers = range(ceil(start), floor(start + span) + 1)
    step = max(1, -(-len(powers) // 8))
    return [p for p in powers if p % step == 0]


def _power_text(power: int) -> str:
    """Return a power of ten, with an exponent where zeros would have to be counted."""
    if -4 <= power <= 5:
        return approximation(Fraction(10) ** power)
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _by_map(partition: Partition) -> Coloring:
    """One colour per affine map, different across every facet where the map changes if nine suffice."""
    maps: list[Any] = [cell.affine_map for cell in partition.cells]
    index = {m: i for i, m in enumerate(dict.fromkeys(m for m in maps if m is not None))}
    label = [index.get(m) for m in maps]
    pairs = [tuple(map(int, facet.cell_ids)) for facet in partition.facets]
    sides = [(label[pair[0]], label[pair[1]]) for pair in pairs if len(pair) == 2]
    walls = {(a, b) for a, b in sides if a is not None and b is not None and a != b}
    colors = class_colors(range(len(index)), sorted(walls))
    fills = {i: NEUTRAL if k is None else colors[k] for i, k in enumerate(label)}
    count = f"{len(index):,} affine map{'s' if len(index) != 1 else ''}"
    unknown = [(NEUTRAL, "not known")] if None in label else []
    if len(index) <= _LISTED_MAPS:
        entries = [(colors[i], affine_text(m)) for m, i in index.items()]
        return Coloring(fills, count, swatches=[*entries, *unknown])
    clash = any(colors[a] == colors[b] for a, b in walls)
    notes = ("Colours repeat.",) if clash else ("Colours repeat, but never", "across a wall.")
    return Coloring(fills, count, swatches=unknown, notes=notes)


def affine_text(affine: Any, *, width: int = 24) -> str:
    """Return an affine map as one short line, rounded where needed.

    >>> affine_text((((Fraction(1), Fraction(-1, 2)),), (Fraction(3),)))
    'x₁ − 1/2 x₂ + 3'
    >>> affine_text((((Fraction(2),),), (Fraction(-1),)))
    '2 x − 1'
    >>> affine_text((((Fraction(0),), (Fraction(0),)), (Fraction(0), Fraction(1))))
    '(0, 1)'
    """
    rows, offsets = affine
    parts = [_row_text(row, b) for row, b in zip(rows, offsets, strict=True)]
    text = parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
    return text if len(text) <= width else text[: width - 1] + "…"


def _row_text(row: Sequence[Fraction], offset: Fraction) -> str:
    """Return one output as a sum."""
    names = [f"x{_subscript(j + 1)}" for j in range(len(row))] if len(row) > 1 else ["x"]
    terms = [(a, name) for a, name in zip(row, names, strict=True) if a]
    terms += [(offset, "")] if offset or not terms else []
    text = ""
    for value, name in terms:
        size = short(abs(value), width=5, digits=3).removeprefix("≈ ")
        body = name if name and size == "1" else f"{size} {name}".strip()
        sign = ("−" if value < 0 else "") if not text else (" − " if value < 0 else " + ")
        text += sign + body
    return text


def _subscript(index: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(index))
