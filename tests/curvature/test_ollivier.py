"""Ollivier's curvature: closed forms, bounds of Jost and Liu, Bonnet–Myers, proofs of every edge."""

from __future__ import annotations

import pickle
from fractions import Fraction
from math import floor
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom import InvalidInput, Surd
from exactgeom.certificates import verify
from exactgeom.curvature import (
    EdgeCurvature,
    LengthGraph,
    edge_curvature,
    length_graph,
    measured_curvature,
    node_transport,
    ollivier_ricci,
)
from tests.curvature.graph_cases import (
    assignment_curvature,
    distances,
    flow_curvature,
    graphs,
    hypercube,
    torus,
)

F = Fraction
IDLENESS = st.sampled_from([F(0), F(1, 10), F(1, 3), F(1, 2), F(7, 9)])


def only(values: dict[object, Fraction]) -> Fraction:
    """The value all edges share."""
    assert len(set(values.values())) == 1
    return next(iter(values.values()))


def assert_proved(found: EdgeCurvature, graph: nx.Graph, idleness: Fraction) -> None:
    """The measures are the right ones, plan and potential are feasible, their values agree."""
    d, best = distances(graph), found.transport
    u, v = found.edge
    for node, names, masses in ((u, found.sources, best.supply), (v, found.targets, best.demand)):
        share = (1 - idleness) / graph.degree(node)
        measure = {node: idleness} | dict.fromkeys(graph[node], share)
        assert dict(zip(names, masses, strict=True)) == {x: mass for x, mass in measure.items() if mass}
    left, right = best.potential
    for i, a in enumerate(found.sources):
        assert sum(mass for x, _, mass in best.plan if x == i) == best.supply[i]
        for j, b in enumerate(found.targets):
            assert best.costs[i][j] == d[a][b]
            assert left[i] + right[j] <= d[a][b]
            assert a != b or left[i] == -right[j]
    for j, mass in enumerate(best.demand):
        assert sum(x for _, b, x in best.plan if b == j) == mass
    assert best.gap == 0
    assert found.distance == d[u][v]
    assert found.curvature == 1 - best.cost / d[u][v]


@pytest.mark.parametrize("n", range(2, 9))
def test_complete_graphs(n: int) -> None:
    for p in (F(0), F(1, 2), F(1, n)):
        expected = F(n - 2, n - 1) if p == 0 else 1 - abs(p - (1 - p) / (n - 1))
        assert only(ollivier_ricci(nx.complete_graph(n), p)) == expected


def test_cycles() -> None:
    small = {3: F(1, 2), 4: F(0), 5: F(0), 6: F(0), 11: F(0)}
    for n, expected in small.items():
        assert only(ollivier_ricci(nx.cycle_graph(n), 0)) == expected
    lazy = {3: F(3, 4), 4: F(1, 2), 5: F(1, 4), 6: F(0), 7: F(0), 12: F(0)}
    for n, expected in lazy.items():
        assert only(ollivier_ricci(nx.cycle_graph(n))) == expected


def test_paths_have_flat_middles() -> None:
    found = ollivier_ricci(nx.path_graph(6))
    assert found == {(0, 1): F(1, 2), (1, 2): 0, (2, 3): 0, (3, 4): 0, (4, 5): F(1, 2)}
    assert only(ollivier_ricci(nx.path_graph(2))) == 1
    assert only(ollivier_ricci(nx.path_graph(2), 0)) == 0


@given(st.integers(2, 14), st.integers(0, 1000))
def test_trees_meet_the_lower_bound_of_jost_and_liu(n: int, seed: int) -> None:
    tree = nx.random_labeled_tree(n, seed=seed)
    for (u, v), curvature in ollivier_ricci(tree, 0).items():
        a, b = F(1, tree.degree(u)), F(1, tree.degree(v))
        assert curvature == -2 * max(0, 1 - a - b)


def test_stars() -> None:
    for leaves in range(1, 8):
        assert only(ollivier_ricci(nx.star_graph(leaves), 0)) == 0
        assert only(ollivier_ricci(nx.star_graph(leaves))) == F(1, leaves)


