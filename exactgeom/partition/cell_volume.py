"""Vertices and volumes of a single cell, in the dimensions where its vertices can be listed."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm, prod
from typing import TYPE_CHECKING, Any

from exactgeom.certificates.document import Document, certificate, matrix, number
from exactgeom.exact import InvalidInput, Surd, UnboundedError
from exactgeom.polyhedra import Polytope

if TYPE_CHECKING:
    from exactgeom.partition.cell_facets import LocalFacet
    from exactgeom.partition.cell_local import LocalCell

Vector = tuple[Fraction, ...]

MAX_DIM = 8
"""Beyond this dimension the vertices of a cell are too many to list."""


def polytope_of(cell: LocalCell) -> Polytope:
    """Return the cell as a polytope, from its facets (see `LocalCell.polytope`)."""
    if cell.dim > MAX_DIM:
        raise InvalidInput(f"vertices are listed up to dimension {MAX_DIM}, not {cell.dim}", place="cell")
    rows = [facet.halfspace for facet in cell.facets]
    return Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows])


def volume_of(cell: LocalCell) -> Fraction:
    """Return the volume: a product where all facets are parallel to the axes, else by vertices."""
    ends: dict[tuple[int, int], Fraction] = {}
    for facet in cell.facets:
        used = [k for k, c in enumerate(facet.normal) if c]
        if len(used) > 1:
            return cell.polytope.volume
        c = facet.normal[used[0]]
        ends[used[0], 1 if c > 0 else -1] = facet.offset / c
    if len(ends) < 2 * cell.dim:
        raise UnboundedError("the cell is unbounded: its volume is infinite")
    return prod((ends[k, 1] - ends[k, -1] for k in range(cell.dim)), start=Fraction(1))


def facet_volume(facet: LocalFacet) -> Surd:
    """Return the (d−1)-volume of a facet."""
    polytope = facet.cell.polytope
    found = polytope.complex.measures.volume(facet.cell.dim - 1, _number(facet))
    return found if isinstance(found, Surd) else Surd(found)


def facet_vertices(facet: LocalFacet) -> tuple[Vector, ...]:
    """Return the vertices of a facet, in lexicographic order."""
    return tuple(
        x
        for x in facet.cell.polytope.vertices
        if sum((c * v for c, v in zip(facet.normal, x, strict=True)), Fraction(0)) == facet.offset
    )


def facet_area_vector(facet: LocalFacet) -> Vector:
    """Return the outward area vector of a facet."""
    found: Vector = facet.cell.polytope.complex.measures.area_vector(0, _number(facet))
    return found


def volume_certificate(cell: LocalCell, facet: LocalFacet | None, system: Any) -> Document:
    """Return the `volume` certificate of a cell, or of one of its facets."""
    claim = {"system": cell.system if system is None else system}
    if facet is None:
        claim["volume"] = number(cell.polytope.volume)
    else:
        claim |= {"volume": number(facet.volume), "rows": [facet.number]}
    return certificate("volume", claim, {"vertices": matrix(cell.polytope.vertices)})


def _number(facet: LocalFacet) -> int:
    """The number of the facet in the complex of the cell's polytope."""
    return _numbers(facet.cell.polytope)[(*facet.normal, facet.offset)]


@lru_cache(maxsize=8)
def _numbers(polytope: Polytope) -> dict[Vector, int]:
    """The facets of a polytope by their primitive halfspaces."""
    space, found = polytope.complex, {}
    for i in range(space.count(polytope.dim - 1)):
        normal = space.measures.outward_normal(0, i)
        start = space.point(int(space.closure(polytope.dim - 1)[i][0]))
        row = [*normal, sum((p * q for p, q in zip(normal, start, strict=True)), Fraction(0))]
        scale = lcm(*(Fraction(c).denominator for c in row))
        integers = [int(c * scale) for c in row]
        common = gcd(*integers)
        found[tuple(Fraction(c // common) for c in integers)] = i
    return found
