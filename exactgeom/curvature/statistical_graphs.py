"""Graphs of density-weighted lengths: exact, or two that bound enclosed lengths from below and above."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from exactgeom.curvature.graphs import LengthGraph
from exactgeom.curvature.lazy import Lazy
from exactgeom.curvature.lengths import EdgeLengths
from exactgeom.curvature.lengths_values import ends
from exactgeom.curvature.transport import Real
from exactgeom.exact import Surd

_COMMON_BITS = 8192
"""Rational lengths with a longer common denominator are not brought over it."""


class DataGraph(LengthGraph):
    """A graph with exact lengths whose denominators may be unrelated, as volumes of cells make them.

    Contract: as for `LengthGraph`. Over one common denominator every distance would be an integer of
    thousands of digits; here such lengths stay apart, and floats with an error bound decide most comparisons.
    """

    @cached_property
    def _measured(self) -> tuple[list[Any], Real]:
        if not any(isinstance(x, Surd) for x in self.lengths):
            common = 1
            for x in self.lengths:
                common = lcm(common, x.denominator)  # type: ignore[union-attr]
                if common.bit_length() > _COMMON_BITS:
                    return [Lazy.of(Surd(x)) for x in self.lengths], Fraction(1)
        plain: tuple[list[Any], Real] = LengthGraph._measured.func(self)  # type: ignore[attr-defined]
        return plain


def length_graphs(lengths: EdgeLengths) -> tuple[LengthGraph, LengthGraph]:
    """Return the graph of finite lengths twice: with lower and upper lengths where some are enclosures."""
    if lengths.is_exact:
        finite = lengths.finite
        graph = DataGraph(lengths.vertices, finite, finite.values())
        return graph, graph
    return bounding_graphs(lengths)


def bounding_graphs(lengths: EdgeLengths) -> tuple[LengthGraph, LengthGraph]:
    """Return graphs of rational lengths below and above the finite ones."""
    finite = lengths.finite
    held = [ends(value) for value in finite.values()]
    low, high = (DataGraph(lengths.vertices, finite, (pair[k] for pair in held)) for k in (0, 1))
    return low, high


def has_fourth_roots(lengths: EdgeLengths) -> bool:
    """Tell whether some finite length is a sum of fourth roots."""
    return any(isinstance(value, Surd) and value.order == 4 for value in lengths.finite.values())
