"""Smith normal form of integer matrices: elementary divisors, torsion, rank modulo a prime.

Boundary maps are sparse with entries ±1: such entries are eliminated first, sparsely, and FLINT finishes the
small dense rest.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpz, fmpz_mat, nmod_mat

from exactgeom.exact import InvalidInput
from exactgeom.linalg.matrix import Matrix

SparseRows = Sequence[Mapping[int, int]]
"""An integer matrix as one mapping `column -> entry` per row; missing entries are zero."""


def smith_diagonal(matrix: Matrix | SparseRows, n_columns: int | None = None) -> tuple[int, ...]:
    """Return the whole diagonal of the Smith normal form, zeros included.

    Contract: exact; `d_1 | d_2 | ...`, all nonnegative, `min(shape)` of them. Sparse rows need `n_columns`.
    Errors: `InvalidInput` for entries that are no integers.

    >>> smith_diagonal(Matrix([[2, 4, 4], [-6, 6, 12], [10, 4, 16]]))
    (2, 2, 156)
    """
    divisors = elementary_divisors(matrix)
    if isinstance(matrix, Matrix):
        n_columns = matrix.n_columns
    elif n_columns is None:
        raise InvalidInput("expected the number of columns of the sparse rows", "n_columns")
    return divisors + (0,) * (min(len(matrix), n_columns) - len(divisors))


def elementary_divisors(matrix: Matrix | SparseRows) -> tuple[int, ...]:
    """Return the nonzero diagonal of the Smith normal form: as many as the rank, each dividing the next.

    Contract: exact. Errors: `InvalidInput` for entries that are no integers.
    Cost: sparse elimination while an entry ±1 is left, a dense Smith form of what remains.

    >>> elementary_divisors([{0: 1, 1: -1}, {1: 2}])
    (1, 2)
    """
    rows = _sparse_rows(matrix)
    units, rest = _eliminate_units(rows)
    return (1,) * units + _dense_divisors(rest)


def torsion(matrix: Matrix | SparseRows) -> tuple[int, ...]:
    """Return the elementary divisors above 1: the torsion of the cokernel, `⊕ Z/d_i`.

    >>> torsion(Matrix([[2, 0], [0, 3]])), torsion(Matrix([[2, 0], [0, 4]]))
    ((6,), (2, 4))
    """
    return tuple(divisor for divisor in elementary_divisors(matrix) if divisor > 1)


def rank_mod_p(matrix: Matrix, prime: int) -> int:
    """Return the rank over the field with `prime` elements: a lower bound for the rank over the rationals.

    Contract: exact. Errors: `InvalidInput` unless `prime` is a prime below 2^63 that divides no denominator.

    >>> rank_mod_p(Matrix([[1, 1], [1, -1]]), 2)
    1
    """
    if not 1 < prime < 2**63 or not fmpz(prime).is_prime():
        raise InvalidInput(f"expected a prime below 2^63, got {prime}", "prime")
    numerator, denominator = matrix.to_flint()
    if denominator % prime == 0:
        raise InvalidInput(f"the denominator of the matrix is divisible by {prime}", "prime")
    return int(nmod_mat(numerator, prime).rank())


def _sparse_rows(matrix: Matrix | SparseRows) -> list[dict[int, int]]:
    if isinstance(matrix, Matrix):
        if matrix.denominator != 1:
            raise InvalidInput(f"expected integers, got denominator {matrix.denominator}", "matrix")
        return [{j: entry for j, entry in enumerate(row) if entry} for row in matrix.numerators]
    rows = []
    for i, row in enumerate(matrix):
        for j, entry in row.items():
            if isinstance(entry, bool) or not hasattr(entry, "__index__"):
                raise InvalidInput(f"expected an integer, got {entry!r}", f"matrix[{i}][{j}]")
        rows.append({j: int(entry) for j, entry in row.items() if entry})
    return rows


def _eliminate_units(rows: list[dict[int, int]]) -> tuple[int, list[dict[int, int]]]:
    """Eliminate entries ±1, shortest row first, and return their number and the rows that remain.

    A unit clears its column by row operations and then its row by column operations that touch nothing else,
    so both can be dropped: one divisor 1 each.
    """
    columns: dict[int, set[int]] = {}
    for i, row in enumerate(rows):
        for j in row:
            columns.setdefault(j, set()).add(i)
    queue = [(len(row), i) for i, row in enumerate(rows) if row]
    heapq.heapify(queue)
    gone: set[int] = set()
    units = 0
    while queue:
        length, i = heapq.heappop(queue)
        if i in gone or len(rows[i]) != length:
            continue  # an outdated entry: the row has its own newer one
        candidates = [j for j, entry in rows[i].items() if entry in (1, -1)]
        if not candidates:
            continue
        pivot = min(candidates, key=lambda j: (len(columns[j]), j))
        units += 1
        gone.add(i)
        for k in _clear_column(rows, columns, i, pivot):
            heapq.heappush(queue, (len(rows[k]), k))
    return units, [row for i, row in enumerate(rows) if row and i not in gone]


def _clear_column(rows: list[dict[int, int]], columns: dict[int, set[int]], i: int, pivot: int) -> list[int]:
    source = rows[i]
    for j in source:
        columns[j].discard(i)
    touched = sorted(columns.pop(pivot))
    for k in touched:
        target = rows[k]
        factor = target.pop(pivot) * source[pivot]
        for j, entry in source.items():
            if j == pivot:
                continue
            value = target.get(j, 0) - factor * entry
            if value:
                target[j] = value
                columns[j].add(k)
            else:
                target.pop(j, None)
                columns[j].discard(k)
    return touched


def _dense_divisors(rows: list[dict[int, int]]) -> tuple[int, ...]:
    used = sorted({j for row in rows for j in row})
    if not used:
        return ()
    place = {j: position for position, j in enumerate(used)}
    dense: Any = fmpz_mat(len(rows), len(used))
    for i, row in enumerate(rows):
        for j, entry in row.items():
            dense[i, place[j]] = entry
    diagonal = dense.snf()
    divisors = (int(diagonal[i, i]) for i in range(min(len(rows), len(used))))
    return tuple(abs(divisor) for divisor in divisors if divisor)
