"""What a face lattice says about the cells of a partition, in the words of single cells; models, domains."""

from __future__ import annotations

from fractions import Fraction as F
from math import gcd, lcm
from typing import Any

from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.tree import DecisionTree, Leaf, Split

Plane = tuple[int, ...]


def primitive(row: Any) -> Plane:
    scale = lcm(*(F(c).denominator for c in row))
    integers = [int(c * scale) for c in row]
    return tuple(c // gcd(*integers) for c in integers)


def plane_of(partition: Any, cell: Any, facet: Any) -> Plane:
    """Primitive integers (a, b): a·x = b on the facet, a·x <= b on the cell."""
    normal = partition.complex.measures.outward_normal(cell.id, facet.id)
    return primitive([*normal, sum((a * x for a, x in zip(normal, facet.vertices[0], strict=True)), F(0))])


def planes_across(partition: Any, cell: Any) -> dict[Plane, list[str]]:
    """The planes of a cell's facets, each with the signs of the cells across, in order."""
    found: dict[Plane, set[str]] = {}
    for facet in cell.facets:
        others = {other.signs for other in facet.cells if other.id != cell.id}
        found.setdefault(plane_of(partition, cell, facet), set()).update(others)
    return {plane: sorted(signs) for plane, signs in found.items()}


def local_planes(cell: Any) -> dict[Plane, list[str]]:
    """The same of a single cell."""
    return {primitive([*f.normal, f.offset]): sorted(f.neighbors) for f in cell.facets}


@st.composite
def domains(draw: Any, dim: int) -> Any:
    """Boxes, cross polytopes and simplices around the origin."""
    kind = draw(st.sampled_from(["box", "box", "cross", "simplex"]))
    if kind == "box":
        return eg.box(-1, 1, dim=dim)
    return eg.cross_polytope(dim) if kind == "cross" else eg.simplex(dim)


@st.composite
def trees(draw: Any, dim: int, depth: int = 3) -> DecisionTree:
    """Trees with repeated thresholds, strict splits, splits that never happen."""
    nodes: list[Any] = []

    def grow(level: int) -> int:
        number = len(nodes)
        nodes.append(None)
        if level == 0 or draw(st.integers(0, 4)) == 0:
            nodes[number] = Leaf([draw(st.integers(0, 3))])
            return number
        threshold = draw(st.sampled_from([F(0), F(1, 2), F(-1, 3), F(1), F(2)]))
        feature, strict = draw(st.integers(0, dim - 1)), draw(st.booleans())
        left, right = grow(level - 1), grow(level - 1)
        nodes[number] = Split(feature, threshold, left, right, strict)
        return number

    grow(depth)
    return DecisionTree(nodes, input_dim=dim)
