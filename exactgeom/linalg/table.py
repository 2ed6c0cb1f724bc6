"""Frozen tables of rationals: storage, constructors, reading, identity. The algebra is in `matrix`.

A table is an integer FLINT matrix over one positive denominator, reduced so that equal tables are stored
equally. At the face entries are `fractions.Fraction`. Shapes with no rows or no columns are ordinary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import total_ordering
from itertools import chain
from typing import Any, Self

import numpy as np
from flint import fmpz, fmpz_mat

from exactgeom.exact import InvalidInput, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.linalg import render
from exactgeom.linalg.clearing import clear_denominators, clear_rows, quotients

Vector = tuple[Fraction, ...]
"""A point or vector at the public face."""

_INTEGER = (int, np.integer)


@total_ordering
class Table(Frozen):
    """The part of `Matrix` that is not algebra; use `Matrix`."""

    __slots__ = ("_den", "_hash", "_num")
    _num: Any
    _den: int
    _hash: int | None

    def __init__(self, rows: Iterable[Iterable[Any]] = (), place: str = "matrix") -> None:
        if isinstance(rows, Table):
            self._set(rows._num, rows._den)
            return
        entries, height, width, denominator = clear_rows(rows, place)
        self._set(fmpz_mat(height, width, entries), denominator)

    def _set(self, num: Any, den: int) -> None:
        object.__setattr__(self, "_num", num)
        object.__setattr__(self, "_den", den)
        object.__setattr__(self, "_hash", None)

    # --- constructors -------------------------------------------------------------------------------

    @classmethod
    def from_flint(cls, numerator: Any, denominator: Any = 1) -> Self:
        """Return `numerator / denominator` of an integer FLINT matrix (kept, not copied) and an integer.

        Contract: exact; assumption: the caller does not change `numerator` afterwards.
        Errors: `InvalidInput` for a zero denominator. For use inside the library.
        """
        den = int(denominator)
        if den == 0:
            raise InvalidInput("expected a nonzero denominator, got 0", "denominator")
        if den != 1:
            common = fmpz(den)
            for entry in numerator.entries():
                if common == 1:
                    break
                common = common.gcd(entry)
            common = abs(common) if den > 0 else -abs(common)
            if common != 1:
                numerator = numerator / common
                den //= int(common)
        result = cls.__new__(cls)
        result._set(numerator, den)
        return result

    @classmethod
    def from_integers(cls, rows: Sequence[Sequence[int]], denominator: int = 1) -> Self:
        """Return `rows / denominator` for rows of plain integers (lists, tuples, integer or object arrays).

        Contract: exact, without a check per entry: the fast way in. Errors: `InvalidInput` for ragged rows,
        entries that are no integers, a zero denominator.

        >>> Table.from_integers([[2, 4]], 4)
        Matrix([['1/2', 1]])
        """
        listed = rows.tolist() if isinstance(rows, np.ndarray) else rows
        width = rows.shape[1] if isinstance(rows, np.ndarray) else len(rows[0]) if len(rows) else 0
        flat = list(chain.from_iterable(listed))
        if any(len(row) != width for row in listed):
            raise InvalidInput(f"ragged: expected rows of {width} numbers", "matrix")
        try:
            numerator = fmpz_mat(len(listed), width, flat)
        except TypeError as error:
            raise InvalidInput(f"expected integers: {error}", "matrix") from error
        return cls.from_flint(numerator, denominator)

    @classmethod
    def _flat(cls, height: int, width: int, entries: Iterable[Any], denominator: Any = 1) -> Self:
        return cls.from_flint(fmpz_mat(height, width, list(entries)), denominator)

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Self:
        """Return the zero matrix of the given shape; errors: `InvalidInput` for a negative size."""
        if rows < 0 or columns < 0:
            raise InvalidInput(f"expected sizes at least 0, got {rows} and {columns}", "shape")
        return cls.from_flint(fmpz_mat(rows, columns))

    @classmethod
    def identity(cls, size: int) -> Self:
        """Return the identity matrix.

        >>> Table.identity(2)
        Matrix([[1, 0], [0, 1]])
        """
        return cls.diagonal([1] * size)

    @classmethod
    def diagonal(cls, values: Iterable[Any]) -> Self:
        """Return the square matrix with the given diagonal."""
        tops, den = clear_denominators(values, "diagonal")
        size = len(tops)
        entries = [0] * (size * size)
        entries[:: size + 1] = tops
        return cls._flat(size, size, entries, den)

    @classmethod
    def from_columns(cls, columns: Iterable[Iterable[Any]], height: int | None = None) -> Self:
        """Return the matrix with the given columns; `height` tells the number of rows when there are none.

        >>> Table.from_columns([[1, 2], [3, 4]])
        Matrix([[1, 3], [2, 4]])
        """
        result = cls(columns, "columns").transpose()
        return cls.zeros(height, 0) if height is not None and result.n_columns == 0 else result

    @classmethod
    def vstack(cls, blocks: Sequence[Self]) -> Self:
        """Return the blocks above one another; errors: `InvalidInput` unless all have the same width.

        >>> Table.vstack([Table.identity(2), Table([["1/2", 0]])])
        Matrix([[1, 0], [0, 1], ['1/2', 0]])
        """
        width = blocks[0].n_columns if blocks else 0
        if any(block.n_columns != width for block in blocks):
            shapes = [block.shape for block in blocks]
            raise InvalidInput(f"expected blocks of {width} columns, got shapes {shapes}", "vstack")
        den = math.lcm(*(block._den for block in blocks))
        entries = chain.from_iterable((b._num * (den // b._den)).entries() for b in blocks)
        return cls._flat(sum(block.n_rows for block in blocks), width, entries, den)

    @classmethod
    def hstack(cls, blocks: Sequence[Self]) -> Self:
        """Return the blocks side by side; errors: `InvalidInput` unless all have the same height."""
        if len({block.n_rows for block in blocks}) > 1:
            raise InvalidInput(f"expected blocks of equal height, got {[b.shape for b in blocks]}", "hstack")
        return cls.vstack([block.transpose() for block in blocks]).transpose()

    # --- reading ------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows, number of columns."""
        return self._num.nrows(), self._num.ncols()

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self._num.nrows())

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return int(self._num.ncols())

    @property
    def denominator(self) -> int:
        """The least positive integer that makes the matrix integral."""
        return self._den

    @property
    def numerators(self) -> tuple[tuple[int, ...], ...]:
        """The rows of `denominator * self`, plain integers.

        >>> Table([["1/2", 1]]).numerators
        ((1, 2),)
        """
        width = self.n_columns
        flat = [int(entry) for entry in self._num.entries()]
        return tuple(tuple(flat[i * width : (i + 1) * width]) for i in range(self.n_rows))

    @property
    def rows(self) -> tuple[Vector, ...]:
        """The rows as tuples of fractions."""
        return tuple(quotients(row, self._den) for row in self.numerators)

    @property
    def columns(self) -> tuple[Vector, ...]:
        """The columns as tuples of fractions."""
        return self.transpose().rows

    def to_flint(self) -> tuple[Any, int]:
        """Return a copy of the integer FLINT matrix, and the denominator. For use inside the library."""
        return fmpz_mat(self._num), self._den

    def __len__(self) -> int:
        return self.n_rows

    def __iter__(self) -> Iterator[Vector]:
        return iter(self.rows)

    def __getitem__(self, key: Any) -> Any:
        """Return `m[i, j]` an entry, `m[i]` a row; slices and lists give a matrix."""
        if not isinstance(key, tuple):
            return self.row(int(key)) if isinstance(key, _INTEGER) else self.submatrix(key, slice(None))
        if len(key) != 2:
            raise InvalidInput(f"expected a row and a column, got {len(key)} indices", "index")
        i, j = key
        if isinstance(i, _INTEGER) and isinstance(j, _INTEGER):
            entry = self._num[_indices(i, self.n_rows)[0], _indices(j, self.n_columns)[0]]
            return Fraction(int(entry), self._den)
        return self.submatrix(i, j)

    def row(self, i: int) -> Vector:
        """Return row `i` as a tuple of fractions."""
        (i,) = _indices(i, self.n_rows)
        return quotients((int(self._num[i, j]) for j in range(self.n_columns)), self._den)

    def column(self, j: int) -> Vector:
        """Return column `j` as a tuple of fractions."""
        (j,) = _indices(j, self.n_columns)
        return quotients((int(self._num[i, j]) for i in range(self.n_rows)), self._den)

    def submatrix(self, rows: Any, columns: Any) -> Self:
        """Return the matrix of the chosen rows and columns, each an index, a slice or a list of indices.

        >>> Table([[1, 2, 3], [4, 5, 6]]).submatrix([1, 0], slice(0, 2))
        Matrix([[4, 5], [1, 2]])
        """
        chosen, across = _indices(rows, self.n_rows), _indices(columns, self.n_columns)
        entries, width = self._num.entries(), self.n_columns
        picked = [entries[i * width + j] for i in chosen for j in across]
        return self._flat(len(chosen), len(across), picked, self._den)

    def transpose(self) -> Self:
        """Return the transposed matrix."""
        result = self.__new__(type(self))
        result._set(self._num.transpose(), self._den)
        return result

    T = property(transpose)

    # --- identity, order, forms ---------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return bool(self._den == other._den and self.shape == other.shape and self._num == other._num)

    def __hash__(self) -> int:
        if self._hash is None:
            value = hash((self.shape, self._den, tuple(map(int, self._num.entries()))))
            object.__setattr__(self, "_hash", value)
        return int(self._hash)  # type: ignore[arg-type]

    def __lt__(self, other: Table) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self.shape, self.rows) < (other.shape, other.rows)

    def __bool__(self) -> bool:
        raise TypeError("the truth of a matrix is ambiguous: use is_zero() or its shape")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), *self.shape, tuple(map(int, self._num.entries())), self._den)

    def __repr__(self) -> str:
        if self.n_rows == 0 and self.n_columns:
            return f"Matrix.zeros(0, {self.n_columns})"
        rows = (", ".join(_literal(entry) for entry in row) for row in self.rows)
        return f"Matrix([{', '.join(f'[{row}]' for row in rows)}])"

    def _repr_latex_(self) -> str:
        return render.latex(self.rows)

    def to_numpy(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the entries as float64, each correctly rounded (nearest, ties to even): leaves exactness.

        Errors: `OverflowError` for an entry beyond the range of a double.
        """
        return render.to_numpy(self.numerators, self._den, self.shape)

    def to_numpy_exact(self) -> np.ndarray[Any, np.dtype[np.object_]]:
        """Return the entries as an object array of fractions."""
        return render.to_numpy_exact(self.rows, self.shape)

    def to_sympy(self) -> Any:
        """Return the same matrix as a SymPy `ImmutableMatrix`."""
        return render.to_sympy(self.rows, self.shape)


def _rebuild(kind: type[Table], height: int, width: int, entries: tuple[int, ...], denominator: int) -> Table:
    return kind._flat(height, width, entries, denominator)


def _literal(value: Fraction) -> str:
    return fraction_str(value) if value.denominator == 1 else f"'{fraction_str(value)}'"


def _indices(key: Any, size: int) -> list[int]:
    if isinstance(key, slice):
        return list(range(*key.indices(size)))
    found = [int(i) for i in ([key] if isinstance(key, _INTEGER) else key)]
    for i in found:
        if not -size <= i < size:
            raise IndexError(f"index {i} is out of range for size {size}")
    return [i % size for i in found]
