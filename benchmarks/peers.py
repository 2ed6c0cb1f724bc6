"""The float peer: SciPy's Qhull, one cell at a time, each cell's interior point from a HiGHS program.

It is given the sign string of every cell for nothing (finding them is the larger part of the work), and may
fail: Qhull and HiGHS lose thin cells, and those are counted, not repaired.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError

THIN = 1e-9  # an inscribed ball smaller than this is no cell to a float tool
SIGN = {"+": 1.0, "-": -1.0, "0": 0.0}
Layer = tuple[np.ndarray, np.ndarray]


def float_layers(document: dict[str, Any]) -> list[Layer]:
    """The sliced units of a network or an arrangement, layer by layer, as float (weight, bias).

    An arrangement is one layer; the output layer of a network slices nothing.
    """

    def array(rows: Any) -> np.ndarray:
        return np.array([[float(Fraction(x)) for x in row] for row in rows])

    if document["schema"] == "exactgeom/arrangement-1":
        planes = document["hyperplanes"]
        return [(array([p["normal"] for p in planes]), -array([[p["offset"]] for p in planes])[:, 0])]
    linear = [layer for layer in document["layers"] if layer["type"] == "linear"]
    return [(array(layer["weight"]), array([layer["bias"]])[0]) for layer in linear[:-1]]


def box_halfspaces(dimension: int) -> np.ndarray:
    """[-1, 1]^d in Qhull's form: rows (a, c) with a.x + c <= 0."""
    eye, ones = np.eye(dimension), np.ones((dimension, 1))
    return np.block([[eye, -ones], [-eye, -ones]])


def cell_halfspaces(layers: Sequence[Layer], signs: str) -> np.ndarray:
    """Every halfspace of the cell with these signs, redundant and constant rows included: Qhull's form."""
    dimension = layers[0][0].shape[1]
    slope, shift, rows, start = np.eye(dimension), np.zeros(dimension), [box_halfspaces(dimension)], 0
    for weight, bias in layers:
        on = np.array([SIGN[sign] for sign in signs[start : start + len(bias)]])
        slope, shift = weight @ slope, weight @ shift + bias
        rows.append(-on[:, None] * np.column_stack([slope, shift]))
        slope, shift, start = slope * (on > 0)[:, None], shift * (on > 0), start + len(bias)
    return np.vstack(rows)


def interior_point(halfspaces: np.ndarray) -> np.ndarray | None:
    """The centre of the largest inscribed ball; None when there is none to speak of."""
    lengths = np.linalg.norm(halfspaces[:, :-1], axis=1, keepdims=True)
    done = linprog(
        np.append(np.zeros(halfspaces.shape[1] - 1), -1.0),
        A_ub=np.hstack([halfspaces[:, :-1], lengths]),
        b_ub=-halfspaces[:, -1],
        bounds=(None, None),
        method="highs",
    )
    return done.x[:-1] if done.status == 0 and done.x[-1] > THIN else None


def cell_vertices(halfspaces: np.ndarray) -> np.ndarray | None:
    """The vertices of one cell, or None when the float tools lose it."""
    inside = interior_point(halfspaces)
    if inside is None:
        return None
    slanted = halfspaces[np.abs(halfspaces[:, :-1]).max(axis=1) > 0]
    try:
        return HalfspaceIntersection(slanted, inside).intersections
    except QhullError:
        return None


def hull_volume(vertices: np.ndarray) -> float | None:
    try:
        return float(ConvexHull(vertices).volume)
    except QhullError:
        return None


def search(layers: Sequence[Layer]) -> list[str]:
    """The sign strings of all cells, found by splitting cell by cell: a second route, slow."""
    parts = [""]
    for unit in range(sum(len(bias) for _, bias in layers)):
        sides = []
        for signs in parts:
            depth, reached = 0, []
            for weight, bias in layers:
                known = min(len(bias), unit + 1 - depth)
                if known > 0:
                    reached.append((weight[:known], bias[:known]))
                depth += len(bias)
            last = cell_halfspaces(reached, signs + "+")[-1]
            both = "0" if np.abs(last).max() < THIN else "-+"
            sides += [
                signs + s for s in both if interior_point(cell_halfspaces(reached, signs + s)) is not None
            ]
        parts = sides
    return parts


@dataclass(frozen=True)
class PeerResult:
    """Seconds for all cells (scaled up when only a sample was run), and how many cells were lost."""

    vertices: float
    volumes: float
    lost: int
    sampled: bool
    total_volume: float


def measure_cells(layers: Sequence[Layer], signs: Sequence[str], most: int) -> PeerResult:
    """Vertices and volume of every cell; of `most` evenly spread ones when there are more."""
    chosen = [signs[i * len(signs) // most] for i in range(most)] if len(signs) > most else list(signs)
    linprog([1.0], bounds=(0, 1), method="highs")  # warm
    lost, total, vertex_time, volume_time = 0, 0.0, 0.0, 0.0
    for pattern in chosen:
        start = time.perf_counter()
        vertices = cell_vertices(cell_halfspaces(layers, pattern))
        middle = time.perf_counter()
        volume = None if vertices is None else hull_volume(vertices)
        volume_time += time.perf_counter() - start
        vertex_time += middle - start
        lost += volume is None
        total += volume or 0.0
    scale = len(signs) / len(chosen)
    return PeerResult(vertex_time * scale, volume_time * scale, lost, len(chosen) < len(signs), total)


def measure_polytope(rows: Sequence[Sequence[int]], offsets: Sequence[int]) -> tuple[int, float, float]:
    """(number of vertices, seconds for the vertices, seconds with the volume) of a.x <= b."""
    halfspaces = np.column_stack([np.array(rows, dtype=float), -np.array(offsets, dtype=float)])
    start = time.perf_counter()
    vertices = cell_vertices(halfspaces)
    middle = time.perf_counter()
    if vertices is None or hull_volume(vertices) is None:
        return 0, float("nan"), float("nan")
    return len(vertices), middle - start, time.perf_counter() - start
