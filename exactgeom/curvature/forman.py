"""Forman's combinatorial Ricci curvature of graphs and of weighted simplicial complexes, exactly.

A weight w is the squared length of a cell as a chain. In the basis of unit cells the Laplacian `∂∂* + ∂*∂` is
a symmetric matrix M = B + diag(F/w) with B diagonally dominant, so positive semidefinite (Bochner):

    F(α) = w_α (Σ_β w_α/w_β + Σ_γ w_γ/w_α − Σ_α' |Σ_β s/w_β − Σ_γ w_γ/s|),    s = √(w_α w_α'),

with β over cofaces and γ over faces, in the inner sums over those that α shares with another cell α'. If F >
0 everywhere, the homology of that dimension is 0. Source: R. Forman, Bochner's method for cell complexes and
combinatorial Ricci curvature, Discrete Comput. Geom. 29 (2003).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Protocol

from exactgeom.curvature.graphs import Edge, LengthGraph, length_graph
from exactgeom.curvature.transport import Real, number, real, total
from exactgeom.exact import InvalidInput, Surd

Cell = tuple[Any, ...]
_Key = frozenset[Any]  # a simplex whatever the order of its vertices


class HasSimplices(Protocol):
    """What is asked of a complex: its p-simplices, each an ordered tuple of vertices."""

    def simplices(self, p: int, /) -> Iterable[Sequence[Any]]:
        """Return the simplices of dimension p (none above the dimension of the complex)."""
        ...


def forman_ricci(
    graph: Any, weight: str | None = None, node_weight: str | None = None, triangles: bool = False
) -> dict[Edge, Real]:
    """Return Forman's curvature of every edge, keyed as `graph.edges`.

    Contract: exact: a `Fraction`, or a `Surd` of square roots of weights. Formula: `4 − deg u − deg v`
    without weights, plus 3 for every triangle on the edge if `triangles` fills them in (the augmented
    curvature); with weights the formula of this module. Units: `weight` and `node_weight` name attributes of
    edges and nodes, missing ones are 1, None means all 1; triangles weigh 1. Errors: `InvalidInput` naming
    the edge or node. Cost: a microsecond an edge without weights. Source: R. Forman (2003); R. P. Sreejith et
    al., J. Stat. Mech. (2016).

    >>> import networkx as nx
    >>> forman_ricci(nx.cycle_graph(4))[0, 1], forman_ricci(nx.complete_graph(4), triangles=True)[0, 1]
    (Fraction(0, 1), Fraction(4, 1))
    """
    lengths = length_graph(graph, weight)
    around = [set(near) for near in lengths.neighbours]
    pairs = [(lengths.index[u], lengths.index[v]) for u, v in lengths.edges]
    if weight is None and node_weight is None:
        shares = [3 * len(around[u] & around[v]) if triangles else 0 for u, v in pairs]
        degrees = [len(around[u]) + len(around[v]) for u, v in pairs]
        values = [Fraction(4 - d + t) for d, t in zip(degrees, shares, strict=True)]
        return dict(zip(lengths.edges, values, strict=True))
    cells = [frozenset(pair) for pair in pairs]
    weights: dict[_Key, Real] = {}
    if node_weight is not None:
        heavy = node_weights(graph, lengths.nodes, node_weight)
        weights |= {frozenset([i]): x for i, x in enumerate(heavy)}
    if weight is not None:
        weights |= dict(zip(cells, lengths.lengths, strict=True))
    filled: dict[_Key, None] = {}
    if triangles:
        filled = {frozenset([u, v, x]): None for u, v in pairs for x in around[u] & around[v]}
    found = _forman([frozenset([i]) for i in range(len(around))], cells, list(filled), weights)
    return dict(zip(lengths.edges, found, strict=True))


def forman_complex(
    complex: HasSimplices, dim: int = 1, weights: Mapping[Sequence[Any], Any] | None = None
) -> dict[Cell, Real]:
    """Return Forman's curvature of the simplices of one dimension of a weighted complex.

    Contract: exact. Formula: see the module. Units: `weights` gives the squared length of a simplex **as a
    chain** (missing: 1), a positive number by the door or a surd of one root; a diagonal inner product of
    cochains has the reciprocals of these. Errors: `InvalidInput` naming
    the simplex. Source: R. Forman (2003).
    """
    if isinstance(dim, bool) or not isinstance(dim, int) or dim < 0:
        raise InvalidInput(f"expected a dimension >= 0, got {dim!r}", "dim")
    names = [tuple(simplex) for simplex in complex.simplices(dim)]
    lower = [frozenset(s) for s in complex.simplices(dim - 1)] if dim else []
    cells, upper = [frozenset(s) for s in names], [frozenset(s) for s in complex.simplices(dim + 1)]
    known = {*lower, *cells, *upper}
    found: dict[_Key, Real] = {}
    for cell, weight in (weights or {}).items():
        key, place = frozenset(cell), f"weights[{cell!r}]"
        if len(key) in (dim, dim + 1, dim + 2) and key not in known:
            raise InvalidInput("expected a simplex of the complex", place)
        found[key] = _positive(weight, place)
    return dict(zip(names, _forman(lower, cells, upper, found), strict=True))


def _forman(
    lower: list[_Key], cells: list[_Key], upper: list[_Key], weights: Mapping[_Key, Real]
) -> list[Real]:
    """Return F of `cells`; `w_α |Σ s/w_β − Σ w_γ/s| = √(w_α/w_α') |Σ w_α w_α'/w_β − Σ w_γ|`."""
    one = Fraction(1)
    w = [weights.get(cell, one) for cell in cells]
    index = {cell: k for k, cell in enumerate(cells)}
    around: dict[_Key, list[int]] = {face: [] for face in lower}
    for k, cell in enumerate(cells):
        for face in _faces(cell):
            around[face].append(k)
    parts: list[list[Real]] = [[] for _ in cells]
    shared: dict[tuple[int, int], Real] = {}
    for face, group in around.items():
        weight = weights.get(face, one)
        for k in group:
            parts[k].append(weight)
        for pair in combinations(group, 2):
            shared[pair] = shared.get(pair, 0) - weight
    for coface in upper:
        weight, group = weights.get(coface, one), sorted(index[face] for face in _faces(coface))
        for k in group:
            parts[k].append(w[k] * w[k] / weight)
        for a, b in combinations(group, 2):
            shared[a, b] = shared.get((a, b), 0) + w[a] * w[b] / weight
    for (a, b), value in shared.items():
        size: Real = value if value < 0 else -value
        if size:
            parts[a].append(size * _root(w[a], w[b]))
            parts[b].append(size * _root(w[b], w[a]))
    return [total(terms) for terms in parts]


def _faces(cell: _Key) -> list[_Key]:
    return [cell - {vertex} for vertex in cell] if len(cell) > 1 else []


def _root(a: Real, b: Real) -> Real:
    """Return √(a/b)."""
    return Fraction(1) if a == b else real(Surd.sqrt(a / b))


def _positive(value: object, place: str) -> Real:
    found = number(value, place)
    if found <= 0:
        raise InvalidInput(f"expected a weight > 0, got {found}", place)
    return found


def node_weights(graph: Any, nodes: tuple[Any, ...], name: str) -> list[Real]:
    """Return a positive attribute of the nodes of a networkx graph, 1 where it is missing."""
    if isinstance(graph, LengthGraph):
        raise InvalidInput("expected a networkx graph, a LengthGraph has no weights of nodes", "node_weight")
    return [_positive(graph.nodes[node].get(name, 1), f"node {node!r}") for node in nodes]
