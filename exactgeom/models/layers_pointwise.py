"""Elementwise activations: ReLU, leaky ReLU, absolute value, hard tanh, identity.

Every activation has one shape: strictly increasing *breakpoints* ``t_1 < ... < t_m`` and ``m + 1``
*pieces* ``(slope, intercept)``, continuous where they meet. That shape is all the evaluation and the
partition engine ever ask for, so a new activation is a new pair of tuples and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from exactgeom.exact import InvalidInput, exact, fraction_str
from exactgeom.models.layers_base import Layer, Part, Shape, shown, size_of
from exactgeom.models.program import Pieces, Unit

__all__ = ["Abs", "HardTanh", "Identity", "LeakyReLU", "Pointwise", "ReLU"]

Piece = tuple[Fraction, Fraction]


class Pointwise(Layer):
    """Elementwise continuous piecewise-linear function ``R -> R``, the same on every coordinate.

    Exact. On the interval between ``breakpoints[i-1]`` and ``breakpoints[i]`` the value is
    ``slope * z + intercept`` with ``(slope, intercept) = pieces[i]``.
    Two of them are equal when they have the same breakpoints and pieces: ``LeakyReLU(0) == ReLU()``.
    """

    activation = True
    breakpoints: tuple[Fraction, ...]
    pieces: tuple[Piece, ...]

    def __init__(self, breakpoints: Sequence[Fraction], pieces: Sequence[Piece]) -> None:
        if type(self) is Pointwise:
            raise InvalidInput(
                "Pointwise is the common shape: use ReLU, LeakyReLU, Abs, HardTanh or Identity",
                place="activation",
            )
        self.__dict__["breakpoints"] = tuple(breakpoints)
        self.__dict__["pieces"] = tuple(pieces)

    @cached_property
    def integer_form(self) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], int]:
        """Breakpoints ``(p, q)`` meaning ``p/q``, pieces over one denominator, and that denominator.

        >>> LeakyReLU("1/10").integer_form
        (((0, 1),), ((1, 0), (10, 0)), 10)
        """
        denominator = lcm(*(q.denominator for piece in self.pieces for q in piece))
        pieces = tuple((int(slope * denominator), int(const * denominator)) for slope, const in self.pieces)
        return tuple((t.numerator, t.denominator) for t in self.breakpoints), pieces, denominator

    def piece_at(self, z: Any) -> int:
        """Index of the piece used at ``z``: the number of breakpoints strictly below it.

        At a breakpoint this is the lower piece; the upper one has the same value there.
        """
        value = exact(z, "z")
        return sum(1 for t in self.breakpoints if value > t)

    def sign_at(self, z: Any) -> str:
        """One character over ``+-0`` per breakpoint, increasing: the sign of ``z - breakpoint``.

        >>> HardTanh().sign_at(1), ReLU().sign_at(-3), Identity().sign_at(5)
        ('+0', '-', '')
        """
        value = exact(z, "z")
        return "".join("+" if value > t else "-" if value < t else "0" for t in self.breakpoints)

    def __call__(self, z: Any) -> Fraction:
        """Return the exact value at one number ``z``.

        >>> Abs()("-1/3"), HardTanh(0, 6)(7), LeakyReLU()(-1)
        (Fraction(1, 3), Fraction(6, 1), Fraction(-1, 100))
        """
        value = exact(z, "z")
        slope, intercept = self.pieces[self.piece_at(value)]
        return slope * value + intercept

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pointwise):
            return NotImplemented
        return self.breakpoints == other.breakpoints and self.pieces == other.pieces

    def __hash__(self) -> int:
        return hash((Pointwise, self.breakpoints, self.pieces))

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one unit per value; none for the identity, which has no breakpoint."""
        if not self.breakpoints:
            return ()
        return (Pieces(0, (Unit(self.breakpoints, self.pieces),) * size_of(shapes[0])),)


_ZERO, _ONE = Fraction(0), Fraction(1)


class ReLU(Pointwise):
    """``max(z, 0)``: one breakpoint at 0.

    >>> ReLU()(-2), ReLU()("3/2")
    (Fraction(0, 1), Fraction(3, 2))
    """

    json_type = "relu"

    def __init__(self) -> None:
        super().__init__((_ZERO,), ((_ZERO, _ZERO), (_ONE, _ZERO)))


class LeakyReLU(Pointwise):
    """``z`` for ``z >= 0`` and ``slope * z`` below: one breakpoint at 0, any rational slope.

    The slope goes through the number door, so the float ``0.01`` is not ``1/100``; the default is 1/100.

    >>> LeakyReLU("1/10")(-2)
    Fraction(-1, 5)
    """

    json_type = "leaky_relu"

    def __init__(self, slope: Any = Fraction(1, 100), *, place: str = "") -> None:
        below = exact(slope, f"{place}.slope" if place else "slope")
        super().__init__((_ZERO,), ((below, _ZERO), (_ONE, _ZERO)))

    @property
    def slope(self) -> Fraction:
        """Slope below zero."""
        return self.pieces[0][0]

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {"type": self.json_type, "slope": fraction_str(self.slope)}

    def __repr__(self) -> str:
        return f"LeakyReLU({shown(self.slope)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return LeakyReLU, (self.slope,)


class Abs(Pointwise):
    """Absolute value ``|z|``: one breakpoint at 0.

    >>> Abs()(-2)
    Fraction(2, 1)
    """

    json_type = "abs"

    def __init__(self) -> None:
        super().__init__((_ZERO,), ((-_ONE, _ZERO), (_ONE, _ZERO)))


class HardTanh(Pointwise):
    """Clipping ``min(max(z, low), high)``: two breakpoints, ``low < high``.

    >>> HardTanh()("1/2"), HardTanh(0, 6).breakpoints
    (Fraction(1, 2), (Fraction(0, 1), Fraction(6, 1)))
    """

    json_type = "hard_tanh"

    def __init__(self, low: Any = -1, high: Any = 1, *, place: str = "") -> None:
        at = f"{place}." if place else ""
        bottom, top = exact(low, f"{at}low"), exact(high, f"{at}high")
        if bottom >= top:
            raise InvalidInput(
                f"hard tanh needs low < high, got low {fraction_str(bottom)} and high {fraction_str(top)}",
                place=f"{at}low",
            )
        super().__init__((bottom, top), ((_ZERO, bottom), (_ONE, _ZERO), (_ZERO, top)))

    @property
    def low(self) -> Fraction:
        """Lower clip bound."""
        return self.breakpoints[0]

    @property
    def high(self) -> Fraction:
        """Upper clip bound."""
        return self.breakpoints[1]

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {"type": self.json_type, "low": fraction_str(self.low), "high": fraction_str(self.high)}

    def __repr__(self) -> str:
        return f"HardTanh({shown(self.low)}, {shown(self.high)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return HardTanh, (self.low, self.high)


class Identity(Pointwise):
    """``z`` itself: no breakpoint, so it contributes no sign.

    >>> Identity()(-2), Identity().breakpoints
    (Fraction(-2, 1), ())
    """

    json_type = "identity"

    def __init__(self) -> None:
        super().__init__((), ((_ONE, _ZERO),))
