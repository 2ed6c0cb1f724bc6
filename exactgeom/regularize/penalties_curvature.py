"""The energy of the statistical Ricci curvature of a partition's edges.

By the envelope theorem the derivative of a shortest path or an optimal transport by an edge length is how
much of it runs along that edge, as long as path and flow are unique; lengths ``1 / rho`` depend on volumes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from exactgeom.curvature.lengths import EdgeLength
from exactgeom.curvature.statistical import EdgeRicci, StatisticalRicci, statistical_ricci
from exactgeom.curvature.statistical_graphs import length_graphs
from exactgeom.exact import InvalidInput, NonSmoothError, exact, exact_matrix, fraction_str, to_fmpq
from exactgeom.models.lowered_model import literals
from exactgeom.regularize.regularizer import Differential, Regularizer, bounded, chosen_cells

__all__ = ["CurvatureEnergy"]

Pair = tuple[Any, Any]


@dataclass(frozen=True, init=False, repr=False)
class CurvatureEnergy(Regularizer):
    """How curved the data make the dual graph: ``sum over its edges of kappa^2``.

    kappa is `statistical_ricci` of the points `data`; `length`, `alpha`, `mean`, `empty`, `neighbours` and
    `idleness` are its arguments.  Exact where the curvature is, else an enclosure; no units, the same at
    every scale when the data are scaled along.  On some cells: the edges between two of them.
    Derivatives are offered for ``length="unit"``, ``alpha=1``, arithmetic or harmonic means, and neighbours
    by mass or uniform (then all is rational); else InvalidInput.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> data = [["1/2", "1/2"], ["1/3", "1/3"], ["1/2", "-1/2"], ["-1/2", "1/2"], ["-1/2", "-1/2"]]
    >>> CurvatureEnergy(data).value(P)
    Fraction(481, 648)
    """

    data: tuple[tuple[Fraction, ...], ...]
    length: str
    alpha: Fraction
    mean: str
    empty: str | Fraction | None
    neighbours: str
    idleness: Fraction
    formula: ClassVar[str] = "sum over edges of kappa^2"
    uses_adjacency: ClassVar[bool] = True

    def __init__(
        self,
        data: Iterable[Iterable[Any]],
        *,
        length: str = "unit",
        alpha: Any = 1,
        mean: str = "arithmetic",
        empty: Any = None,
        neighbours: str = "mass",
        idleness: Any = "1/2",
    ) -> None:
        rows = exact_matrix(data, "data")
        if not rows:
            raise InvalidInput("expected at least one point", place="data")
        words = ("restrict", "infinite", None)
        for name, value in (
            ("data", rows),
            ("length", length),
            ("alpha", exact(alpha, "alpha")),
            ("mean", mean),
            ("empty", empty if empty in words else exact(empty, "empty")),
            ("neighbours", neighbours),
            ("idleness", exact(idleness, "idleness")),
        ):
            object.__setattr__(self, name, value)

    @property
    def is_rational(self) -> bool:  # type: ignore[override]
        """True for the arguments whose derivatives are offered."""
        plain = self.length == "unit" and self.alpha == 1 and self.mean in ("arithmetic", "harmonic")
        return plain and self.neighbours in ("mass", "uniform")

    def scale_degree(self, dim: int) -> int:
        """Degree 0, when the data are scaled along."""
        return 0

    def curvature(self, partition: Any) -> StatisticalRicci:
        """The curvature of every edge."""
        return self._curvature(partition, bounded(partition).locate(self.data))

    def _curvature(self, partition: Any, located: Any) -> StatisticalRicci:
        return statistical_ricci(
            partition,
            located,
            length=self.length,
            alpha=self.alpha,
            mean=self.mean,
            empty=self.empty,
            neighbours=self.neighbours,
            idleness=self.idleness,
        )

    def value(self, partition: Any, cells: Any = None) -> Any:
        """The exact value (an Enclosure where some curvature is one)."""
        chosen = set(chosen_cells(partition, cells))
        parts = [
            item.curvature * item.curvature
            for item in self.curvature(partition).edges
            if item.curvature is not None and chosen.issuperset(item.edge)
        ]
        return sum(parts[1:], parts[0]) if parts else Fraction(0)

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """Derivatives by the volumes; NonSmoothError where a path or plan is not unique."""
        if not self.is_rational:
            raise InvalidInput(
                "derivatives need length='unit', alpha=1, an arithmetic or harmonic mean, and neighbours by "
                "mass or uniform",
                place="regularizer",
            )
        located = bounded(partition).locate(self.data)
        for point, around in located.ties.items():
            raise NonSmoothError(
                f"not certified smooth: data point {point} lies on a face of the cells {around}",
                (f"data[{point}]",),
            )
        found, chosen = self._curvature(partition, located), set(chosen_cells(partition, cells))
        slopes: dict[Pair, Fraction] = {}
        graph = _Paths(found)
        for item in found.edges:
            if item.curvature and chosen.issuperset(item.edge):
                graph.add_slopes(item, slopes)
        total: dict[Any, Fraction] = {}
        for edge in found.lengths.edges:
            if slopes.get(edge.edge):
                for cell, rate in _length_rates(found, edge):
                    total[cell] = total.get(cell, Fraction(0)) + slopes[edge.edge] * rate
        return Differential({partition.dimension: {c: to_fmpq(q) for c, q in total.items()}})

    def __repr__(self) -> str:
        plain = {"length": "unit", "alpha": 1, "mean": "arithmetic", "empty": None, "neighbours": "mass"}
        values: dict[str, Any] = {name: getattr(self, name) for name in (*plain, "idleness")}
        plain["idleness"] = Fraction(1, 2)
        shown = [
            f"{name}={fraction_str(value)!r}" if isinstance(value, Fraction) else f"{name}={value!r}"
            for name, value in values.items()
            if value != plain[name]
        ]
        points = ", ".join(map(literals, self.data))
        return f"CurvatureEnergy({', '.join([f'[{points}]', *shown])})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.data, {name: getattr(self, name) for name in _OPTIONS})


_OPTIONS = ("length", "alpha", "mean", "empty", "neighbours", "idleness")


def _rebuild(data: Any, options: dict[str, Any]) -> CurvatureEnergy:
    return CurvatureEnergy(data, **options)


def _length_rates(found: StatisticalRicci, edge: EdgeLength) -> list[tuple[Any, Fraction]]:
    """Derivatives of ``1 / rho(e)`` by the volumes of the edge's two cells; ``rho_i = mu_i / v_i``."""
    lengths = found.lengths
    masses = dict(zip(lengths.vertices, lengths.masses, strict=True))
    densities = dict(zip(lengths.vertices, lengths.densities, strict=True))
    rates = []
    for cell in edge.edge:
        mass, density = masses[cell], densities[cell]
        if not mass:
            continue
        if lengths.mean == "harmonic":
            rates.append((cell, 1 / (2 * mass)))
        else:
            rates.append((cell, density**2 / (2 * mass * Fraction(edge.density) ** 2)))  # type: ignore[arg-type]
    return rates


