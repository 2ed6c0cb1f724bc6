"""The largest root of a real-rooted rational polynomial, and operator norms of rational matrices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Rational
from typing import Any

from flint import arb, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from exactgeom.exact import Enclosure, InvalidInput, exact, exact_matrix, fraction, to_fmpq
from exactgeom.exact.balls import correctly_rounded, refined, sign_by_refining
from exactgeom.exact.values import Value, freeze

Norm = int | str


class LargestRoot(Value):
    """The largest real root of a polynomial all of whose roots are real: an exact algebraic number.

    `LargestRoot([c_0, c_1, ...])` is the largest root of ``c_0 + c_1 x + ...`` (rational coefficients).
    Contract: exact; equal, and equally hashed, when the numbers are equal: the value is kept as its minimal
    polynomial.  Assumption: all roots are real (characteristic polynomials of symmetric matrices).
    Compares with rationals and floats too.  Errors: InvalidInput for a constant polynomial.

    >>> x = LargestRoot([2, -4, 1])
    >>> x, x == LargestRoot([-2, 6, -5, 1]), x > 3, LargestRoot([-6, 5, 1]) == 1
    (LargestRoot([2, -4, 1]), True, True, True)
    """

    __slots__ = ("_polynomial",)
    _polynomial: fmpz_poly

    def __init__(self, coefficients: Iterable[Any]) -> None:
        given = fmpq_poly([to_fmpq(exact(c, f"coefficients[{i}]")) for i, c in enumerate(coefficients)])
        freeze(self, "_polynomial", _leading_factor(given.numer()))

    @property
    def minimal_polynomial(self) -> tuple[int, ...]:
        """Coefficients, constant first, of the irreducible primitive polynomial with this root."""
        return tuple(int(c) for c in self._polynomial.coeffs())

    @property
    def degree(self) -> int:
        """Degree of the number over the rationals."""
        return int(self._polynomial.degree())

    def is_rational(self) -> bool:
        """Return whether the number is rational."""
        return self.degree == 1

    def as_fraction(self) -> Fraction:
        """Return the rational value (InvalidInput when it is not one)."""
        if not self.is_rational():
            raise InvalidInput(f"{self!r} is not rational")
        constant, leading = self.minimal_polynomial
        return Fraction(-constant, leading)

    def sqrt(self) -> LargestRoot:
        """Return the square root. Assumption: no root of the minimal polynomial is negative.

        >>> LargestRoot([-9, 1]).sqrt() == 3
        True
        """
        doubled = [0] * (2 * self.degree + 1)
        doubled[::2] = self.minimal_polynomial
        return LargestRoot(doubled)

    def _ball(self) -> arb:
        return _largest_ball(self._polynomial)

    def enclosure(self, bits: int = 64) -> Enclosure:
        """Return a ball of relative accuracy at least `bits` that holds the number."""
        zero = self._polynomial.coeffs()[0] == 0
        return Enclosure.from_ball(arb(0) if zero else refined(self._ball, bits), bits)

    def __float__(self) -> float:
        """Return the nearest double, ties to even."""
        return float(self.as_fraction()) if self.is_rational() else correctly_rounded(self._ball)

    def _compare(self, other: object) -> Any:
        if isinstance(other, LargestRoot):
            if self._polynomial == other._polynomial:
                return 0
            return sign_by_refining(lambda: self._ball() - other._ball())
        if isinstance(other, bool) or not isinstance(other, Rational | float):
            return NotImplemented
        value = exact(other)
        if self.is_rational():
            own = self.as_fraction()
            return (own > value) - (own < value)
        return sign_by_refining(lambda: self._ball() - arb(to_fmpq(value)))

    def __hash__(self) -> int:
        return hash(self.as_fraction()) if self.is_rational() else hash(self.minimal_polynomial)

    def __repr__(self) -> str:
        return f"LargestRoot({list(self.minimal_polynomial)})"

    def to_json(self) -> dict[str, str]:
        """Return an enclosure, ``{"mid", "rad"}``."""
        return self.enclosure(64).to_json()

    def to_latex(self) -> str:
        """Return an enclosure as LaTeX."""
        return self.enclosure(64).to_latex()

    def __reduce__(self) -> tuple[Any, ...]:
        return LargestRoot, (self.minimal_polynomial,)


def _leading_factor(polynomial: fmpz_poly) -> fmpz_poly:
    """The irreducible factor with the largest root, primitive, with positive leading coefficient."""
    if polynomial.degree() < 1:
        raise InvalidInput("expected a polynomial of degree at least 1", place="coefficients")
    best, *others = (factor for factor, _ in polynomial.factor()[1])
    for factor in others:  # different irreducible factors have no common root
        if sign_by_refining(lambda f=factor, b=best: _largest_ball(f) - _largest_ball(b)) > 0:  # type: ignore[misc]
            best = factor
    return best if best.leading_coefficient() > 0 else -best


def _largest_ball(polynomial: fmpz_poly) -> arb:
    """A ball around the largest root of an irreducible polynomial, at the working precision."""
    if polynomial.degree() == 1:
        constant, leading = polynomial.coeffs()
        return arb(fmpq(-constant, leading))
    balls = [root.real for root, _ in polynomial.complex_roots()]
    best = balls[0]
    for ball in balls[1:]:
        best = best.max(ball)
    return best


def operator_norm(matrix: Any, norm: Norm = 2) -> Fraction | LargestRoot:
    """The norm of x -> A x when inputs and outputs are measured in ℓ1, ℓ2 (default) or ℓ∞ (`"inf"`).

    Contract: exact.  ℓ1: the largest column sum of |entries|; ℓ∞: the largest row sum; ℓ2: the square root
    of the largest root of the characteristic polynomial of A^T A.  A has at least one row and one column.

    >>> a = [[1, 1], [0, 1]]
    >>> operator_norm(a, 1), operator_norm(a, "inf"), operator_norm(a)
    (Fraction(2, 1), Fraction(2, 1), LargestRoot([-1, -1, 1]))
    """
    check_norm(norm)
    rows = exact_matrix(matrix, "matrix")
    if not rows or not rows[0]:
        raise InvalidInput("expected at least one row and one column", place="matrix")
    if norm == 2:
        return squared_norm(rows).sqrt()
    return absolute_norm(rows, norm)


def check_norm(norm: Any) -> None:
    """Refuse a norm that is not 1, 2 or "inf"."""
    if isinstance(norm, bool) or norm not in (1, 2, "inf"):
        raise InvalidInput(f"expected 1, 2 or 'inf', got {norm!r}", place="norm")


def absolute_norm(rows: Sequence[Sequence[Fraction]], norm: Norm) -> Fraction:
    """The ℓ1 or ℓ∞ operator norm."""
    lines = zip(*rows, strict=True) if norm == 1 else rows
    return max(sum(map(abs, line), Fraction(0)) for line in lines)


def squared_norm(rows: Sequence[Sequence[Fraction]]) -> LargestRoot:
    """The square of the ℓ2 operator norm: the largest eigenvalue of A^T A."""
    polynomial = gram(rows).charpoly()
    return LargestRoot(fraction(c) for c in polynomial.coeffs())


def gram(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    """A A^T or A^T A, the smaller one: they share all eigenvalues but zeros."""
    matrix = fmpq_mat([[to_fmpq(c) for c in row] for row in rows])
    other = matrix.transpose()
    return matrix * other if matrix.nrows() <= matrix.ncols() else other * matrix
