"""Surds: exact finite sums `Σ q_i √m_i`, or `Σ q_i m_i^(1/4)`.

k-volumes of faces, cosines and sines of dihedral angles, surface areas and Gram entries live here.
Square classes are told apart by integer roots, never by factoring (`exactgeom.exact.radicals`); a sum is zero
exactly when every class cancels, so the zero test is exact and the sign follows from ever finer enclosures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational
from typing import Any

from flint import arb, fmpq

from exactgeom.exact.balls import correctly_rounded, refined, sign_by_refining
from exactgeom.exact.door import exact, fraction, fraction_str, int_str, to_fmpq
from exactgeom.exact.enclosure import Enclosure
from exactgeom.exact.errors import InvalidInput
from exactgeom.exact.fields import inverse_terms
from exactgeom.exact.latex import surd_latex
from exactgeom.exact.radicals import Term, coefficient_and_radicand, collect, lowest, term_ball, times
from exactgeom.exact.text import surd_text
from exactgeom.exact.values import Value, freeze


class Surd(Value):
    """An exact real number `Σ q_i m_i^(1/n)` with rational q_i, positive rational m_i and n = 2 or 4.

    Contract: exact; immutable; equal (and equally hashed) when the numbers are equal, rationals included.
    `Surd(q)` is rational; `Surd.sqrt`, `Surd.root4` and `Surd.from_terms` make the rest. Ring operations take
    surds, integers and fractions, no floats; comparison takes finite floats too, at their exact value.
    Errors: `InvalidInput` for bad input, `UndecidedError` for division in fields of degree above 64,
    `ZeroDivisionError`. Cost: one term is free to build; classes are merged only when asked.

    >>> Surd.sqrt(8) == 2 * Surd.sqrt(2), (Surd.sqrt(2) + Surd.sqrt(3)) ** 2
    (True, Surd.from_terms([('5', 1), ('2', 6)]))
    """

    __slots__ = ("_canonical", "_terms")
    _terms: tuple[Term, ...]
    _canonical: bool

    def __new__(cls, value: object = 0) -> Surd:
        """Return a rational number as a surd."""
        if isinstance(value, Surd):
            return value
        q = to_fmpq(exact(value))
        return _make(((1, 1 if q > 0 else -1, abs(q)),) if q != 0 else (), canonical=True)

    @classmethod
    def sqrt(cls, value: object) -> Surd:
        """Return the square root of a nonnegative rational, or of a surd that is rational or one square root.

        >>> Surd.sqrt("9/4"), Surd.sqrt(Surd.sqrt(2)) == Surd.root4(2)
        (Surd('3/2'), True)
        """
        return _root(value, 2)

    @classmethod
    def root4(cls, value: object) -> Surd:
        """Return the fourth root of a nonnegative rational.

        >>> Surd.root4(4) == Surd.sqrt(2)
        True
        """
        return _root(value, 4)

    @classmethod
    def from_terms(cls, terms: Iterable[tuple[object, object]], order: int = 2) -> Surd:
        """Return `Σ q m^(1/order)` from pairs `(q, m)`, m ≥ 0 rational, order 2 or 4.

        >>> Surd.from_terms([("1/2", 12), (3, 1)])
        Surd.from_terms([('3', 1), ('1', 3)])
        """
        if order not in (2, 4):
            raise InvalidInput(f"expected order 2 or 4, got {order!r}", "order")
        result = []
        for i, pair in enumerate(terms):
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise InvalidInput(f"expected a pair (q, m), got {pair!r}", f"terms[{i}]")
            q, m = exact(pair[0], f"terms[{i}][0]"), exact(pair[1], f"terms[{i}][1]")
            if m < 0:
                raise InvalidInput(f"expected a radicand >= 0, got {fraction_str(m)}", f"terms[{i}][1]")
            if q != 0 and m != 0:
                result.append((order, 1 if q > 0 else -1, abs(to_fmpq(q)) ** order * to_fmpq(m)))
        return _make(tuple(result))

    @classmethod
    def sum(cls, values: Iterable[Surd | Fraction | int]) -> Surd:
        """Return the sum of many numbers, merging classes once at the end.

        >>> Surd.sum([Surd.sqrt(2), Surd.sqrt(18), 1]) == 4 * Surd.sqrt(2) + 1
        True
        """
        return _make(tuple(term for value in values for term in Surd(value)._terms))

    # --- structure --------------------------------------------------------------------------------------

    def _collected(self) -> tuple[Term, ...]:
        """Return the canonical terms, computed once (the value does not change, only its bookkeeping)."""
        if not self._canonical:
            terms = self._terms
            freeze(self, "_terms", (lowest(terms[0]),) if len(terms) == 1 else collect(terms))
            freeze(self, "_canonical", True)
        return self._terms

    @property
    def order(self) -> int:
        """The largest root in the number: 1 (rational), 2 or 4."""
        terms = self._collected()
        return terms[0][0] if len(terms) == 1 else max((term[0] for term in terms), default=1)

    @property
    def terms(self) -> tuple[tuple[Fraction, int], ...]:
        """The pairs `(q, m)` of `Σ q m^(1/n)`: n = 4 if `order` is 4, else 2; m in different classes.

        >>> (Surd.sqrt("1/2") + 1).terms
        ((Fraction(1, 1), 1), (Fraction(1, 2), 2))
        """
        terms = self._collected()
        n = 4 if any(term[0] == 4 for term in terms) else 2
        pairs = (coefficient_and_radicand(term, n) for term in terms)
        return tuple((fraction(q), int(m)) for q, m in pairs)

    def is_rational(self) -> bool:
        """Return whether the number is rational: exact."""
        return self.order == 1

    def as_fraction(self) -> Fraction:
        """Return the rational value. Errors: `InvalidInput` when the number is irrational."""
        terms = self._collected()
        if not terms:
            return Fraction(0)
        if len(terms) > 1 or terms[0][0] > 1:
            raise InvalidInput(f"expected a rational number, got {self}")
        return fraction(terms[0][1] * terms[0][2])

    def squared(self) -> Surd:
        """Return the square; for one square root it is rational and costs nothing."""
        return self * self

    # --- order ------------------------------------------------------------------------------------------

    def _ball(self) -> arb:
        total = arb(0)
        for term in self._terms:
            total += term_ball(term)
        return total

    def sign(self) -> int:
        """Return −1, 0 or 1: exact, by the zero test and then by ever finer enclosures."""
        terms = self._terms
        if all(term[1] > 0 for term in terms):
            return 1 if terms else 0
        if all(term[1] < 0 for term in terms):
            return -1
        ball = self._ball()
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        terms = self._collected()
        if len(terms) < 2:
            return terms[0][1] if terms else 0
        return sign_by_refining(self._ball)

    def _compare(self, other: object) -> Any:
        """Return the sign of `self − other`, or NotImplemented."""
        if not isinstance(other, Surd):
            if isinstance(other, bool) or not isinstance(other, Rational | float):
                return NotImplemented
            if isinstance(other, float) and not math.isfinite(other):
                return NotImplemented if math.isnan(other) else -1 if other > 0 else 1
            other = Surd(other)
        a, b = self._terms, other._terms
        if len(a) == len(b) == 1 and a[0][0] == b[0][0]:
            (_, s, p), (_, t, q) = a[0], b[0]
            if s != t:
                return s
            return 0 if p == q else s if p > q else -s
        return (self - other).sign()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Surd) and self._canonical and other._canonical:
            return self._terms == other._terms
        return super().__eq__(other)

    def __hash__(self) -> int:
        terms = self._collected()
        if not terms or (len(terms) == 1 and terms[0][0] == 1):
            return hash(self.as_fraction())
        return hash(terms)

    def __bool__(self) -> bool:
        return bool(self._terms) and (len(self._terms) == 1 or bool(self._collected()))

    # --- ring and field ---------------------------------------------------------------------------------

    def __add__(self, other: object) -> Surd:
        right = _operand(other)
        return right if right is NotImplemented else _make(self._terms + right._terms)

    __radd__ = __add__

    def __neg__(self) -> Surd:
        return _make(tuple((n, -s, p) for n, s, p in self._terms), self._canonical)

    def __pos__(self) -> Surd:
        return self

    def __abs__(self) -> Surd:
        return -self if self.sign() < 0 else self

    def __sub__(self, other: object) -> Surd:
        right = _operand(other)
        return right if right is NotImplemented else _make(self._terms + (-right)._terms)

    def __rsub__(self, other: object) -> Surd:
        left = _operand(other)
        return left if left is NotImplemented else left - self

    def __mul__(self, other: object) -> Surd:
        right = _operand(other)
        if right is NotImplemented:
            return right  # type: ignore[no-any-return]
        a, b = self._terms, right._terms
        if len(a) > 1 or len(b) > 1:
            a, b = self._collected(), right._collected()
        return _make(tuple(times(x, y) for x in a for y in b))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Surd:
        if isinstance(exponent, bool) or not isinstance(exponent, int):
            return NotImplemented
        if exponent < 0:
            return self.inverse() ** -exponent
        terms = self._terms
        if len(terms) == 1 and exponent:
            n, s, p = terms[0]
            return _make(((n, s if exponent % 2 else 1, p**exponent),))
        result, square = Surd(1), self
        while exponent:
            if exponent & 1:
                result = result * square
            square = square * square if exponent > 1 else square
            exponent >>= 1
        return result

    def inverse(self) -> Surd:
        """Return `1/x`, expanded in the field of x. Errors: `UndecidedError` above field degree 64.

        >>> (Surd.sqrt(2) + Surd.sqrt(3)).inverse()
        Surd.from_terms([('-1', 2), ('1', 3)])
        """
        terms = self._terms if len(self._terms) == 1 else self._collected()
        if not terms:
            raise ZeroDivisionError("division by the surd zero")
        if len(terms) == 1:
            n, s, p = terms[0]
            return _make(((n, s, 1 / p),))
        if len(terms) == 2 and self.order == 2:
            conjugate = _make((terms[0], (terms[1][0], -terms[1][1], terms[1][2])))
            return conjugate * Surd(1 / (self * conjugate).as_fraction())
        return _make(inverse_terms(terms))

    def __truediv__(self, other: object) -> Surd:
        right = _operand(other)
        return right if right is NotImplemented else self * right.inverse()

    def __rtruediv__(self, other: object) -> Surd:
        left = _operand(other)
        return left if left is NotImplemented else left * self.inverse()

    # --- forms ------------------------------------------------------------------------------------------

    def __float__(self) -> float:
        """Return the nearest double, ties to even. Errors: `OverflowError`."""
        if self.is_rational():
            return float(self.as_fraction())
        return correctly_rounded(self._ball)

    def enclosure(self, bits: int = 64) -> Enclosure:
        """Return a ball of relative accuracy at least `bits` that holds the number."""
        return Enclosure.from_ball(refined(self._ball, bits) if self else arb(0), bits)

    def to_json(self) -> str | dict[str, list[list[str]]]:
        """Return `"p/q"` when rational, else `{"surd": [["q", "m"], …]}`, `"root4"` for fourth roots.

        >>> (Surd.sqrt(5) / 2).to_json()
        {'surd': [['1/2', '5']]}
        """
        order = self.order
        if order == 1:
            return fraction_str(self.as_fraction())
        pairs = [[fraction_str(q), int_str(m)] for q, m in self.terms]
        return {"root4" if order == 4 else "surd": pairs}

    def to_sympy(self) -> Any:
        """Return the SymPy form (SymPy is imported here, and asked to factor small radicands only)."""
        import sympy

        root = sympy.Rational(1, 4 if self.order == 4 else 2)
        return sympy.Add(
            *(
                sympy.Rational(q.numerator, q.denominator)
                * sympy.Pow(sympy.Integer(m), root, evaluate=m.bit_length() <= 64)
                for q, m in self.terms
            )
        )

    def to_latex(self) -> str:
        r"""Return the number as LaTeX, without dollar signs.

        >>> print((1 - Surd.sqrt(5) / 2).to_latex())
        1 - \frac{1}{2} \sqrt{5}
        """
        return surd_latex(self.terms, 4 if self.order == 4 else 2)

    def __str__(self) -> str:
        """Return the number as it is written: `3 + 2√5`.

        >>> print(Surd.sqrt("1/2"), 1 - Surd.sqrt(20), Surd.root4(3) / 5)
        √2/2 1 - 2√5 ∜3/5
        """
        return surd_text(self.terms, 4 if self.order == 4 else 2)

    def __repr__(self) -> str:
        if self.is_rational():
            return f"Surd({fraction_str(self.as_fraction())!r})"
        shown = ((fraction_str(q), m if m < 10**18 else fraction_str(m)) for q, m in self.terms)
        pairs = ", ".join(f"({q!r}, {m!r})" for q, m in shown)
        return f"Surd.from_terms([{pairs}]{', order=4' if self.order == 4 else ''})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (tuple((n, s, int(p.p), int(p.q)) for n, s, p in self._collected()),)


def _make(terms: tuple[Term, ...], canonical: bool = False) -> Surd:
    result = object.__new__(Surd)
    freeze(result, "_terms", terms)
    freeze(result, "_canonical", canonical)
    return result


def _restored(terms: tuple[tuple[int, int, int, int], ...]) -> Surd:
    """Rebuild a pickled surd."""
    return _make(tuple((n, s, fmpq(p, q)) for n, s, p, q in terms), canonical=True)


def _operand(other: object) -> Any:
    """Return an exact operand as a surd, NotImplemented for floats and everything else."""
    if isinstance(other, Surd):
        return other
    if isinstance(other, fmpq) or (isinstance(other, Rational) and not isinstance(other, bool)):
        return Surd(other)
    return NotImplemented


def _root(value: object, order: int) -> Surd:
    if isinstance(value, Surd):
        terms = value._collected()
        if not terms:
            return value
        n, s, p = terms[0]
        if len(terms) > 1 or n * order > 4:
            raise InvalidInput(f"expected a rational number or a single root, got {value}", "radicand")
        if s < 0:
            raise InvalidInput(f"expected a radicand >= 0, got {value}", "radicand")
        return _make(((n * order, 1, p),))
    q = value if isinstance(value, fmpq) else to_fmpq(exact(value, "radicand"))
    if q > 0:
        return _make(((order, 1, q),))
    if q == 0:
        return _make((), canonical=True)
    raise InvalidInput(f"expected a radicand >= 0, got {fraction_str(fraction(q))}", "radicand")
