"""Exact integrals over the cells of a complex, through one triangulation shared by all cells.

A function that is affine on each cell is given by its values at the *corners* (pairs of a cell and one of
its vertices, the entries of ``complex.closure(dim)``), so that it may jump between cells.  On a simplex
with vertices v_0..v_d

    int l   = vol / (d+1)        * sum_i l(v_i)
    int l^2 = vol / ((d+1)(d+2)) * ((sum_i l(v_i))^2 + sum_i l(v_i)^2)

The triangulation is the pulling one: each face is the union of cones from its first vertex over its facets
without that vertex; it needs no choice and agrees on shared faces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import factorial
from typing import Any

import numpy as np
from flint import fmpq, fmpz_mat

from exactgeom.exact import UnboundedError, fraction
from exactgeom.polyhedra.arrays import AnyArray, Incidence, IntArray


class Integrals:
    """Exact integrals over chosen bounded cells of a full-dimensional complex.

    >>> from exactgeom.polyhedra import box
    >>> from exactgeom.polyhedra.moments import Integrals
    >>> square = box(0, 1, dim=2).complex
    >>> x = np.array([[row[1]] for row in square.coordinates])  # one cell, so one corner per vertex
    >>> Integrals(square).affine(x), Integrals(square).squares(x)
    (Fraction(1, 2), Fraction(1, 3))
    """

    def __init__(self, space: Any, cells: Iterable[int] | None = None) -> None:
        self._space = space
        count = space.count(space.dim)
        self._cells: IntArray = (
            np.arange(count) if cells is None else np.array(sorted(set(cells)), dtype=np.int64)
        )
        for cell in self._cells.tolist():
            if not space.is_face_bounded(space.dim, cell):
                raise UnboundedError(f"cell {cell} is unbounded")

    @cached_property
    def simplices(self) -> tuple[IntArray, IntArray]:
        """(cell, its d + 1 vertices) for every simplex, by cell."""
        return triangulation(self._space, self._cells)

    @cached_property
    def _determinants(self) -> AnyArray:
        """``d! vol(simplex) * product of the vertex denominators`` (positive integers)."""
        table = np.array(self._space.coordinates, dtype=object)
        return np.abs(_determinants(table, self.simplices[1]))

    @cached_property
    def _heights(self) -> tuple[AnyArray, AnyArray]:
        """(product T of the vertex denominators, T / t_i per vertex) for every simplex."""
        t = np.array([row[0] for row in self._space.coordinates], dtype=object)[self.simplices[1]]
        product = np.multiply.reduce(t, axis=1)
        return product, product[:, None] // t

    @cached_property
    def _corners(self) -> IntArray:
        """Corner numbers of the vertices of every simplex."""
        closure = self._space.closure(self._space.dim)
        size = self._space.count(0)
        keys = closure.owners * size + closure.index
        owner, vertices = self.simplices
        found: IntArray = np.searchsorted(keys, owner[:, None] * size + vertices)
        return found

    @cached_property
    def volume(self) -> Fraction:
        """Volume of the chosen cells together."""
        d = self._space.dim
        product, _ = self._heights
        return self._sum(self._determinants, factorial(d) * product)

    def affine(self, values: AnyArray, scale: int = 1) -> Fraction:
        """Integral of the sum of functions that are affine on each cell.

        `values[corner, k]` is the integer ``f_k * t * scale``, t the denominator of the corner's vertex.
        """
        y = self._at_simplices(np.add.reduce(values, axis=1)[:, None])
        product, _ = self._heights
        top = self._determinants * np.add.reduce(y[:, :, 0], axis=1)
        return self._sum(top, factorial(self._space.dim + 1) * scale * product**2)

    def squares(self, values: AnyArray, scale: int = 1) -> Fraction:
        """Integral of the sum of the squares of such functions."""
        y = self._at_simplices(values)
        product, _ = self._heights
        square = np.add.reduce(y, axis=1) ** 2 + np.add.reduce(y**2, axis=1)
        top = self._determinants * np.add.reduce(square, axis=1)
        return self._sum(top, factorial(self._space.dim + 2) * scale**2 * product**3)

    def _at_simplices(self, values: AnyArray) -> AnyArray:
        """``value * scale * T`` at every vertex of every simplex: [simplex, vertex, function]."""
        found: AnyArray = values[self._corners] * self._heights[1][:, :, None]
        return found

    def _sum(self, numerators: AnyArray, denominators: AnyArray) -> Fraction:
        """Sum over all simplices: inside each cell first, then half against half up the cutting history."""
        parts = [fmpq(0)] * self._space.count(self._space.dim)
        for cell, p, q in zip(self.simplices[0].tolist(), numerators, denominators, strict=True):
            parts[cell] += fmpq(p, q)
        return fraction(sum_by_history(parts, self._space.history))


def sum_by_history(parts: list[fmpq], history: Sequence[tuple[IntArray, IntArray]]) -> fmpq:
    """Sum of one number per cell, sibling added to sibling (fewer unrelated denominators meet)."""
    parts = list(parts)
    roots = np.ones(len(parts), dtype=bool)
    for cut, second in reversed(history):
        for i, j in zip(cut.tolist(), second.tolist(), strict=True):
            if parts[j]:
                parts[i] += parts[j]
        roots[second] = False
    return balanced_sum([parts[i] for i in np.flatnonzero(roots).tolist() if parts[i]])


def balanced_sum(parts: Sequence[fmpq]) -> fmpq:
    """Sum of many fractions, neighbours first: added one by one the work would be quadratic."""
    left = list(parts)
    while len(left) > 1:
        pairs = [a + b for a, b in zip(left[::2], left[1::2], strict=False)]
        left = pairs + left[len(left) & ~1 :]
    return left[0] if left else fmpq(0)


def triangulation(space: Any, cells: IntArray) -> tuple[IntArray, IntArray]:
    """(cell, vertex numbers) of the simplices of the pulling triangulation of these cells.

    >>> from exactgeom.polyhedra import box
    >>> owner, vertices = triangulation(box(0, 1, dim=3).complex, np.array([0]))
    >>> len(owner), vertices.shape
    (6, (6, 4))
    """
    count = space.count(0)
    first: IntArray = np.arange(count)
    vertices: IntArray = first[:, None]
    of_face = Incidence.from_lengths(np.ones(count, dtype=np.int64), np.arange(count))
    for k in range(1, space.dim + 1):
        boundary, closure = space.boundary(k), space.closure(k)
        apex = closure.index[closure.start[:-1]]
        owner, facet = boundary.owners, boundary.index
        far = first[facet] != apex[owner]
        if k == space.dim:
            chosen = np.zeros(len(boundary), dtype=bool)
            chosen[cells] = True
            far &= chosen[owner]
        owner, facet = owner[far], facet[far]
        lengths, inner = of_face.take(facet)
        owners = np.repeat(owner, lengths)
        vertices = np.column_stack((apex[owners], vertices[inner]))
        of_face = Incidence.from_lengths(np.bincount(owners, minlength=len(boundary)), np.arange(len(owners)))
        first = apex
    return of_face.owners, vertices


def _determinants(table: AnyArray, simplices: IntArray) -> AnyArray:
    """Determinants of the homogeneous rows of each simplex."""
    d = simplices.shape[1] - 1
    if d == 1:
        u, v = (table[simplices[:, i]] for i in range(2))
        flat: AnyArray = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
        return flat
    if d == 2:
        a, b, c = (table[simplices[:, i]] for i in range(3))
        plane: AnyArray = (
            a[:, 0] * (b[:, 1] * c[:, 2] - b[:, 2] * c[:, 1])
            - a[:, 1] * (b[:, 0] * c[:, 2] - b[:, 2] * c[:, 0])
            + a[:, 2] * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
        )
        return plane
    rows = table.tolist()
    found = np.empty(len(simplices), dtype=object)
    for i, simplex in enumerate(simplices.tolist()):
        found[i] = fmpz_mat([rows[v] for v in simplex]).det()
    return found
