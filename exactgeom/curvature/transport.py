"""Exact optimal transport between finitely many masses, with the plan and the potential that prove it.

Rational problems run on integers. With surd costs an integer problem of nearby costs gives a candidate basis,
whose exact potentials decide: where a reduced cost is negative, pivoting goes on in exact numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.curvature.simplex import Tree
from exactgeom.exact import InvalidInput, Surd, exact, to_json
from exactgeom.linalg.clearing import as_list, clear_denominators

Real = Fraction | Surd
Plan = tuple[tuple[int, int, Real], ...]
_BITS = 60


@dataclass(frozen=True)
class Transport:
    """An optimal transport: `plan` moves `supply` to `demand` at the least `cost`, `potential` proves it.

    Contract: exact, made by `transport`. `plan` lists `(i, j, mass)` with mass > 0, ascending. `potential` is
    a pair (u, v) with `u_i + v_j ≤ costs[i][j]` for all i, j and `Σ u_i s_i + Σ v_j d_j = cost`, so no plan
    is cheaper. Source: L. Kantorovich, On the translocation of masses (1942).

    >>> best = transport([1, 1], [1, 1], [[0, 1], [2, 1]])
    >>> best.cost, best.plan == ((0, 0, 1), (1, 1, 1)), best.gap
    (Fraction(1, 1), True, Fraction(0, 1))
    """

    cost: Real
    plan: Plan
    potential: tuple[tuple[Real, ...], tuple[Real, ...]]
    supply: tuple[Real, ...]
    demand: tuple[Real, ...]
    costs: tuple[tuple[Real, ...], ...]

    @property
    def gap(self) -> Real:
        """The cost of the plan minus the value of the potential: exactly 0, computed afresh."""
        u, v = self.potential
        primal = [mass * self.costs[i][j] for i, j, mass in self.plan]
        dual = [-a * b for a, b in zip((*u, *v), (*self.supply, *self.demand), strict=True)]
        return total([*primal, *dual])

    def certificate(self) -> dict[str, Any]:
        """Return the certificate of kind `transport`: masses, costs, plan, potential and value.

        >>> transport([1], [1], [["1/2"]]).certificate()["value"]
        '1/2'
        """
        u, v = self.potential
        return {
            "schema": "exactgeom/certificate-1",
            "kind": "transport",
            "supply": [to_json(x) for x in self.supply],
            "demand": [to_json(x) for x in self.demand],
            "cost": [[to_json(x) for x in row] for row in self.costs],
            "plan": [[i, j, to_json(mass)] for i, j, mass in self.plan],
            "potential": {"supply": [to_json(x) for x in u], "demand": [to_json(x) for x in v]},
            "value": to_json(self.cost),
        }


def transport(supply: Iterable[Any], demand: Iterable[Any], cost: Iterable[Iterable[Any]]) -> Transport:
    """Return an optimal transport from `supply` to `demand`: `min Σ cost_ij x_ij` over plans x.

    Contract: exact; deterministic. Formula: x ≥ 0 with row sums `supply` and column sums `demand`.
    Units: `supply` m masses, `demand` n masses, `cost` m × n; numbers by the number door, or surds; masses
    may be 0, costs negative. Errors: `InvalidInput` for shapes, negative masses, unequal totals. Cost: a
    millisecond for 20 × 20 integers, more for surds. Source: W. H. Cunningham (1976); see `simplex`.

    >>> transport(["1/2", "1/2"], ["1/3", "2/3"], [[0, 1], [Surd.sqrt(2), 0]]).cost
    Fraction(1, 6)
    """
    s, d = _masses(supply, "supply"), _masses(demand, "demand")
    costs = _rows(cost, len(s), len(d))
    if total(s) != total(d):
        raise InvalidInput(f"expected equal totals, got {total(s)} supplied, {total(d)} demanded", "demand")
    rows, columns = [i for i, x in enumerate(s) if x], [j for j, x in enumerate(d) if x]
    plan: Plan = ()
    u: dict[int, Real] = {}
    v: dict[int, Real] = {}
    if rows:
        block = [[costs[i][j] for j in columns] for i in rows]
        tree, mass_unit, cost_unit = _optimal([s[i] for i in rows], [d[j] for j in columns], block)
        arcs = [(*divmod(key, tree.n), x) for key, x in sorted(tree.flow.items()) if x]
        plan = tuple((rows[i], columns[j], _exact(x, mass_unit)) for i, j, x in arcs)
        u = {i: _exact(x, cost_unit) for i, x in zip(rows, tree.u, strict=True)}
        v = {j: _exact(x, cost_unit) for j, x in zip(columns, tree.v, strict=True)}
    return Transport(
        total(x * costs[i][j] for i, j, x in plan), plan, _potential(u, v, costs, len(d)), s, d, costs
    )


def number(value: object, place: str = "value") -> Real:
    """Return a number from outside as a `Fraction`, or as a `Surd` if it is an irrational one."""
    return value if isinstance(value, Surd) and not value.is_rational() else exact(value, place)


def total(values: Iterable[Real]) -> Real:
    """Return the exact sum, a `Fraction` when it is rational."""
    listed = list(values)
    if any(isinstance(x, Surd) for x in listed):
        return _exact(Surd.sum(listed), 1)
    return sum(listed, Fraction(0))


def _masses(values: Iterable[Any], place: str) -> tuple[Real, ...]:
    found = tuple(number(x, f"{place}[{i}]") for i, x in enumerate(as_list(values, place)))
    for i, x in enumerate(found):
        if x < 0:
            raise InvalidInput(f"expected a mass >= 0, got {x}", f"{place}[{i}]")
    return found


def _rows(cost: Iterable[Iterable[Any]], m: int, n: int) -> tuple[tuple[Real, ...], ...]:
    listed = [as_list(row, f"cost[{i}]") for i, row in enumerate(as_list(cost, "cost"))]
    if len(listed) != m:
        raise InvalidInput(f"expected {m} rows, one per supply, got {len(listed)}", "cost")
    for i, row in enumerate(listed):
        if len(row) != n:
            raise InvalidInput(f"expected {n} numbers, one per demand, got {len(row)}", f"cost[{i}]")
    return tuple(
        tuple(number(x, f"cost[{i}][{j}]") for j, x in enumerate(row)) for i, row in enumerate(listed)
    )


def _optimal(supply: list[Real], demand: list[Real], costs: list[list[Real]]) -> tuple[Tree, int, int]:
    """Return an optimal tree and the denominators of its masses and its costs."""
    mass, mass_unit = _cleared([*supply, *demand])
    flat, cost_unit = _cleared([c for row in costs for c in row])
    s, d = mass[: len(supply)], mass[len(supply) :]
    if all(type(c) is int for c in flat):
        tree = Tree(s, d, _table(flat, len(d)))
        tree.optimise()
        return tree, mass_unit, cost_unit
    tree = Tree(s, d, _table(_nearby(flat), len(d)))
    tree.optimise()
    tree.reprice(_table(flat, len(d)))
    tree.optimise()
    return tree, mass_unit, cost_unit


def _cleared(values: list[Real]) -> tuple[list[Any], int]:
    """Return integers over a common denominator, or surds over 1 if one is irrational."""
    if any(isinstance(x, Surd) for x in values):
        return [Surd(x) for x in values], 1
    return clear_denominators(values)


def _table(flat: list[Any], width: int) -> list[list[Any]]:
    return [flat[k : k + width] for k in range(0, len(flat), width)]


def _nearby(costs: list[Surd]) -> list[int]:
    """Return integers nearly in proportion to the costs, for a candidate: nothing is concluded from them."""
    floats = [_float(c) for c in costs]
    largest = max(map(abs, floats)) or 1.0
    return [round(Fraction(x) / Fraction(largest) * 2**_BITS) for x in floats]


def _float(x: Surd) -> float:
    try:
        return float(x)
    except OverflowError:
        return sys.float_info.max if x > 0 else -sys.float_info.max


def _exact(x: Any, unit: int) -> Real:
    if isinstance(x, Surd):
        return x.as_fraction() if x.is_rational() else x
    return Fraction(x, unit)


def _potential(
    u: dict[int, Real], v: dict[int, Real], costs: tuple[tuple[Real, ...], ...], n: int
) -> tuple[tuple[Real, ...], tuple[Real, ...]]:
    """Extend the potential to rows and columns without mass: as large as `u_i + v_j ≤ costs[i][j]` allows."""
    zero = Fraction(0)
    right = [v[j] if j in v else min((costs[i][j] - x for i, x in u.items()), default=zero) for j in range(n)]
    left = [
        u[i] if i in u else min((c - y for c, y in zip(row, right, strict=True)), default=zero)
        for i, row in enumerate(costs)
    ]
    return tuple(_exact(x, 1) for x in left), tuple(_exact(x, 1) for x in right)
