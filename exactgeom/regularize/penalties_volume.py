"""Regularisers that depend on the cell volumes alone; all rational.

Source: MATHEMATICS, "Regularisers and their exact derivatives".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from flint import fmpq

from exactgeom.exact import InvalidInput, NonSmoothError, exact_matrix, fraction, to_fmpq
from exactgeom.models.lowered_model import literals
from exactgeom.polyhedra.moments import balanced_sum, sum_by_history
from exactgeom.regularize.regularizer import Differential, Regularizer, bounded, chosen_cells

__all__ = ["MassMismatch", "VolumeDispersion", "cell_volumes"]


def cell_volumes(partition: Any) -> list[fmpq]:
    """Volumes of all cells of a bounded partition (UnboundedError otherwise)."""
    space = getattr(bounded(partition), "complex", None)
    if space is None:
        return [to_fmpq(v) for v in partition.volumes]
    return [to_fmpq(v) for v in space.measures.volumes(space.dim)]


def _sum_over_cells(partition: Any, parts: Sequence[fmpq], cells: Sequence[int]) -> Fraction:
    """Sum of one number per cell, over these cells: siblings first where a history is known."""
    space = getattr(partition, "complex", None)
    if space is None or len(cells) < len(parts):
        return fraction(balanced_sum([parts[c] for c in cells]))
    return fraction(sum_by_history(list(parts), space.history))


@dataclass(frozen=True)
class VolumeDispersion(Regularizer):
    """How unevenly the domain is shared out: ``sum of (v_i / V)^2``, V the volume of the domain.

    Exact, rational, between 1/n (n equal cells) and 1; no units, the same at every scale.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0)]), eg.box(-1, 3, dim=2))
    >>> VolumeDispersion().value(P)
    Fraction(5, 8)
    """

    formula: ClassVar[str] = "sum_i (v_i / V)^2"
    is_rational: ClassVar[bool] = True

    def scale_degree(self, dim: int) -> int:
        """Degree 0: volumes are compared with the whole."""
        return 0

    def value(self, partition: Any, cells: Any = None) -> Fraction:
        """The exact value (on some cells: the sum over them, V still the whole domain)."""
        squares = [v * v for v in cell_volumes(partition)]
        total: Fraction = partition.total_volume
        return _sum_over_cells(partition, squares, chosen_cells(partition, cells)) / total**2

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """``2 v_i / V^2`` (V does not depend on the model)."""
        volumes = cell_volumes(partition)
        factor = 2 / to_fmpq(partition.total_volume) ** 2
        chosen = chosen_cells(partition, cells)
        return Differential({partition.dimension: {c: factor * volumes[c] for c in chosen}})


@dataclass(frozen=True, init=False, repr=False)
class MassMismatch(Regularizer):
    """How far the cells' shares of data are from their shares of volume: ``sum of (mu_i - v_i / V)^2``.

    `data` are points; mu_i is the fraction of all of them that lies in cell i, a point on a shared face
    counting in equal parts.  Exact, rational; no units, the same at every scale when the data are scaled too.
    As a function of the parameters it jumps where a point crosses a wall: then NonSmoothError.
    Errors: InvalidInput for data that are no points or, at evaluation, of another dimension.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 3, dim=1))
    >>> MassMismatch([[1], ["1/2"]]).value(P)
    Fraction(1, 8)
    """

    data: tuple[tuple[Fraction, ...], ...]
    formula: ClassVar[str] = "sum_i (mu_i - v_i / V)^2"
    is_rational: ClassVar[bool] = True

    def __init__(self, data: Iterable[Iterable[Any]]) -> None:
        rows = exact_matrix(data, "data")
        if not rows:
            raise InvalidInput("expected at least one point", place="data")
        object.__setattr__(self, "data", rows)

    def scale_degree(self, dim: int) -> int:
        """Degree 0, when the data are scaled along."""
        return 0

    def value(self, partition: Any, cells: Any = None) -> Fraction:
        """The exact value (on some cells: the sum over them)."""
        gaps = self._gaps(partition, bounded(partition).locate(self.data).masses)
        return _sum_over_cells(partition, [g * g for g in gaps], chosen_cells(partition, cells))

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """``-2 (mu_i - v_i / V) / V``; NonSmoothError when a point lies on a shared face."""
        located = bounded(partition).locate(self.data)
        for point, around in located.ties.items():
            raise NonSmoothError(
                f"not certified smooth: data point {point} lies on a face of the cells {around}",
                (f"data[{point}]",),
            )
        gaps = self._gaps(partition, located.masses)
        factor = -2 / to_fmpq(partition.total_volume)
        chosen = chosen_cells(partition, cells)
        return Differential({partition.dimension: {c: factor * gaps[c] for c in chosen}})

    def _gaps(self, partition: Any, masses: Sequence[Fraction]) -> list[fmpq]:
        whole = to_fmpq(partition.total_volume)
        volumes = cell_volumes(partition)
        return [to_fmpq(m) - v / whole for m, v in zip(masses, volumes, strict=True)]

    def __repr__(self) -> str:
        return f"MassMismatch([{', '.join(map(literals, self.data))}])"

    def __reduce__(self) -> tuple[Any, ...]:
        return MassMismatch, (self.data,)
