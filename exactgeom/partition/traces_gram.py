"""Rank, volume density and inner products of 1-forms of one Jacobian, through r × r integer matrices.

With B a choice of r independent rows of J and M = J Bᵀ: `e_r(JᵀJ) = det(MᵀM) / det(BBᵀ)`, and 1-forms a, b in
the row space have the inner product `(Ba)ᵀ (MᵀM)⁻¹ (Bb)` in the pseudo-inverse of JᵀJ. (Proof: J = L B with L
of full column rank, so `JᵀJ = Bᵀ(LᵀL)B`, `M = L BBᵀ`, and `a = Bᵀ(BBᵀ)⁻¹Ba`.)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq, fmpz_mat, nmod_mat

from exactgeom.exact import Enclosure, UndefinedAngle, fraction
from exactgeom.exact.balls import GUARD, precision
from exactgeom.linalg import Matrix

_PRIME = 2**61 - 1


class Gram:
    """What follows from an integer Jacobian `numerator / denominator`; everything on demand, exact.

    `rank_at_most` is a bound the caller knows; when a prime's rank reaches it, no more work is needed.
    """

    def __init__(self, numerator: fmpz_mat, denominator: int, rank_at_most: int) -> None:
        self.numerator, self.denominator = numerator, denominator
        width = numerator.ncols()
        entries = numerator.entries()
        alive = [i for i in range(numerator.nrows()) if any(entries[i * width : (i + 1) * width])]
        self._alive = (
            numerator
            if len(alive) == numerator.nrows()
            else fmpz_mat(len(alive), width, [c for i in alive for c in entries[i * width :][:width]])
        )
        self._bound = min(rank_at_most, len(alive), width)

    @cached_property
    def _independent(self) -> list[int]:
        """Numbers of nonzero rows that form a basis of the row space."""
        if self._bound == 0:
            return []
        turned = self._alive.transpose()
        # What is independent modulo a prime is independent; the bound tells when there cannot be more.
        reduced, rank = nmod_mat(turned, _PRIME).rref()
        if rank == self._bound or rank == Matrix.from_flint(self._alive).rank():
            return _pivots(reduced.tolist(), rank)
        exact_form, _, rank = turned.rref()
        return _pivots(exact_form.tolist(), rank)

    @property
    def rank(self) -> int:
        """The rank over the rationals."""
        return len(self._independent)

    @cached_property
    def basis(self) -> fmpz_mat:
        """B: independent rows of the numerator."""
        if self.rank == self._alive.nrows():
            return self._alive
        width, entries = self._alive.ncols(), self._alive.entries()
        chosen = [c for i in self._independent for c in entries[i * width : (i + 1) * width]]
        return fmpz_mat(len(self._independent), width, chosen)

    @cached_property
    def _own(self) -> fmpz_mat:
        """BBᵀ."""
        return self.basis * self.basis.transpose()

    @cached_property
    def _square(self) -> fmpz_mat:
        """MᵀM."""
        m = self._alive * self.basis.transpose()
        return m.transpose() * m

    @cached_property
    def volume_squared(self) -> Fraction:
        """`e_r(JᵀJ)`: the product of the nonzero eigenvalues; 1 for rank 0."""
        if self.rank == 0:
            return Fraction(1)
        own = self._own.det()
        full = self.rank == self._alive.nrows()
        top = own if full else self._square.det() / own
        return fraction(fmpq(top) / fmpq(self.denominator) ** (2 * self.rank))

    def products(self, forms: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
        """Return the inner products of 1-forms in the pseudo-inverse of JᵀJ.

        Errors: ``UndefinedAngle`` naming the first form that is not in the row space.
        """
        columns = Matrix(forms).transpose()
        basis = Matrix.from_flint(self.basis)
        images = basis @ columns
        # The coordinates of the forms in the basis, if they are in its span.
        found = Matrix.from_flint(self._own).solve(images) if self.rank else images
        if self.rank < self.numerator.ncols():
            self._check_span(basis.transpose() @ found, columns)
        if self.rank == self._alive.nrows():
            products = found.transpose() @ found
        else:
            products = images.transpose() @ Matrix.from_flint(self._square).solve(images)
        # B and M are those of the numerator alone: the inverse of g carries the denominator squared.
        return [list(row) for row in (products * self.denominator**2).rows]

    def _check_span(self, projected: Matrix, columns: Matrix) -> None:
        if projected == columns:
            return
        number = next(k for k in range(columns.n_columns) if projected.column(k) != columns.column(k))
        raise UndefinedAngle(
            f"the metric of rank {self.rank} does not measure forms[{number}], which is outside its row space"
        )

    @cached_property
    def characteristic(self) -> Any:
        """`det(t − G)` for G the smaller of `NᵀN`, `NNᵀ` (N the nonzero rows of the numerator)."""
        rows = self._alive
        if rows.nrows() > rows.ncols():
            rows = rows.transpose()
        return (rows * rows.transpose()).charpoly()

    def condition_number(self, bits: int) -> Enclosure:
        """Return a ball for `√(λ_max/λ_min)` over the nonzero eigenvalues of JᵀJ; assumption: rank > 0."""
        coefficients = self.characteristic.coeffs()
        positive = type(self.characteristic)(coefficients[len(coefficients) - 1 - self.rank :])
        working = bits + GUARD
        while True:
            with precision(working):
                # Real by symmetry: so the real parts of isolating balls hold the roots.
                roots = [root.real for root, _ in positive.complex_roots()]
                first = next((r for r in roots if all(r is s or _surely(r, s) for s in roots)), None)
                last = next((r for r in roots if all(r is s or _surely(s, r) for s in roots)), None)
                if len(roots) == 1:
                    return Enclosure(1, bits=bits)
                if first is not None and last is not None and first > 0:
                    ball = (last / first).sqrt()
                    if ball.rel_accuracy_bits() >= bits:
                        return Enclosure.from_ball(ball, bits)
            working *= 2


def _surely(small: Any, large: Any) -> bool:
    return bool(small < large)


def _pivots(rows: Sequence[Sequence[Any]], rank: int) -> list[int]:
    return [next(j for j, entry in enumerate(row) if entry != 0) for row in rows[:rank]]
