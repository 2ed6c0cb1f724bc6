"""Exact integrals of monomials over the cells of a mesh.

Over a simplex with vertices v_0..v_d the integrals of all monomials of degree m come from one power series,

    ∫ <x, u>^m / m! dx = d! vol / (m + d)! * h_m(<v_0, u>, .., <v_d, u>)

with h_m the complete homogeneous symmetric polynomial: the part of degree m of `Π_i 1 / (1 - <v_i, u>)`.
Source: V. Baldoni et al., "How to integrate a polynomial over a simplex", Math. Comp. 80 (2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial, prod
from typing import Any

from flint import fmpq, fmpq_mat

from exactgeom.nerve.spline_indices import monomials
from exactgeom.nerve.spline_mesh import Mesh


def simplex_moments(vertices: Sequence[Sequence[Any]], degree: int) -> list[Any]:
    """Integrals (`fmpq`) of all monomials up to a degree over a simplex with these rational vertices.

    >>> simplex_moments([(0, 0), (1, 0), (0, 1)], 1)
    [1/2, 1/6, 1/6]
    """
    d = len(vertices[0])
    points = [[fmpq(c.numerator, c.denominator) for c in v] for v in vertices]
    exponents = monomials(d, degree)
    number = {e: i for i, e in enumerate(exponents)}
    below = [[(j, number[(*e[:j], e[j] - 1, *e[j + 1 :])]) for j in range(d) if e[j]] for e in exponents]
    series = [fmpq(int(i == 0)) for i in range(len(exponents))]
    for point in points:  # divide by 1 - <v, u>
        for i, sources in enumerate(below):
            for j, source in sources:
                series[i] += point[j] * series[source]
    span = fmpq_mat([[a - b for a, b in zip(p, points[0], strict=True)] for p in points[1:]]).det()
    volume = abs(span)
    return [
        volume * c * prod(factorial(n) for n in e) / factorial(sum(e) + d)
        for e, c in zip(exponents, series, strict=True)
    ]


def cell_moments(mesh: Mesh, degree: int) -> list[list[Any]]:
    """Per cell the integrals of all monomials up to a degree (kept by the mesh)."""
    known = mesh.__dict__.setdefault("_moments", {})
    if degree not in known:
        size = len(monomials(mesh.dim, degree))
        found = [[fmpq(0)] * size for _ in mesh.cells]
        for cell, simplex in mesh.simplices:
            own = simplex_moments([mesh.points[v] for v in simplex], degree)
            found[cell] = [a + b for a, b in zip(found[cell], own, strict=True)]
        known[degree] = found
    return known[degree]  # type: ignore[no-any-return]


def products(mesh: Mesh, first: int, second: int) -> list[Any]:
    """Per cell the matrix of integrals of products of monomials of degrees up to `first` and `second`."""
    rows, columns = monomials(mesh.dim, first), monomials(mesh.dim, second)
    number = {e: i for i, e in enumerate(monomials(mesh.dim, first + second))}
    places = [[number[tuple(a + b for a, b in zip(e, f, strict=True))] for f in columns] for e in rows]
    return [fmpq_mat([[own[i] for i in row] for row in places]) for own in cell_moments(mesh, first + second)]
