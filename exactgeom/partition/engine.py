"""Running a model's program on a face lattice: evaluate at the vertices, cut, go on.

Every block of values that is still needed rides along as integer columns of the vertex rows, over one
denominator per vertex; a new vertex interpolates them, so nothing is evaluated twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.partition.signs import UNKNOWN, SignColumns, WinnerColumns
from exactgeom.partition.values import Columns, affine_columns, mapped_columns
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.complex import PolyhedralComplex, Provenance
from exactgeom.polyhedra.lattice import Lattice, row_list
from exactgeom.polyhedra.reference import Forms
from exactgeom.polyhedra.slicing import WORD, Cut, Slicer

Watch = Callable[["Engine"], None]


def cutting_operations(program: Program) -> int:
    """Number of leading operations that matter for the cells: up to the last one that cuts."""
    return max((i + 1 for i, count in enumerate(program.sign_counts) if count), default=0)


class Engine:
    """Cuts a lattice by a continuous program.

    After `run`, `complex` gives the frozen complex and `signs(k)` the sign table of its k-faces.
    `watch(engine)` is called after every cut; what it raises stops the work between two cuts, and the
    engine can still be asked for the cells by the functions that did cut.
    """

    def __init__(self, program: Program, lattice: Lattice, watch: Watch | None = None) -> None:
        self.program = program
        self.slicer = Slicer(lattice.boundaries, lattice.rows, program.input_dim)
        self.cuts_done = 0
        self.on_pass: Callable[[int, Sequence[tuple[int, int]]], None] | None = None
        self._watch = watch
        self._upto = cutting_operations(program)
        self._last_use = _last_uses(program, self._upto)
        self._layout: dict[int, tuple[int, int]] = {0: (1, 1)}  # block -> (first column, scale)
        self._signs: list[SignColumns | WinnerColumns] = []
        self._open: SignColumns | None = None

    @property
    def cell_count(self) -> int:
        """Number of cells (on R^d: of their pieces) so far."""
        return self.slicer.cell_count

    def run(self) -> None:
        """Run every operation that matters for the cells."""
        for i in range(self._upto):
            op = self.program.operations[i]
            if isinstance(op, Affine):
                self._advance(i, self._affine(op))
            elif isinstance(op, Largest):
                self._cut_largest(i, op)
                self._advance(i, self._mapped(op))
            else:
                last = i == self._upto - 1
                self._cut_units(i, op, last=last)
                if not last:
                    self._advance(i, self._mapped(op))

    # -- values at the vertices ----------------------------------------------------------------------

    def _block(self, table: Columns, block: int) -> Columns:
        first = self._layout[block][0]
        size = self.program.sizes[block]
        return [row[first : first + size] for row in table]

    def _table(self) -> Columns:
        width = max(first + self.program.sizes[block] for block, (first, _) in self._layout.items())
        return [row_list(row, width) for row in self.slicer.rows]

    def _affine(self, op: Affine) -> tuple[Columns, int]:
        table = self._table()
        sources = [(self._block(table, s), self._layout[s][1]) for s in op.sources]
        return affine_columns(op, [row[0] for row in table], sources)

    def _mapped(self, op: Pieces | Steps | Largest) -> tuple[Columns, int]:
        table = self._table()
        source = (self._block(table, op.source), self._layout[op.source][1])
        return mapped_columns(op, [row[0] for row in table], source)

    def _advance(self, i: int, made: tuple[Columns, int]) -> None:
        """Lay out the columns that are still needed after operation i, with its own block's."""
        columns, scale = made
        live = [b for b in self._layout if b and self._last_use[b] > i]
        table = self._table() if live else []
        layout, first = {0: (1, 1)}, self.program.input_dim + 1
        blocks: list[Columns] = [[[] for _ in self.slicer.rows]]
        for block in live:
            blocks.append(self._block(table, block))
            layout[block] = (first, self._layout[block][1])
            first += self.program.sizes[block]
        if self._last_use[i + 1] > i:
            blocks.append(columns)
            layout[i + 1] = (first, scale)
        self._layout = layout
        self.slicer.set_columns([[c for part in parts for c in part] for parts in zip(*blocks, strict=True)])

    # -- cutting -------------------------------------------------------------------------------------

    def _cut_units(self, i: int, op: Pieces | Steps, *, last: bool) -> None:
        """Cut at every breakpoint of every unit, in passes of one machine word."""
        first, scale = self._layout[op.source]
        units: tuple[Unit | StepUnit, ...] = op.units
        jobs = [
            (unit, k, Cut(first + unit, t.denominator, t.numerator * scale))
            for unit, function in enumerate(units)
            for k, t in enumerate(function.breakpoints)
        ]
        droppable = last and len(jobs) <= WORD and op.source != 0 and len(self._layout) <= 2
        for start in range(0, len(jobs), WORD):
            chunk = jobs[start : start + WORD]
            columns = self._begin(i, [cut for _, _, cut in chunk], [(unit, k) for unit, k, _ in chunk])
            if droppable:
                self._cut_dropping(columns, [cut for _, _, cut in chunk])
            else:
                for function in range(len(chunk)):
                    self._cut(columns, function)
            self._end(columns)

    def _begin(
        self, i: int, cuts: Sequence[Cut], names: Sequence[tuple[int, int]], origin: int | None = None
    ) -> SignColumns:
        if self.on_pass is not None:
            self.on_pass(i, names)
        self.slicer.begin(cuts)
        columns = SignColumns(len(cuts), origin)
        self._open = columns
        return columns

    def _cut(self, columns: SignColumns, function: int, keep: int | None = None) -> None:
        self.slicer.cut(function, self._within(), keep)
        columns.done[function] = True
        self.cuts_done += 1
        if self._watch is not None:
            self._watch(self)

    def _within(self) -> AnyArray | None:
        """Flags of the cells to cut (None: all)."""
        return None

    def _cut_dropping(self, columns: SignColumns, cuts: Sequence[Cut]) -> None:
        """Cut from the last column to the first, dropping each column when it is done with."""
        for function in reversed(range(len(cuts))):
            column = cuts[function].column
            repeated = function > 0 and cuts[function - 1].column == column
            self._cut(columns, function, max(column + repeated, self.program.input_dim + 1))

    def _end(self, columns: SignColumns) -> None:
        columns.positive, columns.negative = self.slicer.end()
        self._signs.append(columns)
        self._open = None

    # -- maxima --------------------------------------------------------------------------------------

    def _cut_largest(self, i: int, op: Largest) -> None:
        """Cut by the running maximum of each group minus the next candidate, then merge by the winners.

        The walls where two losers tie are artificial: a face is a maximal set of points in one face of the
        complex before, with the same candidates attaining the maximum of each group.
        """
        slicer, n = self.slicer, self.program.input_dim
        origin = len(slicer.labels)
        slicer.labels.append(_numbered(slicer))
        source = self._layout[op.source][0]
        size = self.program.sizes[op.source]
        width = max(first + self.program.sizes[b] for b, (first, _) in self._layout.items())
        for step in range(1, max(map(len, op.groups))):
            groups = [g for g, group in enumerate(op.groups) if len(group) > step]
            for start in range(0, len(groups), WORD):
                chunk = groups[start : start + WORD]
                columns = []
                for row in (row_list(row, width) for row in slicer.rows):
                    z = row[source : source + size]
                    lead = [max(z[j] for j in op.groups[g][:step]) - z[op.groups[g][step]] for g in chunk]
                    columns.append([*row[n + 1 :], *lead])
                slicer.set_columns(columns)
                cuts = [Cut(width + j) for j in range(len(chunk))]
                sides = self._begin(i, cuts, [(g, step) for g in chunk], origin=origin)
                for function in range(len(chunk)):
                    self._cut(sides, function)
                slicer.end()
                self._open = None
                slicer.set_columns([row_list(row, width)[n + 1 :] for row in slicer.rows])
        winners = self._winners(op, source)
        first = len(slicer.labels)
        slicer.labels.extend(winners)
        self._merge([slicer.labels[origin], *winners])
        self._signs.append(WinnerColumns(first, sum(map(len, op.groups))))

    def _merge(self, labels: Sequence[tuple[AnyArray, ...]]) -> None:
        """Merge the faces on which all these labels agree, if there are any such."""
        classes = _classes(labels)
        whole = np.concatenate(classes)
        if len(np.unique(whole)) < len(whole):
            self.slicer.merge(classes)

    def _winners(self, op: Largest, source: int) -> list[tuple[AnyArray, ...]]:
        """Per 64 candidates, for each face the bits of those that attain their maximum on all of it."""
        slicer = self.slicer
        total = sum(map(len, op.groups))
        words = np.zeros((len(slicer.rows), (total + WORD - 1) // WORD), dtype=np.uint64)
        for v, row in enumerate(slicer.rows):
            at = 0
            for group in op.groups:
                z = [row[source + j] for j in group]
                top = max(z)
                for value in z:
                    if value == top:
                        words[v, at // WORD] |= np.uint64(1 << at % WORD)
                    at += 1
        found = []
        for column in words.T:
            levels = [np.ascontiguousarray(column)]
            for k in range(1, slicer.dim + 1):
                faces = slicer.level(k)
                lengths, entries = faces.boundary(np.arange(len(faces)))
                starts = np.concatenate(([0], np.cumsum(lengths[:-1])))
                levels.append(np.bitwise_and.reduceat(levels[-1][entries], starts))
            found.append(tuple(levels))
        return found

    # -- results -------------------------------------------------------------------------------------

    def complex(self, forms: Forms | None = None) -> PolyhedralComplex:
        """The frozen complex, with the provenance of its flats when `forms` can be asked.

        Maxima and steps have none: their faces are found from the vertices.
        """
        slicer = self.slicer
        provenance = None
        operations = self.program.operations[: self._upto]
        if forms is not None and all(isinstance(op, Affine | Pieces) for op in operations):
            none: IntArray = np.zeros(0, dtype=np.int64)
            flats = [none, *(faces.flat.view.copy() for faces in slicer.faces[:-1])]
            tables = [table.frozen() for table in slicer.flats]
            provenance = Provenance(flats, [tables[0], *tables] if tables else [], forms)
        boundaries = [faces.frozen() for faces in slicer.faces]
        return PolyhedralComplex(
            boundaries, slicer.rows, self.program.input_dim, provenance=provenance, history=slicer.history
        )

    def stop(self) -> None:
        """Close a pass that was interrupted; unfinished maxima leave no walls."""
        if self._open is not None and self._open.origin is not None:
            self.slicer.end()
            self._merge([self.slicer.labels[self._open.origin]])
        elif self._open is not None:
            self._end(self._open)

    def count_sign_vectors(self) -> int:
        """Number of different sign vectors of the cells by the functions that cut so far, in mid-pass.

        A function that is mixed on no cell counts as one that did cut: at its turn it will change nothing.
        """
        cells = self.slicer.level(self.slicer.dim)
        carrier = cells.carrier.view
        numbers = [i for columns in self._signs for i in columns.labels()]
        earlier = [self.slicer.labels[i][self.slicer.dim][carrier] for i in numbers]
        seen = ~np.bitwise_or.reduce(cells.pos.view & cells.neg.view)
        table = np.stack([*earlier, cells.pos.view & seen, cells.neg.view & seen], axis=1)
        return len(np.unique(table, axis=0))

    def signs(self, k: int) -> AnyArray:
        """Signs (+1, -1, 0; UNKNOWN where the function has not cut) on each k-face, in program order."""
        count = len(self.slicer.rows) if k == 0 else len(self.slicer.level(k))
        parts = [np.zeros((count, 0), dtype=np.int8)]
        parts += [columns.table(self.slicer.labels, k) for columns in self._signs]
        table = np.concatenate(parts, axis=1)
        missing = self.program.sign_count - table.shape[1]
        if missing > 0:
            table = np.concatenate((table, np.full((count, missing), UNKNOWN, dtype=np.int8)), axis=1)
        return table[:, : self.program.sign_count]


def _numbered(slicer: Slicer) -> tuple[AnyArray, ...]:
    """A different number for every face of every dimension."""
    numbers, start = [], 0
    for count in (len(slicer.rows), *(len(faces) for faces in slicer.faces)):
        numbers.append(np.arange(start, start + count))
        start += count
    return tuple(numbers)


def _classes(labels: Sequence[tuple[AnyArray, ...]]) -> list[IntArray]:
    """Class numbers (over all dimensions) of the faces on which all labels agree."""
    dims = len(labels[0])
    stacked = [np.concatenate([part.astype(np.uint64) for part in label]) for label in labels]
    table = np.ascontiguousarray(np.stack(stacked, axis=1))
    rows = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    inverse = np.unique(rows, return_inverse=True)[1].ravel()
    return np.split(inverse, np.cumsum([len(labels[0][k]) for k in range(dims)])[:-1])


def _last_uses(program: Program, upto: int) -> list[int]:
    """For each block, the last operation (below `upto`) that reads it; -1 when none does."""
    last = [-1] * len(program.sizes)
    for i, op in enumerate(program.operations[:upto]):
        for source in op.sources if isinstance(op, Affine) else (op.source,):
            last[source] = i
    return last
