"""Exact optimal transport between finitely many masses, with the plan and the potential that prove it.

Rational problems run on integers. With surd costs an integer problem of nearby costs gives a candidate basis,
whose exact potentials decide: where a reduced cost is negative, pivoting goes on in exact numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.certificates.document import certificate
from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.lazy import Lazy, nearby
from exactgeom.curvature.simplex import Tree
from exactgeom.exact import CertificateError, InvalidInput, Surd, exact, to_json
from exactgeom.linalg.clearing import as_list, clear_denominators

Real = Fraction | Surd
Plan = tuple[tuple[int, int, Real], ...]


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

    def __repr__(self) -> str:
        shape = f"of {len(self.supply)} to {len(self.demand)} masses"
        return compact(self, f"{shape}: cost {brief(self.cost)}")

    @property
    def gap(self) -> Real:
        """The cost of the plan minus the value of the potential: exactly 0, computed afresh."""
        u, v = self.potential
        primal = [mass * self.costs[i][j] for i, j, mass in self.plan]
        dual = [-a * b for a, b in zip((*u, *v), (*self.supply, *self.demand), strict=True)]
        return total([*primal, *dual])

    def certificate(self) -> dict[str, Any]:
        """Return the certificate of kind `transport`: costs, masses and value; plan and potentials prove it.

        Errors: `CertificateError` for irrational masses and for fourth roots, which the kind does not know.

        >>> transport([1], [1], [["1/2"]]).certificate()["claim"]["value"]
        '1/2'
        """
        if any(isinstance(x, Surd) for x in (*self.supply, *self.demand)):
            raise CertificateError("a certificate of transport needs rational masses")
        if any(isinstance(x, Surd) and x.order == 4 for row in self.costs for x in row):
            raise CertificateError("a certificate of transport needs rational costs or square roots")
        u, v = (list(map(to_json, side)) for side in self.potential)
        claim = {
            "costs": [list(map(to_json, row)) for row in self.costs],
            "supply": list(map(to_json, self.supply)),
            "demand": list(map(to_json, self.demand)),
            "value": to_json(self.cost),
        }
        plan = [[i, j, to_json(mass)] for i, j, mass in self.plan]
        return certificate("transport", claim, {"plan": plan, "potentials": {"supply": u, "demand": v}})


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
        plan = tuple((rows[i], columns[j], real(x, mass_unit)) for i, j, x in arcs)
        u = {i: real(x, cost_unit) for i, x in zip(rows, tree.u, strict=True)}
        v = {j: real(x, cost_unit) for j, x in zip(columns, tree.v, strict=True)}
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
        return real(Surd.sum(listed))
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
    if type(flat[0]) is not int:
        flat = [Lazy.of(c) for c in flat]
    n = len(demand)
    table = [flat[k : k + n] for k in range(0, len(flat), n)]
    return best_tree(mass[: len(supply)], mass[len(supply) :], table), mass_unit, cost_unit


def best_tree(supply: list[Any], demand: list[Any], costs: list[list[Any]]) -> Tree:
    """Return an optimal tree for integer or lazy costs. Assumption (not checked): as for `Tree`."""
    if type(costs[0][0]) is int:
        tree = Tree(supply, demand, costs)
    else:
        flat, n = nearby(c for row in costs for c in row), len(demand)
        tree = Tree(supply, demand, [flat[k : k + n] for k in range(0, len(flat), n)])
        tree.optimise()
        tree.reprice(costs)
    tree.optimise()
    return tree


def _cleared(values: list[Real]) -> tuple[list[Any], int]:
    """Return integers over a common denominator, or surds over 1 if one is irrational."""
    if any(isinstance(x, Surd) for x in values):
        return [Surd(x) for x in values], 1
    return clear_denominators(values)


def real(x: Any, unit: int = 1) -> Real:
    """Return an integer over `unit`, a surd or a lazy number as a `Fraction`, or a `Surd` if irrational."""
    if isinstance(x, Lazy):
        x = x.exact()
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
    return tuple(real(x) for x in left), tuple(real(x) for x in right)
