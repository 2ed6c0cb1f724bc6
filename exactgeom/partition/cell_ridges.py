"""The ridges of a single cell: which pairs of facets meet in codimension 2, where, and at what angle.

On the plane of a facet the other facets are halfspaces of one dimension less; those needed to describe the
facet are its ridges.  In a polytope a ridge lies in exactly two facets, so each is a pair.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exactgeom.certificates.document import Document, certificate, number, vector
from exactgeom.exact import Angle, Surd
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.redundancy import redundancy_of

if TYPE_CHECKING:
    from exactgeom.partition.cell_facets import LocalFacet
    from exactgeom.partition.cell_local import LocalCell

Vector = tuple[Fraction, ...]


class LocalRidge:
    """A ridge of a cell: where the facets `numbers` (of rows, ascending) meet, shown by `point` (immutable).

    The point is on both facets and strictly inside all other halfspaces.
    """

    cell: LocalCell
    numbers: tuple[int, int]
    point: Vector

    def __init__(self, cell: LocalCell, numbers: tuple[int, int], point: Vector) -> None:
        self.__dict__.update(cell=cell, numbers=numbers, point=point)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"LocalRidge is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"LocalRidge is immutable: cannot delete {name!r}")

    @property
    def facets(self) -> tuple[LocalFacet, LocalFacet]:
        """The two facets that meet here."""
        by_number = {facet.number: facet for facet in self.cell.facets}
        i, j = self.numbers
        return by_number[i], by_number[j]

    @cached_property
    def angle(self) -> Angle:
        """Interior dihedral angle, exactly: ``cos θ = −a·b / (|a| |b|)`` with the outward normals."""
        u, v = (facet.normal for facet in self.facets)
        dot, uu, vv = (
            sum((p * q for p, q in zip(x, y, strict=True)), Fraction(0)) for x, y in ((u, v), (u, u), (v, v))
        )
        return Angle.from_xy(-dot, uu * vv - dot * dot)

    @property
    def cos(self) -> Surd:
        """Cosine of the angle."""
        return self.angle.cos

    def certificate(self, system: Any = None) -> Document:
        """Return the `ridge` certificate, with the cosine; `system` may be a name in a bundle."""
        claim = {
            "system": self.cell.system if system is None else system,
            "rows": list(self.numbers),
            "cos": number(self.cos),
        }
        return certificate("ridge", claim, {"point": vector(self.point)})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LocalRidge):
            return NotImplemented
        return self.numbers == other.numbers and self.cell == other.cell

    def __hash__(self) -> int:
        return hash((LocalRidge, self.numbers, self.cell))

    def __reduce__(self) -> tuple[Any, ...]:
        return LocalRidge, (self.cell, self.numbers, self.point)

    def __repr__(self) -> str:
        i, j = self.numbers
        return f"<LocalRidge {i}, {j} of {self.cell!r}>"


def ridges_of(facet: LocalFacet) -> dict[int, Vector]:
    """Return the other facets that meet a facet in codimension 2, each with a point of the ridge."""
    cell = facet.cell
    if cell.dim == 1:
        return {}
    *normal, offset = cell.rows.integers(facet.number)
    others = [cell.rows.integers(other.number) for other in cell.facets]
    numbers = [other.number for other in cell.facets]
    pivot = _pivot(normal, others)
    rows, right, kept = [], [], []
    for number_, row in zip(numbers, others, strict=True):
        if number_ == facet.number:
            continue
        tops = _eliminated(row, [*normal, offset], pivot)
        rows.append(tops[:pivot] + tops[pivot + 1 : -1])
        right.append(tops[-1])
        kept.append(number_)
    found = redundancy_of(LinearProgram(rows, right, dim=cell.dim - 1))
    return {kept[i]: _lifted(found.witness(i), normal, offset, pivot) for i in found.needed}


def _pivot(normal: list[int], rows: list[tuple[int, ...]]) -> int:
    """Return the variable to eliminate: of those in the normal, one that the fewest rows bound alone."""
    alone = [0] * len(normal)
    for row in rows:
        used = [k for k, c in enumerate(row[:-1]) if c]
        if len(used) == 1:
            alone[used[0]] += 1
    return min((k for k, c in enumerate(normal) if c), key=lambda k: (alone[k], abs(normal[k]).bit_length()))


def _eliminated(row: tuple[int, ...], plane: list[int], pivot: int) -> list[int]:
    """Return a positive multiple of the row plus a multiple of the plane, without the pivot variable."""
    lead, entry = plane[pivot], row[pivot]
    if not entry:
        return list(row)
    factor, share = abs(lead), entry if lead > 0 else -entry
    made = [factor * c - share * p for c, p in zip(row, plane, strict=True)]
    common = math.gcd(*made) or 1
    return [c // common for c in made]


def _lifted(y: Vector, normal: list[int], offset: int, pivot: int) -> Vector:
    """Return the point of the plane over a point without the pivot variable."""
    x = [*y[:pivot], Fraction(0), *y[pivot:]]
    x[pivot] = (offset - sum((c * v for c, v in zip(normal, x, strict=True) if c), Fraction(0))) / normal[
        pivot
    ]
    return tuple(x)
