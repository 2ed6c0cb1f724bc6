"""Which function vanishes where: the walls between cells, and the walls that meet in a vertex.

A *wall* is one breakpoint of a unit (the function ``z_i - t``) or a pair of candidates of a maximum (the
function ``z_i - z_j``): a linear functional of the block its operation reads, minus a constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat

from exactgeom.exact import InvalidInput, NonSmoothError
from exactgeom.models.program import Affine, Largest, Program, StepUnit, Unit
from exactgeom.partition.jumps import has_inner_jump
from exactgeom.partition.values import Block, affine_columns, mapped_columns
from exactgeom.polyhedra.arrays import AnyArray

__all__ = ["Column", "Wall", "attained", "columns_of", "facet_walls", "sign_table", "tight"]


@dataclass(frozen=True, slots=True)
class Column:
    """One character of the sign strings: coordinate `unit` of the block that `operation` reads.

    `level` is the breakpoint, None for a candidate; `group` numbers the maxima of the program.
    """

    operation: int
    unit: int
    level: Fraction | None
    group: int


@dataclass(frozen=True, slots=True, order=True)
class Wall:
    """The function ``z_plus - z_minus`` (``z_plus - level`` when minus is -1) before an operation."""

    operation: int
    plus: int
    minus: int
    level: Fraction

    def functional(self, size: int) -> fmpz_mat:
        """The wall as a row functional of a block of this size."""
        row = [0] * size
        row[self.plus] = 1
        if self.minus >= 0:
            row[self.minus] = -1
        return fmpz_mat([row])


def columns_of(program: Program) -> list[Column]:
    """What every character of a sign string belongs to (InvalidInput for a program with inner jumps)."""
    if has_inner_jump(program):
        raise InvalidInput("a model that reads its own jumps has no smooth walls", place="model")
    found, groups = [], 0
    for number, op in enumerate(program.operations):
        if isinstance(op, Largest):
            for group in op.groups:
                found += [Column(number, i, None, groups) for i in group]
                groups += 1
        elif not isinstance(op, Affine):
            units: Sequence[Unit | StepUnit] = op.units
            found += [Column(number, i, t, -1) for i, unit in enumerate(units) for t in unit.breakpoints]
    return found


def sign_table(partition: Any) -> AnyArray:
    """[cell, character]: -1, 0 or 1."""
    text = "".join(partition.cell_signs).encode()
    codes = np.frombuffer(text, dtype=np.uint8).reshape(len(partition.cell_signs), -1)
    table: AnyArray = (codes == ord("+")).astype(np.int8) - (codes == ord("-")).astype(np.int8)
    return table


def facet_walls(columns: list[Column], signs: AnyArray, first: AnyArray, second: AnyArray) -> list[Wall]:
    """The wall between the cells `first[i]` and `second[i]` of a smooth partition, for every i.

    Errors: NonSmoothError when two cells differ by more than one wall (coincident units).
    """
    different = signs[first] != signs[second]
    counts = np.count_nonzero(different, axis=1)
    rows, places = np.nonzero(different)
    starts = np.searchsorted(rows, np.arange(len(first)))
    walls = []
    for i, (start, count) in enumerate(zip(starts.tolist(), counts.tolist(), strict=True)):
        own = places[start : start + count].tolist()
        one = columns[own[0]] if own else None
        if one is not None and one.level is not None and count == 1:
            walls.append(Wall(one.operation, one.unit, -1, one.level))
        elif one is not None and count == 2 and columns[own[1]].group == one.group >= 0:
            a, b = own  # either way round: only the wall's zero set counts
            walls.append(Wall(one.operation, columns[a].unit, columns[b].unit, Fraction(0)))
        else:
            raise NonSmoothError(
                f"cells {first[i]} and {second[i]} are separated by {count} units at once", tuple(own)
            )
    return walls


def attained(space: Any, program: Program) -> AnyArray:
    """[vertex, character]: the breakpoint is met there, or the maximum attained."""
    heads = space.coordinates
    heights = [row[0] for row in heads]
    blocks: list[Block] = [([row[1:] for row in heads], 1)]
    found: list[AnyArray] = [np.zeros((len(heads), 0), dtype=bool)]
    last = max((i for i, count in enumerate(program.sign_counts) if count), default=-1)
    for op in program.operations[: last + 1]:
        if isinstance(op, Affine):
            blocks.append(affine_columns(op, heights, [blocks[s] for s in op.sources]))
            continue
        values = blocks[op.source]
        found.append(_met(op, heights, values))
        if not hasattr(op, "units") or hasattr(op.units[0], "pieces"):
            blocks.append(mapped_columns(op, heights, values))
    return np.concatenate(found, axis=1)


def _met(op: Any, heights: list[Any], block: Block) -> AnyArray:
    values, scale = block
    table = np.array(values, dtype=object).reshape(len(heights), -1)
    if isinstance(op, Largest):
        parts = []
        for group in op.groups:
            own = table[:, list(group)]
            parts.append(own == np.maximum.reduce(own, axis=1)[:, None])
        return np.concatenate(parts, axis=1).astype(bool)
    height = np.array(heights, dtype=object)
    made = [
        table[:, i] * t.denominator == height * (t.numerator * scale) if t else table[:, i] == 0
        for i, unit in enumerate(op.units)
        for t in unit.breakpoints
    ]
    return np.column_stack(made).astype(bool) if made else np.zeros((len(heights), 0), dtype=bool)


def tight(space: Any, domain: Any) -> AnyArray:
    """[vertex, inequality of the domain]: tight there."""
    rows = [[-b, *a] for a, b in _integer_rows(domain)]
    product = (space.homogeneous * fmpz_mat(rows).transpose()).tolist()
    found: AnyArray = np.array(product, dtype=object) == 0
    return found.astype(bool)


def _integer_rows(domain: Any) -> list[tuple[list[int], int]]:
    return [([int(c) for c in a], int(b)) for a, b in domain.inequalities]
