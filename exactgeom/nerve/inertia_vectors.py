"""A rational vector of negative norm, from a finished elimination: proposed by balls, checked exactly."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any

from flint import arb

from exactgeom.exact import UndecidedError
from exactgeom.exact.balls import dyadic, precision
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.inertia_blocks import Elimination

_BITS = (2, 4, 8, 16, 32, 64, 128, 256, 512)


def negative_direction(matrix: Any, found: Elimination, scales: list[Any] | None) -> tuple[Fraction, ...]:
    """Return an integer vector x (as fractions) with xᵀMx < 0, exactly; few bits first.

    Assumption: the elimination (of the matrix, or of its core when `scales` are given) has a negative pivot.
    Errors: `UndecidedError` when enclosed entries are too wide for a proof.
    """
    from exactgeom.nerve.inertia import quadratic_form

    size = len(matrix.rows)
    for i, line in enumerate(matrix.lines):
        if i in line and entry.leave(line[i]) < 0:
            return tuple(Fraction(int(i == j)) for j in range(size))
    step = next(k for k, (_, _, sign) in enumerate(found.pivots) if sign <= 0)
    with precision(1024):
        proposal = _back(found, step)
        if scales is not None:
            proposal = {i: value / entry.ball(scales[i], 1024) for i, value in proposal.items()}
        middles = {i: dyadic(value.mid()) for i, value in proposal.items() if value.is_finite()}
    largest = max(abs(value) for value in middles.values())
    for bits in _BITS:
        vector = [0] * size
        for i, value in middles.items():
            vector[i] = round(value / largest * 2**bits)
        common = gcd(*vector) or 1
        candidate = tuple(Fraction(number // common) for number in vector)
        value = quadratic_form(matrix, candidate)
        if value < 0:
            return candidate
    raise UndecidedError("no rational vector of negative norm was found at the accuracy of the entries")


def _back(found: Elimination, step: int) -> dict[int, arb]:
    """Return x with `Lᵀ x = y`, where y is a vector of negative norm for the pivot block of this step."""
    chosen, _, sign = found.pivots[step]
    if sign:
        x = {chosen[0]: arb(1)}
    else:
        a, b, c = found.middle[chosen]
        x = dict(zip(chosen, _negative_of(a, b, c), strict=True))
    for earlier, factors, _ in reversed(found.pivots[:step]):
        for position, k in enumerate(earlier):
            terms = [row[position] * x[i] for i, row in factors.items() if i in x]
            if terms:
                x[k] = -sum(terms[1:], terms[0])
    return x


def _negative_of(a: arb, b: arb, c: arb) -> tuple[arb, arb]:
    """Return (u, v) with a u² + 2b uv + c v² < 0 for a 2×2 block of negative determinant."""
    if a > 0:
        return -b / a, arb(1)
    if c > 0:
        return arb(1), -b / c
    return arb(1), arb(-1 if b > 0 else 1)
