"""The halfspaces of one cell: a row per sign, each knowing its unit, then the rows of the domain.

Rows are numbered as in certificates: row i < `own` says what character i of the sign string says, and rows of
characters that say nothing (``0``, ``.``, the winner of a maximum) are zeros.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from exactgeom.exact import InvalidInput
from exactgeom.linalg.lp import LinearProgram
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.program import Largest
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.models.tree_nodes import Split
from exactgeom.partition.cell_domain import CellDomain
from exactgeom.partition.cell_signs import cutting_functions
from exactgeom.partition.lowering import program_of
from exactgeom.partition.traces_blocks import Blocks, Wiring, check_signs

Vector = tuple[Fraction, ...]
Key = tuple[int, ...]


class Row(NamedTuple):
    """The halfspace ``tops·x ≤ right`` over `scale`: integers, scale > 0."""

    tops: list[int]
    right: int
    scale: int


class CellRows:
    """All halfspaces of a cell, in the order of certificates."""

    def __init__(self, own: Sequence[Row], names: Sequence[str], domain: CellDomain) -> None:
        self._own, self._names, self.domain = tuple(own), tuple(names), domain

    @property
    def dim(self) -> int:
        """The dimension."""
        return self.domain.dim

    @property
    def own(self) -> int:
        """The number of rows that come from signs; those of the domain follow."""
        return len(self._own)

    def __len__(self) -> int:
        return len(self._own) + self.domain.size

    def halfspace(self, number: int) -> tuple[Vector, Fraction]:
        """Return `(a, b)` of row `number`, ``a·x ≤ b``, as the certificates have it."""
        if number >= self.own:
            return self.domain.halfspace(number - self.own)
        row = self._own[number]
        return tuple(Fraction(c, row.scale) for c in row.tops), Fraction(row.right, row.scale)

    def integers(self, number: int) -> Key:
        """Return the primitive integers `(a, b)` of a row; zeros for a row that says nothing."""
        entries, right = self._sparse(number)
        made = [0] * (self.dim + 1)
        for k, entry in entries:
            made[k] = entry
        made[-1] = right
        return tuple(made)

    def _sparse(self, number: int) -> tuple[tuple[tuple[int, int], ...], int]:
        """The primitive integers of a row: the entries that are not zero, with their places, and b."""
        inner = number - self.own - len(self.domain.rows)
        if inner >= 0:
            k, side, bound = self.domain.bounds[inner]
            return ((k, side * bound.denominator),), side * bound.numerator
        if number < self.own:
            entries, right = list(self._own[number].tops), self._own[number].right
        else:
            a, b = self.domain.rows[number - self.own]
            scale = math.lcm(b.denominator, *(c.denominator for c in a))
            entries, right = [int(c * scale) for c in a], int(b * scale)
        common = math.gcd(*entries, right) or 1
        return tuple((k, c // common) for k, c in enumerate(entries) if c), right // common

    def name(self, number: int) -> str:
        """Return the name of the unit, or of the inequality of the domain, a row comes from."""
        return self._names[number] if number < self.own else self.domain.name(number - self.own)

    @cached_property
    def program(self) -> LinearProgram:
        """The cell as a linear program: bounds of the domain are bounds, all else rows."""
        domain, table = self.domain, [self.halfspace(i) for i in range(self.own + len(self.domain.rows))]
        return LinearProgram(
            [a for a, _ in table],
            [b for _, b in table],
            lower=domain.low,
            upper=domain.high,
            dim=self.dim,
        )

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """For every row the rows that say the same, itself among them: positive multiples, b included."""
        found: dict[object, list[int]] = {}
        keys = [self._sparse(number) for number in range(len(self))]
        for number, key in enumerate(keys):
            found.setdefault(key, []).append(number)
        return tuple(tuple(found[key]) if key[0] else (number,) for number, key in enumerate(keys))


def rows_of(model: Any, signs: str, domain: CellDomain) -> CellRows:
    """Return the halfspaces of the cell with these signs. Errors: InvalidInput for impossible signs."""
    if isinstance(model, DecisionTree | TreeEnsemble):
        own = list(_tree_rows(model, signs))
    else:
        wiring = Wiring(program_of(model))
        check_signs(wiring.program, signs)
        own = list(
            _plane_rows(model, signs) if isinstance(model, Arrangement) else _program_rows(wiring, signs)
        )
    names = model.unit_names() if hasattr(model, "unit_names") else [f"signs[{i}]" for i in range(len(own))]
    return CellRows(own, names, domain)


def _program_rows(wiring: Wiring, signs: str) -> Iterator[Row]:
    blocks = Blocks(wiring, signs)
    for i, (op, (start, end)) in enumerate(zip(wiring.program.operations, wiring.spans, strict=True)):
        if start == end:
            continue
        own: Any = op
        scale = int(blocks.table(own.source)[wiring.program.sizes[own.source], wiring.program.input_dim])
        if isinstance(op, Largest):
            at = start
            for group in cutting_functions(wiring, i, signs[:start]):
                yield from _maximum_rows(group, signs[at : at + len(group)], scale)
                at += len(group)
            continue
        levels = [t for unit in own.units for t in unit.breakpoints]
        functions = cutting_functions(wiring, i, signs[:start])
        for (tops, offset), t, sign in zip(functions, levels, signs[start:end], strict=True):
            yield _signed(tops, offset, scale * t.denominator, sign)


def _plane_rows(model: Arrangement, signs: str) -> Iterator[Row]:
    """The rows of an arrangement, its hyperplanes as they were given: its program scales them."""
    for (normal, offset), sign in zip(model.hyperplanes, signs, strict=True):
        scale = math.lcm(offset.denominator, *(c.denominator for c in normal))
        yield _signed([int(c * scale) for c in normal], -int(offset * scale), scale, sign)


def _signed(tops: Sequence[int], offset: int, scale: int, sign: str) -> Row:
    """The halfspace where ``(tops·x + offset) / scale`` has this sign, or is 0."""
    if sign == "0":
        if any(tops) or offset:
            raise InvalidInput("0 stands only for a function that is 0 on the whole cell", place="signs")
        return Row([0] * len(tops), 0, 1)
    if not any(tops) and (offset > 0) - (offset < 0) != (1 if sign == "+" else -1):
        raise InvalidInput("no point has these signs", place="signs")
    side = -1 if sign == "+" else 1
    return Row([side * c for c in tops], -side * offset, scale)


def _maximum_rows(group: Sequence[Any], signs: str, scale: int) -> Iterator[Row]:
    if "0" not in signs or "+" in signs:
        raise InvalidInput("a maximum needs a candidate that attains it", place="signs")
    tops, offset = group[signs.index("0")]
    for (own, shift), sign in zip(group, signs, strict=True):
        difference = [c - t for c, t in zip(own, tops, strict=True)]
        yield _signed(difference, shift - offset, scale, sign)


def _tree_rows(model: DecisionTree | TreeEnsemble, signs: str) -> Iterator[Row]:
    places = [node for tree in model.trees for i in tree.splits for node in [tree.nodes[i]]]
    if len(signs) != len(places):
        raise InvalidInput(f"expected a string of {len(places)} signs", place="signs")
    at = 0
    for tree in model.trees:
        tree.leaf_at(signs[at : at + tree.sign_count])
        at += tree.sign_count
    for node, sign in zip(places, signs, strict=True):
        if sign == "." or not isinstance(node, Split):
            yield Row([0] * model.input_dim, 0, 1)
            continue
        t = node.threshold
        tops = [t.denominator * int(k == node.feature) for k in range(model.input_dim)]
        yield _signed(tops, -t.numerator, t.denominator, sign)
