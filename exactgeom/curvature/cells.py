"""Curvature of the cells of a partition: exterior angles, intrinsic volumes, numbers of faces.

Source: D. A. Klain, G.-C. Rota, "Introduction to Geometric Probability" (1997), for intrinsic volumes;
R. Schneider, "Convex Bodies: The Brunn-Minkowski Theory" (2014), §4.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

from flint import arb

from exactgeom.curvature.cells_sum import AngleSum
from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.lengths_values import BITS, Real, real, shown
from exactgeom.exact import Angle, Enclosure, InvalidInput, Surd, UnboundedError
from exactgeom.exact.balls import precision


@dataclass(frozen=True)
class CellGeometry:
    """Exact geometry of one cell; what is infinite is None.

    `surface` is the (d−1)-volume of its boundary, `exterior` is `Σ_ridges (π − θ) vol(ridge)`, `faces` the
    number of its faces of dimension 0, …, d−1 in the partition (pieces at a T-junction count one by one; for
    partitions into boxes only facets and ridges are known, the others are None). `flat_ridges` have θ = π.
    """

    cell: int
    dimension: int
    volume: Real | None
    surface: Real | None
    exterior: AngleSum | None
    faces: tuple[int | None, ...]
    flat_ridges: int
    neighbors: int

    def __repr__(self) -> str:
        return compact(self, f"{self.cell}: volume {brief(self.volume)}")

    @property
    def intrinsic_volumes(self) -> tuple[Real, ...]:
        """`(V_d, V_{d−1}, V_{d−2})`: volume, half the surface, `exterior / 2π`; as many as there are.

        Exact, but for V_{d−2} where the angles are no rational multiples of π: then an enclosure.
        Errors: `UnboundedError`.
        """
        if self.volume is None or self.surface is None or self.exterior is None:
            raise UnboundedError(f"cell {self.cell} is unbounded: its intrinsic volumes are infinite")
        found: list[Real] = [self.volume]
        if self.dimension >= 1:
            found.append(real(self.surface * Fraction(1, 2)))
        if self.dimension >= 2:
            found.append(over_two_pi(self.exterior))
        return tuple(found)

    def row(self) -> tuple[str, ...]:
        """Return a row of a table: cell, volume, surface, exterior curvature, faces, neighbours."""
        exterior = "∞" if self.exterior is None else str(self.exterior)
        faces = " ".join("?" if n is None else str(n) for n in self.faces)
        return str(self.cell), shown(self.volume), shown(self.surface), exterior, faces, str(self.neighbors)


@dataclass(frozen=True)
class FaceStatistics:
    """How many faces of one dimension the cells have: exact mean and variance, and the histogram."""

    dimension: int
    histogram: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> int:
        """Number of cells counted."""
        return sum(n for _, n in self.histogram)

    @property
    def mean(self) -> Fraction:
        """Mean number of faces per cell."""
        return Fraction(sum(value * n for value, n in self.histogram), self.cells)

    @property
    def variance(self) -> Fraction:
        """Mean squared deviation from the mean (over all cells, not a sample)."""
        return Fraction(sum(value**2 * n for value, n in self.histogram), self.cells) - self.mean**2

    @property
    def range(self) -> tuple[int, int]:
        """Smallest and largest number of faces."""
        return self.histogram[0][0], self.histogram[-1][0]


@dataclass(frozen=True)
class CellGeometries(Sequence[CellGeometry]):
    """The geometry of all cells of a partition, in the order of the cells."""

    cells: tuple[CellGeometry, ...]

    def __repr__(self) -> str:
        return compact(self, f"of {len(self.cells)} cells")

    @overload
    def __getitem__(self, index: int) -> CellGeometry: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[CellGeometry, ...]: ...
    def __getitem__(self, index: Any) -> Any:
        return self.cells[index]

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[CellGeometry]:
        return iter(self.cells)

    def statistics(self, k: int) -> FaceStatistics:
        """Return the statistics of the number of k-faces per cell. Errors: `InvalidInput`."""
        top = self.cells[0].dimension
        if type(k) is not int or not 0 <= k < top:
            raise InvalidInput(f"expected a dimension from 0 to {top - 1}, got {k!r}", "k")
        counts = [n for cell in self.cells if (n := cell.faces[k]) is not None]
        if len(counts) < len(self.cells):
            raise InvalidInput(f"faces of dimension {k} are not known for partitions into boxes", "k")
        return FaceStatistics(k, tuple(sorted(Counter(counts).items())))

    def table(self) -> list[tuple[str, ...]]:
        """Return the rows of a table, the header first."""
        header = ("cell", "volume", "surface", "exterior curvature", "faces by dimension", "neighbours")
        return [header, *(cell.row() for cell in self.cells)]


def cell_geometry(partition: Any) -> CellGeometries:
    """Return exterior-angle curvature, intrinsic volumes and face counts of every cell.

    Contract: exact. `exterior = Σ_ridges (π − θ) vol(ridge)`: 2π for every bounded polygon; in dimension 1
    there are no ridges and it is 0. What is infinite is None.
    Cost: one dihedral angle per cell and ridge.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> cell = cell_geometry(P)[0]
    >>> str(cell.exterior), cell.faces, [str(v) for v in cell.intrinsic_volumes]
    ('2π', (3, 3), ['2', '2 + √2', '1'])
    """
    exteriors = _exteriors(partition)
    found = []
    for cell in partition.cells:
        terms, flat, ridges = exteriors[cell.id]
        found.append(
            CellGeometry(
                cell.id,
                partition.dimension,
                real(cell.volume) if cell.is_bounded else None,
                _surface(cell),
                None if terms is None else AngleSum(terms),
                _face_counts(partition, cell, ridges),
                flat,
                len(cell.neighbors),
            )
        )
    return CellGeometries(tuple(found))


def exterior_curvature(partition: Any, cell: Any) -> AngleSum:
    """Return `Σ_ridges (π − θ) vol(ridge)` of one cell. Errors: `UnboundedError`, `InvalidInput`.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([], dim=3), eg.box(0, 2, dim=3))
    >>> print(exterior_curvature(P, 0))
    12π
    """
    handle = partition.cells[cell]
    terms, flat = [], Angle.pi()
    for ridge_id in sorted(_ridges_of(partition, handle)):
        ridge = partition.ridges[ridge_id]
        angle = partition.dihedral_angle(handle.id, ridge_id)
        if angle != flat:
            terms.append((Surd(ridge.volume), flat - angle))
    return AngleSum(terms)


def over_two_pi(value: AngleSum, bits: int = BITS) -> Real:
    """Return a sum of angles divided by 2π: exact when that is algebraic, else an enclosure.

    >>> over_two_pi(AngleSum([(3, Angle.pi())]))
    Fraction(3, 2)
    """
    whole = value.over_pi()
    if whole is not None:
        return real(whole / 2)
    with precision(bits + 8):
        return Enclosure.from_ball(value.enclosure(bits + 8).ball / (2 * arb.pi()), bits)


def _ridges_of(partition: Any, cell: Any) -> set[int]:
    if partition.dimension < 2:
        return set()
    if hasattr(partition, "complex"):
        boundary = partition.complex.boundary(partition.dimension - 1)
        return {int(i) for facet in cell.facet_ids for i in boundary[facet].tolist()}
    return {ridge.id for ridge in partition.ridges if cell.id in ridge.cell_ids}


def _exteriors(partition: Any) -> list[tuple[list[tuple[Surd, Angle]] | None, int, int]]:
    """Return per cell the terms of its exterior curvature (None: infinite), flat ridges and all ridges."""
    straight = Angle.pi()
    terms: list[list[tuple[Surd, Angle]] | None] = [[] for _ in partition.cells]
    flat, count = [0] * len(terms), [0] * len(terms)
    for ridge in partition.ridges if partition.dimension >= 2 else ():
        volume = Surd(ridge.volume) if ridge.is_bounded else None
        for cell, _, angle in ridge.angles:
            count[cell] += 1
            own = terms[cell]
            if angle == straight:
                flat[cell] += 1
            elif volume is None:
                terms[cell] = None
            elif own is not None:
                own.append((volume, straight - angle))
    return list(zip(terms, flat, count, strict=True))


def _surface(cell: Any) -> Real | None:
    facets = cell.facets
    if not all(facet.is_bounded for facet in facets):
        return None
    return real(Surd.sum(facet.area for facet in facets))


def _face_counts(partition: Any, cell: Any, ridges: int) -> tuple[int | None, ...]:
    d = partition.dimension
    if hasattr(partition, "complex") and partition.is_bounded:
        return tuple(len(partition.complex.faces_below(d, cell.id, k)) for k in range(d))
    counts: list[int | None] = [None] * d
    counts[d - 1 :] = [len(cell.facet_ids)] if d else []
    counts[d - 2 : d - 1] = [ridges] if d >= 2 else counts[d - 2 : d - 1]
    return tuple(counts)