@pytest.mark.parametrize("dim", range(1, 5))
def test_hypercubes(dim: int) -> None:
    assert only(ollivier_ricci(hypercube(dim), 0)) == 0
    assert only(ollivier_ricci(hypercube(dim))) == F(1, dim)


def test_complete_bipartite_graphs() -> None:
    for m in range(1, 5):
        for n in range(m, 6):
            assert only(ollivier_ricci(nx.complete_bipartite_graph(m, n), 0)) == 0
        assert only(ollivier_ricci(nx.complete_bipartite_graph(m, m))) == F(1, m)


def test_petersen_and_tori() -> None:
    assert only(ollivier_ricci(nx.petersen_graph(), 0)) == F(-1, 3)
    assert only(ollivier_ricci(nx.petersen_graph())) == 0
    for p in (0, "1/3", "1/2"):
        assert only(ollivier_ricci(torus(6, 7), p)) == 0
    assert only(ollivier_ricci(torus(6, 6, 6))) == 0


@given(graphs(), IDLENESS)
def test_every_edge_is_proved(graph: nx.Graph, idleness: Fraction) -> None:
    prepared = length_graph(graph)
    for (u, v), curvature in ollivier_ricci(graph, idleness).items():
        found = edge_curvature(prepared, u, v, idleness)
        assert_proved(found, graph, idleness)
        assert found.curvature == curvature == flow_curvature(graph, u, v, idleness)


@given(graphs(nodes=7, weighted=True), IDLENESS)
@settings(max_examples=30)
def test_every_edge_with_a_length_is_proved(graph: nx.Graph, idleness: Fraction) -> None:
    for (u, v), curvature in ollivier_ricci(graph, idleness).items():
        found = edge_curvature(graph, u, v, idleness)
        assert_proved(found, graph, idleness)
        assert found.curvature == curvature == flow_curvature(graph, u, v, idleness)


@pytest.mark.parametrize("seed", range(4))
def test_regular_graphs_by_all_bijections(seed: int) -> None:
    graph = nx.random_regular_graph(4, 9, seed=seed)
    for (u, v), curvature in ollivier_ricci(graph, 0).items():
        assert curvature == assignment_curvature(graph, u, v)


@given(graphs(nodes=9))
def test_bounds_of_jost_and_liu(graph: nx.Graph) -> None:
    for (u, v), curvature in ollivier_ricci(graph, 0).items():
        a, b = sorted((graph.degree(u), graph.degree(v)))
        triangles = len(set(graph[u]) & set(graph[v]))
        thin = 1 - F(1, a) - F(1, b)
        lower = -max(0, thin - F(triangles, a)) - max(0, thin - F(triangles, b)) + F(triangles, b)
        assert lower <= curvature <= F(triangles, b)


@given(graphs(nodes=9), IDLENESS)
def test_bonnet_myers(graph: nx.Graph, idleness: Fraction) -> None:
    for nodes in nx.connected_components(graph):
        part = graph.subgraph(nodes)
        curvatures = ollivier_ricci(part, idleness)
        if curvatures and min(curvatures.values()) > 0:
            assert nx.diameter(part) <= floor(2 * (1 - idleness) / min(curvatures.values()))


@given(graphs(weighted=True), st.permutations(range(8)), IDLENESS)
def test_relabelling(graph: nx.Graph, order: list[int], idleness: Fraction) -> None:
    names = {i: f"node {order[i]}" for i in graph}
    moved = nx.Graph()
    moved.add_nodes_from(sorted(names.values()))
    for u, v, x in graph.edges(data="weight", default=1):
        moved.add_edge(names[v], names[u], weight=x)
    there = {frozenset(edge): x for edge, x in ollivier_ricci(moved, idleness).items()}
    here = ollivier_ricci(graph, idleness)
    assert there == {frozenset((names[u], names[v])): x for (u, v), x in here.items()}
    assert list(here) == list(graph.edges)


@given(graphs(weighted=True), IDLENESS, st.sampled_from([F(2, 7), Surd.sqrt(2), Surd.sqrt("3/5")]))
def test_a_common_factor_of_the_lengths_changes_nothing(
    graph: nx.Graph, idleness: Fraction, factor: Surd
) -> None:
    here, scaled = ollivier_ricci(graph, idleness), graph.copy()
    for u, v, x in graph.edges(data="weight", default=1):
        scaled[u][v]["weight"] = factor * F(x)
    assert ollivier_ricci(scaled, idleness) == here


