"""Merging faces of equal label: the second of the two operations that build every partition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra.arrays import Incidence, IntArray


def class_numbers(labels: Iterable[Iterable[int]], f_vector: Sequence[int]) -> list[IntArray]:
    """Any integer labels (one list per dimension, one label per face) as numbers 0, 1, 2, ..."""
    if not isinstance(labels, Iterable):
        raise InvalidInput("expected a list of labels for each dimension", place="labels")
    parts: list[list[int]] = []
    number: dict[int, int] = {}
    for k, part in enumerate(labels):
        if not isinstance(part, Iterable):
            raise InvalidInput(f"expected a label for each {k}-face", place=f"labels[{k}]")
        parts.append([])
        for i, label in enumerate(part):
            if isinstance(label, bool) or not isinstance(label, int | np.integer):
                raise InvalidInput(f"expected an integer, got {label!r}", place=f"labels[{k}][{i}]")
            parts[k].append(number.setdefault(int(label), len(number)))
    if [len(part) for part in parts] != list(f_vector):
        raise InvalidInput(f"expected one label per face, {tuple(f_vector)} of them", place="labels")
    return [np.array(part, dtype=np.int64) for part in parts]


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
