"""Our library as a candidate: an adapter of ours, every answer rounded correctly, cells in reverse order.

It must pass at every level; the mutants are this file with one thing wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.testkit.cells import Sides
from exactgeom.testkit.compare import nearest
from exactgeom.testkit.loopback_other import (
    betti,
    eigenvectors,
    exterior_derivative,
    forman_ricci,
    harmonic_basis,
    hodge_decomposition,
    integrate,
    laplacian,
    lin_lu_yau,
    lp,
    nonredundant,
    ollivier_ricci,
    pullback,
    scalar_curvature,
    spectrum,
    wasserstein,
    wedge,
)
from exactgeom.testkit.oracles import Truth, exact_model, truth_of

__all__ = [
    "affine_maps",
    "betti",
    "cell_volumes",
    "dihedral_angles",
    "eigenvectors",
    "evaluate",
    "exterior_derivative",
    "facet_areas",
    "forman_ricci",
    "gram",
    "harmonic_basis",
    "hodge_decomposition",
    "integrate",
    "jacobian",
    "laplacian",
    "lin_lu_yau",
    "locate",
    "lp",
    "nerve",
    "nonredundant",
    "ollivier_ricci",
    "partition",
    "pullback",
    "scalar_curvature",
    "spectrum",
    "volume_gradient",
    "wasserstein",
    "wedge",
]

NAME = "exactgeom"

Model = Mapping[str, Any]
AnyArray = np.ndarray[Any, Any]


def rounded(values: Any, *shape: int) -> AnyArray:
    """Exact numbers, nested or not, as the nearest doubles.

    >>> rounded([[Fraction(1, 3)], [0]], 2, 1).tolist()
    [[0.3333333333333333], [0.0]]
    """
    flat: list[float] = []

    def visit(entry: Any) -> None:
        if isinstance(entry, list | tuple):
            for part in entry:
                visit(part)
        else:
            flat.append(nearest(entry))

    visit(values)
    return np.array(flat, dtype=np.float64).reshape(shape)


def evaluate(model: Model, points: AnyArray) -> AnyArray:
    """Outputs."""
    found = exact_model(model).evaluate(_points(points))
    return rounded(found, len(points), -1)


def jacobian(model: Model, points: AnyArray) -> AnyArray:
    """Derivatives of the outputs."""
    net = exact_model(model)
    found = [net.affine_map(net.signs(point))[0] for point in _points(points)]
    return rounded(found, len(points), len(found[0]), points.shape[1])


def locate(model: Model, points: AnyArray) -> AnyArray:
    """Signs, or the leaf."""
    found = exact_model(model)
    if model["kind"] == "tree":
        return np.array([[found.apply(point)] for point in _points(points)])
    table = {"+": 1, "-": -1, "0": 0}
    return np.array([[table[s] for s in found.signs(point)] for point in _points(points)], dtype=np.int8)


def _points(points: AnyArray) -> list[list[Fraction]]:
    return [[Fraction(x) for x in row] for row in points.tolist()]


def _order(truth: Truth) -> list[int]:
    return list(range(truth.cell_count))[::-1]


def keys(truth: Truth) -> dict[str, AnyArray]:
    """The cells of an answer."""
    order = _order(truth)
    return {"leaves": truth.leaves[order]} if truth.is_tree else {"signs": truth.signs[order]}


def partition(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """The cells with their vertices."""
    truth = truth_of(model, lo, hi)
    if truth.is_tree:
        return keys(truth)
    cells = [list(truth.partition.cells[c].vertex_ids) for c in _order(truth)]
    return {**keys(truth), "vertices": rounded(truth.partition.vertices, -1, truth.dim), "cells": cells}


def cell_volumes(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """Volumes."""
    truth = truth_of(model, lo, hi)
    return {**keys(truth), "volumes": rounded([truth.volumes[c] for c in _order(truth)], -1)}


def affine_maps(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """A and b on every cell."""
    truth = truth_of(model, lo, hi)
    maps = [truth.partition.cells[c].affine_map for c in _order(truth)]
    n = len(maps)
    A = rounded([a for a, _ in maps], n, -1, truth.dim)
    return {**keys(truth), "A": A, "b": rounded([b for _, b in maps], n, -1)}


def _number(truth: Truth, cell: int) -> int:
    """The row of a cell in our answers; walls stay."""
    return truth.cell_count - 1 - cell if cell >= 0 else cell


def facet_areas(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """Facets with areas and vectors."""
    truth = truth_of(model, lo, hi)
    facets = [[_number(truth, c) for c in pair] for pair in Sides(truth).pairs]
    handles = truth.partition.facets
    return {
        **keys(truth),
        "facets": np.array(facets, dtype=np.int64),
        "areas": rounded([f.area for f in handles], -1),
        "vectors": rounded([f.area_vector for f in handles], -1, truth.dim),
    }


def dihedral_angles(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """Angles by cell and two sides."""
    truth = truth_of(model, lo, hi)
    sides = Sides(truth)
    corners, angles = [], []
    for ridge in truth.partition.ridges:
        for cell, pair, angle in ridge.angles:
            corners.append([_number(truth, c) for c in (cell, *(sides.side(cell, f) for f in pair))])
            angles.append(angle)
    table = np.array(corners, dtype=np.int64).reshape(-1, 3)
    return {**keys(truth), "corners": table, "angles": rounded(angles, -1)}


def nerve(model: Model, lo: AnyArray, hi: AnyArray, max_dim: int) -> dict[str, Any]:
    """Sets of cells with a common point."""
    truth = truth_of(model, lo, hi)
    found = truth.partition.nerve(max_dim=max_dim)
    return {**keys(truth), "simplices": [_rows(truth, found.simplices(p), p) for p in range(max_dim + 1)]}


def _rows(truth: Truth, simplices: Sequence[tuple[int, ...]], p: int) -> AnyArray:
    named = [[_number(truth, c) for c in simplex] for simplex in simplices]
    return np.array(named, dtype=np.int64).reshape(-1, p + 1)


def gram(model: Model, lo: AnyArray, hi: AnyArray, degree: int, convention: str) -> dict[str, Any]:
    """Inner products of the nerve."""
    truth = truth_of(model, lo, hi)
    found = truth.partition.nerve(max_dim=max(2, degree)).gram(degree, convention)
    n = len(found.rows)
    matrix = np.zeros((n, n))
    for (i, j), value in found.items():
        matrix[i, j] = nearest(value)
    return {**keys(truth), "simplices": _rows(truth, found.rows, degree), "matrix": matrix}


def volume_gradient(model: Model, lo: AnyArray, hi: AnyArray) -> dict[str, Any]:
    """Derivatives of the volumes, facet by facet of the whole arrangement."""
    truth = truth_of(model, lo, hi)
    rows = [[Fraction(float(x)) for x in row] for row in np.asarray(model["normals"])]
    count, h = truth.cell_count, len(rows)
    by_offset = [[Fraction(0)] * h for _ in range(count)]
    by_normal = [[[Fraction(0)] * truth.dim for _ in rows] for _ in range(count)]
    for facet in truth.partition.facets:
        if not facet.is_interior:
            continue
        (i,) = np.flatnonzero(truth.signs[facet.cell_ids[0]] != truth.signs[facet.cell_ids[1]]).tolist()
        square = sum((x * x for x in rows[i]), Fraction(0))
        across = sum((x * y for x, y in zip(facet.area_vector, rows[i], strict=True)), Fraction(0))
        centre = truth.partition.complex.measures.centroid(truth.dim - 1, facet.id)
        for cell, outward in zip(facet.cell_ids, (1, -1), strict=True):
            rate = outward * across / square  # how fast the cell gains when the plane moves along its normal
            by_offset[cell][i] += rate
            by_normal[cell][i] = [g - rate * c for g, c in zip(by_normal[cell][i], centre, strict=True)]
    order = _order(truth)
    return {
        **keys(truth),
        "normals": rounded([by_normal[c] for c in order], count, h, truth.dim),
        "offsets": rounded([by_offset[c] for c in order], count, h),
    }
