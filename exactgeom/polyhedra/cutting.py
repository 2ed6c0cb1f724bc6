"""A model in the middle of cutting a complex: values at the vertices, layer by layer, pass by pass.

`Cutter` joins the slicing engine to exact values: it evaluates affine layers and pointwise pieces at all
vertices in integers over one denominator per vertex, and cuts at every breakpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from flint import fmpz, fmpz_mat

from exactgeom.polyhedra.arrays import AnyArray, Mask
from exactgeom.polyhedra.complex import PolyhedralComplex, Provenance
from exactgeom.polyhedra.lattice import Lattice, row_list
from exactgeom.polyhedra.reference import Forms
from exactgeom.polyhedra.slicing import WORD, Cut, Slicer

IntegerAffine = tuple[Sequence[Sequence[int]], Sequence[int], int]
"""(W, b, q): the map h -> (W h + b) / q."""


class Cutter:
    """Cuts a lattice by a stack of affine maps and breakpoints.

    State: one value column per current coordinate, an integer equal to ``scale * value * t`` at each
    vertex.  `watch(cutter)` is called after every cut (budgets, progress).
    """

    def __init__(self, lattice: Lattice, ambient: int, watch: Callable[[Cutter], None] | None = None) -> None:
        self.slicer = Slicer(lattice.boundaries, lattice.rows, ambient)
        self.ambient = ambient
        self.width = ambient
        self.cuts_done = 0
        self.pass_sizes: list[int] = []
        self._done: list[AnyArray] = []
        self.on_pass: Callable[[Cutter, int], None] | None = None
        self._watch = watch
        self._scale = 1
        self._identity = True

    @property
    def cell_count(self) -> int:
        """Number of cells so far."""
        return self.slicer.cell_count

    def _values(self) -> tuple[fmpz_mat, list[fmpz]]:
        """(value columns, denominators) at all vertices."""
        n = self.ambient
        first = 1 if self._identity else n + 1
        table = [row_list(row, first + self.width) for row in self.slicer.rows]
        return fmpz_mat([row[first:] for row in table]), [row[0] for row in table]

    def affine(self, layer: IntegerAffine) -> None:
        """Replace the values by an affine function of them."""
        weight, bias, denominator = layer
        values, heights = self._values()
        offset = fmpz_mat([[t] for t in heights]) * fmpz_mat([[b * self._scale for b in bias]])
        values = values * fmpz_mat([list(row) for row in weight]).transpose() + offset
        self._scale *= denominator
        self.width = len(bias)
        self._identity = False
        self.slicer.set_columns(values.tolist())

    def pointwise(
        self,
        breakpoints: Sequence[tuple[int, int]],
        pieces: Sequence[tuple[int, int]],
        denominator: int,
        *,
        last: bool = False,
    ) -> None:
        """Cut where a value meets a breakpoint p/q, then apply ``(slope z + const) / denominator``.

        With `last` the values are no longer needed and the pieces are not applied.
        """
        first = 1 if self._identity else self.ambient + 1
        cuts = [Cut(first + unit, q, p * self._scale) for unit in range(self.width) for p, q in breakpoints]
        if last and len(cuts) <= WORD:
            self._cut_last(cuts)
        else:
            self.cut_all(cuts)
        if not last:
            self._apply(breakpoints, pieces, denominator)

    def cut_all(self, cuts: Sequence[Cut]) -> None:
        """Cut by functions that are affine on every cell, in passes of one machine word."""
        for start in range(0, len(cuts), WORD):
            chunk = cuts[start : start + WORD]
            self._begin(chunk)
            for function in range(len(chunk)):
                self._cut(function)
            self.slicer.end()

    def _cut_last(self, cuts: Sequence[Cut]) -> None:
        """Cut from the last column to the first, dropping each column when it is done with."""
        self._begin(cuts)
        for function in reversed(range(len(cuts))):
            column = cuts[function].column
            repeated = function > 0 and cuts[function - 1].column == column
            self._cut(function, max(column + repeated, self.ambient + 1))
        self.slicer.end()

    def _begin(self, cuts: Sequence[Cut]) -> None:
        if self.on_pass is not None:
            self.on_pass(self, len(cuts))
        self.slicer.begin(cuts)
        self.pass_sizes.append(len(cuts))
        self._done.append(np.zeros(len(cuts), dtype=bool))

    def _cut(self, function: int, keep: int | None = None) -> None:
        self.slicer.cut(function, keep=keep)
        self._done[-1][function] = True
        self.cuts_done += 1
        if self._watch is not None:
            self._watch(self)

    def _apply(
        self, breakpoints: Sequence[tuple[int, int]], pieces: Sequence[tuple[int, int]], q: int
    ) -> None:
        """Replace every value by its piece's value."""
        values, heights = self._values()
        table = []
        for row, t in zip(values.tolist(), heights, strict=True):
            unit = self._scale * t
            levels = [(p * unit, den) for p, den in breakpoints]
            offsets = [const * unit for _, const in pieces]
            new = []
            for z in row:
                piece = 0
                for level, den in levels:
                    piece += den * z > level
                new.append(pieces[piece][0] * z + offsets[piece])
            table.append(new)
        self._scale *= q
        self._identity = False
        self.slicer.set_columns(table)

    # -- results -------------------------------------------------------------------------------------

    def complex(self, forms: Forms | None = None) -> PolyhedralComplex:
        """The frozen complex, with the provenance of its flats when `forms` can be asked."""
        slicer = self.slicer
        provenance = None
        if forms is not None:
            flats = [None, *(faces.flat.view.copy() for faces in slicer.faces[:-1])]
            tables = [None, *(table.frozen() for table in slicer.flats)]
            provenance = Provenance(flats, tables, forms)  # type: ignore[arg-type]
        boundaries = [faces.frozen() for faces in slicer.faces]
        return PolyhedralComplex(
            boundaries, slicer.rows, self.ambient, provenance=provenance, history=slicer.history
        )

    def signs(self, k: int) -> AnyArray:
        """Signs (+1, -1, 0; 2 where not yet cut by it) of every function, in order, on each k-face."""
        words = list(self.slicer.words[k])
        if self.slicer.cuts:  # inside a pass
            words = self._open_words(k)
        if not words:
            count = len(self.slicer.rows) if k == 0 else len(self.slicer.level(k))
            return np.zeros((count, 0), dtype=np.int8)
        tables = []
        for (pos, neg), done in zip(words, self._done, strict=True):
            table = _unpack(pos, neg, len(done))
            table[:, ~done] = 2
            tables.append(table)
        return np.concatenate(tables, axis=1)

    def _open_words(self, k: int) -> list[tuple[Mask, Mask]]:
        self.slicer.end()
        return list(self.slicer.words[k])


def _unpack(pos: Mask, neg: Mask, size: int) -> AnyArray:
    """Bits to signs: +1, -1, 0."""
    bits = np.arange(size, dtype=np.uint64)
    plus = ((pos[:, None] >> bits) & np.uint64(1)).astype(np.int8)
    minus = ((neg[:, None] >> bits) & np.uint64(1)).astype(np.int8)
    signs: AnyArray = plus - minus
    return signs


def sign_strings(table: AnyArray) -> Iterator[str]:
    """One string over ``+-0`` (``.`` where not cut) per row of a sign table."""
    letters = np.frombuffer(b"-0+.", dtype=np.uint8)[table + 1]
    for row in letters:
        yield row.tobytes().decode("ascii")
