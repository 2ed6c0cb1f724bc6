"""Transport between two measures on the nodes of a graph, at the cost of its shortest-path distance.

The distance is a metric, so what both measures have in a node may stay there: only the differences travel,
and their potential extends to one that is 1-Lipschitz on both supports (Kantorovich and Rubinstein).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.graphs import LengthGraph, Node
from exactgeom.curvature.simplex import Tree
from exactgeom.curvature.transport import Real, Transport, best_tree, number, real, total
from exactgeom.exact import InvalidInput, Surd
from exactgeom.linalg.clearing import clear_denominators

Measure = Mapping[Node, Any]


@dataclass(frozen=True)
class NodeTransport:
    """An optimal transport between measures on nodes: rows are `sources`, columns are `targets`.

    Contract: exact; `transport.cost` is the Wasserstein distance W₁, and the potential is (f, −f) for a
    1-Lipschitz f on the nodes involved.
    """

    sources: tuple[Node, ...]
    targets: tuple[Node, ...]
    transport: Transport

    def __repr__(self) -> str:
        best = self.transport
        return compact(self, f"of {len(self.sources)} to {len(self.targets)} nodes: W1 {brief(best.cost)}")


def excess_tree(graph: LengthGraph, excess: Mapping[int, Any]) -> tuple[list[int], list[int], Tree | None]:
    """Return the nodes that give, those that take, and an optimal tree (None if nothing travels).

    Assumption (not checked): the masses sum to 0; they are integers or surds.
    """
    givers = [i for i, mass in excess.items() if mass > 0]
    takers = [j for j, mass in excess.items() if mass < 0]
    if not givers:
        return givers, takers, None
    costs = []
    for i in givers:
        near = graph.near(i)
        costs.append([near[j] if j in near else graph.multiple(i, j) for j in takers])
    return givers, takers, best_tree([excess[i] for i in givers], [-excess[j] for j in takers], costs)


def tree_cost(tree: Tree | None) -> Any:
    """Return the cost of a tree in multiples of the scale: an integer (masses are) or a surd."""
    if tree is None:
        return 0
    arcs = [(mass, tree.costs[key // tree.n][key % tree.n]) for key, mass in tree.flow.items() if mass]
    if type(arcs[0][1]) is int:
        return sum(mass * cost for mass, cost in arcs)
    return Surd.sum(mass * cost.exact() for mass, cost in arcs)


def node_transport(graph: LengthGraph, source: Measure, target: Measure) -> NodeTransport:
    """Return an optimal transport between two measures on nodes, with plan and potential on both supports.

    Contract: exact. Units: masses ≥ 0 with equal totals (numbers by the door, or surds), distances in the
    units of the lengths. Errors: `InvalidInput` naming the node for a bad mass or an unreachable one.

    >>> path = LengthGraph("abc", ["ab", "bc"], [1, "1/2"])
    >>> node_transport(path, {"a": 1}, {"b": "1/2", "c": "1/2"}).transport.cost
    Fraction(5, 4)
    """
    mu, nu = _masses(graph, source, "source"), _masses(graph, target, "target")
    if total(mu.values()) != total(nu.values()):
        raise InvalidInput("expected the two measures to have the same total mass", "target")
    excess, unit = _differences(mu, nu)
    givers, takers, tree = excess_tree(graph, excess)
    sources, targets = sorted(mu), sorted(nu)
    costs = tuple(tuple(graph.real(graph.multiple(i, j)) for j in targets) for i in sources)
    moves: dict[tuple[int, int], Real] = {(i, i): min(mu[i], nu[i]) for i in sources if i in nu}
    if tree is not None:
        moves |= {
            (givers[key // tree.n], takers[key % tree.n]): real(mass, unit)
            for key, mass in tree.flow.items()
            if mass
        }
    row, column = {i: a for a, i in enumerate(sources)}, {j: b for b, j in enumerate(targets)}
    plan = tuple(sorted((row[i], column[j], mass) for (i, j), mass in moves.items()))
    f = _lipschitz(graph, {*mu, *nu}, takers, tree)
    proof = Transport(
        total(mass * costs[a][b] for a, b, mass in plan),
        plan,
        (tuple(f[i] for i in sources), tuple(-f[j] for j in targets)),
        tuple(mu[i] for i in sources),
        tuple(nu[j] for j in targets),
        costs,
    )
    names = graph.nodes
    return NodeTransport(tuple(names[i] for i in sources), tuple(names[j] for j in targets), proof)


def _masses(graph: LengthGraph, measure: Measure, place: str) -> dict[int, Real]:
    if not isinstance(measure, Mapping):
        raise InvalidInput(f"expected a mapping of nodes to masses, got {type(measure).__name__}", place)
    found = {graph.position(node): number(mass, f"{place}[{node!r}]") for node, mass in measure.items()}
    for i, mass in found.items():
        if mass < 0:
            raise InvalidInput(f"expected a mass >= 0, got {mass}", f"{place}[{graph.nodes[i]!r}]")
    return {i: mass for i, mass in found.items() if mass}


def _differences(mu: dict[int, Real], nu: dict[int, Real]) -> tuple[dict[int, Any], int]:
    """Return μ − ν in integers over a common denominator, or in surds over 1."""
    zero = Fraction(0)
    nodes = sorted({*mu, *nu})
    values = [mu.get(i, zero) - nu.get(i, zero) for i in nodes]
    if any(isinstance(x, Surd) for x in values):
        return dict(zip(nodes, map(Surd, values), strict=True)), 1
    integers, unit = clear_denominators(values)
    return dict(zip(nodes, integers, strict=True)), unit


def _lipschitz(graph: LengthGraph, nodes: set[int], takers: list[int], tree: Tree | None) -> dict[int, Real]:
    """Return the largest 1-Lipschitz f with `f ≤ −v` where mass arrives: it equals u where mass leaves."""
    if tree is None:
        return dict.fromkeys(nodes, Fraction(0))
    levels = list(zip(takers, tree.v, strict=True))
    return {i: graph.real(min(graph.multiple(i, j) - v for j, v in levels)) for i in nodes}
