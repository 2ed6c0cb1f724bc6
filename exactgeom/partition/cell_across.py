"""The cells across a facet: for a continuous model one, found without any linear program."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Optimal
from exactgeom.models.program import Largest
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.cell_germs import Column, Function, Options, RayGerm, column, value
from exactgeom.partition.cell_signs import completions
from exactgeom.partition.jumps import has_inner_jump
from exactgeom.partition.lowering import program_of

if TYPE_CHECKING:
    from exactgeom.partition.cell_facets import LocalFacet

_FLIP = {"+": "-", "-": "+"}


def across(facet: LocalFacet) -> tuple[str, ...]:
    """Return the sign strings of the cells across a facet."""
    cell = facet.cell
    if facet.on_domain:
        return ()
    if isinstance(cell.model, DecisionTree | TreeEnsemble) or has_inner_jump(program_of(cell.model)):
        return tuple(sorted(completions(cell.model, FacetGerm.of(facet))))
    flipped = _flipped(facet)
    if flipped is not None:
        return (flipped,)
    normal = [int(c) for c in facet.normal]
    return tuple(completions(cell.model, RayGerm(column(facet.point), normal)))


def _flipped(facet: LocalFacet) -> str | None:
    """Return the signs with the facet's one breakpoint flipped; None where more may change.

    Every function that is not 0 on all of the facet keeps its sign.  Those that are: the facet's own rows,
    and functions that are 0 on the whole cell; these may be anything across.
    """
    signs, program = facet.cell.signs, program_of(facet.cell.model)
    if len(facet.rows) > 1 or "0" in signs or any(isinstance(op, Largest) for op in program.operations):
        return None
    (i,) = facet.rows
    return f"{signs[:i]}{_FLIP[signs[i]]}{signs[i + 1 :]}"


class FacetGerm:
    """Just beyond a part of a facet: `rows` (integers a, b: ``a·x ≤ b``) cut it out of the facet's plane.

    `inner` is a point of the plane strictly inside all rows; `normal` points to the far side.
    """

    def __init__(
        self,
        normal: tuple[int, ...],
        inner: Column,
        offset: int,
        rows: tuple[tuple[tuple[int, ...], int], ...],
    ) -> None:
        self._normal, self._inner, self._offset, self._rows = normal, inner, offset, rows

    @classmethod
    def of(cls, facet: LocalFacet) -> FacetGerm:
        """Return the germ of a whole facet."""
        listed = [f.cell.rows.integers(f.number) for f in facet.cell.facets if f.number != facet.number]
        *normal, offset = facet.cell.rows.integers(facet.number)
        return cls(tuple(normal), column(facet.point), offset, tuple((row[:-1], row[-1]) for row in listed))

    def sides(self, function: Function) -> Options:
        """Return the signs of a function on parts of the facet of full dimension, just beyond it."""
        normal = tuple(int(c) for c in function[0])
        multiple = self._multiple(normal, function[1])
        if multiple is not None:
            return [("+" if multiple > 0 else "-" if multiple < 0 else "0", self)]
        return sorted(self._cut(normal, function[1]), key=lambda pair: pair[0] == "+")

    def _multiple(self, a: tuple[int, ...], c: int) -> int | None:
        """Return the sign of the function's multiple of ``normal·x − offset``; None if it is none."""
        k = next(i for i, n in enumerate(self._normal) if n)
        num, den = a[k], self._normal[k]
        if (
            all(x * den == num * n for x, n in zip(a, self._normal, strict=True))
            and c * den == -num * self._offset
        ):
            return (num > 0) - (num < 0) if den > 0 else (num < 0) - (num > 0)
        return None

    def _cut(self, a: tuple[int, ...], c: int) -> Iterator[tuple[str, Any]]:
        """Yield the sides with a part of full dimension: a point of the plane strictly inside tells it."""
        here = value((a, c), self._inner)
        for sign, side in (("-", -1), ("+", 1)):
            row = (tuple(-side * x for x in a), side * c)
            if here * side > 0:
                yield sign, FacetGerm(self._normal, self._inner, self._offset, (*self._rows, row))
                continue
            best = self._program().maximize([side * x for x in a])
            if isinstance(best, Optimal):
                if best.value + side * c <= 0:
                    continue
                target = column(best.x)
            else:
                target = _along(best, a, c, side)
            inner = self._between(a, c, side, target)
            yield sign, FacetGerm(self._normal, inner, self._offset, (*self._rows, row))

    def _program(self) -> LinearProgram:
        return LinearProgram(
            [a for a, _ in self._rows],
            [b for _, b in self._rows],
            equations=([self._normal], [self._offset]),
            dim=len(self._normal),
        )

    def _between(self, a: tuple[int, ...], c: int, side: int, target: Column) -> Column:
        """Return a point strictly inside, on this side: on the way from a target there to the inner point."""
        gain = Fraction(side * value((a, c), target), target.den)
        loss = Fraction(-side * value((a, c), self._inner), self._inner.den)
        share = gain / (gain + loss) / 2 if gain + loss else Fraction(1, 2)
        mixed = [
            Fraction(t, target.den) * (1 - share) + Fraction(i, self._inner.den) * share
            for t, i in zip(target.tops, self._inner.tops, strict=True)
        ]
        return column(mixed)


def _along(found: Any, a: tuple[int, ...], c: int, side: int) -> Column:
    """Return a point of an unbounded part where the function is beyond 0 on this side."""
    rate = side * sum((x * r for x, r in zip(a, found.ray, strict=True)), Fraction(0))
    start = side * (sum((x * p for x, p in zip(a, found.x, strict=True)), Fraction(0)) + c)
    steps = max(Fraction(1), (1 - start) / rate)
    return column([p + steps * r for p, r in zip(found.x, found.ray, strict=True)])
