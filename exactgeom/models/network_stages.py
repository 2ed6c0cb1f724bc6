"""The operations of a network in order, and running batches of points through them on integers.

A point is a homogeneous column ``(numerators, common denominator)``; an affine layer is one integer matrix
product for the whole batch, an activation one pass over the entries. So float64 weights (denominators of a
thousand bits after a few layers) never meet a fraction until the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any

from flint import fmpz_mat

from exactgeom.exact import fraction_str
from exactgeom.models.layers_base import Layer, Part, Shape, SparseAffine
from exactgeom.models.program import Affine, Largest, Pieces, Steps, StepUnit, Unit

__all__ = ["Column", "Stage", "run", "signs_of", "stages_of", "to_column", "to_fractions"]

Vector = tuple[Fraction, ...]
Column = tuple[list[int], int]  # numerators and their common positive denominator
IntegerUnit = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]  # breakpoints p/q, pieces


@dataclass(frozen=True)
class Stage:
    """One operation: the layer it belongs to, what it does, and the blocks it reads (0 is the input).

    Stage i makes block i + 1, as in a program.
    """

    layer: int
    part: Part
    sources: tuple[int, ...]

    @cached_property
    def sign_count(self) -> int:
        """Number of characters it adds to a sign string."""
        if isinstance(self.part, Pieces | Steps):
            return sum(len(unit.breakpoints) for unit in self.part.units)
        return sum(map(len, self.part.groups)) if isinstance(self.part, Largest) else 0

    @cached_property
    def matrix(self) -> fmpz_mat:
        """``[[W, b], [0, q]]``: an affine stage acting on homogeneous integer columns."""
        assert isinstance(self.part, Affine)
        rows = [[*row, b] for row, b in zip(self.part.weight, self.part.bias, strict=True)]
        rows.append([0] * len(self.part.weight[0]) + [self.part.denominator])
        return fmpz_mat(rows)

    @cached_property
    def integer_units(self) -> tuple[list[IntegerUnit], int]:
        """Per unit its breakpoints ``(p, q)`` and ``(slope, intercept)`` over one denominator, and that."""
        assert isinstance(self.part, Pieces)
        kinds = {id(unit): unit for unit in self.part.units}
        over = lcm(*(q.denominator for unit in kinds.values() for piece in unit.pieces for q in piece))
        forms = {key: _integer_unit(unit, over) for key, unit in kinds.items()}
        return [forms[id(unit)] for unit in self.part.units], over

    def names(self) -> Iterator[str]:
        """Name every character of the stage's signs, counting layers and units from 0."""
        part = self.part
        if isinstance(part, Pieces | Steps):
            jump = "jump at" if isinstance(part, Steps) else "at"
            units: tuple[Unit | StepUnit, ...] = part.units
            for i, unit in enumerate(units):
                for t in unit.breakpoints:
                    yield f"layers[{self.layer}] unit {i} {jump} {fraction_str(t)}"
        elif isinstance(part, Largest):
            for i, group in enumerate(part.groups):
                for candidate in group:
                    yield f"layers[{self.layer}] unit {i} candidate {candidate}"


def _integer_unit(unit: Unit, over: int) -> IntegerUnit:
    pieces = tuple((int(slope * over), int(intercept * over)) for slope, intercept in unit.pieces)
    return tuple((t.numerator, t.denominator) for t in unit.breakpoints), pieces


def stages_of(
    layers: Sequence[Layer], inputs: Sequence[Sequence[int]], shapes: Sequence[Shape]
) -> tuple[tuple[Stage, ...], tuple[int, ...]]:
    """Return the stages, and the block that holds the network's input (first) and each layer's output."""
    stages: list[Stage] = []
    held = [0]
    for i, layer in enumerate(layers):
        local = [held[k + 1] for k in inputs[i]]
        for part in layer.parts([shapes[k + 1] for k in inputs[i]]):
            numbers = part.sources if isinstance(part, Affine | SparseAffine) else (part.source,)
            stages.append(Stage(i, part, tuple(local[k] for k in numbers)))
            local.append(len(stages))
        held.append(local[-1])
    return tuple(stages), tuple(held)


# -- columns ---------------------------------------------------------------------------------------


