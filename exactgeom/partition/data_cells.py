"""`data_cells`: the cells that hold data, in any dimension, and how data weigh on them; no other is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.cell_at import cells_at, input_dim
from exactgeom.partition.cell_domain import CellDomain, read_domain
from exactgeom.partition.cell_rows import rows_of
from exactgeom.partition.data import TIES, DataPartition
from exactgeom.partition.data_cells_partition import DataCells
from exactgeom.partition.lowering import program_of
from exactgeom.partition.points import Points, Vector
from exactgeom.partition.points_read import read_data
from exactgeom.partition.traces_blocks import Wiring
from exactgeom.partition.traces_data import signs_at

_BATCH = 8192


def data_cells(
    model: Any,
    points: Any,
    domain: Any = None,
    *,
    ties: str = "split",
    labels: Any = None,
    weights: Any = None,
    columns: Sequence[str | int] | None = None,
    header: bool | None = None,
) -> DataPartition:
    """Locate data in the cells of a model, and make only the cells that hold some.

    Contract: exact, any dimension, no face lattice.  The answer is a `DataPartition` whose `partition` is a
    `DataCells`: the cells whose closure contains a point, by sign string, the facets they share, volumes up
    to dimension 8.  Counts, masses, densities and curvature are those of `partition(model, domain).locate`
    for these cells.  Arguments and tie rules: as of `locate`.
    Errors: InvalidInput naming the row and column of what is no finite number.
    Cost: one pass of the model for all points; a linear program for every two cells that may share a facet.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, -3]), eg.ReLU()])
    >>> data = data_cells(net, [[0.5, 0.5], [1, "1/3"], [-1, 1], [0, -1]], eg.box(-1, 1, dim=2))
    >>> data, data.partition.cell_signs
    (<4 points in 4 of 4 cells: 1 tie, 0 outside>, ('++-', '+--', '-+-', '---'))
    >>> data.partition.pairs
    ((0, 1), (0, 2), (1, 3), (2, 3))
    >>> [str(mass) for mass in data.masses]
    ['1/2', '1/8', '1/4', '1/8']
    """
    if not isinstance(ties, str) or ties not in TIES:
        raise InvalidInput(f"expected one of {', '.join(TIES)}, got {ties!r}", place="ties")
    dim = input_dim(model)
    where = read_domain(domain, dim)
    data = read_data(points, dim, labels=labels, weights=weights, columns=columns, header=header)
    around = _located(model, data.points, where)
    cells = DataCells(model, domain, {signs for own in around for signs in own})
    first = np.full(len(around), -1, dtype=np.int64)
    tied: dict[int, tuple[int, ...]] = {}
    for i, own in enumerate(around):
        numbers = tuple(sorted(map(cells.number, own)))
        if numbers:
            first[i] = numbers[0]
        if len(numbers) > 1:
            tied[i] = numbers
    return DataPartition(
        cells,
        data.points,
        first,
        tied,
        len(around),
        rule=ties,
        labels=data.labels,
        weights=data.weights,
    )


def _located(model: Any, points: Points, where: CellDomain) -> list[tuple[str, ...]]:
    """Return the signs of the cells around every point; none outside of the domain."""
    found: list[tuple[str, ...]] = [()] * len(points)
    for start in range(0, len(points), _BATCH):
        rows = points.rows(range(start, min(start + _BATCH, len(points))))
        inside = [i for i, x in enumerate(rows) if _is_inside(model, x, where)]
        for i, own in zip(inside, _around(model, [rows[i] for i in inside], where), strict=True):
            found[start + i] = own
    return found


def _is_inside(model: Any, x: Vector, where: CellDomain) -> bool:
    if isinstance(model, DecisionTree | TreeEnsemble) and where.size:
        trees = getattr(model, "trees", ())
        x = trees[0].point(x, "points") if trees else x
    return all(slack >= 0 for slack in where.slacks(x))


def _around(model: Any, rows: list[Vector], where: CellDomain) -> list[tuple[str, ...]]:
    if isinstance(model, DecisionTree | TreeEnsemble):
        return [tuple(cell.signs for cell in cells_at(model, x, where.given)) for x in rows]
    certain: dict[str, bool] = {}
    found: list[tuple[str, ...]] = []
    for x, signs in zip(rows, signs_at(Wiring(program_of(model)), rows), strict=True):
        if signs not in certain:
            certain[signs] = _is_cell(model, signs, where)
        if certain[signs]:
            found.append((signs,))
        else:
            found.append(tuple(cell.signs for cell in cells_at(model, x, where.given)))
    return found


def _is_cell(model: Any, signs: str, where: CellDomain) -> bool:
    """Tell whether these signs, of a point, are those of a cell: every 0 stands for a constant function."""
    if "0" not in signs:
        return True
    try:
        rows_of(model, signs, where)
    except InvalidInput:
        return False
    return True
