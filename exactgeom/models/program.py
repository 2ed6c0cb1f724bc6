"""What a partitioning model computes, as a straight-line program over blocks of values.

Every model that can be sliced lowers to a `Program`; the partition floor knows nothing else.  Block 0 is
the input; operation i makes block i + 1 from earlier blocks.  Four kinds of operation suffice:

* `Affine`: exact affine map of the concatenation of some blocks (dense, convolution, average pooling,
  residual sum, concatenation);
* `Pieces`: a continuous piecewise-linear function of each coordinate (ReLU, leaky ReLU, clip, ...);
* `Largest`: the maximum of each group of coordinates (max-pooling, maxout, arg-max, nearest site);
* `Steps`: a piecewise constant function of each coordinate (threshold, sign), with jumps.

The *sign string* of a point lists, in the order of the operations: for `Pieces` and `Steps` one character
per breakpoint, increasing, unit by unit, the sign of z - breakpoint; for `Largest` one per candidate,
group by group, the sign of z_i - max (``0`` or ``-``).  `Affine` contributes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from exactgeom.exact import InvalidInput, exact_vector, fraction, to_fmpq

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Affine:
    """``z = (weight h + bias) / denominator`` with integers, h the concatenation of the source blocks."""

    sources: tuple[int, ...]
    weight: tuple[tuple[int, ...], ...]
    bias: tuple[int, ...]
    denominator: int = 1

    @property
    def size(self) -> int:
        """Number of values made."""
        return len(self.bias)


@dataclass(frozen=True, slots=True)
class Unit:
    """A continuous piecewise-linear function R -> R: on piece i it is ``slope z + constant``."""

    breakpoints: tuple[Fraction, ...]
    pieces: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True, slots=True)
class StepUnit:
    """A piecewise constant function: `constants[i]` between breakpoints, `at[i]` on breakpoint i."""

    breakpoints: tuple[Fraction, ...]
    constants: tuple[Fraction, ...]
    at: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """One `Unit` per coordinate of the source block."""

    source: int
    units: tuple[Unit, ...]

    @property
    def size(self) -> int:
        """Number of values made."""
        return len(self.units)


@dataclass(frozen=True, slots=True)
class Steps:
    """One `StepUnit` per coordinate of the source block (discontinuous)."""

    source: int
    units: tuple[StepUnit, ...]

    @property
    def size(self) -> int:
        """Number of values made."""
        return len(self.units)


@dataclass(frozen=True, slots=True)
class Largest:
    """The maximum over each group of coordinates of the source block (groups may overlap)."""

    source: int
    groups: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Number of values made."""
        return len(self.groups)


Operation = Affine | Pieces | Steps | Largest


@dataclass(frozen=True)
class Program:
    """Operations in order; `output` is the number of the block the model returns (None: no map).

    >>> relu = Unit((Fraction(0),), ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(0))))
    >>> program = Program(1, (Affine((0,), ((2,), (-1,)), (0, 1)), Pieces(1, (relu, relu))), 2)
    >>> program([3]), program.signs([3])
    ((Fraction(6, 1), Fraction(0, 1)), '+-')
    """

    input_dim: int
    operations: tuple[Operation, ...]
    output: int | None

    def __post_init__(self) -> None:
        sizes = [self.input_dim]
        for i, op in enumerate(self.operations):
            _check(op, sizes, f"operations[{i}]")
            sizes.append(op.size)
        if self.output is not None and not 0 <= self.output < len(sizes):
            raise InvalidInput(f"there is no block {self.output}", place="output")

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Number of values in each block, the input first."""
        return (self.input_dim, *(op.size for op in self.operations))

    @cached_property
    def sign_counts(self) -> tuple[int, ...]:
        """Number of characters each operation adds to the sign string."""
        return tuple(_sign_count(op) for op in self.operations)

    @property
    def sign_count(self) -> int:
        """Length of every sign string."""
        return sum(self.sign_counts)

    @property
    def cut_count(self) -> int:
        """Number of functions that cut: breakpoints, and candidates after the first of each group."""
        spared = sum(len(op.groups) for op in self.operations if isinstance(op, Largest))
        return self.sign_count - spared

    def blocks(self, x: Iterable[Any]) -> tuple[tuple[fmpq, ...], ...]:
        """The exact values of every block at a point (FLINT rationals; internal to the library)."""
        point = exact_vector(x, "x")
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place="x")
        values: list[tuple[fmpq, ...]] = [tuple(to_fmpq(c) for c in point)]
        for op in self.operations:
            values.append(tuple(_evaluate(op, values)))
        return tuple(values)

    def __call__(self, x: Iterable[Any]) -> Vector:
        """The model's outputs at a point, exactly."""
        if self.output is None:
            raise InvalidInput("this model has no map", place="model")
        return tuple(fraction(v) for v in self.blocks(x)[self.output])

    def signs(self, x: Iterable[Any]) -> str:
        """The sign string of a point."""
        values = self.blocks(x)
        return "".join(sign for op in self.operations for sign in _signs(op, values))

    def affine_map(self, signs: str) -> tuple[tuple[Vector, ...], Vector] | None:
        """(A, b) with model(x) = A x + b wherever the sign string is `signs`; None without a map.

        At a ``0`` of `Pieces` the lower piece is used, at a tie of `Largest` the first winner: on a
        full-dimensional cell either choice gives the same map.  At a ``0`` of `Steps` the value there.
        """
        if self.output is None:
            return None
        if len(signs) != self.sign_count:
            raise InvalidInput(f"expected {self.sign_count} signs, got {len(signs)}", place="signs")
        n = self.input_dim
        rows = [[fmpq(int(j == i)) for j in range(n)] + [fmpq(0)] for i in range(n)]
        blocks, at = [fmpq_mat(rows)], 0
        for op, count in zip(self.operations, self.sign_counts, strict=True):
            blocks.append(_mapped(op, blocks, signs[at : at + count], n))
            at += count
        table = blocks[self.output].tolist()
        return (
            tuple(tuple(fraction(c) for c in row[:n]) for row in table),
            tuple(fraction(row[n]) for row in table),
        )


