"""The deepest point of a polyhedron, by rational norms: a Chebyshev centre that stays rational."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.linalg.lp_answers import Infeasible, Vector, document, dual_of, strings
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_float import FloatModel
from exactgeom.linalg.lp_simplex import Nothing, Top
from exactgeom.linalg.lp_solve import solve
from exactgeom.linalg.lp_system import System

if TYPE_CHECKING:
    from exactgeom.linalg.lp import LinearProgram


@dataclass(frozen=True)
class Interior:
    """A deepest point `x` and its depth `radius` (at most 1); `ties` are the rows that hold it there.

    Contract: exact. `radius` > 0: `x` is strictly inside all inequalities that are not constant.
    `radius` = 0: no point is, because the inequalities numbered in `ties` (rows of A), `lower_ties` and
    `upper_ties` (bounds of variables) hold with equality at every point of the set.
    """

    program: LinearProgram
    x: Vector
    radius: Fraction
    ties: tuple[int, ...]
    lower_ties: tuple[int, ...]
    upper_ties: tuple[int, ...]

    def certificate(self, system: Any = None) -> dict[str, Any]:
        """Return the certificate of kind `feasible`, strict when the point is inside all inequalities."""
        claim: dict[str, Any] = {"system": self.program.document() if system is None else system}
        if self.radius > 0 and not self.program.n_equations:
            claim["strict"] = True
        return document("feasible", claim, {"point": strings(self.x)})


def interior(program: LinearProgram, norms: Iterable[Any] | None) -> Interior | Infeasible:
    """Return the deepest point of the program's set, or the proof that it is empty."""
    source = program.system
    deep, owners = deepened(source, _norms(program, norms))
    found = solve(deep, [0] * source.dim + [1], FloatModel.of(deep))
    if isinstance(found, Nothing):  # t is free downwards, so this is a clash of constants or of equations
        return Infeasible(program, dual_of(program, original_multipliers(source, owners, found.multipliers)))
    if not isinstance(found, Top):
        raise AssertionError("unreachable: t is at most 1")
    tops, den = found.point
    radius = Fraction(tops[-1], den)
    original = original_multipliers(source, owners, found.multipliers)
    if radius < 0:
        return Infeasible(program, dual_of(program, original))
    x = tuple(Fraction(top, den) for top in tops[:-1])
    tied = radius == 0
    return Interior(
        program,
        x,
        radius,
        tuple(i for i, top in original.rows if top and i < source.n_inequalities) if tied else (),
        tuple(k for k, top in original.lower if top) if tied else (),
        tuple(k for k, top in original.upper if top) if tied else (),
    )


def _norms(program: LinearProgram, norms: Iterable[Any] | None) -> list[Fraction]:
    """Return one norm per row of A, of the integer row."""
    system = program.system
    rows = system.rows[: system.n_inequalities]
    if norms is None:
        return [Fraction(sum(map(abs, row))) for row in rows]
    given = exact_vector(norms, "norms")
    if len(given) != len(rows):
        raise InvalidInput(f"expected {len(rows)} numbers, one per row of A, got {len(given)}", "norms")
    for i, (norm, row) in enumerate(zip(given, rows, strict=True)):
        if norm <= 0 and any(row):
            raise InvalidInput("expected a positive number", f"norms[{i}]")
    return [
        norm * scale if any(row) else Fraction(0)
        for norm, scale, row in zip(given, system.scales, rows, strict=False)
    ]


def deepened(source: System, norms: list[Fraction]) -> tuple[System, list[tuple[int, int, int]]]:
    """Return the system in (x, t) and the owner of every inequality.

    An owner is `(row, 0, factor)` or `(variable, side, factor)`: the inequality is that one times `factor`.
    """
    rows, right, owners = [], [], []
    for i, norm in enumerate(norms):
        factor = norm.denominator
        rows.append([*(entry * factor for entry in source.rows[i]), norm.numerator])
        right.append(source.right[i] * factor)
        owners.append((i, 0, factor))
    for bounds, side in ((source.lower, -1), (source.upper, 1)):
        for k, bound in enumerate(bounds):
            if bound is not None:
                row = [0] * (source.dim + 1)
                row[k], row[-1] = side * bound.denominator, bound.denominator
                rows.append(row)
                right.append(side * bound.numerator)
                owners.append((k, side, bound.denominator))
    count = len(rows)
    rows += [[*row, 0] for row in source.rows[source.n_inequalities :]]
    right += source.right[source.n_inequalities :]
    none: list[Fraction | None] = [None] * source.dim
    return System(source.dim + 1, rows, right, count, [*none, None], [*none, Fraction(1)]), owners


def original_multipliers(
    source: System, owners: list[tuple[int, int, int]], multipliers: Multipliers
) -> Multipliers:
    """Return multipliers of the deepened system as multipliers of the source (the bound of t left out)."""
    rows: list[tuple[int, int]] = []
    lower: list[tuple[int, int]] = []
    upper: list[tuple[int, int]] = []
    for number, top in multipliers.rows:
        if number >= len(owners):
            rows.append((number - len(owners) + source.n_inequalities, top))
            continue
        index, side, factor = owners[number]
        (lower if side < 0 else upper if side > 0 else rows).append((index, top * factor))
    return Multipliers(rows, lower, upper, multipliers.den)
