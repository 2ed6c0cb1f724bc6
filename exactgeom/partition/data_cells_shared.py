"""Which of some cells share a facet, without the facets of any: one linear program for every likely pair.

Cells have disjoint interiors, so two that share a (d−1)-dimensional piece lie on both sides of its
hyperplane. No other hyperplane separates them by a row of each: the piece would lie in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Feasible, Infeasible
from exactgeom.linalg.lp_interior import Interior
from exactgeom.partition.cell_domain import CellDomain
from exactgeom.partition.cell_local import LocalCell

Vector = tuple[Fraction, ...]
Rows = list[tuple[Vector, Fraction]]
Shared = tuple[tuple[int, int], Vector, Fraction, Vector]
"""The two cells, the hyperplane ``a·x = b`` with a out of the first, a point inside the piece."""


def shared_facets(cells: Sequence[LocalCell]) -> list[Shared]:
    """Return the facets, or parts of facets, that two of the cells share, ascending by cells."""
    names: dict[tuple[int, ...], int] = {}
    sides = [_sides(cell, names) for cell in cells]
    around: dict[int, list[int]] = {}
    found = []
    for j, own in enumerate(sides):
        counts: dict[int, int] = {}
        for side in own:
            for i in around.get(-side, ()):
                counts[i] = counts.get(i, 0) + 1
        for i in sorted(i for i, count in counts.items() if count == 1):
            (row,) = (row for side, row in sides[i].items() if -side in own)
            shared = _shared(cells, (i, j), row)
            if shared is not None:
                found.append(shared)
        for side in own:
            around.setdefault(side, []).append(j)
    return sorted(found, key=lambda one: one[0])


def _sides(cell: LocalCell, names: dict[tuple[int, ...], int]) -> dict[int, int]:
    """Return the hyperplanes of the model's rows: plus or minus their names, by side, with a row on each."""
    found: dict[int, int] = {}
    for i in range(cell.rows.own):
        row = cell.rows.integers(i)
        if not any(row[:-1]):
            continue
        side = 1 if next(c for c in row if c) > 0 else -1
        name = names.setdefault(tuple(side * c for c in row), len(names) + 1)
        found.setdefault(side * name, i)
    return found


def _shared(cells: Sequence[LocalCell], pair: tuple[int, int], number: int) -> Shared | None:
    """Return what two cells share of the hyperplane of a row of the first; None for less than a facet."""
    plane = cells[pair[0]].rows.integers(number)
    rows: dict[tuple[int, ...], None] = {}
    for i in pair:
        table = cells[i].rows
        for k in range(table.own + len(table.domain.rows)):
            row = table.integers(k)
            if any(row[:-1]) and row != plane and tuple(-c for c in row) != plane:
                rows[row] = None
    point = _inside(list(rows), plane, cells[pair[0]].rows.domain)
    if point is None:
        return None
    return pair, tuple(map(Fraction, plane[:-1])), Fraction(plane[-1]), point


def _inside(rows: list[tuple[int, ...]], plane: tuple[int, ...], domain: CellDomain) -> Vector | None:
    """Return a point of the plane strictly inside all rows and bounds; None if there is none.

    Nearly always the set moved inwards a little has a point, or the closed set has none: then no exact
    program for the deepest point is needed.
    """
    if isinstance(_moved(rows, plane, domain, Fraction(0)).feasible(), Infeasible):
        return None
    for bits in (6, 14, 24):
        found = _moved(rows, plane, domain, Fraction(1, 2**bits)).feasible()
        if isinstance(found, Feasible):
            return found.x
    deepest = _moved(rows, plane, domain, Fraction(0)).interior_point()
    return deepest.x if isinstance(deepest, Interior) and deepest.radius > 0 else None


def _moved(
    rows: list[tuple[int, ...]], plane: tuple[int, ...], domain: CellDomain, depth: Fraction
) -> LinearProgram:
    """The points of the plane at least this deep inside all rows and bounds (rows by their largest entry)."""
    return LinearProgram(
        [row[:-1] for row in rows],
        [row[-1] - depth * max(map(abs, row[:-1])) for row in rows],
        equations=([plane[:-1]], [plane[-1]]),
        lower=[None if low is None else low + depth for low in domain.low],
        upper=[None if high is None else high - depth for high in domain.high],
        dim=len(plane) - 1,
    )