def to_column(point: Vector) -> Column:
    """Return a point over one denominator."""
    scale = lcm(*(q.denominator for q in point))
    return [q.numerator * (scale // q.denominator) for q in point], scale


def to_fractions(column: Column) -> Vector:
    """Return a column as fractions."""
    values, scale = column
    return tuple(Fraction(value, scale) for value in values)


def run(stage: Stage, sources: Sequence[list[Column]]) -> list[Column]:
    """Send a batch of points through one stage: a list of columns per source, in the stage's order."""
    batch = sources[0] if len(sources) == 1 else [joined(columns) for columns in zip(*sources, strict=True)]
    part = stage.part
    if not batch:
        return []
    if isinstance(part, Affine):
        return _dense(stage.matrix, batch)
    if isinstance(part, SparseAffine):
        return [_sparse(part, column) for column in batch]
    if isinstance(part, Pieces):
        return [_pieces(stage, column) for column in batch]
    if isinstance(part, Steps):
        return [_steps(part, column) for column in batch]
    return [([max(values[i] for i in group) for group in part.groups], scale) for values, scale in batch]


def joined(columns: Sequence[Column]) -> Column:
    """Return the concatenation of columns over one denominator."""
    scale = lcm(*(own for _, own in columns))
    return [value * (scale // own) for values, own in columns for value in values], scale


def _dense(matrix: fmpz_mat, batch: list[Column]) -> list[Column]:
    size = matrix.ncols()
    flat = [values[i] for i in range(size - 1) for values, _ in batch]
    product = matrix * fmpz_mat(size, len(batch), flat + [scale for _, scale in batch])
    rows = [[int(q) for q in row] for row in product.transpose().tolist()]
    return [_primitive(row[:-1], row[-1]) for row in rows]


def _sparse(part: SparseAffine, column: Column) -> Column:
    values, scale = column
    sums = [
        sum((w * values[i] for i, w in row), bias * scale)
        for row, bias in zip(part.rows, part.bias, strict=True)
    ]
    return _primitive(sums, scale * part.denominator)


def _pieces(stage: Stage, column: Column) -> Column:
    values, scale = column
    units, over = stage.integer_units
    lifted: dict[int, Any] = {}
    result: list[int] = []
    last, edges, pieces = None, [], []
    for value, unit in zip(values, units, strict=True):
        if unit is not last:
            if id(unit) not in lifted:
                lifted[id(unit)] = _lifted(unit, scale)
            last, (edges, pieces) = unit, lifted[id(unit)]
        rank = 0
        for edge, q in edges:
            rank += value * q > edge
        slope, constant = pieces[rank]
        result.append(slope * value + constant)
    return (result, scale) if over == 1 else _primitive(result, scale * over)


def _lifted(unit: IntegerUnit, scale: int) -> Any:
    """Return breakpoints and intercepts for numerators over this denominator."""
    return [(p * scale, q) for p, q in unit[0]], [(slope, intercept * scale) for slope, intercept in unit[1]]


def _steps(part: Steps, column: Column) -> Column:
    values, scale = column
    return to_column(
        tuple(_level(unit, value, scale) for unit, value in zip(part.units, values, strict=True))
    )


def _level(unit: StepUnit, value: int, scale: int) -> Fraction:
    signs = [value * t.denominator - t.numerator * scale for t in unit.breakpoints]
    if 0 in signs:
        return unit.at[signs.index(0)]
    return unit.constants[sum(1 for sign in signs if sign > 0)]


def _primitive(values: list[int], scale: int) -> Column:
    """Divide out the common factor, which would otherwise be carried through every later layer."""
    common = gcd(scale, *values)
    if common > 1:
        return [value // common for value in values], scale // common
    return values, scale


# -- signs -----------------------------------------------------------------------------------------


def signs_of(stage: Stage, column: Column) -> str:
    """Return the stage's part of the sign string for the column it reads."""
    values, scale = column
    part = stage.part
    if isinstance(part, Pieces | Steps):
        units: tuple[Unit | StepUnit, ...] = part.units
        return "".join(
            _sign(value * t.denominator - t.numerator * scale)
            for value, unit in zip(values, units, strict=True)
            for t in unit.breakpoints
        )
    if isinstance(part, Largest):
        tops = [max(values[i] for i in group) for group in part.groups]
        return "".join(
            "0" if values[i] == top else "-"
            for top, group in zip(tops, part.groups, strict=True)
            for i in group
        )
    return ""


def _sign(number: int) -> str:
    return "+" if number > 0 else "-" if number < 0 else "0"
