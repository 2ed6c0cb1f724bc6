"""Ollivier's Ricci curvature of the edges of a graph, in exact numbers, with a proof for every edge.

`κ(u, v) = 1 − W₁(m_u, m_v) / d(u, v)`: m_u keeps the share `idleness` at u and spreads the rest evenly over
the neighbours; d is the shortest-path distance. Source: Y. Ollivier, Ricci curvature of Markov chains on
metric spaces, J. Funct. Anal. 256 (2009); for graphs J. Jost, S. Liu, Discrete Comput. Geom. 51 (2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.graphs import Edge, LengthGraph, Node, length_graph
from exactgeom.curvature.transport import Real, Transport, real
from exactgeom.curvature.wasserstein import Measure, excess_tree, node_transport, tree_cost
from exactgeom.exact import InvalidInput, exact, fraction_str


@dataclass(frozen=True)
class EdgeCurvature:
    """The curvature of one edge with its proof: the transport of the measures around its ends.

    Contract: exact; `curvature = 1 − transport.cost / distance`. Row i of `transport` is the node
    `sources[i]`, column j the node `targets[j]`.
    """

    edge: Edge
    curvature: Real
    distance: Real
    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    transport: Transport

    def __repr__(self) -> str:
        shown = f"curvature {brief(self.curvature)} at distance {brief(self.distance)}"
        return compact(self, f"{self.edge!r}: {shown}")

    def certificate(self) -> dict[str, Any]:
        """Return the certificate of the transport; a note names the nodes of its rows and columns."""
        around = f"rows {list(self.sources)!r}, columns {list(self.targets)!r}"
        note = f"curvature {self.curvature} of {self.edge!r} at distance {self.distance}: {around}"
        return {**self.transport.certificate(), "note": note}


def ollivier_ricci(graph: Any, idleness: object = "1/2", weight: str | None = "weight") -> dict[Edge, Real]:
    """Return Ollivier's curvature of every edge, keyed as `graph.edges`.

    Contract: exact: a `Fraction`, or a `Surd` where lengths are surds. Formula: `1 − W₁(m_u, m_v)/d(u, v)`.
    Units: `graph` a networkx graph or a `LengthGraph`; `weight` names the length of an edge (missing: 1;
    None: all 1); `idleness` in [0, 1], at 1 all curvatures are 0. Errors: `InvalidInput` naming the edge; see
    `length_graph`. Cost: 0.3 ms an edge at degree 8 and unit lengths. Source: Y. Ollivier (2009).

    >>> import networkx as nx
    >>> ollivier_ricci(nx.complete_graph(3), idleness=0)
    {(0, 1): Fraction(1, 2), (0, 2): Fraction(1, 2), (1, 2): Fraction(1, 2)}
    """
    lengths, idle = length_graph(graph, weight), idleness_of(idleness)
    return {edge: _curvature(lengths, edge, idle) for edge in lengths.edges}


def edge_curvature(
    graph: Any, u: Node, v: Node, idleness: object = "1/2", weight: str | None = "weight"
) -> EdgeCurvature:
    """Return the curvature between two nodes with the optimal plan and potential that prove it.

    Contract: exact. Nodes need not be adjacent, only different and connected. Errors and units: as in
    `ollivier_ricci`. For many edges, prepare the graph once by `length_graph`.

    >>> import networkx as nx
    >>> bridge = edge_curvature(nx.path_graph(4), 1, 2, idleness=0)
    >>> bridge.curvature, bridge.transport.gap
    (Fraction(0, 1), Fraction(0, 1))
    """
    lengths, idle = length_graph(graph, weight), idleness_of(idleness)
    return measured_curvature(lengths, u, v, lazy_walk(lengths, u, idle), lazy_walk(lengths, v, idle))


def measured_curvature(graph: LengthGraph, u: Node, v: Node, m_u: Measure, m_v: Measure) -> EdgeCurvature:
    """Return `1 − W₁(m_u, m_v)/d(u, v)` for any two measures of equal mass on the nodes, with its proof.

    >>> path = LengthGraph("abc", ["ab", "bc"], [1, 1])
    >>> measured_curvature(path, "a", "b", {"b": 1}, {"a": "1/4", "c": "3/4"}).curvature
    Fraction(0, 1)
    """
    if graph.position(u) == graph.position(v):
        raise InvalidInput("expected two different nodes", f"edge {(u, v)}")
    moved = node_transport(graph, m_u, m_v)
    distance = graph.distance(u, v)
    curvature = real(1 - moved.transport.cost / distance)
    return EdgeCurvature((u, v), curvature, distance, moved.sources, moved.targets, moved.transport)


def lazy_walk(graph: LengthGraph, node: Node, idleness: Fraction) -> dict[Node, Fraction]:
    """Return one step of the lazy random walk from a node: the measure m_u (all of it stays if isolated)."""
    i = graph.position(node)
    around = graph.neighbours[i]
    if not around:
        return {node: Fraction(1)}
    share = (1 - idleness) / len(around)
    return {node: idleness} | {graph.nodes[j]: share for j in around}


def _curvature(graph: LengthGraph, edge: Edge, idleness: Fraction) -> Real:
    """The same without the proof: integer masses, and only their differences travel."""
    u, v = graph.index[edge[0]], graph.index[edge[1]]
    around_u, around_v = graph.neighbours[u], graph.neighbours[v]
    parts, whole = idleness.numerator, idleness.denominator
    common = lcm(len(around_u), len(around_v))
    share = (whole - parts) * common
    excess = dict.fromkeys(around_u, share // len(around_u))
    excess[u] = parts * common
    share //= len(around_v)
    for j in around_v:
        excess[j] = excess.get(j, 0) - share
    excess[v] -= parts * common
    cost, reach = tree_cost(excess_tree(graph, excess)[2]), graph.multiple(u, v)
    if type(reach) is int:
        mass = whole * common * reach
        return Fraction(mass - cost, mass)
    return real(1 - cost / (whole * common * reach.exact()))


def idleness_of(value: object, place: str = "idleness") -> Fraction:
    """Return a share between 0 and 1, exactly. Errors: `InvalidInput` naming `place`."""
    idleness = exact(value, place)
    if not 0 <= idleness <= 1:
        raise InvalidInput(f"expected a share between 0 and 1, got {fraction_str(idleness)}", place)
    return idleness
