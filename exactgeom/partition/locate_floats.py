"""Signs of a program at many points in double arithmetic, with a rigorous bound on every error.

Each block of values is a pair of arrays: doubles and radii, ``|value - double| <= radius``.  A sign counts
only where the double is beyond the radius; everything else stays open, for the exact route.  Overflow makes
a radius infinite or NaN, and no comparison with either is true.
Bound: conventional matrix products err by at most gamma_n |W| |h| in any order of summation (N. J. Higham,
"Accuracy and Stability of Numerical Algorithms", section 3.5); underflow is covered by an absolute term.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.partition.points import is_double, to_double
from exactgeom.polyhedra.arrays import AnyArray

Block = tuple[AnyArray, AnyArray]

_UNIT = 2.0**-53
_SLACK = 1 + 32 * _UNIT  # covers the few roundings in the sum of two radii
_TINY = 2.0**-960  # far above what underflow can lose, flushed to zero or not


class FloatProgram:
    """A program compiled to doubles.

    `signs(x, r)` gives two Boolean tables: where a sign is certainly +, where it is certainly -.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._compiled = [_compile(op) for op in program.operations]
        self.width = max((*program.sizes, program.sign_count, 1))

    def signs(self, x: AnyArray, radii: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Certain signs of points within `radii` of the doubles `x`, a row per point."""
        positive = np.zeros((len(x), self.program.sign_count), dtype=bool)
        negative = np.zeros_like(positive)
        blocks: list[Block] = [(x, radii)]
        at = 0
        with np.errstate(all="ignore"):
            for op, made, count in zip(
                self.program.operations, self._compiled, self.program.sign_counts, strict=True
            ):
                own = slice(at, at + count)
                at += count
                if isinstance(op, Affine):
                    blocks.append(_affine(made, [blocks[s] for s in op.sources]))
                elif isinstance(op, Largest):
                    blocks.append(_largest(op, blocks[op.source], negative[:, own]))
                else:
                    z, r = blocks[op.source]
                    needed = len(blocks) < len(self._compiled)  # nothing reads what the last operation makes
                    blocks.append(_pieces(made, z, r, positive[:, own], negative[:, own], needed))
        return positive, negative

    def __reduce__(self) -> tuple[Any, ...]:
        return FloatProgram, (self.program,)


def _compile(op: Any) -> Any:
    if isinstance(op, Affine):
        return affine_floats(op.weight, op.bias, op.denominator)
    return _Kinds(op.units) if isinstance(op, Pieces | Steps) else None


# -- affine maps -----------------------------------------------------------------------------------


def affine_floats(
    weight: Sequence[Sequence[int]], bias: Sequence[int], denominator: int
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """(weight^T, |weight|^T, bias) over the denominator, as nearest doubles."""
    width = len(weight[0]) if weight else 0
    table = [[_quotient(w, denominator) for w in row] for row in weight]
    w = np.array(table, dtype=np.float64).reshape(len(bias), width).T.copy()
    return w, np.abs(w), np.array([_quotient(b, denominator) for b in bias], dtype=np.float64)


def _quotient(top: int, bottom: int) -> float:
    try:
        return top / bottom  # Python rounds the quotient of two integers correctly
    except OverflowError:
        return float("inf")


def _affine(made: tuple[AnyArray, AnyArray, AnyArray], sources: Sequence[Block]) -> Block:
    """The image of the joined blocks under the map."""
    h = sources[0][0] if len(sources) == 1 else np.concatenate([z for z, _ in sources], axis=1)
    r = sources[0][1] if len(sources) == 1 else np.concatenate([e for _, e in sources], axis=1)
    return affine_block(made, h, r)


def affine_block(made: tuple[AnyArray, AnyArray, AnyArray], h: AnyArray, r: AnyArray) -> Block:
    """The image of a block under an affine map, with the radius of every value."""
    weight, size, bias = made
    gamma = 8 * (len(weight) + 8) * _UNIT
    z = h @ weight + bias
    absolute = np.abs(h)
    spread = (r * (1 + gamma) + gamma * absolute) @ size + gamma * np.abs(bias)
    lost = 1 + (absolute + r).sum(axis=1, keepdims=True) + size.sum(axis=0)
    return _checked(z, spread + _TINY * lost)


def _checked(z: AnyArray, r: AnyArray) -> Block:
    """A value that is not finite is not known."""
    bad = ~np.isfinite(z)
    if bad.any():
        r[bad] = np.inf
    return z, r


# -- units -----------------------------------------------------------------------------------------


class _Kinds:
    """The units of an operation by kind: columns, first sign columns, and the kind in doubles."""

    def __init__(self, units: Sequence[Unit | StepUnit]) -> None:
        found: dict[Unit | StepUnit, tuple[list[int], list[int]]] = {}
        at = 0
        for j, unit in enumerate(units):
            columns, starts = found.setdefault(unit, ([], []))
            columns.append(j)
            starts.append(at)
            at += len(unit.breakpoints)
        self.kinds = [
            (np.array(columns), np.array(starts), _Kind(unit)) for unit, (columns, starts) in found.items()
        ]


class _Kind:
    """One kind of unit in doubles: breakpoints with their errors, slopes, constants."""

    def __init__(self, unit: Unit | StepUnit) -> None:
        self.edges = [_rounded(t) for t in unit.breakpoints]
        if isinstance(unit, Unit):
            slopes, constants = ([to_double(piece[k]) for piece in unit.pieces] for k in (0, 1))
            self.jump = 0.0
        else:
            slopes, constants = [0.0] * len(unit.constants), [to_double(c) for c in unit.constants]
            values = [*unit.constants, *unit.at]
            self.jump = to_double(max(values) - min(values)) * _SLACK
        self.slopes, self.constants = np.array(slopes), np.array(constants)
        self.steepest = float(np.abs(self.slopes).max()) * _SLACK
        wobble = sum(error for _, error in self.edges)
        largest = float(np.abs(self.constants).max())
        self.rounding = 8 * _UNIT * largest + 2 * self.steepest * wobble * _SLACK + _TINY


def _rounded(t: Fraction) -> tuple[float, float]:
    """The nearest double and a bound on its distance."""
    near = to_double(t)
    return near, 0.0 if is_double(t, near) else abs(near) * 2 * _UNIT + _TINY


def _pieces(
    made: _Kinds, z: AnyArray, r: AnyArray, positive: AnyArray, negative: AnyArray, needed: bool
) -> Block:
    """The image of a block under its units; the certain signs are written into the two tables."""
    if len(made.kinds) == 1:
        return _kind(made.kinds[0], z, r, positive, negative, needed)
    values, radii = np.empty_like(z), np.empty_like(z)
    for part in made.kinds:
        columns = part[0]
        own = _kind(part, z[:, columns], r[:, columns], positive, negative, needed)
        values[:, columns], radii[:, columns] = own
    return values, radii


def _kind(
    part: tuple[AnyArray, AnyArray, _Kind],
    z: AnyArray,
    r: AnyArray,
    positive: AnyArray,
    negative: AnyArray,
    needed: bool,
) -> Block:
    """The image of some columns under one kind of unit."""
    _, starts, kind = part
    certain: Any = True
    values = kind.slopes[0] * z + kind.constants[0]
    for k, (edge, error) in enumerate(kind.edges):
        gap = z - edge
        width = (r + error) * _SLACK
        above, below = gap > width, gap < -width
        positive[:, starts + k], negative[:, starts + k] = above, below
        if needed:
            certain = certain & (above | below)
            values = np.where(gap > 0, kind.slopes[k + 1] * z + kind.constants[k + 1], values)
    if not needed:
        return z, r
    # On the wrong piece, or at the wrong value within the radius, a unit errs by its steepest slope at most.
    radii = r * (kind.steepest * _SLACK + _TINY)
    radii += np.abs(z) * (8 * _UNIT * kind.steepest + _TINY) + kind.rounding
    if kind.jump:
        radii += np.where(certain, 0.0, kind.jump)
    return _checked(values, radii * _SLACK)


def _largest(op: Largest, block: Block, negative: AnyArray) -> Block:
    """The maximum of each group; certain losers are written into the table."""
    z, r = block
    values, radii = np.empty((len(z), len(op.groups))), np.empty((len(z), len(op.groups)))
    rows, at = np.arange(len(z)), 0
    for g, group in enumerate(op.groups):
        own, own_r = z[:, list(group)], r[:, list(group)]
        best = np.argmax(own - own_r, axis=1) if len(z) else rows
        gap = own[rows, best][:, None] - own
        negative[:, at : at + len(group)] = gap > (own_r[rows, best][:, None] + own_r) * _SLACK
        at += len(group)
        values[:, g], radii[:, g] = own.max(axis=1), own_r.max(axis=1)
    return _checked(values, radii)
