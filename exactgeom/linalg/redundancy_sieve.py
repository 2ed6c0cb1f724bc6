"""Which constraints of a full-dimensional system are facets: one float program each, proved exactly.

A constraint is redundant when multipliers of known facets (and of the box) bound it; otherwise a point beyond
it gives a ray that meets a facet not yet known (Clarkson's scheme).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.linalg import lp_simplex
from exactgeom.linalg.lp_basis import LOWER, UPPER, Basis, Factor, Multipliers, bound_of
from exactgeom.linalg.lp_float import FloatModel, Proposal
from exactgeom.linalg.lp_simplex import Point, Top
from exactgeom.linalg.lp_solve import combination, dyadic_point, rounded_bound
from exactgeom.linalg.lp_system import System
from exactgeom.linalg.redundancy_shots import FloatView, Hit, Stand, dyadic_direction

_CLOSE = 1e-11
_CLEAR = -1e-9
_RETRIES = 3


class Sieve:
    """Decides every constraint of a system; `facets` and `redundant` hold the proofs.

    Assumption (not checked): the stand is strictly inside, no two constraints are positive multiples, no row
    is constant, there are no equations.
    """

    def __init__(self, system: System, stand: Stand, x: Any) -> None:
        self.system = system
        self.stand = stand
        self.facets: dict[int, Point] = {}
        self.redundant: dict[int, Multipliers] = {}
        self.model = FloatModel.of(system)
        self._shots(x)
        if self.model is not None:
            for row in range(system.n_rows):
                if row not in self.facets:
                    self.model.set_row(row, np.inf)
        for number in stand.numbers:
            while number not in self.facets and number not in self.redundant:
                self._decide(number)

    # --- rays ---------------------------------------------------------------------------------------

    def _shots(self, x: Any) -> None:
        if x is None or self.model is None:
            return
        for number, point in self.stand.axis_hits():
            self._record(Hit([number], point))
        for position, aim in FloatView(self.system).best_aims(x):
            if self.stand.numbers[position] not in self.facets:
                self._record(self.stand.shoot(dyadic_direction(aim)))

    def _record(self, hit: Hit | None) -> bool:
        """Add a facet if the hit proves a new one."""
        if hit is None or len(hit.numbers) != 1 or hit.numbers[0] in self.facets:
            return False
        number = hit.numbers[0]
        self.facets[number] = hit.point
        if self.model is not None and number < self.system.n_rows:
            self.model.set_row(number, float(self.model.right[number]))
        return True

    # --- one constraint -----------------------------------------------------------------------------

    def _decide(self, number: int) -> None:
        """Prove the constraint redundant or a facet, or find another facet on the way."""
        proposal = self._propose(number)
        hint: Basis | None = None
        if proposal is not None:
            hint = proposal.basis
            excess = self._excess(number, proposal.x)
            if excess > _CLOSE and self._record(self._aimed(proposal.x)):
                return
            if excess <= 1e-6:
                proof = self._proof(number, proposal, excess)
                if proof is not None:
                    self._drop(number, proof)
                    return
            if excess <= _CLOSE and self._record(self._aimed(proposal.x)):
                return
        self._decide_exactly(number, hint)

    def _propose(self, number: int) -> Proposal | None:
        if self.model is None:
            return None
        model, system = self.model, self.system
        if number < system.n_rows:
            row, right = system.floats[0][number], float(model.right[number])
            model.set_row(number, right + self._unit(number))
            proposal = model.maximize(row)
            model.set_row(number, np.inf)
        else:
            k, side = bound_of(system, number)
            low, high = _doubles(system, k)
            goal = np.zeros(system.dim)
            goal[k] = side
            unit = self._unit(number)
            model.set_bounds(k, low - unit * (side == LOWER), high + unit * (side == UPPER))
            proposal = model.maximize(goal)
            model.set_bounds(k, low, high)
        return proposal if proposal is not None and proposal.status == "optimal" else None

    def _unit(self, number: int) -> float:
        """Return the float slack of the stand: how far the constraint is relaxed."""
        position = self._position(number)
        scale = self.stand.den * self.stand.common
        shift = int(self.system.floats[2][number]) if number < self.system.n_rows else 0
        return max(float(Fraction(self.stand.slacks[position], scale << max(shift, 0))), 1e-9)

    def _position(self, number: int) -> int:
        return self.stand.numbers.index(number) if number >= self.system.n_rows else number

    def _excess(self, number: int, x: Any) -> float:
        """Return how far the float point is beyond the constraint (scaled row)."""
        if number < self.system.n_rows:
            entries, right, _ = self.system.floats
            return float(entries[number] @ x - right[number])
        k, side = bound_of(self.system, number)
        low, high = _doubles(self.system, k)
        return float(x[k] - high if side == UPPER else low - x[k])

    def _aimed(self, x: Any) -> Hit | None:
        if not np.isfinite(x).all():
            return None
        return self.stand.shoot_at(dyadic_point(x, 60))

    # --- proofs -------------------------------------------------------------------------------------

    def _proof(self, number: int, proposal: Proposal, excess: float) -> Multipliers | None:
        """Return multipliers without the constraint that imply it, from the proposal."""
        goal, right, rest = self._goal(number)
        if excess < _CLEAR:
            y = proposal.y.copy()
            y[[i for i in np.flatnonzero(y) if int(i) not in self.facets]] = 0
            found = rounded_bound(rest, goal, y)
            if found is not None and found.bound(rest) <= right:
                return found
        if any(bound_number == number for bound_number in proposal.basis.constraints(self.system)):
            return None
        factor = Factor.of(rest, proposal.basis)
        if factor is None or any(i not in self.facets for i in proposal.basis.rows):
            return None
        try:
            found = factor.multipliers(goal)
        except ZeroDivisionError:
            return None
        proved = (
            found.are_valid(rest.n_inequalities)
            and found.bound(rest) <= right
            and combination(rest, found) == [c * found.den for c in goal]
        )
        return found if proved else None

    def _goal(self, number: int) -> tuple[list[int], Fraction, System]:
        """Return the constraint as `goal·x ≤ right`, and the system without it if it is a bound."""
        system = self.system
        if number < system.n_rows:
            return system.rows[number], Fraction(system.right[number]), system
        k, side = bound_of(system, number)
        goal = [0] * system.dim
        goal[k] = side
        bound = system.upper[k] if side == UPPER else system.lower[k]
        return goal, side * (bound or Fraction(0)), system.without_bound(k, side)

    def _drop(self, number: int, proof: Multipliers) -> None:
        self.redundant[number] = proof
        if number >= self.system.n_rows:
            k, side = bound_of(self.system, number)
            self.system = self.system.without_bound(k, side)
            if self.model is not None:
                self.model.set_bounds(k, *_doubles(self.system, k))

    def _decide_exactly(self, number: int, hint: Basis | None) -> None:
        """Decide by the exact simplex: against known facets first, against everything if rays tie."""
        goal, right, rest = self._goal(number)
        for known in (True, False):
            rows = [
                i
                for i in range(rest.n_rows)
                if i != number and (i in self.facets or (not known and i not in self.redundant))
            ]
            places = {row: place for place, row in enumerate(rows)}
            small = System(
                rest.dim,
                [*(rest.rows[i] for i in rows), goal_row(goal, right)[0]],
                [*(rest.right[i] for i in rows), goal_row(goal, right)[1]],
                len(rows) + 1,
                rest.lower,
                rest.upper,
            )
            start = None
            if hint is not None:
                kept = tuple(places[i] for i in hint.rows if i in places)
                start = Basis(kept, hint.held)
            found = lp_simplex.maximize(small, goal, start)
            if not isinstance(found, Top):
                raise AssertionError("unreachable: the relaxed constraint bounds the objective")
            if found.multipliers.bound(small) <= right:
                pairs = [(rows[i], top) for i, top in found.multipliers.rows]
                proof = Multipliers(
                    pairs, found.multipliers.lower, found.multipliers.upper, found.multipliers.den
                )
                self._drop(number, proof)
                return
            if self._record_beyond(found.point):
                return
        raise AssertionError("unreachable: a ray to a point beyond one constraint alone meets it alone")

    def _record_beyond(self, target: Point) -> bool:
        """Find a facet on the way to a point outside; other starting points break ties."""
        stand = self.stand
        for attempt in range(_RETRIES):
            hit = stand.shoot_at(target)
            if self._record(hit):
                return True
            if hit is None:
                return False
            stand = self._shifted(stand, attempt)
        return False

    def _shifted(self, stand: Stand, attempt: int) -> Stand:
        """Return another interior stand, halfway along a random ray, so that ties come apart."""
        chance = np.random.default_rng(attempt)
        direction = [int(entry) for entry in chance.integers(-999, 1000, size=self.system.dim)]
        hit = stand.shoot(direction)
        if hit is None:
            tops = [2 * x + d for x, d in zip(stand.tops, direction, strict=True)]
            return Stand(stand.system, (tops, 2 * stand.den))
        tops, den = hit.point
        mixed = [x * den + y * stand.den for x, y in zip(stand.tops, tops, strict=True)]
        return Stand(stand.system, (mixed, 2 * den * stand.den))


def goal_row(goal: list[int], right: Fraction) -> tuple[list[int], int]:
    """Return `goal·x ≤ right + 1` as an integer row."""
    relaxed = right + 1
    return [entry * relaxed.denominator for entry in goal], relaxed.numerator


def _doubles(system: System, k: int) -> tuple[float, float]:
    low, high = system.lower[k], system.upper[k]
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)
