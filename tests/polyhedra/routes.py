"""Second routes in plain rational arithmetic: nothing here touches the library's geometry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial

from exactgeom import Surd

Vector = tuple[Fraction, ...]
Halfspace = tuple[Sequence[Fraction], Fraction]  # a.x <= b


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def minus(a: Sequence[Fraction], b: Sequence[Fraction]) -> Vector:
    return tuple(p - q for p, q in zip(a, b, strict=True))


def echelon(rows: Iterable[Sequence[Fraction]]) -> tuple[list[list[Fraction]], list[int], Fraction]:
    """(reduced rows, pivot columns, product of pivots with sign)."""
    table = [[Fraction(c) for c in row] for row in rows]
    done, pivots, product = 0, [], Fraction(1)
    for column in range(len(table[0]) if table else 0):
        pivot = next((i for i in range(done, len(table)) if table[i][column]), None)
        if pivot is None:
            continue
        if pivot != done:
            table[done], table[pivot], product = table[pivot], table[done], -product
        lead = table[done][column]
        product *= lead
        table[done] = [c / lead for c in table[done]]
        for i, row in enumerate(table):
            if i != done and row[column]:
                table[i] = [c - row[column] * p for c, p in zip(row, table[done], strict=True)]
        pivots.append(column)
        done += 1
    return table[:done], pivots, product


def rank(rows: Iterable[Sequence[Fraction]]) -> int:
    return len(echelon(rows)[0])


def det(rows: Sequence[Sequence[Fraction]]) -> Fraction:
    _, pivots, product = echelon(rows)
    return product if len(pivots) == len(rows) else Fraction(0)


def solve(rows: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Vector | None:
    """The solution of a square system, or None when it is singular."""
    reduced, pivots, _ = echelon([[*row, b] for row, b in zip(rows, right, strict=True)])
    if pivots != list(range(len(rows))):
        return None
    return tuple(row[-1] for row in reduced)


def affine_dim(points: Sequence[Vector]) -> int:
    return rank([minus(p, points[0]) for p in points[1:]])


# -- polytopes ---------------------------------------------------------------------------------------


def brute_vertices(system: Sequence[Halfspace]) -> set[Vector]:
    """Vertices of {a.x <= b}: solve every d x d subsystem, keep the feasible solutions."""
    dim, found = len(system[0][0]), set()
    for chosen in combinations(system, dim):
        x = solve([a for a, _ in chosen], [b for _, b in chosen])
        if x is not None and x not in found and all(dot(a, x) <= b for a, b in system):
            found.add(x)
    return found


def closed_sets(vertices: Sequence[Vector], system: Sequence[Halfspace]) -> set[frozenset[Vector]]:
    """All faces (as vertex sets) of a polytope given by both descriptions: intersections of tight sets."""
    tight = [frozenset(v for v in vertices if dot(a, v) == b) for a, b in system]
    faces = {frozenset(vertices)}
    todo = list(faces)
    while todo:
        face = todo.pop()
        for other in tight:
            smaller = face & other
            if smaller and smaller not in faces:
                faces.add(smaller)
                todo.append(smaller)
    return faces


def faces_by_dim(faces: Iterable[frozenset[Vector]]) -> dict[int, set[frozenset[Vector]]]:
    levels: dict[int, set[frozenset[Vector]]] = {}
    for face in faces:
        levels.setdefault(affine_dim(sorted(face)), set()).add(face)
    return levels


def pulled(top: frozenset[Vector], levels: dict[int, set[frozenset[Vector]]], k: int) -> list[list[Vector]]:
    """Pulling triangulation of a face: cones from its first vertex over the faces without it."""
    first = min(top)
    if k == 0:
        return [[first]]
    return [
        [first, *simplex]
        for facet in levels[k - 1]
        if facet < top and first not in facet
        for simplex in pulled(facet, levels, k - 1)
    ]


def simplex_volume(points: Sequence[Vector]) -> Surd:
    """k-volume from the Gram determinant of the edge vectors."""
    edges = [minus(p, points[0]) for p in points[1:]]
    gram = det([[dot(u, v) for v in edges] for u in edges])
    return Surd.sqrt(gram) * Fraction(1, factorial(len(edges)))


def simplex_determinant(points: Sequence[Vector]) -> Fraction:
    """Volume of a full-dimensional simplex."""
    edges = [minus(p, points[0]) for p in points[1:]]
    return abs(det(edges)) / factorial(len(edges))


def lawrence(system: Sequence[Halfspace], vertices: Iterable[Vector], c: Vector) -> Fraction | None:
    """Lawrence's formula for a simple polytope: sum over vertices of (c.v)^d / (d! |det A_v| prod gamma_i).

    A_v^T gamma = c over the d facets at v.  None when v is on more facets, or some gamma is 0.
    """
    d, total = len(c), Fraction(0)
    for v in vertices:
        tight = [a for a, b in system if dot(a, v) == b]
        if len(tight) != d:
            return None
        gamma = solve([list(column) for column in zip(*tight, strict=True)], c)
        if gamma is None or not all(gamma):
            return None
        product = abs(det(tight))
        for g in gamma:
            product *= g
        total += dot(c, v) ** d / product
    return total / factorial(d)
