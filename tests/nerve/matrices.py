"""Complexes as plain matrices for the tests: simplices by hand, inner products of every kind."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations

from exactgeom.exact import Surd
from exactgeom.nerve.hodge import HodgeComplex
from exactgeom.nerve.labelled import LabelledMatrix


def closure(maximal):
    """All faces of some simplices, by dimension."""
    faces = {f for s in maximal for k in range(1, len(s) + 1) for f in combinations(sorted(s), k)}
    top = max(map(len, faces))
    return [sorted(f for f in faces if len(f) == k) for k in range(1, top + 1)]


def boundaries(levels):
    found = []
    for p in range(1, len(levels)):
        place = {f: i for i, f in enumerate(levels[p - 1])}
        entries = {
            (place[s[:k] + s[k + 1 :]], j): (-1) ** k for j, s in enumerate(levels[p]) for k in range(p + 1)
        }
        found.append(LabelledMatrix(levels[p - 1], levels[p], entries))
    return found


def number(rng, kind):
    q = Fraction(rng.randint(1, 9), rng.randint(1, 7))
    if kind == "rational":
        return q
    return q * Surd.sqrt(rng.choice([2, 3, 5, 6])) if kind == "surd" else q * Surd.root4(rng.choice([2, 3]))


def gram(labels, kind, rng, full=False):
    """A positive definite Gram matrix: diagonal, or diagonally dominant with a full pattern."""
    n = len(labels)
    entries = {(i, i): number(rng, kind) for i in range(n)}
    if full:
        for i in range(n):
            for j in range(i):
                entries[i, j] = entries[j, i] = Fraction(rng.randint(-2, 2), 3)
        for i in range(n):
            entries[i, i] = entries[i, i] + n
    return LabelledMatrix(labels, labels, entries)


def complex_of(maximal, kind="rational", full=False, seed=0):
    rng = random.Random(seed)
    levels = closure(maximal)
    return HodgeComplex(boundaries(levels), [gram(level, kind, rng, full) for level in levels])


def betti(K):
    ranks = [0, *(d.matrix.rank() for d in K.boundaries), 0]
    return [len(K.gram(p).rows) - ranks[p] - ranks[p + 1] for p in range(K.dimension + 1)]


def path(n):
    return [(i, i + 1) for i in range(n - 1)]


def cycle(n):
    return [(i, (i + 1) % n) for i in range(n)]


ANNULUS = [(0, 1, 3), (1, 3, 4), (1, 2, 4), (2, 4, 5), (0, 2, 5), (0, 3, 5)]
SPHERE = list(combinations(range(4), 3))
SOLID = [(0, 1, 2, 3)]
TWO_PARTS = [(0, 1, 2), (3, 4), (5,)]
COMPLEXES = {
    "point": [(0,)],
    "edge": [(0, 1)],
    "path": path(5),
    "cycle": cycle(5),
    "annulus": ANNULUS,
    "sphere": SPHERE,
    "solid": SOLID,
    "parts": TWO_PARTS,
}
