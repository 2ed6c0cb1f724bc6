"""Complexes for the tests of splines: named splits, random triangulations, and a plain dense oracle."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import prod

from hypothesis import strategies as st

from exactgeom.linalg import Matrix
from exactgeom.nerve.spline_indices import monomials

Complex = tuple[list[tuple[Fraction, ...]], list[list[int]]]

TRIANGLE = [(Fraction(0), Fraction(0)), (Fraction(3), Fraction(0)), (Fraction(0), Fraction(3))]
SYMMETRIC = [(0, 0), (30, 0), (0, 30), (13, 13), (4, 13), (13, 4)]
MORGAN_SCOTT = [[3, 4, 5], [0, 4, 5], [1, 3, 5], [2, 3, 4], [0, 1, 5], [1, 2, 3], [0, 2, 4]]


def alfeld(dim: int, inner: tuple[Fraction, ...] | None = None) -> Complex:
    """One simplex split at an inner point."""
    corners = [tuple(Fraction(int(i == j)) for j in range(dim)) for i in range(-1, dim)]
    point = inner or tuple(Fraction(1, i + dim) for i in range(2, dim + 2))
    faces = combinations(range(dim + 1), dim)
    return [*corners, point], [[*face, dim + 1] for face in faces]


def clough_tocher(points: list[tuple[Fraction, ...]], triangles: list[list[int]]) -> Complex:
    """Every triangle split at its centroid."""
    places, cells = list(points), []
    for a, b, c in triangles:
        places.append(tuple(sum(points[v][j] for v in (a, b, c)) / Fraction(3) for j in range(2)))
        m = len(places) - 1
        cells += [[a, b, m], [b, c, m], [a, c, m]]
    return places, cells


def powell_sabin(points: list[tuple[Fraction, ...]], triangles: list[list[int]]) -> Complex:
    """Every triangle in six: centroids, joined through the common edges; midpoints on the boundary."""
    places = list(points)
    centre, split = {}, {}
    for i, triangle in enumerate(triangles):
        places.append(tuple(sum(points[v][j] for v in triangle) / Fraction(3) for j in range(2)))
        centre[i] = len(places) - 1
    edges: dict[tuple[int, ...], list[int]] = {}
    for i, triangle in enumerate(triangles):
        for edge in combinations(sorted(triangle), 2):
            edges.setdefault(edge, []).append(i)
    for (a, b), sides in edges.items():
        t = Fraction(1, 2)
        if len(sides) == 2:
            p, q = (places[centre[i]] for i in sides)

            def side(x: tuple[Fraction, ...], p=p, q=q) -> Fraction:
                return (q[0] - p[0]) * (x[1] - p[1]) - (q[1] - p[1]) * (x[0] - p[0])

            t = side(points[a]) / (side(points[a]) - side(points[b]))
            assert 0 < t < 1
        places.append(tuple(u + t * (v - u) for u, v in zip(points[a], points[b], strict=True)))
        split[a, b] = len(places) - 1
    cells = []
    for i, triangle in enumerate(triangles):
        for edge in combinations(sorted(triangle), 2):
            cells += [[v, split[edge], centre[i]] for v in edge]
    return places, cells


@st.composite
def triangulations(draw, *, width: int = 3, height: int = 2, holes: bool = False) -> Complex:
    """A grid with random diagonals and moved points (often collinear), perhaps with cells missing."""
    step = st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 5), Fraction(-1, 4), Fraction(1, 7)])
    points = [(x + draw(step), y + draw(step)) for y, x in product(range(height + 1), range(width + 1))]
    cells = []
    for y, x in product(range(height), range(width)):
        a = y * (width + 1) + x
        b, c, d = a + 1, a + width + 1, a + width + 2
        cells += [[a, b, c], [b, c, d]] if draw(st.booleans()) else [[a, b, d], [a, c, d]]
    if holes:
        kept = [cell for cell in cells if draw(st.integers(0, 3))]
        cells = kept or cells
    return points, cells


@st.composite
def solids(draw) -> Complex:
    """Some tetrahedra of one or two cubes, each cut in six."""
    steps = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    points = list(product(range(3), range(2), range(2)))
    cells = []
    for start in range(2):
        for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
            path = [(start, 0, 0)]
            for axis in order:
                path.append(tuple(a + b for a, b in zip(path[-1], steps[axis], strict=True)))
            cells.append([points.index(p) for p in path])
    chosen = [cell for cell in cells if draw(st.booleans())] or cells[:2]
    shear = draw(st.sampled_from([0, Fraction(1, 3), 2]))
    return [(x + shear * y, y + shear * z * x / 4, Fraction(z)) for x, y, z in points], chosen[:7]


def dimension_by_derivatives(points, simplices, degree: int, smoothness: int) -> int:
    """Dense and plain: all derivatives up to order r agree at enough points of every common face."""
    dim = len(points[0])
    exponents = monomials(dim, degree)
    rows = []
    for i, j in combinations(range(len(simplices)), 2):
        face = sorted(set(simplices[i]) & set(simplices[j]))
        if not face:
            continue
        for weights in product(range(degree + 1), repeat=len(face)):
            if sum(weights) != max(degree, 1) and degree:
                continue
            if not degree:
                weights = (1,) + (0,) * (len(face) - 1)
            x = [
                sum(Fraction(w * points[v][c]) for w, v in zip(weights, face, strict=True)) / max(degree, 1)
                for c in range(dim)
            ]
            for order in monomials(dim, smoothness) if smoothness >= 0 else ():
                values = [_derivative(e, order, x) for e in exponents]
                row = [Fraction(0)] * (len(simplices) * len(exponents))
                row[i * len(exponents) : (i + 1) * len(exponents)] = values
                row[j * len(exponents) : (j + 1) * len(exponents)] = [-v for v in values]
                rows.append(row)
    return len(simplices) * len(exponents) - (Matrix(rows).rank() if rows else 0)


def _derivative(exponents, order, x) -> Fraction:
    factors = [
        prod(range(e - n + 1, e + 1)) * c ** (e - n) if e >= n else 0
        for e, n, c in zip(exponents, order, x, strict=True)
    ]
    return prod(factors, start=Fraction(1))
