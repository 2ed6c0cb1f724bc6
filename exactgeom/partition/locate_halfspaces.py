"""The halfspaces of a cell from its facets: the route to its points that knows nothing of the model."""

from __future__ import annotations

from typing import Any

from flint import fmpz, fmpz_mat

from exactgeom.exact import InvalidInput
from exactgeom.partition.adjacency import rows_of
from exactgeom.partition.locate_domain import Inside, Row
from exactgeom.partition.points import Vector


class Halfspaces:
    """The closed cells of a partition as sets of points, each made when first asked for."""

    def __init__(self, partition: Any) -> None:
        if partition.dimension != partition.ambient_dimension:
            raise InvalidInput("a flat partition has no halfspaces", place="partition")
        self._partition = partition
        self._made: dict[int, Inside] = {}

    def holds(self, cell: int, x: Vector) -> bool:
        """Whether a closed cell holds a point, exactly."""
        if cell not in self._made:
            self._made[cell] = Inside(cell_halfspaces(self._partition, cell))
        return self._made[cell].holds(x)

    def cells_at(self, x: Vector, candidates: Any) -> tuple[int, ...]:
        """Those of the candidate cells that hold the point."""
        return tuple(cell for cell in candidates if self.holds(cell, x))

    def __reduce__(self) -> tuple[Any, ...]:
        return Halfspaces, (self._partition,)


def cell_halfspaces(partition: Any, cell: int) -> list[Row]:
    """One row (a, b), ``a.x <= b``, per facet of a cell; the cell is their intersection."""
    space = partition.complex
    inner = [sum(column, fmpz(0)) for column in zip(*rows_of(partition, cell), strict=True)]
    rows = []
    for facet in space.boundary(space.dim)[cell].tolist() if space.dim else ():
        plane = _plane(space, facet)
        if sum((c * v for c, v in zip(plane, inner, strict=True)), fmpz(0)) > 0:
            plane = [-c for c in plane]
        rows.append((tuple(int(c) for c in plane[1:]), -int(plane[0])))
    return rows


def _plane(space: Any, facet: int) -> list[Any]:
    """Integers (c_0, c) with ``c_0 + c.x = 0`` on a facet."""
    if hasattr(space, "facet_plane"):
        return list(space.facet_plane(facet))
    rows = [space.coordinates[v] for v in space.closure(space.dim - 1)[facet].tolist()]
    basis, _ = fmpz_mat(rows).nullspace()
    return [basis[i, 0] for i in range(space.ambient_dim + 1)]
