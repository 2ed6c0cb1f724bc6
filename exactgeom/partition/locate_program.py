"""Location in the cells of a model that is a program: signs by doubles, exact signs where those are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from exactgeom.exact import ExactGeomError
from exactgeom.models.program import Program
from exactgeom.partition.engine import cutting_operations
from exactgeom.partition.jumps import has_inner_jump
from exactgeom.partition.locate_domain import Inside
from exactgeom.partition.locate_floats import FloatProgram
from exactgeom.partition.locate_halfspaces import Halfspaces
from exactgeom.partition.locate_integers import integer_signs
from exactgeom.partition.locate_signs import SignIndex, letters_to_flags
from exactgeom.partition.points import Points
from exactgeom.partition.traces_blocks import Wiring
from exactgeom.partition.traces_data import signs_at
from exactgeom.polyhedra.arrays import IntArray

_ENTRIES = 2**18  # doubles per block of values in one go
_EXACT_BATCH = 8192
OUTSIDE = -1

Found = tuple[IntArray, dict[int, tuple[int, ...]], int]
"""(lowest cell of every point, -1 outside; all cells of the points in several; points decided exactly)."""


class ProgramLocator:
    """Finds the cells of points in a partition made by a program, or by nothing but its cells.

    A point goes to the exact route only when its certain signs leave more than one cell.  There a
    continuous program's exact signs name the cells; where a program jumps, or signs do not tell cells
    apart, the halfspaces of the cells left do.
    """

    def __init__(
        self, program: Program, index: SignIndex, inside: Inside, halfspaces: Halfspaces | None
    ) -> None:
        self._state = (program, index, inside, halfspaces)
        self._program, self._index, self._inside, self._halfspaces = self._state

    @classmethod
    def of_partition(cls, partition: Any, program: Program | None) -> ProgramLocator:
        """The locator of a partition; without a program its cells' halfspaces are all that is known."""
        cutting = cutting_part(program or Program(partition.ambient_dimension, (), None))
        index = SignIndex([signs[: cutting.sign_count] for signs in partition.cell_signs])
        by_signs = index.is_unique and not has_inner_jump(cutting)
        inside = Inside.of_domain(partition.domain)
        return cls(cutting, index, inside, None if by_signs else Halfspaces(partition))

    @cached_property
    def _floats(self) -> FloatProgram:
        return FloatProgram(self._program)

    @cached_property
    def _wiring(self) -> Wiring:
        return Wiring(self._program)

    def __call__(self, points: Points) -> Found:
        """The cells of all points."""
        first = np.full(len(points), OUTSIDE, dtype=np.int64)
        ties: dict[int, tuple[int, ...]] = {}
        exact = 0
        size = max(1, _ENTRIES // self._floats.width)
        for start in range(0, len(points), size):
            part = points.take(start, start + size)
            own, own_ties, count = self._part(part)
            first[start : start + size] = own
            ties.update((start + i, cells) for i, cells in own_ties.items())
            exact += count
        return first, ties, exact

    def _part(self, points: Points) -> Found:
        first = np.full(len(points), OUTSIDE, dtype=np.int64)
        inside, exact = self._inside(points)
        plus, minus = self._floats.signs(points.floats, points.radii())
        rows = np.flatnonzero(inside)
        candidates, pattern = self._index.cells_of(plus[rows], minus[rows])
        alone = np.array([len(cells) == 1 for cells in candidates], dtype=bool)
        lowest = np.array([cells[0] if len(cells) else OUTSIDE for cells in candidates], dtype=np.int64)
        sure = alone[pattern]
        first[rows[sure]] = lowest[pattern[sure]]
        left, number = rows[~sure], pattern[~sure]
        ties = {}
        for i, cells in self._exactly(points, left, [candidates[k] for k in number.tolist()]):
            first[i] = cells[0]
            if len(cells) > 1:
                ties[i] = cells
        exact[left] = True
        return first, ties, int(exact.sum())

    def _exactly(
        self, points: Points, left: IntArray, candidates: Sequence[IntArray]
    ) -> Iterable[tuple[int, tuple[int, ...]]]:
        """(point, its cells) for the points that doubles leave open."""
        if self._halfspaces is not None:
            for i, cells in zip(left.tolist(), candidates, strict=True):
                yield i, _some(self._halfspaces.cells_at(points.row(i), cells.tolist()), i)
            return
        for start in range(0, len(left), _EXACT_BATCH):
            batch = left[start : start + _EXACT_BATCH]
            for i, own in zip(batch.tolist(), self._by_signs(points, batch), strict=True):
                yield i, _some(own, i)

    def _by_signs(self, points: Points, batch: IntArray) -> list[tuple[int, ...]]:
        """The cells of some points from their exact signs: in integer doubles if these hold them."""
        good, plus, minus = integer_signs(self._program, points.floats[batch])
        good &= ~np.isin(batch, points.rough_rows)
        hard = np.flatnonzero(~good)
        if len(hard):
            signs = signs_at(self._wiring, points.rows(batch[hard].tolist()))
            plus[hard], minus[hard] = letters_to_flags(signs, self._program.sign_count)
        found, pattern = self._index.cells_of(plus, minus)
        cells = [tuple(own.tolist()) for own in found]
        return [cells[k] for k in pattern.tolist()]

    def __reduce__(self) -> tuple[Any, ...]:
        return ProgramLocator, self._state


def cutting_part(program: Program) -> Program:
    """The operations that matter for the cells."""
    return Program(program.input_dim, program.operations[: cutting_operations(program)], None)


def _some(cells: tuple[int, ...], i: int) -> tuple[int, ...]:
    """The cells of a point of the domain: there is always one."""
    if not cells:
        raise ExactGeomError(f"point {i} lies in the domain but in no cell: the partition has a hole")
    return cells
