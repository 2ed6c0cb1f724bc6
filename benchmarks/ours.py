"""The exact side: what is timed, and the checks without which a time means nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import exactgeom as eg
from benchmarks.models import ArrangementCase, NetworkCase, PolytopeCase


@dataclass(frozen=True)
class ExactResult:
    """Best times: `lattice` up to the face lattice (a polytope: its vertices), `volumes` with all volumes."""

    cells: int
    faces: int
    lattice: float
    volumes: float
    bits: int
    signs: tuple[str, ...]


def bits(numbers: Iterable[Fraction]) -> int:
    """The longest numerator or denominator."""
    return max((max(x.numerator.bit_length(), x.denominator.bit_length()) for x in numbers), default=0)


def best_times(
    steps: Callable[[], tuple[Any, float, float]], repeat: int, seconds: float
) -> tuple[Any, float, float]:
    """The last value and the best time of each step, over `repeat` runs or until `seconds` are spent.

    One run more goes first to warm up; it counts only when it used up the time by itself.
    """
    start = time.perf_counter()
    runs = [steps()]
    while len(runs) <= repeat and time.perf_counter() - start < seconds:
        runs.append(steps())
    timed = runs[1:] or runs
    return runs[-1][0], min(run[1] for run in timed), min(run[2] for run in timed)


def measure_partition(source: NetworkCase | ArrangementCase, repeat: int, seconds: float) -> ExactResult:
    """The whole face lattice, then every cell volume and facet area, of a model on [-1, 1]^d."""
    document = source.document()
    model: Any = (eg.Network if isinstance(source, NetworkCase) else eg.Arrangement).from_json(document)
    domain = eg.box(-1, 1, dim=source.dimension)

    def steps() -> tuple[Any, float, float]:
        start = time.perf_counter()
        partition = eg.partition(model, domain)
        f_vector = partition.f_vector
        middle = time.perf_counter()
        volumes = [cell.volume for cell in partition.cells]
        areas = [facet.area for facet in partition.facets]
        end = time.perf_counter()
        return (partition, f_vector, volumes, areas), middle - start, end - start

    (partition, f_vector, volumes, _), lattice, measures = best_times(steps, repeat, seconds)
    if partition.total_volume != 2**source.dimension or min(volumes) <= 0:
        raise SystemExit(f"{source}: the cells do not fill the box")
    if partition.euler_characteristic != 1:
        raise SystemExit(f"{source}: Euler characteristic {partition.euler_characteristic}")
    longest = max(bits(volumes), bits(x for vertex in partition.vertices for x in vertex))
    signs = tuple(cell.signs for cell in partition.cells)
    return ExactResult(f_vector[-1], sum(f_vector), lattice, measures, longest, signs)


def measure_polytope(source: PolytopeCase, repeat: int, seconds: float) -> ExactResult:
    """The vertices of `A x <= b`, then its volume."""
    rows, offsets = source.inequalities()

    def steps() -> tuple[Any, float, float]:
        start = time.perf_counter()
        polytope = eg.Polytope.from_inequalities(rows, offsets)
        vertices = polytope.vertices
        middle = time.perf_counter()
        volume = polytope.volume
        return (vertices, volume), middle - start, time.perf_counter() - start

    (vertices, volume), vertex_time, volume_time = best_times(steps, repeat, seconds)
    longest = max(bits([volume]), bits(x for vertex in vertices for x in vertex))
    return ExactResult(1, len(vertices), vertex_time, volume_time, longest, ())
