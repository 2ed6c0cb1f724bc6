"""The exact geometry of one checkpoint: cells, walls of units, classes, data, curvature, regularisers.

A snapshot holds exact numbers and the model, no face lattice: it is small enough to send between processes,
and `partition` cuts the domain anew when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from exactgeom.dynamics.data_state import DataState
from exactgeom.dynamics.difference import classes_in
from exactgeom.dynamics.vertex_curvature import CellCurvature
from exactgeom.exact import Surd
from exactgeom.partition import partition
from exactgeom.partition.adjacency import facet_sides
from exactgeom.partition.boundary import DecisionBoundary
from exactgeom.partition.regions import Regions
from exactgeom.polyhedra import Polytope

__all__ = ["Classes", "Snapshot", "UnitWall", "classes_of", "unit_walls"]

WALL = "wall"


@dataclass(frozen=True)
class UnitWall:
    """Where one unit (one character of the sign strings) changes its sign inside the domain.

    `area` is the exact (d-1)-volume of the facets between cells where the signs differ; `plus`, `zero` and
    `minus` count the cells by sign.

    >>> UnitWall("layers[1] unit 0", Surd(2), 3, 0, 1).state
    'wall'
    """

    unit: str
    area: Surd
    plus: int
    zero: int
    minus: int

    @property
    def state(self) -> str:
        """``"+"``, ``"-"`` or ``"0"`` when that is the sign on every cell, else ``"wall"``."""
        present = [
            sign for sign, count in zip("+0-", (self.plus, self.zero, self.minus), strict=True) if count
        ]
        return present[0] if len(present) == 1 else WALL


@dataclass(frozen=True)
class Classes:
    """The classes of a model on the domain: volume of each, and the boundary between them.

    The class is the arg-max of the outputs, ties to the smallest index; of one output it is 1 where that is
    positive.  `boundary_components` counts the connected pieces of the decision boundary.
    """

    volumes: tuple[tuple[int, Fraction], ...]
    boundary_area: Surd
    boundary_components: int


@dataclass(frozen=True, repr=False)
class Snapshot:
    """One checkpoint of a trajectory; every number is exact.

    `volumes[i]` and `signs[i]` belong to cell i of `partition`; `cell_units[i]` lists the units (numbers of
    characters) whose walls bound it; `walls` has one entry per unit.  `classes` is None for models without
    outputs, `data` without data, `curvature` when none was asked.  `regularizers` maps names to values.
    """

    index: int
    label: Hashable
    model: Any
    domain: Polytope
    f_vector: tuple[int, ...]
    signs: tuple[str, ...]
    volumes: tuple[Fraction, ...]
    cell_units: tuple[tuple[int, ...], ...]
    walls: tuple[UnitWall, ...]
    classes: Classes | None
    curvature: CellCurvature | None
    regularizers: Mapping[str, Any] = field(hash=False)
    data: DataState | None

    def __repr__(self) -> str:
        return f"<checkpoint {self.label!r}: {self.cell_count} cells>"

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in _LAZY}

    @property
    def cell_count(self) -> int:
        """Number of cells."""
        return len(self.signs)

    @cached_property
    def partition(self) -> Any:
        """The partition, cut anew when first asked for: the same cells with the same numbers."""
        return partition(self.model, self.domain)

    @cached_property
    def cell_of(self) -> dict[str, int]:
        """The cell of every sign string."""
        return {signs: i for i, signs in enumerate(self.signs)}

    @property
    def boundary_area(self) -> Surd | None:
        """The (d-1)-volume of the decision boundary; None for models without outputs."""
        return None if self.classes is None else self.classes.boundary_area

    @property
    def smallest_volume(self) -> Fraction:
        """Volume of the smallest cell."""
        return min(self.volumes)

    @property
    def largest_volume(self) -> Fraction:
        """Volume of the largest cell."""
        return max(self.volumes)

    def units(self, state: str) -> tuple[str, ...]:
        """Names of the units in a state: ``"wall"``, ``"+"``, ``"-"`` (dead, for a ReLU) or ``"0"``."""
        return tuple(wall.unit for wall in self.walls if wall.state == state)


_LAZY = ("partition", "cell_of")


def unit_walls(space: Any) -> tuple[tuple[UnitWall, ...], tuple[tuple[int, ...], ...]]:
    """(the wall of every unit, the units that bound every cell) of a bounded partition; exact.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 2)]), eg.box(-1, 1, dim=2))
    >>> walls, bounding = unit_walls(P)
    >>> [(wall.unit, str(wall.area), wall.state) for wall in walls], bounding
    ([('hyperplanes[0]', '2', 'wall'), ('hyperplanes[1]', '0', '-')], ((0,), (0,)))
    """
    table = _table(space)
    sides = facet_sides(space)
    inner = np.flatnonzero(sides[:, 1] >= 0)
    a, b = sides[inner, 0], sides[inner, 1]
    changes = table[a] != table[b]
    areas = {facet: space.facets[facet].area for facet in inner.tolist()}
    bounds = np.zeros(table.shape, dtype=bool)
    np.logical_or.at(bounds, a, changes)
    np.logical_or.at(bounds, b, changes)
    walls = []
    for j, name in enumerate(unit_names(space.model, table.shape[1])):
        area = Surd.sum([Surd(0), *(areas[f] for f in inner[changes[:, j]].tolist())])
        counts = Counter(table[:, j].tolist())
        walls.append(UnitWall(name, area, *(counts[ord(sign)] for sign in "+0-")))
    return tuple(walls), tuple(tuple(np.flatnonzero(row).tolist()) for row in bounds)


def unit_names(model: Any, count: int) -> tuple[str, ...]:
    """One name per character of a model's sign strings."""
    return (
        tuple(model.unit_names())
        if hasattr(model, "unit_names")
        else tuple(f"signs[{i}]" for i in range(count))
    )


def classes_of(model: Any, cells: Any) -> Classes:
    """The classes of a model, exactly, from `classified(model, domain)`."""
    labels = classes_in(model, cells)
    boundary = DecisionBoundary(Regions(cells, "argmax", np.array(labels), labels))
    volumes = tuple((region.label, region.volume) for region in boundary.regions)
    return Classes(volumes, boundary.area, boundary.component_count)


def _table(space: Any) -> Any:
    """[cell, character]: the characters of the sign strings."""
    codes = np.frombuffer("".join(space.cell_signs).encode(), dtype=np.uint8)
    return codes.reshape(len(space.cell_signs), -1) if len(codes) else codes.reshape(len(space.cell_signs), 0)
