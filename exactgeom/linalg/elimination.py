"""Gaussian elimination on integer matrices: the FLINT level below `Matrix`, used inside this floor only.

A rational matrix is an integer matrix over a common denominator, and its row echelon form, rank and kernel
do not see that denominator.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from flint import fmpz, nmod_mat

_SMALL = 24  # below this size FLINT's own elimination is the faster rank


def rank(matrix: Any) -> int:
    """Return the rank over the rationals.

    Contract: exact, also for large singular matrices. The rank modulo a prime is a lower bound r. When every
    prime of a set gives at most r, all minors of size r + 1 are divisible by their product; once that exceeds
    Hadamard's bound, the minors vanish.

    >>> from flint import fmpz_mat
    >>> rank(fmpz_mat([[1, 2], [2, 4]]))
    1
    """
    full = min(matrix.nrows(), matrix.ncols())
    if full <= _SMALL:
        return int(matrix.rank()) if full else 0
    best, known_bits = 0, 0
    norms = sorted((_norm_bits(row) for row in matrix.tolist()), reverse=True)
    for prime in _primes():
        best = max(best, int(nmod_mat(matrix, prime).rank()))
        known_bits += prime.bit_length() - 1
        if best == full or known_bits > sum(norms[: best + 1]) // 2 + 1:
            return best
    raise AssertionError("unreachable: the primes run out only beyond any memory")


def _norm_bits(row: list[Any]) -> int:
    """Return an upper bound for the bits of the squared length of a row."""
    return int(sum((entry * entry for entry in row), fmpz(0))).bit_length()


def _primes() -> Iterator[int]:
    """Yield the primes below 2^62, downwards."""
    candidate = 2**62 - 1
    while candidate > 2:
        if fmpz(candidate).is_prime():
            yield candidate
        candidate -= 2


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
