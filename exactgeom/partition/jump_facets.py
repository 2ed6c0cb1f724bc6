"""Facets across which a model is discontinuous, with the jump."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.partition.adjacency import plane_of
from exactgeom.partition.faces import AffineMap, Facet, Point
from exactgeom.partition.refine import has_jumps


@dataclass(frozen=True)
class JumpFacet:
    """A facet with different limits from its two cells.

    `jump` is (A, b): the limit from the second cell minus that from the first is ``A x + b`` at a point x
    of the facet, not zero on all of it.
    """

    facet: Facet
    jump: AffineMap

    def at(self, point: Iterable[Any]) -> Point:
        """The jump at a point of the facet, one number per output."""
        x, (matrix, offset) = exact_vector(point, "point"), self.jump
        if len(x) != len(matrix[0]):
            raise InvalidInput(f"expected {len(matrix[0])} coordinates, got {len(x)}", place="point")
        return tuple(
            sum((a * c for a, c in zip(row, x, strict=True)), b)
            for row, b in zip(matrix, offset, strict=True)
        )


def jump_facets(partition: Any) -> tuple[JumpFacet, ...]:
    """See `Partition.jump_facets`."""
    if not has_jumps(partition.model):  # compositions of continuous functions
        return ()
    found = (jump_at(partition, facet) for facet in partition.facets if facet.is_interior)
    return tuple(jump for jump in found if jump is not None)


def jump_at(partition: Any, facet: Facet) -> JumpFacet | None:
    """The jump across an interior facet, or None where both affine maps agree on it.

    They agree iff each row (b | A) of their difference is a multiple of the facet's plane (c_0 | c).
    """
    maps = [partition.affine_map(cell) for cell in facet.cell_ids]
    if None in maps:
        raise InvalidInput("this model has no map on some cell", place="model")
    (a, b), (c, d) = maps
    matrix = tuple(tuple(q - p for p, q in zip(one, two, strict=True)) for one, two in zip(a, c, strict=True))
    offset = tuple(q - p for p, q in zip(b, d, strict=True))
    plane = [Fraction(int(entry)) for entry in plane_of(partition, facet.id)]
    pivot = next(i for i, entry in enumerate(plane) if i and entry)
    for row, constant in zip(matrix, offset, strict=True):
        full = (constant, *row)
        if any(entry * plane[pivot] != full[pivot] * p for entry, p in zip(full, plane, strict=True)):
            return JumpFacet(facet, (matrix, offset))
    return None
