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

_CELLS = 2**23  # flags of cells unpacked in one go
_KEPT = 2**16  # patterns remembered


class SignIndex:
    """The sign strings of all cells, ready for look-ups (letters ``+-0``, ``.`` where nothing is said)."""

    def __init__(self, cell_signs: Sequence[str]) -> None:
        self.cell_signs = tuple(cell_signs)
        width = len(self.cell_signs[0]) if self.cell_signs else 0
        letters = np.frombuffer("".join(self.cell_signs).encode("ascii"), dtype=np.uint8)
        letters = letters.reshape(len(self.cell_signs), width)
        plus, minus = letters == ord("+"), letters == ord("-")
        zero = letters == ord("0")
        everything = np.ones((1, len(letters)), dtype=bool)
        may_plus, may_minus = ~(minus | zero), ~(plus | zero)
        allowed = [
            np.concatenate((everything, may_plus[:, [j]].T, may_minus[:, [j]].T)) for j in range(width)
        ]
        self._allowed = [packed(rows) for rows in allowed]  # by column and sign 0, +, -
        self._known: dict[bytes, IntArray] = {}
        self._complete = bool((plus | minus | zero).all())
        self._patterns = pattern_rows(packed(plus), packed(minus))

    @cached_property
    def is_unique(self) -> bool:
        """True when no two cells have the same signs."""
        return len(set(self.cell_signs)) == len(self.cell_signs)

    @cached_property
    def _numbers(self) -> dict[bytes, IntArray]:
        """Cells by their certain signs, where these name a cell."""
        if not (self._complete and self.is_unique):
            return {}
        return {row.tobytes(): np.array([i]) for i, row in enumerate(self._patterns)}

    def cells_of(self, plus: AnyArray, minus: AnyArray) -> tuple[list[IntArray], IntArray]:
        """(the cells without conflict for every different pattern of signs, the pattern of each row)."""
        table = pattern_rows(packed(plus), packed(minus))
        if table.shape[1] == 0:
            everything = np.arange(len(self.cell_signs))
            return [everything], np.zeros(len(table), dtype=np.int64)
        rows = table.view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
        _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
        keys = [row.tobytes() for row in table[first]]
        if len(self._known) > _KEPT:
            self._known.clear()
        missing = [k for k, key in enumerate(keys) if key not in self._numbers and key not in self._known]
        size = max(1, _CELLS // max(1, len(self.cell_signs)))
        for start in range(0, len(missing), size):
            part = missing[start : start + size]
            around = self._without_conflict(plus[first[part]], minus[first[part]])
            self._known.update(zip([keys[k] for k in part], around, strict=True))
        found = [self._numbers[key] if key in self._numbers else self._known[key] for key in keys]
        return found, inverse.ravel()

    def _without_conflict(self, plus: AnyArray, minus: AnyArray) -> list[IntArray]:
        """The cells that agree with each row of certain signs: column by column, 64 cells in a word."""
        states = plus + 2 * minus.astype(np.int8)
        left = np.repeat(packed(np.ones((1, len(self.cell_signs)), dtype=bool)), len(plus), axis=0)
        for j, allowed in enumerate(self._allowed):
            left &= allowed[states[:, j]]
        flags = np.unpackbits(left.view(np.uint8), axis=1, count=len(self.cell_signs))
        rows, cells = np.nonzero(flags)
        return np.split(cells, np.searchsorted(rows, np.arange(1, len(plus))))

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
