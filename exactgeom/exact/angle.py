"""Angles: exact finite sums of arguments of `x + i√y`, and of rational multiples of π.

Dihedral angles and their sums live here. "This sum is exactly rπ" is decided by exact arithmetic; order, by
exact equality first and then by ever finer enclosures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational
from typing import Any

from flint import arb, fmpq

from exactgeom.exact.balls import correctly_rounded, refined, sign_by_refining
from exactgeom.exact.door import exact, exact_vector, fraction, fraction_str, to_fmpq
from exactgeom.exact.enclosure import Enclosure
from exactgeom.exact.errors import InvalidInput, UndecidedError, UndefinedAngle
from exactgeom.exact.latex import angle_latex
from exactgeom.exact.surd import Surd
from exactgeom.exact.text import angle_text
from exactgeom.exact.turning import Part, collect_angle
from exactgeom.exact.values import Value, freeze

_MAX_CLASSES = 6
_ZERO = Fraction(0)


class Angle(Value):
    """An exact angle in radians, `r·π + Σ arctan √t`, not reduced modulo 2π.

    Contract: exact; immutable; equal (and equally hashed) when the angles are equal as real numbers.
    `Angle(r, tangents_squared)` is `rπ + Σ arctan √t`; see also `from_xy`, `between`, `from_cos` and `pi`.
    Angles add, subtract and take integer multiples; `sum(angles)` works.
    Errors: `InvalidInput` for bad input, `UndefinedAngle` for a zero vector.

    >>> Angle(0, ["1/4"]) + Angle(0, ["1/9"]) == Angle.pi("1/4")
    True
    >>> sum([Angle.between([1, 0], [3, 4]), Angle.between([1, 0], [4, 3])])
    Angle('1/2')
    """

    __slots__ = ("_canonical", "_parts", "_turn")
    _turn: Fraction
    _parts: tuple[Part, ...]
    _canonical: bool

    def __new__(cls, pi_part: object = 0, tangents_squared: Iterable[object] = ()) -> Angle:
        """Return `pi_part · π + Σ arctan √t`."""
        tangents = exact_vector(tangents_squared, "tangents_squared")
        for i, t in enumerate(tangents):
            if t < 0:
                raise InvalidInput(f"expected t >= 0, got {fraction_str(t)}", f"tangents_squared[{i}]")
        parts = tuple((fmpq(1), to_fmpq(t), 1) for t in tangents if t)
        return _make(exact(pi_part, "pi_part"), parts)

    @classmethod
    def pi(cls, multiple: object = 1) -> Angle:
        """Return a rational multiple of π.

        >>> 2 * Angle.pi("1/2") == Angle.pi()
        True
        """
        return _make(exact(multiple, "multiple"), (), canonical=True)

    @classmethod
    def from_xy(cls, x: object, y: object) -> Angle:
        """Return the argument of `x + i√y`, in [0, π], for rationals x and y ≥ 0.

        >>> Angle.from_xy(-1, 3)
        Angle('2/3')
        """
        p, q = (v if isinstance(v, fmpq) else to_fmpq(exact(v, n)) for v, n in ((x, "x"), (y, "y")))
        if q < 0:
            raise InvalidInput(f"expected y >= 0, got {fraction_str(fraction(q))}", "y")
        if q != 0:
            return _make(_ZERO, ((p, q, 1),))
        if p == 0:
            raise UndefinedAngle("the zero vector has no angle")
        return _make(Fraction(int(p < 0)), (), canonical=True)

    @classmethod
    def between(cls, u: Iterable[object], v: Iterable[object]) -> Angle:
        """Return the angle in [0, π] between two nonzero rational vectors.

        >>> Angle.between([1, 0, 0], [1, 1, 0])
        Angle('1/4')
        """
        a, b = ([to_fmpq(c) for c in exact_vector(w, place)] for w, place in ((u, "u"), (v, "v")))
        if len(a) != len(b):
            raise InvalidInput(f"vectors of different lengths {len(a)} and {len(b)}", "v")
        x, aa, bb = (
            sum((p * q for p, q in zip(s, t, strict=True)), fmpq(0)) for s, t in ((a, b), (a, a), (b, b))
        )
        if aa == 0 or bb == 0:
            raise UndefinedAngle("an angle with the zero vector is not defined")
        return cls.from_xy(x, aa * bb - x * x)

    @classmethod
    def from_cos(cls, cosine: object) -> Angle:
        """Return the angle in [0, π] whose cosine is given, a rational number or one square root.

        >>> Angle.from_cos(Surd.sqrt("1/2")), Angle.from_cos("-1/2")
        (Angle('1/4'), Angle('2/3'))
        """
        c = cosine if isinstance(cosine, Surd) else Surd(exact(cosine, "cosine"))
        square = c.squared()
        if not square.is_rational() or square > 1:
            raise InvalidInput(
                f"expected a cosine in [-1, 1] whose square is rational, got {cosine!r}", "cosine"
            )
        p = square.as_fraction()
        return cls.from_xy(c.sign() * p, p * (1 - p)) if p else cls.pi(Fraction(1, 2))

    # --- structure --------------------------------------------------------------------------------------

    def _collected(self) -> tuple[Fraction, tuple[Part, ...]]:
        """Return the canonical form, computed once (the value does not change, only its bookkeeping)."""
        if not self._canonical:
            turn, parts = collect_angle(self._turn, self._parts)
            freeze(self, "_parts", parts)
            freeze(self, "_turn", turn)
            freeze(self, "_canonical", True)
        return self._turn, self._parts

    @property
    def pi_part(self) -> Fraction:
        """The r of the canonical form `rπ + Σ arctan √t`."""
        return self._collected()[0]

    @property
    def tangents_squared(self) -> tuple[Fraction, ...]:
        """The t of the canonical form `rπ + Σ arctan √t`: different square classes, ascending."""
        return tuple(fraction(t) for _, t, _ in self._collected()[1])

    def is_multiple_of_pi(self) -> Fraction | None:
        """Return r when the angle is exactly `r·π`, r rational, else None (r may be 0: test `is not None`).

        >>> (Angle.from_xy(1, 2) + Angle.from_xy(-1, 2)).is_multiple_of_pi()
        Fraction(1, 1)
        """
        turn, parts = self._collected()
        return None if parts else turn

    # --- order ------------------------------------------------------------------------------------------

    def _ball(self) -> arb:
        turn, parts = self._turn, self._parts
        total = arb.pi() * to_fmpq(turn)
        for x, y, k in parts:
            total += k * arb.atan2(arb(y).sqrt(), arb(x))
        return total

    def sign(self) -> int:
        """Return −1, 0 or 1: exact, by the canonical form and then by ever finer enclosures."""
        ball = self._ball()
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        turn, parts = self._collected()
        if not parts:
            return (turn > 0) - (turn < 0)
        return sign_by_refining(self._ball)

    def _compare(self, other: object) -> Any:
        """Compare with an angle, or with a rational number of radians."""
        if isinstance(other, Angle):
            return (self - other).sign()
        if isinstance(other, bool) or not isinstance(other, Rational | float):
            return NotImplemented
        if isinstance(other, float) and not math.isfinite(other):
            return NotImplemented if math.isnan(other) else -1 if other > 0 else 1
        radians = to_fmpq(exact(other))
        if radians == 0:
            return self.sign()
        return sign_by_refining(lambda: self._ball() - radians)  # never equal, by Lindemann's theorem

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Angle):
            return self._collected() == other._collected()
        return super().__eq__(other)

    def __hash__(self) -> int:
        turn, parts = self._collected()
        return hash((turn, parts)) if turn or parts else 0

    def __bool__(self) -> bool:
        turn, parts = self._collected()
        return bool(turn or parts)

    # --- group ------------------------------------------------------------------------------------------

    def __add__(self, other: object) -> Angle:
        if isinstance(other, Angle):
            return _make(self._turn + other._turn, self._parts + other._parts)
        return self if type(other) is int and other == 0 else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Angle:
        return _make(-self._turn, tuple((x, y, -k) for x, y, k in self._parts))

    def __pos__(self) -> Angle:
        return self

    def __abs__(self) -> Angle:
        return -self if self.sign() < 0 else self

    def __sub__(self, other: object) -> Angle:
        return self + -other if isinstance(other, Angle) else NotImplemented

    def __mul__(self, other: object) -> Angle:
        if isinstance(other, bool) or not isinstance(other, Rational) or other.denominator != 1:
            return NotImplemented
        k = int(other.numerator)
        return _make(self._turn * k, tuple((x, y, k * j) for x, y, j in self._parts) if k else ())

    __rmul__ = __mul__

    # --- trigonometry -----------------------------------------------------------------------------------

    def _one_argument(self) -> tuple[fmpq, fmpq] | None:
        """Return (x, y) when the angle is kept as the argument of one x + i√y."""
        raw = self._parts
        return raw[0][:2] if len(raw) == 1 and raw[0][2] == 1 and self._turn == 0 else None

    def _cos_sin(self) -> tuple[Surd, Surd]:
        turn, parts = self._collected()
        if len(parts) > _MAX_CLASSES:
            raise UndecidedError(f"cosine of a sum over {len(parts)} square classes is not expanded")
        c, s = _cos_sin_of_pi(turn)
        for _, t, _ in parts:
            c1, s1 = Surd.sqrt(1 / (1 + t)), Surd.sqrt(t / (1 + t))
            c, s = c * c1 - s * s1, s * c1 + c * s1
        return c, s

    @property
    def cos(self) -> Surd:
        """The cosine, an exact surd. Errors: `UndecidedError` when it is no short sum of square roots."""
        if simple := self._one_argument():
            x, y = simple
            cosine = Surd.sqrt(x * x / (x * x + y))
            return -cosine if x < 0 else cosine
        return self._cos_sin()[0]

    @property
    def sin(self) -> Surd:
        """The sine, an exact surd. Errors: as for `cos`."""
        if simple := self._one_argument():
            x, y = simple
            return Surd.sqrt(y / (x * x + y))
        return self._cos_sin()[1]

    @property
    def cos_squared(self) -> Surd:
        """The squared cosine; rational for the angle between two rational vectors."""
        return self.cos.squared()

    # --- forms ------------------------------------------------------------------------------------------

    def __float__(self) -> float:
        """Return the nearest double to the angle in radians."""
        return correctly_rounded(self._ball) if self else 0.0

    @property
    def radians(self) -> float:
        """The nearest double to the angle in radians."""
        return float(self)

    @property
    def degrees(self) -> float:
        """The nearest double to the angle in degrees."""
        turn, parts = self._collected()
        if not parts:
            return float(180 * turn)
        return correctly_rounded(lambda: self._ball() * 180 / arb.pi())

    def enclosure(self, bits: int = 64) -> Enclosure:
        """Return a ball of relative accuracy at least `bits` that holds the angle in radians."""
        return Enclosure.from_ball(refined(self._ball, bits) if self else arb(0), bits)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Return `{"angle": {"pi": "r", "atan_sqrt": ["t", …]}}` for `rπ + Σ arctan √t`."""
        tangents = [fraction_str(t) for t in self.tangents_squared]
        return {"angle": {"pi": fraction_str(self.pi_part), "atan_sqrt": tangents}}

    def to_sympy(self) -> Any:
        """Return the SymPy form `r·pi + Σ atan(sqrt(t))`."""
        import sympy

        pieces = [sympy.atan(Surd.sqrt(t).to_sympy()) for t in self.tangents_squared]
        return sympy.Add(sympy.Rational(*self.pi_part.as_integer_ratio()) * sympy.pi, *pieces)

    def to_latex(self) -> str:
        r"""Return the angle as LaTeX, without dollar signs.

        >>> print(Angle("2/3").to_latex())
        \frac{2}{3} \pi
        """
        return angle_latex(self.pi_part, self.tangents_squared)

    def __str__(self) -> str:
        """Return the angle as it is written: `π/4`.

        >>> print(Angle("1/4"), Angle(-1, [2]), Angle(0))
        π/4 -π + arctan √2 0
        """
        return angle_text(self.pi_part, self.tangents_squared)

    def __repr__(self) -> str:
        tangents = [fraction_str(t) for t in self.tangents_squared]
        return f"Angle({fraction_str(self.pi_part)!r}{f', {tangents!r}' if tangents else ''})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Angle, (self.pi_part, self.tangents_squared)


def _make(turn: Fraction, parts: tuple[Part, ...], canonical: bool = False) -> Angle:
    result = object.__new__(Angle)
    freeze(result, "_turn", turn)
    freeze(result, "_parts", parts)
    freeze(result, "_canonical", canonical)
    return result


def _cos_sin_of_pi(turn: Fraction) -> tuple[Surd, Surd]:
    """Return cosine and sine of `turn·π` where both are sums of square roots: denominators dividing 12."""
    if 12 % turn.denominator:
        raise UndecidedError(f"cosine of {fraction_str(turn)}·π is not expanded in square roots")
    twelfths = int(12 * turn) % 24
    half, root2, root3 = Fraction(1, 2), Surd.sqrt("1/2"), Surd.sqrt("3/4")
    quarter = (Surd.sqrt("3/8") + Surd.sqrt("1/8"), Surd.sqrt("3/8") - Surd.sqrt("1/8"))
    first = [Surd(1), quarter[0], root3, root2, Surd(half), quarter[1], Surd(0)]

    def cosine(k: int) -> Surd:
        k = min(k % 24, 24 - k % 24)
        return first[k] if k <= 6 else -first[12 - k]

    return cosine(twelfths), cosine(twelfths - 6)
