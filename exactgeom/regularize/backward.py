"""From moments on walls to the gradient of every affine operation of a program.

A regulariser reaches the parameters only through walls: its differential is
``sum over walls of <dh, m>``, where the *moment* ``m = (m_0, m_x)`` of a wall is a homogeneous vector in
Q^{d+1} and ``<h, m> = c_0 m_0 + c . m_x`` for ``h(x) = c_0 + c . x``.  Where the signs of the earlier
operations agree, all blocks are affine, so moments add up, and one backpropagation per (wall, signs) does:
an affine operation that makes ``W f + b`` gets ``u (x) <f, m>`` and ``u m_0``, u the wall's adjoint there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from exactgeom.exact import Surd, fraction
from exactgeom.models.program import Affine, Program
from exactgeom.regularize.moments import Moments, PieceTable
from exactgeom.regularize.sums import Part, tree_sum
from exactgeom.regularize.walls import Wall

__all__ = ["program_gradient"]

Place = tuple[int, int, int]
"""(operation, row, radicand); row -1 for all rows together."""

Entries = list[list[list[tuple[int, fmpq]]]]
"""[row][column]: the terms ``q sqrt(root)`` of one derivative."""


def program_gradient(
    pieces: PieceTable, moments: Moments, *, rational: bool
) -> dict[int, tuple[list[list[object]], list[object]]]:
    """The gradient with respect to weight and bias of every affine operation that matters.

    Contract: exact; Fractions when `rational`, else Surds.  An operation that no wall depends on is missing
    (its gradient is zero).
    Cost: one forward and one backward pass of integer matrices per (wall, signs), for all square roots at
    once; then one product per square root.
    """
    found: dict[int, tuple[list[list[object]], list[object]]] = {}
    for number, entries in _entries(pieces.program, _sums(pieces, moments)).items():
        rows = [[_number(terms, rational) for terms in row] for row in entries]
        found[number] = [row[:-1] for row in rows], [row[-1] for row in rows]
    return found


def _number(terms: Sequence[tuple[int, fmpq]], rational: bool) -> object:
    """``sum of q sqrt(root)``."""
    if rational:
        return fraction(sum((q for _, q in terms), fmpq(0)))
    return Surd.from_terms([(fraction(q), root) for root, q in terms])


def _sums(pieces: PieceTable, moments: Moments) -> dict[Place, Part]:
    """What all moments together ask of every affine operation: each wall's own first."""
    by_wall: dict[Wall, dict[Place, list[Part]]] = {}
    for (wall, signs), by_root in moments.by_key.items():
        leaves = by_wall.setdefault(wall, {})
        for place, part in _asked(pieces, wall, signs, by_root):
            leaves.setdefault(place, []).append(part)
    together: dict[Place, list[Part]] = {}
    for leaves in by_wall.values():
        for place, parts in leaves.items():
            together.setdefault(place, []).append(tree_sum(parts))
    return {place: tree_sum(parts) for place, parts in together.items()}


def _asked(
    pieces: PieceTable, wall: Wall, signs: bytes, by_root: Mapping[int, Sequence[fmpq]]
) -> Iterator[tuple[Place, Part]]:
    """What the moments of one wall, a row per square root, ask of every affine operation."""
    program, piece = pieces.program, pieces.piece(signs)
    scaled = [fmpq_mat(1, len(moment), list(moment)).numer_denom() for moment in by_root.values()]
    stacked = fmpz_mat([numerators.entries() for numerators, _ in scaled])
    for number, (adjoint, scale) in pieces.adjoints(wall, signs):
        op = program.operations[number]
        assert isinstance(op, Affine)
        rows, source_scale = piece.sources(op)
        values = (stacked * rows.transpose()).tolist()
        entries = adjoint.entries()
        used = [i for i, entry in enumerate(entries) if entry]
        few, column = len(used) <= 2 and len(used) < len(entries), adjoint.transpose()
        for root, own, (_, denominator) in zip(by_root, values, scaled, strict=True):
            row, over = fmpz_mat([own]), fmpz(scale * source_scale) * denominator
            if few:
                for i in used:
                    yield (number, i, root), (row * entries[i], over)
            else:
                yield (number, -1, root), (column * row, over)


def _entries(program: Program, sums: Mapping[Place, Part]) -> dict[int, Entries]:
    """Rows of weight and bias (the last column of every sum belongs to the bias), without zeros."""
    found: dict[int, Entries] = {}
    for (number, row, root), (matrix, denominator) in sums.items():
        op = program.operations[number]
        assert isinstance(op, Affine)
        if number not in found:
            width = sum(program.sizes[s] for s in op.sources) + 1
            found[number] = [[[] for _ in range(width)] for _ in range(op.size)]
        for i, entries in enumerate(matrix.tolist(), start=max(row, 0)):
            for terms, entry in zip(found[number][i], entries, strict=True):
                if entry:
                    terms.append((root, fmpq(entry, denominator)))
    return dict(sorted(found.items()))
