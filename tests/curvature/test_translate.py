"""Other libraries' numbers, reproduced: GraphRicciCurvature and POT against our exact answers."""

from __future__ import annotations

import warnings
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from exactgeom import InvalidInput
from exactgeom.curvature import forman_ricci, length_graph, measured_curvature, ollivier_ricci, transport
from exactgeom.curvature.translate import grc_forman, grc_ollivier, grc_walk, pot_emd
from tests.curvature import graph_cases  # noqa: F401  (keeps POT from importing its backends)

F = Fraction


def weighted_karate() -> nx.Graph:
    return nx.karate_club_graph()


def geometric() -> nx.Graph:
    graph = nx.random_geometric_graph(40, 0.28, seed=3)
    for u, v in graph.edges:
        (a, b), (c, d) = graph.nodes[u]["pos"], graph.nodes[v]["pos"]
        graph[u][v]["weight"] = float(np.hypot(a - c, b - d))
    return graph


def theirs(graph: nx.Graph, **options: object) -> dict[tuple[object, object], float]:
    module = pytest.importorskip("GraphRicciCurvature.OllivierRicci", reason="the float peer of this test")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = module.OllivierRicci(graph, proc=1, **options)
        peer.compute_ricci_curvature()
    return nx.get_edge_attributes(peer.G, "ricciCurvature")


def assert_close(ours: dict[object, object], floats: dict[object, float]) -> None:
    assert list(ours) == list(floats)
    for edge, value in ours.items():
        assert float(value) == pytest.approx(floats[edge], abs=1e-9)


@pytest.mark.parametrize("alpha", [0, 0.3, 0.5])
@pytest.mark.parametrize("graph", [weighted_karate(), geometric()], ids=["karate", "geometric"])
def test_ollivier_with_the_defaults_of_graph_ricci_curvature(graph: nx.Graph, alpha: float) -> None:
    assert_close(grc_ollivier(graph, alpha), theirs(graph, alpha=alpha))


def test_ollivier_with_other_bases_and_powers() -> None:
    graph = geometric()
    for options in ({"base": 2.0, "exp_power": 1}, {"base": 1.5, "exp_power": 3}, {"exp_power": 0}):
        assert_close(grc_ollivier(graph, **options), theirs(graph, **options))


def test_uniform_neighbours_are_power_zero_or_equal_lengths() -> None:
    karate = weighted_karate()
    assert grc_ollivier(karate, F(1, 3), exp_power=0) == ollivier_ricci(karate, "1/3")
    assert grc_ollivier(karate, F(1, 3), weight=None) == ollivier_ricci(karate, "1/3", weight=None)
    assert_close(ollivier_ricci(karate, 0.25), theirs(karate, alpha=0.25, exp_power=0))
    assert grc_ollivier(karate) != ollivier_ricci(karate)


def test_where_weights_vanish_they_share_evenly() -> None:
    graph = nx.path_graph(4)
    for u, v in graph.edges:
        graph[u][v]["weight"] = 5 + u  # e^-25 = 1.4e-11, e^-36 = 2e-16
    lengths = length_graph(graph)
    assert grc_walk(lengths, 1, "1/2") == {1: F(1, 2), 0: F(1, 4), 2: F(1, 4)}
    assert grc_walk(length_graph(nx.empty_graph(1)), 0) == {0: 1}
    assert_close(grc_ollivier(graph), theirs(graph))


def test_the_proof_says_who_is_right() -> None:
    """Their doubles are near the certified value, or the certificate stands against them."""
    karate = weighted_karate()
    lengths, floats = length_graph(karate), theirs(karate)
    walks = {x: grc_walk(lengths, x) for x in karate}
    for (u, v), value in list(grc_ollivier(karate).items())[::6]:
        proof = measured_curvature(lengths, u, v, walks[u], walks[v])
        assert proof.transport.gap == 0
        assert proof.curvature == value
        assert abs(value - F(floats[u, v])) < F(1, 10**9)


def test_flat_edges_that_floats_miss() -> None:
    graph = nx.convert_node_labels_to_integers(nx.grid_graph([5, 5]))
    ours, floats = ollivier_ricci(graph, 0), theirs(graph, alpha=0)
    flat = [edge for edge, value in ours.items() if value == 0]
    assert flat
    assert any(floats[edge] != 0 for edge in flat)


@pytest.mark.parametrize("method", ["1d", "augmented", "balanced"])
def test_forman_of_graph_ricci_curvature(method: str) -> None:
    module = pytest.importorskip("GraphRicciCurvature.FormanRicci", reason="the float peer of this test")
    graph = weighted_karate()
    for x in graph:
        graph.nodes[x]["weight"] = 1 + x % 3
    peer = module.FormanRicci(graph, method=method)
    peer.compute_ricci_curvature()
    assert_close(grc_forman(graph, method=method), nx.get_edge_attributes(peer.G, "formanCurvature"))


def test_forman_without_weights_is_ours() -> None:
    graph = nx.Graph(weighted_karate().edges)
    assert grc_forman(graph, method="1d") == forman_ricci(graph)
    assert grc_forman(graph) == forman_ricci(graph, triangles=True)
    with pytest.raises(InvalidInput, match="method: expected"):
        grc_forman(graph, method="2d")


def test_pot() -> None:
    ot = pytest.importorskip("ot", reason="the float peer of this test")
    rng = np.random.default_rng(2)
    for m, n in ((1, 3), (5, 5), (7, 12)):
        a, b, cost = rng.random(m), rng.random(n), rng.random((m, n))
        a /= a.sum()
        b /= b.sum()
        for left, right in ((a, b), ([], b), (a, []), ([], [])):
            ours = pot_emd(left, right, cost)
            plan, log = ot.emd(left, right, cost, log=True)
            assert ours.gap == 0
            assert float(ours.cost) == pytest.approx(log["cost"], rel=1e-12)
            assert float(ours.cost) == pytest.approx(ot.emd2(left, right, cost), rel=1e-12)
            found = np.zeros((m, n))
            for i, j, mass in ours.plan:
                found[i, j] = mass
            if len(left) and len(right):  # generic masses: plan and centred potentials are unique
                np.testing.assert_allclose(found, plan, atol=1e-12)
                np.testing.assert_allclose(np.array(ours.potential[0], float), log["u"], atol=1e-12)
                np.testing.assert_allclose(np.array(ours.potential[1], float), log["v"], atol=1e-12)


def test_pot_rescales_and_centres() -> None:
    cost = [[0, 1], [1, 0]]
    near = pot_emd([0.5, 0.5], [0.1, 0.9], cost)  # 0.1 + 0.9 is 1 in doubles, not in exact numbers
    assert sum(near.demand) == 1
    u, v = near.potential
    left = sum(x * y for x, y in zip(u, near.supply, strict=True))
    assert left == sum(x * y for x, y in zip(v, near.demand, strict=True)) == near.cost / 2
    with pytest.raises(InvalidInput):
        transport([0.5, 0.5], [0.1, 0.9], cost)
    with pytest.raises(InvalidInput, match="b: expected a total of 1, got 2"):
        pot_emd([1, 0], [1, 1], cost)
    with pytest.raises(InvalidInput, match="b: expected a total"):
        pot_emd([0, 0], [0, 0], cost)
