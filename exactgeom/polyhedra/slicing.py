"""The slicing engine: cut every cell of a face lattice by functions that are affine on each cell.

A face is *positive*, *negative*, *zero* or *mixed* by the signs of the function at its vertices, and
only mixed faces change.  In increasing dimension a mixed k-face ``f`` becomes ``f+`` and ``f-`` with a
zero part ``z(f)`` of dimension k - 1 between them:

    boundary(f+/-) = {g on that side} + {g+/- : g a mixed facet of f} + {z(f)}
    boundary(z(f)) = {z(g) : g a mixed facet of f} + {r : r a zero (k-2)-face of f}

No adjacency test, no general position, no tolerance.  The signs of up to 64 functions are carried as
bit masks per face (OR over its vertices), so one pass over a layer touches only the faces it cuts.
A cut face keeps its number for ``f+``; ``f-`` and ``z(f)`` are appended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpz_poly

from exactgeom.polyhedra.arrays import AnyArray, Growing, Incidence, IntArray, Mask, or_runs
from exactgeom.polyhedra.coarsening import merge_classes
from exactgeom.polyhedra.storage import FaceStore, inherited, new_flats, with_last

WORD = 64
"""Functions per pass: one bit of a machine word each."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The function ``q * row[column] - p * row[0]``: a column minus the breakpoint p/q (q > 0)."""

    column: int
    q: int = 1
    p: int = 0

    def at(self, row: fmpz_poly) -> Any:
        """Value at a homogeneous row (an `fmpz`, scaled by the row's positive denominator)."""
        value = row[self.column]
        if self.q != 1:
            value = self.q * value
        return value - self.p * row[0] if self.p else value

    def at_all(self, rows: Sequence[fmpz_poly]) -> list[Any]:
        """Values at many rows."""
        column = self.column
        if self.q == 1 and self.p == 0:
            return [row[column] for row in rows]
        return [self.at(row) for row in rows]


