"""Which cells meet at which facets, and which side of a facet a cell is on; for complexes and for boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from exactgeom.polyhedra.arrays import AnyArray, IntArray


def facet_sides(partition: Any) -> IntArray:
    """[facet, 2]: the numbers of the cells at every facet, ascending; -1 in second place on the boundary."""
    if hasattr(partition, "complex"):
        space = partition.complex
        around = space.coboundary(space.dim - 1)
        sides = np.full((len(around), 2), -1, dtype=np.int64)
        sides[:, 0] = around.index[around.start[:-1]]
        inner = around.lengths == 2
        sides[inner, 1] = around.index[around.start[:-1][inner] + 1]
        return sides
    pairs = [(*facet.cell_ids, -1)[:2] for facet in partition.facets]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def components(count: int, pairs: Iterable[tuple[int, int]]) -> IntArray:
    """Component numbers of 0..count-1 under the pairs, by first member."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        a, b = root(i), root(j)
        if a != b:
            parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(count)], dtype=np.int64)
    return first_seen(roots.tolist())


def first_seen(labels: Sequence[Any]) -> IntArray:
    """A number per label, counted in the order of first appearance."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], dtype=np.int64)


def plane_of(partition: Any, facet: int) -> list[Any]:
    """Integers (c_0, c): the facet lies in c_0 + c.x = 0 (dimension at least 1)."""
    space = partition.complex
    if hasattr(space, "facet_plane"):  # all of R^d
        return list(space.facet_plane(facet))
    cell = int(space.coboundary(space.dim - 1)[facet][0])
    normal = [int(c) for c in space.measures.outward_normal(cell, facet)]
    t, *x = space.coordinates[int(space.closure(space.dim - 1)[facet][0])]
    return [-sum(a * b for a, b in zip(normal, x, strict=True)), *(t * c for c in normal)]


def rows_of(partition: Any, cell: int) -> list[Sequence[Any]]:
    """Homogeneous rows [t, x] that span a cell: vertices, and points at infinity."""
    space = partition.complex
    if not hasattr(space, "fine"):
        return [space.coordinates[v] for v in space.closure(space.dim)[cell].tolist()]
    vertices: set[int] = set()
    for piece in space._pieces[space.dim][cell].tolist():
        vertices.update(space.fine.closure(space.dim)[piece].tolist())
    return [space.fine.coordinates[v] for v in sorted(vertices)]


def supports(partition: Any, cells: Iterable[int], outer: Iterable[tuple[int, int]]) -> bool:
    """True when all these cells lie behind the hyperplane of every (cell, facet) of `outer`.

    For a union of cells and its outer facets this is convexity: leaving a nonconvex union towards a point
    of its hull crosses the hyperplane of an outer facet.
    """
    if not hasattr(partition, "complex"):
        return _boxes_support(partition, cells, outer)
    rows = [row for cell in cells for row in rows_of(partition, cell)]
    table: AnyArray = np.array([[int(c) for c in row] for row in rows], dtype=object)
    planes: dict[tuple[int, ...], None] = {}
    for cell, facet in outer:
        plane = np.array([int(c) for c in plane_of(partition, facet)], dtype=object)
        inner = sum(int(np.dot([int(c) for c in row], plane)) for row in rows_of(partition, cell))
        plane = plane if inner < 0 else -plane
        planes[tuple(plane.tolist())] = None
    return all(bool((table.dot(np.array(plane, dtype=object)) <= 0).all()) for plane in planes)


def _boxes_support(partition: Any, cells: Iterable[int], outer: Iterable[tuple[int, int]]) -> bool:
    """Boxes: every outer facet lies on the bounding box."""
    boxes = [partition.cells[cell].box for cell in cells]
    bounds = [_hull([box[k] for box in boxes]) for k in range(len(boxes[0]))]
    for cell, facet in outer:
        k = partition.facets[facet].axis
        wall = partition.facets[facet].box[k][0]
        upper = partition.cells[cell].box[k][1] == wall
        if bounds[k][upper] != wall:
            return False
    return True


def _hull(intervals: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    lows, highs = zip(*intervals, strict=True)
    return None if None in lows else min(lows), None if None in highs else max(highs)


def region_pairs(sides: IntArray, number: IntArray) -> Iterator[tuple[int, int, int]]:
    """(facet, region, region) for every facet between two different regions, the lower region first."""
    inner = np.flatnonzero(sides[:, 1] >= 0)
    a, b = number[sides[inner, 0]], number[sides[inner, 1]]
    for facet, i, j in zip(inner.tolist(), a.tolist(), b.tolist(), strict=True):
        if i != j:
            yield facet, min(i, j), max(i, j)
