"""From signs at a point to the cells around it: bit patterns, a dictionary, and conflicts.

A point's *certain* signs conflict with a cell when one is + and the other -, or the cell's is 0 while the
point's is not.  A cell whose closure holds the point never conflicts (signs of a continuous model change
only through 0).  With all signs of the point known exactly the converse holds too: by induction over the
layers, the cell's own affine functions then satisfy its inequalities weakly at the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from exactgeom.polyhedra.arrays import AnyArray, IntArray


class SignIndex:
    """The sign strings of all cells, ready for look-ups (letters ``+-0``, ``.`` where nothing is said)."""

    def __init__(self, cell_signs: Sequence[str]) -> None:
        self.cell_signs = tuple(cell_signs)
        width = len(self.cell_signs[0]) if self.cell_signs else 0
        letters = np.frombuffer("".join(self.cell_signs).encode("ascii"), dtype=np.uint8)
        letters = letters.reshape(len(self.cell_signs), width)
        plus, minus = letters == ord("+"), letters == ord("-")
        zero = letters == ord("0")
        self._bars_plus, self._bars_minus = packed(minus | zero), packed(plus | zero)
        self._complete = bool((plus | minus | zero).all())
        self._patterns = pattern_rows(packed(plus), packed(minus))

    @cached_property
    def is_unique(self) -> bool:
        """True when no two cells have the same signs."""
        return len(set(self.cell_signs)) == len(self.cell_signs)

    @cached_property
    def _numbers(self) -> dict[bytes, int]:
        """Cells by their certain signs, where these name a cell."""
        if not (self._complete and self.is_unique):
            return {}
        return {row.tobytes(): i for i, row in enumerate(self._patterns)}

    def cells_of(self, plus: AnyArray, minus: AnyArray) -> tuple[list[IntArray], IntArray]:
        """(the cells without conflict for every different pattern of signs, the pattern of each row)."""
        table = pattern_rows(packed(plus), packed(minus))
        if table.shape[1] == 0:
            everything = np.arange(len(self.cell_signs))
            return [everything], np.zeros(len(table), dtype=np.int64)
        rows = table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
        _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
        found = []
        for row in table[first]:
            cell = self._numbers.get(row.tobytes())
            found.append(self._without_conflict(row) if cell is None else np.array([cell]))
        return found, inverse.ravel()

    def _without_conflict(self, row: AnyArray) -> IntArray:
        half = len(row) // 2
        bad = ((self._bars_plus & row[:half]) | (self._bars_minus & row[half:])).any(axis=1)
        return np.flatnonzero(~bad)

    def __reduce__(self) -> tuple[Any, ...]:
        return SignIndex, (self.cell_signs,)


def packed(flags: AnyArray) -> AnyArray:
    """Rows of flags as rows of machine words."""
    width = flags.shape[1]
    words = -(-width // 64)
    padded = np.zeros((len(flags), words * 8), dtype=np.uint8)
    padded[:, : -(-width // 8)] = np.packbits(flags, axis=1)
    return padded.view(np.uint64)


def pattern_rows(plus: AnyArray, minus: AnyArray) -> AnyArray:
    """Both words of every row side by side."""
    return np.ascontiguousarray(np.concatenate((plus, minus), axis=1))


def letters_to_flags(signs: Sequence[str], width: int) -> tuple[AnyArray, AnyArray]:
    """(where +, where -) of sign strings."""
    letters = np.frombuffer("".join(signs).encode("ascii"), dtype=np.uint8).reshape(len(signs), width)
    return letters == ord("+"), letters == ord("-")
