"""Colours for cells and edges from data: density, class, and the curvatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isnan
from typing import Any

from exactgeom.exact import Enclosure, InvalidInput
from exactgeom.report.coloring import Coloring
from exactgeom.report.numbers import approximation, logarithm, short
from exactgeom.report.palette import CLASS_COLORS, NEUTRAL, UNDEFINED, diverge, ramp
from exactgeom.report.study import Study

__all__ = ["DATA_COLORINGS", "EdgeColoring", "color_edges", "color_study", "nearest"]

DATA_COLORINGS = ("density", "class", "curvature", "defect", "combinatorial")
_TITLES = {
    "curvature": "Mean Ricci of the edges",
    "defect": "Angle defect",
    "combinatorial": "Combinatorial curvature",
}
_LOG_RATIO = 30
EdgeColoring = tuple[Mapping[Any, str], Coloring]


def nearest(value: Any) -> float:
    """Return a float next to an exact number or in an enclosure's middle, for pictures and for sorting.

    >>> nearest(Fraction(1, 4)), nearest(None)
    (0.25, nan)
    """
    if value is None:
        return float("nan")
    return float(value.mid) if isinstance(value, Enclosure) else float(value)


def color_study(study: Study, by: str) -> Coloring:
    """Colour the cells by what data do to them, one of `DATA_COLORINGS`.

    Errors: `InvalidInput` where nothing of the kind is known.
    """
    cells = range(len(study.partition.cells))
    if study.data is None:
        raise InvalidInput(f"{by} needs data: add --data FILE.csv", "--color")
    if by == "density":
        if not study.partition.is_bounded or not study.data.total_weight:
            raise InvalidInput("densities need data and a bounded domain", "--color")
        return _by_density(dict(enumerate(study.data.densities)))
    if by == "class":
        if not study.class_masses:
            raise InvalidInput("classes need labels: add --label COLUMN", "--color")
        return _by_class(study)
    if study.ricci is None:
        raise InvalidInput("; ".join(study.notes) or "no curvature was measured", "--color")
    flat: Mapping[Any, Fraction] = study.combinatorial or {}
    read: dict[str, Any] = {
        "curvature": study.mean_ricci,
        "defect": study.defect,
        "combinatorial": flat.get,
    }
    values = {i: nearest(read[by](i)) for i in cells}
    place, coloring = _signed(list(values.values()), _TITLES[by])
    fills = {i: place(v) for i, v in values.items()}
    return Coloring(fills, coloring.title, coloring.marks, coloring.swatches, (), diverge_half)


def color_edges(study: Study) -> EdgeColoring:
    """Colour the edges of the dual graph by Ricci curvature: their colours, and the legend."""
    if study.ricci is None:
        raise InvalidInput("; ".join(study.notes) or "Ricci curvature needs data: --data FILE.csv", "--ricci")
    values = {item.edge: nearest(item.curvature) for item in study.ricci.edges if item.curvature is not None}
    place, coloring = _signed(list(values.values()), "Ricci of the edges")
    dropped = len(study.lengths.dropped) if study.lengths else 0
    notes = (f"{dropped:,} edges between empty", "cells are left out.") if dropped else ()
    bar = Coloring({}, coloring.title, coloring.marks, (), notes, diverge_half)
    return {edge: place(v) for edge, v in values.items()}, bar


def diverge_half(position: float) -> str:
    """Return the diverging colour of a position on a legend, from 0 (negative end) to 1."""
    return diverge(2 * position - 1)


def _signed(values: Sequence[float], title: str) -> tuple[Callable[[float], str], Coloring]:
    """Return the colour of a value on a scale with 0 in its middle, and the legend.

    Each side has its own end: curvature is at most 1 but may be very negative.
    """
    known = [v for v in values if not isnan(v)]
    low, fewer = _end([-v for v in known if v < 0])
    high, more = _end([v for v in known if v > 0])
    low, high = low or high or 1.0, high or low or 1.0
    marks = [
        (0.0, f"−{approximation(Fraction(low), 3)}{' and less' * fewer}"),
        (0.5, "0"),
        (1.0, f"{approximation(Fraction(high), 3)}{' and more' * more}"),
    ]
    undefined = [(UNDEFINED, "not defined")] if len(known) < len(values) else []

    def place(value: float) -> str:
        return UNDEFINED if isnan(value) else diverge(value / (low if value < 0 else high))

    return place, Coloring({}, title, marks, undefined, (), diverge_half)


def _end(sizes: Sequence[float]) -> tuple[float, bool]:
    """Return where a side ends, all but its outermost twentieth inside, and whether any lie beyond.

    So a few extremes do not pale the rest.
    """
    if not sizes:
        return 0.0, False
    ranked = sorted(sizes)
    end = ranked[-(-(len(ranked) - 1) * 19 // 20)]
    return end, ranked[-1] > end


def _by_density(densities: Mapping[int, Fraction]) -> Coloring:
    """Dark for dense; a logarithmic scale where the densities spread widely; pale without data."""
    positive = sorted(v for v in densities.values() if v)
    empty = [(NEUTRAL, "no data")] if len(positive) < len(densities) else []
    if not positive or positive[0] == positive[-1]:
        entries = [(ramp(0.5), short(v)) for v in positive[:1]]
        fills = {i: ramp(0.5) if v else NEUTRAL for i, v in densities.items()}
        return Coloring(fills, "Density of the data", (), [*entries, *empty])
    low, high = positive[0], positive[-1]
    wide = high > _LOG_RATIO * low
    if wide:
        start, span = logarithm(low), logarithm(high) - logarithm(low)
        place = {v: (logarithm(v) - start) / span for v in positive}
        middle = Fraction(10 ** (start + span / 2)).limit_denominator(10**6)
    else:
        place = {v: float((v - low) / (high - low)) for v in positive}
        middle = (low + high) / 2
    texts = [short(v, width=8, digits=3) for v in (low, high)]
    marks = [(0.0, texts[0]), (0.5, f"≈ {approximation(middle, 3)}"), (1.0, texts[1])]
    fills = {i: ramp(place[v]) if v else NEUTRAL for i, v in densities.items()}
    notes = ("logarithmic scale",) if wide else ()
    return Coloring(fills, "Density of the data", marks, empty, notes, ramp)


def _by_class(study: Study) -> Coloring:
    """One colour per label: the greatest mass wins; a tie and no data stay pale."""
    labels = list(study.class_masses)
    colors = {label: CLASS_COLORS[k % len(CLASS_COLORS)] for k, label in enumerate(labels)}
    winners = {i: study.class_of(i) for i in range(len(study.partition.cells))}
    fills = {i: NEUTRAL if w is None else colors[w] for i, w in winners.items()}
    entries = [(colors[label], _clipped(str(label))) for label in labels[: len(CLASS_COLORS)]]
    rest = [(NEUTRAL, "no data, or a tie")] if None in winners.values() else []
    notes = ("Colours repeat.",) if len(labels) > len(CLASS_COLORS) else ()
    return Coloring(fills, "Class with most data", (), [*entries, *rest], notes)


def _clipped(label: str, width: int = 28) -> str:
    return label if len(label) <= width else label[: width - 1] + "…"
