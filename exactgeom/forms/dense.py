"""Small dense linear algebra over SymPy expressions, every pivot decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from exactgeom.exact import UndecidedError
from exactgeom.forms.deciding import is_zero
from exactgeom.forms.normal import normal_form

Rows = tuple[tuple[Any, ...], ...]


def product(a: Sequence[Sequence[Any]], b: Sequence[Sequence[Any]]) -> Rows:
    """Return a matrix product in normal form."""
    columns = list(zip(*b, strict=True))
    return tuple(tuple(dot(row, column) for column in columns) for row in a)


def dot(a: Sequence[Any], b: Sequence[Any]) -> Any:
    """Return `Σ a_i b_i` in normal form."""
    return normal_form(sympy.Add(*(p * q for p, q in zip(a, b, strict=True) if p != 0 and q != 0)))


def determinant_and_inverse(rows: Sequence[Sequence[Any]]) -> tuple[Any, Rows | None]:
    """Return (determinant, inverse) in normal form; (0, None) for a singular matrix. Gauss and Jordan.

    Errors: `UndecidedError` when no pivot of a column is proved nonzero and not all are proved zero.

    >>> x = sympy.Symbol("x")
    >>> determinant_and_inverse([[x, 1], [1, x]])[0]
    (x - 1)*(x + 1)
    """
    size = len(rows)
    table = [
        [*map(sympy.sympify, row), *(sympy.Integer(i == j) for j in range(size))]
        for i, row in enumerate(rows)
    ]
    found = sympy.S.One
    for column in range(size):
        pivot = _pivot([table[i][column] for i in range(column, size)])
        if pivot is None:
            return sympy.S.Zero, None
        if pivot:
            table[column], table[column + pivot] = table[column + pivot], table[column]
            found = -found
        top = table[column][column]
        found = normal_form(found * top)
        table[column] = [normal_form(entry / top) if entry != 0 else entry for entry in table[column]]
        for i, row in enumerate(table):
            factor = row[column]
            if i != column and factor != 0:
                table[i] = [
                    normal_form(p - factor * q) if q != 0 else p
                    for p, q in zip(row, table[column], strict=True)
                ]
    return found, tuple(tuple(row[size:]) for row in table)


def _pivot(entries: Sequence[Any]) -> int | None:
    """Return the place of the simplest entry that is proved nonzero; None when all are proved zero."""
    undecided: UndecidedError | None = None
    for i in sorted(range(len(entries)), key=lambda i: (entries[i].count_ops(), i)):
        try:
            if not is_zero(entries[i]):
                return i
        except UndecidedError as error:
            undecided = error
    if undecided is not None:
        raise undecided
    return None
