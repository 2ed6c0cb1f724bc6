"""Regularisers that depend on facet areas and dihedral angles; their values are surds.

Source: MATHEMATICS, "Regularisers and their exact derivatives".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from exactgeom.exact import Surd, fraction
from exactgeom.regularize.penalties_volume import cell_volumes
from exactgeom.regularize.regularizer import Differential, Number, Regularizer, bounded, chosen_cells, plus

__all__ = ["InterfaceArea", "SharpAngles", "Slivers"]


@dataclass(frozen=True)
class InterfaceArea(Regularizer):
    """How much wall there is: the sum of the (d-1)-volumes of the facets between two cells.

    Exact surd, in length^(d-1); in dimension 1 the number of walls.  On some cells: the facets that at
    least one of them has.

    >>> import exactgeom as eg
    >>> InterfaceArea().value(eg.partition(eg.Arrangement([([1, 1], 0)]), eg.box(-1, 1, dim=2)))
    Surd.from_terms([('2', 2)])
    """

    formula: ClassVar[str] = "sum over interior facets F of vol(F)"
    units: ClassVar[str] = "length^(d-1)"

    def scale_degree(self, dim: int) -> int:
        """Degree d - 1."""
        return dim - 1

    def value(self, partition: Any, cells: Any = None) -> Surd:
        """The exact value."""
        return Surd.sum([Surd(0), *(_area(partition, f) for f in _interior(partition, cells))])

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """1 for every facet between two cells."""
        one: Number = Surd(1)
        return Differential({partition.dimension - 1: dict.fromkeys(_interior(partition, cells), one)})


@dataclass(frozen=True)
class Slivers(Regularizer):
    """How far the cells are from round: ``sum of S_i^d / v_i^(d-1)``, S_i the surface of cell i.

    Exact surd; no units, the same at every scale.  Each term is at least ``d^d omega_d`` (a ball's).

    >>> import exactgeom as eg
    >>> Slivers().value(eg.partition(eg.Arrangement([], dim=2), eg.box(0, 3, dim=2)))  # 12^2 / 9
    Surd('16')
    """

    formula: ClassVar[str] = "sum_i S_i^d / v_i^(d-1)"

    def scale_degree(self, dim: int) -> int:
        """Degree 0."""
        return 0

    def value(self, partition: Any, cells: Any = None) -> Surd:
        """The exact value."""
        volumes, d = cell_volumes(partition), partition.dimension
        return Surd.sum(
            [
                Surd(0),
                *(
                    _surface(partition, c) ** d * fraction(1 / volumes[c] ** (d - 1))
                    for c in chosen_cells(partition, cells)
                ),
            ]
        )

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """``d (S/v)^(d-1)`` by every area of a facet, ``-(d-1) (S/v)^d`` by the volume."""
        volumes, d = cell_volumes(partition), partition.dimension
        areas: dict[int, Number] = {}
        contents: dict[int, Number] = {}
        for c in chosen_cells(partition, cells):
            ratio = _surface(partition, c) * fraction(1 / volumes[c])
            slope = ratio ** (d - 1)
            contents[c] = slope * ratio * (1 - d)
            for facet in partition.cells[c].facet_ids:
                areas[facet] = plus(areas.get(facet, Surd(0)), slope * d)
        return Differential({d: contents, d - 1: areas})


@dataclass(frozen=True)
class SharpAngles(Regularizer):
    """How sharp the cells' edges are: ``sum over cells and ridges of vol(ridge) ((1 + cos theta) / 2)^2``.

    theta is the interior dihedral angle: a spike counts vol(ridge), a flat ridge nothing.  Exact surd, in
    length^(d-2); 0 in dimension 1, where there are no ridges.

    >>> import exactgeom as eg
    >>> SharpAngles().value(eg.partition(eg.Arrangement([], dim=2), eg.box(0, 3, dim=2)))  # 4 right angles
    Surd('1')
    """

    formula: ClassVar[str] = "sum over cells, ridges of vol(ridge) ((1 + cos theta) / 2)^2"
    units: ClassVar[str] = "length^(d-2)"

    def scale_degree(self, dim: int) -> int:
        """Degree d - 2 (any in dimension 1, where the value is 0)."""
        return dim - 2

    def value(self, partition: Any, cells: Any = None) -> Surd:
        """The exact value."""
        parts = [size * ((1 + cosine) / 2) ** 2 for _, size, _, cosine in _corners(partition, cells)]
        return Surd.sum([Surd(0), *parts])

    def differential(self, partition: Any, cells: Any = None) -> Differential:
        """``((1 + cos) / 2)^2`` by a ridge's volume, ``vol(ridge) (1 + cos) / 2`` by a cosine."""
        sizes: dict[int, Number] = {}
        cosines: dict[tuple[int, int, int], Number] = {}
        for ridge, size, corner, cosine in _corners(partition, cells):
            half = (1 + cosine) / 2
            sizes[ridge] = plus(sizes.get(ridge, Surd(0)), half * half)
            cosines[corner] = size * half
        volumes = {partition.dimension - 2: sizes} if partition.dimension > 2 else {}
        return Differential(volumes, cosines)


def _interior(partition: Any, cells: Any) -> list[int]:
    """The facets between two cells, at least one of them chosen."""
    if cells is None:
        return [facet.id for facet in bounded(partition).facets if facet.is_interior]
    chosen = set(chosen_cells(partition, cells))
    return [f.id for f in partition.facets if f.is_interior and not chosen.isdisjoint(f.cell_ids)]


def _area(partition: Any, facet: int) -> Surd:
    area: Surd = partition.facets[facet].area
    return area


def _surface(partition: Any, cell: int) -> Surd:
    """The surface of a cell."""
    facets: Sequence[int] = partition.cells[cell].facet_ids
    return Surd.sum(_area(partition, facet) for facet in facets)


def _corners(partition: Any, cells: Any) -> Iterator[tuple[int, Surd, tuple[int, int, int], Surd]]:
    """(ridge, its volume, (cell, its two facets there), cosine of the angle) for every chosen cell."""
    chosen = None if cells is None else set(chosen_cells(partition, cells))
    for ridge in bounded(partition).ridges:
        size = Surd(Fraction(1) if partition.dimension == 2 else ridge.volume)
        for cell, facets, angle in ridge.angles:
            if chosen is None or cell in chosen:
                yield ridge.id, size, (cell, *facets), angle.cos
