"""What every regulariser is: a small frozen value that composes, and knows its value and its differential.

A regulariser sees a partition through exact measures only.  Its *differential* is given by its derivatives
with respect to those measures; how the measures depend on a model's parameters is not its business.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, TypeAlias

from flint import fmpq

from exactgeom.exact import InvalidInput, Surd, UnboundedError, exact, fraction, fraction_str, to_fmpq
from exactgeom.partition.boxes_partition import BoxPartition
from exactgeom.partition.partition import Partition

__all__ = ["Differential", "Number", "Regularizer", "Total", "bounded", "chosen_cells"]

Number: TypeAlias = fmpq | Surd
"""A derivative inside the library: rational, or a sum of square roots."""


@dataclass(frozen=True)
class Differential:
    """Derivatives of a regulariser by the measures it uses.

    `volumes[k][face]` by the k-volume of a face, `cosines[cell, facet, facet]` by the cosine of the interior
    dihedral angle of a cell between two of its facets.  What is missing is zero.
    """

    volumes: Mapping[int, Mapping[int, Number]] = field(default_factory=dict)
    cosines: Mapping[tuple[int, int, int], Number] = field(default_factory=dict)

    @staticmethod
    def combine(parts: Iterable[tuple[fmpq, Differential]]) -> Differential:
        """The sum of multiples."""
        volumes: dict[int, dict[int, Number]] = {}
        cosines: dict[tuple[int, int, int], Number] = {}
        for weight, part in parts:
            for k, by_face in part.volumes.items():
                _accumulate(volumes.setdefault(k, {}), by_face, weight)
            _accumulate(cosines, part.cosines, weight)
        return Differential(volumes, cosines)


def _accumulate(total: dict[Any, Number], part: Mapping[Any, Number], weight: fmpq) -> None:
    for key, entry in part.items():
        scaled = entry * (fraction(weight) if isinstance(entry, Surd) else weight)
        old = total.get(key)
        total[key] = scaled if old is None else plus(old, scaled)


def plus(a: Number, b: Number) -> Number:
    """The sum of two internal numbers."""
    if isinstance(a, Surd) or isinstance(b, Surd):
        return _surd(a) + _surd(b)
    return a + b


def _surd(a: Number) -> Surd:
    return a if isinstance(a, Surd) else Surd(fraction(a))


class Regularizer(ABC):
    """A function of the exact geometry of a partition (immutable, hashable).

    Sums and positive rational multiples are regularisers too: ``2 * VolumeDispersion() + InterfaceArea()``.
    `formula` and `units` say what it is; `scale_degree(d)` how its value grows when space is scaled.
    """

    formula: ClassVar[str] = ""
    units: ClassVar[str] = "1"
    is_rational: ClassVar[bool] = False
    """True when values and derivatives are rational numbers (Fractions), else they are Surds."""
    uses_adjacency: ClassVar[bool] = False
    """True when it matters which cells share a facet, not only how large the faces are."""

    @abstractmethod
    def scale_degree(self, dim: int) -> int | None:
        """The k with ``value(s P) = s^k value(P)`` in dimension `dim`; None when there is none."""

    @abstractmethod
    def value(self, partition: Any, cells: Any = None) -> Any:
        """The exact value on a bounded partition, or on some of its cells only (see `chosen_cells`)."""

    @abstractmethod
    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """Derivatives by the measures of the partition's faces (exact)."""

    def terms(self) -> tuple[tuple[Fraction, Regularizer], ...]:
        """The regulariser as a sum of multiples of simple ones."""
        return ((Fraction(1), self),)

    def __add__(self, other: Any) -> Regularizer:
        if not isinstance(other, Regularizer):
            return NotImplemented
        return Total((*self.terms(), *other.terms()))

    def __mul__(self, factor: Any) -> Regularizer:
        if isinstance(factor, Regularizer):
            raise InvalidInput("expected a number: regularisers are not multiplied", place="*")
        weight = exact(factor, "factor")
        return Total(tuple((weight * own, part) for own, part in self.terms()))

    __rmul__ = __mul__

    def __truediv__(self, factor: Any) -> Regularizer:
        divisor = exact(factor, "factor")
        if divisor == 0:
            raise InvalidInput("expected a nonzero number, got 0", place="/")
        return self * (1 / divisor)


