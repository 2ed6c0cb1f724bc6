"""Where a picture's points go on the sheet: exact coordinates in, pixels out, with axes beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactgeom.report.canvas import Canvas, Pixel
from exactgeom.report.numbers import approximation, ticks
from exactgeom.report.palette import INK

__all__ = ["LEGEND_WIDTH", "MARGIN", "TOP", "Frame", "bounds"]

MARGIN = 70.0
TOP = 92.0
LEGEND_WIDTH = 230.0
_AXIS_GAP = 12.0
_TICK_ROOM = 60.0
_MINUS = str.maketrans("-", "−")

Bounds = tuple[Fraction, Fraction]


def bounds(values: Iterable[Fraction]) -> Bounds:
    """Return the least and the greatest value, spread apart when they are equal."""
    listed = list(values)
    low, high = min(listed), max(listed)
    return (low, high) if low < high else (low - 1, high + 1)


@dataclass(frozen=True)
class Frame:
    """A rectangle of the sheet with an exact linear scale on either side.

    Subtraction and division happen on rationals, so a far-away or tiny window keeps all its digits.
    """

    left: float
    top: float
    width: float
    height: float
    x: Bounds
    y: Bounds

    def across(self, value: Fraction) -> float:
        """Return the pixel column of an x coordinate."""
        return self.left + self.width * float((value - self.x[0]) / (self.x[1] - self.x[0]))

    def down(self, value: Fraction) -> float:
        """Return the pixel row of a y coordinate."""
        return self.top + self.height * float((self.y[1] - value) / (self.y[1] - self.y[0]))

    def pixel(self, point: Sequence[Fraction]) -> Pixel:
        """Return the pixel of a point in the plane."""
        return self.across(point[0]), self.down(point[1])

    def draw_x_axis(self, canvas: Canvas, name: str) -> None:
        """Draw ticks and numbers below the frame, a little apart from it."""
        base = self.top + self.height + _AXIS_GAP
        marks = [(self.across(t), t) for t in ticks(*self.x, max(2, int(self.width / _TICK_ROOM)))]
        lines = [[(self.left, base), (self.left + self.width, base)]]
        lines += [[(at, base), (at, base + 5)] for at, _ in marks]
        canvas.segments("axis", lines, stroke=INK, stroke_width=0.9)
        for at, tick in marks:
            canvas.text(at, base + 19, _tick_text(tick), "label", text_anchor="middle")
        canvas.text(self.left + self.width / 2, base + 40, name, "label", text_anchor="middle")

    def draw_y_axis(self, canvas: Canvas, name: str) -> None:
        """Draw ticks and numbers left of the frame, a little apart from it."""
        base = self.left - _AXIS_GAP
        marks = [(self.down(t), t) for t in ticks(*self.y, max(2, int(self.height / _TICK_ROOM)))]
        lines = [[(base, self.top), (base, self.top + self.height)]]
        lines += [[(base, at), (base - 5, at)] for at, _ in marks]
        canvas.segments("axis", lines, stroke=INK, stroke_width=0.9)
        for at, tick in marks:
            canvas.text(base - 9, at + 4, _tick_text(tick), "label", text_anchor="end")
        canvas.text(base, self.top - 12, name, "label", text_anchor="middle")


def _tick_text(value: Fraction) -> str:
    return approximation(value, 9).translate(_MINUS)
