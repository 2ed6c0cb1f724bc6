"""Affine maps of a network whose pieces and winners are fixed by signs, as matrices ``[qA qb; 0 q]``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from operator import itemgetter
from typing import Any

from flint import fmpz, fmpz_mat

from exactgeom.exact import InvalidInput
from exactgeom.models.layers_base import SparseAffine
from exactgeom.models.network_stages import Stage
from exactgeom.models.program import Affine, Largest, Pieces, Steps

__all__ = ["AffineMap", "affine_maps"]

Vector = tuple[Fraction, ...]
AffineMap = tuple[tuple[Vector, ...], Vector]
Row = list[fmpz]


def affine_maps(
    stages: Sequence[Stage], input_dim: int, output: int, wanted: Iterable[str]
) -> dict[str, AffineMap]:
    """Return (A, b) of the block `output` for each sign string; strings must have the right length.

    Strings that agree on the first stages share the work of those stages.
    """
    last_use = {s: i for i, stage in enumerate(stages) for s in stage.sources} | {output: len(stages)}
    d, found = input_dim, {}
    identity = fmpz_mat(d + 1, d + 1, [int(i == j) for i in range(d + 1) for j in range(d + 1)])
    # Groups of equal first signs: stages done, signs read, the blocks still needed, the strings.
    stack: list[tuple[int, int, dict[int, fmpz_mat], list[str]]] = []
    if strings := sorted(set(wanted)):
        stack.append((0, 0, {0: identity}, strings))
    while stack:
        i, at, blocks, group = stack.pop()
        if i == len(stages):
            found[group[0]] = _map_of(blocks[output])
            continue
        stage = stages[i]
        kept = {k: block for k, block in blocks.items() if last_use.get(k, -1) > i}
        end = at + stage.sign_count
        choices = _Choices(stage, [blocks[k] for k in stage.sources])
        for part, members in groupby(group, key=itemgetter(slice(at, end))):
            stack.append((i + 1, end, {**kept, i + 1: choices.fixed(part, at)}, list(members)))
    return found


def _map_of(total: fmpz_mat) -> AffineMap:
    rows = [[int(q) for q in row] for row in total.tolist()]
    scale = rows[-1][-1]
    values = [tuple(Fraction(q, scale) for q in row) for row in rows[:-1]]
    return tuple(row[:-1] for row in values), tuple(row[-1] for row in values)


class _Choices:
    """What one stage makes of its blocks, for any signs."""

    def __init__(self, stage: Stage, blocks: list[fmpz_mat]) -> None:
        self.stage = stage
        part = stage.part
        self._result: fmpz_mat | None = None
        self._pieces: list[list[Row]] = []
        if isinstance(part, Affine) and len(blocks) == 1:
            self._result = stage.matrix * blocks[0]
            return
        *self._rows, self._scale = _joined(blocks)
        if isinstance(part, Affine):
            self._result = stage.matrix * fmpz_mat([*self._rows, self._scale])
        elif isinstance(part, SparseAffine):
            self._result = _sparse(part, self._rows, self._scale)
        elif isinstance(part, Pieces):
            self._set_pieces()

    def _set_pieces(self) -> None:
        """Compute, for each unit, its row on every piece of the activation."""
        units, over = self.stage.integer_units
        self._pieces = [
            [row if piece == (1, 0) else _piece_row(row, self._scale, *piece) for piece in pieces]
            for row, (_, pieces) in zip(self._rows, units, strict=True)
        ]
        self._scale = [over * r for r in self._scale]

    def fixed(self, signs: str, offset: int) -> fmpz_mat:
        """Return the stage's block where it has these signs; `offset` places them in the whole string."""
        part = self.stage.part
        if self._result is not None:
            return self._result
        if isinstance(part, Pieces):
            return fmpz_mat([*self._chosen(part, signs, offset), self._scale])
        if isinstance(part, Steps):
            return self._levels(part, signs, offset)
        assert isinstance(part, Largest)
        return fmpz_mat([*self._winners(part, signs, offset), self._scale])

    def _chosen(self, part: Pieces, signs: str, offset: int) -> list[Row]:
        one_each = all(len(unit.breakpoints) == 1 for unit in part.units)  # the usual case, kept fast
        if one_each and not signs.strip("+-0"):
            return [pieces[sign == "+"] for sign, pieces in zip(signs, self._pieces, strict=True)]
        chosen, at = [], 0
        for unit, pieces in zip(part.units, self._pieces, strict=True):
            end = at + len(unit.breakpoints)
            chosen.append(pieces[_rank(signs[at:end], offset + at)])
            at = end
        return chosen

    def _levels(self, part: Steps, signs: str, offset: int) -> fmpz_mat:
        levels, at = [], 0
        for unit in part.units:
            own = signs[at : at + len(unit.breakpoints)]
            rank = _rank(own, offset + at)
            levels.append(unit.at[rank] if "0" in own else unit.constants[rank])
            at += len(own)
        over, blank = lcm(*(q.denominator for q in levels)), [0] * (len(self._scale) - 1)
        return fmpz_mat([[*blank, int(q * over)] for q in levels] + [[*blank, over]])

    def _winners(self, part: Largest, signs: str, offset: int) -> list[Row]:
        chosen, at = [], 0
        for group in part.groups:
            own = signs[at : at + len(group)]
            if own.strip("-0") or "0" not in own:
                raise InvalidInput(
                    f"expected the signs of a maximum's candidates (0 or -, at least one 0), got {own!r}",
                    place=f"signs[{offset + at}]",
                )
            chosen.append(self._rows[group[own.index("0")]])
            at += len(group)
        return chosen


def _joined(blocks: list[fmpz_mat]) -> list[Row]:
    """Return the rows of all blocks over one scale, whose row comes last."""
    tables: list[list[Row]] = [block.tolist() for block in blocks]
    if len(tables) == 1:
        return tables[0]
    scale = lcm(*(int(table[-1][-1]) for table in tables))
    rows = []
    for table in tables:
        factor = scale // int(table[-1][-1])
        rows += [[factor * q for q in row] for row in table[:-1]]
    return [*rows, [fmpz(0)] * (len(tables[0][-1]) - 1) + [fmpz(scale)]]


def _sparse(part: SparseAffine, rows: list[Row], scale: Row) -> fmpz_mat:
    made = []
    for taps, bias in zip(part.rows, part.bias, strict=True):
        total: list[Any] = [bias * q for q in scale]
        for i, weight in taps:
            total = [q + weight * r for q, r in zip(total, rows[i], strict=True)]
        made.append(total)
    return fmpz_mat([*made, [part.denominator * q for q in scale]])


def _piece_row(row: Row, scale: Row, slope: int, intercept: int) -> Row:
    if intercept == 0:
        return [slope * q for q in row] if slope else [fmpz(0)] * len(row)
    return [slope * q + intercept * r for q, r in zip(row, scale, strict=True)]


def _rank(signs: str, offset: int) -> int:
    """Return the number of breakpoints below a value with these signs, the lower piece at a ``0``."""
    rank = signs.rstrip("-")
    if rank.endswith("0"):
        rank = rank[:-1]
    if rank.strip("+"):
        raise InvalidInput(
            f"expected the signs (+, - or 0) of one number at increasing breakpoints, got {signs!r}",
            place=f"signs[{offset}]",
        )
    return len(rank)
