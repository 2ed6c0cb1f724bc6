"""The affine maps of every block of a program where its signs are fixed, as matrices ``[qJ qb; 0 q]``.

Blocks are made when first asked for; those that come before the first sign are shared by all traces.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd, lcm
from typing import Any

from flint import fmpz, fmpz_mat

from exactgeom.exact import InvalidInput
from exactgeom.models.network_stages import Stage
from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps

KINDS = {Affine: "affine", Pieces: "activation", Largest: "maximum", Steps: "step"}


class Wiring:
    """A program as stages, with the blocks that do not depend on signs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.layers: dict[int, Any] = {}  # likewise, for the blocks that all traces share
        identity = fmpz_mat(program.input_dim + 1, program.input_dim + 1)
        for i in range(program.input_dim + 1):
            identity[i, i] = 1
        self.tables: dict[int, fmpz_mat] = {0: identity}

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The operations, ready to run on batches of integer columns."""
        return tuple(
            Stage(i, op, op.sources if isinstance(op, Affine) else (op.source,))
            for i, op in enumerate(self.program.operations)
        )

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What made each block, the input first."""
        return ("input", *(KINDS[type(op)] for op in self.program.operations))

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the signs of each operation begin and end in a sign string."""
        ends = tuple(accumulate(self.program.sign_counts, initial=0))
        return tuple(pairwise(ends))

    @cached_property
    def bending(self) -> tuple[bool, ...]:
        """For each block, whether it depends on the signs."""
        found = [False]
        for stage in self.stages:
            found.append(stage.sign_count > 0 or any(found[s] for s in stage.sources))
        return tuple(found)

    def __reduce__(self) -> tuple[Any, ...]:
        return Wiring, (self.program,)


class Blocks:
    """The blocks of a program for one sign string (assumption: of the right length)."""

    def __init__(self, wiring: Wiring, signs: str) -> None:
        self.wiring, self.signs = wiring, signs
        self.layers: list[Any] = []  # filled in by `traces_layer.layers_of`
        self._own: dict[int, fmpz_mat] = {}

    def table(self, block: int) -> fmpz_mat:
        """Return ``[qJ qb; 0 q]`` with ``value = J x + b`` and an integer q > 0; not to be changed."""
        kept = self._own if self.wiring.bending[block] else self.wiring.tables
        if block not in kept:
            stage = self.wiring.stages[block - 1]
            start, end = self.wiring.spans[block - 1]
            kept[block] = _made(stage, [self.table(s) for s in stage.sources], self.signs[start:end])
        return kept[block]

    def __reduce__(self) -> tuple[Any, ...]:
        return Blocks, (self.wiring, self.signs)


def check_signs(program: Program, signs: str) -> None:
    """Raise ``InvalidInput`` unless the string could be the signs of a cell."""
    if len(signs) != program.sign_count or signs.strip("+-0"):
        raise InvalidInput(
            f"expected {program.sign_count} signs over '+-0', one per breakpoint, got {signs[:40]!r}", "signs"
        )


def _made(stage: Stage, sources: Sequence[fmpz_mat], signs: str) -> fmpz_mat:
    table = sources[0] if len(sources) == 1 else _joined(sources)
    part = stage.part
    if isinstance(part, Affine):
        return _lowest(stage.matrix * table)
    rows = table.tolist()
    if isinstance(part, Largest):
        at, chosen = 0, []
        for group in part.groups:
            chosen.append(rows[group[signs.index("0", at, at + len(group)) - at]])
            at += len(group)
        return fmpz_mat([*chosen, rows[-1]])
    if isinstance(part, Pieces):
        return _pieces(stage, rows, signs)
    assert isinstance(part, Steps)
    return _levels(part, len(rows[-1]), signs)


def _pieces(stage: Stage, rows: list[list[Any]], signs: str) -> fmpz_mat:
    """Apply the piece the signs choose to every row: at a ``0`` the lower one."""
    units, over = stage.integer_units
    *values, scale = rows
    made, at, zero = [], 0, [fmpz(0)] * len(scale)
    for row, (breakpoints, pieces) in zip(values, units, strict=True):
        slope, intercept = pieces[signs.count("+", at, at + len(breakpoints))]
        at += len(breakpoints)
        new = row if slope == 1 else [slope * c for c in row] if slope else zero
        if intercept:
            new = [*new[:-1], new[-1] + intercept * scale[-1]]
        made.append(new)
    result = fmpz_mat([*made, [over * c for c in scale]])
    return result if over == 1 else _lowest(result)


def _levels(part: Steps, width: int, signs: str) -> fmpz_mat:
    levels, at = [], 0
    for unit in part.units:
        own = signs[at : at + len(unit.breakpoints)]
        at += len(own)
        levels.append(unit.at[own.index("0")] if "0" in own else unit.constants[own.count("+")])
    over, blank = lcm(*(q.denominator for q in levels)), [0] * (width - 1)
    return fmpz_mat([*([*blank, int(q * over)] for q in levels), [*blank, over]])


def _joined(tables: Sequence[fmpz_mat]) -> fmpz_mat:
    """Return all values over one scale, as of the concatenation of the blocks."""
    listed = [table.tolist() for table in tables]
    scale = lcm(*(int(rows[-1][-1]) for rows in listed))
    made = []
    for rows in listed:
        factor = scale // int(rows[-1][-1])
        made += [[factor * c for c in row] for row in rows[:-1]]
    return fmpz_mat([*made, [fmpz(0)] * (len(listed[0][-1]) - 1) + [fmpz(scale)]])


def _lowest(table: fmpz_mat) -> fmpz_mat:
    """Divide out the common factor, which would otherwise be carried through every later block."""
    entries = table.entries()
    common = int(entries[-1])
    for entry in entries:
        if common == 1:
            return table
        common = gcd(common, int(entry))
    return table / common if common != 1 else table
