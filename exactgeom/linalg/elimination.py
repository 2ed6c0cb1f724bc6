"""Gaussian elimination on integer matrices: the FLINT level below `Matrix`, used inside this floor only.

A rational matrix is an integer matrix over a common denominator, and its row echelon form, rank and kernel
do not see that denominator.
"""

from __future__ import annotations

import math
from typing import Any


def reduced(matrix: Any) -> tuple[list[list[int]], int, list[int]]:
    """Return `(rows, denominator, pivots)` of the reduced row echelon form `rows / denominator`.

    Contract: exact; `denominator > 0`; only the nonzero rows are returned, one per pivot column.

    >>> from flint import fmpz_mat
    >>> reduced(fmpz_mat([[2, 4], [1, 2]]))
    ([[1, 2]], 1, [0])
    """
    if matrix.nrows() == 0 or matrix.ncols() == 0:
        return [], 1, []
    echelon, denominator, rank = matrix.rref()
    width = matrix.ncols()
    entries = [int(entry) for entry in echelon.entries()[: rank * width]]
    common = math.gcd(int(denominator), *entries) if rank else 1
    common = common if denominator > 0 else -common
    entries = [entry // common for entry in entries] if common != 1 else entries
    rows = [entries[i * width : (i + 1) * width] for i in range(rank)]
    pivots = [next(j for j, entry in enumerate(row) if entry) for row in rows]
    return rows, int(denominator) // common if rank else 1, pivots


def kernel_basis(rows: list[list[int]], denominator: int, pivots: list[int], width: int) -> list[list[int]]:
    """Return the primitive integer kernel vectors, one per free column, positive there.

    >>> kernel_basis([[1, 2]], 1, [0], 2)
    [[-2, 1]]
    """
    basis = []
    taken = set(pivots)
    for free in (j for j in range(width) if j not in taken):
        vector = [0] * width
        vector[free] = denominator
        for row, pivot in zip(rows, pivots, strict=True):
            vector[pivot] = -row[free]
        common = math.gcd(*vector)
        basis.append([entry // common for entry in vector])
    return basis