def test_idleness_one_is_flat_and_curvature_is_concave_in_idleness() -> None:
    graph = nx.karate_club_graph()
    steps = [ollivier_ricci(graph, F(k, 6)) for k in range(7)]
    assert set(steps[6].values()) == {0}
    for edge in graph.edges:
        values = [step[edge] for step in steps]
        assert all(2 * b >= a + c for a, b, c in zip(values, values[1:], values[2:], strict=False))


def test_surd_lengths() -> None:
    a, b = Surd.sqrt(2), Surd.sqrt(3)
    path = LengthGraph("abcd", ["ab", "bc", "cd"], [a, 1, b])
    found = ollivier_ricci(path, 0)
    assert found["a", "b"] == F(1, 2) - a / 4
    assert found["b", "c"] == 1 - (a + b) / 2
    assert found["c", "d"] == F(1, 2) - b / 6
    square = nx.cycle_graph(4)
    square.add_edge(0, 2, weight=a)
    corners = ollivier_ricci(square, 0)
    assert (corners[0, 1], corners[0, 2]) == (F(1, 3), F(2, 3))
    for graph, curvatures in ((path, found), (square, corners)):
        for (u, v), curvature in curvatures.items():
            proof = edge_curvature(graph, u, v, 0)
            assert proof.curvature == curvature
            assert proof.transport.gap == 0
            assert verify(proof.certificate())


def test_an_edge_longer_than_the_way_around() -> None:
    graph = nx.cycle_graph(3)
    graph[0][1]["weight"] = 5
    assert length_graph(graph).distance(0, 1) == 2
    assert ollivier_ricci(graph, 0)[0, 1] == flow_curvature(graph, 0, 1, F(0))
    assert edge_curvature(graph, 0, 1, 0).distance == 2


def test_distant_nodes_and_measures_of_ones_own() -> None:
    graph = length_graph(nx.path_graph(9))
    far = edge_curvature(graph, 1, 7, "1/3")
    assert (far.curvature, far.distance, far.transport.gap) == (0, 6, 0)
    moved = node_transport(graph, {0: "1/2", 8: "1/2"}, {4: 1})
    assert (moved.sources, moved.targets, moved.transport.cost) == ((0, 8), (4,), 4)
    same = measured_curvature(graph, 0, 8, {3: 1, 2: 0}, {3: 1})
    assert (same.curvature, same.sources, same.transport.plan) == (1, (3,), ((0, 0, 1),))
    root = Surd.sqrt(2)
    surds = measured_curvature(graph, 0, 1, {0: root - 1, 1: 2 - root}, {1: 1})
    assert surds.curvature == 2 - root
    assert surds.transport.gap == 0


def test_weights_go_through_the_door() -> None:
    graph = nx.path_graph(3)
    graph[0][1]["weight"] = 0.1
    graph[1][2]["weight"] = "0.1"
    found = length_graph(graph)
    assert found.lengths == (F(0.1), F(1, 10))
    assert length_graph(graph, weight=None).lengths == (1, 1)
    assert length_graph(graph, weight="cost").lengths == (1, 1)


def loop() -> nx.Graph:
    graph = nx.path_graph(2)
    graph.add_edge(1, 1)
    return graph


def weighted(value: object) -> nx.Graph:
    graph = nx.path_graph(3)
    graph[1][2]["weight"] = value
    return graph


