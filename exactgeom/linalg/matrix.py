"""Frozen exact rational matrices: arithmetic, invariants, linear equations."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from flint import fmpz_mat

from exactgeom.exact import InvalidInput, exact
from exactgeom.linalg import elimination
from exactgeom.linalg.clearing import clear_denominators, quotients
from exactgeom.linalg.table import Table, Vector


class Matrix(Table):
    """An immutable matrix over the rationals.

    Contract: exact; hashable; equal when the entries are equal; ordered by shape, then entries row by row.
    `Matrix(rows)` takes rows of numbers through the number door, NumPy arrays, SymPy matrices.
    `@` multiplies matrices and vectors (a vector gives a tuple), `*` and `/` take a scalar.
    Errors: `InvalidInput` naming the entry, or the two shapes that do not fit.

    >>> a = Matrix([[1, "1/2"], [0, 3]])
    >>> a @ a
    Matrix([[1, 2], [0, 9]])
    >>> a @ (2, 4)
    (Fraction(4, 1), Fraction(12, 1))
    """

    __slots__ = ()
    __array_ufunc__ = None  # NumPy arrays leave `array @ matrix` to us

    # --- arithmetic ---------------------------------------------------------------------------------

    def __add__(self, other: Matrix) -> Matrix:
        if not isinstance(other, Matrix):
            return NotImplemented
        self._same_shape(other, "+")
        if self._den == other._den:
            return Matrix.from_flint(self._num + other._num, self._den)
        den = math.lcm(self._den, other._den)
        return Matrix.from_flint(
            self._num * (den // self._den) + other._num * (den // other._den),
            den,
        )

    def __neg__(self) -> Matrix:
        return Matrix.from_flint(-self._num, self._den)

    def __sub__(self, other: Matrix) -> Matrix:
        if not isinstance(other, Matrix):
            return NotImplemented
        return self + (-other)

    def __mul__(self, scalar: Any) -> Matrix:
        if isinstance(scalar, Matrix):
            raise InvalidInput("expected a scalar, got a matrix: the matrix product is @", "*")
        factor = exact(scalar, "scalar")
        return Matrix.from_flint(self._num * factor.numerator, self._den * factor.denominator)

    __rmul__ = __mul__

    def __truediv__(self, scalar: Any) -> Matrix:
        divisor = exact(scalar, "scalar")
        if divisor == 0:
            raise InvalidInput("expected a nonzero scalar, got 0", "/")
        return self * (1 / divisor)

    def __matmul__(self, other: Any) -> Any:
        """Return the product with a matrix (a `Matrix`) or with a vector (a tuple of fractions)."""
        if isinstance(other, Matrix):
            if self.n_columns != other.n_rows:
                raise InvalidInput(f"shapes {self.shape} and {other.shape} do not fit", "@")
            return Matrix.from_flint(self._num * other._num, self._den * other._den)
        if isinstance(other, np.ndarray) and other.ndim == 2:
            return self @ Matrix(other)
        tops, den = clear_denominators(other, "vector")
        if len(tops) != self.n_columns:
            raise InvalidInput(f"shapes {self.shape} and ({len(tops)},) do not fit", "@")
        product = self._num * fmpz_mat(len(tops), 1, tops)
        return quotients(map(int, product.entries()), self._den * den)

    def __rmatmul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim == 2:
            return Matrix(other) @ self
        return self.transpose() @ other

    def _same_shape(self, other: Matrix, operation: str) -> None:
        if self.shape != other.shape:
            raise InvalidInput(f"shapes {self.shape} and {other.shape} differ", operation)

    def _square(self, what: str) -> int:
        if self.n_rows != self.n_columns:
            raise InvalidInput(f"expected a square matrix, got shape {self.shape}", what)
        return self.n_rows

    # --- invariants ---------------------------------------------------------------------------------

    def det(self) -> Fraction:
        """Return the determinant (1 for shape 0 by 0); errors: `InvalidInput` unless square.

        >>> Matrix([[1, "1/2"], [1, 1]]).det()
        Fraction(1, 2)
        """
        size = self._square("det")
        return Fraction(int(self._num.det()), self._den**size)

    def rank(self) -> int:
        """Return the rank over the rationals."""
        return elimination.rank(self._num)

    def trace(self) -> Fraction:
        """Return the sum of the diagonal; errors: `InvalidInput` unless square."""
        return Fraction(sum(int(self._num[i, i]) for i in range(self._square("trace"))), self._den)

    def charpoly(self) -> Vector:
        """Return the coefficients of `det(t I - A)`, constant term first, leading 1 last.

        >>> Matrix([[1, 2], [3, 4]]).charpoly()
        (Fraction(-2, 1), Fraction(-5, 1), Fraction(1, 1))
        """
        size = self._square("charpoly")
        if size == 0:
            return (Fraction(1),)
        coefficients = self._num.charpoly()
        return tuple(Fraction(int(coefficients[k]), self._den ** (size - k)) for k in range(size + 1))

    def is_symmetric(self) -> bool:
        """Tell whether the matrix equals its transpose."""
        return bool(self.n_rows == self.n_columns and self._num == self._num.transpose())

    def is_zero(self) -> bool:
        """Tell whether every entry is zero."""
        return bool(self._num.is_zero())

    # --- equations ----------------------------------------------------------------------------------

    def rref(self) -> tuple[Matrix, tuple[int, ...]]:
        """Return the reduced row echelon form (same shape) and its pivot columns.

        >>> Matrix([[2, 4], [1, 2]]).rref()
        (Matrix([[1, 2], [0, 0]]), (0,))
        """
        rows, den, pivots = elimination.reduced(self._num)
        rows += [[0] * self.n_columns] * (self.n_rows - len(rows))
        return Matrix._flat(*self.shape, chain.from_iterable(rows), den), tuple(pivots)

    def row_space(self) -> Matrix:
        """Return the nonzero rows of `rref`: equal for two matrices exactly when their row spaces are."""
        rows, den, pivots = elimination.reduced(self._num)
        return Matrix._flat(len(pivots), self.n_columns, chain.from_iterable(rows), den)

    def kernel(self) -> Matrix:
        """Return a basis of `{x : A x = 0}` as columns.

        Contract: exact and canonical: one column per free column of `rref`, a primitive integer vector,
        positive there and zero in the other free columns.

        >>> Matrix([[1, 2, 3]]).kernel()
        Matrix([[-2, -3], [1, 0], [0, 1]])
        """
        basis = elimination.kernel_basis(*elimination.reduced(self._num), self.n_columns)
        return Matrix._flat(len(basis), self.n_columns, chain.from_iterable(basis)).transpose()

    def inverse(self) -> Matrix:
        """Return the inverse; errors: `InvalidInput` unless square and nonsingular.

        >>> Matrix([[1, 2], [3, 5]]).inverse()
        Matrix([[-5, 2], [3, -1]])
        """
        if self._square("inverse") == 0:
            return self
        try:
            numerator, denominator = self._num.inv().numer_denom()
        except ZeroDivisionError as error:
            raise InvalidInput("expected a nonsingular matrix, its determinant is 0", "inverse") from error
        return Matrix.from_flint(numerator * self._den, denominator)

    def solve(self, right: Any) -> Any:
        """Return the one `x` with `A x = right`: a tuple for a vector, a `Matrix` for a `Matrix`.

        Contract: exact. Errors: `InvalidInput` when there is no solution, or more than one
        (`solve_affine` describes all of them). `A` need not be square.

        >>> Matrix([[2, 0], [0, 4]]).solve([1, 1])
        (Fraction(1, 2), Fraction(1, 4))
        """
        right_side = self._right_side(right)
        if self.n_rows == self.n_columns and self.n_rows and right_side.n_columns:
            try:
                solved = self._num.solve(right_side._num)
            except ZeroDivisionError as error:
                raise InvalidInput("expected one solution, the matrix is singular", "solve") from error
            numerator, denominator = solved.numer_denom()
            solution = Matrix.from_flint(numerator * self._den, denominator * right_side._den)
        else:
            found = self._solve_all(right_side)
            if found is None:
                raise InvalidInput("expected a solution, the equations are inconsistent", "solve")
            solution, kernel = found
            if kernel.n_columns:
                raise InvalidInput(
                    f"expected one solution, they form a space of dimension {kernel.n_columns}", "solve"
                )
        return solution if isinstance(right, Matrix) else solution.column(0)

    def solve_affine(self, right: Any) -> AffineSolution | None:
        """Return all solutions of `A x = right` for a vector, or None when there are none.

        Contract: exact and canonical: the particular solution is zero in the free columns.

        >>> Matrix([[1, 1]]).solve_affine([3])
        AffineSolution(particular=(Fraction(3, 1), Fraction(0, 1)), kernel=Matrix([[-1], [1]]))
        """
        found = self._solve_all(self._right_side(right))
        return None if found is None else AffineSolution(found[0].column(0), found[1])

    def _right_side(self, right: Any) -> Matrix:
        if isinstance(right, Matrix):
            side = right
        else:
            tops, den = clear_denominators(right, "right side")
            side = Matrix._flat(len(tops), 1, tops, den)
        if side.n_rows != self.n_rows:
            raise InvalidInput(f"expected {self.n_rows} rows, got {side.n_rows}", "right side")
        return side

    def _solve_all(self, right: Matrix) -> tuple[Matrix, Matrix] | None:
        width = self.n_columns
        rows, den, pivots = elimination.reduced(Matrix.hstack([self, right])._num)
        if pivots and pivots[-1] >= width:
            return None
        particular = [[0] * right.n_columns for _ in range(width)]
        for row, pivot in zip(rows, pivots, strict=True):
            particular[pivot] = row[width:]
        basis = elimination.kernel_basis([row[:width] for row in rows], den, pivots, width)
        kernel = Matrix._flat(len(basis), width, chain.from_iterable(basis)).transpose()
        return Matrix._flat(width, right.n_columns, chain.from_iterable(particular), den), kernel


class AffineSolution(NamedTuple):
    """All solutions of a linear system: `particular + kernel @ t` for any `t`."""

    particular: Vector
    kernel: Matrix
