"""Colours that survive colour blindness and grey printing.

Amounts use one ramp whose perceived lightness only falls (so order reads without hue); classes use nine light
colours made for fields with dark text (P. Tol, "Colour schemes", SRON/EPS/TN/09-002, scheme *light*).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache

__all__ = [
    "CLASS_COLORS",
    "INK",
    "MUTED",
    "NEUTRAL",
    "PALE",
    "UNDEFINED",
    "class_colors",
    "diverge",
    "lightness",
    "ramp",
]

INK = "#17212b"
MUTED = "#5d6b78"
PALE = "#c9d1d8"
NEUTRAL = "#e9ecef"
UNDEFINED = "#cfd5da"
CLASS_COLORS = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#44bb99",
    "#bbcc33",
    "#99ddff",
    "#aaaa00",
    "#dddddd",
)
_STOPS = ("#fbf3d0", "#b9dcae", "#5fb7ab", "#2f86a6", "#2c558f", "#2a2a62")
_NEGATIVE, _POSITIVE = ("#fbf8f1", "#f2a65e", "#a63603"), ("#fbf8f1", "#7fb0d8", "#12467f")
_RESOLUTION = 256


def ramp(position: float) -> str:
    """Return the colour at a position from 0 (light) to 1 (dark) of the ramp for amounts.

    >>> ramp(0.0), ramp(1.0)
    ('#fbf3d0', '#2a2a62')
    """
    return _ramp_step(round(min(max(position, 0.0), 1.0) * _RESOLUTION))


@cache
def _ramp_step(step: int) -> str:
    return _along(_STOPS, step / _RESOLUTION)


def diverge(value: float) -> str:
    """Return the colour of a value from -1 (dark orange) over 0 (pale) to 1 (dark blue).

    >>> diverge(-1.0), diverge(0.0), diverge(1.0)
    ('#a63603', '#fbf8f1', '#12467f')
    """
    return _diverge_step(round(min(max(value, -1.0), 1.0) * _RESOLUTION))


@cache
def _diverge_step(step: int) -> str:
    return _along(_NEGATIVE if step < 0 else _POSITIVE, abs(step) / _RESOLUTION)


def _along(stops: Sequence[str], share: float) -> str:
    """Return the colour at a place from 0 to 1 on straight lines in OKLab between the stops."""
    place = share * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    rest = place - index
    ends = _to_oklab(stops[index]), _to_oklab(stops[index + 1])
    return _from_oklab([(1 - rest) * a + rest * b for a, b in zip(*ends, strict=True)])


def lightness(color: str) -> float:
    """Return the perceived lightness (OKLab L, 0 to 1) of a colour ``#rrggbb``."""
    return _to_oklab(color)[0]


# OKLab: B. Ottosson, "A perceptual color space for image processing" (2020).
_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def _apply(matrix: Iterable[Iterable[float]], vector: Sequence[float]) -> list[float]:
    return [sum(a * x for a, x in zip(row, vector, strict=True)) for row in matrix]


def _to_oklab(color: str) -> list[float]:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return _apply(_TO_LAB, [x ** (1 / 3) for x in _apply(_TO_LMS, linear)])


def _from_oklab(lab: Sequence[float]) -> str:
    linear = _apply(_FROM_LMS, [x**3 for x in _apply(_FROM_LAB, lab)])
    clipped = [min(max(c, 0.0), 1.0) for c in linear]
    channels = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in clipped]
    return "#" + "".join(f"{round(255 * c):02x}" for c in channels)


def class_colors(
    classes: Sequence[Hashable], neighbours: Iterable[tuple[Hashable, Hashable]]
) -> Mapping[Hashable, str]:
    """Give each class one of nine colours so that neighbouring classes differ wherever nine suffice.

    Classes with most neighbours choose first; each takes the least used colour its neighbours left free
    (if none is left, the least used of all).  Deterministic.

    >>> class_colors(["a", "b"], [("a", "b")])
    {'a': '#77aadd', 'b': '#ee8866'}
    """
    around: dict[Hashable, set[Hashable]] = {c: set() for c in classes}
    for first, second in neighbours:
        if first != second:
            around[first].add(second)
            around[second].add(first)
    chosen: dict[Hashable, str] = {}
    used = dict.fromkeys(CLASS_COLORS, 0)
    for label in sorted(around, key=lambda c: -len(around[c])):
        taken = {chosen[n] for n in around[label] if n in chosen}
        free = [color for color in CLASS_COLORS if color not in taken] or list(CLASS_COLORS)
        chosen[label] = min(free, key=used.__getitem__)
        used[chosen[label]] += 1
    return {c: chosen[c] for c in around}
