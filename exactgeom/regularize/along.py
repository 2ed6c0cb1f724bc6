"""Regularisers along a path: their values as series in t."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import fmpq

from exactgeom.exact import InvalidInput, NonSmoothError, to_fmpq
from exactgeom.regularize.path import Path
from exactgeom.regularize.penalties_shape import InterfaceArea, SharpAngles, Slivers
from exactgeom.regularize.penalties_volume import MassMismatch, VolumeDispersion
from exactgeom.regularize.regularizer import Regularizer
from exactgeom.regularize.series import Laurent, RootSeries
from exactgeom.regularize.volumes import interior_facets

__all__ = ["along"]


def along(regularizer: Regularizer, path: Path) -> RootSeries:
    """The value of a regulariser on the moving partition, as a series in t (exact to the path's length)."""
    parts = []
    for weight, part in regularizer.terms():
        if type(part) not in _RULES:
            raise InvalidInput(f"{part!r} has no series along a path", place="regularizer")
        factor = path.one.scaled(to_fmpq(weight))
        parts.append(_RULES[type(part)](part, path).times(factor))
    return RootSeries.sum(parts)


def _dispersion(regularizer: VolumeDispersion, path: Path) -> RootSeries:
    cells = range(path.space.count(path.dim))
    volumes = [path.cell_volume(c) for c in cells]
    factor = 1 / to_fmpq(path.partition.total_volume) ** 2
    return RootSeries.sum(RootSeries.rational((v * v).scaled(factor)) for v in volumes)


def _mismatch(regularizer: MassMismatch, path: Path) -> RootSeries:
    """Masses stay near t = 0 when no data point lies on a wall at t = 0."""
    numbers = {signs: c for c, signs in enumerate(path.partition.cell_signs)}
    masses = [0] * len(numbers)
    outside = set(path.partition.locate(regularizer.data).outside)
    for i, point in enumerate(regularizer.data):
        if i in outside:
            continue
        signs = path.motion.program.signs(point)
        if signs not in numbers:
            name = f"data[{i}]"
            raise NonSmoothError(f"{name} lies on a wall, where its mass jumps", (name,))
        masses[numbers[signs]] += 1
    factor = -1 / to_fmpq(path.partition.total_volume)
    parts = []
    for c, mass in enumerate(masses):
        share = fmpq(mass, len(regularizer.data))
        gap = path.cell_volume(c).scaled(factor) + path.one.scaled(share)
        parts.append(RootSeries.rational(gap * gap))
    return RootSeries.sum(parts)


def _interfaces(regularizer: InterfaceArea, path: Path) -> RootSeries:
    facets = interior_facets(path.space)[0].tolist()
    zero = RootSeries.rational(Laurent(path.length, ()))
    return RootSeries.sum([zero, *(path.volume(path.dim - 1, f) for f in facets)])


def _slivers(regularizer: Slivers, path: Path) -> RootSeries:
    d, boundary, parts = path.dim, path.space.boundary(path.dim), []
    for c in range(path.space.count(d)):
        surface = RootSeries.sum(path.volume(d - 1, f) for f in boundary[c].tolist())
        scale = path.one
        for _ in range(d - 1):
            scale = scale * path.cell_volume(c).inverse()
        parts.append((surface**d).times(scale))
    return RootSeries.sum(parts)


def _angles(regularizer: SharpAngles, path: Path) -> RootSeries:
    one, parts = RootSeries.rational(path.one), [RootSeries.rational(Laurent(path.length, ()))]
    quarter = path.one.scaled(fmpq(1, 4))
    for ridge in path.partition.ridges:
        size = path.volume(path.dim - 2, ridge.id).times(quarter)
        for cell, (first, second), _ in ridge.angles:
            half = RootSeries.sum([one, path.cosine(cell, first, second)])
            parts.append(size * half * half)
    return RootSeries.sum(parts)


_RULES: dict[type, Callable[[Any, Path], RootSeries]] = {
    VolumeDispersion: _dispersion,
    MassMismatch: _mismatch,
    InterfaceArea: _interfaces,
    Slivers: _slivers,
    SharpAngles: _angles,
}
