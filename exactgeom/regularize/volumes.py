"""From derivatives by the cell volumes to moments on walls: one facet integral per facet.

When the wall h moves by dh, ``d vol(first) = - (N.a)/(a.a) dh(c_F)`` through a facet F with centroid c_F,
area vector N out of the first cell and ``a = grad h``; the second cell gains what the first loses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from flint import fmpq, fmpz

from exactgeom.exact import to_fmpq
from exactgeom.polyhedra.arrays import IntArray
from exactgeom.regularize.moments import Moments, PieceTable, terms_of
from exactgeom.regularize.regularizer import Number, plus
from exactgeom.regularize.smooth import Smooth
from exactgeom.regularize.walls import facet_walls, sign_table

__all__ = ["add_volume_moments", "interior_facets"]


def interior_facets(space: Any) -> tuple[IntArray, IntArray, IntArray]:
    """(facet, first cell, second cell) of every facet between two cells."""
    around = space.coboundary(space.dim - 1)
    facets = np.flatnonzero(around.lengths == 2)
    starts = around.start[facets]
    return facets, around.index[starts], around.index[starts + 1]


def add_volume_moments(
    moments: Moments, partition: Any, smooth: Smooth, pieces: PieceTable, cotangents: Mapping[int, Number]
) -> None:
    """Add the moments of ``sum over cells C of cotangents[C] d vol(C)``; exact.

    Assumption: `smooth` is the partition's certificate.
    """
    space, zero = partition.complex, fmpq(0)
    signs = sign_table(partition)
    facets, first, second = interior_facets(space)
    walls = facet_walls(smooth.columns, signs, first, second)
    for facet, one, two, wall in zip(facets.tolist(), first.tolist(), second.tolist(), walls, strict=True):
        weight = terms_of(plus(cotangents.get(two, zero), -cotangents.get(one, zero)))
        if weight:
            key = pieces.key(wall, signs[one])
            moments.add(key, weight, _facet_moment(space, one, facet, *pieces.gradient(key)))


def _facet_moment(space: Any, cell: int, facet: int, gradient: list[fmpz], scale: int) -> list[fmpq]:
    """``(N.a)/(a.a) (1, c_F)``, N out of the cell: N is a multiple of a, so one coordinate tells it."""
    measures = space.measures
    normal = measures.facet_vector(facet)
    i = next(j for j, entry in enumerate(gradient) if entry)
    ratio = to_fmpq(normal[i]) * measures.outward_sign(cell, facet) * scale / gradient[i]
    centroid = measures.centroid(space.dim - 1, facet)
    return [ratio, *(ratio * to_fmpq(c) for c in centroid)]
