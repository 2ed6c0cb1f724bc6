"""Named finite families beside the models: polytopes, graphs, surfaces, triangulations, transport problems.

Fixed order, fixed seeds, small members first.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any, Final

from exactgeom.polyhedra import Polytope, box, cross_polytope, permutohedron, simplex

__all__ = [
    "SURFACES",
    "connected_graphs",
    "polytopes",
    "random_polytopes",
    "simplicial_complexes",
    "transport_problems",
    "triangulations",
]

_RP2: list[tuple[int, ...]] = [
    (1, 2, 5),
    (1, 2, 6),
    (1, 3, 4),
    (1, 3, 6),
    (1, 4, 5),
    (2, 3, 4),
    (2, 3, 5),
    (2, 4, 6),
    (3, 5, 6),
    (4, 5, 6),
]
_TORUS: list[tuple[int, ...]] = [
    tuple(sorted((i, (i + a) % 7, (i + 3) % 7))) for i in range(7) for a in (1, 2)
]
SURFACES: Final[dict[str, list[tuple[int, ...]]]] = {
    "tetrahedron": list(combinations(range(4), 3)),
    "octahedron": [(a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)],
    "torus with 7 vertices": _TORUS,
    "projective plane with 6 vertices": _RP2,
    "disc": [(0, i, i % 5 + 1) for i in range(1, 6)],
    "annulus": [
        t for i in range(3) for t in ((i, (i + 1) % 3, 3 + i), ((i + 1) % 3, 3 + i, 3 + (i + 1) % 3))
    ],
}
"""Triangulated surfaces by name: closed ones, and two with boundary."""


def polytopes(full: bool = True) -> Iterator[Polytope]:
    """Simplices, boxes, cross-polytopes, permutohedra, and intersections of half-spaces with integer rows."""
    for dim in (1, 2, 3, 4) if full else (2, 3):
        yield simplex(dim)
        yield box(-1, 2, dim=dim)
        yield cross_polytope(dim)
    yield permutohedron(3)
    if full:
        yield permutohedron(4)
    yield from random_polytopes(full)


def random_polytopes(full: bool = True) -> Iterator[Polytope]:
    """Full-dimensional boxes cut by random halfspaces a . x <= b with b > 0, fixed seed."""
    rng = Random(7)
    for dim, count in ((2, 2), (2, 4), (3, 2), (3, 4)):
        for _ in range(4 if full else 1):
            rows = [[rng.randint(-3, 3) for _ in range(dim)] for _ in range(count)]
            rows = [row for row in rows if any(row)]
            bounds = [rng.randint(1, 5) for _ in rows]
            for axis in range(dim):
                for side in (1, -1):
                    rows.append([side * (axis == j) for j in range(dim)])
                    bounds.append(2)
            yield Polytope.from_inequalities(rows, bounds)


def connected_graphs(most: int) -> Iterator[Any]:
    """All connected graphs with an edge and at most `most` <= 7 nodes, up to isomorphism (networkx)."""
    import networkx as nx
    from networkx.generators.atlas import graph_atlas_g

    for graph in graph_atlas_g():
        if graph.number_of_nodes() > most:
            return
        if graph.number_of_edges() and nx.is_connected(graph):
            yield nx.Graph(graph)


def triangulations(full: bool = True) -> Iterator[tuple[list[tuple[Fraction, Fraction]], list[list[int]]]]:
    """(points, triangles) of a triangle with points inserted one by one at random, fixed seed."""
    for inner in range(6 if full else 4):
        for seed in range(3 if full else 2):
            rng = Random(100 * inner + seed)
            points = [(Fraction(0), Fraction(0)), (Fraction(6), Fraction(0)), (Fraction(0), Fraction(6))]
            triangles = [[0, 1, 2]]
            for _ in range(inner):
                a, b, c = triangles.pop(rng.randrange(len(triangles)))
                weights = [rng.randint(1, 4) for _ in range(3)]
                x, y = (
                    sum((w * points[i][k] for w, i in zip(weights, (a, b, c), strict=True)), Fraction(0))
                    / sum(weights)
                    for k in (0, 1)
                )
                points.append((x, y))
                new = len(points) - 1
                triangles += [[a, b, new], [b, c, new], [a, c, new]]
            yield points, [sorted(t) for t in triangles]


def simplicial_complexes(full: bool = True) -> Iterator[list[tuple[int, ...]]]:
    """Maximal simplices: the surfaces, full simplices, and random complexes with a fixed seed."""
    yield from SURFACES.values()
    for size in (1, 2, 3, 4, 5):
        yield [tuple(range(size))]
    rng = Random(11)
    for count in (3, 5, 8, 12):
        for _ in range(6 if full else 2):
            yield [tuple(sorted(rng.sample(range(8), rng.randint(1, 4)))) for _ in range(count)]


def transport_problems(full: bool = True) -> Iterator[tuple[list[Fraction], list[Fraction], list[list[int]]]]:
    """(supply, demand, costs): degenerate masses and ties on purpose, fixed seed."""
    rng = Random(5)
    for rows, columns in ((1, 1), (2, 2), (2, 3), (4, 4), (5, 7)):
        for _ in range(8 if full else 2):
            supply = [rng.randint(0, 4) for _ in range(rows)]
            demand = [rng.randint(0, 4) for _ in range(columns)]
            supply[0] += 1
            demand[0] += 1
            costs = [[rng.randint(0, 5) for _ in range(columns)] for _ in range(rows)]
            yield (
                [Fraction(m, sum(supply)) for m in supply],
                [Fraction(m, sum(demand)) for m in demand],
                costs,
            )