@pytest.mark.parametrize(
    ("graph", "options", "message"),
    [
        (nx.DiGraph([(0, 1)]), {}, "graph: expected an undirected graph, got a directed one"),
        (nx.MultiGraph([(0, 1)]), {}, "graph: expected a simple graph, got a multigraph"),
        (loop(), {}, "edge (1, 1): expected a graph without loops"),
        (weighted(0), {}, "edge (1, 2): expected a length > 0, got 0"),
        (weighted(-0.5), {}, "edge (1, 2): expected a length > 0, got -1/2"),
        (weighted(float("inf")), {}, "edge (1, 2): expected a finite number, got inf"),
        (weighted(None), {}, "edge (1, 2): expected a rational number, got None"),
        (weighted(True), {}, "edge (1, 2): expected a number, got the boolean True"),
        (weighted(1 - Surd.sqrt(2)), {}, "edge (1, 2): expected a length > 0, got 1 - √2"),
        (nx.path_graph(2), {"idleness": "3/2"}, "idleness: expected a share between 0 and 1, got 3/2"),
        (nx.path_graph(2), {"idleness": -1}, "idleness: expected a share between 0 and 1, got -1"),
        ([(0, 1)], {}, "graph: expected a networkx graph, got list"),
    ],
)
def test_bad_input(graph: object, options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ollivier_ricci(graph, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_bad_questions() -> None:
    graph = nx.Graph([(0, 1), (2, 3)])
    for arguments, message in [
        ((0, 9), "node 9: expected a node of the graph"),
        ((0, 0), "edge (0, 0): expected two different nodes"),
        ((0, 2), "node 0: expected a path to node"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            edge_curvature(graph, *arguments)
        assert str(caught.value).startswith(message)
    whole = length_graph(graph)
    for source, target, message in [
        ({0: 1}, {1: 2}, "target: expected the two measures to have the same total mass"),
        ({0: -1}, {1: -1}, "source[0]: expected a mass >= 0, got -1"),
        ({5: 1}, {1: 1}, "node 5: expected a node of the graph"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            node_transport(whole, source, target)
        assert str(caught.value) == message
    for nodes, edges, lengths, message in [
        ("ab", ["ab", "ba"], [1, 1], "edge ('b', 'a'): expected at most one edge between two nodes"),
        ("ab", ["ac"], [1], "edge ('a', 'c'): expected two nodes of the graph"),
        ("aa", [], [], "nodes: expected each node once"),
        ("ab", ["ab"], [], "lengths: expected 1 lengths, got 0"),
    ]:
        with pytest.raises(InvalidInput) as caught:
            LengthGraph(nodes, edges, lengths)
        assert str(caught.value) == message


def test_graphs_and_answers_are_frozen_values() -> None:
    graph = LengthGraph("abc", ["ab", "bc"], [1, Surd.sqrt(2)])
    graph.distance("a", "c")
    assert pickle.loads(pickle.dumps(graph)) == graph == eval(repr(graph))
    assert hash(graph) == hash(LengthGraph("abc", ["ab", "bc"], [1, Surd.sqrt(2)]))
    found = edge_curvature(graph, "a", "b")
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(AttributeError):
        graph.nodes = ()  # type: ignore[misc]
    assert ollivier_ricci(nx.empty_graph(3)) == ollivier_ricci(nx.Graph()) == {}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LengthGraph("ab", ["abc"], [1]), r"edges\[0\]: expected two nodes, got 'abc'"),
        (lambda: LengthGraph("ab", [1], [1]), r"edges\[0\]: expected two nodes, got 1"),
        (lambda: LengthGraph([[1]], [], []), r"nodes: expected a hashable node, got \[1\]"),
        (lambda: LengthGraph("ab", [([1], "b")], [1]), r"nodes: expected a hashable node, got \[1\]"),
        (lambda: LengthGraph(None, [], []), "nodes: expected a sequence, got NoneType"),  # type: ignore[arg-type]
        (
            lambda: LengthGraph("ab", ["ab"], [1]).distance("a", []),
            r"node .*: expected a node",
        ),
        (lambda: node_transport(LengthGraph("a", [], []), [1], {}), "source: expected a mapping of nodes"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_graph_is_one_line(make: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        make()


def test_results_print_short_where_numbers_are_long() -> None:
    long = LengthGraph("abc", ["ab", "bc"], [Fraction(10**5000, 3), Fraction(1, 10**5000 + 1)])
    found = edge_curvature(long, "a", "b")
    assert len(repr(found)) < 200 and "curvature" in repr(found) and len(repr(found.transport)) < 200
    short = edge_curvature(LengthGraph("ab", ["ab"], [1]), "a", "b")
    names = {"EdgeCurvature": EdgeCurvature, "Fraction": Fraction, "Transport": type(short.transport)}
    assert eval(repr(short), names) == short
