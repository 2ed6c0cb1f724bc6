"""Grigsby–Lindsey: n + 1 hidden units make at most one bounded component of each decision region."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, claim


def instances(full: bool) -> Iterator[Case]:
    """n-(n+1)-1 networks on R^n, with a ReLU behind the output so that its sign is a unit."""
    rng = Random(4)
    for n, samples in ((1, 12), (2, 30 if full else 10), (3, 8 if full else 1)):
        for _ in range(samples):
            weight = [[rng.randint(-4, 4) for _ in range(n)] for _ in range(n + 1)]
            bias = [rng.randint(-3, 3) for _ in range(n + 1)]
            last = [rng.choice([-3, -2, -1, 1, 2, 3]) for _ in range(n + 1)]
            layers = [eg.Linear(weight, bias), eg.ReLU(), eg.Linear([last], [rng.randint(-3, 3)]), eg.ReLU()]
            yield Case(eg.Network(layers))


def unmet(case: Case) -> str:
    layers, n = case.model.layers, case.model.input_dim
    arrangement = [(row, -offset) for row, offset in zip(layers[0].weight, layers[0].bias, strict=True)]
    if any(not any(row) for row, _ in arrangement) or not eg.Arrangement(arrangement, dim=n).is_generic:
        return "the hyperplanes of the hidden layer are not in general position"
    flat = any("0" in cell.signs for cell in case.partition.cells)
    return "the output vanishes on a cell" if flat else ""


def check(case: Case) -> Finding:
    """Components of {F > 0} and {F < 0} through shared facets; bounded when all their cells are."""
    import networkx as nx

    P = case.partition
    counts = {}
    for sign in "+-":
        cells = [cell.id for cell in P.cells if cell.signs[-1] == sign]
        graph = nx.Graph()
        graph.add_nodes_from(cells)
        graph.add_edges_from(f.cell_ids for f in P.facets if f.is_interior and set(f.cell_ids) <= set(cells))
        parts = nx.connected_components(graph)
        counts[sign] = sum(all(P.cells[i].is_bounded for i in part) for part in parts)
    return claim(max(counts.values()) <= 1, bounded_components=counts, cells=len(P.cells))


THEOREM = Theorem(
    statement="A generic network R^n → R with one hidden layer of n + 1 units has at most one bounded "
    "component in each decision "
    "region {F > t}, {F < t}.",
    hypotheses="hidden hyperplanes in general position; t is not a value that F takes on a whole cell",
    source="J. E. Grigsby, K. Lindsey, On transversality of bent hyperplane arrangements and the "
    "topological expressiveness of "
    "ReLU neural networks, SIAM J. Appl. Algebra Geom. 6 (2022), arXiv:2008.09052",
    scope="instances",
    over="random integer networks with n = 1, 2, 3, t in the bias",
    instances=instances,
    unmet=unmet,
    check=check,
)
