"""`DataCells`: some cells of a model, in the shape of a partition: their facets, adjacency and contacts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from exactgeom.exact import InvalidInput, Surd, UnboundedError
from exactgeom.exact.values import Frozen
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Infeasible
from exactgeom.partition.cell_at import input_dim
from exactgeom.partition.cell_domain import read_domain
from exactgeom.partition.cell_local import LocalCell
from exactgeom.partition.data_cells_shared import Rows, shared_facets
from exactgeom.polyhedra import Polytope

Vector = tuple[Fraction, ...]
Pair = tuple[int, int]


class DataCells(Frozen):
    """Cells of a model, by sign string ascending, and the facets that two of them share (immutable).

    Made by `data_cells`; contract: exact. It answers to what a `DataPartition` and curvature ask of a
    partition: `cells`, `facets` (shared ones only), `dimension`; and `contacts` are the simplices of a nerve.
    """

    model: Any
    domain: Any
    cell_signs: tuple[str, ...]

    def __init__(self, model: Any, domain: Any, signs: Iterable[str]) -> None:
        self.__dict__.update(model=model, domain=domain, cell_signs=tuple(sorted(signs)))

    @property
    def dimension(self) -> int:
        """Dimension of the cells."""
        return input_dim(self.model)

    ambient_dimension = dimension

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {signs: i for i, signs in enumerate(self.cell_signs)}

    def number(self, signs: str) -> int:
        """Return the number of the cell with these signs. Errors: InvalidInput if it holds no data."""
        if signs not in self._numbers:
            raise InvalidInput("no cell that holds data has these signs", place="signs")
        return self._numbers[signs]

    @cached_property
    def cells(self) -> tuple[DataCell, ...]:
        """The cells, by number."""
        where = read_domain(self.domain, self.dimension)
        return tuple(
            DataCell(self, i, LocalCell(self.model, signs, where, None))
            for i, signs in enumerate(self.cell_signs)
        )

    @cached_property
    def facets(self) -> tuple[DataFacet, ...]:
        """The facets, or parts of facets, that two of the cells share, ascending by cells."""
        found = shared_facets([cell.local for cell in self.cells])
        return tuple(DataFacet(self, i, *shared) for i, shared in enumerate(found))

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of cells that share a facet, ascending."""
        return tuple(facet.cell_ids for facet in self.facets)

    @cached_property
    def _ranges(self) -> list[tuple[tuple[Fraction | None, Fraction | None], ...]]:
        return [cell.local.bounding_box for cell in self.cells]

    def contacts(self, max_dim: int = 1) -> tuple[tuple[int, ...], ...]:
        """Return the sets of at most `max_dim` + 1 cells with a common point: the simplices of their nerve.

        Exact, in any dimension: a linear program per set whose proper subsets all touch. In ascending order,
        small sets first.
        """
        level: list[tuple[int, ...]] = [(i,) for i in range(len(self.cells))]
        found, known = list(level), set(level)
        for _ in range(max_dim):
            longer = [(*s, t[-1]) for s, t in combinations(level, 2) if s[:-1] == t[:-1]]
            level = [s for s in longer if all(part in known for part in combinations(s, len(s) - 1))]
            level = [s for s in level if self._touch(s)]
            known.update(level)
            found += level
        return tuple(found)

    def _touch(self, cells: tuple[int, ...]) -> bool:
        for ranges in zip(*(self._ranges[i] for i in cells), strict=True):
            lows = [low for low, _ in ranges if low is not None]
            highs = [high for _, high in ranges if high is not None]
            if lows and highs and max(lows) > min(highs):
                return False
        rows = [row for i in cells for row in self.cells[i].halfspaces]
        program = LinearProgram([a for a, _ in rows], [b for _, b in rows], dim=self.dimension)
        return not isinstance(program.feasible(), Infeasible)

    @property
    def summary(self) -> str:
        """A few words: number of cells, dimension."""
        return f"{len(self.cell_signs)} cells with data in R^{self.dimension}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataCells):
            return NotImplemented
        return (self.cell_signs, self.domain, self.model) == (other.cell_signs, other.domain, other.model)

    def __hash__(self) -> int:
        return hash((DataCells, self.cell_signs))

    def __reduce__(self) -> tuple[Any, ...]:
        return DataCells, (self.model, self.domain, self.cell_signs)

    def __repr__(self) -> str:
        return f"<{self.summary}>"