def _check(op: Operation, sizes: Sequence[int], place: str) -> None:
    sources = op.sources if isinstance(op, Affine) else (op.source,)
    if any(not 0 <= s < len(sizes) for s in sources):
        raise InvalidInput("an operation may only read earlier blocks", place=place)
    width = sum(sizes[s] for s in sources)
    if isinstance(op, Affine):
        good = len(op.weight) == len(op.bias) and all(len(row) == width for row in op.weight)
        good = good and op.denominator > 0
    elif isinstance(op, Largest):
        good = all(group and all(0 <= i < width for i in group) for group in op.groups)
    else:
        good = len(op.units) == width
    if not good:
        raise InvalidInput(f"the operation does not fit its source of {width} values", place=place)


def _sign_count(op: Operation) -> int:
    if isinstance(op, Pieces | Steps):
        return sum(len(unit.breakpoints) for unit in op.units)
    return sum(map(len, op.groups)) if isinstance(op, Largest) else 0


def _evaluate(op: Operation, values: Sequence[Sequence[fmpq]]) -> Iterator[fmpq]:
    if isinstance(op, Affine):
        h = [v for s in op.sources for v in values[s]]
        for row, b in zip(op.weight, op.bias, strict=True):
            yield sum((w * v for w, v in zip(row, h, strict=True) if w), fmpq(b)) / op.denominator
    elif isinstance(op, Pieces):
        for unit, z in zip(op.units, values[op.source], strict=True):
            slope, constant = unit.pieces[sum(1 for t in unit.breakpoints if z > to_fmpq(t))]
            yield to_fmpq(slope) * z + to_fmpq(constant)
    elif isinstance(op, Steps):
        for step, z in zip(op.units, values[op.source], strict=True):
            yield to_fmpq(_step_value(step, z))
    else:
        for group in op.groups:
            yield max(values[op.source][i] for i in group)


def _step_value(step: StepUnit, z: fmpq) -> Fraction:
    for t, value in zip(step.breakpoints, step.at, strict=True):
        if z == to_fmpq(t):
            return value
    return step.constants[sum(1 for t in step.breakpoints if z > to_fmpq(t))]


def _signs(op: Operation, values: Sequence[Sequence[fmpq]]) -> Iterator[str]:
    if isinstance(op, Pieces | Steps):
        units: tuple[Unit | StepUnit, ...] = op.units
        for unit, z in zip(units, values[op.source], strict=True):
            for t in unit.breakpoints:
                level = to_fmpq(t)
                yield "+" if z > level else "-" if z < level else "0"
    elif isinstance(op, Largest):
        for group in op.groups:
            top = max(values[op.source][i] for i in group)
            yield from ("0" if values[op.source][i] == top else "-" for i in group)


def _mapped(op: Operation, blocks: Sequence[fmpq_mat], signs: str, n: int) -> fmpq_mat:
    """The op's block as rows [A | b] on the set with these signs."""
    if isinstance(op, Affine):
        stacked = [row for s in op.sources for row in blocks[s].tolist()]
        rows = [[fmpq(0)] * n + [fmpq(b)] for b in op.bias]
        if stacked:
            weight = fmpq_mat([[fmpq(w) for w in row] for row in op.weight])
            rows = (weight * fmpq_mat(stacked) + fmpq_mat(rows)).tolist()
        return fmpq_mat([[entry / op.denominator for entry in row] for row in rows])
    source = blocks[op.source].tolist()
    if isinstance(op, Largest):
        made, at = [], 0
        for group in op.groups:
            part = signs[at : at + len(group)]
            at += len(group)
            if "0" not in part:
                raise InvalidInput("a maximum needs a candidate that attains it", place="signs")
            made.append(source[group[part.index("0")]])
        return fmpq_mat(made)
    units: tuple[Unit | StepUnit, ...] = op.units
    made, at = [], 0
    for unit, row in zip(units, source, strict=True):
        own = signs[at : at + len(unit.breakpoints)]
        at, piece = at + len(own), own.count("+")
        if isinstance(unit, Unit):
            slope, constant = (to_fmpq(q) for q in unit.pieces[piece])
            made.append([slope * entry for entry in row[:n]] + [slope * row[n] + constant])
        else:
            value = unit.at[own.index("0")] if "0" in own else unit.constants[piece]
            made.append([fmpq(0)] * n + [to_fmpq(value)])
    return fmpq_mat(made)
