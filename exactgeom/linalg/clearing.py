"""Clearing denominators: numbers from outside become Python integers over one positive denominator.

The fast path of every constructor on this floor: plain integers and binary floats never become fractions
one by one; everything else takes the number door entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact


def as_list(values: Any, place: str) -> list[Any]:
    """Return a finite sequence as a list; strings, mappings and sets are refused.

    Errors: `InvalidInput` naming `place`.

    >>> as_list((1, 2), "vector")
    [1, 2]
    """
    if isinstance(values, np.ndarray) and values.ndim > 0:
        listed: list[Any] = values.tolist()  # exact: shorter floats widen, longer ones stay NumPy scalars
        return listed
    if isinstance(values, str | bytes | dict | set | frozenset) or not isinstance(values, Iterable):
        raise InvalidInput(f"expected a sequence, got {type(values).__name__}", place)
    try:
        return list(values)
    except TypeError as error:  # a zero-dimensional array claims to be iterable
        raise InvalidInput(f"expected a sequence, got {type(values).__name__}", place) from error


def clear_denominators(values: Iterable[Any], place: str = "vector") -> tuple[list[int], int]:
    """Return integers `n` and the least positive `d` with `values[i] == n[i] / d`.

    Contract: exact, by the rules of the number door. Errors: `InvalidInput` naming `place[i]`.

    >>> clear_denominators(["1/2", 3, 0.25])
    ([2, 12, 1], 4)
    """
    listed = as_list(values, place)
    if all(type(value) is int for value in listed):
        return listed, 1
    tops: list[int] = []
    bottoms: list[int] = []
    for i, value in enumerate(listed):
        if type(value) is int:
            top, bottom = value, 1
        elif type(value) is Fraction or (type(value) is float and math.isfinite(value)):
            top, bottom = value.as_integer_ratio()
        else:
            top, bottom = exact(value, f"{place}[{i}]").as_integer_ratio()
        tops.append(top)
        bottoms.append(bottom)
    distinct = set(bottoms)
    common = math.lcm(*distinct)
    if common == 1:
        return tops, 1
    factors = {bottom: common // bottom for bottom in distinct}
    return [top * factors[bottom] for top, bottom in zip(tops, bottoms, strict=True)], common


def clear_rows(rows: Iterable[Iterable[Any]], place: str = "matrix") -> tuple[list[int], int, int, int]:
    """Return `(entries, rows, columns, denominator)`: the entries row by row over one denominator.

    Contract: exact; all rows equally long. Errors: `InvalidInput` naming `place[i]` or `place[i][j]`.

    >>> clear_rows([[1, "1/2"], [0, 3]])
    ([2, 1, 0, 6], 2, 2, 2)
    """
    width = 0
    if isinstance(rows, np.ndarray):
        if rows.ndim != 2:
            raise InvalidInput(f"expected a matrix, got an array of shape {rows.shape}", place)
        width = rows.shape[1]
    elif hasattr(rows, "tolist") and hasattr(rows, "shape"):  # a SymPy matrix iterates over its entries
        rows = rows.tolist()
    listed = as_list(rows, place)
    cleared: list[tuple[list[int], int]] = []
    for i, row in enumerate(listed):
        cleared.append(clear_denominators(row, f"{place}[{i}]"))
        width = len(cleared[0][0])
        if len(cleared[-1][0]) != width:
            got = len(cleared[-1][0])
            raise InvalidInput(f"ragged: expected a row of {width} numbers, got {got}", f"{place}[{i}]")
    common = math.lcm(*{bottom for _, bottom in cleared})
    flat: list[int] = []
    for tops, bottom in cleared:
        factor = common // bottom
        flat += tops if factor == 1 else [top * factor for top in tops]
    return flat, len(listed), width, common


def quotients(numerators: Iterable[int], denominator: int) -> tuple[Fraction, ...]:
    """Return the fractions `n / denominator`.

    >>> quotients([1, 2], 4)
    (Fraction(1, 4), Fraction(1, 2))
    """
    if denominator == 1:
        return tuple(map(Fraction, numerators))
    return tuple(Fraction(top, denominator) for top in numerators)
