"""Inertia of symmetric rational matrices: how many eigenvalues are positive, negative, zero.

A float eigenbasis proposes, exact arithmetic disposes. Let V be a float eigenbasis rounded to integers: when
VᵀAV, computed exactly, is strictly diagonally dominant, it is nonsingular, hence so is V, and by Sylvester's
law of inertia the signs of its diagonal are the answer. Where that fails, the characteristic polynomial
decides: all its roots are real, so Descartes' rule of signs counts them exactly.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpz_mat, nmod_mat

from exactgeom.linalg import elimination
from exactgeom.linalg.ldl import ldl, symmetric_size
from exactgeom.linalg.matrix import Matrix

Inertia = tuple[int, int, int]
"""Numbers of positive, negative and zero eigenvalues."""

_PRIME = (1 << 61) - 1
_BITS = 30  # bits kept of a proposed eigenvector


def inertia(matrix: Matrix) -> Inertia:
    """Return `(positive, negative, zero)`, the signs of the eigenvalues with multiplicity.

    Contract: exact, any symmetric matrix. Errors: `InvalidInput` unless symmetric.
    Cost: one exact matrix product when the floats are good enough, else a characteristic polynomial.

    >>> inertia(Matrix([[1, 2], [2, 1]])), inertia(Matrix([[0, 0], [0, 5]]))
    ((1, 1, 0), (1, 0, 1))
    """
    size = symmetric_size(matrix, "inertia")
    regular = _regular_part(matrix.to_flint()[0])
    rank = regular.nrows()
    if rank == 0:
        return 0, 0, size
    positive = _positive_by_floats(regular)
    if positive is None:
        positive = _positive_by_descartes(regular)
    return positive, rank - positive, size - rank


def is_positive_definite(matrix: Matrix) -> bool:
    """Tell whether `xᵀAx > 0` for every `x ≠ 0`; errors: `InvalidInput` unless symmetric.

    >>> is_positive_definite(Matrix([[2, 1], [1, 2]])), is_positive_definite(Matrix([[1, 1], [1, 1]]))
    (True, False)
    """
    return inertia(matrix)[0] == matrix.n_rows


def is_positive_semidefinite(matrix: Matrix) -> bool:
    """Tell whether `xᵀAx >= 0` for every `x`; errors: `InvalidInput` unless symmetric."""
    return inertia(matrix)[1] == 0


def quadratic_form(matrix: Matrix, vector: tuple[Fraction, ...]) -> Fraction:
    """Return `xᵀAx`.

    >>> quadratic_form(Matrix([[1, 2], [2, 1]]), (1, -1))
    Fraction(-2, 1)
    """
    column = Matrix.from_columns([vector])
    value: Fraction = (column.transpose() @ matrix @ column)[0, 0]
    return value


def negative_vector(matrix: Matrix) -> tuple[Fraction, ...] | None:
    """Return a rational `x` with `xᵀAx < 0`, a certificate against semidefiniteness; None when there is none.

    Contract: exact; the entries are integers. Errors: `InvalidInput` unless symmetric.

    >>> negative_vector(Matrix([[1, 2], [2, 1]]))
    (Fraction(-1, 1), Fraction(1, 1))
    >>> negative_vector(Matrix([[1, 1], [1, 1]])) is None
    True
    """
    size = symmetric_size(matrix, "negative_vector")
    proposal = _proposed_negative(matrix.to_flint()[0], size)
    if proposal is not None:
        return proposal
    if is_positive_semidefinite(matrix):
        return None
    return _negative_by_ldl(matrix)


def _regular_part(work: Any) -> Any:
    """Return the principal submatrix on a column basis: nonsingular, and congruent up to zeros."""
    size = work.nrows()
    rank = elimination.rank(work)
    if rank in (0, size):
        return work if rank else fmpz_mat(0, 0)
    echelon, rank_mod = nmod_mat(work, _PRIME).rref()
    if rank_mod == rank:
        rows = [[int(entry) for entry in row] for row in echelon.tolist()[:rank]]
    else:  # the prime divides a minor: eliminate over the integers
        rows = [[int(entry) for entry in row] for row in work.rref()[0].tolist()[:rank]]
    chosen = [next(j for j, entry in enumerate(row) if entry) for row in rows]
    table = work.tolist()
    return fmpz_mat([[table[i][j] for j in chosen] for i in chosen])


def _floats(work: Any) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """Return float eigenvalues and eigenvectors of a matrix scaled into range, or None."""
    entries = work.entries()
    excess = max((int(entry).bit_length() for entry in entries), default=0) - 500
    shift = max(excess, 0)
    size = work.nrows()
    table = np.array([float(int(entry) >> shift) for entry in entries]).reshape(size, size)
    try:
        values, vectors = np.linalg.eigh(table)
    except np.linalg.LinAlgError:
        return None
    return (values, vectors) if np.isfinite(vectors).all() else None


def _rounded(vectors: np.ndarray[Any, Any]) -> Any:
    scaled = np.rint(vectors * 2.0**_BITS).astype(np.int64)
    return fmpz_mat(*scaled.shape, scaled.ravel().tolist())


def _positive_by_floats(work: Any) -> int | None:
    proposal = _floats(work)
    if proposal is None:
        return None
    basis = _rounded(proposal[1])
    table = (basis.transpose() * work * basis).tolist()
    positive = 0
    for i, row in enumerate(table):
        total = sum(map(abs, row))
        if 2 * abs(row[i]) <= total:
            return None
        positive += row[i] > 0
    return positive


def _positive_by_descartes(work: Any) -> int:
    polynomial = work.charpoly()
    signs = [c > 0 for c in (polynomial[k] for k in range(work.nrows() + 1)) if c != 0]
    return sum(left != right for left, right in pairwise(signs))


def _proposed_negative(work: Any, size: int) -> tuple[Fraction, ...] | None:
    for i in range(size):
        if work[i, i] < 0:
            return tuple(Fraction(int(i == j)) for j in range(size))
    proposal = _floats(work) if size else None
    if proposal is None or proposal[0][0] >= 0:
        return None
    vector = proposal[1][:, 0]
    # Few bits first: a short certificate is easier to read and to check.
    for bits in (2, 6, 14, _BITS):
        numbers = np.rint(vector * 2.0**bits / np.abs(vector).max()).astype(np.int64).tolist()
        common = int(np.gcd.reduce(numbers))
        column = fmpz_mat(size, 1, [number // common for number in numbers])
        if (column.transpose() * work * column)[0, 0] < 0:
            return tuple(Fraction(int(entry)) for entry in column.entries())
    return None


def _negative_by_ldl(matrix: Matrix) -> tuple[Fraction, ...]:
    """Solve `Lᵀ P x = y` for a `y` on which `D` is negative."""
    factors = ldl(matrix)
    position = 0
    choice = [Fraction(0)] * matrix.n_rows
    for size in factors.blocks:
        if size == 2:
            sign = 1 if factors.diagonal[position, position + 1] > 0 else -1
            choice[position : position + 2] = [Fraction(1), Fraction(-sign)]
            break
        if factors.diagonal[position, position] < 0:
            choice[position] = Fraction(1)
            break
        position += size
    solution = factors.lower.transpose().solve(choice)
    (column,) = Matrix([solution]).numerators
    result = [Fraction(0)] * matrix.n_rows
    for place, index in enumerate(factors.order):
        result[index] = Fraction(column[place])
    return tuple(result)
