"""An unbounded partition seen through a window: the same cells, cut off where the paper ends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.partition import partition as cut
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.boxes_partition import BoxPartition
from exactgeom.polyhedra import box
from exactgeom.report.numbers import short

if TYPE_CHECKING:
    from exactgeom.partition import Partition

__all__ = ["Clipped", "through_window"]

_MOST_DOUBLINGS = 200
Window = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class _ClippedCell:
    """A cell's identity, with the geometry of its visible part."""

    whole: Any
    part: Any

    @property
    def id(self) -> int:
        """Return the id of the whole cell."""
        return int(self.whole.id)

    @property
    def volume(self) -> Fraction:
        """Return the volume of the whole cell; raises `UnboundedError` when that is infinite."""
        volume: Fraction = self.whole.volume
        return volume

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


@dataclass(frozen=True)
class Clipped:
    """A bounded partition of a window whose cells answer with the ids and volumes of the whole ones."""

    part: Partition
    cells: tuple[_ClippedCell, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.part, name)


def with_lattice(partition: Any) -> Any:
    """The same cells with a face lattice, for a partition into boxes; bounded ones keep their numbers."""
    part = _lattice(partition)
    if part is partition or not partition.is_bounded:
        return part
    by_signs = {cell.signs: cell for cell in partition.cells}
    return Clipped(part, tuple(_ClippedCell(by_signs[cell.signs], cell) for cell in part.cells))


def _lattice(partition: Any) -> Any:
    if not isinstance(partition, BoxPartition):
        return partition
    sides = partition.domain.intervals
    if any(low is None or high is None for low, high in sides):
        if any(low is not None or high is not None for low, high in sides):
            raise InvalidInput("a picture needs a bounded domain or all of R^d", "svg")
        return partition_lattice(partition.model)
    return partition_lattice(partition.model, box([low for low, _ in sides], [high for _, high in sides]))


def through_window(whole: Partition, named: Any = None) -> tuple[Clipped, list[str]]:
    """Return the visible part of a partition of all of R^d, and a line that says what is shown.

    Contract: exact; the window is partitioned anew.  It holds every vertex and meets every cell: it starts
    at the vertices' bounding box with a margin and doubles until every sign string occurs.  Cells answer with
    the numbers of `named`, another form of the same partition, if given.
    """
    by_signs = {cell.signs: cell for cell in (named or whole).cells}
    window = _around_vertices(whole)
    for _ in range(_MOST_DOUBLINGS):
        sides = box([low for low, _ in window], [high for _, high in window])
        part = _lattice(cut(whole.model, sides))
        if {cell.signs for cell in part.cells} == set(by_signs):
            cells = tuple(_ClippedCell(by_signs[cell.signs], cell) for cell in part.cells)
            shown = " × ".join(f"[{short(low)}, {short(high)}]" for low, high in window)
            return Clipped(part, cells), ["Cells go on beyond the window", f"{shown}."]
        window = [(low - (high - low) / 2, high + (high - low) / 2) for low, high in window]
    raise UndecidedError("no window of reasonable size meets every cell")


def _around_vertices(whole: Partition) -> Window:
    """Return the bounding box of the vertices, made cubic, with a margin rounded to a power of two."""
    d = whole.ambient_dimension
    columns = list(zip(*whole.vertices, strict=True)) or [(Fraction(0),)] * d
    reach = max(max(column) - min(column) for column in columns) or Fraction(2)
    step = Fraction(2) ** (_floor_log2(reach) - 1)
    middles = [(min(column) + max(column)) / 2 for column in columns]
    half = reach / 2 + step
    return [((m - half) // step * step, -((-m - half) // step) * step) for m in middles]


def _floor_log2(value: Fraction) -> int:
    """Return the exponent of the greatest power of two not above a positive rational."""
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return exponent if Fraction(2) ** exponent <= value else exponent - 1
