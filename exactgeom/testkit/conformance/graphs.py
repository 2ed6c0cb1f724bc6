"""Judges of curvatures of graphs and of transport."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.curvature.graphs import LengthGraph
from exactgeom.curvature.lin_lu_yau import lin_lu_yau as exact_lin_lu_yau
from exactgeom.curvature.ollivier import ollivier_ricci as exact_ollivier
from exactgeom.curvature.transport import transport
from exactgeom.exact import InvalidInput
from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.shapes import Sizes

AnyArray = np.ndarray[Any, Any]


def _sizes(arguments: Arguments) -> Sizes:
    return {"E": len(arguments["edges"])}


def _graph(arguments: Arguments) -> LengthGraph:
    edges = [tuple(edge) for edge in np.asarray(arguments["edges"]).reshape(-1, 2).tolist()]
    lengths = [Fraction(x) for x in np.asarray(arguments["lengths"], dtype=float).tolist()]
    try:
        return LengthGraph(range(int(arguments["nodes"])), edges, lengths)
    except InvalidInput as error:
        raise InvalidProblem(str(error)) from None


def _scale(arguments: Arguments) -> float:
    """Lengths of three edges and back, over the shortest: what W₁/d is computed with."""
    lengths = np.asarray(arguments["lengths"], dtype=float)
    return 1 + 4 * float(np.max(lengths, initial=1) / np.min(lengths, initial=1))


def _edges(arguments: Arguments, answer: AnyArray, exact: Any, sheet: Sheet, scale: float) -> None:
    edges = [tuple(edge) for edge in np.asarray(arguments["edges"]).reshape(-1, 2).tolist()]
    sheet.numbers(lambda i: f"edge {edges[i]}", answer, [exact[edge] for edge in edges], scale)


@judges("ollivier_ricci", _sizes)
def ollivier_ricci(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """`1 − W₁/d`, edge by edge."""
    exact = exact_ollivier(_graph(arguments), Fraction(float(arguments["idleness"])))
    _edges(arguments, answer, exact, sheet, _scale(arguments))


@judges("lin_lu_yau", _sizes)
def lin_lu_yau(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """The limit for idleness p → 1 of κ_p/(1 − p)."""
    scale = _scale(arguments) * max(8, int(arguments["nodes"]))  # quotients with 1 − p >= 1/(degree + 1)
    _edges(arguments, answer, exact_lin_lu_yau(_graph(arguments)), sheet, scale)


@judges("forman_ricci", _sizes)
def forman_ricci(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """`4 − deg u − deg v`."""
    edges = np.asarray(arguments["edges"]).reshape(-1, 2)
    degree = np.bincount(edges.ravel(), minlength=int(arguments["nodes"])).tolist()
    exact = {(u, v): Fraction(4 - degree[u] - degree[v]) for u, v in edges.tolist()}
    _edges(arguments, answer, exact, sheet, 4.0)


@judges("wasserstein", lambda arguments: {})
def wasserstein(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """The least cost of a plan between two measures of equal mass."""
    rows = [[Fraction(x) for x in row] for row in np.asarray(arguments["cost"], dtype=float).tolist()]
    source, target = (
        [Fraction(x) for x in np.asarray(arguments[key], dtype=float).tolist()]
        for key in ("source", "target")
    )
    if sum(source) != sum(target):
        raise InvalidProblem("the masses differ")
    cost = transport(source, target, rows).cost
    scale = float(max(abs(x) for row in rows for x in row)) * float(sum(source))
    sheet.numbers("cost", answer, [cost], scale)
