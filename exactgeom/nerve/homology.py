"""Homology over Z of a chain complex: Betti numbers and torsion, from elementary divisors.

``β_p = n_p − rank ∂_p − rank ∂_{p+1}``, and the torsion of H_p is that of the cokernel of ``∂_{p+1}``. A rank
modulo a prime would bound the rank over Q from below only; here every pivot but the last few is ±1, so each
elimination step is unimodular, and FLINT's Smith form finishes what is left: ranks and divisors are certain.

Elements that bound something already (pivots of ``∂_{p+1}``) need not be looked at again in ``∂_p``: their
columns are combinations of the others, because ``∂_p ∂_{p+1} = 0``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from exactgeom.linalg import elementary_divisors
from exactgeom.nerve.simplicial_table import SignedIncidence

__all__ = ["Homology", "homology"]


class Homology(NamedTuple):
    """Betti numbers, torsion (invariant factors > 1) and ranks of the boundary maps, per degree."""

    betti: tuple[int, ...]
    torsion: tuple[tuple[int, ...], ...]
    ranks: tuple[int, ...]


def homology(counts: Sequence[int], boundaries: Sequence[SignedIncidence]) -> Homology:
    """The homology over Z; `counts[p]` elements of degree p, `boundaries[p - 1]` the map of degree p.

    Contract: exact. Cost: sparse elimination of ±1 pivots, a dense Smith form of what remains.

    >>> twice = SignedIncidence(np.array([0, 0]), np.array([0, 1]), np.array([-1, 1]))
    >>> homology([2, 1], [twice])
    Homology(betti=(1, 0), torsion=((), ()), ranks=(0, 1))
    """
    free = [np.zeros(n, dtype=bool) for n in counts]
    divisors: list[tuple[int, ...]] = [()] * (len(counts) + 1)
    for p in range(len(counts) - 1, 0, -1):
        part = boundaries[p - 1]
        pairs, rest = _collapse(part, counts[p], counts[p - 1], free[p])
        free[p - 1] |= pairs
        divisors[p] = (1,) * int(np.count_nonzero(pairs)) + elementary_divisors(_rows(rest))
    ranks = [len(found) for found in divisors]
    betti = tuple(n - ranks[p] - ranks[p + 1] for p, n in enumerate(counts))
    torsion = tuple(tuple(d for d in divisors[p + 1] if d > 1) for p in range(len(counts)))
    return Homology(betti, torsion, tuple(ranks[:-1]))


def _collapse(
    part: SignedIncidence, count: int, below: int, skip: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], SignedIncidence]:
    """Take away free pairs: an element alone at one of its facets, with sign ±1, is a cheap pivot.

    Elements in `skip` are dropped first. Returns flags of the facets used up, and what is left.
    """
    keep = ~skip[part.element]
    element, facet, sign = part.element[keep], part.facet[keep], part.sign[keep]
    used = np.zeros(below, dtype=bool)
    while len(element):
        alone = (np.bincount(facet, minlength=below)[facet] == 1) & (np.abs(sign) == 1)
        if not alone.any():
            break
        first = np.unique(element[alone], return_index=True)[1]
        used[facet[alone][first]] = True
        gone = np.zeros(count, dtype=bool)
        gone[element[alone]] = True
        stay = ~gone[element]
        element, facet, sign = element[stay], facet[stay], sign[stay]
    return used, SignedIncidence(element, facet, sign)


def _rows(part: SignedIncidence) -> list[dict[int, int]]:
    """One sparse row per element that is left."""
    rows: dict[int, dict[int, int]] = {}
    for element, facet, sign in zip(
        part.element.tolist(), part.facet.tolist(), part.sign.tolist(), strict=True
    ):
        rows.setdefault(element, {})[facet] = sign
    return list(rows.values())
