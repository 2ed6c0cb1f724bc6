"""Exact sums of angles times lengths, such as `Σ (π − θ) vol(ridge)` and Regge's action.

A sum `Σ_c √m_c · A_c` over different square classes, A_c an angle, is zero exactly when every A_c is 0: the
angles are logarithms of algebraic numbers over 2i, and such logarithms that are independent over Q are
independent over the algebraic numbers. By the same theorem it equals no nonzero algebraic number.
Source: A. Baker, "Linear forms in the logarithms of algebraic numbers" (1966).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from numbers import Rational
from typing import Any

from flint import arb, fmpq

from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, exact, fraction
from exactgeom.exact.balls import correctly_rounded, refined, sign_by_refining
from exactgeom.exact.radicals import exact_sqrt, square_class_key
from exactgeom.exact.values import Value, freeze

Term = tuple[Surd, Angle]


class AngleSum(Value):
    """An exact real number `Σ s_i A_i`: surds (sums of square roots) times angles.

    Contract: exact; immutable; equal (and equally hashed) when the numbers are equal. A sum that equals an
    `Angle` hashes like it when it is a multiple of π or an integer times an angle; where a fraction cancels
    only inside the angle, as in ½ · (2 arctan √2), it does not (halving angles would need roots in number
    fields), so keep sums and angles apart as keys. It adds, and takes
    multiples by rationals and surds. Comparison: with its like, angles, surds and rationals, exactly.
    Cost: classes are merged when asked. Errors: `InvalidInput` for fourth roots.

    >>> AngleSum([(Surd.sqrt(8), Angle.pi("1/4")), (Surd.sqrt(2), Angle.pi("1/2"))])
    AngleSum([(Surd.from_terms([('1', 2)]), Angle('1'))])
    >>> AngleSum([(1, Angle.pi())]) == Angle.pi()
    True
    """

    __slots__ = ("_canonical", "_terms")
    _terms: tuple[Term, ...]
    _canonical: bool

    def __init__(self, terms: Iterable[tuple[object, Angle]] = ()) -> None:
        checked = []
        for i, (factor, angle) in enumerate(terms):
            surd = factor if isinstance(factor, Surd) else Surd(exact(factor, f"terms[{i}][0]"))
            if not isinstance(angle, Angle):
                raise InvalidInput(f"expected an Angle, got {angle!r}", f"terms[{i}][1]")
            checked.append((surd, angle))
        freeze(self, "_terms", tuple(checked))
        freeze(self, "_canonical", False)

    def _collected(self) -> tuple[Term, ...]:
        """Return one term `(q√m, A)` per square class, zeros left out, computed once."""
        if not self._canonical:
            freeze(self, "_terms", _collect(self._terms))
            freeze(self, "_canonical", True)
        return self._terms

    @property
    def terms(self) -> tuple[Term, ...]:
        """The pairs (surd > 0, angle ≠ 0), one per square class."""
        return self._collected()

    def over_pi(self) -> Surd | None:
        """Return this number divided by π when that is algebraic (then it is a surd), else None.

        >>> AngleSum([(Surd.sqrt(3), Angle.pi("1/2"))]).over_pi() == Surd.sqrt(3) / 2
        True
        """
        parts = [(factor, angle.is_multiple_of_pi()) for factor, angle in self._collected()]
        return Surd.sum(factor * r for factor, r in parts if r is not None) if _all_known(parts) else None

    def _ball(self) -> arb:
        total = arb(0)
        for factor, angle in self._terms:
            total += factor._ball() * angle._ball()
        return total

    def sign(self) -> int:
        """Return −1, 0 or 1: exact, by the zero test and then by ever finer enclosures."""
        return sign_by_refining(self._ball) if self._collected() else 0

    def _compare(self, other: object) -> Any:
        if isinstance(other, AngleSum | Angle):
            return (self - other).sign()
        if isinstance(other, float) and not math.isfinite(other):
            return NotImplemented if math.isnan(other) else -1 if other > 0 else 1
        if isinstance(other, bool) or not isinstance(other, Rational | float | Surd):
            return NotImplemented
        number = Surd(other)
        if not number:
            return self.sign()
        return sign_by_refining(lambda: self._ball() - number._ball())  # never equal, by Baker's theorem

    def __hash__(self) -> int:
        terms = self._collected()
        if len(terms) == 1 and terms[0][0].is_rational():
            factor, angle = terms[0][0].as_fraction(), terms[0][1]
            if (turn := angle.is_multiple_of_pi()) is not None:
                return hash(Angle.pi(factor * turn))
            if factor.denominator == 1:
                return hash(angle * factor.numerator)
        return hash(float(self))  # the nearest double depends on the number alone

    def __bool__(self) -> bool:
        return bool(self._collected())

    # --- module over the surds --------------------------------------------------------------------------

    def __add__(self, other: object) -> AngleSum:
        if isinstance(other, Angle):
            return AngleSum((*self._terms, (1, other)))
        if isinstance(other, AngleSum):
            return AngleSum((*self._terms, *other._terms))
        return self if type(other) is int and other == 0 else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> AngleSum:
        return AngleSum((factor, -angle) for factor, angle in self._terms)

    def __sub__(self, other: object) -> AngleSum:
        return self + -other if isinstance(other, Angle | AngleSum) else NotImplemented

    def __rsub__(self, other: object) -> AngleSum:
        return -self + other if isinstance(other, Angle) else NotImplemented

    def __mul__(self, factor: object) -> AngleSum:
        if isinstance(factor, bool) or not isinstance(factor, Rational | Surd):
            return NotImplemented
        return AngleSum((own * Surd(factor), angle) for own, angle in self._terms)

    __rmul__ = __mul__

    # --- forms ------------------------------------------------------------------------------------------

    def enclosure(self, bits: int = 64) -> Enclosure:
        """Return a ball of relative accuracy at least `bits` that holds the number."""
        return Enclosure.from_ball(refined(self._ball, bits) if self else arb(0), bits)

    def __float__(self) -> float:
        """Return the nearest double."""
        return correctly_rounded(self._ball) if self else 0.0

    def to_json(self) -> list[dict[str, Any]]:
        """Return `[{"factor": surd, "angle": angle}, …]`, each in its own JSON form."""
        return [{"factor": factor.to_json(), "angle": angle.to_json()} for factor, angle in self.terms]

    def to_latex(self) -> str:
        r"""Return the number as LaTeX, without dollar signs."""
        parts = [
            angle.to_latex() if factor == 1 else rf"{factor.to_latex()} \left({angle.to_latex()}\right)"
            for factor, angle in self.terms
        ]
        return " + ".join(parts) or "0"

    def __str__(self) -> str:
        """Return the number as it is written: `√2·(π/3 + arctan √2)`.

        >>> print(AngleSum([(2, Angle.pi("1/3")), (Surd.sqrt(2), Angle(0, [2]))]))
        2/3·π + √2·(arctan √2)
        """
        if (whole := self.over_pi()) is not None and whole.is_rational():
            return str(Angle.pi(whole))
        parts = []
        for factor, angle in self.terms:
            if factor.is_rational() and (r := angle.is_multiple_of_pi()) is not None:
                parts.append(f"{factor.as_fraction() * r}·π")
            else:
                parts.append(str(angle) if factor == 1 else f"{factor}·({angle})")
        return " + ".join(parts)

    def __repr__(self) -> str:
        return f"AngleSum([{', '.join(f'({factor!r}, {angle!r})' for factor, angle in self.terms)}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return AngleSum, (self._collected(),)


def _all_known(parts: Iterable[tuple[Surd, Fraction | None]]) -> bool:
    return all(r is not None for _, r in parts)


def _collect(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Merge terms by the square class of their factors: `Σ q_i√m A_i = (√m/D) Σ n_i A_i`, q_i = n_i/D."""
    buckets: dict[int, list[tuple[fmpq, list[tuple[Fraction, Angle]]]]] = {}
    for factor, angle in terms:
        if factor.order > 2:
            raise InvalidInput(f"expected sums of square roots, got {factor}", "terms")
        for q, m in factor.terms:
            radicand = fmpq(m)
            bucket = buckets.setdefault(square_class_key(radicand), [])
            for unit, members in bucket:
                ratio = exact_sqrt(radicand / unit)
                if ratio is not None:
                    members.append((q * fraction(ratio), angle))
                    break
            else:
                bucket.append((radicand, [(q, angle)]))
    merged = [_merged(unit, members) for bucket in buckets.values() for unit, members in bucket]
    return tuple(sorted((term for term in merged if term[1]), key=lambda term: term[0].terms[0][1]))


def _merged(radicand: fmpq, members: list[tuple[Fraction, Angle]]) -> Term:
    """Return `√m Σ q_i A_i` as one surd times one angle."""
    bottom = lcm(*(q.denominator for q, _ in members))
    numerators = [int(q * bottom) for q, _ in members]
    top = gcd(*numerators) or 1
    total = sum((angle * (n // top) for n, (_, angle) in zip(numerators, members, strict=True)), Angle.pi(0))
    return Surd.sqrt(radicand) * Fraction(top, bottom), total
