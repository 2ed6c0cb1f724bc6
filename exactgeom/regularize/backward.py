"""From moments on walls to the gradient of every affine operation of a program.

A regulariser reaches the parameters only through walls: its differential is
``sum over walls of <dh, m>``, where the *moment* ``m = (m_0, m_x)`` of a wall is a homogeneous vector in
Q^{d+1} and ``<h, m> = c_0 m_0 + c . m_x`` for ``h(x) = c_0 + c . x``.  Where the signs of the earlier
operations agree, all blocks are affine, so moments add up, and one backpropagation per (wall, signs) does:
an affine operation that makes ``W f + b`` gets ``u (x) <f, m>`` and ``u m_0``, u the wall's adjoint there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flint import fmpq, fmpq_mat, fmpz

from exactgeom.exact import Surd, fraction
from exactgeom.models.program import Affine, Program
from exactgeom.regularize.moments import Key, Moments, PieceTable
from exactgeom.regularize.sums import Part, tree_sum
from exactgeom.regularize.walls import Wall

__all__ = ["program_gradient"]

Row = tuple[int, int]
"""(operation, row), or (operation, -1) for all rows together."""

Table = list[list[fmpq]]


def program_gradient(
    pieces: PieceTable, moments: Moments, *, rational: bool
) -> dict[int, tuple[list[list[object]], list[object]]]:
    """The gradient with respect to weight and bias of every affine operation that matters.

    Contract: exact; Fractions when `rational`, else Surds.  An operation that no wall depends on is missing
    (its gradient is zero).
    Cost: one forward and one backward pass of integer matrices per square root and (wall, signs).
    """
    by_root = {root: _tables(pieces, own) for root, own in moments.by_root.items()}
    operations = sorted({number for tables in by_root.values() for number in tables})
    found: dict[int, tuple[list[list[object]], list[object]]] = {}
    for number in operations:
        own = [(root, tables[number]) for root, tables in by_root.items() if number in tables]
        shape = own[0][1]
        rows = [
            [_number([(root, table[i][j]) for root, table in own], rational) for j in range(len(row))]
            for i, row in enumerate(shape)
        ]
        found[number] = [row[:-1] for row in rows], [row[-1] for row in rows]
    return found


def _number(parts: Sequence[tuple[int, fmpq]], rational: bool) -> object:
    """``sum of q sqrt(root)``."""
    if rational:
        return fraction(parts[0][1])
    return Surd.from_terms([(fraction(q), root) for root, q in parts if q])


def _tables(pieces: PieceTable, moments: Mapping[Key, Sequence[fmpq]]) -> dict[int, Table]:
    by_wall: dict[Wall, dict[Row, list[Part]]] = {}
    for (wall, signs), moment in moments.items():
        leaves = by_wall.setdefault(wall, {})
        for key, part in _one(pieces, wall, signs, moment):
            leaves.setdefault(key, []).append(part)
    together: dict[Row, list[Part]] = {}
    for leaves in by_wall.values():
        for key, parts in leaves.items():
            together.setdefault(key, []).append(tree_sum(parts))
    return _assemble(pieces.program, {key: tree_sum(parts) for key, parts in together.items()})


def _one(pieces: PieceTable, wall: Wall, signs: bytes, moment: Sequence[fmpq]) -> Iterable[tuple[Row, Part]]:
    """What one moment asks of every affine operation."""
    program, piece = pieces.program, pieces.piece(signs)
    column, denominator = fmpq_mat([[entry] for entry in moment]).numer_denom()
    for number, (adjoint, scale) in pieces.adjoints(wall, signs):
        op = program.operations[number]
        assert isinstance(op, Affine)
        rows, source_scale = piece.sources(op)
        values = (rows * column).transpose()
        over = fmpz(scale * source_scale) * denominator
        entries = adjoint.entries()
        used = [i for i, entry in enumerate(entries) if entry]
        if len(used) <= 2 and len(used) < len(entries):
            for i in used:
                yield (number, i), (values * entries[i], over)
        else:
            yield (number, -1), (adjoint.transpose() * values, over)


def _assemble(program: Program, sums: Mapping[Row, Part]) -> dict[int, Table]:
    """Rows of weight and bias (the last column of every sum belongs to the bias)."""
    tables: dict[int, Table] = {}
    for (number, row), (matrix, denominator) in sums.items():
        op = program.operations[number]
        assert isinstance(op, Affine)
        if number not in tables:
            width = sum(program.sizes[s] for s in op.sources)
            tables[number] = [[fmpq(0)] * (width + 1) for _ in range(op.size)]
        for i, entries in enumerate(matrix.tolist()) if row < 0 else [(row, matrix.entries())]:
            old = tables[number][i]
            new = [fmpq(entry, denominator) for entry in entries]
            tables[number][i] = [a + b if a else b for a, b in zip(old, new, strict=True)]
    return tables
