"""Where the class changes inside one cell: the decision boundary there, and how far a point is from it.

The class is the arg-max, ties to the smallest index; of a single output, 1 where it is positive.  Inside a
cell the outputs are affine, so the part of each class is convex; parts without interior points do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from exactgeom.exact import InvalidInput
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Optimal, Unbounded
from exactgeom.linalg.spectral import check_norm
from exactgeom.partition.cell_distances import Distance, plane_distance, reach

if TYPE_CHECKING:
    from exactgeom.partition.cell_local import LocalCell

Vector = tuple[Fraction, ...]
Affine = tuple[Vector, Fraction]


@dataclass(frozen=True)
class DecisionDistance:
    """The nearest point of the decision boundary inside a cell: between which classes, and how far.

    `classes`: the point's own, and the other.  `is_nearest`: no wall of the model is nearer, so that this is
    the distance to the whole decision boundary; otherwise another cell may hold a nearer part.
    """

    classes: tuple[int, int]
    distance: Distance
    is_nearest: bool


def decision_distance(cell: LocalCell, norm: int | str) -> DecisionDistance | None:
    """Return the nearest part of the decision boundary in a cell, or None where the class does not change."""
    check_norm(norm)
    values = _values(cell)
    point = cell.point
    own, rivals = _rivals(cell, values, point)
    best: tuple[Fraction, int, Distance] | None = None
    bounds = []
    for k in rivals:
        a, c = _difference(values, k, own)
        bounds.append((plane_distance(point, a, -c, norm).squared, k))
    for bound, k in sorted(bounds):
        if best is not None and bound >= best[0]:
            break
        found = _to_halfspace(cell, _difference(values, k, own), norm)
        if found is not None and (best is None or found.squared < best[0]):
            best = found.squared, k, found
    if best is None:
        return None
    squared, k, distance = best
    walls = cell.plane_distances(norm)
    return DecisionDistance((own, k), distance, all(squared <= wall.squared for wall in walls))


def _values(cell: LocalCell) -> list[Affine]:
    """The outputs on the cell; of a single output, 0 and it: the classes are then 0 and 1."""
    found = cell.affine_map
    if found is None:
        raise InvalidInput("this model has no map on the cell", place="model")
    values = list(zip(*found, strict=True))
    if len(values) == 1:
        values.insert(0, ((Fraction(0),) * cell.dim, Fraction(0)))
    return values


def _rivals(cell: LocalCell, values: Sequence[Affine], point: Vector) -> tuple[int, list[int]]:
    """The class around the point in the cell, and the classes that have a part of the cell to themselves.

    Outputs that are the same function count once.  Where several classes meet at the point: the first.
    """
    different = [k for k, f in enumerate(values) if f not in values[:k]]
    at = {k: _value(values[k], point) for k in different}
    top = max(at.values())
    tied = [k for k in different if at[k] == top]
    if len(tied) > 1:
        tied = [k for k in tied if _is_largest(cell, values, k, tied)]
    own = tied[0]
    return own, [k for k in different if k != own and _is_positive(cell, _difference(values, k, own))]


def _is_largest(cell: LocalCell, values: Sequence[Affine], k: int, tied: Sequence[int]) -> bool:
    """Tell whether output k beats the other tied ones somewhere in the cell (then near the point too)."""
    program, others = cell.program, [_difference(values, j, k) for j in tied if j != k]
    rows = [program.row(i) for i in range(program.n_inequalities)]
    table = [((*a, Fraction(0)), b) for a, b in rows] + [((*a, Fraction(1)), -c) for a, c in others]
    margin = LinearProgram(
        [a for a, _ in table],
        [b for _, b in table],
        lower=[*program.lower, None],
        upper=[*program.upper, 1],
        dim=cell.dim + 1,
    )
    best = margin.maximize([0] * cell.dim + [1])
    return isinstance(best, Optimal) and best.value > 0


def _is_positive(cell: LocalCell, function: Affine) -> bool:
    """Tell whether a function is positive somewhere in the cell."""
    best = cell.program.maximize(function[0])
    return isinstance(best, Unbounded) or (isinstance(best, Optimal) and best.value + function[1] > 0)


def _to_halfspace(cell: LocalCell, function: Affine, norm: int | str) -> Distance | None:
    """The distance to the part of the cell where a function is nonnegative."""
    program, (a, c) = cell.program, function
    rows = [program.row(i) for i in range(program.n_inequalities)]
    part = LinearProgram(
        [*(row for row, _ in rows), tuple(-v for v in a)],
        [*(b for _, b in rows), c],
        lower=program.lower,
        upper=program.upper,
        dim=cell.dim,
    )
    return reach(part, cell.point, norm)


def _difference(values: Sequence[Affine], k: int, j: int) -> Affine:
    (a, c), (b, d) = values[k], values[j]
    return tuple(u - v for u, v in zip(a, b, strict=True)), c - d


def _value(function: Affine, point: Vector) -> Fraction:
    return _dot(function[0], point) + function[1]


def _dot(a: Vector, x: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True) if p and q), Fraction(0))
