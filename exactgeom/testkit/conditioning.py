"""Scales: how large an error backward-stable double arithmetic may make, cell by cell, in units of u = 2⁻⁵³.

A unit's bent hyperplane `a·x + c = 0` is known to within a displacement `(Â·X + ĉ)/|a|`, with Â, ĉ the same
products and sums over absolute values and X the largest coordinate of the box; a vertex to within that times
`κ = 1/σ_min` of the unit normals that meet there. These are floats: they set the bound, not the verdict.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from exactgeom.testkit.oracles import Truth

__all__ = ["Scales", "scales_of"]

AnyArray = np.ndarray[Any, Any]


class Scales:
    """Natural errors of a partition: `shift` of vertices and `turn` of normals, by cell; and what follows."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        space, d = truth.partition.complex, truth.dim
        self.vertices = np.array([[float(x) for x in p] for p in truth.partition.vertices]).reshape(-1, d)
        self.areas = np.array([float(f.area) for f in truth.partition.facets])
        self.normals = np.array(
            [[float(x) for x in (f.area_vector or ())] for f in truth.partition.facets]
        ).reshape(-1, d)
        self.normals /= np.maximum(self.areas, np.finfo(float).tiny)[:, None]
        self._facets = [sorted(space.boundary(d)[c].tolist()) for c in range(truth.cell_count)]
        closure = space.closure(d - 1) if d > 1 else None
        self._corners = [closure[f].tolist() if closure is not None else [f] for f in range(len(self.areas))]
        reach = float(np.max(np.abs([truth.lo, truth.hi])))
        self.surface = np.array([self.areas[facets].sum() for facets in self._facets])
        spread = [_spread(truth, c, self._facets[c], reach) for c in range(truth.cell_count)]
        kappa = np.array([self._kappa(c) for c in range(truth.cell_count)])
        self.kappa = kappa
        self.shift = kappa * np.array([s for s, _ in spread])
        self.turn = np.array([t for _, t in spread])

    def _kappa(self, cell: int) -> float:
        meeting: dict[int, list[int]] = {}
        for facet in self._facets[cell]:
            for vertex in self._corners[facet]:
                meeting.setdefault(vertex, []).append(facet)
        worst = 1.0
        for facets in meeting.values():
            least = np.linalg.svd(self.normals[facets], compute_uv=False)[-1]
            worst = max(worst, 1.0 / max(float(least), 1e-300))
        return worst

    @property
    def volumes(self) -> AnyArray:
        """Of cell volumes: surface times shift."""
        found: AnyArray = self.surface * self.shift
        return found

    @property
    def facet_areas(self) -> AnyArray:
        """Of facet areas: shift of the adjacent cells times the size of the facet's boundary."""
        d = self.truth.dim
        found = np.zeros(len(self.areas))
        for cell, facets in enumerate(self._facets):
            found[facets] = np.maximum(found[facets], self.shift[cell])
        if d == 1:
            return np.zeros(len(self.areas))
        sizes = [float(np.max(np.ptp(self.vertices[corners], axis=0))) for corners in self._corners]
        around: AnyArray = found * 2 ** (d - 1) * np.array(sizes) ** (d - 2)
        return around


@lru_cache(maxsize=64)
def scales_of(truth: Truth) -> Scales:
    """The scales of a partition (kept)."""
    return Scales(truth)


def _spread(truth: Truth, cell: int, facets: list[int], reach: float) -> tuple[float, float]:
    """(displacement, turn) of the hyperplanes around a cell, in units of u."""
    units = {int(u) for facet in facets for u in _units_at(truth, facet)}
    shift, turn = reach, 1.0
    for unit, (a, size, constant) in enumerate(_rows(truth, cell)):
        length = float(np.linalg.norm(a))
        if unit in units and length:
            shift = max(shift, (float(np.sum(size)) * reach + constant) / length)
            turn = max(turn, float(np.linalg.norm(size)) / length)
    return shift, turn


def _units_at(truth: Truth, facet: int) -> AnyArray:
    """The characters in which the two cells of a facet differ."""
    cells = truth.partition.facets[facet].cell_ids
    return np.flatnonzero(truth.signs[cells[0]] != truth.signs[cells[-1]])


def _rows(truth: Truth, cell: int) -> list[tuple[AnyArray, AnyArray, float]]:
    """(gradient, the same over absolute values, constant over absolute values) per sign character."""
    model = truth.description
    if model["kind"] == "arrangement":
        rows = zip(np.asarray(model["normals"]), np.asarray(model["offsets"]), strict=True)
        return [(a, np.abs(a), abs(float(b))) for a, b in rows]
    signs, at = truth.signs[cell], 0
    a = np.eye(truth.dim)
    size, constant = np.eye(truth.dim), np.zeros(truth.dim)
    found: list[tuple[AnyArray, AnyArray, float]] = []
    for layer in model["layers"]:
        if layer["type"] == "linear":
            weight, bias = np.asarray(layer["weight"]), np.asarray(layer["bias"])
            a, size = weight @ a, np.abs(weight) @ size
            constant = np.abs(weight) @ constant + np.abs(bias)
            continue
        breaks = 2 if layer["type"] == "hard_tanh" else 1
        width = len(a)
        found += [(a[j], size[j], float(constant[j])) for j in range(width) for _ in range(breaks)]
        slopes = _slopes(layer, signs[at : at + width * breaks].reshape(width, breaks))
        at += width * breaks
        a, size, constant = slopes[:, None] * a, np.abs(slopes)[:, None] * size, np.abs(slopes) * constant
        if breaks == 2:
            constant = constant + max(abs(layer["low"]), abs(layer["high"]))
    return found


def _slopes(layer: Any, signs: AnyArray) -> AnyArray:
    kind, first = layer["type"], signs[:, 0]
    if kind == "hard_tanh":
        return ((first > 0) & (signs[:, 1] <= 0)).astype(float)
    low = {"relu": 0.0, "abs": -1.0}.get(kind, float(layer.get("slope", 0.0)))
    found: AnyArray = np.where(first > 0, 1.0, low)
    return found
