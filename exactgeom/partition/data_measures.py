"""What data weigh on a partition: masses, densities, entropy, divergence from volume."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import arb

from exactgeom.exact import Enclosure, InvalidInput, Surd, to_fmpq
from exactgeom.exact.balls import refined
from exactgeom.partition.adjacency import facet_sides
from exactgeom.partition.points import Vector

if TYPE_CHECKING:
    from exactgeom.partition.data import DataPartition

Mean = Callable[[Fraction, Fraction], Fraction | Surd]

MEANS: dict[str, Mean] = {
    "arithmetic": lambda a, b: (a + b) / 2,
    "geometric": lambda a, b: Surd.sqrt(a * b),
    "harmonic": lambda a, b: 2 * a * b / (a + b) if a and b else Fraction(0),
    "minimum": min,
}
"""Means of the densities of two cells."""


def parts_of(data: DataPartition, i: int) -> tuple[tuple[int, Fraction], ...]:
    """(cell, share) of one point by the tie rule."""
    cells = data.cells_of(i)
    if not cells:
        return ()
    if data.rule == "split":
        return tuple((cell, Fraction(1, len(cells))) for cell in cells)
    return tuple((cell, Fraction(1)) for cell in (cells if data.rule == "all" else cells[:1]))


def sums(data: DataPartition, chosen: Sequence[int] | None, weighted: bool = False) -> tuple[Fraction, ...]:
    """Number (or weight) of points per cell by the tie rule; of the `chosen` points only."""
    weights = data.weights if weighted else None
    numbers = np.arange(len(data)) if chosen is None else np.array(chosen, dtype=np.int64)
    shared = np.array(sorted(data.ties), dtype=np.int64)
    plain = numbers[(data.cells[numbers] >= 0) & ~np.isin(numbers, shared)]
    tied = numbers[np.isin(numbers, shared)].tolist()
    if weights is None:
        base = np.bincount(data.cells[plain], minlength=data.cell_count).tolist()
        total = {k: Fraction(n) for k, n in enumerate(base) if n}
    else:
        scale = lcm(*(w.denominator for w in weights))
        whole = [0] * data.cell_count
        for cell, i in zip(data.cells[plain].tolist(), plain.tolist(), strict=True):
            whole[cell] += int(weights[i] * scale)
        total = {k: Fraction(n, scale) for k, n in enumerate(whole) if n}
    for i in tied:
        weight = Fraction(1) if weights is None else weights[i]
        for cell, share in parts_of(data, i):
            total[cell] = total.get(cell, Fraction(0)) + weight * share
    zero = Fraction(0)
    return tuple(total.get(k, zero) for k in range(data.cell_count))


_ALL = object()


def shares(data: DataPartition, label: Any = _ALL) -> tuple[Fraction, ...]:
    """Weights per cell over the weight of all points; of one label's points only."""
    whole = _whole(data)
    chosen = None
    if label is not None and label is not _ALL:
        chosen = [i for i, own in enumerate(data.labels or ()) if own == label]
    return tuple(s / whole if s else s for s in sums(data, chosen, weighted=True))


def _whole(data: DataPartition) -> Fraction:
    whole = data.total_weight
    if not whole:
        raise InvalidInput("there are no points with any weight", place="points")
    return whole


def outside_share(data: DataPartition) -> Fraction:
    """The share of all weight outside of the domain."""
    if data.weights is None:
        return len(data.outside) / _whole(data)
    return sum((data.weights[i] for i in data.outside), Fraction(0)) / _whole(data)


def means(data: DataPartition) -> tuple[Vector | None, ...]:
    """The weighted mean of the points of each cell, by the tie rule."""
    found: list[Any] = [None] * data.cell_count
    weight = sums(data, None, weighted=True)
    for i in range(len(data)):
        for cell, share in parts_of(data, i):
            factor = share if data.weights is None else share * data.weights[i]
            if factor:
                _add(found, cell, factor, data.points.row(i))
    return tuple(None if s is None else tuple(c / w for c in s) for s, w in zip(found, weight, strict=True))


def _add(found: list[Any], cell: int, factor: Fraction, x: Vector) -> None:
    old = found[cell] or [Fraction(0)] * len(x)
    found[cell] = [a + factor * c for a, c in zip(old, x, strict=True)]


def region_masses(data: DataPartition, regions: Any) -> tuple[Fraction, ...]:
    """The masses of regions: per point, its share is dealt out to the regions of its cells."""
    if data.partition != regions.partition:
        raise InvalidInput(
            "the regions are of another partition: locate the points in regions.partition", place="regions"
        )
    number = {cell: k for k, region in enumerate(regions) for cell in region.cell_ids}
    whole, total = _whole(data), [Fraction(0)] * len(regions)
    for i in range(len(data)):
        weight = Fraction(1) if data.weights is None else data.weights[i]
        parts = parts_of(data, i)
        if data.rule == "all":
            for k in {number[cell] for cell, _ in parts}:
                total[k] += weight
        else:
            for cell, share in parts:
                total[number[cell]] += weight * share
    return tuple(t / whole for t in total)


def edge_densities(data: DataPartition, mean: str) -> dict[tuple[int, int], Fraction | Surd]:
    """A mean of the densities for every two cells that share a facet, pairs ascending."""
    if not isinstance(mean, str) or mean not in MEANS:
        raise InvalidInput(f"expected one of {', '.join(MEANS)}, got {mean!r}", place="mean")
    rho, combine = data.densities, MEANS[mean]
    return {(a, b): combine(rho[a], rho[b]) for a, b in _neighbours(data.partition)}


def _neighbours(partition: Any) -> Iterator[tuple[int, int]]:
    if partition.dimension:
        yield from sorted({(a, b) for a, b in facet_sides(partition).tolist() if b >= 0})


# -- information -----------------------------------------------------------------------------------


def _distribution(data: DataPartition) -> list[Fraction]:
    masses = data.masses
    inside = sum(masses, Fraction(0))
    if not inside:
        raise InvalidInput("no point with any weight lies in the domain", place="points")
    return [m / inside for m in masses]


def _checked_bits(bits: int) -> int:
    if isinstance(bits, bool) or not isinstance(bits, int) or bits < 2:
        raise InvalidInput(f"expected an integer >= 2, got {bits!r}", place="bits")
    return bits


def entropy(data: DataPartition, bits: int) -> Enclosure:
    """The entropy of the masses; see `DataPartition.entropy`."""
    own = _checked_bits(bits)
    q = [m for m in _distribution(data) if m]
    if len(q) == 1:
        return Enclosure(0, bits=own)
    return Enclosure.from_ball(refined(lambda: -_sum_of_logs((m, m) for m in q), own), own)


def kl_divergence(data: DataPartition, bits: int) -> Enclosure:
    """The divergence of the masses from the volume shares; see `DataPartition.kl_divergence`."""
    own = _checked_bits(bits)
    q = _distribution(data)
    volumes = data.volumes
    whole = sum(volumes, Fraction(0))
    pairs = [(m, m * whole / v) for m, v in zip(q, volumes, strict=True) if m]
    if len(pairs) == len(q) and all(ratio == 1 for _, ratio in pairs):
        return Enclosure(0, bits=own)
    return Enclosure.from_ball(refined(lambda: _sum_of_logs(pairs), own), own)


def _sum_of_logs(pairs: Iterable[tuple[Fraction, Fraction]]) -> arb:
    """``sum p log r`` as a ball at the working precision."""
    return sum((arb(to_fmpq(p)) * arb(to_fmpq(r)).log() for p, r in pairs), arb(0))
