"""Answers of linear programs: each carries its proof, can check it again, and writes it as a certificate.

A multiplier belongs to the constraint as it was given. With `y ≥ 0` for inequalities, `z` of any sign for
equations and `l, u ≥ 0` for bounds, `c = Aᵀy + Eᵀz + u − l` bounds `c·x` by `y·b + z·f + u·upper − l·lower`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from exactgeom.exact import fraction_str
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_solve import combination

if TYPE_CHECKING:
    from exactgeom.linalg.lp import LinearProgram

Vector = tuple[Fraction, ...]
SCHEMA = "exactgeom/certificate-1"


class Dual(NamedTuple):
    """Multipliers of all constraints of a program, dense, of the constraints as they were given.

    >>> Dual((), (), (Fraction(1),), (Fraction(0),)).lower
    (Fraction(1, 1),)
    """

    inequalities: Vector
    equations: Vector
    lower: Vector
    upper: Vector


@dataclass(frozen=True)
class Optimal:
    """An optimum, with a point that reaches it and multipliers that no point can beat.

    Contract: exact. `value` is `objective·x`; `dual` combines the constraints to the objective (to its
    negative when minimising). `verify()` recomputes both from the constraints.
    """

    program: LinearProgram
    objective: Vector
    sense: str
    value: Fraction
    x: Vector
    dual: Dual

    def verify(self) -> bool:
        """Tell whether the proof holds, recomputed from the constraints alone."""
        sign = 1 if self.sense == "max" else -1
        value = sum((c * t for c, t in zip(self.objective, self.x, strict=True)), Fraction(0))
        total, bound = combined(self.program, self.dual)
        return (
            self.program.contains(self.x)
            and value == self.value
            and allowed(self.program, self.dual)
            and total == tuple(sign * c for c in self.objective)
            and bound == sign * self.value
        )

    def certificate(self, system: Any = None) -> dict[str, Any]:
        """Return the certificate of kind `lp-optimal`; `system` may replace the rows written out."""
        return document(
            "lp-optimal",
            {
                "system": self.program.document() if system is None else system,
                "objective": strings(self.objective),
                "sense": self.sense,
                "value": fraction_str(self.value),
            },
            {"primal": strings(self.x), "dual": sparse(self.program, self.dual)},
        )


@dataclass(frozen=True)
class Infeasible:
    """No point satisfies the constraints: `farkas` combines them to `0·x ≤ negative`.

    Contract: exact; `verify()` recomputes the combination from the constraints.
    """

    program: LinearProgram
    farkas: Dual

    def verify(self) -> bool:
        """Tell whether the proof holds, recomputed from the constraints alone."""
        total, bound = combined(self.program, self.farkas)
        return allowed(self.program, self.farkas) and not any(total) and bound < 0

    def certificate(self, system: Any = None) -> dict[str, Any]:
        """Return the certificate of kind `empty`; `system` may replace the rows written out."""
        claim = {"system": self.program.document() if system is None else system}
        return document("empty", claim, {"multipliers": sparse(self.program, self.farkas)})


@dataclass(frozen=True)
class Unbounded:
    """The objective has no bound: from `x` along `ray` it improves for ever, inside the constraints.

    Contract: exact; `ray` is a primitive integer vector; `verify()` recomputes from the constraints.
    """

    program: LinearProgram
    objective: Vector
    sense: str
    x: Vector
    ray: Vector

    def verify(self) -> bool:
        """Tell whether the proof holds, recomputed from the constraints alone."""
        gain = sum((c * t for c, t in zip(self.objective, self.ray, strict=True)), Fraction(0))
        grows = gain > 0 if self.sense == "max" else gain < 0
        return grows and self.program.contains(self.x) and self.program.recedes(self.ray)

    def certificate(self, system: Any = None) -> dict[str, Any]:
        """Return the certificate of kind `lp-unbounded`; `system` may replace the rows written out."""
        return document(
            "lp-unbounded",
            {
                "system": self.program.document() if system is None else system,
                "objective": strings(self.objective),
                "sense": self.sense,
            },
            {"point": strings(self.x), "ray": strings(self.ray)},
        )


@dataclass(frozen=True)
class Feasible:
    """A point that satisfies every constraint."""

    program: LinearProgram
    x: Vector

    def verify(self) -> bool:
        """Tell whether the point satisfies the constraints."""
        return self.program.contains(self.x)

    def certificate(self, system: Any = None) -> dict[str, Any]:
        """Return the certificate of kind `feasible`; `system` may replace the rows written out."""
        claim = {"system": self.program.document() if system is None else system}
        return document("feasible", claim, {"point": strings(self.x)})


def dual_of(program: LinearProgram, multipliers: Multipliers) -> Dual:
    """Return integer multipliers as multipliers of the constraints as they were given."""
    system = program.system
    rows = [Fraction(0)] * system.n_rows
    for i, top in multipliers.rows:
        rows[i] += Fraction(top * system.scales[i], multipliers.den)
    sides = []
    for pairs in (multipliers.lower, multipliers.upper):
        side = [Fraction(0)] * system.dim
        for k, top in pairs:
            side[k] += Fraction(top, multipliers.den)
        sides.append(tuple(side))
    count = system.n_inequalities
    return Dual(tuple(rows[:count]), tuple(rows[count:]), sides[0], sides[1])


def integer_multipliers(program: LinearProgram, dual: Dual) -> Multipliers:
    """Return multipliers of given constraints as integer multipliers of the integer rows."""
    import math

    scales = program.system.scales
    rows = {i: y / scales[i] for i, y in enumerate((*dual.inequalities, *dual.equations)) if y}
    used = [*rows.values(), *(y for y in (*dual.lower, *dual.upper) if y)]
    den = math.lcm(*{y.denominator for y in used})

    def pairs(values: Any) -> list[tuple[int, int]]:
        return [(i, y.numerator * (den // y.denominator)) for i, y in values if y]

    return Multipliers(pairs(rows.items()), pairs(enumerate(dual.lower)), pairs(enumerate(dual.upper)), den)


def combined(program: LinearProgram, dual: Dual) -> tuple[Vector, Fraction]:
    """Return the combination of the constraints and of their right sides."""
    multipliers = integer_multipliers(program, dual)
    total = combination(program.system, multipliers)
    return tuple(Fraction(top, multipliers.den) for top in total), multipliers.bound(program.system)


def allowed(program: LinearProgram, dual: Dual) -> bool:
    """Tell whether the multipliers of inequalities are nonnegative, and none is of a missing bound."""
    sides = ((dual.lower, program.lower), (dual.upper, program.upper))
    signs = all(y >= 0 for part in (dual.inequalities, dual.lower, dual.upper) for y in part)
    return signs and all(
        not y or bound is not None for part, bounds in sides for y, bound in zip(part, bounds, strict=True)
    )


def sparse(program: LinearProgram, dual: Dual) -> list[list[Any]]:
    """Return the multipliers as `[[row, number], …]`, numbered as in `LinearProgram.document`."""
    system = program.system
    listed = list(dual.inequalities)
    listed += [y for y, bound in zip(dual.upper, system.upper, strict=True) if bound is not None]
    listed += [y for y, bound in zip(dual.lower, system.lower, strict=True) if bound is not None]
    listed += dual.equations
    return [[i, fraction_str(y)] for i, y in enumerate(listed) if y]


def strings(vector: Vector) -> list[str]:
    """Return the numbers as exact strings."""
    return [fraction_str(value) for value in vector]


def document(kind: str, claim: dict[str, Any], evidence: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate."""
    return {"schema": SCHEMA, "kind": kind, "claim": claim, "evidence": evidence}
