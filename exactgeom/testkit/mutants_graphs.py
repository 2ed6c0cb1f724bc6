"""Bugs in transport and in the curvature of graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback
from exactgeom.testkit.mutants_base import Mutant, mutant

__all__ = ["GRAPHS"]

AnyArray = np.ndarray[Any, Any]
Measure = Callable[[AnyArray, int, int, float], AnyArray]
"""(adjacency, node, other end of the edge, idleness) to masses."""


def distances(nodes: int, edges: AnyArray, lengths: AnyArray) -> AnyArray:
    """Shortest paths between all nodes.

    >>> distances(3, np.array([[0, 1], [1, 2]]), np.array([1.0, 2.0])).tolist()
    [[0.0, 1.0, 3.0], [1.0, 0.0, 2.0], [3.0, 2.0, 0.0]]
    """
    found = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(found, 0)
    found[edges[:, 0], edges[:, 1]] = found[edges[:, 1], edges[:, 0]] = lengths
    for k in range(nodes):
        found = np.minimum(found, found[:, k, None] + found[None, k, :])
    return found


def lazy_walk(adjacency: AnyArray, node: int, other: int, idleness: float) -> AnyArray:
    """The right measure: `idleness` stays, the rest goes evenly to the neighbours."""
    found: AnyArray = (1 - idleness) * adjacency[node] / adjacency[node].sum()
    found[node] += idleness
    return found


def curvatures(
    nodes: int,
    edges: AnyArray,
    lengths: AnyArray,
    idleness: float,
    measure: Measure = lazy_walk,
    *,
    power: int = 1,
    by_length: bool = False,
) -> AnyArray:
    """Ollivier's curvature in doubles (transport: exact), with one thing to change."""
    between = distances(nodes, edges, lengths)
    adjacency = np.zeros((nodes, nodes))
    adjacency[edges[:, 0], edges[:, 1]] = adjacency[edges[:, 1], edges[:, 0]] = 1
    found = []
    for (u, v), length in zip(edges.tolist(), lengths.tolist(), strict=True):
        masses = [measure(adjacency, *ends, idleness) for ends in ((u, v), (v, u))]
        masses[1][np.argmax(masses[1])] += masses[0].sum() - masses[1].sum()  # rounding
        cost = loopback.wasserstein(between**power, *_balanced(*masses))
        found.append(1 - cost / (length if by_length else between[u, v]))
    return np.array(found)


def _balanced(first: AnyArray, second: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Masses in units of 2⁻⁴⁰, so that both sums are one number exactly."""
    rows = [np.round(row * 2**40) for row in (first, second)]
    rows[1][np.argmax(rows[1])] += rows[0].sum() - rows[1].sum()
    return rows[0] / 2**40, rows[1] / 2**40


# -- wrong measures ----------------------------------------------------------------------------------


def _missing_idleness(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """No mass stays."""
    return loopback.ollivier_ricci(nodes, edges, lengths, 0.0)


def _complementary(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """The share that stays and the share that leaves are swapped."""
    return loopback.ollivier_ricci(nodes, edges, lengths, 1 - idleness)


def _at_the_other_end(adjacency: AnyArray, node: int, other: int, idleness: float) -> AnyArray:
    found: AnyArray = (1 - idleness) * adjacency[node] / adjacency[node].sum()
    found[other] += idleness
    return found


def _wrong_node(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """The idle mass sits at the other end of the edge."""
    return curvatures(nodes, edges, lengths, idleness, _at_the_other_end)


def _with_itself(adjacency: AnyArray, node: int, other: int, idleness: float) -> AnyArray:
    return lazy_walk(adjacency + np.eye(len(adjacency)), node, other, idleness)


def _self_loops(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """A node is a neighbour of itself."""
    return curvatures(nodes, edges, lengths, idleness, _with_itself)


# -- wrong distances ---------------------------------------------------------------------------------


def _squared(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """Squared distances as costs."""
    return curvatures(nodes, edges, lengths, idleness, power=2)


def _hops(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """Numbers of edges as distances."""
    return loopback.ollivier_ricci(nodes, edges, np.ones(len(edges)), idleness)


def _edge_length(nodes: int, edges: AnyArray, lengths: AnyArray, idleness: float) -> AnyArray:
    """Divided by the edge's length where a shorter path exists."""
    return curvatures(nodes, edges, lengths, idleness, by_length=True)


def _squared_costs(cost: AnyArray, source: AnyArray, target: AnyArray) -> float:
    """W_2 squared where W_1 was asked."""
    return loopback.wasserstein(cost**2, source, target)


def _independent_plan(cost: AnyArray, source: AnyArray, target: AnyArray) -> float:
    """The cost of the product plan, which is not the least."""
    return float(source @ cost @ target / source.sum())


# -- other curvatures --------------------------------------------------------------------------------


def _not_divided(nodes: int, edges: AnyArray, lengths: AnyArray) -> AnyArray:
    """κ at idleness 1/2 without the factor 1/(1 − p)."""
    return loopback.ollivier_ricci(nodes, edges, lengths, 0.5)


def _without_idleness(nodes: int, edges: AnyArray, lengths: AnyArray) -> AnyArray:
    """κ at idleness 0 in place of the limit."""
    return loopback.ollivier_ricci(nodes, edges, lengths, 0.0)


def _augmented(nodes: int, edges: AnyArray, lengths: AnyArray | None = None) -> AnyArray:
    """Triangles are filled in."""
    adjacency = np.zeros((nodes, nodes))
    adjacency[edges[:, 0], edges[:, 1]] = adjacency[edges[:, 1], edges[:, 0]] = 1
    triangles = (adjacency @ adjacency)[edges[:, 0], edges[:, 1]]
    return loopback.forman_ricci(nodes, edges) + 3 * triangles


GRAPHS: Final[tuple[Mutant, ...]] = (
    mutant(
        "missing-idleness",
        "the idleness is ignored: every measure leaves its node",
        "ollivier_ricci",
        _missing_idleness,
        "number",
    ),
    mutant(
        "idleness-complement",
        "idleness is the share that leaves, not the share that stays",
        "ollivier_ricci",
        _complementary,
        "number",
    ),
    mutant(
        "idleness-wrong-node", "the idle mass sits at the other end", "ollivier_ricci", _wrong_node, "number"
    ),
    mutant("self-loops", "a node is a neighbour of itself", "ollivier_ricci", _self_loops, "number"),
    mutant("squared-distances", "squared distances as costs", "ollivier_ricci", _squared, "number"),
    mutant("hop-distance", "lengths are ignored", "ollivier_ricci", _hops, "number"),
    mutant(
        "edge-length",
        "divided by the edge's length, not by the distance",
        "ollivier_ricci",
        _edge_length,
        "number",
    ),
    mutant("squared-costs", "W_1 with squared costs", "wasserstein", _squared_costs, "number"),
    mutant("product-plan", "the plan is not optimal", "wasserstein", _independent_plan, "number"),
    mutant(
        "limit-not-divided", "κ at idleness 1/2 is not divided by 1/2", "lin_lu_yau", _not_divided, "number"
    ),
    mutant(
        "limit-without-idleness",
        "κ at idleness 0 in place of the limit",
        "lin_lu_yau",
        _without_idleness,
        "number",
    ),
    mutant("augmented-forman", "triangles count as faces", "forman_ricci", _augmented, "number"),
)
"""All of them."""
