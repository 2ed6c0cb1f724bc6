"""Layers of a piecewise-linear network: exact affine maps and elementwise piecewise-linear units.

Every activation has one shape: strictly increasing *breakpoints* ``t_1 < ... < t_m`` and ``m + 1``
*pieces* ``(slope, intercept)``, continuous where they meet. That shape is all the evaluation and the
partition engine ever ask for, so a new activation is a new pair of tuples and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_matrix, exact_vector, fraction_str

__all__ = ["Abs", "HardTanh", "Identity", "Layer", "LeakyReLU", "Linear", "Pointwise", "ReLU"]

Piece = tuple[Fraction, Fraction]


class Layer:
    """One layer of a network: a frozen value that knows its JSON form."""

    json_type: str = ""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot delete {name!r}")

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1`` (exact: numbers are ``"p/q"``)."""
        return {"type": self.json_type}


class Linear(Layer):
    """Affine layer ``z = weight x + bias`` with exact rational entries.

    Exact: every entry goes through the number door, so floats enter at their binary value.
    ``weight`` has ``out_dim`` rows of length ``in_dim``; ``bias`` has length ``out_dim``.
    Raises ``InvalidInput`` on ragged or empty weights, on a bias of another length, and on any
    entry that is no finite number; the message names the place.

    >>> layer = Linear([[1, "1/2"], [0, -2]], [0, "0.25"])
    >>> layer.in_dim, layer.out_dim, layer.bias
    (2, 2, (Fraction(0, 1), Fraction(1, 4)))
    >>> layer([1, 2])
    (Fraction(2, 1), Fraction(-15, 4))
    """

    json_type = "linear"
    weight: tuple[tuple[Fraction, ...], ...]
    bias: tuple[Fraction, ...]

    def __init__(self, weight: Iterable[Iterable[Any]], bias: Iterable[Any], *, place: str = "") -> None:
        at = f"{place}." if place else ""
        rows = exact_matrix(weight, f"{at}weight")
        offsets = exact_vector(bias, f"{at}bias")
        if not rows:
            raise InvalidInput("a linear layer needs at least one row of weights", place=f"{at}weight")
        if not rows[0]:
            raise InvalidInput("a row of weights needs at least one entry", place=f"{at}weight[0]")
        if len(offsets) != len(rows):
            raise InvalidInput(
                f"expected {len(rows)} entries, one per row of the weight, got {len(offsets)}",
                place=f"{at}bias",
            )
        self.__dict__["weight"] = rows
        self.__dict__["bias"] = offsets

    @property
    def in_dim(self) -> int:
        """Number of inputs (columns of the weight)."""
        return len(self.weight[0])

    @property
    def out_dim(self) -> int:
        """Number of outputs (rows of the weight)."""
        return len(self.weight)

    @cached_property
    def integer_form(self) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...], int]:
        """The layer over one denominator: ``(W, b, q)`` with ``weight = W/q``, ``bias = b/q``, ``q > 0``.

        Exact, and computed once per layer: this is what evaluation and slicing multiply with.

        >>> Linear([[1, "1/2"]], ["1/3"]).integer_form
        (((6, 3),), (2,), 6)
        """
        denominator = lcm(
            *{entry.denominator for row in self.weight for entry in row},
            *{entry.denominator for entry in self.bias},
        )

        def scale(row: tuple[Fraction, ...]) -> tuple[int, ...]:
            return tuple(q.numerator * (denominator // q.denominator) for q in row)

        return tuple(scale(row) for row in self.weight), scale(self.bias), denominator

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return ``weight x + bias`` exactly, term by term (``Network`` has the fast route)."""
        point = exact_vector(x, "x")
        if len(point) != self.in_dim:
            raise InvalidInput(f"expected {self.in_dim} coordinates, got {len(point)}", place="x")
        return tuple(
            sum((w * v for w, v in zip(row, point, strict=True)), b)
            for row, b in zip(self.weight, self.bias, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {
            "type": self.json_type,
            "weight": [[fraction_str(entry) for entry in row] for row in self.weight],
            "bias": [fraction_str(entry) for entry in self.bias],
        }

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Linear):
            return NotImplemented
        return self.weight == other.weight and self.bias == other.bias

    def __hash__(self) -> int:
        return hash((Linear, self.weight, self.bias))

    def __repr__(self) -> str:
        rows = ", ".join(f"[{_entries(row)}]" for row in self.weight)
        return f"Linear([{rows}], [{_entries(self.bias)}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return Linear, (self.weight, self.bias)


class Pointwise(Layer):
    """Elementwise continuous piecewise-linear function ``R -> R``, the same on every coordinate.

    Exact. On the interval between ``breakpoints[i-1]`` and ``breakpoints[i]`` the value is
    ``slope * z + intercept`` with ``(slope, intercept) = pieces[i]``.
    Two of them are equal when they have the same breakpoints and pieces: ``LeakyReLU(0) == ReLU()``.
    """

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

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()


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
        return f"LeakyReLU({_entries((self.slope,))})"

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
        return f"HardTanh({_entries(self.breakpoints)})"

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


def _entries(row: Iterable[Fraction]) -> str:
    """Write rationals as door literals: integers bare, fractions as quoted ``'p/q'``."""
    return ", ".join(fraction_str(q) if q.denominator == 1 else repr(fraction_str(q)) for q in row)
