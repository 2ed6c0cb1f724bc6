"""The float side of linear programming: a HiGHS model that stays warm while costs and bounds change.

Nothing here is trusted: what comes out is a proposal that exact arithmetic verifies or discards.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from exactgeom.linalg.lp_basis import LOWER, PINNED, UPPER, Basis
from exactgeom.linalg.lp_system import System

LARGEST = 1e15
"""Beyond this size a rounded number tells HiGHS nothing useful: the exact simplex works alone."""


class Proposal(NamedTuple):
    """What HiGHS believes: status, point, multipliers of the scaled rows, basis."""

    status: str
    x: Any
    y: Any
    basis: Basis


class FloatModel:
    """`max c·x` over the scaled rows of a system, kept by HiGHS between solves.

    `FloatModel.of` gives None when the numbers do not fit doubles.
    """

    def __init__(self, system: System, arrays: tuple[Any, Any, Any, Any]) -> None:
        import highspy

        self.system = system
        self._api = highspy
        entries, right, low, high = arrays
        self.right = right
        count, dim = entries.shape
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = dim, count
        lp.col_cost_ = np.zeros(dim)
        lp.col_lower_, lp.col_upper_ = low, high
        lower = np.full(count, -np.inf)
        lower[system.n_inequalities :] = right[system.n_inequalities :]
        lp.row_lower_, lp.row_upper_ = lower, right
        where = [np.flatnonzero(row) for row in entries]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(w) for w in where])]).astype(np.int32)
        lp.a_matrix_.index_ = np.concatenate([*where, []]).astype(np.int32)
        lp.a_matrix_.value_ = entries[entries != 0]
        self.highs = highspy.Highs()
        for option, value in _OPTIONS.items():
            self.highs.setOptionValue(option, value)
        self.highs.passModel(lp)
        self._columns = np.arange(dim, dtype=np.int32)

    @staticmethod
    def of(system: System) -> FloatModel | None:
        """Return the model, or None when the numbers do not fit doubles."""
        entries, right, _ = system.floats
        low = np.array([-np.inf if b is None else _double(b) for b in system.lower])
        high = np.array([np.inf if b is None else _double(b) for b in system.upper])
        finite = [entries, right, low[[b is not None for b in system.lower]]]
        finite.append(high[[b is not None for b in system.upper]])
        if system.dim == 0 or any(part.size and not np.abs(part).max() < LARGEST for part in finite):
            return None
        return FloatModel(system, (entries, right, low, high))

    @staticmethod
    def of_arrays(entries: Any, right: Any, low: Any, high: Any) -> FloatModel | None:
        """Return the model of inequalities and bounds in doubles, with no exact system behind it."""
        sizes = [np.abs(part).max(initial=0.0) for part in (entries, right)]
        if not entries.shape[1] or not max(sizes) < LARGEST:
            return None
        system = System(entries.shape[1], [], [], len(right), (), ())
        return FloatModel(system, (entries, right, low, high))

    def set_row(self, row: int, right: float) -> None:
        """Change the right side of an inequality; infinity switches it off."""
        self.highs.changeRowBounds(row, -np.inf, right)

    def set_bounds(self, variable: int, lower: float, upper: float) -> None:
        """Change the bounds of a variable."""
        self.highs.changeColBounds(variable, lower, upper)

    def maximize(self, objective: Any) -> Proposal | None:
        """Return the proposal for `max objective·x`, or None when HiGHS gives up."""
        self.highs.changeColsCost(len(self._columns), self._columns, -np.asarray(objective, dtype=float))
        self.highs.run()
        kinds = self._api.HighsModelStatus
        status = {
            kinds.kOptimal: "optimal",
            kinds.kInfeasible: "infeasible",
            kinds.kUnbounded: "unbounded",
            kinds.kUnboundedOrInfeasible: "unbounded",
        }.get(self.highs.getModelStatus())
        if status is None:
            self.highs.clearSolver()
            return None
        solution = self.highs.getSolution()
        x, y = np.array(solution.col_value), -np.array(solution.row_dual)
        return Proposal(status, x, y, self._basis())

    def dual_ray(self) -> Any:
        """Return multipliers of the scaled rows that HiGHS believes to prove infeasibility, or None."""
        found = self.highs.getDualRay()
        return -np.array(found[2]) if found[1] else None

    def _basis(self) -> Basis:
        basis = self.highs.getBasis()
        kinds = self._api.HighsBasisStatus
        sides = {kinds.kLower: LOWER, kinds.kUpper: UPPER, kinds.kZero: PINNED, kinds.kNonbasic: PINNED}
        held = [(k, sides[s]) for k, s in enumerate(basis.col_status) if s != kinds.kBasic]
        rows = [i for i, s in enumerate(basis.row_status) if s != kinds.kBasic]
        return Basis(tuple(rows), tuple(held))


def _double(bound: Any) -> float:
    try:
        return float(bound)
    except OverflowError:
        return np.inf


_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "presolve": "off",
    "solver": "simplex",
    "threads": 1,
    "parallel": "off",
    "primal_feasibility_tolerance": 1e-10,
    "dual_feasibility_tolerance": 1e-10,
}
