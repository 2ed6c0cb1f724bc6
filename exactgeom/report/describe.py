"""Models, domains and partitions in a few words, for headings."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from exactgeom.exact import UnboundedError
from exactgeom.report.numbers import short

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = [
    "count",
    "describe_counts",
    "describe_domain",
    "describe_model",
    "describe_title",
    "has_map",
    "measure_name",
]

_FACE_NAMES = {0: "vertex", 1: "edge", 2: "polygon", 3: "solid"}
_PLURALS = {"vertex": "vertices"}


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "cell"), count(1200, "vertex")
    ('1 cell', '1,200 vertices')
    """
    return f"{number:,} {noun if number == 1 else _PLURALS.get(noun, noun + 's')}"


def describe_model(model: Any) -> str:
    """Return what a model is in a few words, such as ``network 2-16-16-1``."""
    widths = getattr(model, "widths", None)
    if widths is not None:
        shape = [widths[0]] + [
            width
            for width, layer in zip(widths[1:], model.layers, strict=True)
            if layer.json_type == "linear"
        ]
        return f"network {'-'.join(map(str, shape))}"
    if hasattr(model, "hyperplanes"):
        return f"arrangement of {count(len(model.hyperplanes), 'hyperplane')}"
    return type(model).__name__.lower()


def describe_title(partition: Partition) -> str:
    """Return a heading: the model and where it is looked at; a polytope stands alone."""
    model = describe_model(partition.model)
    if partition.model is partition.domain:
        where = f"in R{_superscript(partition.ambient_dimension)}"
    else:
        where = f"on {describe_domain(partition)}"
    return f"{model[:1].upper()}{model[1:]} {where}"


def describe_domain(partition: Partition) -> str:
    """Return the domain in a few words: an interval, a box, a polytope, or all of R^d."""
    d = partition.ambient_dimension
    if not partition.is_bounded:
        return f"all of R{_superscript(d)}"
    bounds = [(min(column), max(column)) for column in zip(*_corners(partition.domain), strict=True)]
    if not bounds or not _is_box(partition, bounds):
        return f"a polytope in R{_superscript(d)}"
    if len(set(bounds)) == 1:
        power = _superscript(d) if d > 1 else ""
        return f"[{short(bounds[0][0])}, {short(bounds[0][1])}]{power}"
    return " × ".join(f"[{short(low)}, {short(high)}]" for low, high in bounds)


def _corners(domain: Any) -> tuple[Any, ...]:
    return tuple(getattr(domain, "vertices", ()))


def _is_box(partition: Partition, bounds: list[tuple[Any, Any]]) -> bool:
    """Tell whether a domain fills its bounding box."""
    corners = _corners(partition.domain)
    full = len(corners) == 2 ** len(bounds)
    return full and all(x in pair for corner in corners for x, pair in zip(corner, bounds, strict=True))


def describe_counts(partition: Partition) -> str:
    """Return cells, lower faces, Euler characteristic and total volume in one line."""
    parts = [count(len(partition.cells), "cell")]
    f_vector = partition.f_vector
    if f_vector is not None:
        lower = [(k, int(f_vector[k])) for k in range(len(f_vector) - 2, -1, -1)]
        parts += [count(n, _FACE_NAMES.get(k, f"{k}-face")) for k, n in lower]
        parts.append(f"χ = {partition.euler_characteristic}")
    with suppress(UnboundedError):
        parts.append(f"total {measure_name(partition.dimension)} {short(partition.total_volume)}")
    return " · ".join(parts)


def measure_name(dimension: int) -> str:
    """Return what the volume of that dimension is called."""
    return {1: "length", 2: "area"}.get(dimension, "volume")


def _superscript(power: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(power))


def has_map(model: Any) -> bool:
    """Tell whether a model is affine on its cells (a polytope, an arrangement has no map)."""
    program = getattr(model, "program", None)
    return hasattr(model, "affine_map") and (program is None or program.output is not None)
