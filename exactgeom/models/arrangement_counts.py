"""Counting theorems: the characteristic polynomial of an arrangement and the faces it counts.

``chi(A, t) = t^d - sum over i of chi(A_i restricted to H_i, t)``, where ``A_i`` are the hyperplanes before
``H_i``: deletion and restriction, unrolled over the deletions. Restrictions that come back are remembered,
and an arrangement that is a product (its rows fall into blocks of coordinates) is the product of polynomials.
Regions number ``(-1)^d chi(-1)``, relatively bounded ones ``(-1)^rank chi(1)``; faces of dimension k are the
regions of the restrictions to the k-dimensional flats.

Source: T. Zaslavsky, Facing up to arrangements, Memoirs AMS 154 (1975).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from exactgeom.models.arrangement_flats import Row, flats, restriction

__all__ = ["characteristic_polynomial", "evaluate", "face_numbers", "flat_numbers"]

Polynomial = tuple[int, ...]
"""Integer coefficients, constant term first."""
Memo = dict[tuple[Row, ...], Polynomial]


def characteristic_polynomial(rows: Iterable[Row], dim: int, memo: Memo | None = None) -> Polynomial:
    """Return the coefficients of chi, constant term first, leading 1 last: ``dim + 1`` of them.

    Contract: exact; repeated rows count once. `memo` may be shared between calls.
    Cost: at most one restriction per region of the arrangement, far fewer when restrictions repeat.

    >>> characteristic_polynomial([(1, -1, 0, 0), (1, 0, -1, 0), (0, 1, -1, 0)], 3)
    (0, 2, -3, 1)
    """
    known: Memo = {} if memo is None else memo
    blocks, free = _blocks(sorted(set(rows)), dim)
    result: Polynomial = (1,)
    for block in blocks:
        result = _times(result, _block(block, known))
    return (0,) * free + result


def _block(rows: tuple[Row, ...], memo: Memo) -> Polynomial:
    """Chi of distinct rows that use every coordinate and do not fall apart."""
    width = len(rows[0]) - 1
    if width == 1:
        return (-len(rows), 1)
    if (found := memo.get(rows)) is None:
        total = [0] * width + [1]
        for i, plane in enumerate(rows):
            traces = restriction(rows[:i], plane)
            for k, c in enumerate(characteristic_polynomial(traces, width - 1, memo)):
                total[k] -= c
        memo[rows] = found = tuple(total)
    return found


def _blocks(rows: list[Row], dim: int) -> tuple[list[tuple[Row, ...]], int]:
    """Split rows by the coordinates they share; also the number of coordinates no row uses."""
    parts: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        used, members = {k for k in range(dim) if row[k]}, [row]
        apart = []
        for part in parts:
            if used.isdisjoint(part[0]):
                apart.append(part)
            else:
                used, members = used | part[0], part[1] + members
        parts = [*apart, (used, members)]
    cut = [(sorted(used), members) for used, members in parts]
    blocks = [tuple(tuple(row[k] for k in (*columns, dim)) for row in members) for columns, members in cut]
    return blocks, dim - sum(len(columns) for columns, _ in cut)


def _times(p: Polynomial, q: Polynomial) -> Polynomial:
    product = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            product[i + j] += a * b
    return tuple(product)


def evaluate(polynomial: Polynomial, t: int) -> int:
    """Return the value at an integer.

    >>> evaluate((0, 2, -3, 1), -1)
    -6
    """
    value = 0
    for c in reversed(polynomial):
        value = value * t + c
    return value


def face_numbers(rows: Iterable[Row], dim: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of relatively open faces and of relatively bounded ones, by dimension 0..dim.

    Contract: exact. A face is relatively bounded when it is bounded modulo the directions that all
    hyperplanes share; in an essential arrangement that is bounded. Cost: one restriction per flat and
    hyperplane, and the polynomials of all restrictions.

    >>> face_numbers([(1, 0, 0), (1, 0, 1), (0, 1, 0)], 2)
    ((2, 7, 6), (2, 1, 0))
    """
    faces, bounded = [0] * (dim + 1), [0] * (dim + 1)
    memo: Memo = {}
    for flat in flats(rows):
        own = dim - flat.codimension
        chi = characteristic_polynomial(flat.traces, own, memo)
        faces[own] += abs(evaluate(chi, -1))
        bounded[own] += abs(evaluate(chi, 1))
    return tuple(faces), tuple(bounded)


def flat_numbers(rows: Iterable[Row]) -> tuple[int, ...]:
    """Return the number of flats of each codimension 0..rank: Whitney numbers of the second kind.

    >>> flat_numbers([(1, -1, 0, 0), (1, 0, -1, 0), (0, 1, -1, 0)])
    (1, 3, 1)
    """
    codimensions = [flat.codimension for flat in flats(rows)]
    starts = [i for i, (a, b) in enumerate(pairwise([-1, *codimensions])) if a != b]
    return tuple(end - start for start, end in pairwise([*starts, len(codimensions)]))
