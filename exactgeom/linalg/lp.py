"""Certified linear programming over the rationals: every answer is proved, none depends on a tolerance."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, fraction_str
from exactgeom.linalg.clearing import clear_denominators
from exactgeom.linalg.lp_answers import Feasible, Infeasible, Optimal, Unbounded, Vector, dual_of
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_float import FloatModel
from exactgeom.linalg.lp_interior import Interior, interior
from exactgeom.linalg.lp_simplex import Nothing, Point, Top
from exactgeom.linalg.lp_solve import solve
from exactgeom.linalg.lp_system import Bound, System, read_bounds, read_rows

Answer = Optimal | Infeasible | Unbounded


class LinearProgram:
    """The set `{x : A x ≤ b, E x = f, lower ≤ x ≤ upper}`, over which objectives are optimised exactly.

    Contract: exact; immutable; always answers. HiGHS proposes a basis, FLINT solves it, signs are checked;
    what does not verify goes to an exact simplex method. Which of several optimal points
    or multipliers is returned is not specified.
    `A` is m × n, `b` has m numbers; `equations` is a pair `(E, f)`; a bound is one number for all variables,
    or one per variable, None for no bound. `dim` is needed only when nothing else tells n.
    Errors: `InvalidInput` naming the entry.

    >>> square = LinearProgram([[1, 0], [0, 1]], [1, 2], lower=0)
    >>> answer = square.maximize([1, 1])
    >>> answer.value, answer.verify()
    (Fraction(3, 1), True)
    """

    def __init__(
        self,
        A: Any = (),
        b: Any = (),
        *,
        equations: tuple[Any, Any] = ((), ()),
        lower: Any = None,
        upper: Any = None,
        dim: int | None = None,
    ) -> None:
        rows, right, scales, width = read_rows(A, b, _dimension(A, dim), "A", "b")
        try:
            left, sides = equations
        except (TypeError, ValueError) as error:
            raise InvalidInput("expected a pair (E, f)", "equations") from error
        more, tops, factors, width = read_rows(left, sides, width, "equations[0]", "equations[1]")
        for bounds in (lower, upper):
            if width is None and bounds is not None and not isinstance(bounds, str) and _sized(bounds):
                width = len(bounds)
        if width is None:
            raise InvalidInput("expected dim, as there is no row to tell the dimension", "dim")
        low, high = read_bounds(lower, width, "lower"), read_bounds(upper, width, "upper")
        self.system = System(width, rows + more, right + tops, len(rows), low, high, scales + factors)
        self._model: FloatModel | None = None
        self._modelled = False

    @property
    def dim(self) -> int:
        """The number of variables."""
        return self.system.dim

    @property
    def n_inequalities(self) -> int:
        """The number of rows of A."""
        return self.system.n_inequalities

    @property
    def n_equations(self) -> int:
        """The number of rows of E."""
        return self.system.n_rows - self.system.n_inequalities

    @property
    def lower(self) -> tuple[Bound, ...]:
        """The lower bounds, None for none."""
        return self.system.lower

    @property
    def upper(self) -> tuple[Bound, ...]:
        """The upper bounds, None for none."""
        return self.system.upper

    def row(self, i: int) -> tuple[Vector, Fraction]:
        """Return row i of A, then of E, with its right side, as given."""
        scale = self.system.scales[i]
        return (
            tuple(Fraction(top, scale) for top in self.system.rows[i]),
            Fraction(self.system.right[i], scale),
        )

    # --- questions ----------------------------------------------------------------------------------

    def maximize(self, objective: Iterable[Any]) -> Answer:
        """Return the largest value of `objective·x`: `Optimal`, `Infeasible` or `Unbounded`.

        >>> LinearProgram([[1, 1]], [1]).maximize([1, 0]).ray
        (Fraction(1, 1), Fraction(-1, 1))
        """
        return self._optimize(objective, "max")

    def minimize(self, objective: Iterable[Any]) -> Answer:
        """Return the least value of `objective·x`: `Optimal`, `Infeasible` or `Unbounded`.

        >>> LinearProgram([[-2, -3]], [-6], lower=0).minimize([1, 1]).value
        Fraction(2, 1)
        """
        return self._optimize(objective, "min")

    def feasible(self) -> Feasible | Infeasible:
        """Return a point of the set, or the proof that there is none.

        >>> LinearProgram([[1], [-1]], [0, -1]).feasible().verify()
        True
        """
        found = solve(self.system, [0] * self.dim, self._float_model())
        if isinstance(found, Nothing):
            return Infeasible(self, dual_of(self, found.multipliers))
        return Feasible(self, _fractions(found.point))

    def interior_point(self, norms: Iterable[Any] | None = None) -> Interior | Infeasible:
        """Return the point deepest inside all inequalities and bounds, by the norms of their rows.

        Contract: exact. Maximises t ≤ 1 subject to `a·x + ‖a‖ t ≤ b` for every inequality that is not
        constant, `x ± t` within the bounds, and the equations. By default ‖a‖ is Σ|aₖ|: the largest cube
        around x that fits, half a side at most 1. `norms` are other rational numbers > 0, one per row of A:
        upper bounds of Euclidean lengths give a ball that fits.
        `radius` 0 proves that some inequality holds with equality everywhere.

        >>> found = LinearProgram([[1, 1]], [1], lower=0).interior_point()
        >>> found.x, found.radius
        ((Fraction(1, 4), Fraction(1, 4)), Fraction(1, 4))
        """
        return interior(self, norms)

    def _optimize(self, objective: Iterable[Any], sense: str) -> Answer:
        tops, den = clear_denominators(objective, "objective")
        if len(tops) != self.dim:
            raise InvalidInput(f"expected {self.dim} numbers, got {len(tops)}", "objective")
        given = tuple(Fraction(top, den) for top in tops)
        goal = tops if sense == "max" else [-top for top in tops]
        found = solve(self.system, goal, self._float_model())
        if isinstance(found, Nothing):
            return Infeasible(self, dual_of(self, found.multipliers))
        x = _fractions(found.point)
        if not isinstance(found, Top):
            return Unbounded(self, given, sense, x, tuple(map(Fraction, found.direction)))
        rows, lower, upper, over = found.multipliers
        value = sum((c * t for c, t in zip(given, x, strict=True)), Fraction(0))
        return Optimal(
            self, given, sense, value, x, dual_of(self, Multipliers(rows, lower, upper, over * den))
        )

    def _float_model(self) -> FloatModel | None:
        if not self._modelled:
            self._model, self._modelled = FloatModel.of(self.system), True
        return self._model

    # --- checks -------------------------------------------------------------------------------------

    def contains(self, point: Iterable[Any]) -> bool:
        """Tell whether a point satisfies every constraint, exactly.

        >>> LinearProgram([["1/3"]], [1]).contains([3])
        True
        """
        tops, den = self._read(point, "point")
        return self.system.contains(tops, den)

    def recedes(self, ray: Iterable[Any]) -> bool:
        """Tell whether the set never ends in this direction: `A·ray ≤ 0`, `E·ray = 0`, bounds likewise.

        >>> LinearProgram(lower=0, dim=1).recedes([1])
        True
        """
        tops, _ = self._read(ray, "ray")
        values = self.system.values(tops)
        count = self.n_inequalities
        inside = all(value <= 0 for value in values[:count]) and not any(values[count:])
        return inside and all(
            (low is None or top >= 0) and (high is None or top <= 0)
            for top, low, high in zip(tops, self.lower, self.upper, strict=True)
        )

    def _read(self, vector: Iterable[Any], place: str) -> tuple[list[int], int]:
        tops, den = clear_denominators(vector, place)
        if len(tops) != self.dim:
            raise InvalidInput(f"expected {self.dim} numbers, got {len(tops)}", place)
        return tops, den

    def document(self) -> dict[str, Any]:
        """Return the set as a SYSTEM of certificates: rows of A, then upper, then lower bounds; equations."""
        rows = [self.row(i) for i in range(self.system.n_rows)]
        count = self.n_inequalities
        listed = rows[:count]
        for bounds, sign in ((self.upper, 1), (self.lower, -1)):
            for k, bound in enumerate(bounds):
                if bound is not None:
                    unit = tuple(Fraction(sign * int(j == k)) for j in range(self.dim))
                    listed.append((unit, sign * bound))
        result: dict[str, Any] = {"dim": self.dim}
        for part, left, right in ((listed, "A", "b"), (rows[count:], "E", "f")):
            if part or left == "A":
                result[left] = [[fraction_str(entry) for entry in row] for row, _ in part]
                result[right] = [fraction_str(side) for _, side in part]
        return result

    # --- value --------------------------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        system = self.system
        rows = tuple(map(tuple, system.rows))
        return (
            system.dim,
            rows,
            tuple(system.right),
            tuple(system.scales),
            system.n_inequalities,
            system.lower,
            system.upper,
        )

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, LinearProgram) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_key, self._key()

    def __repr__(self) -> str:
        rows = [self.row(i) for i in range(self.system.n_rows)]
        count = self.n_inequalities
        parts = [_shown(rows[:count])]
        if rows[count:]:
            parts.append(f"equations=({_shown(rows[count:])})")
        for name, bounds in (("lower", self.lower), ("upper", self.upper)):
            if any(bound is not None for bound in bounds):
                parts.append(f"{name}=[{', '.join(map(_number, bounds))}]")
        if not rows:
            parts.append(f"dim={self.dim}")
        return f"LinearProgram({', '.join(parts)})"


def _dimension(rows: Any, dim: int | None) -> int | None:
    if dim is not None and (isinstance(dim, bool) or not isinstance(dim, int) or dim < 0):
        raise InvalidInput(f"expected a nonnegative integer, got {dim!r}", "dim")
    shape = getattr(rows, "shape", None)
    return int(shape[1]) if dim is None and shape is not None and len(shape) == 2 else dim


def _sized(bounds: Any) -> bool:
    return hasattr(bounds, "__len__") and hasattr(bounds, "__iter__")


def _fractions(point: Point) -> Vector:
    tops, den = point
    return tuple(Fraction(top, den) for top in tops)


def _number(value: Bound) -> str:
    if value is None:
        return "None"
    return fraction_str(value) if value.denominator == 1 else f'"{fraction_str(value)}"'


def _shown(rows: list[tuple[Vector, Fraction]]) -> str:
    listed = ", ".join(f"[{', '.join(map(_number, row))}]" for row, _ in rows)
    return f"[{listed}], [{', '.join(_number(side) for _, side in rows)}]"


def _from_key(
    dim: int,
    rows: tuple[tuple[int, ...], ...],
    right: tuple[int, ...],
    scales: tuple[int, ...],
    n_inequalities: int,
    lower: tuple[Bound, ...],
    upper: tuple[Bound, ...],
) -> LinearProgram:
    result = object.__new__(LinearProgram)
    result.system = System(
        dim, [list(row) for row in rows], list(right), n_inequalities, lower, upper, list(scales)
    )
    result._model, result._modelled = None, False
    return result
