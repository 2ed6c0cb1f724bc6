"""Statistical Ricci curvature: Ollivier's where data are even, exact or certified where they are not."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates.verify import verify
from exactgeom.curvature.graphs import LengthGraph
from exactgeom.curvature.lengths import weighted_lengths
from exactgeom.curvature.lengths_values import quotient
from exactgeom.curvature.ollivier import ollivier_ricci
from exactgeom.curvature.statistical import NEIGHBOURS, _curvature, ricci_of_lengths, statistical_ricci
from exactgeom.curvature.statistical_graphs import DataGraph
from exactgeom.curvature.statistical_walks import Walk
from exactgeom.exact import Enclosure, InvalidInput, Surd

CROSS = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
LINES = [([1, 1], 0), ([1, -2], "1/3"), ([3, 1], "1/2")]
SLANTED = eg.partition(eg.Arrangement(LINES), eg.box(-1, 1, dim=2))
MASSES = [1 + 3 * i % 7 for i in range(len(SLANTED.cells))]
SPACE = eg.partition(eg.Arrangement([([1, 0, 2], 0), ([1, -2, 1], "1/3")]), eg.box(-1, 1, dim=3))


def even(P):
    return [cell.volume for cell in P.cells]


def normalised(table):
    return {tuple(sorted(edge)): value for edge, value in table.items()}


@pytest.mark.parametrize("P", [CROSS, SLANTED, SPACE], ids=["cross", "slanted", "space"])
@pytest.mark.parametrize("idleness", [0, "1/2", "2/3", 1])
@pytest.mark.parametrize("alpha", [1, "1/2", "1/4"])
def test_even_data_unit_lengths_and_uniform_steps_are_ollivier(P, idleness, alpha) -> None:
    K = statistical_ricci(P, even(P), length="unit", alpha=alpha, neighbours="uniform", idleness=idleness)
    assert K.is_exact
    assert dict(K) == normalised(ollivier_ricci(P.to_networkx(), idleness, weight=None))


@pytest.mark.parametrize("neighbours", NEIGHBOURS)
@pytest.mark.parametrize("length", ["unit", "centroid", "face"])
def test_scale_invariance(neighbours, length) -> None:
    big = eg.partition(eg.Arrangement([(n, 3 * Fraction(b)) for n, b in LINES]), eg.box(-3, 3, dim=2))
    one = statistical_ricci(SLANTED, MASSES, length=length, neighbours=neighbours)
    other = statistical_ricci(big, [5 * m for m in MASSES], length=length, neighbours=neighbours)
    for edge in one:
        a, b = one[edge], other[edge]
        assert a.overlaps(b) if isinstance(a, Enclosure) and isinstance(b, Enclosure) else a == b
    assert one.is_exact == (neighbours != "face")


def test_by_hand() -> None:
    # Lengths 8/3, 16/5, 16/3, 8; m_0 − m_1 = 1/10 at 0, −1/6 at 1, 1/6 at 2, −1/10 at 3.
    K = statistical_ricci(CROSS, [4, 2, 1, 1], length="unit")
    first = K.edge((0, 1))
    assert first.distance == first.length == Fraction(8, 3)
    assert first.cost == Fraction(1, 10) * Fraction(8, 3) + Fraction(1, 15) * Fraction(88, 15) + Fraction(
        8, 10
    )
    assert first.curvature == K[1, 0] == Fraction(34, 75)


lengths_of_edges = st.lists(
    st.fractions(min_value="1/4", max_value=4, max_denominator=12), min_size=8, max_size=8
)
RING = [*pairwise(range(6)), (0, 5), (1, 4)]


@given(lengths_of_edges, st.sampled_from([0, "1/3", "3/4"]))
@settings(max_examples=20)
def test_any_lengths_agree_with_a_linear_program(values, idleness) -> None:
    """Second route: all distances by Floyd and Warshall, the transport by networkx on integers."""
    base = dict(zip(RING, values, strict=False))
    lengths = weighted_lengths(base, [1] * 6)
    K = ricci_of_lengths(lengths, lambda i, j: Fraction(1 + j), idleness=idleness)
    G = nx.Graph()
    G.add_weighted_edges_from((a, b, w) for (a, b), w in base.items())
    d = nx.floyd_warshall(G)
    p = Fraction(idleness)
    for i, j in lengths:
        walks = []
        for v in (i, j):
            whole = sum(1 + k for k in G[v])
            walks.append({v: p, **{k: (1 - p) * Fraction(1 + k, whole) for k in G[v]}})
        scale = 12**2 * 27720 * 4
        flow = nx.DiGraph()
        for v, m in walks[0].items():
            flow.add_node(("a", v), demand=-int(m * scale))
            assert (m * scale).denominator == 1
        for v, m in walks[1].items():
            flow.add_node(("b", v), demand=int(m * scale))
            assert (m * scale).denominator == 1
            for u in walks[0]:
                flow.add_edge(("a", u), ("b", v), weight=int(Fraction(d[u][v]) * 27720))
        cost = Fraction(nx.network_simplex(flow)[0], scale * 27720)
        assert K.edge((i, j)).distance == d[i][j]
        assert K[i, j] == 1 - cost / Fraction(d[i][j])


@given(st.lists(st.integers(1, 9), min_size=len(MASSES), max_size=len(MASSES)))
@settings(max_examples=10)
def test_enclosures_hold_the_exact_curvature(masses) -> None:
    """ρ^α computed as an enclosure, by a length that is exact in truth."""
    one = statistical_ricci(SLANTED, masses, alpha="1/2", length="unit")
    blur = Fraction(1, 2**55)
    blurred = {e.edge: Enclosure(Surd(e.length).enclosure(64).mid, blur) for e in one.lengths.edges}
    lengths = weighted_lengths(blurred, [1] * len(masses))
    walks = dict(enumerate(one.lengths.masses))
    K = ricci_of_lengths(lengths, lambda i, j: walks[j])
    assert not K.is_exact
    for edge in one:
        assert K[edge].contains(one[edge]) and K[edge].rad < Fraction(1, 2**40)
        assert K.edge(edge).cost.contains(one.edge(edge).cost)


def test_unrelated_denominators_change_nothing() -> None:
    """Lengths over thousands of bits of common denominator against the same over one integer scale."""
    base = {edge: 1 + Fraction(k % 3 + 1, 10**500 + k) for k, edge in enumerate(RING)}
    lengths = weighted_lengths(base, [1] * 6)
    plain = LengthGraph(range(6), base, base.values())
    assert type(DataGraph(range(6), base, base.values()).multiple(0, 1)) is not int
    K = ricci_of_lengths(lengths, idleness="1/3")
    assert dict(K) == {tuple(sorted(e)): v for e, v in ollivier_ricci(plain, "1/3").items()}


def test_powers_without_roots_give_certified_curvature() -> None:
    K = statistical_ricci(SLANTED, MASSES, alpha="1/3", length="unit")
    assert not K.is_exact and all(value.rad < Fraction(1, 2**50) for value in K.values())
    finer = statistical_ricci(SLANTED, MASSES, alpha="1/3", length="unit", bits=200)
    assert all(K[edge].overlaps(finer[edge]) for edge in K)
    assert all(value.rad < Fraction(1, 2**180) for value in finer.values())
    low, high = K.proof(next(iter(K)))
    assert low.transport.gap == 0 == high.transport.gap and low.transport.cost <= high.transport.cost


def test_face_shares_with_different_roots_are_certified() -> None:
    K = statistical_ricci(SLANTED, MASSES, neighbours="face", length="unit")
    finer = statistical_ricci(SLANTED, MASSES, neighbours="face", length="unit", bits=150)
    walks = dict(K.walks)
    assert not K.is_exact and any(walk.slack for walk in walks.values())
    assert all(sum(m for _, m in walk.masses) == 1 for walk in walks.values())
    for edge in K:
        pair = [x for x in (K[edge], finer[edge]) if isinstance(x, Enclosure)]
        assert len(pair) < 2 or (pair[0].overlaps(pair[1]) and pair[1].rad < Fraction(1, 2**120))
    squares = statistical_ricci(CROSS, [1, 2, 3, 4], neighbours="face", length="unit")
    assert squares.is_exact


def test_surd_lengths_are_exact() -> None:
    K = statistical_ricci(SLANTED, MASSES, neighbours="uniform")
    assert K.is_exact and any(isinstance(value, Surd) for value in K.values())
    for item in K.edges:
        (moved,) = K.proof(item.edge)
        assert moved.transport.cost == item.cost and moved.transport.gap == 0
        assert item.curvature * item.distance == item.distance - item.cost


@pytest.mark.parametrize("alpha", [1, "1/4", "1/3"])
def test_certificates_are_accepted_and_spoilt_ones_are_not(alpha) -> None:
    K = statistical_ricci(CROSS, [4, 2, 1, 1], alpha=alpha, mean="minimum")
    bundle = K.certificate()
    assert verify(bundle)
    assert len(bundle["certificates"]) == len(K) * (1 if alpha == 1 else 2)
    spoilt = bundle["certificates"][0]["claim"]
    spoilt["value"] = str(Fraction(spoilt["value"]) + 1) if isinstance(spoilt["value"], str) else "1"
    assert not verify(bundle)


def test_located_data() -> None:
    points = [["1/2", "1/2"], ["1/2", "1/4"], ["-1/2", "1/3"], ["1/2", "-3/4"]]
    data = CROSS.locate(points)
    K = statistical_ricci(CROSS, data, empty="restrict", mean="minimum", length="mean")
    assert statistical_ricci(CROSS, data, empty="restrict", mean="minimum", length="mean") == K
    assert len(K) == 2


# --- degenerate data --------------------------------------------------------------------------------------


def test_one_cell() -> None:
    P = eg.partition(eg.Arrangement([], dim=2), eg.box(0, 1, dim=2))
    K = statistical_ricci(P, [3])
    assert dict(K) == {} and dict(K.walks)[0].masses == ((0, 1),) and K.certificate()["certificates"] == []


def test_no_data() -> None:
    assert dict(statistical_ricci(CROSS, [0] * 4, empty="restrict")) == {}
    infinite = statistical_ricci(CROSS, [0] * 4, empty="infinite")
    assert set(infinite.values()) == {None} and len(infinite) == 4
    assert infinite.table()[1] == ("0-1", "∞", "∞", "∞", "-")
    counted = statistical_ricci(CROSS, [0] * 4, empty=1)
    assert dict(counted) == dict(statistical_ricci(CROSS, [1] * 4))
    with pytest.raises(InvalidInput, match="density 0"):
        statistical_ricci(CROSS, [0] * 4)


def test_all_data_in_one_cell() -> None:
    K = statistical_ricci(CROSS, [0, 0, 7, 0], empty="restrict", length="unit")
    # The two neighbours of the full cell step into it; the full cell sees no mass around and stays.
    assert set(K) == {(0, 2), (2, 3)} and set(K.lengths.dropped) == {(0, 1), (1, 3)}
    walks = dict(K.walks)
    assert walks[2].masses == ((2, 1),) and walks[0].masses == ((0, Fraction(1, 2)), (2, Fraction(1, 2)))
    assert set(K.values()) == {Fraction(1, 2)}  # half of m_0 is there already
    assert walks[1].masses == ((1, 1),)
    assert set(statistical_ricci(CROSS, [0, 0, 7, 0], empty="restrict", mean="minimum")) == set()


def test_disconnected_after_restriction() -> None:
    lines = eg.partition(eg.Arrangement([([1], k) for k in range(1, 5)]), eg.box(0, 5, dim=1))
    order = sorted(range(5), key=lambda i: lines.cells[i].centroid)
    masses = [0] * 5
    for place, mass in enumerate([1, 1, 0, 1, 1]):
        masses[order[place]] = mass
    K = statistical_ricci(lines, masses, empty="restrict", mean="minimum", length="unit", idleness=0)
    # Two edges apart from each other: each swaps its ends.
    assert len(K) == 2 and set(K.values()) == {Fraction(0)}
    infinite = statistical_ricci(lines, masses, empty="infinite", mean="minimum", length="unit", idleness=0)
    assert sorted(map(str, infinite.values())) == ["0", "0", "None", "None"]
    with pytest.raises(InvalidInput, match="not connected"):
        infinite.proof(next(edge for edge, value in infinite.items() if value is None))


def test_an_infinite_edge_with_a_detour_has_a_curvature() -> None:
    triangle = {(0, 1): 1, (1, 2): 1, (0, 2): 1}
    lengths = weighted_lengths(triangle, {0: 1, 1: 1, 2: 1})
    cut = weighted_lengths(triangle, {0: 0, 1: 1, 2: 0}, empty="infinite")
    assert cut[0, 2] is None
    K = ricci_of_lengths(cut, idleness=0)
    assert K.edge((0, 2)).distance == 2 * cut[0, 1] and K[0, 2] == 1
    assert ricci_of_lengths(lengths, idleness=0)[0, 2] == Fraction(1, 2)


def test_long_edges_are_undercut() -> None:
    lengths = weighted_lengths({(0, 1): 1, (1, 2): 1, (0, 2): 5}, [1, 1, 1])
    K = ricci_of_lengths(lengths, idleness=0)
    assert K.edge((0, 2)).length == 5 and K.edge((0, 2)).distance == 2


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"idleness": 2}, "idleness"),
        ({"neighbours": "all"}, "neighbours"),
        ({"idleness": float("nan")}, "idleness"),
    ],
)
def test_bad_arguments_are_named(arguments, place) -> None:
    with pytest.raises(InvalidInput) as caught:
        statistical_ricci(CROSS, [1, 1, 1, 1], **arguments)
    assert caught.value.place == place


def test_idleness_one_is_flat() -> None:
    assert set(statistical_ricci(SLANTED, MASSES, idleness=1).values()) == {Fraction(0)}


def test_curvatures_are_values() -> None:
    K = statistical_ricci(SLANTED, MASSES)
    _ = K.certificate()
    again = pickle.loads(pickle.dumps(K))
    assert again == K and hash(again) == hash(K) and len(K.table()) == len(K) + 1


def test_a_quotient_that_would_fill_pages_is_an_enclosure_of_the_exact_one():
    tall = Surd.sqrt(2) + Surd.sqrt(3) + Surd.sqrt(2**9000 + 1)
    found = quotient(Surd.sqrt(5), tall)
    assert isinstance(found, Enclosure) and found.contains(nearby(Surd.sqrt(5), tall))
    small = quotient(Surd.sqrt(5), Surd.sqrt(2) + Surd.sqrt(3))
    assert small == Surd.sqrt(15) - Surd.sqrt(10)


def nearby(a, b):
    """A rational far nearer to a/b than any enclosure of 64 bits can tell."""
    return a.enclosure(9600).mid / b.enclosure(9600).mid


def test_many_long_numbers_print_as_a_summary() -> None:
    rng = np.random.default_rng(0)
    lines = [(rng.normal(size=2), rng.normal() / 4) for _ in range(4)]
    partition = eg.partition(eg.Arrangement(lines), eg.box(-1, 1, dim=2))
    data = partition.locate(rng.uniform(-1, 1, (50, 2)))
    found = statistical_ricci(partition, data, empty=1)
    for value in (found, found.lengths, found.edges[0], found.proof(found.edges[0].edge)[0]):
        assert repr(value).startswith("<" + type(value).__name__) and len(repr(value)) < 200
    small = ricci_of_lengths(weighted_lengths({(0, 1): 1}, [1, 1]))
    assert repr(small).startswith("StatisticalRicci(edges=(EdgeRicci(edge=(0, 1)")


def test_the_slack_of_both_walks_counts() -> None:
    graph = LengthGraph((0, 1), [(0, 1)], [1])
    here, there = (Walk(((i, Fraction(1)),)) for i in (0, 1))
    wide = Walk(((0, Fraction(1, 2)), (1, Fraction(1, 2))), Fraction(1, 8))
    for first, second in ((wide, there), (here, wide)):
        _, cost, curvature = _curvature((graph, graph), 0, 1, first, second, 64)
        for value in (cost, curvature):
            assert isinstance(value, Enclosure)
            out = Fraction(1, 2**30)  # radii are rounded outwards
            assert Fraction(3, 8) - out < value.lower <= Fraction(3, 8)
            assert Fraction(5, 8) <= value.upper < Fraction(5, 8) + out
