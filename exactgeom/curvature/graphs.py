"""Graphs whose edges have exact lengths, and exact shortest paths in them.

Distances are kept as multiples of one scale: hops if all edges are equally long, integers over a common
denominator if the lengths are rational, lazy sums of surds otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from typing import Any

from exactgeom.curvature.lazy import Lazy
from exactgeom.curvature.transport import Real, number, real
from exactgeom.exact import InvalidInput, Surd
from exactgeom.linalg.clearing import clear_denominators

Node = Hashable
Edge = tuple[Node, Node]
_NEIGHBOURHOOD = 3  # hops between a neighbour of u and a neighbour of v, for an edge uv


@dataclass(frozen=True, init=False)
class LengthGraph:
    """A finite undirected graph without loops and parallel edges; every edge has an exact positive length.

    Contract: exact; lengths are fractions or surds (numbers go through the door), distances are lengths of
    shortest paths, so an edge may be longer than the distance of its ends. `edges` keep order and direction.
    Errors: `InvalidInput` naming the edge for a loop, a second edge, an unknown node, a length ≤ 0.

    >>> LengthGraph("abc", [("a", "b"), ("b", "c"), ("a", "c")], [1, "1/2", 2]).distance("a", "c")
    Fraction(3, 2)
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    lengths: tuple[Real, ...]

    def __init__(
        self, nodes: Iterable[Node], edges: Iterable[Sequence[Node]], lengths: Iterable[Any]
    ) -> None:
        self.__dict__["nodes"] = tuple(_listed(nodes, "nodes"))
        self.__dict__["edges"] = tuple(
            _pair(edge, f"edges[{i}]") for i, edge in enumerate(_listed(edges, "edges"))
        )
        listed = _listed(lengths, "lengths")
        if len(listed) != len(self.edges):
            raise InvalidInput(f"expected {len(self.edges)} lengths, got {len(listed)}", "lengths")
        self.__dict__["lengths"] = tuple(
            _length(value, f"edge {edge}") for value, edge in zip(listed, self.edges, strict=True)
        )
        self._check_edges()

    def _check_edges(self) -> None:
        for end in (*self.nodes, *(end for edge in self.edges for end in edge)):
            try:
                hash(end)
            except TypeError:
                raise InvalidInput(f"expected a hashable node, got {end!r}", "nodes") from None
        if len(self.index) != len(self.nodes):
            raise InvalidInput("expected each node once", "nodes")
        seen = set()
        for u, v in self.edges:
            if u not in self.index or v not in self.index:
                raise InvalidInput("expected two nodes of the graph", f"edge {(u, v)}")
            if u == v:
                raise InvalidInput("expected a graph without loops", f"edge {(u, v)}")
            if (u, v) in seen or (v, u) in seen:
                raise InvalidInput("expected at most one edge between two nodes", f"edge {(u, v)}")
            seen.add((u, v))

    def __reduce__(self) -> tuple[Any, ...]:
        return LengthGraph, (self.nodes, self.edges, self.lengths)

    @cached_property
    def index(self) -> dict[Node, int]:
        """The position of every node in `nodes`."""
        return {node: i for i, node in enumerate(self.nodes)}

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """The positions of the neighbours of every node, in the order of the edges."""
        return tuple(tuple(j for j, _ in links) for links in self._links)

    @cached_property
    def _uniform(self) -> bool:
        return len(set(self.lengths)) <= 1

    @cached_property
    def _measured(self) -> tuple[list[Any], Real]:
        """The lengths as multiples (hops, integers, or lazy surds) of a scale, and the scale."""
        lengths = self.lengths
        if self._uniform:
            return [1] * len(lengths), lengths[0] if lengths else Fraction(1)
        if any(isinstance(x, Surd) for x in lengths):
            return [Lazy.of(Surd(x)) for x in lengths], Fraction(1)
        multiples, unit = clear_denominators(lengths)
        return multiples, Fraction(1, unit)

    @cached_property
    def _links(self) -> list[list[tuple[int, Any]]]:
        links: list[list[tuple[int, Any]]] = [[] for _ in self.nodes]
        for (u, v), multiple in zip(self.edges, self._measured[0], strict=True):
            i, j = self.index[u], self.index[v]
            links[i].append((j, multiple))
            links[j].append((i, multiple))
        return links

    @cached_property
    def _known(self) -> dict[int, dict[int, Any]]:
        """What the searches from each node have found so far."""
        return {}

    def position(self, node: Node) -> int:
        """Return the position of a node. Errors: `InvalidInput` if it is none."""
        try:
            known = node in self.index
        except TypeError:
            known = False
        if not known:
            raise InvalidInput("expected a node of the graph", f"node {node!r}")
        return self.index[node]

    @cached_property
    def _lengths(self) -> dict[tuple[int, int], Real]:
        found = {}
        for (u, v), length in zip(self.edges, self.lengths, strict=True):
            i, j = self.index[u], self.index[v]
            found[i, j] = found[j, i] = length
        return found

    def length(self, i: int, j: int) -> Real:
        """Return the length of the edge between the nodes at two positions (`KeyError` if there is none)."""
        return self._lengths[i, j]

    def real(self, multiple: Any) -> Real:
        """Return a multiple of the scale, integer or lazy, as an exact number."""
        return real(multiple) if isinstance(multiple, Lazy) else real(multiple * self._measured[1])

    def near(self, i: int) -> dict[int, Any]:
        """Return distances from node i, as multiples of the scale, to all nodes within three hops or more."""
        if i not in self._known:
            hops = self._within(i, _NEIGHBOURHOOD)
            self._known[i] = hops if self._uniform else self._search(i, set(hops))
        return self._known[i]

    def multiple(self, i: int, j: int) -> Any:
        """Return the distance of nodes i and j as a multiple of the scale. Errors: `InvalidInput` if none."""
        known = self.near(i)
        if j not in known:
            known = self._known[i] = self._search(i, set(range(len(self.nodes))))
            if j not in known:
                raise InvalidInput(f"expected a path to node {self.nodes[j]!r}", f"node {self.nodes[i]!r}")
        return known[j]

    def distance(self, u: Node, v: Node) -> Real:
        """Return the length of a shortest path between two nodes. Errors: `InvalidInput` if there is none."""
        return self.real(self.multiple(self.position(u), self.position(v)))

    def _within(self, i: int, hops: int) -> dict[int, int]:
        """Return the number of hops to every node at most `hops` away."""
        found, layer, neighbours = {i: 0}, [i], self.neighbours
        for hop in range(1, hops + 1):
            reached = []
            for a in layer:
                for b in neighbours[a]:
                    if b not in found:
                        found[b] = hop
                        reached.append(b)
            layer = reached
        return found

    def _search(self, i: int, wanted: set[int]) -> dict[int, Any]:
        """Dijkstra from node i until the wanted nodes are settled."""
        zero: Any = Lazy.of(Surd(0)) if any(isinstance(x, Lazy) for x in self._measured[0]) else 0
        best: dict[int, Any] = {i: zero}
        settled: dict[int, Any] = {}
        heap: list[tuple[Any, int]] = [(zero, i)]
        while heap and wanted:
            d, a = heappop(heap)
            if a in settled:
                continue
            settled[a] = d
            wanted.discard(a)
            for b, step in self._links[a]:
                if b not in settled:
                    reached = d + step
                    if b not in best or reached < best[b]:
                        best[b] = reached
                        heappush(heap, (reached, b))
        return settled


