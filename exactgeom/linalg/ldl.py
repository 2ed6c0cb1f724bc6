"""The factorisation P A Pᵀ = L D Lᵀ of a symmetric rational matrix, with 1x1 and 2x2 pivots.

Fraction-free (Bareiss) elimination: after eliminating the index set S the working matrix holds the minors
det A[S+i, S+j], all integers, and the division by the previous pivot is exact (Sylvester's identity).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpz_mat

from exactgeom.exact import InvalidInput
from exactgeom.linalg.matrix import Matrix


@dataclass(frozen=True, slots=True)
class LDL:
    """The parts of `P A Pᵀ = L D Lᵀ`; unpacks as `permutation, lower, diagonal`.

    `order`: `P A Pᵀ` is `A` with rows and columns taken in this order. `blocks`: the sizes 1 or 2 of the
    diagonal blocks of `D`. A 2x2 block has zero diagonal, so it counts one positive and one negative.
    """

    order: tuple[int, ...]
    blocks: tuple[int, ...]
    lower: Matrix
    diagonal: Matrix

    @property
    def permutation(self) -> Matrix:
        """The matrix `P`: row `i` has its 1 in column `order[i]`."""
        return Matrix.identity(len(self.order)).submatrix(list(self.order), slice(None))

    @property
    def inertia(self) -> tuple[int, int, int]:
        """Numbers of positive, negative and zero eigenvalues, read off `D` (Sylvester's law)."""
        positive = negative = position = 0
        for size in self.blocks:
            entry = self.diagonal[position, position]
            positive += size == 2 or entry > 0
            negative += size == 2 or entry < 0
            position += size
        return positive, negative, len(self.order) - positive - negative

    def __iter__(self) -> Iterator[Matrix]:
        return iter((self.permutation, self.lower, self.diagonal))

    def reconstruct(self) -> Matrix:
        """Return `Pᵀ L D Lᵀ P`, which equals the factorised matrix exactly."""
        permutation = self.permutation
        root: Matrix = permutation.transpose() @ self.lower
        result: Matrix = root @ self.diagonal @ root.transpose()
        return result


def symmetric_size(matrix: Matrix, place: str) -> int:
    """Return the size of a symmetric matrix; errors: `InvalidInput` naming `place` when it is not."""
    if matrix.n_rows != matrix.n_columns:
        raise InvalidInput(f"expected a symmetric matrix, got shape {matrix.shape}", place)
    if not matrix.is_symmetric():
        raise InvalidInput("expected a symmetric matrix, it differs from its transpose", place)
    return matrix.n_rows


def ldl(matrix: Matrix) -> LDL:
    """Return the factorisation `P A Pᵀ = L D Lᵀ`, `L` unit lower triangular, `D` block diagonal.

    Contract: exact for every symmetric matrix, singular and indefinite ones included. The first nonzero
    diagonal entry of the remaining part is the pivot (so `P = 1` when all leading minors are nonzero);
    where all are zero, the first nonzero entry gives a block `[[0, a], [a, 0]]`.
    Errors: `InvalidInput` unless symmetric. Cost: n^3/3 operations on minors of A; the common denominator of
    `L` has about n times their bits, so for the signs alone use `inertia`.
    Source: Bareiss (1968), doi:10.1090/S0025-5718-1968-0226829-0; Bunch and Kaufman (1977) for 2x2 pivots.

    >>> P, L, D = ldl(Matrix([[2, 1], [1, 0]]))
    >>> L, D
    (Matrix([[1, 0], ['1/2', 1]]), Matrix([[2, 0], [0, '-1/2']]))
    >>> ldl(Matrix([[0, 3], [3, 0]])).blocks
    (2,)
    """
    size = symmetric_size(matrix, "ldl")
    order, blocks, columns, pivots = _eliminate(matrix.to_flint()[0], size)
    diagonal = [[Fraction(0)] * size for _ in range(size)]
    position = 0
    for block, pivot_value in zip(blocks, pivots, strict=True):
        entry = pivot_value / matrix.denominator
        if block == 2:
            diagonal[position][position + 1] = diagonal[position + 1][position] = entry
        else:
            diagonal[position][position] = entry
        position += block
    blocks += [1] * (size - position)
    return LDL(tuple(order), tuple(blocks), _lower(columns, order), Matrix(diagonal))


def _lower(columns: list[list[int]], order: list[int]) -> Matrix:
    """Return `L`: each integer column divided by its diagonal entry, then unit columns."""
    size = len(order)
    contents = [math.gcd(*column) for column in columns]
    pivots = [column[order[k]] // contents[k] for k, column in enumerate(columns)]
    common = math.lcm(*pivots)
    entries = fmpz_mat(size, size)
    for k in range(size):
        if k >= len(columns):
            entries[k, k] = common
            continue
        factor = common // pivots[k]
        for i in range(k, size):
            entries[i, k] = columns[k][order[i]] // contents[k] * factor
    return Matrix.from_flint(entries, common)


def _eliminate(work: Any, size: int) -> tuple[list[int], list[int], list[list[int]], list[Fraction]]:
    """Return the order, the block sizes, the integer columns of L (scaled), and the pivots of D."""
    left = list(range(size))
    order: list[int] = []
    blocks: list[int] = []
    columns: list[list[int]] = []
    pivots: list[Fraction] = []
    previous = 1
    while found := _pivot(work, left):
        taken = [[int(work[i, j]) for i in range(size)] for j in found]
        if len(found) == 1:
            pivot = taken[0][found[0]]
            vector = fmpz_mat(size, 1, taken[0])
            work = (work * pivot - vector * vector.transpose()) / previous
            columns.append(taken[0])
        else:
            pivot = taken[0][found[1]]
            u, v = (fmpz_mat(size, 1, column) for column in taken)
            cross = u * v.transpose()
            work = ((cross + cross.transpose()) - work * pivot) * pivot / (previous * previous)
            columns += [taken[1], taken[0]]  # the block [[0, a], [a, 0]] inverted swaps the columns
        pivots.append(Fraction(pivot, previous))
        previous = pivot if len(found) == 1 else -pivot * pivot // previous
        blocks.append(len(found))
        order += found
        left = [i for i in left if i not in found]
    return order + left, blocks, columns, pivots


def _pivot(work: Any, left: list[int]) -> list[int]:
    for i in left:
        if work[i, i] != 0:
            return [i]
    for position, i in enumerate(left):
        for j in left[position + 1 :]:
            if work[i, j] != 0:
                return [i, j]
    return []
