"""The bounding box of a single cell: two certified linear programs per coordinate, most of them at once."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from exactgeom.linalg.lp import Answer
from exactgeom.linalg.lp_answers import Dual, Optimal

if TYPE_CHECKING:
    from exactgeom.partition.cell_local import LocalCell


def extents(cell: LocalCell) -> tuple[tuple[Answer, Answer], ...]:
    """Return per coordinate the answers to `min x_k` and `max x_k` over the cell.

    Where a bound of the domain is a facet, its point is the optimum and its row the proof.
    """
    program = cell.program
    facets = {facet.number: facet for facet in cell.facets}
    first = cell.rows.own + len(cell.rows.domain.rows)
    known: dict[tuple[int, int], Answer] = {}
    for i, (k, side, bound) in enumerate(cell.rows.domain.bounds):
        if first + i in facets:
            zero = (Fraction(0),) * cell.dim
            unit = tuple(Fraction(int(j == k)) for j in range(cell.dim))
            nothing = (Fraction(0),) * program.n_inequalities
            dual = Dual(nothing, (), *((zero, unit) if side > 0 else (unit, zero)))
            sense = "max" if side > 0 else "min"
            known[k, side] = Optimal(program, unit, sense, bound, facets[first + i].point, dual)
    found = []
    for k in range(cell.dim):
        unit = tuple(Fraction(int(j == k)) for j in range(cell.dim))
        low = known[k, -1] if (k, -1) in known else program.minimize(unit)
        high = known[k, 1] if (k, 1) in known else program.maximize(unit)
        found.append((low, high))
    return tuple(found)
