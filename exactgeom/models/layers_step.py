"""Discontinuous activations: steps, sign, threshold. Signs of a point on a jump tell which value it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar

from exactgeom.exact import InvalidInput, exact, exact_vector
from exactgeom.models.layers_base import Layer, Part, Record, Shape, SparseAffine, at, size_of
from exactgeom.models.program import Pieces, Steps, StepUnit, Unit

__all__ = ["Sign", "Step", "Threshold"]

_ZERO, _ONE = Fraction(0), Fraction(1)


class Step(Record):
    """Piecewise constant: ``values[i]`` between breakpoints, ``on[i]`` on breakpoint i.

    Exact. Without arguments the Heaviside step ``z > 0``, 0 at zero; ``on`` is the lower value unless given.
    Raises ``InvalidInput`` unless the breakpoints increase and there is one more value than breakpoints.

    >>> Step().parts([(1,)])[0].units[0].constants
    (Fraction(0, 1), Fraction(1, 1))
    """

    json_type = "step"
    activation = True
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"breakpoints": (_ZERO,), "values": (_ZERO, _ONE), "on": None}
    )
    breakpoints: tuple[Fraction, ...]
    values: tuple[Fraction, ...]
    on: tuple[Fraction, ...]

    def __init__(
        self,
        breakpoints: Iterable[Any] = (0,),
        values: Iterable[Any] = (0, 1),
        on: Iterable[Any] | None = None,
        *,
        place: str = "",
    ) -> None:
        edges = exact_vector(breakpoints, at(place, "breakpoints"))
        levels = exact_vector(values, at(place, "values"))
        if any(low >= high for low, high in pairwise(edges)):
            raise InvalidInput("expected strictly increasing numbers", place=at(place, "breakpoints"))
        if len(levels) != len(edges) + 1:
            raise InvalidInput(
                f"expected {len(edges) + 1} entries, one more than breakpoints, got {len(levels)}",
                place=at(place, "values"),
            )
        marks = levels[:-1] if on is None else exact_vector(on, at(place, "on"))
        if len(marks) != len(edges):
            raise InvalidInput(
                f"expected {len(edges)} entries, one per breakpoint, got {len(marks)}", place=at(place, "on")
            )
        self._store(breakpoints=edges, values=levels, on=marks)

    def _arguments(self) -> dict[str, Any]:
        found = super()._arguments()
        if self.on == self.values[:-1]:
            del found["on"]
        return found

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one step per value."""
        unit = StepUnit(self.breakpoints, self.values, self.on)
        return (Steps(0, (unit,) * size_of(shapes[0])),)


class Sign(Layer):
    """The sign of ``z``: -1, 0 or 1.

    >>> Sign().parts([(2,)])[0].units[0].at
    (Fraction(0, 1),)
    """

    json_type = "sign"
    activation = True

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return one step per value."""
        return (Steps(0, (StepUnit((_ZERO,), (-_ONE, _ONE), (_ZERO,)),) * size_of(shapes[0])),)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(Sign)


class Threshold(Record):
    """torch's ``Threshold``: ``z`` where ``z > threshold``, else ``value``.

    Exact. Unless ``value = threshold`` it jumps; it is then ``max(z, threshold)`` plus a step, and its signs
    are those of all the kinks followed by those of all the jumps (two equal signs per unit).

    >>> [type(part).__name__ for part in Threshold(1, 0).parts([(1,)])]
    ['Pieces', 'Steps', 'SparseAffine']
    """

    json_type = "threshold"
    activation = True
    fields: ClassVar[Mapping[str, Any]] = MappingProxyType({"threshold": ..., "value": ...})
    threshold: Fraction
    value: Fraction

    def __init__(self, threshold: Any, value: Any, *, place: str = "") -> None:
        self._store(
            threshold=exact(threshold, at(place, "threshold")), value=exact(value, at(place, "value"))
        )

    def parts(self, shapes: Sequence[Shape]) -> tuple[Part, ...]:
        """Return the kink, the jump and their sum."""
        size, t, jump = size_of(shapes[0]), self.threshold, self.value - self.threshold
        kinks = Pieces(0, (Unit((t,), ((_ZERO, t), (_ONE, _ZERO))),) * size)
        if jump == 0:
            return (kinks,)
        jumps = Steps(0, (StepUnit((t,), (jump, _ZERO), (jump,)),) * size)
        rows = tuple(((i, 1), (size + i, 1)) for i in range(size))
        return kinks, jumps, SparseAffine((1, 2), rows, (0,) * size)
