"""The dual complex of a partition: one p-cell per face of codimension p, a regular CW complex.

``∂ f* = Σ_{g ⊃ f} [g:f] g*`` over the faces g one dimension higher, with the incidence signs of the face
lattice: the transposed boundary maps of the partition, so ``∂∂ = 0``. Faces in ∂D have no dual cell, since
the dual cell of a face inside D does not meet them. With ``boundary=True`` they have two: f* (then a block
that ends at ∂D) and ``f^∂`` of one degree less, dual to f within ∂D, where ``∂ f* = Σ [g:f] g* ± f^∂``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.geometry import Carrier, FaceTable
from exactgeom.nerve.geometry_lattice import LatticeGeometry
from exactgeom.nerve.simplicial_table import SignedIncidence
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray

__all__ = ["dual_complex", "propagated_signs"]


def dual_complex(partition: Any, *, boundary: bool = False) -> RiemannianComplex:
    """The dual complex: p-cells are the faces of codimension p not contained in ∂D (on R^d all faces).

    With ``boundary=True`` the dual of ∂D stands beside it, as cells of its own. Labels: ``(k, i)`` for the
    dual of the i-th k-face, ``(k, i, "boundary")`` for its dual within ∂D. Contract: exact; every element
    is proper; the homology is that of the domain. Errors: InvalidInput for a partition without a face
    lattice.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> dual_complex(P).counts, dual_complex(P, boundary=True).counts
    ((4, 4, 1), (12, 20, 9))
    """
    if not hasattr(partition, "complex"):
        raise InvalidInput(
            "a partition into boxes has no face lattice: use partition_lattice, or nerve()", "partition"
        )
    table = FaceTable(partition.complex)
    if boundary and not partition.is_bounded:
        raise InvalidInput("all of R^d has no boundary", "boundary")
    owner, facet, sign = _signed_boundary(table)
    inner = np.ones(len(table), dtype=bool) if boundary else ~table.on_boundary
    blocks = [_block(table, inner, lambda k: k)]
    if boundary:
        blocks.append(_block(table, table.on_boundary, lambda k: k + 1))
    degree, number = _numbering(table, blocks)
    maps = _maps(table, (owner, facet, sign), blocks, degree, number)
    labels = _labels(table, blocks)
    chains = ChainComplex(labels, maps, check=False)
    carriers, proper = _carriers(table, blocks)
    return RiemannianComplex(
        "dual complex",
        partition,
        chains,
        LatticeGeometry(partition, table, chains, carriers, proper),
        options=(("boundary", boundary),),
        rebuild=dual_complex,
    )


def _signed_boundary(table: FaceTable) -> tuple[IntArray, IntArray, IntArray]:
    """(face, facet, sign) over all faces."""
    space, boundary = table.space, table.boundary
    if hasattr(space, "fine"):
        return propagated_signs(table)
    signs = [space.measures.incidence_signs(k) for k in range(1, table.dim + 1)]
    return boundary.owners, boundary.index, np.concatenate([np.zeros(0, dtype=np.int64), *signs])


def propagated_signs(table: FaceTable) -> tuple[IntArray, IntArray, IntArray]:
    """Signs by propagation through ``∂∂ = 0``, from the cells down: (face, facet, sign).

    The boundary of a dual cell is a sphere: two of its facets share each of its ridges, which fixes the
    signs up to one for the whole. Faces on ∂D are left out. A second route to the signs of
    `measures.incidence_signs`.
    """
    above = table.boundary.transpose(len(table))
    signs: dict[tuple[int, int], int] = {}
    inside = ~table.on_boundary
    for k in range(table.dim - 1, -1, -1):
        for face in range(int(table.offset[k]), int(table.offset[k + 1])):
            if inside[face]:
                around = above[face].tolist()
                if k == table.dim - 1:
                    found = dict(zip(around, (-1, 1), strict=True))
                else:
                    found = _around(around, {g: above[g].tolist() for g in around}, signs)
                signs.update(((g, face), s) for g, s in found.items())
    keys = sorted(signs)
    pairs = np.array(keys, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.array([signs[key] for key in keys], dtype=np.int64)


def _around(
    faces: list[int], upper: dict[int, list[int]], signs: dict[tuple[int, int], int]
) -> dict[int, int]:
    """Signs of the faces around one face, so that every face two dimensions up cancels."""
    at: dict[int, list[int]] = {}
    for g in faces:
        for e in upper[g]:
            at.setdefault(e, []).append(g)
    found, stack = {faces[0]: 1}, [faces[0]]
    while stack:
        g = stack.pop()
        for e in upper[g]:
            for h in at[e]:
                if h not in found:
                    found[h] = -found[g] * signs[e, g] * signs[e, h]
                    stack.append(h)
    return found


Block = tuple[list[IntArray], int]
"""(faces of each degree, how much the degree is less than the codimension)."""


def _block(table: FaceTable, flags: AnyArray, codim: Any) -> Block:
    d, shift = table.dim, codim(0)
    faces = []
    for p in range(d + 1):
        k = d - p - shift
        level = np.zeros(0, dtype=np.int64)
        if k >= 0:
            level = table.offset[k] + np.flatnonzero(flags[table.offset[k] : table.offset[k + 1]])
        faces.append(level)
    return faces, shift


def _numbering(table: FaceTable, blocks: list[Block]) -> tuple[IntArray, list[IntArray]]:
    """(codimension of every face, number of its element in each block, -1 where there is none)."""
    numbers = []
    start = np.zeros(table.dim + 1, dtype=np.int64)
    for faces, _ in blocks:
        number = np.full(len(table), -1, dtype=np.int64)
        for p, level in enumerate(faces):
            number[level] = start[p] + np.arange(len(level))
            start[p] += len(level)
        numbers.append(number)
    return table.dim - table.dim_of, numbers


def _maps(
    table: FaceTable,
    boundary: tuple[IntArray, IntArray, IntArray],
    blocks: list[Block],
    codim: IntArray,
    numbers: list[IntArray],
) -> list[SignedIncidence]:
    """The boundary maps: transposed incidences in each block, and the collars between the two blocks."""
    upper, lower, sign = boundary
    parts: list[tuple[IntArray, ...]] = []
    for (_, shift), number in zip(blocks, numbers, strict=True):
        keep = (number[upper] >= 0) & (number[lower] >= 0)
        own = sign[keep] if not shift else _turned(table, upper[keep], lower[keep], sign[keep], boundary)
        parts.append((codim[lower[keep]] - shift, number[lower[keep]], number[upper[keep]], own))
    if len(blocks) == 2:
        faces = np.flatnonzero(table.on_boundary)
        collar = _collar(table, faces, boundary)
        parts.append((codim[faces], numbers[0][faces], numbers[1][faces], collar))
    degree, element, facet, signs = (np.concatenate(column) for column in zip(*parts, strict=True))
    maps = []
    for p in range(1, table.dim + 1):
        chosen = np.flatnonzero(degree == p)
        order = chosen[np.lexsort((facet[chosen], element[chosen]))]
        maps.append(SignedIncidence(element[order], facet[order], signs[order]))
    return maps


def _collar(table: FaceTable, faces: IntArray, boundary: tuple[IntArray, IntArray, IntArray]) -> IntArray:
    """The sign s_f of ``f^∂`` in ``∂ f*``: 1, for facets −[C:f], so that edges run from point to point."""
    found = np.ones(len(table), dtype=np.int64)
    upper, lower, sign = boundary
    at = table.dim_of[upper] == table.dim
    found[lower[at]] = -sign[at]
    return found[faces]


def _turned(
    table: FaceTable, upper: IntArray, lower: IntArray, sign: IntArray, boundary: tuple[IntArray, ...]
) -> IntArray:
    """Signs within ∂D, ``∂ f^∂ = −s_f Σ s_g [g:f] g^∂``: what makes ``∂∂ f* = 0``."""
    whole = _collar(table, np.arange(len(table)), boundary)  # type: ignore[arg-type]
    return -whole[lower] * whole[upper] * sign


def _labels(table: FaceTable, blocks: list[Block]) -> list[list[Any]]:
    labels: list[list[Any]] = [[] for _ in range(table.dim + 1)]
    for faces, shift in blocks:
        for p, level in enumerate(faces):
            k = table.dim - p - shift
            names = (level - table.offset[k]).tolist() if len(level) else []
            labels[p] += [(k, i, "boundary") if shift else (k, i) for i in names]
    return labels


def _carriers(table: FaceTable, blocks: list[Block]) -> tuple[list[Carrier], list[AnyArray]]:
    carriers, proper = [], []
    for p in range(table.dim + 1):
        faces = np.concatenate([block[p] for block, _ in blocks])
        pieces = Incidence.from_lengths(np.ones(len(faces), dtype=np.int64), faces)
        carriers.append(Carrier(pieces, table.dim_of[faces]))
        proper.append(np.ones(len(faces), dtype=bool))
    return carriers, proper
