"""An exact simplex method that always ends: the last resort, warm-started from a proposed basis.

The point moves from vertex to vertex of `a·x ≤ b`; every step solves the active constraints afresh.
The steepest multiplier leaves as long as the objective grows; when a step has length zero Bland's rule takes
over until it grows again, so no basis comes back.
Source: R. G. Bland, New finite pivoting rules for the simplex method, Math. Oper. Res. 2 (1977),
https://doi.org/10.1287/moor.2.2.103.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from exactgeom.linalg.lp_basis import (
    LOWER,
    UPPER,
    Basis,
    Factor,
    Multipliers,
    bound_number,
    bound_of,
    reduced,
)
from exactgeom.linalg.lp_start import inconsistent_equations, independent_basis, starting_basis
from exactgeom.linalg.lp_system import System

Point = tuple[list[int], int]


class Top(NamedTuple):
    """An optimal vertex with the multipliers that prove it."""

    point: Point
    multipliers: Multipliers
    basis: Basis


class Climb(NamedTuple):
    """A point and a direction along which the objective grows for ever."""

    point: Point
    direction: list[int]


class Nothing(NamedTuple):
    """Multipliers that combine the constraints to `0·x ≤ negative`."""

    multipliers: Multipliers


def maximize(system: System, objective: list[int], hint: Basis | None = None) -> Top | Climb | Nothing:
    """Return an optimal vertex, an unbounded direction or a proof that nothing is feasible.

    Contract: exact; always ends. `objective` is integer; `hint` may be any basis, or wrong, or None.
    """
    found = feasible_vertex(system, hint)
    if isinstance(found, Nothing):
        return found
    basis, point, lineality = found
    for line in lineality:
        gain = sum(c * top for c, top in zip(objective, line, strict=True))
        if gain:
            return Climb(point, line if gain > 0 else [-top for top in line])
    return _climb(system, basis, point, objective)


def feasible_vertex(
    system: System, hint: Basis | None = None
) -> tuple[Basis, Point, list[list[int]]] | Nothing:
    """Return a feasible basis, its point and the directions nothing depends on; or a proof of emptiness."""
    for k, (low, high) in enumerate(zip(system.lower, system.upper, strict=True)):
        if low is not None and high is not None and low > high:
            return Nothing(Multipliers([], [(k, 1)], [(k, 1)], 1))
    clash = inconsistent_equations(system)
    if clash is not None:
        return Nothing(Multipliers(clash, [], [], 1))
    basis, lineality = starting_basis(system, hint)
    point = Factor(system, basis).point()
    if system.contains(*point):
        return basis, point, lineality
    extended = _Extended(system, basis, point)
    ended = _climb(extended.system, extended.basis, extended.point, extended.objective, _last_is_zero)
    if isinstance(ended, Climb):
        raise AssertionError("unreachable: the violation is bounded below by zero")
    tops, den = ended.point
    if tops[-1]:
        return Nothing(extended.original(ended.multipliers))
    active = extended.active(ended.basis)
    return independent_basis(system, active), (tops[:-1], den), lineality


def _last_is_zero(point: Point) -> bool:
    return point[0][-1] == 0


class _Extended:
    """The system with one more variable s ≥ 0 that relaxes every violated constraint: the first phase."""

    def __init__(self, system: System, basis: Basis, point: Point) -> None:
        self.source = system
        self.owners: list[int] = list(range(system.n_inequalities))
        tops, den = point
        slacks = system.slacks(tops, den)
        rows = [
            [*row, -int(slack < 0)]
            for row, slack in zip(system.rows[: system.n_inequalities], slacks, strict=False)
        ]
        right = system.right[: system.n_inequalities]
        worst, start = 0, -1
        for i, slack in enumerate(slacks[: system.n_inequalities]):
            if -slack > worst:
                worst, start = -slack, i
        lower, upper = list(system.lower), list(system.upper)
        for k, side, bound in _violated_bounds(system, point):
            row = [0] * (system.dim + 1)
            row[k], row[-1] = side * bound.denominator, -1
            excess = side * (tops[k] * bound.denominator - bound.numerator * den)
            if excess > worst:
                worst, start = excess, len(rows)
            rows.append(row)
            right.append(side * bound.numerator)
            self.owners.append(bound_number(system, k, side))
            (upper if side == UPPER else lower)[k] = None
        self.n_inequalities = len(rows)
        rows += [[*row, 0] for row in system.rows[system.n_inequalities :]]
        right += system.right[system.n_inequalities :]
        self.system = System(
            system.dim + 1, rows, right, self.n_inequalities, [*lower, _ZERO], [*upper, None]
        )
        shift = self.n_inequalities - system.n_inequalities
        moved = [i if i < system.n_inequalities else i + shift for i in basis.rows]
        self.basis = Basis((*moved, start), basis.held)
        self.point = ([*tops, worst], den)
        self.objective = [0] * system.dim + [-1]

    def _owner(self, row: int) -> int:
        if row < self.n_inequalities:
            return self.owners[row]
        return row - self.n_inequalities + self.source.n_inequalities

    def active(self, basis: Basis) -> Basis:
        """Return the active constraints of the source at a point where s is zero: possibly one too many."""
        held = {(k, side) for k, side in basis.held if k < self.source.dim}
        rows = []
        for row in basis.rows:
            owner = self._owner(row)
            if owner < self.source.n_rows:
                rows.append(owner)
            else:
                held.add(bound_of(self.source, owner))
        return Basis(tuple(rows), tuple(sorted(held)))

    def original(self, multipliers: Multipliers) -> Multipliers:
        """Return multipliers of the extended system as multipliers of the source."""
        rows, lower, upper = [], list(multipliers.lower), list(multipliers.upper)
        lower = [(k, top) for k, top in lower if k < self.source.dim]
        for row, top in multipliers.rows:
            owner = self._owner(row)
            if owner < self.source.n_rows:
                rows.append((owner, top))
            else:
                k, side = bound_of(self.source, owner)
                scaled = top * abs(self.system.rows[row][k])
                (upper if side == UPPER else lower).append((k, scaled))
        return Multipliers(rows, lower, upper, multipliers.den)


def _climb(
    system: System,
    basis: Basis,
    point: Point,
    objective: list[int],
    stop: Callable[[Point], bool] | None = None,
) -> Top | Climb:
    """Move from a feasible vertex to the best one; `stop` ends early at a point that is good enough."""
    stalled = False
    while True:
        factor = Factor(system, basis)
        multipliers = factor.multipliers(objective)
        leaving = _leaving(system, multipliers, stalled)
        if leaving is None or (stop is not None and stop(point)):
            return Top(point, multipliers, basis)
        direction = factor.direction(leaving)
        blocking = _blocking(system, basis, point, direction)
        if blocking is None:
            return Climb(point, direction)
        entering, top, bottom = blocking
        stalled = top == 0
        if top:
            tops, den = point
            moved = [x * bottom + top * d for x, d in zip(tops, direction, strict=True)]
            point = reduced(moved, den * bottom)
        basis = _exchanged(system, basis, leaving, entering)


def _leaving(system: System, multipliers: Multipliers, first: bool) -> int | None:
    """Return the constraint to leave: the most negative multiplier, or the first one (Bland)."""
    wrong = [(i, top) for i, top in multipliers.rows if top < 0 and i < system.n_inequalities]
    wrong += [(bound_number(system, k, LOWER), top) for k, top in multipliers.lower if top < 0]
    wrong += [(bound_number(system, k, UPPER), top) for k, top in multipliers.upper if top < 0]
    if not wrong:
        return None
    return min(wrong)[0] if first else min(wrong, key=lambda pair: (pair[1], pair[0]))[0]


def _blocking(
    system: System, basis: Basis, point: Point, direction: list[int]
) -> tuple[int, int, int] | None:
    """Return `(constraint, top, bottom)` of the first constraint hit, after `top/(den·bottom)`."""
    tops, den = point
    best: tuple[int, int, int] | None = None

    def offer(number: int, slack: int, rate: int) -> None:
        nonlocal best
        if best is None or slack * best[2] < best[1] * rate:
            best = (number, slack, rate)

    active = set(basis.rows)
    rates = system.values(direction)
    slacks = system.slacks(tops, den)
    for i in range(system.n_inequalities):
        if rates[i] > 0 and i not in active:
            offer(i, slacks[i], rates[i])
    held = dict(basis.held)
    for bounds, side in ((system.lower, LOWER), (system.upper, UPPER)):
        for k, bound in enumerate(bounds):
            if bound is None or direction[k] * side <= 0 or held.get(k) == side:
                continue
            slack = side * (bound.numerator * den - tops[k] * bound.denominator)
            offer(bound_number(system, k, side), slack, side * direction[k] * bound.denominator)
    return best


def _exchanged(system: System, basis: Basis, leaving: int, entering: int) -> Basis:
    rows = [i for i in basis.rows if i != leaving]
    held = dict(basis.held)
    if leaving >= system.n_rows:
        del held[bound_of(system, leaving)[0]]
    if entering < system.n_rows:
        rows.append(entering)
    else:
        variable, side = bound_of(system, entering)
        held[variable] = side
    return Basis(tuple(rows), tuple(sorted(held.items())))


def _violated_bounds(system: System, point: Point) -> list[tuple[int, int, Fraction]]:
    tops, den = point
    found = []
    for bounds, side in ((system.lower, LOWER), (system.upper, UPPER)):
        for k, bound in enumerate(bounds):
            if bound is not None and side * (tops[k] * bound.denominator - bound.numerator * den) > 0:
                found.append((k, side, bound))
    return found


_ZERO = Fraction(0)
