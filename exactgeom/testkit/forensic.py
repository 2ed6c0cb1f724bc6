"""The forensic diff: which cells are missing, invented or merged, how thin the place is, what changes it.

Everything said about the exact side is exact: a proposed change of a weight is tried, and reported only when
the partition of the changed model indeed has another combinatorial type there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import ExactGeomError, fraction_str
from exactgeom.models import Arrangement, Linear, Network
from exactgeom.partition import partition
from exactgeom.testkit.cells import CellMatch
from exactgeom.testkit.compare import NumberError
from exactgeom.testkit.oracles import Truth

__all__ = ["Forensic", "NearDegeneracy", "WeightChange", "forensic_diff", "near_degeneracy", "unit_place"]

_MOST_CELLS = 3000
_TRIES = 4
_SHOWN = 20


@dataclass(frozen=True)
class WeightChange:
    """Adding `change` to the number at `place` alters the combinatorial type: `effect`, found exactly."""

    place: str
    change: Fraction
    effect: str

    def __str__(self) -> str:
        return f"adding {float(self.change):.3g} to {self.place}: {self.effect}"

    def to_json(self) -> dict[str, Any]:
        """Place, exact change, its size as a float, effect."""
        text = fraction_str(self.change)
        return {"place": self.place, "change": text, "size": float(self.change), "effect": self.effect}


@dataclass(frozen=True)
class NearDegeneracy:
    """How thin a cell is: its width across its narrowest facet, and the units that make it so."""

    cell: str
    volume: Fraction
    width: float
    units: tuple[str, ...]
    change: WeightChange | None = None
    is_near: bool = True
    """Whether the width is below a thousandth of the box."""

    def __str__(self) -> str:
        units = f" at {' and '.join(self.units)}" if self.units else ""
        change = f"; {self.change}" if self.change else ""
        return f"cell {self.cell} is {self.width:.3g} wide (volume {float(self.volume):.3g}){units}{change}"

    def to_json(self) -> dict[str, Any]:
        """As plain data; the volume exact."""
        return {
            "cell": self.cell,
            "volume": fraction_str(self.volume),
            "width": self.width,
            "units": list(self.units),
            "is_near": self.is_near,
            "change": self.change.to_json() if self.change else None,
        }


@dataclass(frozen=True)
class Forensic:
    """Names of missing, spurious, repeated and merged cells, the worst number, the near-degeneracy."""

    missing: tuple[str, ...] = ()
    spurious: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = ()
    worst: NumberError | None = None
    culprit: NearDegeneracy | None = None

    def lines(self) -> Iterator[str]:
        """What a person reads."""
        for what in ("missing", "spurious", "repeated"):
            names = getattr(self, what)
            if len(names) > 3:  # up to three are in the findings
                yield f"{what}: {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}"
        for lost, into in self.merged[:5]:
            yield f"merged: {lost} into {into}"
        if self.culprit is not None:
            near = self.culprit.is_near or self.missing or self.spurious
            yield f"near-degeneracy: {self.culprit}" if near else f"no near-degeneracy: {self.culprit}"

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "missing": list(self.missing),
            "spurious": list(self.spurious),
            "repeated": list(self.repeated),
            "merged": [list(pair) for pair in self.merged],
            "worst": str(self.worst) if self.worst else None,
            "near_degeneracy": self.culprit.to_json() if self.culprit else None,
        }


def forensic_diff(
    match: CellMatch, worst: NumberError | None = None, volumes: Mapping[int, float] | None = None
) -> Forensic:
    """The diff of a matched answer; `volumes` are the candidate's, by exact cell, if it gave them."""
    truth = match.truth
    culprit = None
    if match.missing:
        culprit = near_degeneracy(truth, min(match.missing, key=lambda c: truth.volumes[c]))
    elif match.spurious:
        culprit = _near_spurious(match)
    elif worst is not None and worst.cell >= 0:
        culprit = near_degeneracy(truth, worst.cell)
    return Forensic(
        tuple(truth.name(c) for c in match.missing[:_SHOWN]),
        tuple(text for _, text in match.spurious[:_SHOWN]),
        tuple(match.rows_text(row) for row in match.repeated[:_SHOWN]),
        tuple(_merged(match, volumes or {})),
        worst,
        culprit,
    )


def _merged(match: CellMatch, volumes: Mapping[int, float]) -> Iterator[tuple[str, str]]:
    """A missing cell whose volume a neighbour has gained."""
    truth = match.truth
    if not match.missing or not volumes or truth.is_tree:
        return
    beside: dict[int, set[int]] = {}
    for facet in truth.partition.facets:
        if facet.is_interior:
            a, b = facet.cell_ids
            beside.setdefault(a, set()).add(b)
            beside.setdefault(b, set()).add(a)
    for lost in match.missing[:_SHOWN]:
        for near in sorted(beside.get(lost, ())):
            if near not in volumes:
                continue
            gained = Fraction(volumes[near]) - truth.volumes[near]
            slack = Fraction(4 * float(np.spacing(volumes[near]))) + truth.volumes[lost] / 1000
            if gained > 0 and abs(gained - truth.volumes[lost]) <= slack:
                yield truth.name(lost), truth.name(near)


