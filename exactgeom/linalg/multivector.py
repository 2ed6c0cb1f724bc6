"""Multivectors of the exterior powers Λ^k(Q^d), with the Euclidean inner product.

Conventions (Misner, Thorne, Wheeler, *Gravitation*, 1973): the basis is `e_I = e_{i1} ∧ … ∧ e_{ik}` for
`i1 < … < ik`, orthonormal, indices from 0; `vol = e_0 ∧ … ∧ e_{d−1}`; the Hodge star is fixed by
`α ∧ ⋆β = ⟨α, β⟩ vol`, so `⋆⋆ = (−1)^{k(d−k)}`; `⟨v ⌟ α, γ⟩ = ⟨α, v ∧ γ⟩`.
Python's `^` is the wedge product and binds weaker than `+`: write the brackets.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import total_ordering
from typing import Any

from exactgeom.exact import InvalidInput, Surd, exact, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.linalg import blades
from exactgeom.linalg.blades import Index
from exactgeom.linalg.clearing import clear_denominators
from exactgeom.linalg.render import latex_number


@total_ordering
class Multivector(Frozen):
    """An immutable element of Λ^k(Q^d): one grade, rational components.

    Contract: exact; hashable; equal when dimension, grade and components are equal (zeros of different grades
    differ); ordered by dimension, grade, components. `components` maps strictly increasing index tuples to
    numbers; `grade` is needed only when there are none. Above grade `d` only zero exists.
    Errors: `InvalidInput` for indices that do not fit, and for mixed grades or dimensions in any operation.

    >>> a = Multivector({(0, 1): 1, (1, 2): "1/2"}, dimension=3)
    >>> a ^ Multivector.vector([0, 0, 2])
    Multivector({(0, 1, 2): 2}, dimension=3)
    """

    __slots__ = ("_den", "_dimension", "_grade", "_terms")
    _terms: tuple[tuple[int, int], ...]  # (bit mask of the index set, nonzero integer), sorted by mask
    _den: int  # positive, coprime to the integers together
    _dimension: int
    _grade: int

    def __init__(self, components: Mapping[Index, Any], *, dimension: int, grade: int | None = None) -> None:
        masks = [blades.mask(index, dimension) for index in components]
        tops, den = clear_denominators(list(components.values()), "components")
        grades = {mask.bit_count() for mask in masks} | ({grade} if grade is not None else set())
        if len(grades) != 1:
            raise InvalidInput(f"expected components of one grade, got grades {sorted(grades)}", "components")
        self._set(dict(zip(masks, tops, strict=True)), den, dimension, grades.pop())

    def _set(self, terms: dict[int, int], den: int, dimension: int, grade: int) -> None:
        if dimension < 0 or grade < 0:
            raise InvalidInput(f"expected sizes at least 0, got d = {dimension}, k = {grade}", "multivector")
        kept = sorted((mask, top) for mask, top in terms.items() if top)
        common = math.gcd(den, *(top for _, top in kept))
        if common != 1:
            kept = [(mask, top // common) for mask, top in kept]
        object.__setattr__(self, "_terms", tuple(kept))
        object.__setattr__(self, "_den", den // common)
        object.__setattr__(self, "_dimension", dimension)
        object.__setattr__(self, "_grade", grade)

    @classmethod
    def _make(cls, terms: dict[int, int], den: int, dimension: int, grade: int) -> Multivector:
        result = cls.__new__(cls)
        result._set(terms, den, dimension, grade)
        return result

    # --- constructors -------------------------------------------------------------------------------

    @classmethod
    def vector(cls, entries: Iterable[Any]) -> Multivector:
        """Return a vector as a multivector of grade 1."""
        tops, den = clear_denominators(entries, "vector")
        return cls._make({1 << i: top for i, top in enumerate(tops)}, den, len(tops), 1)

    @classmethod
    def scalar(cls, value: Any, dimension: int) -> Multivector:
        """Return a number as a multivector of grade 0."""
        number = exact(value, "scalar")
        return cls._make({0: number.numerator}, number.denominator, dimension, 0)

    @classmethod
    def zero(cls, grade: int, dimension: int) -> Multivector:
        """Return the zero of Λ^grade(Q^dimension)."""
        return cls._make({}, 1, dimension, grade)

    @classmethod
    def volume_form(cls, dimension: int) -> Multivector:
        """Return `vol = e_0 ∧ … ∧ e_{d−1}`."""
        return cls._make({(1 << dimension) - 1: 1}, 1, dimension, dimension)

    @classmethod
    def wedge_of(cls, vectors: Iterable[Iterable[Any]], dimension: int | None = None) -> Multivector:
        """Return `v_1 ∧ … ∧ v_k`: its components are the k by k minors of the rows.

        Contract: exact. `dimension` is needed only for no vectors (the result is then the scalar 1).
        Cost: all minors together by expansion along the last row, `Σ_j j·C(d, j)` integer products.

        >>> Multivector.wedge_of([[1, 0, 1], [0, 2, 0]])
        Multivector({(0, 1): 2, (1, 2): -2}, dimension=3)
        """
        rows = [clear_denominators(row, f"vectors[{i}]") for i, row in enumerate(vectors)]
        if dimension is None:
            if not rows:
                raise InvalidInput("expected the dimension, there are no vectors", "dimension")
            dimension = len(rows[0][0])
        terms, den = {0: 1}, 1
        for i, (row, bottom) in enumerate(rows):
            if len(row) != dimension:
                raise InvalidInput(f"expected {dimension} numbers, got {len(row)}", f"vectors[{i}]")
            terms = blades.wedge(terms, {1 << j: top for j, top in enumerate(row) if top})
            den *= bottom
        return cls._make(terms, den, dimension, len(rows))

    # --- reading ------------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        """Dimension `d` of the space."""
        return self._dimension

    @property
    def grade(self) -> int:
        """Grade `k`."""
        return self._grade

    @property
    def components(self) -> dict[Index, Fraction]:
        """The nonzero components by sorted index tuple, in lexicographic order (a fresh dict)."""
        found = {blades.index(mask): Fraction(top, self._den) for mask, top in self._terms}
        return {index: found[index] for index in sorted(found)}

    def __getitem__(self, index: int | Index) -> Fraction:
        """Return one component, antisymmetric in the indices: `w[1, 0] == -w[0, 1]`, `w[1, 1] == 0`."""
        indices = (index,) if isinstance(index, int) else tuple(index)
        if len(indices) != self._grade or not all(0 <= i < self._dimension for i in indices):
            raise InvalidInput(
                f"expected {self._grade} indices below {self._dimension}, got {indices}", "index"
            )
        if len(set(indices)) != len(indices):
            return Fraction(0)
        inversions = sum(a > b for k, a in enumerate(indices) for b in indices[k + 1 :])
        top = dict(self._terms).get(sum(1 << i for i in indices), 0)
        return Fraction(-top if inversions % 2 else top, self._den)

    def as_vector(self) -> tuple[Fraction, ...]:
        """Return the entries of a multivector of grade 1; errors: `InvalidInput` for other grades."""
        self._expect_grade(1)
        found = dict(self._terms)
        return tuple(Fraction(found.get(1 << i, 0), self._den) for i in range(self._dimension))

    def as_scalar(self) -> Fraction:
        """Return the number in a multivector of grade 0; errors: `InvalidInput` for other grades."""
        self._expect_grade(0)
        return Fraction(dict(self._terms).get(0, 0), self._den)

    def is_zero(self) -> bool:
        """Tell whether every component is zero."""
        return not self._terms

    # --- linear structure ---------------------------------------------------------------------------

    def _expect_grade(self, grade: int) -> None:
        if self._grade != grade:
            raise InvalidInput(f"expected grade {grade}, got grade {self._grade}", "multivector")

    def _expect_same(self, other: Multivector, operation: str) -> None:
        self._expect_space(other, operation)
        if self._grade != other._grade:
            raise InvalidInput(f"grades {self._grade} and {other._grade} differ", operation)

    def _expect_space(self, other: Multivector, operation: str) -> None:
        if self._dimension != other._dimension:
            raise InvalidInput(f"dimensions {self._dimension} and {other._dimension} differ", operation)

    def __add__(self, other: Multivector) -> Multivector:
        if not isinstance(other, Multivector):
            return NotImplemented
        self._expect_same(other, "+")
        den = math.lcm(self._den, other._den)
        terms = {mask: top * (den // self._den) for mask, top in self._terms}
        for mask, top in other._terms:
            terms[mask] = terms.get(mask, 0) + top * (den // other._den)
        return self._make(terms, den, self._dimension, self._grade)

    def __neg__(self) -> Multivector:
        return self * -1

    def __sub__(self, other: Multivector) -> Multivector:
        if not isinstance(other, Multivector):
            return NotImplemented
        self._expect_same(other, "-")
        return self + (-other)

    def __mul__(self, scalar: Any) -> Multivector:
        if isinstance(scalar, Multivector):
            raise InvalidInput("expected a number: the wedge product is ^", "*")
        top, bottom = exact(scalar, "scalar").as_integer_ratio()
        terms = {mask: entry * top for mask, entry in self._terms}
        return self._make(terms, self._den * bottom, self._dimension, self._grade)

    __rmul__ = __mul__

    def __truediv__(self, scalar: Any) -> Multivector:
        divisor = exact(scalar, "scalar")
        if divisor == 0:
            raise InvalidInput("expected a nonzero number, got 0", "/")
        return self * (1 / divisor)

    # --- exterior algebra ---------------------------------------------------------------------------

    def wedge(self, other: Multivector) -> Multivector:
        """Return `self ∧ other`, of grade `k + l`; also written `(a ^ b)`.

        Errors: `InvalidInput` for different dimensions.
        """
        self._expect_space(other, "wedge")
        terms = blades.wedge(dict(self._terms), dict(other._terms))
        return self._make(terms, self._den * other._den, self._dimension, self._grade + other._grade)

    def __xor__(self, other: Multivector) -> Multivector:
        return self.wedge(other) if isinstance(other, Multivector) else NotImplemented

    def inner(self, other: Multivector) -> Fraction:
        """Return `⟨α, β⟩ = Σ_I α_I β_I`; on simple ones, the Gram determinant of the factors (Cauchy–Binet).

        Errors: `InvalidInput` for different grades or dimensions.
        """
        self._expect_same(other, "inner")
        found = dict(other._terms)
        total = sum(top * found.get(mask, 0) for mask, top in self._terms)
        return Fraction(total, self._den * other._den)

    @property
    def norm_squared(self) -> Fraction:
        """`⟨α, α⟩`, rational."""
        return Fraction(sum(top * top for _, top in self._terms), self._den**2)

    @property
    def norm(self) -> Surd:
        """`‖α‖ = √⟨α, α⟩`, an exact surd; for a volume multivector, the k-dimensional volume."""
        return Surd.sqrt(self.norm_squared)

    def hodge(self) -> Multivector:
        """Return `⋆α`, of grade `d − k`, with `α ∧ ⋆β = ⟨α, β⟩ vol`: so `⋆e_I = sgn(I, I^c) e_{I^c}`.

        Errors: `InvalidInput` above grade `d`.

        >>> Multivector({(0, 2): 1}, dimension=3).hodge()
        Multivector({(1,): -1}, dimension=3)
        """
        full = (1 << self._dimension) - 1
        terms = {full ^ mask: blades.sign(mask, full ^ mask) * top for mask, top in self._terms}
        return self._make(terms, self._den, self._dimension, self._dimension - self._grade)

    def interior(self, vector: Iterable[Any]) -> Multivector:
        """Return the interior product `v ⌟ α` with a vector in the first slot, of grade `k − 1`.

        It is an antiderivation: `v⌟(α∧β) = (v⌟α)∧β + (−1)^k α∧(v⌟β)`. Errors: `InvalidInput` for grade 0.

        >>> Multivector({(0, 1): 1}, dimension=2).interior([1, 0])
        Multivector({(1,): 1}, dimension=2)
        """
        return self.contract(Multivector.vector(vector))

    def contract(self, left: Multivector) -> Multivector:
        """Return `β ⌟ α`, of grade `k − l`, adjoint to the wedge: `⟨β⌟α, γ⟩ = ⟨α, β∧γ⟩` for every γ.

        Errors: `InvalidInput` for different dimensions, or when β has the larger grade.
        """
        self._expect_space(left, "contract")
        if left._grade > self._grade:
            raise InvalidInput(f"cannot contract grade {self._grade} by grade {left._grade}", "contract")
        terms: dict[int, int] = {}
        for small, factor in left._terms:
            for mask, top in self._terms:
                if mask & small == small:
                    rest = mask ^ small
                    terms[rest] = terms.get(rest, 0) + blades.sign(small, rest) * factor * top
        return self._make(terms, self._den * left._den, self._dimension, self._grade - left._grade)

    def factors(self) -> tuple[tuple[Fraction, ...], ...] | None:
        """Return k vectors whose wedge is α, or None when α is not simple (not a product of vectors).

        Contract: exact. With `α_I ≠ 0` the only candidates, up to a change of basis of their span, are the
        contractions of α by `e_{I∖i}` for i in I; multiplying them out is the Plücker test.
        Errors: `InvalidInput` for grade 0.

        >>> Multivector({(0, 1): 1, (2, 3): 1}, dimension=4).factors() is None
        True
        """
        if self._grade == 0:
            raise InvalidInput("expected grade at least 1, a scalar has no vector factors", "factors")
        if not self._terms:
            return ((Fraction(0),) * self._dimension,) * self._grade
        mask, top = self._terms[0]
        leading = Fraction(top, self._den)
        vectors = []
        for position, i in enumerate(blades.index(mask)):
            rest = mask ^ (1 << i)
            found = self.contract(self._make({rest: 1}, 1, self._dimension, self._grade - 1))
            # Each is scaled to have entry 1 at i and 0 at the rest of I; the first carries the size of α.
            found = found * blades.sign(rest, 1 << i)
            vectors.append((found if position == 0 else found / leading).as_vector())
        return tuple(vectors) if Multivector.wedge_of(vectors) == self else None

    def is_simple(self) -> bool:
        """Tell whether α is a wedge of vectors: every scalar, vector and zero is."""
        return self._grade == 0 or self.factors() is not None

    # --- identity, order, forms ---------------------------------------------------------------------

    def _key(self) -> tuple[Any, ...]:
        return self._dimension, self._grade, self._den, self._terms

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Multivector) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __lt__(self, other: Multivector) -> bool:
        if not isinstance(other, Multivector):
            return NotImplemented
        left = (self._dimension, self._grade, list(self.components.items()))
        return left < (other._dimension, other._grade, list(other.components.items()))

    def __bool__(self) -> bool:
        raise TypeError("the truth of a multivector is ambiguous: use is_zero()")

    def __reduce__(self) -> tuple[Any, ...]:
        return Multivector._make, (dict(self._terms), self._den, self._dimension, self._grade)

    def __repr__(self) -> str:
        parts = ", ".join(f"{index}: {_literal(value)}" for index, value in self.components.items())
        grade = f", grade={self._grade}" if self.is_zero() else ""
        return f"Multivector({{{parts}}}, dimension={self._dimension}{grade})"

    def to_latex(self) -> str:
        r"""Return the LaTeX form.

        >>> print(Multivector({(0, 1): "1/2", (0, 2): -1}, dimension=3).to_latex())
        \frac{1}{2}\,e_{0} \wedge e_{1} - e_{0} \wedge e_{2}
        """
        text = ""
        for index, value in self.components.items():
            basis = r" \wedge ".join(f"e_{{{i}}}" for i in index)
            number = latex_number(abs(value))
            term = basis if basis and number == "1" else rf"{number}\,{basis}" if basis else number
            sign = ("-" if value < 0 else "") if not text else (" - " if value < 0 else " + ")
            text += sign + term
        return text or "0"

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"


def _literal(value: Fraction) -> str:
    return fraction_str(value) if value.denominator == 1 else f"'{fraction_str(value)}'"
