"""Statistical Ricci curvature: Ollivier's curvature of a partition's edges, bent by data.

`κ(i, j) = 1 − W₁(m_i, m_j) / d(i, j)`, d the shortest-path distance for density-weighted lengths, m_i a step
to the neighbours in proportion to data mass, face volume, or evenly. Sources: Y. Ollivier, J. Funct. Anal.
256 (2009); the programme of P. Gajer, J. Ravel, arXiv:2508.02080. What is left open is an argument here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.curvature.combinatorial import Complex, Vertex
from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.graphs import LengthGraph
from exactgeom.curvature.lengths import Edge, EdgeLengths
from exactgeom.curvature.lengths_partition import Pair, density_lengths, face_volumes
from exactgeom.curvature.lengths_values import BITS, Real, between, checked_bits, ends, quotient, real, shown
from exactgeom.curvature.statistical_graphs import bounding_graphs, has_fourth_roots, length_graphs
from exactgeom.curvature.statistical_walks import Walk, adjacency, checked_idleness, components, walk_from
from exactgeom.curvature.wasserstein import NodeTransport, excess_tree, node_transport, tree_cost
from exactgeom.exact import Enclosure, InvalidInput
from exactgeom.linalg.clearing import clear_denominators

NEIGHBOURS = ("mass", "face", "uniform")
"""What the steps to neighbours are in proportion to."""


@dataclass(frozen=True)
class EdgeRicci:
    """One edge: its length, the distance of its ends, `cost` W₁, and the curvature.

    `length` None is infinite; where the ends are then not connected, the three others are None too.
    """

    edge: Edge
    length: Real | None
    distance: Real | None
    cost: Real | None
    curvature: Real | None

    def __repr__(self) -> str:
        curvature = "undefined" if self.curvature is None else brief(self.curvature)
        return compact(self, f"{self.edge!r}: length {brief(self.length)}, curvature {curvature}")

    def row(self) -> tuple[str, ...]:
        """Return a row of a table: edge, length, distance, transport cost, curvature."""
        numbers = (self.length, self.distance, self.cost)
        curvature = "-" if self.curvature is None else shown(self.curvature)
        return f"{self.edge[0]}-{self.edge[1]}", *map(shown, numbers), curvature


@dataclass(frozen=True)
class StatisticalRicci(Mapping[Any, Any]):
    """Curvature by edge: a mapping from pairs of vertices, either way round, to numbers (None: undefined).

    `walks` are the measures m_i, `lengths` the density-weighted lengths.
    """

    edges: tuple[EdgeRicci, ...]
    lengths: EdgeLengths
    walks: tuple[tuple[Vertex, Walk], ...]
    idleness: Fraction
    neighbours: str
    _kept: dict[Any, EdgeRicci] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        shown = f"idleness {brief(self.idleness)}, neighbours {self.neighbours!r}"
        return compact(self, f"of {len(self.edges)} edges: {shown}")

    def __getitem__(self, edge: Any) -> Real | None:
        return self.edge(edge).curvature

    def __iter__(self) -> Iterator[Edge]:
        return (item.edge for item in self.edges)

    def __len__(self) -> int:
        return len(self.edges)

    def edge(self, edge: Any) -> EdgeRicci:
        """Return everything about one edge. Errors: `KeyError`."""
        if not self._kept:
            self._kept.update({item.edge: item for item in self.edges})
        found = self._kept.get(edge)
        return self._kept[edge[1], edge[0]] if found is None else found

    @property
    def is_exact(self) -> bool:
        """True when no curvature is an enclosure."""
        return not any(isinstance(item.curvature, Enclosure) for item in self.edges)

    @cached_property
    def _graphs(self) -> tuple[LengthGraph, LengthGraph]:
        return length_graphs(self.lengths)

    def proof(self, edge: Any) -> tuple[NodeTransport, ...]:
        """Return the optimal transport of an edge, with plan and potential, that proves its W₁.

        One for exact lengths; for enclosures one under lower and one under upper lengths, which bound W₁ from
        below and above (up to the slack of the walks). Errors: `InvalidInput` where no distance is defined.
        """
        item = self.edge(edge)
        if item.distance is None:
            raise InvalidInput(f"the ends of edge {item.edge} are not connected", "edge")
        return self._transports(item, self._graphs)

    def certificate(self) -> dict[str, Any]:
        """Return the certificates of all edges as a bundle of kind `transport`, each with a note.

        Fourth roots, which the kind does not know, are enclosed in rational lengths from below and above.
        """
        graphs = bounding_graphs(self.lengths) if has_fourth_roots(self.lengths) else self._graphs
        found = []
        for item in self.edges:
            for moved in self._transports(item, graphs) if item.distance is not None else ():
                around = f"rows {list(moved.sources)}, columns {list(moved.targets)}"
                note = f"edge {item.edge}: curvature {shown(item.curvature)}, {around}"
                found.append({**moved.transport.certificate(), "note": note})
        return {"schema": "exactgeom/certificate-1", "certificates": found}

    def _transports(
        self, item: EdgeRicci, graphs: tuple[LengthGraph, LengthGraph]
    ) -> tuple[NodeTransport, ...]:
        walks, (low, high) = dict(self.walks), graphs
        source, target = (dict(walks[v].masses) for v in item.edge)
        return tuple(node_transport(g, source, target) for g in ((low,) if low is high else (low, high)))

    def table(self) -> list[tuple[str, ...]]:
        """Return the rows of a table, the header first."""
        return [("edge", "length", "distance", "W1", "curvature"), *(item.row() for item in self.edges)]


def statistical_ricci(
    partition: Any,
    data: Any,
    *,
    length: str = "centroid",
    alpha: object = 1,
    mean: str = "arithmetic",
    empty: object = None,
    neighbours: str = "mass",
    idleness: object = "1/2",
    edges: Complex | Iterable[Pair] | None = None,
    bits: int = BITS,
) -> StatisticalRicci:
    """Return the statistical Ricci curvature of a partition's edges.

    Contract: W₁ and d are exact where lengths and shares are (rational, or a surd from surd lengths), else
    enclosures; κ is then exact too, unless W₁/d would fill pages (`has_small_inverse`): an enclosure.
    `κ(i, j) = 1 − W₁(m_i, m_j) / d(i, j)`; m_i keeps `idleness` in cell i and spreads the rest over its
    neighbours (edges of finite length) in proportion to data mass ("mass") or the volume of the face shared
    ("face"), or evenly ("uniform"); with no neighbour of positive weight all of it stays. `length`, `alpha`,
    `mean`, `empty` and `edges` are those of `density_lengths`. Under `empty="infinite"` an edge of infinite
    length has a curvature where a detour connects its ends, else None.
    Errors: `InvalidInput`; `UnboundedError` for unbounded cells. Cost: below a millisecond per edge for
    rational lengths; plans and potentials are made on request.

    >>> import exactgeom as eg
    >>> cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    >>> P = eg.partition(cross, eg.box(-1, 1, dim=2))
    >>> K = statistical_ricci(P, [4, 2, 1, 1], length="unit")
    >>> {edge: str(value) for edge, value in K.items()}
    {(0, 1): '34/75', (0, 2): '11/36', (1, 3): '23/60', (2, 3): '22/45'}
    """
    lengths = density_lengths(
        partition, data, length=length, alpha=alpha, mean=mean, empty=empty, edges=edges, bits=bits
    )
    if neighbours == "mass":
        masses = dict(zip(lengths.vertices, lengths.masses, strict=True))
        return ricci_of_lengths(
            lengths, lambda i, j: masses[j], idleness=idleness, neighbours=neighbours, bits=bits
        )
    if neighbours == "uniform":
        return ricci_of_lengths(lengths, idleness=idleness, neighbours=neighbours, bits=bits)
    if neighbours != "face":
        raise InvalidInput(f"expected one of {', '.join(NEIGHBOURS)}, got {neighbours!r}", "neighbours")
    volumes: dict[Any, Real] = {**face_volumes(partition)}
    nothing = Fraction(0)
    return ricci_of_lengths(
        lengths,
        lambda i, j: volumes.get((min(i, j), max(i, j)), nothing),
        idleness=idleness,
        neighbours=neighbours,
        bits=bits,
    )


def ricci_of_lengths(
    lengths: EdgeLengths,
    weight: Callable[[Any, Any], Real] | None = None,
    *,
    idleness: object = "1/2",
    neighbours: str = "uniform",
    bits: int = BITS,
) -> StatisticalRicci:
    """Return `1 − W₁(m_i, m_j)/d(i, j)` on any graph with weighted lengths.

    `weight(i, j)` is the weight of neighbour j in m_i, 1 unless given. Contract and errors: as in
    `statistical_ricci`.
    """
    idle = checked_idleness(idleness)
    checked_bits(bits)
    around = adjacency(lengths.vertices, lengths.finite)
    walks = {
        i: walk_from(i, around[i], lambda j, i=i: weight(i, j) if weight else Fraction(1), idle, bits)  # type: ignore[misc]
        for i in around
    }
    graphs, part = length_graphs(lengths), components(around)
    found = []
    for item in lengths.edges:
        i, j = item.edge
        if part[i] != part[j]:
            found.append(EdgeRicci(item.edge, item.length, None, None, None))
            continue
        found.append(EdgeRicci(item.edge, item.length, *_curvature(graphs, i, j, walks[i], walks[j], bits)))
    return StatisticalRicci(tuple(found), lengths, tuple(walks.items()), idle, neighbours)


def _curvature(
    graphs: tuple[LengthGraph, LengthGraph], i: Vertex, j: Vertex, m_i: Walk, m_j: Walk, bits: int
) -> tuple[Real, Real, Real]:
    """Return distance, W₁ and curvature of one edge."""
    low, high = graphs
    near, far = low.distance(i, j), high.distance(i, j)
    cheap = _cost(low, m_i, m_j)
    if low is high and not (m_i.slack or m_j.slack):
        return near, cheap, real(1 - quotient(cheap, near, bits))
    dear = cheap if low is high else _cost(high, m_i, m_j)
    slack = _slack(high, i, m_i, bits) + _slack(high, j, m_j, bits)
    least, most = max(ends(cheap, bits)[0] - slack, Fraction(0)), ends(dear, bits)[1] + slack
    d_low, d_high = ends(near, bits)[0], ends(far, bits)[1]
    curvature = between(1 - most / d_low, 1 - least / d_high, bits)
    return near if low is high else between(d_low, d_high, bits), between(least, most, bits), curvature


def _cost(graph: LengthGraph, m_i: Walk, m_j: Walk) -> Real:
    """Return W₁ of two rational measures: integer masses, and only their difference travels."""
    difference: dict[int, Fraction] = {}
    for sign, walk in ((1, m_i), (-1, m_j)):
        for vertex, mass in walk.masses:
            k = graph.index[vertex]
            difference[k] = difference.get(k, Fraction(0)) + sign * mass
    integers, unit = clear_denominators(list(difference.values()))
    cost = tree_cost(excess_tree(graph, dict(zip(difference, integers, strict=True)))[2])
    whole = graph.real(cost) if type(cost) is int else cost
    return real(whole * Fraction(1, unit))


def _slack(graph: LengthGraph, i: Vertex, walk: Walk, bits: int) -> Fraction:
    """Return a bound of W₁ between a walk and its rounding: half the ℓ1 error times the diameter."""
    if not walk.slack:
        return Fraction(0)
    radius = max(ends(graph.distance(i, v), bits)[1] for v, _ in walk.masses)
    return walk.slack * radius  # the diameter is at most twice the radius