def near_degeneracy(truth: Truth, cell: int) -> NearDegeneracy:
    """The narrowest direction of an exact cell, its units, and a change of a weight that makes it vanish."""
    volume = truth.volumes[cell]
    if truth.is_tree:
        sides = [float(b - a) for a, b in truth.partition.cells[cell].box]
        units: tuple[str, ...] = (f"x{int(np.argmin(sides))}",)
        return NearDegeneracy(truth.name(cell), volume, min(sides), units, None, min(sides) < _thin(truth))
    handle = truth.partition.cells[cell]
    points = handle.vertices
    width, facet = min((_width(handle, f, points), f.id) for f in handle.facets)
    others = {int(u) for f in handle.facets for u in _crossed(truth, f)}
    values = {u: max(abs(truth.preactivations(p)[u]) for p in points) for u in others}
    here = [int(u) for u in _crossed(truth, truth.partition.facets[facet])]
    ranked = sorted(others, key=lambda u: (u not in here, values[u]))
    sign = truth.signs[cell]
    changes = ((u, -int(sign[u]) * values[u]) for u in ranked[:_TRIES])
    name = truth.name(cell)
    gone = (f"cell {name} vanishes", lambda patterns: name not in patterns)
    units = tuple(unit_place(truth.description, u)[0] for u in ranked[:2])
    change = _first_that_works(truth, changes, *gone)
    return NearDegeneracy(name, volume, width, units, change, width < _thin(truth))


def _thin(truth: Truth) -> float:
    return 1e-3 * float(np.max(truth.hi - truth.lo))


def _near_spurious(match: CellMatch) -> NearDegeneracy | None:
    """The exact cell nearest to an invented one, and the change that would make the invention true."""
    truth = match.truth
    row, name = match.spurious[0]
    rows = np.asarray(match.rows)
    if truth.is_tree or rows.dtype.kind == "f" or not truth.signs.size:
        return None
    off = np.count_nonzero(truth.signs != rows[row], axis=1)
    cell = int(np.argmin(off))
    found = replace(near_degeneracy(truth, cell), change=None)
    differing = np.flatnonzero(truth.signs[cell] != rows[row]).tolist()
    points = truth.partition.cells[cell].vertices
    changes = []
    for unit in differing[:_TRIES]:
        side = int(truth.signs[cell][unit]) or 1
        reach = min(side * truth.preactivations(p)[unit] for p in points)
        changes.append((unit, -side * (reach * Fraction(17, 16) if reach else Fraction(1, 2**40))))
    effect = (f"cell {name} appears", lambda patterns: name in patterns)
    units = tuple(unit_place(truth.description, u)[0] for u in differing[:2])
    return replace(found, units=units, change=_first_that_works(truth, changes, *effect))


def _width(cell: Any, facet: Any, points: Any) -> float:
    normal, base = facet.area_vector, facet.vertices[0]
    depth = max(abs(sum(n * (x - y) for n, x, y in zip(normal, p, base, strict=True))) for p in points)
    return float(depth) / max(float(facet.area), 1e-300)


def _crossed(truth: Truth, facet: Any) -> Any:
    cells = facet.cell_ids
    return np.flatnonzero(truth.signs[cells[0]] != truth.signs[cells[-1]])


def unit_place(model: Mapping[str, Any], character: int) -> tuple[str, int, int]:
    """(name, number of the linear layer, row) of the unit behind a character of the sign string.

    >>> unit_place({"kind": "arrangement"}, 3)
    ('offsets[3]', -1, 3)
    """
    if model["kind"] == "arrangement":
        return f"offsets[{character}]", -1, character
    linear, at = -1, 0
    for i, layer in enumerate(model["layers"]):
        if layer["type"] == "linear":
            linear = i
            continue
        breaks = 2 if layer["type"] == "hard_tanh" else 1
        width = len(model["layers"][linear]["bias"])
        if character < at + breaks * width:
            row = (character - at) // breaks
            return f"layers[{linear}].bias[{row}]", linear, row
        at += breaks * width
    raise IndexError(character)


def _first_that_works(truth: Truth, changes: Any, effect: str, holds: Any) -> WeightChange | None:
    """The first change of a unit's value, tried exactly, that has the effect."""
    if truth.cell_count > _MOST_CELLS:
        return None
    for unit, shift in changes:
        place, layer, row = unit_place(truth.description, unit)
        change = -shift if layer < 0 else shift
        try:
            patterns = set(partition(_changed(truth.model, layer, row, change), truth.domain).cell_signs)
        except ExactGeomError:
            continue
        if holds(patterns):
            return WeightChange(place, change, effect)
    return None


def _changed(model: Any, layer: int, row: int, change: Fraction) -> Any:
    if isinstance(model, Arrangement):
        planes = [
            (normal, offset + change if i == row else offset)
            for i, (normal, offset) in enumerate(model.hyperplanes)
        ]
        return Arrangement(planes, dim=model.dim)
    layers = list(model.layers)
    old = layers[layer]
    bias = [b + change if i == row else b for i, b in enumerate(old.bias)]
    layers[layer] = Linear(old.weight, bias)
    return Network(layers, input_dim=model.input_dim)