class DataCell(Frozen):
    """A cell that holds data (immutable): its number `id`, and `local`, the `LocalCell` with all the rest."""

    __slots__ = ("id", "local", "partition")
    partition: DataCells
    id: int
    local: LocalCell

    def __init__(self, partition: DataCells, number: int, local: LocalCell) -> None:
        for name, value in (("partition", partition), ("id", number), ("local", local)):
            object.__setattr__(self, name, value)

    @property
    def signs(self) -> str:
        """Sign string."""
        return self.local.signs

    @property
    def affine_map(self) -> Any:
        """(A, b) with model(x) = A x + b on the cell; None for models without a map."""
        return self.local.affine_map

    @property
    def halfspaces(self) -> Rows:
        """All halfspaces ``a·x ≤ b`` of the cell that say something, the domain's among them."""
        rows = [self.local.rows.halfspace(i) for i in range(len(self.local.rows))]
        return [row for row in rows if any(row[0])]

    @property
    def is_bounded(self) -> bool:
        """True when the cell is bounded."""
        if isinstance(self.partition.domain, Polytope):
            return True
        return all(end is not None for pair in self.local.bounding_box for end in pair)

    @property
    def volume(self) -> Fraction:
        """Exact volume. Errors: UnboundedError; InvalidInput beyond dimension 8."""
        return self.local.volume

    @property
    def centroid(self) -> Vector:
        """Exact centre of mass. Errors: as `volume`."""
        if not self.is_bounded:
            raise UnboundedError("the centroid of an unbounded cell is not defined")
        return self.local.polytope.centroid

    @property
    def facet_ids(self) -> tuple[int, ...]:
        """Numbers of the facets shared with other cells that hold data, ascending."""
        return tuple(facet.id for facet in self.partition.facets if self.id in facet.cell_ids)

    @property
    def neighbors(self) -> tuple[DataCell, ...]:
        """The cells with data that share a facet with this one, ascending."""
        around = {i for k in self.facet_ids for i in self.partition.facets[k].cell_ids} - {self.id}
        return tuple(self.partition.cells[i] for i in sorted(around))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataCell):
            return NotImplemented
        return self.id == other.id and self.partition == other.partition

    def __hash__(self) -> int:
        return hash((DataCell, self.id, self.partition))

    def __reduce__(self) -> tuple[Any, ...]:
        return _cell, (self.partition, self.id)

    def __repr__(self) -> str:
        return f"<DataCell {self.id} of {self.partition.summary}>"


class DataFacet(Frozen):
    """A facet, or the part of one, that two cells with data share (immutable).

    `point` lies on it, strictly inside all other halfspaces of both cells; `normal` points out of the first.
    """

    __slots__ = ("cell_ids", "id", "normal", "offset", "partition", "point")
    partition: DataCells
    id: int
    cell_ids: Pair
    normal: Vector
    offset: Fraction
    point: Vector

    def __init__(
        self, partition: DataCells, number: int, cells: Pair, normal: Vector, offset: Fraction, point: Vector
    ) -> None:
        values = (cells, number, normal, offset, partition, point)
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    is_interior = True

    @property
    def cells(self) -> tuple[DataCell, DataCell]:
        """The two cells, ascending."""
        i, j = self.cell_ids
        return self.partition.cells[i], self.partition.cells[j]

    @property
    def polytope(self) -> Polytope:
        """The facet itself, a flat polytope. Errors: UnboundedError; InvalidInput beyond dimension 8."""
        for cell in self.cells:
            cell.local.polytope  # noqa: B018 - raises beyond dimension 8
        rows = [facet.halfspace for cell in self.cells for facet in cell.local.facets]
        return Polytope.from_inequalities(
            [a for a, _ in rows], [b for _, b in rows], equations=[(self.normal, self.offset)]
        )

    @property
    def area(self) -> Surd:
        """Exact (d−1)-volume (1 for a point). Errors: as `polytope`."""
        found = self.polytope.relative_volume
        return found if isinstance(found, Surd) else Surd(found)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DataFacet):
            return NotImplemented
        return self.id == other.id and self.partition == other.partition

    def __hash__(self) -> int:
        return hash((DataFacet, self.id, self.partition))

    def __reduce__(self) -> tuple[Any, ...]:
        return DataFacet, (self.partition, self.id, self.cell_ids, self.normal, self.offset, self.point)

    def __repr__(self) -> str:
        return f"<DataFacet {self.id} between cells {self.cell_ids[0]} and {self.cell_ids[1]}>"


def _cell(partition: DataCells, number: int) -> DataCell:
    return partition.cells[number]
