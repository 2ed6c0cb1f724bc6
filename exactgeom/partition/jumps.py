"""Programs with jumps: after piecewise constant units, cut one continuity class at a time.

A function that reads a step is single-valued only on a *class*: the cells with the same constants.  Within
each class the rest of the program is continuous, is evaluated with those constants at every vertex, and
cuts only the cells of the class; neighbours keep their bodies (T-junctions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np

from exactgeom.models.program import Affine, Largest, Program, Steps, StepUnit
from exactgeom.partition.engine import Engine, Watch, cutting_operations
from exactgeom.partition.signs import SignColumns, WinnerColumns
from exactgeom.partition.values import Columns, block_columns
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.lattice import Lattice, row_list

Constants = tuple[Fraction, ...]
Forced = Mapping[int, Constants]


def has_inner_jump(program: Program) -> bool:
    """True when a cutting operation follows a piecewise constant one."""
    upto = cutting_operations(program)
    return any(isinstance(op, Steps) for op in program.operations[: max(upto - 1, 0)])


class JumpEngine(Engine):
    """Cuts a lattice by a program with jumps (signs of faces below the cells are not kept)."""

    def __init__(self, program: Program, lattice: Lattice, watch: Watch | None = None) -> None:
        super().__init__(program, lattice, watch)
        counts = (len(lattice.rows), *map(len, lattice.boundaries))
        self._class = len(self.slicer.labels)
        self.slicer.labels.append(tuple(np.zeros(count, dtype=np.int64) for count in counts))
        self._class_count, self._current = 1, 0
        self._filed: dict[int, list[SignColumns | WinnerColumns]] = {}

    def run(self) -> None:
        """Run every operation that matters for the cells, class by class."""
        self._run_class(0, {}, 0)
        self._signs = [columns for i in sorted(self._filed) for columns in self._filed[i]]

    def stop(self) -> None:
        """Close an interrupted pass; only what every class has been cut by is known."""
        super().stop()
        known = 1 + min((i for i, op in enumerate(self.program.operations) if isinstance(op, Steps)))
        self._signs = [columns for i in sorted(self._filed) if i < known for columns in self._filed[i]]

    def _run_class(self, start: int, forced: Forced, number: int) -> None:
        for i in range(start, self._upto):
            op = self.program.operations[i]
            if isinstance(op, Affine):
                continue
            self._load(op.source, forced)
            self._current = number
            first = len(self._signs)
            if isinstance(op, Largest):
                self._cut_largest(i, op)
            else:
                self._cut_units(i, op, last=False)
            self._file(i, first)
            if isinstance(op, Steps) and i < self._upto - 1:
                for inner, constants in self._split(i, op, number):
                    self._run_class(i + 1, {**forced, i: constants}, inner)
                return

    def _load(self, block: int, forced: Forced) -> None:
        """Put a block, with the class's constants, on the vertex rows."""
        n = self.program.input_dim
        heads = [row_list(row, n + 1) for row in self.slicer.rows]
        if block == 0:
            columns: Columns = [[] for _ in heads]
            self._layout = {0: (1, 1)}
        else:
            columns, scale = block_columns(self.program, block, heads, forced)
            self._layout = {0: (1, 1), block: (n + 1, scale)}
        self.slicer.set_columns(columns)

    def _within(self) -> AnyArray | None:
        """The cells of the current class, in mid-pass."""
        cells = self.slicer.level(self.slicer.dim)
        flags: AnyArray = self._class_of_cells()[cells.carrier.view] == self._current
        return flags

    def count_sign_vectors(self) -> int:
        """Number of cells so far (on R^d their pieces: signs are not known for all before the end)."""
        return self.cell_count

    def _class_of_cells(self) -> IntArray:
        return self.slicer.labels[self._class][self.slicer.dim]

    def _file(self, i: int, first: int) -> None:
        """Keep the signs by operation i: of the current class's cells, where others have theirs."""
        new = self._signs[first:]
        del self._signs[first:]
        kept = self._filed.setdefault(i, new)
        if kept is new:
            return
        inside = self._class_of_cells() == self._current
        for old, fresh in zip(kept, new, strict=True):
            for a, b in zip(old.labels(), fresh.labels(), strict=True):
                labels = self.slicer.labels
                labels[a][self.slicer.dim][inside] = labels[b][self.slicer.dim][inside]

    def _split(self, i: int, op: Steps, number: int) -> Iterator[tuple[int, Constants]]:
        """Give the cells of a class a new class for each vector of constants; yield (class, constants)."""
        d = self.slicer.dim
        table = np.concatenate([columns.table(self.slicer.labels, d) for columns in self._filed[i]], axis=1)
        cells = np.flatnonzero(self._class_of_cells() == number)
        patterns, inverse = np.unique(table[cells], axis=0, return_inverse=True)
        names = [(self._class_count + j, pattern) for j, pattern in enumerate(patterns.tolist())]
        self._class_of_cells()[cells] = self._class_count + inverse.ravel()
        self._class_count += len(names)
        for name, pattern in names:
            yield name, tuple(_constants(op.units, pattern))


def _constants(units: tuple[StepUnit, ...], signs: list[int]) -> Iterator[Fraction]:
    """The value of each unit where its breakpoints have these signs."""
    at = 0
    for unit in units:
        own = signs[at : at + len(unit.breakpoints)]
        at += len(own)
        yield unit.at[own.index(0)] if 0 in own else unit.constants[own.count(1)]
