"""The nearest point of a polyhedron in ℓ2, exactly, with the multipliers that prove it.

x is the point of ``{A x ≤ b, E x = f, low ≤ x ≤ high}`` nearest to p exactly when it maximises ``(p − x)·y``
over the set's points y (Karush, Kuhn, Tucker): so the proof is that of a linear program.  Floats propose
which constraints are active (dual Newton steps, the box clipped), one exact solve decides; else the dual
active-set method runs in rationals from the start, and always ends.
Source: D. Goldfarb, A. Idnani, A numerically stable dual method for solving strictly convex quadratic
programs, Math. Program. 27 (1983) 1-33, https://doi.org/10.1007/BF02591962.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq, fmpq_mat

from exactgeom.exact import fraction, to_fmpq
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Dual, Infeasible, Optimal
from exactgeom.linalg.redundancy_classes import dense, halfspaces

Vector = tuple[Fraction, ...]
_STEPS = 100
_HALVINGS = 30
_CLOSE = 1e-9


def project(program: LinearProgram, point: Vector) -> Optimal | Infeasible:
    """Return the point x of the set nearest to `point`, as the optimum of ``(point − x)·y``; or no point.

    Contract: exact; the answer's `verify()` and `certificate()` prove that no point of the set is nearer.

    >>> found = project(LinearProgram([[-1, -1]], [-2], lower=0), (Fraction(0), Fraction(0)))
    >>> found.x, found.verify()
    ((Fraction(1, 1), Fraction(1, 1)), True)
    """
    guess = _proposed(program, point)
    if guess is not None:
        found = _active(program, point, *guess)
        if found is not None:
            return found
    nothing = program.feasible()
    if isinstance(nothing, Infeasible):
        return nothing
    return _stepped(program, point)


# -- floats propose --------------------------------------------------------------------------------


def _proposed(program: LinearProgram, point: Vector) -> tuple[list[int], list[tuple[int, int]]] | None:
    """Return the active rows and the variables held at a bound, as floats see them."""
    system = program.system
    entries, right, _ = system.floats
    lengths = np.sqrt((entries**2).sum(axis=1))
    used = np.flatnonzero(lengths > 0)
    a, b = entries[used] / lengths[used, None], right[used] / lengths[used]
    free = used >= system.n_inequalities
    low = np.array([-np.inf if v is None else float(v) for v in system.lower])
    high = np.array([np.inf if v is None else float(v) for v in system.upper])
    found = _newton(a, b, free, low, high, np.array([float(v) for v in point]))
    if found is None:
        return None
    y, moved = found
    rows = [int(i) for i, value, loose in zip(used, y, free, strict=True) if loose or value > _CLOSE]
    held = [(int(k), -1) for k in np.flatnonzero(moved < low)]
    return rows, held + [(int(k), 1) for k in np.flatnonzero(moved > high)]


def _newton(a: Any, b: Any, free: Any, low: Any, high: Any, p: Any) -> tuple[Any, Any] | None:
    """Maximise the dual ``½|x − p|² + y·(A x − b)``, x = clip(p − Aᵀy), by projected Newton steps."""

    def value(y: Any) -> float:
        x = np.clip(p - a.T @ y, low, high)
        return float(0.5 * ((x - p) ** 2).sum() + y @ (a @ x - b))

    y = np.zeros(len(b))
    for _ in range(_STEPS):
        moved = p - a.T @ y
        gap = a @ np.clip(moved, low, high) - b
        at_work = free | (y > 0) | (gap > 0)
        if np.abs(gap[free | (y > _CLOSE)]).max(initial=0.0) < _CLOSE and gap.max(initial=0.0) < _CLOSE:
            return y, moved
        inner = a[at_work][:, (moved >= low) & (moved <= high)]
        gram = inner @ inner.T
        step = np.zeros(len(b))
        step[at_work] = np.linalg.solve(gram + 1e-12 * np.eye(len(gram)), gap[at_work])
        now, share = value(y), 1.0
        for _ in range(_HALVINGS):
            trial = y + share * step
            trial[~free] = np.maximum(trial[~free], 0)
            if value(trial) >= now:
                break
            share /= 2
        y = trial
    return None


# -- exact arithmetic disposes ---------------------------------------------------------------------


def _active(
    program: LinearProgram, point: Vector, rows: list[int], held: list[tuple[int, int]]
) -> Optimal | None:
    """Return the optimum with these active constraints if they prove it, else None."""
    system = program.system
    fixed = dict(held)
    free = [k for k in range(system.dim) if k not in fixed]
    x = [to_fmpq(v) for v in point]
    for k, side in held:
        bound = system.upper[k] if side > 0 else system.lower[k]
        if bound is None:
            return None
        x[k] = to_fmpq(bound)
    multipliers: list[fmpq] = []
    if rows:
        a = fmpq_mat(len(rows), system.dim, [fmpq(c) for i in rows for c in system.rows[i]])
        inner = fmpq_mat(len(rows), len(free), [fmpq(system.rows[i][k]) for i in rows for k in free])
        gap = a * fmpq_mat(system.dim, 1, x) - fmpq_mat(len(rows), 1, [fmpq(system.right[i]) for i in rows])
        try:
            solved = (inner * inner.transpose()).solve(gap)
        except ZeroDivisionError:
            return None
        multipliers = solved.entries()
        for k, shift in zip(free, (inner.transpose() * solved).entries(), strict=True):
            x[k] -= shift
    dual = [Fraction(0)] * system.n_rows
    for i, y in zip(rows, multipliers, strict=True):
        dual[i] = fraction(y * system.scales[i])
    return _checked(program, point, tuple(fraction(v) for v in x), dual)


def _checked(program: LinearProgram, point: Vector, x: Vector, rows: list[Fraction]) -> Optimal | None:
    """Return the answer if the row multipliers, completed by those of bounds, prove x nearest."""
    system, count = program.system, program.n_inequalities
    objective = tuple(p - v for p, v in zip(point, x, strict=True))
    rest = list(objective)
    for i, y in enumerate(rows):
        if y:
            factor = y / system.scales[i]
            rest = [r - factor * c if c else r for r, c in zip(rest, system.rows[i], strict=True)]
    lower, upper = [Fraction(0)] * system.dim, [Fraction(0)] * system.dim
    for k, r in enumerate(rest):
        (upper if r > 0 else lower)[k] = abs(r)
    dual = Dual(tuple(rows[:count]), tuple(rows[count:]), tuple(lower), tuple(upper))
    bounds = zip((*lower, *upper), (*system.lower, *system.upper), strict=True)
    if any(y and bound is None for y, bound in bounds):
        return None
    value = sum((c * v for c, v in zip(objective, x, strict=True)), Fraction(0))
    answer = Optimal(program, objective, "max", value, x, dual)
    return answer if answer.verify() else None


class _Constraint(NamedTuple):
    """``a·x ≤ b`` (with equality if `tied`), row i of the program or a bound (row None)."""

    a: tuple[Fraction, ...]
    b: Fraction
    tied: bool
    row: int | None


def _constraints(program: LinearProgram) -> list[_Constraint]:
    """All constraints that are not constant, equations first."""
    system, count = program.system, program.n_inequalities
    found = [_Constraint(*program.row(i), tied=True, row=i) for i in range(count, system.n_rows)]
    for i, half in enumerate(halfspaces(program)):
        row = tuple(Fraction(c, half.scale) for c in dense(half, program.dim))
        found.append(
            _Constraint(row, Fraction(half.right, half.scale), tied=False, row=i if i < count else None)
        )
    return [one for one in found if any(one.a)]


def _stepped(program: LinearProgram, point: Vector) -> Optimal:
    """Return the nearest point by the dual active-set method (assumption: the set is not empty)."""
    listed = _constraints(program)
    x, active, y = point, list[int](), list[Fraction]()
    while True:
        gaps = [_dot(one.a, x) - one.b for one in listed]
        broken = [
            i for i, gap in enumerate(gaps) if i not in active and (gap > 0 or (gap and listed[i].tied))
        ]
        if not broken:
            break
        new = broken[0]
        side = 1 if gaps[new] > 0 else -1
        weight = Fraction(0)
        while True:
            shares, direction = _split(listed, active, new, side)
            room = _dot(direction, direction)
            full = abs(_dot(listed[new].a, x) - listed[new].b) / room if room else None
            drops = [
                (value / share, i)
                for i, value, share in zip(active, y, shares, strict=True)
                if share > 0 and not listed[i].tied
            ]
            step, leaving = min(drops, default=(full, -1))
            if full is not None and (step is None or full <= step):
                step, leaving = full, -1
            if step is None:
                raise AssertionError("unreachable: the set is not empty")
            y = [value - step * share for value, share in zip(y, shares, strict=True)]
            weight += step
            x = tuple(v - step * d for v, d in zip(x, direction, strict=True))
            if leaving < 0:
                active.append(new)
                y.append(side * weight)
                break
            place = active.index(leaving)
            del active[place], y[place]
    rows = [Fraction(0)] * program.system.n_rows
    for i, value in zip(active, y, strict=True):
        row = listed[i].row
        if row is not None:
            rows[row] = value
    found = _checked(program, point, x, rows)
    if found is None:
        raise AssertionError("unreachable: the method ends with a proof")
    return found


def _split(
    listed: list[_Constraint], active: list[int], new: int, side: int
) -> tuple[list[Fraction], Vector]:
    """Return ``side·a = Σ shares·a_active + direction`` with the direction orthogonal to the active rows."""
    normal = tuple(side * c for c in listed[new].a)
    if not active:
        return [], normal
    n = fmpq_mat([[to_fmpq(c) for c in listed[i].a] for i in active])
    shares = (n * n.transpose()).solve(n * fmpq_mat(len(normal), 1, [to_fmpq(c) for c in normal]))
    rest = fmpq_mat(len(normal), 1, [to_fmpq(c) for c in normal]) - n.transpose() * shares
    return [fraction(c) for c in shares.entries()], tuple(fraction(c) for c in rest.entries())


def _dot(a: Vector, x: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True) if p and q), Fraction(0))
