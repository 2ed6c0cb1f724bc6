"""Bases of a linear program: n independent active constraints, the point and the multipliers they fix.

A basis is a set of active rows together with variables held at a bound (or pinned at zero along a line
where nothing changes). Held variables leave the system, so an exact solve is as large as the number of active
rows, not as the dimension.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import fmpz_mat

from exactgeom.linalg.lp_system import System

LOWER, PINNED, UPPER = -1, 0, 1


class Basis(NamedTuple):
    """Active rows, and the held variables with their side (−1 lower, 1 upper, 0 pinned at zero)."""

    rows: tuple[int, ...]
    held: tuple[tuple[int, int], ...]

    def constraints(self, system: System) -> list[int]:
        """Return the numbers of the active constraints; pinned variables come last of all."""
        return [*self.rows, *(bound_number(system, k, side) for k, side in self.held)]

    def fits(self, system: System) -> bool:
        """Tell whether this names n different constraints that the system has: a float solver may lie."""
        variables = {k for k, _ in self.held}
        sides = {LOWER: system.lower, UPPER: system.upper}
        return (
            len(set(self.rows)) + len(variables) == len(self.rows) + len(self.held) == system.dim
            and all(0 <= i < system.n_rows for i in self.rows)
            and all(0 <= k < system.dim for k in variables)
            and all(side == PINNED or sides[side][k] is not None for k, side in self.held)
        )


class Multipliers(NamedTuple):
    """`Σ yᵢ aᵢ + Σ (uₖ − lₖ) eₖ = c`: pairs (index, numerator) over one denominator, no zeros.

    As a bound for `c·x` the inequalities, `lower` (l) and `upper` (u) count only when nonnegative.
    """

    rows: list[tuple[int, int]]
    lower: list[tuple[int, int]]
    upper: list[tuple[int, int]]
    den: int

    def are_valid(self, n_inequalities: int) -> bool:
        """Tell whether all multipliers that must be nonnegative are."""
        return (
            all(top >= 0 for i, top in self.rows if i < n_inequalities)
            and all(top >= 0 for _, top in self.lower)
            and all(top >= 0 for _, top in self.upper)
        )

    def bound(self, system: System) -> Fraction:
        """Return the number that `c·x` cannot exceed, `Σ yᵢ bᵢ + Σ uₖ upperₖ − Σ lₖ lowerₖ`."""
        lower, upper, common = system.box
        total = common * sum(top * system.right[i] for i, top in self.rows)
        total += sum(top * (upper[k] or 0) for k, top in self.upper)
        total -= sum(top * (lower[k] or 0) for k, top in self.lower)
        return Fraction(total, self.den * common)


def bound_number(system: System, variable: int, side: int) -> int:
    """Return the constraint number of a bound, or of a pinned variable (beyond all constraints)."""
    block = {LOWER: 0, UPPER: 1, PINNED: 2}[side]
    return system.n_rows + block * system.dim + variable


def bound_of(system: System, number: int) -> tuple[int, int]:
    """Return `(variable, side)` of a constraint number that is not a row."""
    block, variable = divmod(number - system.n_rows, system.dim)
    return variable, (LOWER, UPPER, PINNED)[block]


class Factor:
    """The square integer system of a basis, solved exactly on demand.

    `Factor.of` gives None for what is no basis; constraints that are not independent show when solved.
    """

    def __init__(self, system: System, basis: Basis) -> None:
        self.system = system
        self.basis = basis
        held = {variable for variable, _ in basis.held}
        self.free = [k for k in range(system.dim) if k not in held]
        self.size = len(self.free)
        self.square = fmpz_mat(
            self.size, self.size, [system.rows[i][k] for i in basis.rows for k in self.free]
        )

    @staticmethod
    def of(system: System, basis: Basis) -> Factor | None:
        """Return the factor, or None when these are not n different constraints of the system."""
        return Factor(system, basis) if basis.fits(system) else None

    def _solve(self, matrix: Any, right: list[int]) -> tuple[list[int], int]:
        """Return the solution over a positive denominator; raises `ZeroDivisionError` when singular."""
        if not self.size:
            return [], 1
        tops, den = matrix.solve(fmpz_mat(self.size, 1, right)).numer_denom()
        return [int(top) for top in tops.entries()], int(den)

    def point(self) -> tuple[list[int], int]:
        """Return the point on all active constraints, as integers over a positive denominator."""
        system = self.system
        lower, upper, common = system.box
        tops = [0] * system.dim
        for k, side in self.basis.held:
            bound = 0 if side == PINNED else (lower, upper)[side == UPPER][k]
            tops[k] = bound or 0
        fixed = [(k, tops[k]) for k, _ in self.basis.held if tops[k]]
        right = [
            system.right[i] * common - sum(system.rows[i][k] * top for k, top in fixed)
            for i in self.basis.rows
        ]
        found, den = self._solve(self.square, right)
        if den != 1:
            tops = [top * den for top in tops]
        for k, top in zip(self.free, found, strict=True):
            tops[k] = top
        return reduced(tops, den * common)

    def multipliers(self, objective: list[int]) -> Multipliers:
        """Return the multipliers of the active constraints that combine to the objective."""
        found, den = self._solve(self.square.transpose(), [objective[k] for k in self.free])
        pairs = [(i, top) for i, top in zip(self.basis.rows, found, strict=True) if top]
        sides: dict[int, list[tuple[int, int]]] = {LOWER: [], PINNED: [], UPPER: []}
        for k, side in self.basis.held:
            rest = objective[k] * den - sum(top * self.system.rows[i][k] for i, top in pairs)
            if rest:
                sides[side].append((k, -rest if side == LOWER else rest))
        return Multipliers(pairs, sides[LOWER], sides[UPPER], den)

    def direction(self, leaving: int) -> list[int]:
        """Return the primitive direction that leaves one active constraint along all others."""
        system = self.system
        tops = [0] * system.dim
        if leaving < system.n_rows:
            found, den = self._solve(self.square, [-int(i == leaving) for i in self.basis.rows])
        else:
            variable, side = bound_of(system, leaving)
            step = -1 if side == UPPER else 1
            found, den = self._solve(self.square, [-step * system.rows[i][variable] for i in self.basis.rows])
            tops[variable] = step * den
        for k, top in zip(self.free, found, strict=True):
            tops[k] = top
        common = math.gcd(*tops) or 1
        return [top // common for top in tops]


def reduced(tops: list[int], den: int) -> tuple[list[int], int]:
    """Return the same point over the smallest positive denominator."""
    common = math.gcd(den, *tops)
    return ([top // common for top in tops], den // common) if common > 1 else (tops, den)
