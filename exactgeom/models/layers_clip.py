"""More piecewise-linear activations: clipped ReLU, hard sigmoid, any shape, slopes per channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact, exact_matrix, exact_vector, fraction_str
from exactgeom.models.layers_base import Part, Record, Shape, at, shown, size_of
from exactgeom.models.layers_linear import spread
from exactgeom.models.layers_pointwise import Pointwise
from exactgeom.models.program import Pieces, Unit

__all__ = ["ClippedReLU", "HardSigmoid", "PReLU", "PiecewiseLinear"]

_ZERO, _ONE = Fraction(0), Fraction(1)


class ClippedReLU(Pointwise):
    """``min(max(z, 0), high)``: breakpoints at 0 and ``high > 0``; ReLU6 is ``ClippedReLU(6)``.

    >>> ClippedReLU(6)(7), ClippedReLU("1/2")("1/4")
    (Fraction(6, 1), Fraction(1, 4))
    """

    json_type = "clipped_relu"

    def __init__(self, high: Any = 6, *, place: str = "") -> None:
        top = exact(high, at(place, "high"))
        if top <= 0:
            raise InvalidInput(
                f"clipped ReLU needs high > 0, got {fraction_str(top)}", place=at(place, "high")
            )
        super().__init__((_ZERO, top), ((_ZERO, _ZERO), (_ONE, _ZERO), (_ZERO, top)))

    @property
    def high(self) -> Fraction:
        """Upper clip bound."""
        return self.breakpoints[1]

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {"type": self.json_type, "high": fraction_str(self.high)}

    def __repr__(self) -> str:
        return f"ClippedReLU({shown(self.high)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ClippedReLU, (self.high,)


class HardSigmoid(Pointwise):
    """``min(max(alpha z + beta, 0), 1)``: torch has ``alpha = 1/6``, ``beta = 1/2``; ONNX names both.

    >>> HardSigmoid()(0), HardSigmoid().breakpoints
    (Fraction(1, 2), (Fraction(-3, 1), Fraction(3, 1)))
    >>> HardSigmoid("1/5", "1/2")(10)
    Fraction(1, 1)
    """

    json_type = "hard_sigmoid"

    def __init__(self, alpha: Any = Fraction(1, 6), beta: Any = Fraction(1, 2), *, place: str = "") -> None:
        slope, offset = exact(alpha, at(place, "alpha")), exact(beta, at(place, "beta"))
        if slope == 0:
            raise InvalidInput("hard sigmoid needs alpha other than 0", place=at(place, "alpha"))
        low, high = (_ZERO, _ZERO), (_ZERO, _ONE)
        ends = sorted([-offset / slope, (1 - offset) / slope])
        first, last = (low, high) if slope > 0 else (high, low)
        super().__init__(ends, (first, (slope, offset), last))

    @property
    def alpha(self) -> Fraction:
        """Slope of the middle piece."""
        return self.pieces[1][0]

    @property
    def beta(self) -> Fraction:
        """Value at zero of the middle piece."""
        return self.pieces[1][1]

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {"type": self.json_type, "alpha": fraction_str(self.alpha), "beta": fraction_str(self.beta)}

    def __repr__(self) -> str:
        return f"HardSigmoid({shown(self.alpha)}, {shown(self.beta)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return HardSigmoid, (self.alpha, self.beta)


class PiecewiseLinear(Pointwise):
    """Any continuous piecewise-linear function: ``slope z + intercept`` on each of the pieces.

    Exact. ``breakpoints`` strictly increasing, ``pieces`` one more pair ``(slope, intercept)``; where they
    meet, their values must be equal. A bound on one side, ``max(z, 2)``, is one.

    >>> PiecewiseLinear([2], [[0, 2], [1, 0]])(5)
    Fraction(5, 1)
    """

    json_type = "piecewise_linear"

    def __init__(
        self, breakpoints: Iterable[Any], pieces: Iterable[Iterable[Any]], *, place: str = ""
    ) -> None:
        edges = exact_vector(breakpoints, at(place, "breakpoints"))
        rows = exact_matrix(pieces, at(place, "pieces"))
        if any(low >= high for low, high in pairwise(edges)):
            raise InvalidInput("expected strictly increasing numbers", place=at(place, "breakpoints"))
        if len(rows) != len(edges) + 1 or len(rows[0]) != 2:
            raise InvalidInput(
                f"expected {len(edges) + 1} pairs of slope and intercept", place=at(place, "pieces")
            )
        for i, t in enumerate(edges):
            left, right = (rows[k][0] * t + rows[k][1] for k in (i, i + 1))
            if left != right:
                raise InvalidInput(
                    f"the function jumps at {fraction_str(t)}, from {fraction_str(left)} to"
                    f" {fraction_str(right)}",
                    place=at(place, f"pieces[{i + 1}]"),
                )
        super().__init__(edges, [(slope, intercept) for slope, intercept in rows])

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one unit per value."""
        return (Pieces(0, (Unit(self.breakpoints, self.pieces),) * size_of(shapes[0])),)

    def to_json(self) -> dict[str, Any]:
        """Return the layer as an entry of ``exactgeom/network-1``."""
        return {
            "type": self.json_type,
            "breakpoints": [fraction_str(t) for t in self.breakpoints],
            "pieces": [[fraction_str(q) for q in piece] for piece in self.pieces],
        }

    def __repr__(self) -> str:
        return f"PiecewiseLinear({shown(self.breakpoints)}, {shown(self.pieces)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return PiecewiseLinear, (self.breakpoints, self.pieces)


class PReLU(Record):
    """Leaky ReLU with a slope per channel (first axis of the shape), per value, or one for all.

    Exact; ``z`` for ``z >= 0``, ``slopes[c] z`` below.

    >>> PReLU(["1/4", -1]).parts([(2,)])[0].units[1].pieces[0]
    (Fraction(-1, 1), Fraction(0, 1))
    """

    json_type = "prelu"
    activation = True
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"slopes": ...})
    slopes: tuple[Fraction, ...]

    def __init__(self, slopes: Iterable[Any], *, place: str = "") -> None:
        values = exact_vector(slopes, at(place, "slopes"))
        if not values:
            raise InvalidInput("expected at least one slope", place=at(place, "slopes"))
        self._store(slopes=values)

    def shape_after(self, shapes: Sequence[Shape], place: str = "layer") -> Shape:
        """Return the shape as it is; there must be a slope per channel, per value, or one."""
        (shape,) = shapes
        if len(self.slopes) not in (1, shape[0], size_of(shape)):
            raise InvalidInput(
                f"expected {shape[0]} entries, one per channel, got {len(self.slopes)}",
                place=f"{place}.slopes",
            )
        return shape

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one unit per value."""
        kinds = {q: Unit((_ZERO,), ((q, _ZERO), (_ONE, _ZERO))) for q in self.slopes}
        return (Pieces(0, tuple(kinds[q] for q in spread(self.slopes, size_of(shapes[0])))),)
