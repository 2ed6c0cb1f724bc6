"""What the slicing engine keeps per face: boundary lists, sign masks, origins and flats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exactgeom.polyhedra.arrays import AnyArray, Growing, Incidence, IntArray, Mask, offsets, ragged_index


class FaceStore:
    """The faces of one dimension k >= 1: boundary lists, sign masks, origin, flat."""

    __slots__ = ("carrier", "carrier_dim", "entries", "flat", "length", "neg", "pos", "start")

    def __init__(self, incidence: Incidence, dim: int) -> None:
        count = len(incidence)
        zeros = np.zeros(count, dtype=np.uint64)
        self.start = Growing(incidence.start[:-1])
        self.length = Growing(incidence.lengths)
        self.entries = Growing(incidence.index)
        self.pos = Growing(zeros)
        self.neg = Growing(zeros)
        self.carrier = Growing(np.arange(count))
        self.carrier_dim = Growing(np.full(count, dim, dtype=np.int8))
        self.flat = Growing(np.arange(count))

    def __len__(self) -> int:
        return self.start.size

    def boundary(self, faces: IntArray) -> tuple[IntArray, IntArray]:
        """(lengths, concatenated boundary lists) of these faces."""
        lengths = self.length.view[faces]
        return lengths, self.entries.view[ragged_index(self.start.view[faces], lengths)]

    def set_boundary(self, faces: IntArray, lengths: IntArray, entries: IntArray) -> None:
        """Give existing faces new boundary lists."""
        first = self.entries.append(entries)
        self.start.view[faces] = first + offsets(lengths)
        self.length.view[faces] = lengths

    def add(self, lengths: IntArray, entries: IntArray, pos: Mask, neg: Mask) -> IntArray:
        """Append faces with these boundary lists and masks; carriers and flats follow by `inherit`."""
        first = self.start.append(self.entries.append(entries) + offsets(lengths))
        self.length.append(lengths)
        self.pos.append(pos)
        self.neg.append(neg)
        return np.arange(first, first + len(lengths))

    def inherit(self, source: FaceStore, faces: IntArray, flats: IntArray) -> None:
        """The faces just appended lie in the relative interior of `faces` of `source`."""
        self.carrier.append(source.carrier.view[faces])
        self.carrier_dim.append(source.carrier_dim.view[faces])
        self.flat.append(flats)

    def reset_carriers(self, dim: int) -> None:
        """Every face carries itself (start of a pass)."""
        self.carrier = Growing(np.arange(len(self)))
        self.carrier_dim = Growing(np.full(len(self), dim, dtype=np.int8))

    def frozen(self) -> Incidence:
        """The boundary lists, compressed."""
        return Incidence.from_lengths(*self.boundary(np.arange(len(self))))


@dataclass(frozen=True, slots=True)
class FlatTable:
    """Where the affine hulls of the k-faces come from, by flat number.

    Flat i is that of original face i when ``function[i] < 0``; otherwise it is the zero set of
    function ``function[i]`` of pass ``passes[i]`` on cell ``cell[i]`` (numbered as when that pass
    began) inside the flat ``parent[i]`` one dimension up (-1: the whole
    space).
    """

    parent: IntArray
    passes: IntArray
    function: IntArray
    cell: IntArray


class FlatStore:
    """`FlatTable` under construction."""

    def __init__(self, originals: int, above: Incidence | None) -> None:
        none = np.full(originals, -1)
        parent = none.copy()
        if above is not None:
            parent[above.index] = above.owners
        self.columns = [Growing(parent), Growing(none), Growing(none), Growing(none)]

    def add(self, parent: IntArray, passes: int, function: int, cell: IntArray) -> IntArray:
        """Append flats cut out of their parents by one function; return their numbers."""
        count = len(parent)
        first = self.columns[0].append(parent)
        self.columns[1].append(np.full(count, passes))
        self.columns[2].append(np.full(count, function))
        self.columns[3].append(cell)
        return np.arange(first, first + count)

    def frozen(self) -> FlatTable:
        """The table as it stands."""
        return FlatTable(*(np.array(column.view) for column in self.columns))


def new_flats(boundaries: Sequence[Incidence]) -> list[FlatStore]:
    """Every face of dimension 1 to d - 1 is a flat of its own."""
    above = [*boundaries[1:-1], None]
    return [FlatStore(len(low), high) for low, high in zip(boundaries[:-1], above, strict=False)]


def inherited(
    label: tuple[AnyArray, ...], carriers: Sequence[tuple[AnyArray, IntArray]]
) -> tuple[AnyArray, ...]:
    """Labels of the faces as they are now, from those of the faces that carried them."""
    made = []
    for k, (dims, ids) in enumerate(carriers):
        new = np.empty(len(ids), dtype=label[k].dtype)
        for j in range(k, len(carriers)):
            here = dims == j
            new[here] = label[j][ids[here]]
        made.append(new)
    return tuple(made)


def with_last(owner: IntArray, entries: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """Runs grouped by (sorted) owner, each with one more entry at its end."""
    lengths = np.bincount(owner, minlength=len(last)) + 1
    ends = np.cumsum(lengths) - 1
    out = np.empty(len(entries) + len(last), dtype=np.int64)
    body = np.ones(len(out), dtype=bool)
    body[ends] = False
    out[body] = entries
    out[ends] = last
    return lengths, out