class Slicer:
    """A face lattice being cut.  Mutable, internal: its product is the frozen lattice.

    `rows[v]` is the homogeneous integer row ``[t, x_1..x_n, z_1..z_m]`` of vertex v (t > 0, or t = 0 for
    a point at infinity) with primitive head ``[t, x]``.  The columns z are the values being interpolated:
    on each cell an integer combination of the head (so the head's content divides them), or else dropped
    by the first cut that is made (`keep`).
    """

    def __init__(self, boundaries: Sequence[Incidence], rows: Sequence[fmpz_poly], ambient: int) -> None:
        self.dim = len(boundaries)
        self.ambient = ambient
        self.rows: list[fmpz_poly] = list(rows)
        self.faces = [FaceStore(incidence, k + 1) for k, incidence in enumerate(boundaries)]
        count = len(self.rows)
        self.vpos = Growing(np.zeros(count, dtype=np.uint64))
        self.vneg = Growing(np.zeros(count, dtype=np.uint64))
        self.vcarrier = Growing(np.arange(count))
        self.vcarrier_dim = Growing(np.zeros(count, dtype=np.int8))
        self.flats = new_flats(boundaries)
        self.history: list[tuple[IntArray, IntArray]] = []
        self.labels: list[tuple[AnyArray, ...]] = []
        self.cuts: tuple[Cut, ...] = ()
        self.passes = 0
        self._cell_of: list[IntArray] = []

    def level(self, k: int) -> FaceStore:
        """The faces of dimension k >= 1."""
        return self.faces[k - 1]

    def masks(self, k: int) -> tuple[Mask, Mask]:
        """Positive and negative masks of the k-faces."""
        if k == 0:
            return self.vpos.view, self.vneg.view
        return self.level(k).pos.view, self.level(k).neg.view

    @property
    def cell_count(self) -> int:
        """Number of cells so far."""
        return len(self.level(self.dim))

    # -- a pass: up to 64 functions, affine on every cell as the pass begins ------------------------

    def set_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Replace the value columns of every vertex (integers, homogeneous with its row)."""
        keep = self.ambient + 1
        rows = []
        for row, values in zip(self.rows, columns, strict=True):
            head = row.coeffs()[:keep]
            head += [0] * (keep - len(head))
            head.extend(values)
            rows.append(fmpz_poly(head))
        self.rows = rows

    def begin(self, cuts: Sequence[Cut]) -> None:
        """Start a pass: signs of all functions at all vertices, then masks of all faces."""
        self.cuts = tuple(cuts)
        positive, negative = _sign_masks(self.rows, self.cuts)
        self.begin_with_masks(self.cuts, positive, negative)

    def begin_with_masks(self, cuts: Sequence[Cut], positive: Mask, negative: Mask) -> None:
        """Start a pass whose vertex signs are known."""
        self.cuts = tuple(cuts)
        self.vpos, self.vneg = Growing(positive), Growing(negative)
        count = len(self.rows)
        self.vcarrier = Growing(np.arange(count))
        self.vcarrier_dim = Growing(np.zeros(count, dtype=np.int8))
        for k in range(1, self.dim + 1):
            faces = self.level(k)
            faces.reset_carriers(k)
            lengths, entries = faces.boundary(np.arange(len(faces)))
            pos, neg = self.masks(k - 1)
            faces.pos.view[:] = or_runs(pos[entries], lengths)
            faces.neg.view[:] = or_runs(neg[entries], lengths)
        self._cell_of = self._some_cell()

    def end(self) -> tuple[int, int]:
        """Close the pass; return the numbers of the labels that keep its positive and negative masks."""
        carriers = [(self.vcarrier_dim.view, self.vcarrier.view)]
        carriers += [(faces.carrier_dim.view, faces.carrier.view) for faces in self.faces]
        self.labels = [inherited(label, carriers) for label in self.labels]
        masks = [self.masks(k) for k in range(self.dim + 1)]
        self.labels.append(tuple(pos.copy() for pos, _ in masks))
        self.labels.append(tuple(neg.copy() for _, neg in masks))
        self.passes += 1
        self.cuts = ()
        return len(self.labels) - 2, len(self.labels) - 1

    def merge(self, classes: Sequence[IntArray]) -> None:
        """Merge the faces of equal class (numbers over all dimensions together), between two passes.

        Labels must be constant on each class.  The history starts anew.
        """
        pieces, boundaries = merge_classes([faces.frozen() for faces in self.faces], classes)
        first = [part.index[part.start[:-1]] for part in pieces]
        self.rows = [self.rows[i] for i in first[0].tolist()]
        self.labels = [tuple(part[f] for part, f in zip(label, first, strict=True)) for label in self.labels]
        self.faces = [FaceStore(boundary, k + 1) for k, boundary in enumerate(boundaries)]
        self.flats = new_flats(boundaries)
        self.history = []

    def _some_cell(self) -> list[IntArray]:
        """For each face of dimension k = 0..d, one cell that contains it."""
        cell = np.arange(self.cell_count)
        found = [cell]
        for k in range(self.dim, 1, -1):
            faces = self.level(k)
            lengths, entries = faces.boundary(np.arange(len(faces)))
            below = np.zeros(len(self.level(k - 1)), dtype=np.int64)
            below[entries] = np.repeat(cell, lengths)
            cell = below
            found.append(cell)
        found.append(np.zeros(0, dtype=np.int64))
        return found[::-1]

    # -- one cut -------------------------------------------------------------------------------------

    def cut(self, function: int, within: AnyArray | None = None, keep: int | None = None) -> None:
        """Cut by one function of the pass, in all cells or in those flagged by `within`.

        With `keep` only the first `keep` row entries are needed from now on: new vertices get no more.
        """
        bit = np.uint64(1 << function)
        if within is None:
            mixed = [np.flatnonzero(faces.pos.view & faces.neg.view & bit) for faces in self.faces]
        else:
            mixed = self._mixed_within(bit, within)
        if len(mixed[-1]) == 0:  # a cell can be mixed though no edge is (through vertices)
            return
        zeros = [self._zero_faces(k, bit) for k in range(max(self.dim - 1, 1))]
        before = [len(faces) for faces in self.faces]
        child, zero = self._cut_edges(mixed[0], function, keep)
        for k in range(2, self.dim + 1):
            below = child
            child, zero = self._cut_faces(k, mixed[k - 1], bit, below, zero, zeros[k - 2], function)
            if within is not None:
                self._absorb_children(k, before[k - 1], mixed[k - 1], below)
        self.history.append((mixed[-1], child[mixed[-1]]))

    def _zero_faces(self, k: int, bit: np.uint64) -> AnyArray | None:
        """Flags of the k-faces on which the function vanishes, or None when there is none."""
        pos, neg = self.masks(k)
        flags = ((pos | neg) & bit) == 0
        return flags if flags.any() else None

    def _mixed_within(self, bit: np.uint64, within: AnyArray) -> list[IntArray]:
        """Mixed faces of the flagged cells, by dimension 1..d."""
        cells = self.level(self.dim)
        chosen = np.flatnonzero((cells.pos.view & cells.neg.view & bit).astype(bool) & within)
        mixed = [chosen]
        for k in range(self.dim, 1, -1):
            below = self.level(k - 1)
            entries = np.unique(self.level(k).boundary(chosen)[1])
            flags = below.pos.view[entries] & below.neg.view[entries] & bit
            chosen = entries[flags != 0]
            mixed.append(chosen)
        return mixed[::-1]

    def _cut_edges(self, mixed: IntArray, function: int, keep: int | None) -> tuple[IntArray, IntArray]:
        """Cut the mixed edges; return the new halves and new vertices by edge number (-1: untouched)."""
        edges = self.level(1)
        bit = np.uint64(1 << function)
        first = edges.start.view[mixed]
        u, v = edges.entries.view[first], edges.entries.view[first + 1]
        swap = (self.vneg.view[u] & bit) != 0
        u, v = np.where(swap, v, u), np.where(swap, u, v)
        new = np.arange(len(self.rows), len(self.rows) + len(mixed))
        self._interpolate(u, v, self.cuts[function], keep)
        pos, neg = self._new_vertex_masks(mixed, bit, len(self.rows) - len(mixed))
        self.vpos.append(pos)
        self.vneg.append(neg)
        self.vcarrier.append(edges.carrier.view[mixed])
        self.vcarrier_dim.append(edges.carrier_dim.view[mixed])

        child = np.full(len(edges) + len(mixed), -1)
        zero = np.full(len(edges) + len(mixed), -1)
        halves = np.column_stack((v, new)).ravel()
        ids = edges.add(np.full(len(mixed), 2), halves, self.vpos.view[v] | pos, self.vneg.view[v] | neg)
        edges.inherit(edges, mixed, edges.flat.view[mixed])
        edges.entries.view[first], edges.entries.view[first + 1] = u, new
        edges.pos.view[mixed] = self.vpos.view[u] | pos
        edges.neg.view[mixed] = self.vneg.view[u] | neg
        child[mixed], zero[mixed] = ids, new
        return child, zero

    def _interpolate(self, u: IntArray, v: IntArray, cut: Cut, keep: int | None) -> None:
        """Append the zero of the function on each segment from u (positive) to v (negative)."""
        rows, head = self.rows, self.ambient + 1
        ends = list(set(u.tolist()).union(v.tolist()))
        values = dict(zip(ends, cut.at_all([rows[i] for i in ends]), strict=True))
        if keep is not None:
            for i in ends:
                rows[i] = rows[i].truncate(keep)
        for i, j in zip(u.tolist(), v.tolist(), strict=True):
            row = values[i] * rows[j] - values[j] * rows[i]
            content = row.truncate(head).content()  # the value columns are multiples of it
            rows.append(row if content == 1 else row // content)

    def _new_vertex_masks(self, mixed: IntArray, bit: np.uint64, first: int) -> tuple[Mask, Mask]:
        """Signs at the new vertices: read off the edge unless the edge is mixed for that function."""
        edges = self.level(1)
        pos, neg = edges.pos.view[mixed], edges.neg.view[mixed]
        both = pos & neg & ~bit
        pos, neg = pos & ~(both | bit), neg & ~(both | bit)
        # an interior point of an edge with values >= 0, not both 0, is strictly positive
        for i in np.flatnonzero(both).tolist():
            row, left = self.rows[first + i], int(both[i])
            plus = minus = 0
            while left:
                low = left & -left
                value = self.cuts[low.bit_length() - 1].at(row)
                if value > 0:
                    plus |= low
                elif value < 0:
                    minus |= low
                left ^= low
            pos[i] |= np.uint64(plus)
            neg[i] |= np.uint64(minus)
        return pos, neg

    def _cut_faces(
        self,
        k: int,
        mixed: IntArray,
        bit: np.uint64,
        child_below: IntArray,
        zero_below: IntArray,
        zero_faces: AnyArray | None,
        function: int,
    ) -> tuple[IntArray, IntArray]:
        """Cut the mixed k-faces, whose facets are cut already."""
        faces = self.level(k)
        lengths, entries = faces.boundary(mixed)
        owner = np.repeat(np.arange(len(mixed)), lengths)
        halves = child_below[entries]
        cut = halves >= 0
        ids = self._add_zero_parts(k, mixed, owner, entries, cut, zero_below, zero_faces)
        self._record_flats(k, mixed, ids, function)

        pos, neg = self.masks(k - 1)
        plus = cut | ((pos[entries] & bit) != 0)
        minus = cut | ((neg[entries] & bit) != 0)
        other = np.where(cut, halves, entries)
        plus_lengths, plus_entries = with_last(owner[plus], entries[plus], ids)
        minus_lengths, minus_entries = with_last(owner[minus], other[minus], ids)
        faces.set_boundary(mixed, plus_lengths, plus_entries)
        faces.pos.view[mixed] = or_runs(pos[plus_entries], plus_lengths)
        faces.neg.view[mixed] = or_runs(neg[plus_entries], plus_lengths)
        new = faces.add(
            minus_lengths,
            minus_entries,
            or_runs(pos[minus_entries], minus_lengths),
            or_runs(neg[minus_entries], minus_lengths),
        )
        faces.inherit(faces, mixed, faces.flat.view[mixed])
        child = np.full(len(faces), -1)
        zero = np.full(len(faces), -1)
        child[mixed], zero[mixed] = new, ids
        return child, zero

    def _add_zero_parts(
        self,
        k: int,
        mixed: IntArray,
        owner: IntArray,
        entries: IntArray,
        cut: AnyArray,
        zero_below: IntArray,
        zero_faces: AnyArray | None,
    ) -> IntArray:
        """Append z(f) for every mixed k-face f, as a (k-1)-face."""
        below = self.level(k - 1)
        z_owner, z_entry = owner[cut], zero_below[entries[cut]]
        if zero_faces is not None:
            whole = ~cut
            lengths, subfaces = below.boundary(entries[whole])
            r_owner = np.repeat(owner[whole], lengths)
            known = subfaces < len(zero_faces)
            r_owner, subfaces = r_owner[known], subfaces[known]
            vanishing = zero_faces[subfaces]
            pairs = Incidence.from_pairs(
                np.concatenate((z_owner, r_owner[vanishing])),
                np.concatenate((z_entry, subfaces[vanishing])),
                len(mixed),
            )
            z_lengths, z_entry = pairs.lengths, pairs.index
        else:
            z_lengths = np.bincount(z_owner, minlength=len(mixed))
        pos, neg = self.masks(k - 2)
        return below.add(
            z_lengths, z_entry, or_runs(pos[z_entry], z_lengths), or_runs(neg[z_entry], z_lengths)
        )

    def _record_flats(self, k: int, mixed: IntArray, ids: IntArray, function: int) -> None:
        """The flat of z(f) is the function's zero set inside the flat of f."""
        faces = self.level(k)
        parent = faces.flat.view[mixed] if k < self.dim else np.full(len(mixed), -1)
        dims, carriers = faces.carrier_dim.view[mixed], faces.carrier.view[mixed]
        cell = np.empty(len(mixed), dtype=np.int64)
        for j in range(k, self.dim + 1):
            here = dims == j
            cell[here] = self._cell_of[j][carriers[here]]
        flats = self.flats[k - 2].add(parent, self.passes, function, cell)
        self.level(k - 1).inherit(faces, mixed, flats)

    def _absorb_children(self, k: int, count: int, mixed: IntArray, child_below: IntArray) -> None:
        """Faces that were not cut keep their body but take both halves of a cut facet (T-junction)."""
        faces = self.level(k)
        untouched = np.ones(count, dtype=bool)
        untouched[mixed] = False
        rest = np.flatnonzero(untouched)
        lengths, entries = faces.boundary(rest)
        halves = child_below[entries]
        owner = np.repeat(np.arange(len(rest)), lengths)
        hit = np.unique(owner[halves >= 0])
        if len(hit) == 0:
            return
        chosen = np.isin(owner, hit)
        owner, entries, halves = owner[chosen], entries[chosen], halves[chosen]
        both = np.concatenate((entries, halves[halves >= 0]))
        pairs = Incidence.from_pairs(np.concatenate((owner, owner[halves >= 0])), both, len(rest))
        faces.set_boundary(rest[hit], *pairs.take(hit))


def _sign_masks(rows: Sequence[fmpz_poly], cuts: Sequence[Cut]) -> tuple[Mask, Mask]:
    """Bit masks of the functions positive, and negative, at each row."""
    positive = np.zeros(len(rows), dtype=np.uint64)
    negative = np.zeros(len(rows), dtype=np.uint64)
    for j, cut in enumerate(cuts):
        values = np.empty(len(rows), dtype=object)
        values[:] = cut.at_all(rows)
        bit = np.uint64(1 << j)
        positive[(values > 0).astype(bool)] |= bit
        negative[(values < 0).astype(bool)] |= bit
    return positive, negative
