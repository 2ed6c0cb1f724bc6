"""Clipping a face lattice to a halfspace, and the lattices the library starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat, fmpz_poly

from exactgeom.exact import BudgetExceeded
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray
from exactgeom.polyhedra.slicing import Cut, Slicer


@dataclass(frozen=True, slots=True)
class Lattice:
    """Faces of one or many cells: boundary lists of dimension 1, 2, ... and homogeneous vertex rows."""

    boundaries: tuple[Incidence, ...]
    rows: tuple[fmpz_poly, ...]

    @property
    def dim(self) -> int:
        """Dimension of the cells (-1 when there is no vertex)."""
        return len(self.boundaries) if self.rows else -1


def row_list(row: fmpz_poly, length: int) -> list[fmpz]:
    """The first `length` entries of a homogeneous row."""
    entries: list[fmpz] = row.coeffs()[:length]
    return entries + [fmpz(0)] * (length - len(entries))


def box_lattice(low: Sequence[Any], high: Sequence[Any], denominator: Any) -> Lattice:
    """All faces of the box with corners low/denominator, high/denominator (integers, low < high)."""
    dim = len(low)
    # a face is a number in base 3, a digit per axis: 0 the low side, 1 the high side, 2 free
    codes = np.arange(3**dim, dtype=np.int64)
    digits = np.stack([codes // 3 ** (dim - 1 - i) % 3 for i in range(dim)], axis=1)
    free = (digits == 2).sum(axis=1)
    number = np.zeros(len(codes), dtype=np.int64)
    for k in range(dim + 1):
        number[free == k] = np.arange(np.count_nonzero(free == k))
    boundaries = []
    for k in range(1, dim + 1):
        faces = np.flatnonzero(free == k)
        axes = np.nonzero(digits[faces] == 2)[1].reshape(len(faces), k)
        weight = 3 ** (dim - 1 - axes)
        sides = np.stack((faces[:, None] - 2 * weight, faces[:, None] - weight), axis=2)
        boundaries.append(Incidence.from_lengths(np.full(len(faces), 2 * k), number[sides.ravel()]))
    corners = digits[free == 0].tolist()
    rows = [
        fmpz_poly([denominator, *(high[i] if side else low[i] for i, side in enumerate(corner))])
        for corner in corners
    ]
    return Lattice(tuple(boundaries), tuple(_primitive(row) for row in rows))


def _primitive(row: fmpz_poly) -> fmpz_poly:
    content = row.content()
    return row if content == 1 else row // content


def simplex_lattice(rows: Sequence[Sequence[Any]]) -> Lattice:
    """All faces of the projective simplex on these (linearly independent) homogeneous rows."""
    count = len(rows)
    boundaries = []
    previous = {frozenset((i,)): i for i in range(count)}
    for k in range(1, count):
        current = [frozenset(chosen) for chosen in combinations(range(count), k + 1)]
        entries = [previous[face - {i}] for face in current for i in sorted(face, reverse=True)]
        boundaries.append(Incidence.from_lengths(np.full(len(current), k + 1), np.array(entries)))
        previous = {face: i for i, face in enumerate(current)}
    return Lattice(tuple(boundaries), tuple(_primitive(fmpz_poly(list(row))) for row in rows))


def fan_lattice(dim: int) -> Lattice:
    """R^d as d + 1 cones from the origin on the rays e_1..e_d and -(e_1 + ... + e_d) (points with t = 0)."""
    rays = [[int(i == j) for j in range(dim)] for i in range(dim)] + [[-1] * dim]
    rows = [[1] + [0] * dim] + [[0, *ray] for ray in rays]
    full = simplex_faces(dim + 2)
    keep = [[face for face in level if not (set(range(1, dim + 2)) <= face)] for level in full[: dim + 1]]
    boundaries = []
    for k in range(1, dim + 1):
        number = {face: i for i, face in enumerate(keep[k - 1])}
        entries = [number[face - {i}] for face in keep[k] for i in sorted(face, reverse=True)]
        boundaries.append(Incidence.from_lengths(np.full(len(keep[k]), k + 1), np.array(entries)))
    # of the top level only the cones through the origin are cells
    cones = [i for i, face in enumerate(keep[dim]) if 0 in face]
    boundaries[-1] = Incidence.from_lengths(*boundaries[-1].take(np.array(cones)))
    return Lattice(tuple(boundaries), tuple(fmpz_poly(row) for row in rows))


def simplex_faces(count: int) -> list[list[frozenset[int]]]:
    """Faces of the abstract simplex on `count` vertices, by dimension."""
    return [[frozenset(face) for face in combinations(range(count), k + 1)] for k in range(count)]


def clip(lattice: Lattice, ambient: int, values: Sequence[Any]) -> Lattice:
    """The part where the function with these (integer, homogeneous) vertex values is >= 0.

    If the function is nowhere positive the result is the zero set, of lower dimension; if it is negative
    everywhere the result has no vertex.
    """
    if not lattice.boundaries:  # a single point is not cut: it stays or goes
        return lattice if values[0] >= 0 else Lattice((), ())
    slicer = Slicer(lattice.boundaries, lattice.rows, ambient)
    slicer.set_columns([[value] for value in values])
    slicer.begin([Cut(ambient + 1)])
    slicer.cut(0, keep=ambient + 1)
    keep = [slicer.masks(k)[1] == 0 for k in range(slicer.dim + 1)]
    if not slicer.masks(slicer.dim)[0].any():
        keep = [flags & (slicer.masks(k)[0] == 0) for k, flags in enumerate(keep)]
    rows = [row.truncate(ambient + 1) for row in slicer.rows]
    return restrict([faces.frozen() for faces in slicer.faces], rows, keep)


def restrict(boundaries: Sequence[Incidence], rows: Sequence[fmpz_poly], keep: Sequence[AnyArray]) -> Lattice:
    """The sublattice of the flagged faces (closed downwards), renumbered in order."""
    top = max((k for k, flags in enumerate(keep) if flags.any()), default=-1)
    if top < 0:
        return Lattice((), ())
    renumber: list[IntArray] = [np.cumsum(flags) - 1 for flags in keep]
    kept = []
    for k in range(1, top + 1):
        lengths, entries = boundaries[k - 1].take(np.flatnonzero(keep[k]))
        kept.append(Incidence.from_lengths(lengths, renumber[k - 1][entries]))
    return Lattice(tuple(kept), tuple(rows[i] for i in np.flatnonzero(keep[0]).tolist()))


MOST_FACES = 4_000_000
"""Double description gives up beyond this many faces (some gigabytes) rather than exhaust the machine."""


def cone_lattice(constraints: fmpz_mat) -> Lattice:
    """Face lattice of the pointed cone {y : constraints y >= 0}, its rays as vertices (double description).

    The constraints must have full column rank.  The cone may be lower-dimensional, or {0} (no vertex).
    Errors: BudgetExceeded beyond `MOST_FACES` faces.
    """
    width = constraints.ncols()
    table = constraints.tolist()
    basis = independent_rows(constraints)
    chosen = fmpz_mat([table[i] for i in basis])
    inverse = chosen.inv().numer_denom()[0].transpose().tolist()
    determinant_sign = 1
    rays = []
    for i, ray in zip(basis, inverse, strict=True):
        height = sum((a * b for a, b in zip(table[i], ray, strict=True)), fmpz(0))
        determinant_sign = 1 if height > 0 else -1
        rays.append([determinant_sign * entry for entry in ray])
    lattice = simplex_lattice(rays)
    for i in range(len(table)):
        if i not in basis:
            row = table[i]
            values = fmpz_mat([row_list(ray, width) for ray in lattice.rows]) * fmpz_mat([[c] for c in row])
            lattice = clip(lattice, width - 1, values.entries())
            if not lattice.rows:
                break
            if sum(map(len, lattice.boundaries)) > MOST_FACES:
                raise BudgetExceeded(
                    f"the polytope has more than {MOST_FACES} faces after {i + 1} of {len(table)} halfspaces"
                )
    return lattice


def independent_rows(matrix: fmpz_mat) -> list[int]:
    """Indices of the first rows that span the row space."""
    reduced, _, rank = matrix.transpose().rref()
    pivots = []
    column = 0
    for i in range(rank):
        while reduced[i, column] == 0:
            column += 1
        pivots.append(column)
    return pivots
