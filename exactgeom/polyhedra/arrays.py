"""NumPy building blocks of the face lattice: growing arrays and ragged (CSR) gathers.

Nothing here knows geometry; everything is integer index arithmetic.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint64]
AnyArray = npt.NDArray[Any]


class Growing:
    """An append-only array with amortised growth; `view` is the filled part, writable in place."""

    __slots__ = ("_data", "size")

    def __init__(self, initial: AnyArray) -> None:
        self._data = np.array(initial)
        self.size = len(self._data)

    @property
    def view(self) -> AnyArray:
        """The filled part (a view: invalid after the next append)."""
        return self._data[: self.size]

    def append(self, values: AnyArray) -> int:
        """Append and return the index of the first new entry."""
        first, need = self.size, self.size + len(values)
        if need > len(self._data):
            data = np.empty(max(need, 2 * len(self._data)), dtype=self._data.dtype)
            data[:first] = self._data[:first]
            self._data = data
        self._data[first:need] = values
        self.size = need
        return first


def offsets(lengths: IntArray) -> IntArray:
    """Start of each run when runs of these lengths are laid end to end."""
    starts = np.zeros(len(lengths), dtype=np.int64)
    np.cumsum(lengths[:-1], out=starts[1:])
    return starts


def ragged_index(starts: IntArray, lengths: IntArray) -> IntArray:
    """Flat positions of the runs `starts[i] : starts[i] + lengths[i]`, one after the other.

    >>> ragged_index(np.array([4, 0]), np.array([2, 3])).tolist()
    [4, 5, 0, 1, 2]
    """
    total = int(lengths.sum())
    index = np.arange(total, dtype=np.int64)
    index += np.repeat(starts - offsets(lengths), lengths)
    return index


def or_runs(masks: Mask, lengths: IntArray) -> Mask:
    """Bitwise OR of each run (no run is empty)."""
    result: Mask = np.bitwise_or.reduceat(masks, offsets(lengths))
    return result


class Incidence:
    """Boundary lists of the faces of one dimension, compressed: `index[start[i]:start[i+1]]`."""

    __slots__ = ("index", "start")

    def __init__(self, start: IntArray, index: IntArray) -> None:
        self.start = start
        self.index = index
        start.flags.writeable = False
        index.flags.writeable = False

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, face: int) -> IntArray:
        return self.index[self.start[face] : self.start[face + 1]]

    @property
    def lengths(self) -> IntArray:
        """Number of entries of each list."""
        return np.diff(self.start)

    @property
    def owners(self) -> IntArray:
        """For each entry of `index`, the list it stands in."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.lengths)

    def transpose(self, size: int) -> Incidence:
        """The lists turned around: for each of `size` entries, the (ascending) lists that hold it."""
        order = np.argsort(self.index, kind="stable")
        counts = np.bincount(self.index, minlength=size)
        return Incidence.from_lengths(counts, self.owners[order])

    @staticmethod
    def from_lengths(lengths: IntArray, index: IntArray) -> Incidence:
        """Build from run lengths and the concatenated runs."""
        start = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=start[1:])
        return Incidence(start, np.ascontiguousarray(index, dtype=np.int64))

    @staticmethod
    def from_pairs(owner: IntArray, entry: IntArray, size: int) -> Incidence:
        """Build from (list, entry) pairs, each kept once; entries ascend inside a list."""
        if len(owner) == 0:
            return Incidence.from_lengths(np.zeros(size, dtype=np.int64), np.zeros(0, dtype=np.int64))
        bits = int(entry.max()).bit_length()
        keys = (owner << bits) | entry
        keys.sort()
        fresh = np.ones(len(keys), dtype=bool)
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        keys = keys[fresh]
        return Incidence.from_lengths(np.bincount(keys >> bits, minlength=size), keys & ((1 << bits) - 1))

    def take(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """(lengths, concatenated entries) of the chosen lists."""
        lengths = self.start[rows + 1] - self.start[rows]
        return lengths, self.index[ragged_index(self.start[rows], lengths)]

    def sorted(self) -> Incidence:
        """The same lists, each in ascending order."""
        return Incidence.from_pairs(self.owners, self.index, len(self))

    def then(self, below: Incidence) -> Incidence:
        """Composition: the entries of the entries of each list, each once (faces two steps down)."""
        lengths, entries = below.take(self.index)
        return Incidence.from_pairs(np.repeat(self.owners, lengths), entries, len(self))
