"""The affine functions that did the cutting, cell by cell (see `reference.Forms`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from flint import fmpz, fmpz_mat

from exactgeom.models.program import Affine, Largest, Pieces, Steps
from exactgeom.partition.engine import Engine
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.reference import primitive

Rows = tuple[fmpz_mat, int]


class CuttingForms:
    """Callable as `Forms`: (pass, function, cell) -> integer rows [c_0, c_1..c_n], up to a positive factor.

    Listens to an engine: as each pass begins it notes the sign table of the cells.
    """

    def __init__(self, engine: Engine) -> None:
        self._program, self._engine = engine.program, engine
        self._passes: list[tuple[int, Sequence[tuple[int, int]], AnyArray]] = []
        self._known: dict[tuple[int, bytes], list[list[fmpz]]] = {}
        engine.on_pass = self._note

    def _note(self, operation: int, names: Sequence[tuple[int, int]]) -> None:
        before = sum(self._program.sign_counts[:operation])
        table = self._engine.signs(self._engine.slicer.dim)[:, :before]
        self._passes.append((operation, names, table))

    def __call__(self, passes: IntArray, function: IntArray, cell: IntArray) -> fmpz_mat:
        """Integer rows of these functions on these cells."""
        rows = []
        for p, f, c in zip(passes.tolist(), function.tolist(), cell.tolist(), strict=True):
            operation, names, table = self._passes[p]
            unit, k = names[f]
            op = self._program.operations[operation]
            assert isinstance(op, Pieces | Steps)
            t = op.units[unit].breakpoints[k]
            *row, scale = self._source(operation, op.source, table[c])[unit]
            if t:
                row = [t.denominator * entry for entry in row]
                row[0] -= t.numerator * scale
                row = primitive(row)
            rows.append(row)
        return fmpz_mat(rows)

    def _source(self, operation: int, block: int, signs: AnyArray) -> list[list[fmpz]]:
        """Rows [c_0..c_n, scale] of a block on the set with these signs: value = (c_0 + c.x) / scale."""
        key = (operation, signs.tobytes())
        if key not in self._known:
            values, scale = self._block(block, signs, {})
            self._known[key] = [primitive([*row, fmpz(scale)]) for row in values.tolist()]
        return self._known[key]

    def _block(self, block: int, signs: AnyArray, known: dict[int, Rows]) -> Rows:
        """One block, from the blocks it needs (each made once)."""
        if block not in known:
            known[block] = self._make(block, signs, known)
        return known[block]

    def _make(self, block: int, signs: AnyArray, known: dict[int, Rows]) -> Rows:
        n = self._program.input_dim
        if block == 0:
            return fmpz_mat([[0] * (i + 1) + [1] + [0] * (n - 1 - i) for i in range(n)]), 1
        op = self._program.operations[block - 1]
        at = sum(self._program.sign_counts[: block - 1])
        if isinstance(op, Affine):
            return self._affine(op, [self._block(s, signs, known) for s in op.sources])
        rows, scale = self._block(op.source, signs, known)
        own = signs[at : at + self._program.sign_counts[block - 1]].tolist()
        if isinstance(op, Largest):
            return _winners(op, rows, own), scale
        return _pieces(op, rows, scale, own)

    def _affine(self, op: Affine, sources: Sequence[Rows]) -> Rows:
        scale = lcm(*(s for _, s in sources)) if sources else 1
        stacked = [[entry * (scale // s) for entry in row] for rows, s in sources for row in rows.tolist()]
        offset = fmpz_mat([[b * scale] + [0] * self._program.input_dim for b in op.bias])
        if not stacked:  # constants only
            return offset, scale * op.denominator
        return fmpz_mat([list(row) for row in op.weight]) * fmpz_mat(stacked) + offset, scale * op.denominator


def _winners(op: Largest, rows: fmpz_mat, signs: Sequence[int]) -> fmpz_mat:
    table, made, at = rows.tolist(), [], 0
    for group in op.groups:
        made.append(table[group[signs[at : at + len(group)].index(0)]])
        at += len(group)
    return fmpz_mat(made)


def _pieces(op: Pieces | Steps, rows: fmpz_mat, scale: int, signs: Sequence[int]) -> Rows:
    """Apply the pieces the signs choose (at a 0 the lower one)."""
    assert isinstance(op, Pieces)
    q = lcm(*(c.denominator for unit in op.units for piece in unit.pieces for c in piece))
    made, at = [], 0
    for unit, row in zip(op.units, rows.tolist(), strict=True):
        own = signs[at : at + len(unit.breakpoints)]
        at += len(own)
        slope, constant = unit.pieces[sum(1 for sign in own if sign == 1)]
        new = [int(slope * q) * entry for entry in row]
        new[0] += int(constant * q) * scale
        made.append(new)
    return fmpz_mat(made), scale * q
