"""Solid partitions, and flat ones in space, as wires seen from a corner: near edges dark, far ones faint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any

from exactgeom.report.canvas import Canvas, Pixel
from exactgeom.report.frame import LEGEND_WIDTH, MARGIN, TOP, bounds
from exactgeom.report.numbers import approximation
from exactgeom.report.palette import INK, MUTED

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["Camera", "draw_wires", "edge_kinds"]

_SIZE = 640.0
_TURN, _TILT = radians(-34), radians(24)
_DISTANCE = 7.0
_LEVELS = 24
_INSIDE = ("#c3d5e6", "#1f4e8c")
_SURFACE = ("#ead2c2", "#b3541e")
_FRAME = ("#a9b1b8", INK)
_KINDS = ("inside", "on the boundary", "edge of the {}")
_COLORS = dict(zip(_KINDS, (_INSIDE, _SURFACE, _FRAME), strict=True))
_WEIGHTS = dict(zip(_KINDS, (1.0, 1.15, 1.9), strict=True))


class Camera:
    """A fixed viewpoint on a set of points: turned, tilted, with mild perspective.

    `place(point)` gives the pixel and the depth, from 0 (far) to 1 (near).
    """

    def __init__(self, points: Sequence[Sequence[Fraction]]) -> None:
        dim = len(points[0])
        ranges = [bounds(point[k] for point in points) for k in range(dim)]
        self.ranges = ranges
        self._middle = [(low + high) / 2 for low, high in ranges]
        self._half = max((high - low) / 2 for low, high in ranges)
        raw = [self._view(point) for point in points]
        self._x, self._y, self._depth = (_span(values) for values in zip(*raw, strict=True))
        self.scale = _SIZE / max(self._x[1] - self._x[0], self._y[1] - self._y[0], 1e-9)
        self.width = self.scale * (self._x[1] - self._x[0])
        self.height = self.scale * (self._y[1] - self._y[0])

    def _view(self, point: Sequence[Fraction]) -> tuple[float, float, float]:
        """Return right, up and nearness; exact until the window is scaled to the unit cube."""
        unit = [float((p - m) / self._half) for p, m in zip(point, self._middle, strict=True)]
        x, y, z = [*unit, 0.0, 0.0][:3]
        across = x * cos(_TURN) - y * sin(_TURN)
        away = x * sin(_TURN) + y * cos(_TURN)
        up = z * cos(_TILT) + away * sin(_TILT)
        near = z * sin(_TILT) - away * cos(_TILT)
        zoom = _DISTANCE / (_DISTANCE - near)
        return across * zoom, up * zoom, near

    def place(self, point: Sequence[Fraction]) -> tuple[Pixel, float]:
        """Return the pixel of a point and its depth."""
        across, up, near = self._view(point)
        x = MARGIN + self.scale * (across - self._x[0])
        y = TOP + self.scale * (self._y[1] - up)
        span = self._depth[1] - self._depth[0]
        return (x, y), ((near - self._depth[0]) / span if span else 1.0)


def _span(values: Iterable[float]) -> tuple[float, float]:
    listed = list(values)
    return min(listed), max(listed)


def edge_kinds(shown: Partition) -> dict[tuple[int, int], str]:
    """Return every edge, as its vertex ids, with where it lies: inside, on the boundary, or an edge of D.

    Exact: an edge of the domain lies in two boundary facets whose area vectors are not parallel.
    """
    if shown.dimension != 3:
        faces: Any = {2: shown.facets, 1: shown.cells}.get(shown.dimension, ())
        return {_pair(face): _KINDS[2 if len(getattr(face, "cell_ids", ())) < 2 else 0] for face in faces}
    walls: dict[int, list[int]] = {}
    normals: dict[int, Any] = {}
    for facet in shown.facets:
        if len(facet.cell_ids) == 1:
            normals[int(facet.id)] = facet.area_vector
            for vertex in facet.vertex_ids:
                walls.setdefault(int(vertex), []).append(int(facet.id))
    kinds = {}
    for ridge in shown.ridges:
        first, second = _pair(ridge)
        around = set(walls.get(first, ())) & set(walls.get(second, ()))
        bent = any(_cross(normals[a], normals[b]) for a, b in combinations(sorted(around), 2))
        kinds[first, second] = _KINDS[(2 if bent else 1) if around else 0]
    return kinds


def _pair(face: Any) -> tuple[int, int]:
    first, second = sorted(map(int, face.vertex_ids))
    return first, second


def _cross(a: Sequence[Fraction], b: Sequence[Fraction]) -> bool:
    """Tell whether two vectors in space are not parallel."""
    return any(a[i] * b[j] != a[j] * b[i] for i, j in ((0, 1), (0, 2), (1, 2)))


def draw_wires(shown: Partition, heading: Sequence[str], notes: Sequence[str]) -> Canvas:
    """Draw the edges of a bounded partition in at most three dimensions, far to near."""
    camera = Camera(shown.vertices)
    height = TOP + max(camera.height, 330.0) + 70
    canvas = Canvas(MARGIN + max(camera.width, 420.0) + LEGEND_WIDTH + 40, height, heading[0])
    canvas.heading(MARGIN, heading)
    places = [camera.place(point) for point in shown.vertices]
    kinds = edge_kinds(shown)
    for kind, weight in _WEIGHTS.items():
        _draw_kind(canvas, [pair for pair, k in kinds.items() if k == kind], places, kind, weight)
    if len(places) <= 12:
        for pixel, _ in places:
            canvas.circle(pixel, 3.0, fill=INK)
    right = MARGIN + max(camera.width, 420.0) + 44
    y = _draw_legend(canvas, right, TOP + 8, set(kinds.values()), "window" if notes else "domain")
    y = _draw_triad(canvas, camera, right, y + 10)
    canvas.notes(right, y + 14, notes)
    return canvas


def _draw_kind(
    canvas: Canvas,
    pairs: Sequence[tuple[int, int]],
    places: Sequence[tuple[Pixel, float]],
    kind: str,
    weight: float,
) -> None:
    """Draw the edges of one kind, far ones first; each is cut where its depth changes level."""
    levels: list[list[list[Pixel]]] = [[] for _ in range(_LEVELS)]
    for a, b in pairs:
        (start, near), (end, far) = places[a], places[b]
        pieces = max(1, round(abs(near - far) * _LEVELS / 3))
        for i in range(pieces):
            s, t = i / pieces, (i + 1) / pieces
            depth = near + (far - near) * (s + t) / 2
            level = min(_LEVELS - 1, int(depth * _LEVELS))
            levels[level].append([_between(start, end, s), _between(start, end, t)])
    crowd = min(1.0, max(0.25, (400 / max(1, len(pairs))) ** 0.5))
    canvas.open("wires", data_kind=_KINDS.index(kind), data_edges=len(pairs))
    for level, segments in enumerate(levels):
        depth = level / (_LEVELS - 1)
        width = weight * (crowd if weight < 1.5 else 1.0) * (0.45 + 0.95 * depth)
        canvas.segments("lines", segments, stroke=_mix(_COLORS[kind], depth), stroke_width=width)
    canvas.close()


def _between(start: Pixel, end: Pixel, share: float) -> Pixel:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _mix(colors: tuple[str, str], share: float) -> str:
    """Return a colour between two."""
    pairs = ((int(colors[0][i : i + 2], 16), int(colors[1][i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def _draw_legend(canvas: Canvas, x: float, y: float, kinds: set[str], subject: str) -> float:
    """Explain kinds and depth: each kind as a bar from far to near."""
    canvas.text(x, y, "Edges, far to near", "legend")
    row = 0
    for kind in _KINDS:
        if kind not in kinds:
            continue
        level = y + 20 + 22 * row
        for i in range(12):
            depth = i / 11
            ends = [(x + 4 * i, level), (x + 4 * i + 4, level)]
            width = _WEIGHTS[kind] * (0.9 + 1.6 * depth)
            canvas.segments("axis", [ends], stroke=_mix(_COLORS[kind], depth), stroke_width=width)
        canvas.text(x + 58, level + 4, kind.format(subject), "label")
        row += 1
    return y + 20 + 22 * row + 8


def _draw_triad(canvas: Canvas, camera: Camera, x: float, y: float) -> float:
    """Draw the directions of the axes and the extent along each."""
    canvas.text(x, y + 8, "Axes", "legend")
    dim = len(camera.ranges)
    middle = [(low + high) / 2 for low, high in camera.ranges]
    half = max((high - low) / 2 for low, high in camera.ranges)
    centre = camera.place(middle)[0]
    origin = (x + 44.0, y + 84.0)
    for k in range(dim):
        tip = camera.place([m + (half if i == k else 0) for i, m in enumerate(middle)])[0]
        arrow = [(t - c) * 130 / _SIZE for t, c in zip(tip, centre, strict=True)]
        end = (origin[0] + arrow[0], origin[1] + arrow[1])
        canvas.segments("axis", [[origin, end]], stroke=MUTED, stroke_width=1.3)
        name = (origin[0] + 1.2 * arrow[0], origin[1] + 1.2 * arrow[1] + 4)
        canvas.text(*name, f"x{chr(0x2081 + k)}", "label", text_anchor="middle")
    extents = [
        f"x{chr(0x2081 + k)} from {approximation(low, 4)} to {approximation(high, 4)}".replace("-", "−")
        for k, (low, high) in enumerate(camera.ranges)
    ]
    canvas.notes(x, origin[1] + 54, extents)
    return origin[1] + 54 + 17 * dim