class _Paths:
    """Shortest paths and optimal transports of a graph, with proofs that they are unique."""

    def __init__(self, found: StatisticalRicci) -> None:
        self._found = found
        self._graph, _ = length_graphs(found.lengths)
        self._around: dict[Any, list[tuple[Any, Pair, Any]]] = {}
        for (a, b), length in found.lengths.finite.items():
            self._around.setdefault(a, []).append((b, (a, b), length))
            self._around.setdefault(b, []).append((a, (a, b), length))

    def add_slopes(self, item: EdgeRicci, slopes: dict[Pair, Fraction]) -> None:
        """Add the derivatives of ``kappa^2 = (1 - W / d)^2`` of one edge by all lengths."""
        a, b = item.edge
        kappa, cost, distance = (Fraction(q) for q in (item.curvature, item.cost, item.distance))  # type: ignore[arg-type]
        for edge in self._path(a, b):
            slopes[edge] = slopes.get(edge, Fraction(0)) + 2 * kappa * cost / distance**2
        for source, target, mass in self._plan(item):
            for edge in self._path(source, target):
                slopes[edge] = slopes.get(edge, Fraction(0)) - 2 * kappa * mass / distance

    def _path(self, start: Any, end: Any) -> list[Pair]:
        """The edges of the shortest path (NonSmoothError when there are two)."""
        edges, here = [], start
        while here != end:
            left = self._graph.distance(here, end)
            steps = [s for s in self._around[here] if s[2] + self._graph.distance(s[0], end) == left]
            if len(steps) > 1:
                text = f"not certified smooth: two shortest paths lead from cell {here} to cell {end}"
                raise NonSmoothError(text, (here, end))
            here, edge, _ = steps[0]
            edges.append(edge)
        return edges

    def _plan(self, item: EdgeRicci) -> list[tuple[Any, Any, Fraction]]:
        """What moves where in an optimal transport (NonSmoothError unless its flow is unique).

        The potential extends to a function f on all cells that changes by at most its length along an edge.
        An optimal flow uses only edges along which f changes by all of it; on a forest there is one flow.
        """
        (moved,) = self._found.proof(item.edge)
        best = moved.transport
        levels = [(c, -v) for c, v in zip(moved.targets, best.potential[1], strict=True)]
        reached = self._reached(item.edge[0])
        f = {x: min(self._graph.distance(c, x) + level for c, level in levels) for x in reached}
        tight = [
            edge
            for edge, length in self._found.lengths.finite.items()
            if edge[0] in f and f[edge[0]] - f[edge[1]] in (length, -length)
        ]
        if not _is_forest(tight):
            text = f"not certified smooth: the optimal transport of edge {item.edge} may not be unique"
            raise NonSmoothError(text, item.edge)
        return [
            (moved.sources[i], moved.targets[j], Fraction(mass))  # type: ignore[arg-type]
            for i, j, mass in best.plan
            if moved.sources[i] != moved.targets[j]
        ]

    def _reached(self, start: Any) -> set[Any]:
        """The cells connected to one."""
        found, waiting = {start}, [start]
        while waiting:
            for other, _, _ in self._around.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found


def _is_forest(edges: Sequence[tuple[Any, Any]]) -> bool:
    """True when the edges have no cycle."""
    parent: dict[Any, Any] = {}

    def root(node: Any) -> Any:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for a, b in edges:
        p, q = root(a), root(b)
        if p == q:
            return False
        parent[p] = q
    return True
