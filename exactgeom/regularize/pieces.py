"""A program where some signs are fixed: every block is affine there, forwards and backwards.

Forwards, block b is ``B_b [1, x]`` with an integer matrix over one denominator.  Backwards, a linear
functional of one block becomes functionals of the values that every affine operation makes: the adjoints of
reverse-mode differentiation, which on the set do not depend on x.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import lcm
from typing import Any

from flint import fmpz_mat

from exactgeom.models.program import Affine, Largest, Operation, Pieces, Program

__all__ = ["Piece", "Scaled"]

Scaled = tuple[fmpz_mat, int]
"""An integer matrix and a positive denominator."""


class Piece:
    """The blocks of a program where the first signs are `signs` (-1, 0, 1; a 0 takes the lower piece).

    Exact.  Only blocks made by operations whose signs are known can be asked for.

    >>> from exactgeom.models import Linear, Network, ReLU
    >>> net = Network([Linear([[2], [1]], [0, 3]), ReLU(), Linear([[1, 5]], ["1/2"])])
    >>> Piece(net.program, [1, -1]).block(3)
    ([1, 4], 2)
    >>> Piece(net.program, [1, -1]).adjoints(3, fmpz_mat([[1]]))
    [(2, ([1], 1)), (0, ([2, 0], 2))]
    """

    def __init__(self, program: Program, signs: Sequence[int]) -> None:
        self._program, self._signs = program, signs
        self._starts = [0]
        for count in program.sign_counts:
            self._starts.append(self._starts[-1] + count)
        self._known: dict[int, Scaled] = {}
        self._slopes: dict[int, tuple[list[tuple[int, int]], int]] = {}
        self._sources: dict[tuple[int, ...], Scaled] = {}

    # -- forwards ------------------------------------------------------------------------------------

    def block(self, number: int) -> Scaled:
        """Rows ``[c_0, c_1..c_n]`` of a block, over one denominator."""
        if number not in self._known:
            self._known[number] = self._make(number)
        return self._known[number]

    def _make(self, number: int) -> Scaled:
        n = self._program.input_dim
        if number == 0:
            return fmpz_mat([[int(j == i + 1) for j in range(n + 1)] for i in range(n)]), 1
        op = self._program.operations[number - 1]
        if isinstance(op, Affine):
            weight = fmpz_mat([[*row, b] for row, b in zip(op.weight, op.bias, strict=True)])
            rows, scale = self.sources(op)
            return weight * rows, scale * op.denominator
        rows, scale = self.block(op.source)
        if isinstance(op, Largest):
            table = rows.tolist()
            return fmpz_mat([table[i] for i in self._winners(number - 1, op)]), scale
        lines, q = self._lines(number - 1, op)
        made = []
        for row, (slope, constant) in zip(rows.tolist(), lines, strict=True):
            new = [slope * entry for entry in row]
            new[0] += constant * scale
            made.append(new)
        return fmpz_mat(made), scale * q

    def sources(self, op: Affine) -> Scaled:
        """The rows an affine operation reads, and below them the constant 1: over one denominator."""
        if op.sources not in self._sources:
            self._sources[op.sources] = self._stacked(op)
        return self._sources[op.sources]

    def _stacked(self, op: Affine) -> Scaled:
        parts = [self.block(s) for s in op.sources]
        scale = lcm(*(s for _, s in parts)) if parts else 1
        table = [
            [entry * (scale // s) for entry in row] if s != scale else row
            for rows, s in parts
            for row in rows.tolist()
        ]
        return fmpz_mat([*table, [scale] + [0] * self._program.input_dim]), scale

    def _own(self, operation: int) -> list[int]:
        return [int(s) for s in self._signs[self._starts[operation] : self._starts[operation + 1]]]

    def _winners(self, operation: int, op: Largest) -> list[int]:
        own, at, found = self._own(operation), 0, []
        for group in op.groups:
            found.append(group[own[at : at + len(group)].index(0)])
            at += len(group)
        return found

    def _lines(self, operation: int, op: Operation) -> tuple[list[tuple[int, int]], int]:
        """Integer (slope, constant) of every unit's piece over one denominator."""
        assert isinstance(op, Pieces)
        if operation not in self._slopes:
            own, at, chosen = self._own(operation), 0, []
            for unit in op.units:
                above = own[at : at + len(unit.breakpoints)].count(1)
                at += len(unit.breakpoints)
                chosen.append(unit.pieces[above])
            q = lcm(*(c.denominator for piece in chosen for c in piece))
            self._slopes[operation] = [(int(s * q), int(c * q)) for s, c in chosen], q
        return self._slopes[operation]

    # -- backwards -----------------------------------------------------------------------------------

    def adjoints(self, number: int, functional: fmpz_mat) -> list[tuple[int, Scaled]]:
        """What a row functional of a block asks of every affine operation before it, latest first."""
        return list(self._adjoints(number, functional))

    def _adjoints(self, number: int, functional: fmpz_mat) -> Iterator[tuple[int, Scaled]]:
        waiting: dict[int, Scaled] = {number: (functional, 1)}
        while waiting:
            block = max(waiting)
            row, scale = waiting.pop(block)
            if block == 0 or not any(row.entries()):
                continue
            op = self._program.operations[block - 1]
            if isinstance(op, Affine):
                yield block - 1, (row, scale)
                passed = (row * fmpz_mat([list(w) for w in op.weight])).entries()
                at = 0
                for s in op.sources:
                    size = self._program.sizes[s]
                    _add(waiting, s, (fmpz_mat([passed[at : at + size]]), scale * op.denominator))
                    at += size
            else:
                _add(waiting, op.source, self._through(block - 1, op, row.entries(), scale))

    def _through(self, operation: int, op: Any, row: Sequence[Any], scale: int) -> Scaled:
        if isinstance(op, Largest):
            made = [0] * self._program.sizes[op.source]
            for winner, entry in zip(self._winners(operation, op), row, strict=True):
                made[winner] += entry
            return fmpz_mat([made]), scale
        lines, q = self._lines(operation, op)
        return fmpz_mat([[entry * slope for entry, (slope, _) in zip(row, lines, strict=True)]]), scale * q


def _add(waiting: dict[int, Scaled], block: int, part: Scaled) -> None:
    if block in waiting:
        (a, p), (b, q) = waiting[block], part
        common = lcm(p, q)
        part = a * (common // p) + b * (common // q), common
    waiting[block] = part
