"""Merging faces of equal label: the second of the two operations that build every partition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exactgeom.polyhedra.arrays import Incidence, IntArray


def merge_classes(
    boundaries: Sequence[Incidence], labels: Sequence[IntArray]
) -> tuple[list[Incidence], list[Incidence]]:
    """(pieces, boundary lists) of the faces that classes of equal label are.

    `labels[k]` gives a class number >= 0 to each k-face (over all dimensions together), or -1 to leave it
    out.  A class is a face of the highest dimension among its members, its *pieces*; lower members are
    artificial walls inside it and vanish.  Assumption: each class is relatively open and convex.
    New faces are numbered by their first piece.
    """
    dimension = np.zeros(1 + max(int(part.max(initial=-1)) for part in labels), dtype=np.int64)
    for k, part in enumerate(labels):
        np.maximum.at(dimension, part[part >= 0], k)
    number = np.full(len(dimension), -1)
    pieces = []
    for k, part in enumerate(labels):
        members = np.flatnonzero(part >= 0)
        members = members[dimension[part[members]] == k]
        names, first = np.unique(part[members], return_index=True)
        order = names[np.argsort(first)]
        number[order] = np.arange(len(order))
        pieces.append(Incidence.from_pairs(number[part[members]], members, len(order)))
    merged = []
    for k, boundary in enumerate(boundaries, start=1):
        lengths, entries = boundary.take(pieces[k].index)
        owner, inner = np.repeat(pieces[k].owners, lengths), labels[k - 1][entries]
        real = inner >= 0
        owner, inner = owner[real], inner[real]
        facet = dimension[inner] == k - 1
        merged.append(Incidence.from_pairs(owner[facet], number[inner[facet]], len(pieces[k])))
    return pieces, merged
