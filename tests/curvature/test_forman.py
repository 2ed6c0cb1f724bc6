"""Forman's curvature: closed forms, the Bochner matrix built from boundary maps, weights, triangles."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import isclose, sqrt

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import InvalidInput, Surd
from exactgeom.curvature import forman_complex, forman_ricci, length_graph
from exactgeom.nerve.simplicial import SimplicialComplex
from tests.curvature.graph_cases import graphs, hypercube, torus
from tests.curvature.test_ollivier import only

F = Fraction
WEIGHTS = st.sampled_from([1, 2, F(1, 2), F(9, 4), 5])


def bochner(complex: SimplicialComplex, dim: int, weights: dict[tuple[int, ...], Fraction]) -> list[float]:
    """w·(diagonal − absolute row sums) of the Laplacian in unit cells, from signed boundaries."""

    def boundary(p: int) -> np.ndarray:
        rows, columns = complex.simplices(p - 1), complex.simplices(p)
        found = np.zeros((len(rows), len(columns)))
        for j, cell in enumerate(columns):
            for k in range(len(cell)) if p else ():
                face = cell[:k] + cell[k + 1 :]
                size = sqrt(weights.get(face, 1) / weights.get(cell, 1))
                found[rows.index(face), j] = (-1) ** k * size
        return found

    cells = complex.simplices(dim)
    down, up = boundary(dim) if dim else np.zeros((0, len(cells))), boundary(dim + 1)
    laplacian = down.T @ down + up @ up.T
    rows = 2 * np.diag(laplacian) - np.abs(laplacian).sum(axis=1)
    return [float(weights.get(cell, 1)) * row for cell, row in zip(cells, rows, strict=True)]


@st.composite
def complexes(draw: st.DrawFn) -> tuple[SimplicialComplex, dict[tuple[int, ...], Fraction]]:
    tops = draw(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=4), min_size=1, max_size=5))
    found = SimplicialComplex([sorted(top) for top in tops])
    cells = [cell for p in range(4) for cell in found.simplices(p)]
    chosen = draw(st.lists(st.sampled_from(cells), max_size=8, unique=True))
    return found, {cell: F(draw(WEIGHTS)) for cell in chosen}


def test_regular_graphs() -> None:
    for graph, degree in [
        (nx.complete_graph(6), 5),
        (nx.cycle_graph(7), 2),
        (nx.petersen_graph(), 3),
        (hypercube(4), 4),
        (torus(4, 5), 4),
        (nx.complete_bipartite_graph(3, 3), 3),
    ]:
        assert only(forman_ricci(graph)) == 4 - 2 * degree
    assert only(forman_ricci(nx.star_graph(6))) == -3
    assert list(forman_ricci(nx.path_graph(4)).values()) == [1, 0, 1]
    assert only(forman_ricci(nx.complete_graph(6), triangles=True)) == 4 - 10 + 12


@given(graphs(weighted=True), st.booleans())
def test_without_weights_it_counts(graph: nx.Graph, triangles: bool) -> None:
    for (u, v), curvature in forman_ricci(graph, triangles=triangles).items():
        filled = len(set(graph[u]) & set(graph[v])) if triangles else 0
        assert curvature == 4 - graph.degree(u) - graph.degree(v) + 3 * filled
    unit = nx.Graph(graph.edges)
    assert forman_ricci(unit, "weight", "weight", triangles) == forman_ricci(unit, triangles=triangles)


@given(graphs(nodes=7), st.booleans(), st.data())
def test_a_graph_is_a_complex(graph: nx.Graph, triangles: bool, data: st.DataObject) -> None:
    weights = {}
    for x in graph:
        graph.nodes[x]["mass"] = weights[x,] = F(data.draw(WEIGHTS))
    for u, v in graph.edges:
        graph[u][v]["weight"] = weights[min(u, v), max(u, v)] = F(data.draw(WEIGHTS))
    tops = [*((x,) for x in graph), *(tuple(sorted(edge)) for edge in graph.edges)]
    if triangles:
        tops += [
            t for t in combinations(sorted(graph), 3) if all(graph.has_edge(*e) for e in combinations(t, 2))
        ]
    there = forman_complex(SimplicialComplex(tops), 1, weights)
    here = forman_ricci(graph, "weight", "mass", triangles)
    assert {tuple(sorted(edge)): x for edge, x in here.items()} == there


@given(complexes(), st.integers(0, 2))
def test_bochner(given_: tuple[SimplicialComplex, dict[tuple[int, ...], Fraction]], dim: int) -> None:
    complex, weights = given_
    found = forman_complex(complex, dim, weights)
    assert list(found) == list(complex.simplices(dim))
    for value, expected in zip(found.values(), bochner(complex, dim, weights), strict=True):
        assert isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)


@given(complexes(), st.integers(1, 2))
def test_positive_curvature_kills_homology(
    given_: tuple[SimplicialComplex, dict[tuple[int, ...], Fraction]], dim: int
) -> None:
    complex, weights = given_
    found = forman_complex(complex, dim, weights)
    betti = complex.betti()
    if found and min(found.values()) > 0:
        assert betti[dim] == 0


def test_spheres() -> None:
    tetrahedron = SimplicialComplex(list(combinations(range(4), 3)))
    assert set(forman_complex(tetrahedron, 1).values()) == {4}
    octahedron = SimplicialComplex([(a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)])
    assert set(forman_complex(octahedron, 1).values()) == {2}
    assert set(forman_complex(octahedron, 0).values()) == {0}


def test_roots_stay_exact() -> None:
    path = nx.path_graph(3)
    path[0][1]["weight"], path.nodes[1]["heavy"] = 2, 3
    found = forman_ricci(path, "weight", "heavy")
    root = Surd.sqrt(2)
    assert found == {(0, 1): 4 - 3 * root, (1, 2): 4 - F(3, 2) * root}
    surds = forman_complex(SimplicialComplex([(0, 1), (1, 2)]), 1, {(1, 0): root})
    assert surds[0, 1] == 2 - Surd.root4(2)


@given(graphs(nodes=7, weighted=True), st.sampled_from([F(1, 3), 7, Surd.sqrt(5)]))
def test_scaling_all_weights(graph: nx.Graph, factor: Surd) -> None:
    """F scales like w when all weights, those of the nodes too, are multiplied by a number."""
    base = forman_ricci(graph, "weight", "weight")
    for _, _, data in graph.edges(data=True):
        data["weight"] = factor * F(data.get("weight", 1))
    for _, data in graph.nodes(data=True):
        data["weight"] = factor
    assert forman_ricci(graph, "weight", "weight") == {edge: factor * x for edge, x in base.items()}


def test_bad_input() -> None:
    graph = nx.path_graph(3)
    graph.nodes[2]["mass"] = 0
    triangle = SimplicialComplex([(0, 1, 2)])
    for call, message in [
        (lambda: forman_ricci(graph, node_weight="mass"), "node 2: expected a weight > 0, got 0"),
        (
            lambda: forman_ricci(length_graph(graph), node_weight="mass"),
            "node_weight: expected a networkx graph",
        ),
        (lambda: forman_ricci(nx.DiGraph([(0, 1)])), "graph: expected an undirected graph"),
        (lambda: forman_complex(triangle, -1), "dim: expected a dimension >= 0, got -1"),
        (
            lambda: forman_complex(triangle, 1, {(0, 3): 1}),
            "weights[(0, 3)]: expected a simplex of the complex",
        ),
        (lambda: forman_complex(triangle, 1, {(0, 1): -1}), "weights[(0, 1)]: expected a weight > 0, got -1"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            call()
        assert str(caught.value).startswith(message)