def length_graph(graph: Any, weight: str | None = "weight") -> LengthGraph:
    """Return a networkx graph with its edge weights as lengths; a missing weight is 1.

    Contract: exact; floats enter at their binary value, `weight=None` makes every length 1. A `LengthGraph`
    is returned as it is. Errors: `InvalidInput` naming the edge for loops and weights that are not positive
    numbers; for directed graphs and multigraphs.

    >>> import networkx as nx
    >>> length_graph(nx.path_graph(3)).distance(0, 2)
    Fraction(2, 1)
    """
    if isinstance(graph, LengthGraph):
        return graph
    if not all(hasattr(graph, name) for name in ("is_directed", "is_multigraph", "edges", "nodes")):
        raise InvalidInput(f"expected a networkx graph, got {type(graph).__name__}", "graph")
    if graph.is_directed():
        raise InvalidInput("expected an undirected graph, got a directed one", "graph")
    if graph.is_multigraph():
        raise InvalidInput("expected a simple graph, got a multigraph", "graph")
    triples = (
        list(graph.edges(data=weight, default=1)) if weight is not None else [(*e, 1) for e in graph.edges]
    )
    return LengthGraph(graph.nodes, [(u, v) for u, v, _ in triples], [x for _, _, x in triples])


def _listed(values: Any, place: str) -> list[Any]:
    if not isinstance(values, Iterable):
        raise InvalidInput(f"expected a sequence, got {type(values).__name__}", place)
    return list(values)


def _pair(edge: Any, place: str) -> Edge:
    ends = tuple(edge) if isinstance(edge, Iterable) else ()
    if len(ends) != 2:
        raise InvalidInput(f"expected two nodes, got {edge!r}", place)
    return ends


def _length(value: object, place: str) -> Real:
    found = number(value, place)
    if found <= 0:
        raise InvalidInput(f"expected a length > 0, got {found}", place)
    return found
