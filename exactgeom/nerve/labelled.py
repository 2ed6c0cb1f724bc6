"""Matrices that carry what their rows and columns mean.

Boundary maps, Gram matrices and Laplacians are sparse, and their entries are unrelated tall fractions or
surds, so a matrix is kept as sparse rows: one common denominator of a whole Gram matrix would be far taller
than any entry. `matrix` gives the dense FLINT-backed form when all entries are rational.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from exactgeom.exact import Enclosure, InvalidInput, float_of, fraction, to_json, to_sympy
from exactgeom.linalg import Matrix
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.labelled_reading import labels_of, lines_of
from exactgeom.nerve.labelled_render import label_text, table_latex, table_text

Line = dict[int, Any]
_SET = object.__setattr__


class LabelledMatrix:
    """An immutable sparse matrix of exact numbers with labelled rows and columns.

    `LabelledMatrix(rows, columns, entries)`: labels are any distinct hashables (simplices, as a rule);
    entries are rows of numbers, a `Matrix`, an array, or, by position, a mapping `{(i, j): value}`.
    Contract: entries are rationals, surds or enclosures, exactly as given; equal when labels and entries are.
    `M[i, j]` reads by position when `i` is an integer, by label when it is anything else; `M.at(row, column)`
    always reads by label. `M @ N` needs the columns of `M` to be the rows of `N`, label by label.
    Errors: `InvalidInput` naming the entry, repeated labels, or labels and shapes that do not fit.

    >>> d = LabelledMatrix([(0,), (1,)], [(0, 1)], [[-1], [1]])
    >>> print(d)
        │ 0,1
    ────┼────
      0 │  -1
      1 │   1
    >>> d[0, 0], d[(1,), (0, 1)], (d.T @ d)[0, 0]
    (Fraction(-1, 1), Fraction(1, 1), Fraction(2, 1))
    """

    __slots__ = ("_at_column", "_at_row", "_hash", "_lines", "_matrix", "columns", "rows")
    __array_ufunc__ = None
    rows: tuple[Hashable, ...]
    columns: tuple[Hashable, ...]
    _lines: tuple[Line, ...]
    _matrix: Matrix | None
    _hash: int | None

    def __init__(
        self, rows: Iterable[Hashable], columns: Iterable[Hashable], entries: Any, place: str = "matrix"
    ) -> None:
        row_labels, column_labels = labels_of(rows, f"{place}.rows"), labels_of(columns, f"{place}.columns")
        lines = lines_of(entries, len(row_labels), len(column_labels), place)
        self._set(row_labels, column_labels, lines)
        self._index("_at_row", row_labels, f"{place}.rows")
        self._index("_at_column", column_labels, f"{place}.columns")

    def _set(self, rows: tuple[Any, ...], columns: tuple[Any, ...], lines: Iterable[Line]) -> None:
        for name, value in (("rows", rows), ("columns", columns), ("_lines", tuple(lines))):
            _SET(self, name, value)
        for name in ("_matrix", "_hash", "_at_row", "_at_column"):
            _SET(self, name, None)

    def _index(self, name: str, labels: tuple[Hashable, ...], place: str) -> dict[Hashable, int]:
        found = getattr(self, name)
        if found is None:
            found = {label: i for i, label in enumerate(labels)}
            if len(found) != len(labels):
                twice = next(label for i, label in enumerate(labels) if found[label] != i)
                raise InvalidInput(f"expected distinct labels, {twice!r} is repeated", place)
            _SET(self, name, found)
        return found  # type: ignore[no-any-return]

    @classmethod
    def from_lines(cls, rows: Iterable[Hashable], columns: Iterable[Hashable], lines: Iterable[Line]) -> Any:
        """Return a matrix of sparse rows `{column: inner entry}`, all nonzero. For use inside the floor."""
        result = cls.__new__(cls)
        result._set(tuple(rows), tuple(columns), lines)
        return result

    @classmethod
    def diagonal_of(cls, labels: Iterable[Hashable], values: Iterable[Any]) -> LabelledMatrix:
        """Return the square matrix with this diagonal.

        >>> LabelledMatrix.diagonal_of("ab", [1, "1/2"])["b", "b"]
        Fraction(1, 2)
        """
        names, numbers = tuple(labels), list(values)
        if len(names) != len(numbers):
            raise InvalidInput(f"expected {len(names)} numbers, got {len(numbers)}", "diagonal")
        return cls(names, names, {(i, i): value for i, value in enumerate(numbers)})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"LabelledMatrix is immutable: cannot set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"LabelledMatrix is immutable: cannot delete {name}")

    # --- reading ------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows, number of columns."""
        return len(self.rows), len(self.columns)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The sparse rows in inner form; do not change them. For use inside the floor."""
        return self._lines

    def items(self) -> Iterator[tuple[tuple[int, int], Any]]:
        """Yield `((i, j), value)` for the nonzero entries, row by row, by position."""
        for i, line in enumerate(self._lines):
            for j in sorted(line):
                yield (i, j), entry.leave(line[j])

    @property
    def is_rational(self) -> bool:
        """Whether every entry is rational: exact."""
        return all(type(value) is fmpq for line in self._lines for value in line.values())

    @property
    def is_exact(self) -> bool:
        """Whether no entry is an enclosure."""
        return not any(type(value) is Enclosure for line in self._lines for value in line.values())

    @property
    def is_diagonal(self) -> bool:
        """Whether the matrix is square and zero off the diagonal."""
        square = len(self.rows) == len(self.columns)
        return square and all(not line or line.keys() == {i} for i, line in enumerate(self._lines))

    def is_symmetric(self) -> bool:
        """Tell whether the matrix has equal row and column labels and equals its transpose."""
        return self.rows == self.columns and self._lines == self.T._lines

    def is_zero(self) -> bool:
        """Tell whether every entry is zero."""
        return not any(self._lines)

    @property
    def matrix(self) -> Matrix:
        """The dense rational matrix without labels. Errors: `InvalidInput` for an irrational entry."""
        if self._matrix is None:
            if not self.is_rational:
                raise InvalidInput("expected rational entries, the matrix holds surds or enclosures")
            _SET(self, "_matrix", Matrix(self._dense(fraction, Fraction(0))) if self.rows else self._empty())
        return self._matrix  # type: ignore[return-value]

    def _empty(self) -> Matrix:
        return Matrix.zeros(0, len(self.columns))

    def _dense(self, form: Any, zero: Any) -> list[list[Any]]:
        width = len(self.columns)
        table = [[zero] * width for _ in self.rows]
        for row, line in zip(table, self._lines, strict=True):
            for j, value in line.items():
                row[j] = form(value)
        return table

    @property
    def entries(self) -> tuple[tuple[Any, ...], ...]:
        """The rows as tuples of fractions, surds or enclosures, zeros included."""
        return tuple(tuple(row) for row in self._dense(entry.leave, Fraction(0)))

    def diagonal(self) -> tuple[Any, ...]:
        """Return the diagonal entries."""
        size = min(self.shape)
        return tuple(entry.leave(self._lines[i].get(i, entry.ZERO)) for i in range(size))

    def at(self, row: Hashable, column: Hashable) -> Any:
        """Return the entry at two labels. Errors: `KeyError` naming a label that is not there."""
        i = self._index("_at_row", self.rows, "rows")[row]
        j = self._index("_at_column", self.columns, "columns")[column]
        return entry.leave(self._lines[i].get(j, entry.ZERO))

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple) or len(key) != 2:
            raise InvalidInput(f"expected a row and a column, got {key!r}", "index")
        i, j = (
            _position(k, labels) if isinstance(k, int | np.integer) else self._index(name, labels, name)[k]
            for k, labels, name in zip(key, (self.rows, self.columns), ("_at_row", "_at_column"), strict=True)
        )
        return entry.leave(self._lines[i].get(j, entry.ZERO))

    def submatrix(self, rows: Sequence[int], columns: Sequence[int]) -> LabelledMatrix:
        """Return the matrix of the chosen positions, labels included."""
        place = {j: new for new, j in enumerate(columns)}
        lines = [{place[j]: v for j, v in self._lines[i].items() if j in place} for i in rows]
        names = [self.rows[i] for i in rows], [self.columns[j] for j in columns]
        return self.from_lines(*names, lines)  # type: ignore[no-any-return]

    # --- arithmetic ---------------------------------------------------------------------------------

    @property
    def T(self) -> LabelledMatrix:
        """The transpose."""
        lines: list[Line] = [{} for _ in self.columns]
        for i, line in enumerate(self._lines):
            for j, value in line.items():
                lines[j][i] = value
        return self.from_lines(self.columns, self.rows, lines)  # type: ignore[no-any-return]

    def __matmul__(self, other: Any) -> Any:
        """Return the product with a matrix, or with a vector (a tuple of numbers in column order)."""
        if isinstance(other, LabelledMatrix):
            if self.columns != other.rows:
                raise InvalidInput("the columns of the first matrix are not the rows of the second", "@")
            lines = [_combine(line, other._lines) for line in self._lines]
            return self.from_lines(self.rows, other.columns, lines)
        if not isinstance(other, Iterable):
            raise InvalidInput(f"expected a labelled matrix or a vector, got {other!r}", "@")
        vector = [entry.enter(value, f"vector[{i}]") for i, value in enumerate(other)]
        if len(vector) != len(self.columns):
            raise InvalidInput(f"expected {len(self.columns)} numbers, got {len(vector)}", "vector")
        products = ([entry.multiply(v, vector[j]) for j, v in line.items()] for line in self._lines)
        return tuple(entry.leave(entry.total(terms)) for terms in products)

    def _plus(self, other: LabelledMatrix, sign: int) -> LabelledMatrix:
        if (self.rows, self.columns) != (other.rows, other.columns):
            raise InvalidInput("the two matrices have different labels", "+")
        lines = []
        for mine, theirs in zip(self._lines, other._lines, strict=True):
            line = dict(mine)
            for j, value in theirs.items():
                signed = value if sign > 0 else -value
                line[j] = entry.settle(entry.add(line[j], signed)) if j in line else signed
            lines.append({j: value for j, value in line.items() if not entry.is_zero(value)})
        return self.from_lines(self.rows, self.columns, lines)  # type: ignore[no-any-return]

    def __add__(self, other: object) -> LabelledMatrix:
        return self._plus(other, 1) if isinstance(other, LabelledMatrix) else NotImplemented

    def __sub__(self, other: object) -> LabelledMatrix:
        return self._plus(other, -1) if isinstance(other, LabelledMatrix) else NotImplemented

    def __neg__(self) -> LabelledMatrix:
        return self * -1

    def __mul__(self, scalar: Any) -> LabelledMatrix:
        """Return the matrix times a number."""
        if isinstance(scalar, LabelledMatrix):
            raise InvalidInput("expected a scalar, got a matrix: the matrix product is @", "*")
        factor = entry.enter(scalar, "scalar")
        lines = self._lines if not entry.is_zero(factor) else tuple({} for _ in self.rows)
        scaled = [{j: entry.settle(entry.multiply(factor, v)) for j, v in line.items()} for line in lines]
        return self.from_lines(self.rows, self.columns, scaled)  # type: ignore[no-any-return]

    __rmul__ = __mul__

    # --- identity and forms -------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelledMatrix):
            return NotImplemented
        same = (self.rows, self.columns) == (other.rows, other.columns)
        return same and self._traced == other._traced

    @property
    def _traced(self) -> Any:
        """The lines, enclosures as their records: what equality and hashes go by."""
        if self.is_exact:
            return self._lines
        return tuple({j: entry.trace(value) for j, value in line.items()} for line in self._lines)

    def __hash__(self) -> int:
        if self._hash is None:
            form = tuple((key, entry.trace(value)) for key, value in self.items())
            _SET(self, "_hash", hash((self.rows, self.columns, form)))
        return self._hash  # type: ignore[return-value]

    def __bool__(self) -> bool:
        raise TypeError("the truth of a matrix is ambiguous: use is_zero() or its shape")

    def __reduce__(self) -> tuple[Any, ...]:
        return LabelledMatrix, (self.rows, self.columns, dict(self.items()))

    def __repr__(self) -> str:
        dense = self._dense(entry.literal, "0")
        body = ", ".join(f"[{', '.join(row)}]" for row in dense)
        return f"LabelledMatrix({list(self.rows)!r}, {list(self.columns)!r}, [{body}])"

    def __str__(self) -> str:
        return table_text(self)

    def _repr_latex_(self) -> str:
        return table_latex(self)

    def to_numpy(self, dtype: Any = object) -> np.ndarray[Any, Any]:
        """Return an object array of exact numbers, or with `dtype=float` each entry correctly rounded.

        >>> from exactgeom.exact import Surd
        >>> LabelledMatrix("a", "b", [[Surd.sqrt(2)]]).to_numpy(dtype=float)
        array([[1.41421356]])
        """
        exactly = np.dtype(dtype) == np.dtype(object)
        if not exactly and np.dtype(dtype) != np.dtype(np.float64):
            raise InvalidInput(f"expected object or float, got {dtype!r}", "dtype")
        result = np.full(self.shape, Fraction(0) if exactly else 0.0, dtype=object if exactly else np.float64)
        for (i, j), value in self.items():
            result[i, j] = value if exactly else float_of(value)
        return result

    def to_sympy(self) -> Any:
        """Return a SymPy `ImmutableMatrix` of exact entries.

        Errors: `InvalidInput` when the matrix holds enclosures.
        """
        import sympy

        if not self.is_exact:
            raise InvalidInput("expected exact entries, the matrix holds enclosures", "to_sympy")
        table = self._dense(lambda value: to_sympy(entry.leave(value)), sympy.Integer(0))
        return sympy.ImmutableMatrix(*self.shape, [value for row in table for value in row])

    def to_scipy(self) -> Any:
        """Return a SciPy CSR array of float64, each entry correctly rounded (needs scipy).

        >>> LabelledMatrix("ab", "ab", [[1, 0], [0, "1/2"]]).to_scipy().nnz
        2
        """
        from scipy.sparse import csr_array

        triples = [(i, j, float_of(value)) for (i, j), value in self.items()]
        rows, columns, values = zip(*triples, strict=True) if triples else ((), (), ())
        return csr_array((np.array(values, dtype=np.float64), (rows, columns)), shape=self.shape)

    def to_json(self) -> dict[str, Any]:
        """Return `{"rows", "columns", "entries": [[i, j, number], …]}`: the nonzero entries, by position.

        >>> LabelledMatrix([(0,)], [(0, 1)], [["1/2"]]).to_json()
        {'rows': [[0]], 'columns': [[0, 1]], 'entries': [[0, 0, '1/2']]}
        """
        return {
            "rows": [_plain(label) for label in self.rows],
            "columns": [_plain(label) for label in self.columns],
            "entries": [[i, j, to_json(value)] for (i, j), value in self.items()],
        }


def _plain(label: Any) -> Any:
    if isinstance(label, tuple | list):
        return [_plain(part) for part in label]
    return label if isinstance(label, int | str) else label_text(label)


def _position(i: Any, labels: tuple[Any, ...]) -> int:
    if not -len(labels) <= i < len(labels):
        raise IndexError(f"index {i} is out of range for size {len(labels)}")
    return int(i) % len(labels)


def _combine(line: Line, lines: tuple[Line, ...]) -> Line:
    """Return one row of a product: the rows of the second factor in the proportions of `line`."""
    found: dict[int, list[Any]] = {}
    for k, a in line.items():
        for j, b in lines[k].items():
            found.setdefault(j, []).append(entry.multiply(a, b))
    sums = ((j, entry.total(terms)) for j, terms in found.items())
    return {j: value for j, value in sums if not entry.is_zero(value)}
