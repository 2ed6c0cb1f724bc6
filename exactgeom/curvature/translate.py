"""Other libraries' conventions of transport and Ricci curvature, named and computed exactly.

The packages themselves are not needed. Where their definition asks for a floating-point function (a power of
e), the double it gives is taken at its exact value; all that follows is exact. So our numbers are what theirs
would be without rounding, and where the two differ by more, a plan and a potential show who is right.

| theirs | ours | | --- | --- | | GraphRicciCurvature `OllivierRicci(G, alpha)` on equal lengths, or with
`exp_power=0` | `ollivier_ricci(G, alpha)` | | `OllivierRicci(G, alpha, base, exp_power)`: base e and
exp_power 2 unless given | `grc_ollivier` | | `FormanRicci(G, method="1d")` | `forman_ricci(G, weight,
node_weight=weight)` | | `FormanRicci(G)`, which is method "augmented", without weights | `forman_ricci(G,
triangles=True)` | | the same with weights, where edges that span a triangle do not meet | `grc_forman(G)` | |
`FormanRicci(G, method="balanced")` | `grc_forman(G, method="balanced")` | | POT `ot.emd(a, b, M)`,
`ot.emd2(a, b, M)` | `pot_emd(a, b, M).plan`, `.cost` |

Sources: C.-C. Ni et al., Community detection on networks with Ricci flow, Sci. Rep. 9 (2019); J. Topping et
al., Understanding over-squashing and bottlenecks on graphs via curvature, ICLR (2022); R. Flamary et al.,
POT: Python Optimal Transport, J. Mach. Learn. Res. 22 (2021).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from exactgeom.curvature.forman import forman_ricci, node_weights
from exactgeom.curvature.graphs import Edge, LengthGraph, Node, length_graph
from exactgeom.curvature.ollivier import idleness_of, measured_curvature
from exactgeom.curvature.transport import Real, Transport, number, real, total, transport
from exactgeom.exact import InvalidInput, Surd
from exactgeom.linalg.clearing import as_list

_GRC_SMALL = 1e-7  # theirs: neighbours share evenly when their weights sum to less
_POT_CLOSE = Fraction(3, 2_000_000)  # theirs: how far the totals may differ before b is rescaled


def grc_walk(
    graph: LengthGraph, node: Node, alpha: object = 0.5, base: float = math.e, exp_power: float = 2
) -> dict[Node, Fraction]:
    """Return GraphRicciCurvature's measure around a node: alpha there, the rest like `base^(−ℓ^exp_power)`.

    Contract: exact but for the doubles `base^(−ℓ^exp_power)`, taken as they are. Their other conventions are
    kept: neighbours share evenly if these sum to 1e-7 or less, a node without neighbours keeps everything.
    `nbr_topk` is taken to be no smaller than the degree.
    """
    idle, i = idleness_of(alpha, "alpha"), graph.position(node)
    around = graph.neighbours[i]
    if not around:
        return {node: Fraction(1)}
    powers = [base ** (-(float(graph.length(i, j)) ** exp_power)) for j in around]
    shares = list(map(Fraction, powers if sum(powers) > _GRC_SMALL else [1.0] * len(around)))
    rest = (1 - idle) / sum(shares)
    return {node: idle} | {graph.nodes[j]: rest * share for j, share in zip(around, shares, strict=True)}


def grc_ollivier(
    graph: Any,
    alpha: object = 0.5,
    weight: str | None = "weight",
    base: float = math.e,
    exp_power: float = 2,
) -> dict[Edge, Real]:
    """Return `OllivierRicci(G, alpha, weight, base=base, exp_power=exp_power)` without rounding in transport.

    Contract: exact for the measures of `grc_walk`, keyed as `graph.edges`; their weight is a length and also
    decides where mass goes. The proof of one edge is `measured_curvature(L, u, v, m_u, m_v)` with
    `L = length_graph(G, weight)` and the two measures of `grc_walk`. Errors: as in `length_graph`.

    >>> import networkx as nx
    >>> grc_ollivier(nx.path_graph(3)) == {(0, 1): Fraction(1, 2), (1, 2): Fraction(1, 2)}
    True
    """
    lengths = length_graph(graph, weight)
    walks = {node: grc_walk(lengths, node, alpha, base, exp_power) for node in lengths.nodes}
    return {(u, v): measured_curvature(lengths, u, v, walks[u], walks[v]).curvature for u, v in lengths.edges}


def grc_forman(graph: Any, weight: str = "weight", method: str = "augmented") -> dict[Edge, Real]:
    """Return `FormanRicci(G, weight, method)` without rounding, keyed as `graph.edges`.

    Contract: exact. `weight` names the attribute of edges and of nodes; missing ones are 1, triangles weigh
    1. Formula, "1d": that of `forman_ricci`; "augmented": `w_e (Σ_f w_e + (w_u + w_v)/w_e − Σ_e' w_x/√(w_e
    w_e'))` over the edges e' that meet e in x and span no triangle with it (Forman's own formula,
    `forman_ricci` with triangles, keeps those); "balanced": Topping's curvature, which ignores weights.
    Errors: `InvalidInput`.

    >>> import networkx as nx
    >>> grc_forman(nx.complete_graph(4))[0, 1], grc_forman(nx.cycle_graph(4), method="balanced")[0, 1]
    (Fraction(4, 1), Fraction(1, 1))
    """
    if method == "1d":
        return forman_ricci(graph, weight, node_weight=weight)
    lengths = length_graph(graph, weight)
    around = [set(near) for near in lengths.neighbours]
    ends = [(lengths.index[u], lengths.index[v]) for u, v in lengths.edges]
    if method == "balanced":
        return dict(zip(lengths.edges, (_balanced(around, u, v) for u, v in ends), strict=True))
    if method != "augmented":
        raise InvalidInput(f'expected "1d", "augmented" or "balanced", got {method!r}', "method")
    nodes = node_weights(graph, lengths.nodes, weight)
    return dict(zip(lengths.edges, (_augmented(lengths, around, nodes, u, v) for u, v in ends), strict=True))


def _augmented(graph: LengthGraph, around: list[set[int]], nodes: list[Real], u: int, v: int) -> Real:
    own = graph.length(u, v)
    both = around[u] & around[v]
    parts = [own * own * len(both), nodes[u], nodes[v]]
    for x, other in ((u, v), (v, u)):
        for y in sorted(around[x] - both - {other}):
            parts.append(-nodes[x] * Surd.sqrt(own / graph.length(x, y)))
    return total(parts)


def _balanced(around: list[set[int]], u: int, v: int) -> Fraction:
    """Topping et al., definition 1: triangles, and squares without diagonals, on the edge uv."""
    small, large = sorted((len(around[u]), len(around[v])))
    if small == 1:
        return Fraction(0)
    both = around[u] & around[v]
    squares = []
    for a, b in ((u, v), (v, u)):
        for x in around[a] - around[b] - {b}:
            squares.append(len((around[b] & around[x]) - around[a] - {a}))
    triangles = Fraction(2 * len(both), large) + Fraction(len(both), small)
    count = sum(1 for corners in squares if corners)
    turns = Fraction(count, max(squares) * large) if count else Fraction(0)
    return Fraction(2, small) + Fraction(2, large) - 2 + triangles + turns


def pot_emd(a: Iterable[Any], b: Iterable[Any], M: Iterable[Iterable[Any]]) -> Transport:
    """Return what POT's `ot.emd(a, b, M, log=True)` computes, exactly: plan, cost, centred potentials.

    Contract: exact. Their conventions: an empty a or b is uniform; b is rescaled to the total of a, if the
    totals agree to six decimals; the potentials are shifted so that `Σ u_i a_i = Σ v_j b_j`. `transport` has
    none of these. Errors: `InvalidInput` as in `transport`, and for totals further apart.

    >>> pot_emd([], [1, 3], [[0, 1], [1, 0]])
    Traceback (most recent call last):
    exactgeom.exact.errors.InvalidInput: b: expected a total of 1, got 4
    >>> pot_emd([], ["1/4", "3/4"], [[0, 1], [1, 0]]).cost
    Fraction(1, 4)
    """
    rows = [as_list(row, f"M[{i}]") for i, row in enumerate(as_list(M, "M"))]
    supply = _histogram(a, len(rows), "a")
    demand = _histogram(b, len(rows[0]) if rows else 0, "b")
    left, right = total(supply), total(demand)
    if not -_POT_CLOSE < left - right < _POT_CLOSE or right == 0:
        raise InvalidInput(f"expected a total of {left}, got {right}", "b")
    demand = [real(x * (left / right)) for x in demand]
    found = transport(supply, demand, rows)
    u, v = found.potential
    value = [x * y for x, y in zip(v, found.demand, strict=True)]
    value += [-x * y for x, y in zip(u, found.supply, strict=True)]
    shift = total(value) / (2 * left)
    return replace(found, potential=(tuple(real(x + shift) for x in u), tuple(real(x - shift) for x in v)))


def _histogram(values: Iterable[Any], size: int, place: str) -> list[Real]:
    listed = as_list(values, place)
    if not listed:
        return [Fraction(1, size)] * size
    return [number(x, f"{place}[{i}]") for i, x in enumerate(listed)]
