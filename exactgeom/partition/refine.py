"""Running a program for what its outputs are at the corners of its cells, jumps and infinity included.

A *corner* is a pair of a cell and one of its vertices.  Trees have no program: they are constant on
boxes, so the domain is cut into those first and the tree becomes a constant on each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from flint import fmpz, fmpz_poly

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models.program import Affine, Program, Steps
from exactgeom.models.tree import DecisionTree, Leaf
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.build import Budget, _Stop, _Watch
from exactgeom.partition.engine import Engine
from exactgeom.partition.joint import Joint
from exactgeom.partition.jumps import Forced, JumpEngine, _constants, has_inner_jump
from exactgeom.partition.lowering import program_of
from exactgeom.partition.values import Block, block_columns
from exactgeom.polyhedra.arrays import AnyArray
from exactgeom.polyhedra.complex import PolyhedralComplex
from exactgeom.polyhedra.lattice import Lattice, clip, row_list


@dataclass(frozen=True, eq=False)
class Refined:
    """A lattice cut by a program: the cut complex (on R^d a projective one), the signs of its cells.

    The complex may be a graph: its first `dim` coordinates are then the point.
    """

    cut: PolyhedralComplex
    signs: AnyArray
    program: Program
    lattice: Lattice
    budget: Budget | None = None

    @cached_property
    def space(self) -> PolyhedralComplex:
        """The complex of the points."""
        cut, n = self.cut, self.cut.dim
        if cut.ambient_dim == n:
            return cut
        rows = [row.truncate(n + 1) for row in cut.rows]
        return PolyhedralComplex(cut.boundaries, rows, n, history=cut.history)

    def signs_of(self, operation: int) -> AnyArray:
        """Signs of one operation, a row per cell."""
        start = sum(self.program.sign_counts[:operation])
        return self.signs[:, start : start + self.program.sign_counts[operation]]

    def corners(self, block: int) -> tuple[AnyArray, int]:
        """(values, scale): ``value * t * scale`` of a block at every corner, in integers.

        At a point at infinity (t = 0) the recession function's value.  Where the program jumps, a corner
        has the limit from inside its cell.
        """
        closure = self.cut.closure(self.cut.dim)
        if _is_continuous(self.program, block):
            columns, scale = self._at_vertices(block)
            return _table(columns, self.program.sizes[block])[closure.index], scale
        parts = []
        for cells, forced in self._classes:
            lengths, vertices = closure.take(cells)
            heads = [self._heads[v] for v in vertices.tolist()]
            parts.append((np.repeat(cells, lengths), block_columns(self.program, block, heads, forced)))
        scale = lcm(*(s for _, (_, s) in parts))
        values = np.empty((len(closure.index), self.program.sizes[block]), dtype=object)
        owners = closure.owners
        for cells, (columns, own) in parts:
            values[np.isin(owners, cells)] = _table(columns, values.shape[1]) * (scale // own)
        return values, scale

    def further(self, more: Callable[..., Program], *args: Any) -> Refined:
        """The cells cut further: `more(program, block, *args)` adds to a program with this output block.

        Where the outputs are continuous they are known at the vertices: their graph, a complex in the space
        of inputs and outputs, is cut by the added operations alone.  Else all is cut anew.
        """
        block = self.program.output
        assert block is not None
        if not _is_continuous(self.program, block):
            return refine(self.lattice, more(self.program, block, *args), self.budget)
        n, size = self.cut.ambient_dim, self.program.sizes[block]
        columns, scale = self._at_vertices(block)
        rows = [fmpz_poly([*head, *row]) for head, row in zip(self._heads, columns, strict=True)]
        tail = tuple(tuple(int(j == n + i) for j in range(n + size)) for i in range(size))
        graph = Program(n + size, (Affine((0,), tail, (0,) * size, scale),), 1)
        return refine(Lattice(self.cut.boundaries, tuple(rows)), more(graph, 1, *args), self.budget)

    def _at_vertices(self, block: int) -> Block:
        """A block that is continuous, at the vertices (kept)."""
        if block not in self._known:
            self._known[block] = block_columns(self.program, block, self._heads, {})
        return self._known[block]

    @cached_property
    def _known(self) -> dict[int, Block]:
        return {}

    @cached_property
    def _heads(self) -> list[list[Any]]:
        return self.cut.coordinates

    @property
    def _classes(self) -> Iterator[tuple[Any, Forced]]:
        """(cells, ascending; their constants) for every combination of constants of the steps."""
        steps = [(i, op) for i, op in enumerate(self.program.operations) if isinstance(op, Steps)]
        table = np.concatenate([self.signs_of(i) for i, _ in steps], axis=1)
        patterns, inverse = np.unique(table, axis=0, return_inverse=True)
        for number, pattern in enumerate(patterns.tolist()):
            forced, at = {}, 0
            for i, op in steps:
                count = self.program.sign_counts[i]
                forced[i] = tuple(_constants(op.units, pattern[at : at + count]))
                at += count
            yield np.flatnonzero(inverse.ravel() == number), forced


def refine(lattice: Lattice, program: Program, budget: Budget | None = None) -> Refined:
    """Cut a lattice by a program (BudgetExceeded, with nothing to show, when the budget runs out)."""
    watch = None if budget is None else _Watch(program.cut_count, budget, None, whole=False)
    engine = (JumpEngine if has_inner_jump(program) else Engine)(program, lattice, watch)
    try:
        engine.run()
    except _Stop:
        raise BudgetExceeded(
            f"the budget ran out after {engine.cuts_done} of {program.cut_count} cuts, "
            f"at {engine.cell_count} cells"
        ) from None
    return Refined(engine.complex(), engine.signs(engine.slicer.dim), program, lattice, budget)


def _is_continuous(program: Program, block: int) -> bool:
    return not any(isinstance(op, Steps) for op in program.operations[:block])


def _table(columns: list[list[Any]], width: int) -> AnyArray:
    made = np.empty((len(columns), width), dtype=object)
    for i, row in enumerate(columns):
        made[i] = [fmpz(entry) for entry in row]
    return made


# -- trees ---------------------------------------------------------------------------------------------


def programs_on(lattice: Lattice, model: Any) -> Iterator[tuple[Lattice, Program]]:
    """The model as programs, each on its part of the lattice: one on all of it, or one per leaf of a tree."""
    if isinstance(model, DecisionTree | TreeEnsemble):
        yield from _leaf_constants(lattice, model.folded())
    else:
        yield lattice, program_of(model)


def has_jumps(model: Any) -> bool:
    """True when the model is made with piecewise constant parts, so that it may be discontinuous."""
    if isinstance(model, Joint):
        return has_jumps(model.first) or has_jumps(model.second)
    if isinstance(model, DecisionTree | TreeEnsemble):
        return True
    return any(isinstance(op, Steps) for op in program_of(model).operations)


def _leaf_constants(lattice: Lattice, model: Any) -> Iterator[tuple[Lattice, Program]]:
    """The boxes of the leaves (of every combination of leaves, one of each tree), with the value there."""
    stack: list[tuple[Lattice, tuple[int, ...], int]] = [(lattice, (), 0)]
    while stack:
        part, leaves, i = stack.pop()
        node = model.trees[len(leaves)].nodes[i]
        if not isinstance(node, Leaf):
            for child, side in ((node.right, 1), (node.left, -1)):
                clipped = _half(part, node.feature, node.threshold, side)
                if clipped.dim == lattice.dim:
                    stack.append((clipped, leaves, child))
        elif len(leaves) + 1 < len(model.trees):
            stack.append((part, (*leaves, i), 0))
        else:
            value = model.value((*leaves, i)) if isinstance(model, TreeEnsemble) else node.value
            yield part, _constant(model.input_dim, value)


def _half(lattice: Lattice, feature: int, threshold: Fraction, side: int) -> Lattice:
    """The part where ``side * (x[feature] - threshold) >= 0``."""
    values = []
    for row in lattice.rows:
        t, *x = row_list(row, feature + 2)
        values.append(side * (threshold.denominator * x[feature] - threshold.numerator * t))
    return clip(lattice, len(lattice.boundaries), values)


def _constant(dim: int, value: tuple[Fraction, ...]) -> Program:
    scale = lcm(*(c.denominator for c in value))
    bias = tuple(int(c * scale) for c in value)
    return Program(dim, (Affine((0,), ((0,) * dim,) * len(bias), bias, scale),), 1)


def check_inputs(model_a: Any, model_b: Any) -> int:
    """The number of inputs both models share (InvalidInput otherwise)."""
    sizes = []
    for model, place in ((model_a, "model_a"), (model_b, "model_b")):
        if isinstance(model, DecisionTree | TreeEnsemble):
            sizes.append(model.input_dim)
            continue
        try:
            sizes.append(program_of(model).input_dim)
        except InvalidInput as error:
            raise InvalidInput(error.message, place=place) from None
    if sizes[0] != sizes[1]:
        raise InvalidInput(f"expected {sizes[0]} inputs as the other model has, got {sizes[1]}", "model_b")
    return sizes[0]