@dataclass(frozen=True, init=False, repr=False)
class Total(Regularizer):
    """A positive combination of regularisers, ``sum of weight * regulariser`` (see `Regularizer`).

    Errors: InvalidInput for a weight that is not positive.

    >>> from exactgeom.regularize import MassMismatch, VolumeDispersion
    >>> 2 * VolumeDispersion() + MassMismatch([[1]]) / 3
    Total([(2, VolumeDispersion()), ('1/3', MassMismatch([[1]]))])
    """

    parts: tuple[tuple[Fraction, Regularizer], ...]

    def __init__(self, parts: Iterable[tuple[Any, Regularizer]]) -> None:
        found = []
        for i, (weight, part) in enumerate(parts):
            place = f"parts[{i}]"
            if not isinstance(part, Regularizer):
                raise InvalidInput(f"expected a regulariser, got {type(part).__name__}", place=place)
            factor = exact(weight, f"{place}.weight")
            if factor <= 0:
                raise InvalidInput(
                    f"expected a positive weight, got {fraction_str(factor)}", place=f"{place}.weight"
                )
            found += [(factor * own, one) for own, one in part.terms()]
        if not found:
            raise InvalidInput("expected at least one regulariser", place="parts")
        object.__setattr__(self, "parts", tuple(found))

    @property
    def is_rational(self) -> bool:  # type: ignore[override]
        """True when every part is rational."""
        return all(part.is_rational for _, part in self.parts)

    @property
    def uses_adjacency(self) -> bool:  # type: ignore[override]
        """True when some part does."""
        return any(part.uses_adjacency for _, part in self.parts)

    def terms(self) -> tuple[tuple[Fraction, Regularizer], ...]:
        """The parts with their weights."""
        return self.parts

    def scale_degree(self, dim: int) -> int | None:
        """The common degree of the parts, None when they differ."""
        degrees = {part.scale_degree(dim) for _, part in self.parts}
        return degrees.pop() if len(degrees) == 1 else None

    def value(self, partition: Any, cells: Any = None) -> Any:
        """The weighted sum of the parts' values."""
        made = [weight * part.value(partition, cells) for weight, part in self.parts]
        return sum(made[1:], made[0])

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """The weighted sum of the parts' differentials."""
        return Differential.combine(
            (to_fmpq(weight), part.differential(partition, cells)) for weight, part in self.parts
        )

    def __repr__(self) -> str:
        shown = [
            f"({fraction_str(w) if w.denominator == 1 else repr(fraction_str(w))}, {part!r})"
            for w, part in self.parts
        ]
        return f"Total([{', '.join(shown)}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return Total, (self.parts,)


def bounded(partition: Any) -> Any:
    """The partition itself (InvalidInput when it is none, UnboundedError when its domain is unbounded)."""
    if not isinstance(partition, Partition | BoxPartition):
        raise InvalidInput(f"expected a partition, got {type(partition).__name__}", place="partition")
    if not partition.is_bounded:
        raise UnboundedError("regularisers need a partition of a bounded domain, this one is unbounded")
    return partition


def chosen_cells(partition: Any, cells: Any) -> tuple[int, ...]:
    """The numbers of the cells meant, ascending: all (None), those with data (`DataPartition`), or a list.

    Errors: InvalidInput for a number that is no cell, or data located in another partition; UnboundedError
    for a partition of an unbounded domain.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 3, dim=1))
    >>> chosen_cells(P, None), chosen_cells(P, P.locate([[2], [3]])), chosen_cells(P, [1])
    ((0, 1), (0,), (1,))
    """
    count = len(bounded(partition).cells)
    if cells is None:
        return tuple(range(count))
    if hasattr(cells, "cells_of"):  # located data
        if cells.partition != partition:
            raise InvalidInput("the data are located in another partition", place="cells")
        return tuple(sorted({cell for own in cells for cell in own}))
    if not isinstance(cells, Iterable):
        raise InvalidInput(f"expected a list of cells, got {type(cells).__name__}", place="cells")
    found = set()
    for i, cell in enumerate(cells):
        number = cell.__index__() if hasattr(cell, "__index__") and not isinstance(cell, bool) else -1
        if not 0 <= number < count:
            raise InvalidInput(f"expected a cell's number below {count}, got {cell!r}", place=f"cells[{i}]")
        found.add(number)
    return tuple(sorted(found))
