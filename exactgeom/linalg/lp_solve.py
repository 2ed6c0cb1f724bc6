"""A float solver proposes, exact arithmetic disposes: the ladder from a HiGHS basis to a proved answer.

First the proposed basis is solved exactly and its signs checked. In a box, rounded float multipliers prove a
bound without any exact solve: what they leave over is absorbed by the box. What neither proves goes to the
exact simplex, warm-started from the proposed basis, which always ends.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from exactgeom.linalg import lp_simplex
from exactgeom.linalg.lp_basis import Basis, Factor, Multipliers
from exactgeom.linalg.lp_float import FloatModel
from exactgeom.linalg.lp_simplex import Climb, Nothing, Point, Top
from exactgeom.linalg.lp_system import System, ratio

PRECISION = 64
"""Bits kept of a float multiplier or coordinate when it is rounded to an integer over a power of two."""

_WORD = 2.0**62


def scaled_objective(objective: list[int]) -> tuple[Any, int]:
    """Return the objective divided by a power of two, as doubles of size about 1, and the exponent."""
    shift = max((abs(c).bit_length() for c in objective), default=0)
    return np.array([ratio(c, shift) for c in objective]), shift


def solve(system: System, objective: list[int], model: FloatModel | None) -> Top | Climb | Nothing:
    """Return the proved answer to `max objective·x`; `model` may be None or tell lies."""
    hint: Basis | None = None
    if model is not None:
        proposal = model.maximize(scaled_objective(objective)[0])
        if proposal is not None:
            hint = proposal.basis
            if proposal.status == "optimal":
                found = verified(system, objective, hint)
                if found is not None:
                    return found
            elif proposal.status == "infeasible":
                proof = rounded_farkas(system, model.dual_ray())
                if proof is not None:
                    return Nothing(proof)
    return lp_simplex.maximize(system, objective, hint)


def verified(system: System, objective: list[int], basis: Basis) -> Top | None:
    """Return the exact vertex and multipliers of a basis if they prove each other optimal, else None."""
    factor = Factor.of(system, basis)
    if factor is None:
        return None
    try:
        multipliers = factor.multipliers(objective)
        if not multipliers.are_valid(system.n_inequalities) or not _pins_are_free(
            system, objective, multipliers
        ):
            return None
        point = factor.point()
    except ZeroDivisionError:
        return None
    return Top(point, multipliers, basis) if system.contains(*point) else None


def _pins_are_free(system: System, objective: list[int], multipliers: Multipliers) -> bool:
    """Tell whether variables held at no bound need no multiplier."""
    return combination(system, multipliers) == [c * multipliers.den for c in objective]


def combination(system: System, multipliers: Multipliers) -> list[int]:
    """Return `den` times `Σ yᵢ aᵢ + Σ (uₖ − lₖ) eₖ`."""
    tops = [0] * system.n_rows
    for i, top in multipliers.rows:
        tops[i] += top
    total = system.combined(tops)
    for k, top in multipliers.upper:
        total[k] += top
    for k, top in multipliers.lower:
        total[k] -= top
    return total


def rounded_bound(system: System, objective: list[int], y: Any) -> Multipliers | None:
    """Return multipliers near the floats `y` (of scaled rows) that combine exactly to the objective.

    What rounding leaves over goes to the bounds; None when a variable that needs one has none.
    """
    shifts = system.floats[2]
    used = [i for i in np.flatnonzero(y) if i >= system.n_inequalities or y[i] > 0]
    if not np.isfinite(y).all():
        return None
    largest = max((math.frexp(abs(y[i]))[1] - int(shifts[i]) for i in used), default=0)
    power = max(PRECISION - largest, 0)
    rows: list[tuple[int, int]] = []
    for i in used:
        top = dyadic(float(y[i]), power - int(shifts[i]))
        if top:
            rows.append((int(i), top))
    return absorbed(system, objective, rows, 1 << power)


def absorbed(
    system: System, objective: list[int], rows: list[tuple[int, int]], den: int
) -> Multipliers | None:
    """Return the given row multipliers completed by the box to the objective, or None without such bounds."""
    total = combination(system, Multipliers(rows, [], [], den))
    lower, upper = [], []
    for k, (c, reached) in enumerate(zip(objective, total, strict=True)):
        rest = c * den - reached
        if rest > 0:
            if system.upper[k] is None:
                return None
            upper.append((k, rest))
        elif rest < 0:
            if system.lower[k] is None:
                return None
            lower.append((k, -rest))
    return Multipliers(rows, lower, upper, den)


def rounded_farkas(system: System, ray: Any) -> Multipliers | None:
    """Return a proof of emptiness near a float ray, or None."""
    if ray is None:
        return None
    for sign in (1.0, -1.0):
        found = rounded_bound(system, [0] * system.dim, sign * ray)
        if found is not None and found.bound(system) < 0:
            return found
    return None


def dyadic(value: float, power: int) -> int:
    """Return `value · 2^power` rounded to an integer, exactly computed.

    >>> dyadic(0.75, 1), dyadic(-0.75, 2)
    (1, -3)
    """
    top, bottom = value.as_integer_ratio()
    shift = power - (bottom.bit_length() - 1)
    if shift >= 0:
        return top << shift
    return top >> -shift if top >= 0 else -(-top >> -shift)


def dyadic_point(x: Any, bits: int) -> Point:
    """Return a float point as integers over `2^bits`."""
    scaled = np.trunc(np.ldexp(np.asarray(x, dtype=float), bits))
    if np.abs(scaled).max(initial=0.0) < _WORD:
        tops: list[int] = scaled.astype(np.int64).tolist()
        return tops, 1 << bits
    return [dyadic(float(value), bits) for value in x], 1 << bits
