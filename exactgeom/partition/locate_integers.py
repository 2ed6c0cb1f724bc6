"""Exact signs of a program at many points whose coordinates are multiples of a power of two (grids).

Values are integers over one scale per block, held in doubles; a row counts only while everything in it stays
below 2^53, where sums and products of integers are exact in any order.  The others go the slow exact way.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps
from exactgeom.polyhedra.arrays import AnyArray

_MOST = float(2**53) * (1 - 2.0**-20)  # the bounds themselves are computed in doubles
_BITS = 24  # coordinates may be multiples of 2^-24

Block = tuple[AnyArray, int]
"""Integers in doubles, and the scale they are over."""


class TooLarge(Exception):
    """Some number of the program is too large for this route (internal)."""


def integer_signs(program: Program, x: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """(rows for which this route is exact, where their signs are +, where they are -)."""
    positive = np.zeros((len(x), program.sign_count), dtype=bool)
    negative = np.zeros_like(positive)
    with np.errstate(all="ignore"):
        bits = next((b for b in (0, 8, 16) if _is_whole(x * 2.0**b).all()), _BITS)
        whole = x * 2.0**bits
        good: AnyArray = np.logical_and.reduce(_is_whole(whole) & (np.abs(whole) <= _MOST), axis=1)
        try:
            _run(program, (whole, 2**bits), good, positive, negative)
        except TooLarge:
            good[:] = False
    return good, positive, negative


def _is_whole(x: AnyArray) -> AnyArray:
    flags: AnyArray = np.rint(x) == x
    return flags


def _run(program: Program, start: Block, good: AnyArray, positive: AnyArray, negative: AnyArray) -> None:
    blocks, at = [start], 0
    for op, count in zip(program.operations, program.sign_counts, strict=True):
        own = slice(at, at + count)
        at += count
        if isinstance(op, Affine):
            blocks.append(_affine(op, [blocks[s] for s in op.sources], good))
        elif isinstance(op, Largest):
            blocks.append(_largest(op, blocks[op.source], negative[:, own]))
        else:
            blocks.append(_units(op, blocks[op.source], good, positive[:, own], negative[:, own]))


def _double(number: int) -> float:
    if abs(number) > _MOST:
        raise TooLarge
    return float(number)


def _scaled(values: AnyArray, factor: int, good: AnyArray) -> AnyArray:
    made: AnyArray = values * _double(factor)
    good &= (np.abs(made) <= _MOST).all(axis=1)
    return made


def _affine(op: Affine, sources: list[Block], good: AnyArray) -> Block:
    scale = lcm(*(own for _, own in sources))
    h = np.concatenate([_scaled(z, scale // own, good) for z, own in sources], axis=1)
    weight = np.array([[_double(w) for w in row] for row in op.weight]).reshape(op.size, h.shape[1]).T
    bias = np.array([_double(b * scale) for b in op.bias])
    good &= (np.abs(h) @ np.abs(weight) + np.abs(bias) <= _MOST).all(axis=1)
    return h @ weight + bias, scale * op.denominator


def _largest(op: Largest, block: Block, negative: AnyArray) -> Block:
    z, scale = block
    at, tops = 0, []
    for group in op.groups:
        own = z[:, list(group)]
        tops.append(own.max(axis=1))
        negative[:, at : at + len(group)] = own < tops[-1][:, None]
        at += len(group)
    return np.stack(tops, axis=1), scale


def _units(op: Pieces | Steps, block: Block, good: AnyArray, positive: AnyArray, negative: AnyArray) -> Block:
    z, scale = block
    kinds: dict[Any, tuple[list[int], list[int]]] = {}
    at = 0
    units: tuple[Any, ...] = op.units
    for j, unit in enumerate(units):
        columns, starts = kinds.setdefault(unit, ([], []))
        columns.append(j)
        starts.append(at)
        at += len(unit.breakpoints)
    over = lcm(*(q.denominator for unit in kinds for q in _numbers(unit)))
    made = np.empty_like(z)
    for unit, (columns, starts) in kinds.items():
        own, places = z[:, columns], np.array(starts)
        signs = []
        for k, t in enumerate(unit.breakpoints):
            gap = _scaled(own, t.denominator, good) - _double(t.numerator * scale)
            positive[:, places + k], negative[:, places + k] = gap > 0, gap < 0
            signs.append(np.sign(gap))
        made[:, columns] = _values(op, unit, own, signs, over, scale, good)
    return made, scale * over


def _numbers(unit: Any) -> list[Fraction]:
    return (
        [q for piece in unit.pieces for q in piece]
        if hasattr(unit, "pieces")
        else [*unit.constants, *unit.at]
    )


def _values(
    op: Pieces | Steps, unit: Any, own: AnyArray, signs: list[AnyArray], over: int, scale: int, good: AnyArray
) -> AnyArray:
    """The unit's values over ``scale * over``."""
    rank = sum(((s > 0).astype(np.int64) for s in signs), np.zeros(own.shape, dtype=np.int64))
    if isinstance(op, Steps):
        made = np.array([_double(int(c * over) * scale) for c in unit.constants])[rank]
        for sign, value in zip(signs, unit.at, strict=True):
            made[sign == 0] = _double(int(value * over) * scale)
        return made
    slopes, constants = (
        np.array([_double(int(piece[k] * over) * (scale if k else 1)) for piece in unit.pieces])
        for k in (0, 1)
    )
    slope, constant = slopes[rank], constants[rank]
    good &= (np.abs(slope * own) + np.abs(constant) <= _MOST).all(axis=1)
    result: AnyArray = slope * own + constant
    return result
