"""Triangulated surfaces, solids and points for the tests of curvature."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from exactgeom.exact import Surd

TETRAHEDRON = list(combinations(range(4), 3))
OCTAHEDRON = [(a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)]


def closest(points):
    """Edges of smallest length between points (coordinates a + b·φ with φ² = φ + 1, as pairs), and faces."""

    def square(p, q):
        total = Surd(0)
        golden = (1 + Surd.sqrt(5)) * Fraction(1, 2)
        for x, y in zip(p, q, strict=True):
            d = Surd(x[0] - y[0]) + golden * (x[1] - y[1])
            total += d * d
        return total

    pairs = {(i, j): square(points[i], points[j]) for i, j in combinations(range(len(points)), 2)}
    least = min(pairs.values())
    return {edge for edge, value in pairs.items() if value == least}


def icosahedron():
    points = []
    for s in (1, -1):
        for t in (1, -1):
            points += [
                ((0, 0), (s, 0), (0, t)),
                ((s, 0), (0, t), (0, 0)),
                ((0, t), (0, 0), (s, 0)),
            ]
    edges = closest(points)
    return [t for t in combinations(range(12), 3) if all(e in edges for e in combinations(t, 2))]


def torus(m=3, n=4):
    """A triangulated torus with m·n vertices."""
    label = lambda i, j: (i % m) * n + j % n  # noqa: E731
    found = []
    for i in range(m):
        for j in range(n):
            a, b, c, d = label(i, j), label(i + 1, j), label(i, j + 1), label(i + 1, j + 1)
            found += [tuple(sorted((a, b, d))), tuple(sorted((a, c, d)))]
    return found


def disc(n=6):
    """A fan of n triangles around vertex 0."""
    return [(0, i, i % n + 1) for i in range(1, n + 1)]


MOEBIUS = [(0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 0), (4, 0, 1)]
PROJECTIVE_PLANE = [
    (0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5), (0, 1, 5),
    (1, 2, 4), (2, 3, 5), (1, 3, 4), (2, 4, 5), (1, 3, 5),
]  # fmt: skip


def edges_of(triangles):
    return sorted({tuple(sorted(pair)) for t in triangles for pair in combinations(t, 2)})
