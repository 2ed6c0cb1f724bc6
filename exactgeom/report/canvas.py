"""A sheet of SVG: shapes, text and legends as strings, with the standard library only.

Coordinates are pixels, y downwards; shapes are written to a thousandth, so that they bear enlarging.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from exactgeom.report.palette import INK, MUTED, PALE

__all__ = ["Canvas", "number"]

Pixel = tuple[float, float]
_MINUS = re.compile(r"(?<!\w)-(?=\d)")

_FONTS = '"Inter", "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif'
# Every rule is bound to pictures: inside a page they must not style the page.
_STYLE = "\n".join(
    f"svg.picture {rule}"
    for rule in (
        f"text {{ font-family: {_FONTS}; fill: {INK}; }}",
        ".title { font-size: 19px; font-weight: 600; }",
        f".subtitle {{ font-size: 13px; fill: {MUTED}; }}",
        f".label {{ font-size: 12px; fill: {MUTED}; }}",
        ".legend { font-size: 12.5px; font-weight: 600; }",
        f".id {{ font-size: 10.5px; fill: {INK}; fill-opacity: .75; text-anchor: middle; }}",
        ".light { fill: #fff; fill-opacity: .9; }",
        ".cells :hover { fill-opacity: .72; }",
        ":is(.lines, .border, .axis, .edges) { fill: none; stroke-linecap: round; stroke-linejoin: round; }",
        ":is(.lines, .border, .axis, .id) { pointer-events: none; }",
    )
)


def number(value: float) -> str:
    """Return a coordinate with at most three decimals.

    >>> number(12.0), number(-0.0001), number(3.14159)
    ('12', '0', '3.142')
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Canvas:
    """An SVG document under construction: elements are added in painting order, `render` gives the text."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height, self.title = width, height, title
        self._parts: list[str] = []

    def render(self) -> str:
        """Return the whole document."""
        size = f'width="{number(self.width)}" height="{number(self.height)}"'
        box = f'viewBox="0 0 {number(self.width)} {number(self.height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" {size} {box} role="img">'
        name = f"<title>{escape(self.title)}</title>"
        paper = f'<rect class="paper" {size} fill="#ffffff"/>'
        return "\n".join([head, name, f"<style>\n{_STYLE}\n</style>", paper, *self._parts, "</svg>", ""])

    def open(self, css: str, **attributes: object) -> None:
        """Begin a group; attribute names use ``_`` for ``-``."""
        self._parts.append(f"<g class={quoteattr(css)}{_attributes(attributes)}>")

    def close(self) -> None:
        """End the innermost group."""
        self._parts.append("</g>")

    def polygon(self, corners: Iterable[Pixel], *, tip: str = "", **attributes: object) -> None:
        """Add a closed polygon; `tip` is shown when the pointer rests on it."""
        points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
        self._parts.append(f'<polygon points="{points}"{_attributes(attributes)}{_tip("polygon", tip)}')

    def rect(self, x: float, y: float, w: float, h: float, *, tip: str = "", **attributes: object) -> None:
        """Add a rectangle."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}"'
        self._parts.append(f"<rect {place}{_attributes(attributes)}{_tip('rect', tip)}")

    def circle(self, centre: Pixel, r: float, *, tip: str = "", **attributes: object) -> None:
        """Add a disc."""
        place = f'cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(r)}"'
        self._parts.append(f"<circle {place}{_attributes(attributes)}{_tip('circle', tip)}")

    def segments(self, css: str, segments: Iterable[Sequence[Pixel]], **attributes: object) -> None:
        """Add many polylines as one path."""
        path = "".join("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) for points in segments)
        if path:
            self._parts.append(f'<path class={quoteattr(css)} d="{path}"{_attributes(attributes)}/>')

    def line(self, a: Pixel, b: Pixel, *, tip: str = "", **attributes: object) -> None:
        """Add one line; `tip` is shown when the pointer rests on it."""
        (x1, y1), (x2, y2) = a, b
        place = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self._parts.append(f"<line {place}{_attributes(attributes)}{_tip('line', tip)}")

    def text(self, x: float, y: float, content: str, css: str, **attributes: object) -> None:
        """Add one line of text, its baseline at y."""
        place = f'x="{number(x)}" y="{number(y)}" class={quoteattr(css)}'
        self._parts.append(f"<text {place}{_attributes(attributes)}>{escape(content)}</text>")

    def heading(self, x: float, lines: Sequence[str]) -> None:
        """Add the title and the lines under it."""
        for i, line in enumerate(lines):
            self.text(x, 34 + 21 * i, _MINUS.sub("−", line), "title" if i == 0 else "subtitle")

    def color_bar(
        self,
        x: float,
        y: float,
        height: float,
        title: str,
        marks: Sequence[tuple[float, str]],
        shade: Callable[[float], str],
    ) -> None:
        """Add the legend of a scale: `marks` are (height from 0 to 1, text), `shade` its colours."""
        self.text(x, y, title, "legend")
        top, steps = y + 16, 64
        self.open("colorbar")
        for i in range(steps):
            share = height / steps
            # Half a pixel of overlap keeps viewers from showing hairlines between the strips.
            self.rect(x, top + i * share, 16, share + 0.5, fill=shade(1 - (i + 0.5) / steps))
        self.close()
        self.rect(x, top, 16, height + 0.5, fill="none", stroke=MUTED, stroke_width=0.6)
        for position, label in marks:
            level = top + (1 - position) * height
            self.segments("axis", [[(x + 16, level), (x + 21, level)]], stroke=MUTED, stroke_width=0.8)
            self.text(x + 26, level + 4, label, "label")

    def swatches(self, x: float, y: float, title: str, entries: Sequence[tuple[str, str]]) -> float:
        """Add a legend of (colour, text) and return the y below it."""
        self.text(x, y, title, "legend")
        for i, (color, label) in enumerate(entries):
            top = y + 14 + 22 * i
            self.rect(x, top, 16, 14, fill=color, stroke=PALE, stroke_width=0.6, rx=2)
            self.text(x + 24, top + 11.5, label, "label")
        return y + 14 + 22 * len(entries) + 14

    def notes(self, x: float, y: float, lines: Sequence[str]) -> None:
        """Add small lines of explanation."""
        for i, line in enumerate(lines):
            self.text(x, y + 17 * i, _MINUS.sub("−", line), "label")


def _attributes(attributes: dict[str, object]) -> str:
    pairs = ((key.replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    return "".join(f" {key}={quoteattr(number(v) if isinstance(v, float) else str(v))}" for key, v in pairs)


def _tip(tag: str, tip: str) -> str:
    return f"><title>{escape(tip)}</title></{tag}>" if tip else "/>"
