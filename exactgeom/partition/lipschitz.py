"""Exact Lipschitz constants of a model on its domain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import Enclosure, InvalidInput, UnboundedError, fraction
from exactgeom.linalg.spectral import LargestRoot, Norm, absolute_norm, check_norm, gram, squared_norm
from exactgeom.partition.faces import Cell
from exactgeom.partition.jump_facets import jump_facets


@dataclass(frozen=True)
class Lipschitz:
    """The best L with ``|f(x) - f(y)| <= L |x - y|`` on the domain, and a cell where it is needed.

    `constant` is exact: a Fraction in ℓ1 and ℓ∞, an algebraic number in ℓ2.
    """

    norm: Norm
    constant: Fraction | LargestRoot
    cell: Cell

    @property
    def squared(self) -> Fraction | LargestRoot:
        """The square of the constant, exactly."""
        if isinstance(self.constant, LargestRoot):
            return squared_norm(_matrix(self.cell))
        return self.constant**2

    def enclosure(self, bits: int = 64) -> Enclosure:
        """A ball of relative accuracy at least `bits` that holds the constant."""
        if isinstance(self.constant, LargestRoot):
            return self.constant.enclosure(bits)
        return Enclosure(self.constant, bits=bits)


def lipschitz(partition: Any, norm: Norm = 2) -> Lipschitz:
    """See `Partition.lipschitz`."""
    check_norm(norm)
    if jumps := jump_facets(partition):
        raise UnboundedError(f"the model jumps at facet {jumps[0].facet.id}: it has no Lipschitz constant")
    best: tuple[Any, int] | None = None
    seen: set[Any] = set()
    for bound, number in _by_bound(partition, norm):
        if best is not None and best[0] >= bound:
            break  # no cell that is left can be larger
        rows = _matrix(partition.cells[number])
        if rows in seen:
            continue
        seen.add(rows)
        value = squared_norm(rows) if norm == 2 else bound
        if best is None or value > best[0]:
            best = value, number
    assert best is not None
    constant = best[0].sqrt() if norm == 2 else best[0]
    return Lipschitz(norm, constant, partition.cells[best[1]])


def _by_bound(partition: Any, norm: Norm) -> list[tuple[Fraction, int]]:
    """An upper bound of every cell's norm (ℓ2: of its square, the trace), the largest first."""
    bounds = []
    for cell in partition.cells:
        rows = _matrix(cell)
        bounds.append((_trace(rows) if norm == 2 else absolute_norm(rows, norm), cell.id))
    return sorted(bounds, key=lambda pair: (-pair[0], pair[1]))


def _trace(rows: tuple[tuple[Fraction, ...], ...]) -> Fraction:
    square = gram(rows)
    return sum((fraction(square[i, i]) for i in range(square.nrows())), Fraction(0))


def _matrix(cell: Cell) -> tuple[tuple[Fraction, ...], ...]:
    found = cell.affine_map
    if found is None:
        raise InvalidInput("this model has no map on some cell", place="model")
    if not found[0]:
        raise InvalidInput("this model has no outputs", place="model")
    return found[0]
