"""Strategies beside models: trees, sites, point sets, complexes, graphs, transport problems, forms, maps.

Each has one knob, `degeneracy`: ``"none"`` (general position as far as small rationals have it), ``"some"``
(default: ties, repetitions, empty parts now and then), ``"hostile"`` (nearly always, and gaps of 2⁻⁴⁰).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from exactgeom.curvature.graphs import LengthGraph
from exactgeom.exact import InvalidInput
from exactgeom.forms import Chart, DifferentialForm, Map
from exactgeom.models import DecisionTree, Sites
from exactgeom.models.tree_nodes import Leaf, Split
from exactgeom.nerve.simplicial import SimplicialComplex

__all__ = [
    "DEGENERACIES",
    "forms",
    "maps",
    "odds",
    "point_sets",
    "simplicial_complexes",
    "sites",
    "transport_problems",
    "trees",
    "weighted_graphs",
]

DEGENERACIES = ("none", "some", "hostile")
_GAP = Fraction(1, 2**40)
_Point = tuple[Fraction, ...]


def odds(degeneracy: str) -> SearchStrategy[bool]:
    """How often something is degenerate; shrinks to not. Errors: InvalidInput."""
    if degeneracy not in DEGENERACIES:
        raise InvalidInput(f"expected {', '.join(DEGENERACIES)}, got {degeneracy!r}", "degeneracy")
    yes = {"none": 0, "some": 1, "hostile": 3}[degeneracy]
    return st.sampled_from([False] * (4 - yes) + [True] * yes)


def _numbers(most: int = 12, parts: int = 5) -> SearchStrategy[Fraction]:
    return st.builds(Fraction, st.integers(-most, most), st.integers(1, parts))


@st.composite
def point_sets(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    sizes: Sequence[int] = (1, 2, 3, 4, 5, 6),
    distinct: bool = False,
    degeneracy: str = "some",
) -> list[_Point]:
    """Points of one space; degenerate: repeated (unless `distinct`), between two others, close to one.

    >>> from hypothesis import find
    >>> find(point_sets(dims=(1,)), lambda points: len(points) > len(set(points)))
    [(Fraction(0, 1),), (Fraction(0, 1),)]
    """
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from(sizes))
    found: list[_Point] = []
    for i in range(size):
        point = _point(draw, found, dim, degeneracy) if draw(odds(degeneracy)) and found else None
        if point is None:
            point = tuple(draw(st.lists(_numbers(), min_size=dim, max_size=dim)))
        if point in found and (distinct or degeneracy == "none"):
            point = (Fraction(13 + i), *point[1:])  # beyond all that is drawn
        found.append(point)
    return found


def _point(draw: DrawFn, found: list[_Point], dim: int, degeneracy: str) -> _Point:
    first, second = draw(st.sampled_from(found)), draw(st.sampled_from(found))
    kinds = ["repeat", "between"] + ["near"] * (degeneracy == "hostile")
    kind = draw(st.sampled_from(kinds))
    if kind == "near":
        axis = draw(st.integers(0, dim - 1))
        return tuple(x + (_GAP if i == axis else 0) for i, x in enumerate(first))
    if kind == "between":
        return tuple((x + y) / 2 for x, y in zip(first, second, strict=True))
    return first


@st.composite
def sites(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    sizes: Sequence[int] = (1, 2, 3, 4, 5),
    degeneracy: str = "some",
) -> Sites:
    """Distinct sites; degenerate: aligned, evenly spaced, 2⁻⁴⁰ apart."""
    return Sites(draw(point_sets(dims=dims, sizes=sizes, distinct=True, degeneracy=degeneracy)))


@st.composite
def trees(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    depths: Sequence[int] = (2, 1, 0, 3),
    degeneracy: str = "some",
) -> DecisionTree:
    """Decision trees; degenerate: thresholds used before (dead leaves, shared faces), or 2⁻⁴⁰ beside them."""
    dim, depth = draw(st.sampled_from(dims)), draw(st.sampled_from(depths))
    nodes: list[Any] = []
    used: list[tuple[int, Fraction]] = []

    def grow(level: int) -> int:
        at = len(nodes)
        nodes.append(Leaf((Fraction(at),)))
        if level:
            axis, cut = draw(st.integers(0, dim - 1)), draw(_numbers())
            if draw(odds(degeneracy)) and used:
                axis, cut = draw(st.sampled_from(used))
                cut += draw(
                    st.sampled_from([Fraction(0), _GAP, -_GAP] if degeneracy == "hostile" else [Fraction(0)])
                )
            used.append((axis, cut))
            left, right = grow(level - 1), grow(level - 1)
            nodes[at] = Split(axis, cut, left, right)
        return at

    grow(depth)
    return DecisionTree(nodes, input_dim=dim)


@st.composite
def simplicial_complexes(
    draw: DrawFn, *, vertices: int = 6, max_dim: int = 3, degeneracy: str = "some"
) -> SimplicialComplex:
    """Complexes on few vertices; degenerate: isolated vertices, several pieces, mixed dimensions."""
    top = min(max_dim, vertices - 1)
    size = draw(st.integers(1, top)) if top else 0
    found = []
    for _ in range(draw(st.integers(1, 6))):
        own = draw(st.integers(0, top)) if draw(odds(degeneracy)) else size
        found.append(tuple(sorted(draw(st.permutations(range(vertices)))[: own + 1])))
    if draw(odds(degeneracy)):
        found.append((vertices,))  # a piece of its own
    return SimplicialComplex(found)


@st.composite
def weighted_graphs(
    draw: DrawFn, *, sizes: Sequence[int] = (2, 3, 4, 5, 6), degeneracy: str = "some"
) -> LengthGraph:
    """Connected graphs with lengths; degenerate: equal lengths and detours, edges off shortest paths."""
    size = draw(st.sampled_from(sizes))
    edges = {(draw(st.integers(0, i - 1)), i) for i in range(1, size)}
    edges |= {edge for edge in combinations(range(size), 2) if draw(st.sampled_from([False, False, True]))}
    lengths = []
    for i in range(len(edges)):
        if draw(odds(degeneracy)):
            special = [Fraction(1), Fraction(2), Fraction(3)]
            near = [1 + _GAP, Fraction(64), _GAP] if degeneracy == "hostile" else []
            lengths.append(draw(st.sampled_from([*special, *near])))
        else:
            lengths.append(1 + Fraction(draw(st.integers(1, 40)), 97 + i))  # no edge is as long as two others
    return LengthGraph(range(size), sorted(edges), lengths)


@st.composite
def transport_problems(
    draw: DrawFn, *, sizes: Sequence[int] = (1, 2, 3, 4), degeneracy: str = "some"
) -> tuple[list[Fraction], list[Fraction], list[list[Fraction]]]:
    """(supply, demand, costs), both sums 1; degenerate: masses 0, equal partial sums, equal costs."""
    rows, columns = draw(st.sampled_from(sizes)), draw(st.sampled_from(sizes))
    tie = draw(odds(degeneracy))

    def masses(count: int) -> list[Fraction]:
        least = 0 if tie else 1
        parts = draw(st.lists(st.integers(least, 3 if tie else 50), min_size=count, max_size=count))
        parts[0] += not any(parts)
        found = [Fraction(part, sum(parts)) for part in parts]
        if tie and degeneracy == "hostile" and count > 1 and found[0] > _GAP:
            found[0], found[1] = found[0] - _GAP, found[1] + _GAP
        return found

    supply, demand = masses(rows), masses(columns)
    cost = st.integers(0, 2).map(Fraction) if tie else st.integers(0, 1000).map(lambda k: Fraction(k, 7))
    costs = [draw(st.lists(cost, min_size=columns, max_size=columns)) for _ in range(rows)]
    return supply, demand, costs


def _names(dim: int, letter: str) -> str:
    return " ".join(f"{letter}{i}" for i in range(dim))


def _polynomial(draw: DrawFn, chart: Chart, degeneracy: str) -> DifferentialForm:
    """A polynomial of low degree; degenerate: 0, or a constant."""
    total: DifferentialForm = DifferentialForm.function(chart, 0)
    if draw(odds(degeneracy)):
        return DifferentialForm.function(chart, draw(st.sampled_from([Fraction(0), Fraction(1)])))
    for _ in range(draw(st.integers(1, 3))):
        coefficient = draw(_numbers(5, 3).filter(bool))
        term = DifferentialForm.function(chart, coefficient + (_GAP if degeneracy == "hostile" else 0))
        for x in chart.functions():
            term = term * x ** draw(st.integers(0, 2))
        total = total + term
    return total


@st.composite
def forms(
    draw: DrawFn,
    *,
    dims: Sequence[int] = (1, 2, 3),
    degrees: Sequence[int] = (0, 1, 2, 3),
    degeneracy: str = "some",
) -> DifferentialForm:
    """Forms with polynomial coefficients, of degree at most the dimension; degenerate: 0, constant."""
    dim = draw(st.sampled_from(dims))
    degree = min(draw(st.sampled_from(degrees)), dim)
    chart = Chart(_names(dim, "x"))
    total = DifferentialForm(chart, degree, {})
    for index in combinations(range(dim), degree):
        term = _polynomial(draw, chart, degeneracy)
        for i in index:
            term = term ^ chart.functions()[i].d()
        total = total + term
    return total


@st.composite
def maps(
    draw: DrawFn,
    *,
    sources: Sequence[int] = (1, 2, 3),
    targets: Sequence[int] = (1, 2, 3),
    degeneracy: str = "some",
) -> Map:
    """Polynomial maps from ``y0 y1 …`` to ``x0 x1 …``; degenerate: constant components, equal components."""
    source = Chart(_names(draw(st.sampled_from(sources)), "y"))
    target = Chart(_names(draw(st.sampled_from(targets)), "x"))
    parts: list[Any] = []
    for _ in range(target.dim):
        repeat = draw(odds(degeneracy)) and parts
        parts.append(draw(st.sampled_from(parts)) if repeat else _polynomial(draw, source, degeneracy))
    return Map(source, target, parts)
