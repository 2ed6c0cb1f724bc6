"""The sign strings of the full-dimensional cells around a germ, layer by layer.

What a later function is depends on the signs of the earlier ones, and not every choice of signs at a tie is a
cell: so the choices are made in the program's order, each on a full-dimensional part of the germ.
Order: the lower piece first, of tied maxima the smallest index; in trees the leaf that owns the point.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from exactgeom.models.program import Largest, StepUnit, Unit
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.models.tree_nodes import Split
from exactgeom.partition.cell_germs import Function
from exactgeom.partition.lowering import program_of
from exactgeom.partition.traces_blocks import Blocks, Wiring

State = tuple[str, Any]
"""Signs so far, and the part of the germ where they hold."""


def completions(model: Any, germ: Any) -> Iterator[str]:
    """Yield the sign strings of the cells around a germ, the preferred one first."""
    if isinstance(model, DecisionTree | TreeEnsemble):
        return _tree_strings(model, germ)
    return _program_strings(Wiring(program_of(model)), germ)


# -- programs --------------------------------------------------------------------------------------


def _program_strings(wiring: Wiring, germ: Any) -> Iterator[str]:
    walk, stack = _Walk(wiring), [("", germ)]
    while stack:
        signs, here = stack.pop()
        while len(signs) < wiring.program.sign_count:
            (first, here), *others = walk.next(signs, here)
            stack.extend((signs + more, part) for more, part in reversed(others))
            signs += first
        yield signs


class _Walk:
    """Steps through the functions of a program; keeps those of the operation it is in."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._known: tuple[str, list[Any]] | None = None

    def next(self, signs: str, germ: Any) -> list[State]:
        """Return the next signs, of a breakpoint or of a group of candidates, with their parts."""
        spans = self._wiring.spans
        i = next(k for k, (start, end) in enumerate(spans) if start <= len(signs) < end)
        start = spans[i][0]
        if self._known is None or self._known[0] != signs[:start]:
            self._known = signs[:start], list(cutting_functions(self._wiring, i, signs[:start]))
        functions = self._known[1]
        if not isinstance(self._wiring.program.operations[i], Largest):
            found: list[State] = germ.sides(functions[len(signs) - start])
            return found
        at = start
        for group in functions:
            if at == len(signs):
                return list(_winners(group, germ))
            at += len(group)
        raise AssertionError("unreachable: signs of maxima come group by group")


def cutting_functions(wiring: Wiring, i: int, prefix: str) -> Iterator[Any]:
    """Yield the functions that operation i cuts by, where the signs of the earlier ones are `prefix`.

    Per breakpoint t a multiple of z − t; of maxima per group the list of its candidates.
    """
    op: Any = wiring.program.operations[i]
    signs = prefix.ljust(wiring.program.sign_count, "0")
    *rows, last = ([int(c) for c in row] for row in Blocks(wiring, signs).table(op.source).tolist())
    if isinstance(op, Largest):
        for group in op.groups:
            yield [(rows[j][:-1], rows[j][-1]) for j in group]
        return
    units: tuple[Unit | StepUnit, ...] = op.units
    for row, unit in zip(rows, units, strict=True):
        for t in unit.breakpoints:
            p, q = t.numerator, t.denominator
            yield [q * c for c in row[:-1]], q * row[-1] - p * last[-1]


def _winners(group: list[Function], germ: Any) -> Iterator[State]:
    """Yield the signs of a group for each function that is largest somewhere, smallest index first."""
    tried: list[Function] = []
    for function in group:
        if function in tried:
            continue
        tried.append(function)
        part = germ
        for other in group:
            if other != function and part is not None:
                part = dict(part.sides(_difference(function, other))).get("+")
        if part is not None:
            yield "".join("0" if other == function else "-" for other in group), part


def _difference(f: Function, g: Function) -> Function:
    return [a - b for a, b in zip(f[0], g[0], strict=True)], f[1] - g[1]


# -- trees -----------------------------------------------------------------------------------------


def _tree_strings(model: DecisionTree | TreeEnsemble, germ: Any) -> Iterator[str]:
    starts = [(k, 0) for k in range(len(model.trees))]
    stack: list[tuple[int, int, dict[tuple[int, int], str], Any]] = [(0, 0, {}, germ)]
    order = [(k, i) for k, tree in enumerate(model.trees) for i in tree.splits]
    while stack:
        k, i, signs, here = stack.pop()
        while k < len(starts):
            node = model.trees[k].nodes[i]
            if not isinstance(node, Split):
                k, i = k + 1, 0
                continue
            (first, part), *others = _ordered(here.sides(_threshold(node, model.input_dim)), node)
            for sign, other in others:
                stack.append((k, node.left if sign == "-" else node.right, {**signs, (k, i): sign}, other))
            signs = {**signs, (k, i): first}
            here, i = part, node.left if first == "-" else node.right
        yield "".join(signs.get(place, ".") for place in order)


def _threshold(node: Split, dim: int) -> Function:
    t = node.threshold
    return [t.denominator * int(k == node.feature) for k in range(dim)], -t.numerator


def _ordered(options: list[State], node: Split) -> list[State]:
    """The side that owns the threshold first."""
    return options[::-1] if node.strict else options
