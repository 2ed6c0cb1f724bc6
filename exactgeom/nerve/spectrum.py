"""Spectra of Laplacians: characteristic polynomials, isolated eigenvalues with multiplicities, spectral gaps.

Two routes. Exact: the characteristic polynomial over Q, its square-free factors (which carry the exact
multiplicities) and their isolated roots. Certified: a float eigenbasis of the pencil (G Δ, G) is checked in
ball arithmetic, and the minimax principle turns what is left into an enclosure of the k-th eigenvalue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

from flint import arb, fmpq_poly, fmpz_poly

from exactgeom.exact import BudgetExceeded, Enclosure, InvalidInput, UndecidedError, to_fmpq
from exactgeom.exact.balls import GUARD, precision
from exactgeom.linalg import Matrix
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge import MetricComplex, Side, check_degree, check_side, laplacian, stiffness
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.spectrum_pencil import pencil_eigenvalues

Method = Literal["auto", "polynomial", "enclosure"]
MAX_POLYNOMIAL = 300
MAX_PENCIL = 3000
_SMALL = 40  # up to this size `auto` computes the characteristic polynomial
_FACTORED = 30  # up to this degree polynomials are factored, so rational roots appear as fractions


@dataclass(frozen=True, eq=False)
class Eigenvalue(entry.Recorded):
    """One eigenvalue: a `Fraction` when known to be rational, else an `Enclosure`, with its multiplicity.

    `polynomial` is the square-free integer polynomial (constant term first) whose isolated root it is, None
    on the certified route, where `multiplicity` counts eigenvalues whose enclosures could not be separated.
    """

    value: Any
    multiplicity: int
    polynomial: tuple[int, ...] | None = None

    @property
    def enclosure(self) -> Enclosure:
        """The value as a ball."""
        return self.value if isinstance(self.value, Enclosure) else Enclosure(self.value)

    def __float__(self) -> float:
        """Return the middle of the enclosure (for the certified nearest double, ask the value)."""
        return float(self.value if isinstance(self.value, Fraction) else self.value.mid)


@dataclass(frozen=True, eq=False)
class Spectrum(entry.Recorded):
    """The eigenvalues in ascending order.

    `isolated`: every enclosure holds exactly one eigenvalue and its multiplicity is exact. Otherwise
    `multiplicity` is the exact number of eigenvalues inside a cluster. `zero_is_exact`: the eigenvalue 0, if
    any, was proved, with its multiplicity.
    """

    eigenvalues: tuple[Eigenvalue, ...]
    characteristic_polynomial: tuple[Fraction, ...] | None
    isolated: bool
    zero_is_exact: bool

    def __len__(self) -> int:
        return sum(e.multiplicity for e in self.eigenvalues)

    def counted(self) -> tuple[Any, ...]:
        """Return all values, each repeated by its multiplicity."""
        return tuple(e.value for e in self.eigenvalues for _ in range(e.multiplicity))

    @property
    def nullity(self) -> int:
        """The multiplicity of the eigenvalue 0. Errors: `UndecidedError` when that is not decided."""
        if not self.zero_is_exact:
            raise UndecidedError("whether the smallest eigenvalues are zero is not decided")
        return sum(e.multiplicity for e in self.eigenvalues if e.value == 0)

    @property
    def gap(self) -> Any:
        """The smallest positive eigenvalue; None when there is none. Errors: `UndecidedError`."""
        if not self.zero_is_exact:
            raise UndecidedError("whether the smallest eigenvalues are zero is not decided")
        return next((e.value for e in self.eigenvalues if e.value > 0), None)


def characteristic_polynomial(operator: LabelledMatrix) -> tuple[Fraction, ...]:
    """Return the coefficients of `det(t − A)`, constant term first, leading 1 last.

    Contract: exact. Errors: `InvalidInput` unless square and rational; `BudgetExceeded` above size 300.

    >>> characteristic_polynomial(LabelledMatrix("ab", "ab", [[1, -1], [-1, 1]]))
    (Fraction(0, 1), Fraction(-2, 1), Fraction(1, 1))
    """
    if operator.rows != operator.columns:
        raise InvalidInput("expected equal row and column labels", "operator")
    if len(operator.rows) > MAX_POLYNOMIAL:
        raise BudgetExceeded(
            f"a characteristic polynomial of degree {len(operator.rows)} is above {MAX_POLYNOMIAL}: "
            "use method='enclosure'"
        )
    return operator.matrix.charpoly() if operator.rows else (Fraction(1),)


def roots_with_multiplicity(coefficients: Sequence[Any], bits: int = 64) -> tuple[Eigenvalue, ...]:
    """Return the real roots of a rational polynomial, ascending: isolated, with exact multiplicities.

    Contract: rational roots of square-free factors up to degree 30 as fractions, others as enclosures of
    `bits` bits. Errors: `InvalidInput` when a root is not real.

    >>> [(str(r.value), r.multiplicity) for r in roots_with_multiplicity([0, 0, -2, 1])]
    [('0', 2), ('2', 1)]
    """
    factors = _factors(fmpq_poly([to_fmpq(Fraction(c)) for c in coefficients]).numer())
    while True:
        found: list[Eigenvalue] = []
        for factor, power in factors:
            shown = tuple(int(c) for c in factor.coeffs())
            if factor.degree() == 1:
                found.append(Eigenvalue(Fraction(-shown[0], shown[1]), power, shown))
                continue
            balls = _real_roots(factor, bits)
            found += [Eigenvalue(Enclosure.from_ball(ball, bits), power, shown) for ball in balls]
        found.sort(key=lambda root: _ends(root.value))
        if all(_ends(a.value)[1] < _ends(b.value)[0] for a, b in pairwise(found)):
            return tuple(found)
        bits *= 2  # roots of different factors differ, so this ends


def _ends(value: Any) -> tuple[Fraction, Fraction]:
    return (value.lower, value.upper) if isinstance(value, Enclosure) else (value, value)


def _factors(polynomial: fmpz_poly) -> list[tuple[fmpz_poly, int]]:
    if polynomial.degree() < 1:
        return []
    result = []
    for factor, power in polynomial.factor_squarefree()[1]:
        if factor.degree() <= _FACTORED:
            result += [(part, power) for part, _ in factor.factor()[1]]
        elif factor.coeffs()[0] == 0:
            result += [(fmpz_poly([0, 1]), power), (fmpz_poly(factor.coeffs()[1:]), power)]
        else:
            result.append((factor, power))
    return result


def _real_roots(factor: fmpz_poly, bits: int) -> list[arb]:
    with precision(bits + GUARD):
        balls = [root for root, _ in factor.complex_roots()]
    real = [root.real for root in balls if root.imag == 0]
    if len(real) < factor.degree():
        raise InvalidInput(f"{factor.degree() - len(real)} eigenvalues are not real", "operator")
    return real


def spectrum(
    K: MetricComplex, p: int, side: Side = "cochains", *, method: Method = "auto", bits: int = 64
) -> Spectrum:
    """Return the spectrum of the Hodge Laplacian of degree p.

    Contract: `polynomial` (rational Gram matrices): exact multiplicities, isolated roots of `bits` bits.
    `enclosure` (any Gram matrices): certified enclosures of double accuracy, the multiplicity of 0 proved
    through rational ranks. `auto` takes the former up to size 40.
    Errors: `InvalidInput` when `G_p` is not positive definite (enclosure), or an eigenvalue is not real;
    `BudgetExceeded` above sizes 300 and 3000.
    Source: Courant–Fischer minimax principle, for the pencil `G_p Δ_p f = λ G_p f`.

    >>> from exactgeom.nerve.hodge import HodgeComplex
    >>> d = LabelledMatrix("abc", range(3), [[-1, 0, 1], [1, -1, 0], [0, 1, -1]])
    >>> one = [LabelledMatrix.diagonal_of(labels, [1, 1, 1]) for labels in ("abc", range(3))]
    >>> found = spectrum(HodgeComplex([d], one), 0)
    >>> found.counted(), found.gap
    ((Fraction(0, 1), Fraction(3, 1), Fraction(3, 1)), Fraction(3, 1))
    """
    check_side(side)
    check_degree(K, p)
    if type(bits) is not int or bits < 2:
        raise InvalidInput(f"expected an integer >= 2, got {bits!r}", "bits")
    if method not in ("auto", "polynomial", "enclosure"):
        raise InvalidInput(f"expected 'auto', 'polynomial' or 'enclosure', got {method!r}", "method")
    size = len(K.gram(p).rows)
    if method == "auto":
        near = (q for q in (p - 1, p, p + 1) if 0 <= q <= K.dimension)
        small = size <= _SMALL and all(K.gram(q).is_rational for q in near)
        method = "polynomial" if small else "enclosure"
    if method == "polynomial":
        return spectrum_of(laplacian(K, p, side), bits=bits)
    definite = all(_definite(K, q) for q in (p - 1, p, p + 1) if 0 <= q <= K.dimension)
    nullity = size - _rank(K, p) - _rank(K, p + 1) if definite else None
    return pencil_spectrum(stiffness(K, p, side, bits=bits), K.gram(p), nullity=nullity)


def spectrum_of(operator: LabelledMatrix, *, bits: int = 64) -> Spectrum:
    """Return the exact spectrum of a rational operator all of whose eigenvalues are real."""
    coefficients = characteristic_polynomial(operator)
    return Spectrum(roots_with_multiplicity(coefficients, bits), coefficients, True, True)


def pencil_spectrum(
    symmetric: LabelledMatrix, gram: LabelledMatrix, *, nullity: int | None = None
) -> Spectrum:
    """Return certified enclosures of all λ with `det(K − λG) = 0`, for symmetric K and positive definite G.

    Contract: enclosure; overlapping ones are joined into clusters that count their eigenvalues. `nullity`,
    when given, is an assumption: K is positive semidefinite with a kernel of that dimension.
    Errors: `InvalidInput` when no proof that G is positive definite succeeds; `BudgetExceeded` above size
    3000.
    """
    size = len(gram.rows)
    if size > MAX_PENCIL:
        raise BudgetExceeded(f"a pencil of size {size} is above {MAX_PENCIL}")
    balls = pencil_eigenvalues(symmetric, gram)
    values: list[list[Any]] = [[Fraction(0), nullity]] if nullity else []
    for ball in balls[nullity or 0 :]:
        if values and isinstance(values[-1][0], Enclosure) and values[-1][0].overlaps(ball):
            joined = Enclosure.from_ball(values[-1][0].ball.union(ball.ball), ball.bits)
            values[-1] = [joined, values[-1][1] + 1]
        else:
            values.append([ball, 1])
    found = tuple(Eigenvalue(value, count) for value, count in values)
    isolated = nullity is not None and all(
        e.multiplicity == 1 for e in found if isinstance(e.value, Enclosure)
    )
    return Spectrum(found, None, isolated, nullity is not None)


def _definite(K: MetricComplex, p: int) -> bool:
    from exactgeom.nerve.inertia import inertia

    return inertia(K.gram(p)).is_positive_definite


def _rank(K: MetricComplex, p: int) -> int:
    if not 1 <= p <= K.dimension:
        return 0
    matrix: Matrix = K.boundary(p).matrix
    return matrix.rank()
