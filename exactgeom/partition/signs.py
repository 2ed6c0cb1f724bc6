"""Sign tables: from the labels of a sliced lattice to signs, and to sign strings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from exactgeom.polyhedra.arrays import AnyArray
from exactgeom.polyhedra.slicing import WORD

UNKNOWN = 2
"""Entry of a sign table for a function that has not cut yet."""


class SignColumns:
    """Where the signs of one pass of breakpoints are kept (`origin`: a pass of maxima, not kept)."""

    def __init__(self, size: int, origin: int | None = None) -> None:
        self.origin = origin
        self.done: AnyArray = np.zeros(size, dtype=bool)
        self.positive = self.negative = -1

    def labels(self) -> list[int]:
        """Numbers of the labels the signs are read from."""
        return [self.positive, self.negative]

    def table(self, labels: Sequence[tuple[AnyArray, ...]], k: int) -> AnyArray:
        """Signs of the pass's functions on each k-face."""
        size = len(self.done)
        signs: AnyArray = _bits(labels[self.positive][k], size) - _bits(labels[self.negative][k], size)
        signs[:, ~self.done] = UNKNOWN
        return signs


class WinnerColumns:
    """Where the winners of the groups are kept: label numbers from `first`, 64 candidates each."""

    def __init__(self, first: int, size: int) -> None:
        self._first, self._size = first, size

    def labels(self) -> list[int]:
        """Numbers of the labels the signs are read from."""
        return list(range(self._first, self._first + (self._size + WORD - 1) // WORD))

    def table(self, labels: Sequence[tuple[AnyArray, ...]], k: int) -> AnyArray:
        """0 for the candidates that attain their maximum on the k-face, - for the others."""
        parts = []
        for start in range(0, self._size, WORD):
            part = _bits(labels[self._first + start // WORD][k], min(WORD, self._size - start))
            parts.append(part - np.int8(1))
        signs: AnyArray = np.concatenate(parts, axis=1)
        return signs


def _bits(words: AnyArray, size: int) -> AnyArray:
    """The lowest `size` bits of each word, one row each."""
    bits: AnyArray = ((words[:, None] >> np.arange(size, dtype=np.uint64)) & np.uint64(1)).astype(np.int8)
    return bits


def sign_strings(table: AnyArray) -> Iterator[str]:
    """One string over ``+-0`` (``.`` where unknown) per row of a sign table."""
    letters = np.frombuffer(b"-0+.", dtype=np.uint8)[table + 1]
    for row in letters:
        yield row.tobytes().decode("ascii")
