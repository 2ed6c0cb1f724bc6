"""`cell_at` and `cells_at`: from a point to the cells of a model that contain it, in any dimension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput, exact_vector
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.build import Budget
from exactgeom.partition.cell_domain import CellDomain, read_domain
from exactgeom.partition.cell_germs import PointGerm, column
from exactgeom.partition.cell_local import LocalCell
from exactgeom.partition.cell_signs import completions
from exactgeom.partition.lowering import program_of

Vector = tuple[Fraction, ...]


def cell_at(model: Any, point: Iterable[Any], domain: Any = None) -> LocalCell:
    """Return the cell of a piecewise-linear model that contains a point, from its halfspaces.

    Contract: exact, any input dimension, no face lattice; the cell is one of `partition(model, domain)`.
    A point on a wall lies in several cells: the first is returned (of each tied unit the lower piece, of tied
    maxima the smallest index, in trees the leaf that owns the point), `.ties` lists all, see `cells_at`.
    `domain`: a box or polytope, None for R^d.  A model that rounds its inputs has the rounded point's cell.
    Errors: InvalidInput for a point of another size or outside the domain.
    Cost: the cell itself one pass of the model; its facets (784-64-32-10, a box) about 20 seconds.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, -3]), eg.ReLU()])
    >>> cell = cell_at(net, ["1/2", "1/3"], eg.box(-1, 1, dim=2))
    >>> cell.signs, [facet.units[0] for facet in cell.facets]
    ('++-', ['layers[1] unit 0 at 0', 'layers[1] unit 1 at 0', 'x[0] <= 1', 'x[1] <= 1'])
    >>> cell.facets[0].neighbor, eg.verify(cell.facets[0].certificate())
    ('-+-', True)
    """
    return next(_cells(model, point, domain))


def cells_at(
    model: Any, point: Iterable[Any], domain: Any = None, *, budget: Budget | None = None
) -> tuple[LocalCell, ...]:
    """Return all full-dimensional cells of a model that contain a point, in a fixed order (see `cell_at`).

    Contract: exact.  Every choice of signs at a tie is taken whose cone at the point is full-dimensional,
    layer by layer.  Their number can be exponential in the number of tied units: `budget` bounds it
    (`BudgetExceeded`, with the cells found as its `partial`).

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU()])
    >>> [cell.signs for cell in cells_at(net, [0, "1/2"])]
    ['-+', '++']
    """
    limit = None if budget is None else budget.cells
    found: list[LocalCell] = []
    for one in _cells(model, point, domain):
        if limit is not None and len(found) == limit:
            raise BudgetExceeded(f"more than {limit} cells contain the point", partial=tuple(found))
        found.append(one)
    return tuple(found)


def input_dim(model: Any) -> int:
    """The number of inputs of a model that can be partitioned (InvalidInput for anything else)."""
    if isinstance(model, DecisionTree | TreeEnsemble):
        return model.input_dim
    return program_of(model).input_dim


def _cells(model: Any, point: Iterable[Any], domain: Any) -> Iterator[LocalCell]:
    dim = input_dim(model)
    x = _read_point(model, point, dim)
    where = read_domain(domain, dim)
    slacks = where.slacks(x)
    outside = next((i for i, slack in enumerate(slacks) if slack < 0), None)
    if outside is not None:
        raise InvalidInput(f"the point lies outside the domain: {where.name(outside)} fails", place="point")
    for signs in completions(model, _germ(where, x, slacks)):
        yield LocalCell(model, signs, where, x)


def _read_point(model: Any, point: Iterable[Any], dim: int) -> Vector:
    x = exact_vector(point, "point")
    if len(x) != dim:
        raise InvalidInput(f"expected {dim} coordinates, got {len(x)}", place="point")
    trees = getattr(model, "trees", ())
    rounded: Vector = trees[0].point(x, "point") if trees else x
    return rounded


def _germ(domain: CellDomain, x: Vector, slacks: list[Fraction]) -> PointGerm:
    """The directions into the domain at one of its points."""
    active = [i for i, slack in enumerate(slacks) if slack == 0]
    low, high, inner = [-1] * len(x), [1] * len(x), [0] * len(x)
    rows = []
    for i in active:
        if i < len(domain.rows):
            rows.append(column(domain.rows[i][0]).tops)
            continue
        k, side, _ = domain.bounds[i - len(domain.rows)]
        (high if side > 0 else low)[k] = 0
        inner[k] = -side
    if rows:
        centre: Vector = domain.given.centroid
        inner = list(column([c - p for c, p in zip(centre, x, strict=True)]).tops)
    return PointGerm(column(x), tuple(rows), tuple(low), tuple(high), tuple(inner))
