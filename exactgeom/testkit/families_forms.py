"""Forms and maps with undetermined functions: what makes a check of calculus valid for all coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from exactgeom.forms import DifferentialForm, Map, VectorField

__all__ = ["general_field", "general_form", "general_functions", "general_map"]


def general_functions(x: Sequence[DifferentialForm], letter: str, count: int) -> list[Any]:
    """``letter_0(x), …``: undetermined real functions of the coordinates (SymPy).

    >>> from exactgeom.forms import coordinates
    >>> general_functions(coordinates("x y"), "f", 1)
    [f0(x, y)]
    """
    import sympy

    symbols = x[0].chart.symbols
    return [sympy.Function(f"{letter}{i}", real=True)(*symbols) for i in range(count)]


def general_form(x: Sequence[DifferentialForm], degree: int, letter: str = "f") -> DifferentialForm:
    """``Σ f_I dx_I`` of the given degree, one undetermined function for each index set.

    >>> from exactgeom.forms import coordinates
    >>> print(general_form(coordinates("x y"), 2))
    f0(x, y)*(dx ^ dy)
    """
    indices = list(combinations(range(len(x)), degree))
    total: Any = 0 * x[0]
    for number, index in enumerate(indices):
        basis: Any = None
        for i in index:
            basis = x[i].d() if basis is None else basis ^ x[i].d()
        value = general_functions(x, letter, len(indices))[number]
        term = 0 * x[0] + value if basis is None else value * basis
        total = term if number == 0 else total + term
    return total  # type: ignore[no-any-return]


def general_map(source: Sequence[DifferentialForm], target: Sequence[DifferentialForm], letter: str) -> Map:
    """The map with undetermined component functions."""
    return Map(source[0].chart, target[0].chart, general_functions(source, letter, len(target)))


def general_field(x: Sequence[DifferentialForm], letter: str = "X") -> VectorField:
    """The vector field with undetermined components."""
    return VectorField(x[0].chart, general_functions(x, letter, len(x)))
