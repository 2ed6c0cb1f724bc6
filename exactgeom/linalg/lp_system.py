"""The constraints of a linear program in integers: the form every LP module of this floor works on.

Constraints are numbered once: rows `a·x ≤ b` first, then equations `e·x = f`, then per variable its lower
bound, then its upper bound. Bounds are kept apart from rows because an active bound fixes a variable, which
makes every exact solve smaller.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz_mat

from exactgeom.exact import InvalidInput, exact
from exactgeom.linalg.clearing import as_list, clear_denominators

Bound = Fraction | None


class System:
    """`a·x ≤ b` (rows), `a·x = b` (equations), `lower ≤ x ≤ upper` (None: no bound); all integers per row.

    `scales[i]` is the positive integer the given row was multiplied by to become integer.
    """

    def __init__(
        self,
        dim: int,
        rows: list[list[int]],
        right: list[int],
        n_inequalities: int,
        lower: Sequence[Bound],
        upper: Sequence[Bound],
        scales: list[int] | None = None,
    ) -> None:
        self.dim = dim
        self.rows = rows
        self.right = right
        self.n_inequalities = n_inequalities
        self.lower = tuple(lower)
        self.upper = tuple(upper)
        self.scales = [1] * len(rows) if scales is None else scales

    @property
    def n_rows(self) -> int:
        """The number of rows, equations included."""
        return len(self.rows)

    @cached_property
    def matrix(self) -> Any:
        """All rows as one integer matrix."""
        return fmpz_mat(self.n_rows, self.dim, [entry for row in self.rows for entry in row])

    @cached_property
    def box(self) -> tuple[list[int | None], list[int | None], int]:
        """The bounds as integers over one positive denominator."""
        known = [bound for bound in (*self.lower, *self.upper) if bound is not None]
        common = math.lcm(*{bound.denominator for bound in known})

        def tops(bounds: Sequence[Bound]) -> list[int | None]:
            return [None if b is None else b.numerator * (common // b.denominator) for b in bounds]

        return tops(self.lower), tops(self.upper), common

    @cached_property
    def floats(self) -> tuple[Any, Any, Any]:
        """`(A, b, shifts)`: rows divided by powers of two `2^shift`, rounded to doubles of size about 1."""
        shifts = [max((abs(entry).bit_length() for entry in row), default=0) for row in self.rows]
        entries = np.array(
            [[ratio(entry, shift) for entry in row] for row, shift in zip(self.rows, shifts, strict=True)]
        ).reshape(self.n_rows, self.dim)
        right = np.array([ratio(b, shift) for b, shift in zip(self.right, shifts, strict=True)])
        return entries, right, np.array(shifts, dtype=np.int64)

    def without_bound(self, variable: int, side: int) -> System:
        """Return the same system without one bound (side −1: lower, 1: upper); rows are shared."""
        lower, upper = list(self.lower), list(self.upper)
        (upper if side > 0 else lower)[variable] = None
        result = System(self.dim, self.rows, self.right, self.n_inequalities, lower, upper, self.scales)
        for name in ("matrix", "floats"):
            if name in self.__dict__:
                result.__dict__[name] = self.__dict__[name]
        return result

    def values(self, tops: list[int]) -> list[int]:
        """Return all `a·X` for an integer vector."""
        if not self.n_rows:
            return []
        return [int(entry) for entry in (self.matrix * fmpz_mat(self.dim, 1, tops)).entries()]

    def slacks(self, tops: list[int], den: int) -> list[int]:
        """Return `b·den − a·X` for all rows: `den` times the slack at `X/den`."""
        return [b * den - value for b, value in zip(self.right, self.values(tops), strict=True)]

    def combined(self, multipliers: list[int]) -> list[int]:
        """Return `Σ yᵢ aᵢ` for integer multipliers of all rows."""
        if not self.n_rows or not self.dim:
            return [0] * self.dim
        return [int(entry) for entry in (fmpz_mat(1, self.n_rows, multipliers) * self.matrix).entries()]

    def contains(self, tops: list[int], den: int) -> bool:
        """Tell whether `X/den` satisfies every constraint (`den > 0`)."""
        lower, upper, common = self.box
        for value, low, high in zip(tops, lower, upper, strict=True):
            if low is not None and value * common < low * den:
                return False
            if high is not None and value * common > high * den:
                return False
        slacks = self.slacks(tops, den)
        return not any(slacks[self.n_inequalities :]) and all(
            slack >= 0 for slack in slacks[: self.n_inequalities]
        )


def ratio(top: int, shift: int) -> float:
    """Return `top / 2^shift` as a double; infinite where it overflows."""
    length = top.bit_length()
    if length > 64:
        drop = length - 64
        top, shift = top >> drop, shift - drop
    try:
        return math.ldexp(float(top), -shift)
    except OverflowError:
        return math.inf if top > 0 else -math.inf


def integer_row(row: Any, right: Any, place: str, right_place: str) -> tuple[list[int], int, int]:
    """Return `(integers, right side, scale)`: the row and right side times a positive integer `scale`."""
    tops, den = clear_denominators(row, place)
    side = right if type(right) is Fraction else exact(right, right_place)
    scale = math.lcm(den, side.denominator)
    factor = scale // den
    return (
        tops if factor == 1 else [top * factor for top in tops],
        side.numerator * (scale // side.denominator),
        scale,
    )


def read_rows(
    rows: Any, right: Any, dim: int | None, place: str, right_place: str
) -> tuple[list[list[int]], list[int], list[int], int | None]:
    """Return `(rows, right sides, scales, dimension)`; errors: `InvalidInput` naming the entry."""
    listed = as_list(rows.tolist() if hasattr(rows, "tolist") else rows, place)
    sides = as_list(right.tolist() if hasattr(right, "tolist") else right, right_place)
    if len(listed) != len(sides):
        raise InvalidInput(f"expected {len(listed)} numbers, one per row, got {len(sides)}", right_place)
    entries: list[list[int]] = []
    tops: list[int] = []
    scales: list[int] = []
    for i, (row, side) in enumerate(zip(listed, sides, strict=True)):
        integers, top, scale = integer_row(row, side, f"{place}[{i}]", f"{right_place}[{i}]")
        dim = len(integers) if dim is None else dim
        if len(integers) != dim:
            raise InvalidInput(f"expected {dim} numbers, got {len(integers)}", f"{place}[{i}]")
        entries.append(integers)
        tops.append(top)
        scales.append(scale)
    return entries, tops, scales, dim


def read_bounds(bounds: Any, dim: int, place: str) -> tuple[Bound, ...]:
    """Return one bound per variable: None for none; a single number serves all variables."""
    if bounds is None:
        return (None,) * dim
    if isinstance(bounds, str | int | float | Fraction) or not hasattr(bounds, "__iter__"):
        return (exact(bounds, place),) * dim
    listed = as_list(bounds, place)
    if len(listed) != dim:
        raise InvalidInput(f"expected {dim} bounds, got {len(listed)}", place)
    return tuple(None if b is None else exact(b, f"{place}[{k}]") for k, b in enumerate(listed))
