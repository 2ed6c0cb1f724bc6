"""`DataPartition`: data points in the cells of a partition, and how they weigh on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from exactgeom.exact import Enclosure, InvalidInput, Surd
from exactgeom.exact.values import Frozen
from exactgeom.partition import data_measures as measures
from exactgeom.partition.data_table import data_document, data_table
from exactgeom.partition.faces import face_number
from exactgeom.partition.points import Points, Vector
from exactgeom.polyhedra.arrays import IntArray

TIES = ("split", "smallest", "all", "refuse")
"""How a point in several cells counts: in equal parts, for the lowest, fully for each, not at all."""


class DataPartition(Frozen):
    """Data points located in the cells of a partition (immutable).

    Made by `Partition.locate`.  Contract: exact; what takes long is computed when first asked for and kept.
    `cells[i]` is the lowest cell that holds point i, -1 outside of the domain; `ties` maps every point in
    several cells to all of them; `outside` lists the points in none.  `exact_count` is the number of points
    that double arithmetic could not decide.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 3, dim=1))
    >>> data = P.locate([[-1], [0], [2], [2.5]], labels=["a", "a", "b", "b"])
    >>> data
    <4 points in 2 of 2 cells: 1 tie, 0 outside>
    >>> [str(m) for m in data.masses], [str(r) for r in data.densities]
    (['5/8', '3/8'], ['5/24', '3/8'])
    >>> {label: [str(m) for m in masses] for label, masses in data.class_masses.items()}
    {'a': ['1/8', '3/8'], 'b': ['1/2', '0']}
    """

    partition: Any
    points: Points
    cells: IntArray
    ties: Mapping[int, tuple[int, ...]]
    exact_count: int
    rule: str
    labels: tuple[Any, ...] | None
    weights: tuple[Fraction, ...] | None

    def __init__(
        self,
        partition: Any,
        points: Points,
        cells: IntArray,
        ties: Mapping[int, tuple[int, ...]],
        exact_count: int = 0,
        *,
        rule: str = "split",
        labels: tuple[Any, ...] | None = None,
        weights: tuple[Fraction, ...] | None = None,
    ) -> None:
        if rule == "refuse" and ties:
            i, around = next(iter(ties.items()))
            raise InvalidInput(f"the point lies in {len(around)} cells: {around}", place=f"points[{i}]")
        cells = np.array(cells, dtype=np.int64)
        cells.setflags(write=False)
        self.__dict__.update(
            partition=partition,
            points=points,
            cells=cells,
            ties=MappingProxyType(dict(ties)),
            exact_count=exact_count,
            rule=rule,
            labels=labels,
            weights=weights,
        )

    def __eq__(self, other: object) -> bool:
        """The same points in the same cells of an equal partition, counted alike."""
        if not isinstance(other, DataPartition):
            return NotImplemented
        mine, theirs = ((d.ties, d.rule, d.labels, d.weights, d.points, d.partition) for d in (self, other))
        return np.array_equal(self.cells, other.cells) and mine == theirs

    def __hash__(self) -> int:
        return hash((DataPartition, self.partition, self.rule, self.cells.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        state = (self.partition, self.points, self.cells, dict(self.ties), self.exact_count)
        return _restore, (state, self.rule, self.labels, self.weights)

    def __repr__(self) -> str:
        filled = self.cell_count - len(self.empty_cells)
        ties = f"{len(self.ties)} tie{'' if len(self.ties) == 1 else 's'}"
        rest = f"{ties}, {len(self.outside)} outside"
        return f"<{len(self)} points in {filled} of {self.cell_count} cells: {rest}>"

    # -- where the points are ------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """Per point the cells that hold it, ascending."""
        return (self.cells_of(i) for i in range(len(self)))

    @property
    def cell_count(self) -> int:
        """Number of cells of the partition."""
        return len(self.partition.cells)

    def cell_of(self, i: int) -> int | None:
        """The lowest cell that holds point i; None outside of the domain."""
        cell = int(self.cells[i])
        return None if cell < 0 else cell

    def cells_of(self, i: int) -> tuple[int, ...]:
        """All cells that hold point i, ascending; none outside of the domain."""
        i = range(len(self))[i]
        cell = int(self.cells[i])
        return self.ties.get(i, (cell,) if cell >= 0 else ())

    @cached_property
    def outside(self) -> tuple[int, ...]:
        """The points outside of the domain, ascending."""
        return tuple(np.flatnonzero(self.cells < 0).tolist())

    def points_in(self, cell: Any) -> tuple[int, ...]:
        """The points that a closed cell holds, ascending."""
        return self._members[self._number(cell)]

    @cached_property
    def _members(self) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = [[] for _ in range(self.cell_count)]
        for i, cells in enumerate(self):
            for cell in cells:
                found[cell].append(i)
        return tuple(map(tuple, found))

    def _number(self, cell: Any) -> int:
        if isinstance(cell, int) or not hasattr(self.partition, "complex"):
            return range(self.cell_count)[int(cell)]
        return face_number(cell, self.partition, self.partition.dimension, "cell")

    # -- masses --------------------------------------------------------------------------------------

    @property
    def total_weight(self) -> Fraction:
        """The weight of all points, outside ones too: their number when no weights were given."""
        return Fraction(len(self)) if self.weights is None else sum(self.weights, Fraction(0))

    @cached_property
    def counts(self) -> tuple[Fraction, ...]:
        """Points per cell by the tie rule: whole numbers unless ties are split."""
        return measures.sums(self, None)

    @cached_property
    def masses(self) -> tuple[Fraction, ...]:
        """``mu_i``: the share of all weight, by the tie rule, that lies in cell i.

        They sum to 1 minus `outside_share` (with ``ties="all"``: to that or more).
        Errors: InvalidInput when there is no weight at all.
        """
        return measures.shares(self, None)

    @cached_property
    def outside_share(self) -> Fraction:
        """The share of all weight outside of the domain."""
        return measures.outside_share(self)

    @cached_property
    def class_masses(self) -> Mapping[Any, tuple[Fraction, ...]]:
        """Masses by label, labels in order of appearance; they sum to `masses`.

        Errors: InvalidInput without labels.
        """
        if self.labels is None:
            raise InvalidInput("the points have no labels", place="labels")
        return MappingProxyType({label: measures.shares(self, label) for label in dict.fromkeys(self.labels)})

    @cached_property
    def densities(self) -> tuple[Fraction, ...]:
        """``rho_i = mu_i / vol(C_i)``. Errors: UnboundedError where a cell is unbounded."""
        return tuple(m / v for m, v in zip(self.masses, self.volumes, strict=True))

    @cached_property
    def volumes(self) -> tuple[Fraction, ...]:
        """Volumes of the cells. Errors: UnboundedError where one is infinite."""
        return tuple(Fraction(cell.volume) for cell in self.partition.cells)

    @cached_property
    def empty_cells(self) -> tuple[int, ...]:
        """The closed cells that hold no point, ascending."""
        filled = np.zeros(self.cell_count, dtype=bool)
        filled[self.cells[self.cells >= 0]] = True
        for cells in self.ties.values():
            filled[list(cells)] = True
        return tuple(np.flatnonzero(~filled).tolist())

    @cached_property
    def means(self) -> tuple[Vector | None, ...]:
        """The mean of the data in each cell, weighted by the tie rule; None where there is no weight."""
        return measures.means(self)

    def region_masses(self, regions: Any) -> tuple[Fraction, ...]:
        """Masses of regions of this partition (`partition.regions(...)`), in their order.

        A point on walls inside one region counts once there, by every tie rule.
        Errors: InvalidInput for regions of another partition, such as a refinement by class: locate the
        points in ``regions.partition`` instead.
        """
        return measures.region_masses(self, regions)

    def edge_densities(self, mean: str) -> dict[tuple[int, int], Fraction | Surd]:
        """Densities on the pairs of cells that share a facet, by a named mean of the two cells' densities.

        `mean`: ``"arithmetic"``, ``"geometric"`` (an exact Surd), ``"harmonic"`` (0 where one is 0) or
        ``"minimum"``.  Errors: InvalidInput for another name; UnboundedError as for `densities`.

        >>> import exactgeom as eg
        >>> P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
        >>> data = P.locate([[-1], [1], [1]])
        >>> [data.edge_densities(name)[0, 1] for name in ("arithmetic", "harmonic", "minimum")]
        [Fraction(1, 2), Fraction(4, 9), Fraction(1, 3)]
        >>> data.edge_densities("geometric")[0, 1] ** 2
        Surd('2/9')
        """
        return measures.edge_densities(self, mean)

    # -- information ---------------------------------------------------------------------------------

    def entropy(self, bits: int = 64) -> Enclosure:
        """``-sum q_i log q_i`` in nats, with at least `bits` bits; `q` the masses over their sum.

        Exactly zero when all mass is in one cell.  Errors: InvalidInput when no point lies in the domain.
        """
        return measures.entropy(self, bits)

    def kl_divergence(self, bits: int = 64) -> Enclosure:
        """``sum q_i log(q_i / v_i)`` in nats: of the masses `q` (over their sum) from the volume shares `v`.

        At least `bits` bits; exactly zero if and only if the two are equal, else certainly positive.
        Errors: InvalidInput when no point lies in the domain; UnboundedError on an unbounded one.

        >>> import exactgeom as eg
        >>> P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
        >>> P.locate([[-1], [1]]).kl_divergence() == 0, float(P.locate([[1]]).kl_divergence())
        (True, 0.6931471805599453)
        """
        return measures.kl_divergence(self, bits)

    # -- tables --------------------------------------------------------------------------------------

    def table(self) -> tuple[dict[str, Any], ...]:
        """One row per cell: `cell`, `points`, `count`, `mass`, `volume`, `density`, a mass per label.

        `points` is the number of points in the closed cell; volumes and densities are None when infinite.
        """
        return data_table(self)

    def to_json(self) -> dict[str, Any]:
        """The document ``exactgeom/data-1``: every number exact."""
        return data_document(self)


def _restore(state: tuple[Any, ...], rule: str, labels: Any, weights: Any) -> DataPartition:
    return DataPartition(*state, rule=rule, labels=labels, weights=weights)
