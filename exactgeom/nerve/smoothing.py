"""Smoothing splines on a complex: the exact minimiser of fit plus roughness, and its exact diagnostics.

`argmin_f Σ_i m_i (f_i − y_i)² + λ fᵀ G_0 Lˢ f` solves `(M + λ P) f = M y`, `M = diag(m)`, `P = G_0 Lˢ`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge import vector_of
from exactgeom.nerve.hodge_solve import solve_symmetric
from exactgeom.nerve.inertia import inertia, quadratic_form
from exactgeom.nerve.inertia_blocks import components
from exactgeom.nerve.labelled import LabelledMatrix


@dataclass(frozen=True, eq=False)
class SmoothingSpline(entry.Recorded):
    """A fitted smoothing spline; every number is exact (enclosures only where `bits` was given).

    `values`: f in the order of `labels`; `leverages`: the diagonal of the hat matrix `H = (M + λP)⁻¹ M`.
    """

    labels: tuple[Hashable, ...]
    masses: tuple[Any, ...]
    data: tuple[Any, ...]
    lam: Fraction
    order: int
    values: tuple[Any, ...]
    leverages: tuple[Any, ...]
    roughness: Any

    @property
    def degrees_of_freedom(self) -> Any:
        """The effective degrees of freedom, the trace of the hat matrix."""
        return sum(self.leverages, Fraction(0))

    @property
    def residuals(self) -> tuple[Any, ...]:
        """The residuals `y_i − f_i`."""
        return tuple(y - f for y, f in zip(self.data, self.values, strict=True))

    @property
    def objective(self) -> Any:
        """The attained minimum `Σ m_i (f_i − y_i)² + λ fᵀ P f`."""
        fit = (m * r * r for m, r in zip(self.masses, self.residuals, strict=True))
        return sum(fit, Fraction(0)) + self.lam * self.roughness

    @property
    def leave_one_out(self) -> tuple[Any, ...]:
        """The residuals `y_i − f_i^(−i)` of fits that leave mass i out: `(y_i − f_i) / (1 − H_ii)`, exactly.

        Errors: `InvalidInput` naming an i without which the fit is not determined.
        """
        result = []
        for label, r, h in zip(self.labels, self.residuals, self.leverages, strict=True):
            if h == 1:
                raise InvalidInput(f"without {label!r} the spline is not determined", "leave_one_out")
            result.append(r / (1 - h))
        return tuple(result)

    @property
    def cross_validation(self) -> Any:
        """The score `Σ m_i (y_i − f_i^(−i))² / Σ m_i`."""
        terms = (m * r * r for m, r in zip(self.masses, self.leave_one_out, strict=True))
        return sum(terms, Fraction(0)) / sum(self.masses, Fraction(0))

    @property
    def gcv(self) -> Any:
        """The generalised cross-validation score.

        Formula: `(Σ m_i r_i² / Σ m_i) / (1 − tr H / n)²`, n the number of positive masses.
        Errors: `InvalidInput` when `tr H = n` (interpolation: λ = 0), where it is 0/0.
        Source: P. Craven, G. Wahba, "Smoothing noisy data with spline functions" (1979).
        """
        count = sum(1 for m in self.masses if m != 0)
        share = 1 - self.degrees_of_freedom / count
        if share == 0:
            raise InvalidInput("tr H = n: the fit interpolates, and cross-validation is 0/0", "gcv")
        terms = (m * r * r for m, r in zip(self.masses, self.residuals, strict=True))
        return sum(terms, Fraction(0)) / sum(self.masses, Fraction(0)) / (share * share)


def penalty_matrix(gram: LabelledMatrix, operator: LabelledMatrix, order: int) -> LabelledMatrix:
    """Return `G_0 Lˢ`, symmetric because L is self-adjoint for `G_0`.

    Errors: `InvalidInput` when the order is not a positive integer, labels differ, or L is not self-adjoint.
    """
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise InvalidInput(f"expected an integer >= 1, got {order!r}", "order")
    if not gram.is_symmetric() or operator.rows != gram.rows or operator.columns != gram.rows:
        raise InvalidInput("expected a symmetric G_0 and an operator with its labels", "operator")
    result = gram @ operator
    if not result.is_symmetric():
        raise InvalidInput("expected an operator that is self-adjoint for G_0", "operator")
    for _ in range(order - 1):
        result = result @ operator
    return result  # type: ignore[no-any-return]


def smoothing_spline(
    masses: Any,
    G0: LabelledMatrix,
    L: LabelledMatrix,
    y: Any,
    lam: Any,
    order: int = 1,
    *,
    bits: int | None = None,
) -> SmoothingSpline:
    """Return the smoothing spline of order s: `argmin_f Σ m_i (f_i − y_i)² + λ fᵀ G_0 Lˢ f`.

    Contract: exact over Q and in fields of degree at most 64, certified enclosures beyond when `bits` is
    given. `masses` and `y` in label order or as `{label: number}`; masses ≥ 0 (0: no datum there), λ ≥ 0
    rational.
    Errors: `InvalidInput` naming a component without mass, a vertex without mass when λ = 0, or an indefinite
    penalty (then there is no minimum); `UndecidedError`. Cost: one solve with as many right sides as
    vertices. Source: G. Wahba, "Spline models for observational data" (1990).

    >>> path = LabelledMatrix("abc", "abc", [[1, -1, 0], [-1, 2, -1], [0, -1, 1]])
    >>> f = smoothing_spline([1, 1, 1], LabelledMatrix.diagonal_of("abc", [1, 1, 1]), path, [0, 3, 0], 1)
    >>> f.values, f.degrees_of_freedom, f.gcv
    ((Fraction(3, 4), Fraction(3, 2), Fraction(3, 4)), Fraction(7, 4), Fraction(162, 25))
    """
    return _fit(masses, penalty_matrix(G0, L, order), y, lam, order, bits)


def _fit(
    masses: Any, penalty: LabelledMatrix, y: Any, lam: Any, order: int, bits: int | None
) -> SmoothingSpline:
    labels = penalty.rows
    weights = _numbers(vector_of(masses, labels, "masses"), "masses")
    data = _numbers(vector_of(y, labels, "y"), "y")
    scale = exact(lam, "lam")
    if scale < 0:
        raise InvalidInput(f"expected a number >= 0, got {scale}", "lam")
    for label, mass in zip(labels, weights, strict=True):
        if mass < 0 or (mass == 0 and scale == 0):
            wanted = "mass > 0 (λ = 0)" if scale == 0 else "mass >= 0"
            raise InvalidInput(f"expected {wanted} at {label!r}, got {mass}", "masses")
    frame = LabelledMatrix.diagonal_of(labels, weights)
    system = frame + penalty * scale
    _check_determined(system, weights)
    sides = LabelledMatrix(labels, range(len(labels)), dict(frame.items()))
    hat = solve_symmetric(system, sides, bits=bits, what="smoothing_spline")
    leverages = tuple(entry.leave(line.get(i, entry.ZERO)) for i, line in enumerate(hat.lines))
    values = hat @ data
    rough = quadratic_form(penalty, values)
    return SmoothingSpline(labels, weights, data, scale, order, values, leverages, rough)


def _numbers(values: tuple[Any, ...], place: str) -> tuple[Any, ...]:
    return tuple(entry.leave(entry.enter(value, f"{place}[{i}]")) for i, value in enumerate(values))


def _check_determined(system: LabelledMatrix, weights: tuple[Any, ...]) -> None:
    """Refuse a system that is not positive definite, and say where and why."""
    for block in components(system.lines):
        part = system.submatrix(block, block)
        found = inertia(part)
        if found.is_positive_definite:
            continue
        names = ", ".join(repr(label) for label in part.rows[:6]) + (", …" if len(block) > 6 else "")
        if found.negative:
            raise InvalidInput(f"no minimum: the penalty is indefinite on the component of {names}", "L")
        if all(weights[i] == 0 for i in block):
            raise InvalidInput(f"no mass on the component of {names}: f is not determined there", "masses")
        raise InvalidInput(f"too little mass to determine f on the component of {names}", "masses")


def choose_lambda(
    masses: Any,
    G0: LabelledMatrix,
    L: LabelledMatrix,
    y: Any,
    candidates: Iterable[Any],
    order: int = 1,
    *,
    bits: int | None = None,
) -> SmoothingSpline:
    """Return the spline whose λ has the least GCV score among the candidates; ties go to the smallest λ.

    Contract: scores are exact and compared exactly. Errors: as for `smoothing_spline`; `InvalidInput` without
    candidates or for λ = 0 (GCV is 0/0 there).

    >>> path = LabelledMatrix("abc", "abc", [[1, -1, 0], [-1, 2, -1], [0, -1, 1]])
    >>> unit = LabelledMatrix.diagonal_of("abc", [1, 1, 1])
    >>> choose_lambda([1, 1, 1], unit, path, [0, 1, 2], ["1/10", 1, 10]).lam
    Fraction(1, 10)
    """
    penalty = penalty_matrix(G0, L, order)
    values = sorted({exact(value, f"candidates[{i}]") for i, value in enumerate(candidates)})
    if not values:
        raise InvalidInput("expected at least one candidate", "candidates")
    fits = [_fit(masses, penalty, y, value, order, bits) for value in values]
    return min(fits, key=lambda fit: fit.gcv)
