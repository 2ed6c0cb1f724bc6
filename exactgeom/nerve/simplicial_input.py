"""Reading what a simplicial complex is made from: simplices, points, lengths, documents."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, exact
from exactgeom.exact.documents import array, fields
from exactgeom.polyhedra.arrays import IntArray

Simplex = tuple[Any, ...]


def simplices(source: Any, place: str = "maximal_simplices") -> list[Simplex]:
    """The simplices as tuples; empty ones are left out."""
    if not isinstance(source, Iterable) or isinstance(source, str):
        raise InvalidInput(f"expected simplices, got {type(source).__name__}", place)
    found: list[Simplex] = []
    for i, simplex in enumerate(source):
        if not isinstance(simplex, Iterable):
            raise InvalidInput(f"expected the vertices of a simplex, got {simplex!r}", f"{place}[{i}]")
        vertices = tuple(simplex)
        for v in vertices:
            if not isinstance(v, Hashable):
                raise InvalidInput(f"expected a hashable label, got {v!r}", f"{place}[{i}]")
        if len(set(vertices)) != len(vertices):
            raise InvalidInput(f"a vertex is repeated in {vertices!r}", f"{place}[{i}]")
        if vertices:
            found.append(vertices)
    return found


def degree(p: Any, place: str, top: int | None = None) -> None:
    """Refuse what is no whole number; with `top`, what is not a degree from 0 to `top`."""
    if type(p) is not int or (top is not None and not 0 <= p <= top):
        wanted = "a whole number" if top is None else f"a degree from 0 to {top}"
        wanted = "a complex with a vertex" if top == -1 else wanted
        raise InvalidInput(f"expected {wanted}, got {p!r}", place)


def ordered(labels: Iterable[Any], place: str = "maximal_simplices") -> tuple[Any, ...]:
    """The labels in ascending order."""
    try:
        found = tuple(sorted(labels))
        wrong = next((pair for pair in pairwise(found) if not pair[0] < pair[1]), None)
    except TypeError as error:
        raise InvalidInput(f"the vertex labels do not sort: {error}", place) from error
    if wrong is not None or any(
        isinstance(v, float) and isnan(v) for v in found
    ):  # sets and NaN have an order, but no total one
        shown = "NaN" if wrong is None else f"{wrong[0]!r} and {wrong[1]!r}"
        raise InvalidInput(f"the vertex labels do not sort: {shown}", place)
    return found


def tables(found: Sequence[Simplex], number: Mapping[Any, int]) -> list[IntArray]:
    """Per degree the simplices as ascending rows of vertex numbers."""
    top = max((len(simplex) for simplex in found), default=0)
    rows: list[list[list[int]]] = [[] for _ in range(top)]
    for simplex in found:
        rows[len(simplex) - 1].append(sorted(number[v] for v in simplex))
    return [np.array(part, dtype=np.int64).reshape(-1, p + 1) for p, part in enumerate(rows)]


def points(source: Any, vertices: Sequence[Any]) -> dict[Any, tuple[Fraction, ...]]:
    """The exact coordinates of every vertex."""
    if not isinstance(source, Mapping):
        if hasattr(source, "tolist"):
            source = source.tolist()
        if not isinstance(source, Sequence) or isinstance(source, str):
            raise InvalidInput("expected a mapping or a sequence of coordinates", "points")
        source = dict(enumerate(source))
    found: dict[Any, tuple[Fraction, ...]] = {}
    for v in vertices:
        if v not in source:
            raise InvalidInput(f"vertex {v!r} has no coordinates", "points")
        if not isinstance(source[v], Iterable) or isinstance(source[v], str):
            raise InvalidInput(f"expected coordinates, got {source[v]!r}", f"points[{v!r}]")
        found[v] = tuple(exact(c, f"points[{v!r}][{i}]") for i, c in enumerate(source[v]))
    if len({len(point) for point in found.values()}) > 1:
        raise InvalidInput("the points have different numbers of coordinates", "points")
    return found


def lengths(
    source: Mapping[Any, Any], edges: Mapping[tuple[int, ...], int], number: Mapping[Any, int]
) -> tuple[Fraction, ...]:
    """The squared lengths in the order of the edges."""
    found: list[Fraction | None] = [None] * len(edges)
    if not isinstance(source, Mapping):
        raise InvalidInput(f"expected a mapping from edges, got {type(source).__name__}", "squared_lengths")
    for edge, value in source.items():
        place = f"squared_lengths[{edge!r}]"
        if not isinstance(edge, Iterable):
            raise InvalidInput("expected two vertices", place)
        ends = tuple(sorted(number.get(v, -1) for v in edge))
        if ends not in edges:
            raise InvalidInput("there is no such edge", place)
        square = exact(value, place)
        if square <= 0:
            raise InvalidInput(f"expected a positive number, got {square}", place)
        if found[edges[ends]] not in (None, square):
            raise InvalidInput("the edge has two different lengths", place)
        found[edges[ends]] = square
    names = {i: v for v, i in number.items()}
    for (a, b), i in edges.items():
        if found[i] is None:
            raise InvalidInput(f"edge ({names[a]!r}, {names[b]!r}) has no length", "squared_lengths")
    return tuple(square for square in found if square is not None)


def document(source: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """(simplices, points, squared lengths) of an `exactgeom/simplicial-complex-1` document."""
    fields(source, "", ("schema", "maximal_simplices"), ("points", "squared_lengths"))
    found = [
        _labels(simplex, f"maximal_simplices[{i}]")
        for i, simplex in enumerate(array(source["maximal_simplices"], "maximal_simplices"))
    ]
    at = squares = None
    if "points" in source:
        pairs = [
            array(pair, f"points[{i}]", 2, "a vertex and its coordinates")
            for i, pair in enumerate(array(source["points"], "points"))
        ]
        at = {_labels([v], f"points[{i}]")[0]: array(x, f"points[{i}]") for i, (v, x) in enumerate(pairs)}
    if "squared_lengths" in source:
        rows = [
            array(row, f"squared_lengths[{i}]", 3, "two vertices and a number")
            for i, row in enumerate(array(source["squared_lengths"], "squared_lengths"))
        ]
        squares = {tuple(_labels([a, b], "squared_lengths")): q for a, b, q in rows}
    return found, at, squares


def _labels(source: Any, place: str) -> list[Any]:
    labels = list(array(source, place))
    for v in labels:
        if type(v) not in (int, str):
            raise InvalidInput(f"expected an integer or a string as a vertex, got {v!r}", place)
    return labels
