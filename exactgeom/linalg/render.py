"""Other forms of an exact matrix: NumPy, SymPy, LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import fraction_str


def latex_number(value: Fraction) -> str:
    r"""Return the LaTeX form of a rational.

    >>> print(latex_number(Fraction(-1, 2)))
    -\frac{1}{2}
    """
    if value.denominator == 1:
        return fraction_str(value)
    sign = "-" if value < 0 else ""
    top, bottom = fraction_str(abs(value)).split("/")
    return rf"{sign}\frac{{{top}}}{{{bottom}}}"


def latex(rows: Sequence[Sequence[Fraction]]) -> str:
    r"""Return the LaTeX form of a matrix.

    >>> print(latex([[Fraction(1), Fraction(1, 2)]]))
    $\begin{pmatrix}1 & \frac{1}{2}\end{pmatrix}$
    """
    body = r" \\ ".join(" & ".join(map(latex_number, row)) for row in rows)
    return rf"$\begin{{pmatrix}}{body}\end{{pmatrix}}$"


def to_numpy(
    numerators: Sequence[Sequence[int]], denominator: int, shape: tuple[int, int]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return float64 entries; dividing two Python integers rounds correctly."""
    result = np.empty(shape, dtype=np.float64)
    for i, row in enumerate(numerators):
        result[i] = [top / denominator for top in row]
    return result


def to_numpy_exact(
    rows: Sequence[Sequence[Fraction]], shape: tuple[int, int]
) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return an object array of fractions."""
    result = np.empty(shape, dtype=object)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            result[i, j] = entry
    return result


def to_sympy(rows: Sequence[Sequence[Fraction]], shape: tuple[int, int]) -> Any:
    """Return a SymPy `ImmutableMatrix` of rationals."""
    import sympy

    entries = [sympy.Rational(entry.numerator, entry.denominator) for row in rows for entry in row]
    return sympy.ImmutableMatrix(*shape, entries)
