"""Which pairs of elements interact: cofaces of one element whose faces are facets meeting in a ridge.

For ρ of degree p − 1 the facets of ``F_ρ`` meet two by two in its ridges. Every coface σ of ρ whose ``F_σ``
is (a piece of) such a facet interacts with every coface on the other side of the ridge. All of it is index
arithmetic on sorted arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from exactgeom.nerve.geometry import Carrier, FaceTable
from exactgeom.nerve.simplicial_table import SignedIncidence
from exactgeom.polyhedra.arrays import Incidence, IntArray, ragged_index

__all__ = ["Interactions", "interactions"]


class Interactions(NamedTuple):
    """Pairs of elements σ < τ of one degree: ε_σ ε_τ, their common face ρ, one corner, all common ridges.

    In a nerve a pair has one common face; in a dual complex it may have two, and then occurs twice. `corner`
    holds the faces (piece of F_ρ, facet of σ, facet of τ, ridge), one row per pair.
    """

    first: IntArray
    second: IntArray
    sign: IntArray
    common: IntArray
    corner: IntArray
    ridges: Incidence

    def __len__(self) -> int:
        return len(self.first)


def interactions(
    table: FaceTable, boundary: SignedIncidence, lower: Carrier, upper: Carrier, proper: IntArray
) -> Interactions:
    """The interacting pairs of one degree: `boundary` maps it to the degree of `lower`.

    `proper` flags the elements of the upper degree that have a norm; elements below count as given.
    """
    rho, piece, f, g, ridge = _corners(table, lower)
    keep = proper[boundary.element] & (upper.dim[boundary.element] + 1 == lower.dim[boundary.facet])
    element, facet, sign = (part[keep] for part in boundary)
    lengths, pieces = upper.pieces.take(element)
    size = len(table)
    key = np.repeat(facet, lengths) * size + pieces
    order = np.argsort(key, kind="stable")
    key, owner, sign = key[order], np.repeat(element, lengths)[order], np.repeat(sign, lengths)[order]
    left = np.searchsorted(key, rho * size + f, "left"), np.searchsorted(key, rho * size + f, "right")
    right = np.searchsorted(key, rho * size + g, "left"), np.searchsorted(key, rho * size + g, "right")
    many, more = left[1] - left[0], right[1] - right[0]
    row = np.repeat(np.arange(len(rho)), many)  # every coface at f ...
    a = ragged_index(left[0], many)
    b = ragged_index(right[0][row], more[row])  # ... with every coface at g
    a, row = np.repeat(a, more[row]), np.repeat(row, more[row])
    apart = _apart(upper, owner[a], owner[b])
    a, b, row = a[apart], b[apart], row[apart]
    corner = np.column_stack((piece[row], f[row], g[row], ridge[row]))
    return _grouped(owner[a], owner[b], sign[a] * sign[b], rho[row], corner)


def _apart(upper: Carrier, first: IntArray, second: IntArray) -> IntArray:
    """The rows where F_σ and F_τ share no piece: of several pieces one may contain the other."""
    many = upper.pieces.lengths > 1
    keep = np.ones(len(first), dtype=bool)
    for n in np.flatnonzero(many[first] | many[second]).tolist():
        shared = np.intersect1d(upper.pieces[int(first[n])], upper.pieces[int(second[n])])
        keep[n] = not len(shared)
    return np.flatnonzero(keep)


def _corners(table: FaceTable, lower: Carrier) -> tuple[IntArray, ...]:
    """(element, piece, facet, facet, ridge): where two facets of F_ρ meet in a ridge.

    A facet of a piece that is a facet of another piece too lies inside F_ρ and is left out.
    """
    boundary, size = table.boundary, len(table)
    pieces = lower.pieces
    lengths, facet = boundary.take(pieces.index)
    owner, piece = np.repeat(pieces.owners, lengths), np.repeat(pieces.index, lengths)
    if (pieces.lengths > 1).any():
        _, place, counts = np.unique(owner * size + facet, return_inverse=True, return_counts=True)
        once = counts[place] == 1
        owner, piece, facet = owner[once], piece[once], facet[once]
    lengths, ridge = boundary.take(facet)
    row = np.repeat(np.arange(len(facet)), lengths)
    order = np.argsort(owner[row] * size + ridge, kind="stable")  # two facets at every ridge
    pairs = row[order].reshape(-1, 2)
    one, two = pairs[:, 0], pairs[:, 1]
    return owner[one], piece[one], facet[one], facet[two], ridge[order].reshape(-1, 2)[:, 0]


def _grouped(
    first: IntArray, second: IntArray, sign: IntArray, common: IntArray, corner: IntArray
) -> Interactions:
    """Pairs σ < τ, each once per common face ρ, with all ridges they share."""
    swap = first > second
    first, second = np.where(swap, second, first), np.where(swap, first, second)
    corner[swap] = corner[swap][:, [0, 2, 1, 3]]
    order = np.lexsort((corner[:, 3], common, second, first))
    first, second, sign, common, corner = (x[order] for x in (first, second, sign, common, corner))
    fresh = np.ones(len(first), dtype=bool)
    fresh[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1]) | (common[1:] != common[:-1])
    start = np.flatnonzero(fresh)
    lengths = np.diff(np.append(start, len(first)))
    ridges = Incidence.from_lengths(lengths, corner[:, 3])
    return Interactions(first[start], second[start], sign[start], common[start], corner[start], ridges)
