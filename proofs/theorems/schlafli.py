"""Schläfli's identity: edge lengths times the change of the dihedral angles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim

Vector = tuple[Fraction, ...]
Moving = tuple[Vector, Vector]  # value and velocity


def instances(full: bool) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Four vertices and the velocities of all: eight integer vectors."""
    rng = Random(3)
    for _ in range(40 if full else 8):
        yield tuple(tuple(rng.randint(-4, 4) for _ in range(3)) for _ in range(8))


def unmet(motion: tuple[tuple[int, ...], ...]) -> str:
    flat = eg.Matrix([[x - y for x, y in zip(p, motion[0], strict=True)] for p in motion[1:4]]).det() == 0
    return "the tetrahedron is flat" if flat else ""


def dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def minus(a: Moving, b: Moving) -> Moving:
    return tuple(tuple(x - y for x, y in zip(p, q, strict=True)) for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def times(a: Moving, b: Moving) -> Moving:
    left, right = cross(a[1], b[0]), cross(a[0], b[1])
    return cross(a[0], b[0]), tuple(x + y for x, y in zip(left, right, strict=True))


def inner(a: Moving, b: Moving) -> tuple[Fraction, Fraction]:
    return dot(a[0], b[0]), dot(a[1], b[0]) + dot(a[0], b[1])


def check(motion: tuple[tuple[int, ...], ...]) -> Finding:
    """θ at edge e is the angle of (x, y) = (N·M, |N × M|), and |N × M| = |e| s with s rational.

    So ``|e| θ' = |e| (y' x − y x') / (x² + y²)`` is rational:
    ``((e·e)' s/2 + e·e s') x − e·e s x'`` over N·N M·M.
    The angles themselves are those of the partition into one cell.
    """
    points: list[Moving] = [
        (tuple(map(Fraction, motion[i])), tuple(map(Fraction, motion[i + 4]))) for i in range(4)
    ]
    P = eg.partition(eg.Arrangement([], dim=3), eg.Polytope.from_vertices([p for p, _ in points]))
    total, same = Fraction(0), True
    for i, j in combinations(range(4), 2):
        k, m = (n for n in range(4) if n not in (i, j))
        edge = minus(points[j], points[i])
        normal, other = times(edge, minus(points[k], points[i])), times(edge, minus(points[m], points[i]))
        product, length = inner(normal, other), inner(edge, edge)
        triple = inner(normal, minus(points[m], points[i]))  # N × M = −e (N·(m − i)) up to sign
        sign = 1 if triple[0] > 0 else -1
        s, ds = sign * triple[0], sign * triple[1]
        top = (length[1] * s / 2 + length[0] * ds) * product[0] - length[0] * s * product[1]
        total += top / (dot(normal[0], normal[0]) * dot(other[0], other[0]))
        cos = eg.Surd.sqrt(1 / (dot(normal[0], normal[0]) * dot(other[0], other[0]))) * product[0]
        ends = {points[i][0], points[j][0]}
        ridge = next(r for r in P.ridges if set(r.vertices) == ends)
        same &= P.dihedral_angle(P.cells[0], ridge).cos == cos
    return claim(same and total == 0, sum=total, angles_agree=same)


THEOREM = Theorem(
    statement="Σ_e |e| dθ_e = 0 for every motion of a Euclidean tetrahedron, θ_e its dihedral angle at the "
    "edge e.",
    hypotheses="a tetrahedron that is not flat",
    source="L. Schläfli, On the multiple integral ∫ dx dy … dz, Quart. J. Math. 2 (1858)",
    scope="instances",
    over="random integer tetrahedra with random velocities of all vertices",
    instances=instances,
    unmet=unmet,
    check=check,
)
