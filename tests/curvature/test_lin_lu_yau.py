"""The curvature of Lin, Lu and Yau: closed forms, the limit, a linear program that knows no idleness."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.curvature import lin_lu_yau, ollivier_ricci
from tests.curvature.graph_cases import distances, graphs, hypercube, torus
from tests.curvature.test_ollivier import only

F = Fraction


def laplacian_curvature(graph: nx.Graph, u: int, v: int) -> float:
    """Münch and Wojciechowski: inf (Δf(u) − Δf(v))/d over 1-Lipschitz f with f(v) − f(u) = d (floats)."""
    optimize = pytest.importorskip("scipy.optimize", reason="an independent linear programming solver")
    d = distances(graph)
    nodes = sorted({u, v, *graph[u], *graph[v]})
    at = {x: k for k, x in enumerate(nodes)}
    objective = np.zeros(len(nodes))
    for x, sign in ((u, 1), (v, -1)):
        for y in graph[x]:
            objective[at[y]] += sign / graph.degree(x)
            objective[at[x]] -= sign / graph.degree(x)
    pairs = [(x, y) for x in nodes for y in nodes if x != y]
    rows = np.array([np.eye(len(nodes))[at[x]] - np.eye(len(nodes))[at[y]] for x, y in pairs])
    step = np.eye(len(nodes))[[at[v]]] - np.eye(len(nodes))[[at[u]]]
    bounds = [float(d[x][y]) for x, y in pairs]
    found = optimize.linprog(objective, rows, bounds, step, [float(d[u][v])], bounds=(None, None))
    return found.fun / float(d[u][v])


@pytest.mark.parametrize("n", range(2, 8))
def test_complete_graphs(n: int) -> None:
    assert only(lin_lu_yau(nx.complete_graph(n))) == F(n, n - 1)


def test_cycles_paths_and_stars() -> None:
    for n, expected in {3: F(3, 2), 4: F(1), 5: F(1, 2), 6: F(0), 9: F(0)}.items():
        assert only(lin_lu_yau(nx.cycle_graph(n))) == expected
    assert list(lin_lu_yau(nx.path_graph(5)).values()) == [1, 0, 0, 1]
    for leaves in range(1, 7):
        assert only(lin_lu_yau(nx.star_graph(leaves))) == F(2, leaves)


def test_symmetric_graphs() -> None:
    for dim in range(1, 5):
        assert only(lin_lu_yau(hypercube(dim))) == F(2, dim)
    for n in range(1, 5):
        assert only(lin_lu_yau(nx.complete_bipartite_graph(n, n))) == F(2, n)
    assert only(lin_lu_yau(nx.petersen_graph())) == 0
    assert only(lin_lu_yau(torus(6, 7))) == 0


@given(st.integers(2, 12), st.integers(0, 500))
def test_trees(n: int, seed: int) -> None:
    tree = nx.random_labeled_tree(n, seed=seed)
    for (u, v), curvature in lin_lu_yau(tree).items():
        assert curvature == 2 * (F(1, tree.degree(u)) + F(1, tree.degree(v)) - 1)


@given(st.integers(1, 5), st.integers(1, 5))
def test_products_of_regular_graphs(m: int, n: int) -> None:
    """Lin, Lu, Yau, theorem 3.1: a degree-weighted mean along each factor."""
    left, right = nx.complete_graph(m + 1), nx.cycle_graph(n + 2)
    product = nx.cartesian_product(left, right)
    a, b = only(lin_lu_yau(left)), only(lin_lu_yau(right))
    for (u, v), curvature in lin_lu_yau(product).items():
        degree, factor = (m, a) if u[1] == v[1] else (2, b)
        assert curvature == F(degree, m + 2) * factor


@given(graphs(nodes=9), st.integers(0, 5))
def test_unit_lengths_reach_the_limit_early(graph: nx.Graph, steps: int) -> None:
    """Bourne et al. (2018): constant for p ≥ 1/(the larger degree of the two ends + 1)."""
    limit = lin_lu_yau(graph)
    for degree in sorted(set(dict(graph.degree).values()) - {0})[:2]:
        p = F(1, degree + 1) + F(degree, degree + 1) * F(steps, 6)
        for (u, v), curvature in ollivier_ricci(graph, p).items():
            if max(graph.degree(u), graph.degree(v)) >= degree:
                assert curvature / (1 - p) == limit[u, v]


def test_the_degree_that_counts_is_that_of_the_ends() -> None:
    lollipop = nx.star_graph(5)
    nx.add_path(lollipop, [5, 6, 7, 8])
    p = F(1, 6)  # 1/(largest degree + 1), too early for the last edge, whose ends have degrees 2 and 1
    assert ollivier_ricci(lollipop, p)[7, 8] / (1 - p) != lin_lu_yau(lollipop)[7, 8]


@given(graphs(nodes=7, weighted=True), st.sampled_from([F(3, 5), F(9, 10), 1 - F(1, 10**30)]))
def test_the_limit_is_reached_at_one_half_for_all_lengths(graph: nx.Graph, p: Fraction) -> None:
    assert {e: x / (1 - p) for e, x in ollivier_ricci(graph, p).items()} == lin_lu_yau(graph)


def test_general_lengths_need_one_half() -> None:
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        [(0, 2, 2), (0, 4, 2), (1, 4, 1), (1, 2, 2), (2, 3, 4), (2, 4, 2), (3, 4, 2)]
    )
    p = F(1, 5)  # 1/(degree of node 2 + 1)
    assert ollivier_ricci(graph, p)[0, 2] / (1 - p) == F(3, 4)
    assert lin_lu_yau(graph)[0, 2] == F(7, 8)


@settings(max_examples=15)
@given(graphs(nodes=6, weighted=True))
def test_the_laplacian_formula(graph: nx.Graph) -> None:
    for u, v, x in graph.edges(data="weight", default=1):
        graph[u][v]["weight"] = max(F(1, 7), F(x))
    for (u, v), curvature in lin_lu_yau(graph).items():
        assert float(curvature) == pytest.approx(laplacian_curvature(graph, u, v), abs=1e-7)


@given(graphs(nodes=8))
def test_bonnet_myers(graph: nx.Graph) -> None:
    for nodes in nx.connected_components(graph):
        part = graph.subgraph(nodes)
        curvatures = lin_lu_yau(part)
        if curvatures and min(curvatures.values()) > 0:
            assert nx.diameter(part) <= 2 / min(curvatures.values())
