"""Exact values of a program's blocks at all vertices, in integers over one denominator per vertex.

A block's columns hold ``scale * value * t`` at each vertex, t the vertex's denominator (0 at infinity,
where every constant drops out: the recession function).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from flint import fmpz, fmpz_mat

from exactgeom.exact import UndecidedError
from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps, Unit

RELU = Unit((Fraction(0),), ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))))

Columns = list[list[Any]]
Block = tuple[Columns, int]
"""(columns, scale)."""


def affine_columns(op: Affine, heights: Sequence[Any], sources: Sequence[Block]) -> Block:
    """The block of an affine operation."""
    scale = lcm(*(s for _, s in sources)) if sources else 1
    weight: Columns = [[b * scale] for b in op.bias]
    inputs: Columns = [[t] for t in heights]
    at = 0
    for columns, factor in sources:
        size = len(columns[0])
        for made, row in zip(weight, op.weight, strict=True):
            made.extend(w * (scale // factor) for w in row[at : at + size])
        for entries, part in zip(inputs, columns, strict=True):
            entries.extend(part)
        at += size
    return (fmpz_mat(inputs) * fmpz_mat(weight).transpose()).tolist(), scale * op.denominator


def mapped_columns(op: Pieces | Largest | Steps, heights: Sequence[Any], source: Block) -> Block:
    """The block of a continuous cutting operation."""
    columns, scale = source
    if isinstance(op, Largest):
        return [[max(row[i] for i in group) for group in op.groups] for row in columns], scale
    if isinstance(op, Steps):
        raise UndecidedError("a step has no single value at a vertex: it is evaluated class by class")
    if all(unit == RELU for unit in op.units):
        zero = fmpz(0)
        return [[z if z > zero else zero for z in row] for row in columns], scale
    q = lcm(*(c.denominator for unit in op.units for piece in unit.pieces for c in piece))
    plans = []
    for unit in op.units:
        levels = [(t.numerator * scale, t.denominator) for t in unit.breakpoints]
        pieces = [(int(slope * q), int(constant * q) * scale) for slope, constant in unit.pieces]
        plans.append((levels, pieces))
    made = []
    for t, values in zip(heights, columns, strict=True):
        new = []
        for z, (levels, pieces) in zip(values, plans, strict=True):
            piece = 0
            for level, den in levels:
                piece += den * z > level * t
            slope, constant = pieces[piece]
            new.append(slope * z + constant * t if constant else slope * z)
        made.append(new)
    return made, scale * q


def constant_columns(constants: Sequence[Fraction], heights: Sequence[Any]) -> Block:
    """A block with the same values at every vertex."""
    scale = lcm(*(c.denominator for c in constants))
    integers = [int(c * scale) for c in constants]
    return [[c * t for c in integers] for t in heights], scale


def block_columns(
    program: Program, block: int, heads: Columns, forced: Mapping[int, Sequence[Fraction]]
) -> Block:
    """One block from the vertices alone; `forced` gives the constants of piecewise constant operations."""
    known: dict[int, Block] = {0: ([row[1:] for row in heads], 1)}
    heights = [row[0] for row in heads]

    def make(number: int) -> Block:
        if number not in known:
            op = program.operations[number - 1]
            if number - 1 in forced:
                known[number] = constant_columns(forced[number - 1], heights)
            elif isinstance(op, Affine):
                known[number] = affine_columns(op, heights, [make(s) for s in op.sources])
            else:
                known[number] = mapped_columns(op, heights, make(op.source))
        return known[number]

    return make(block)
