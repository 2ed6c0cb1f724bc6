"""Ehrhart–Macdonald reciprocity on small lattice polytopes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import ceil, floor

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[eg.Polytope]:
    yield eg.box(0, 1, dim=2)
    yield eg.Polytope.from_vertices([(0, 0), (3, 1), (1, 2)])
    yield eg.cross_polytope(2)
    yield eg.simplex(3)
    yield eg.Polytope.from_vertices([(0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 2)])
    if full:
        yield eg.cross_polytope(3)
        yield eg.Polytope.from_vertices([(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 5)])


def unmet(polytope: eg.Polytope) -> str:
    whole = all(x.denominator == 1 for vertex in polytope.vertices for x in vertex)
    return "" if whole and polytope.is_full_dimensional else "no full-dimensional lattice polytope"


def count(polytope: eg.Polytope, t: int) -> tuple[int, int]:
    """Lattice points in tP, and in its interior."""
    ranges = [
        range(floor(t * min(column)), ceil(t * max(column)) + 1)
        for column in zip(*polytope.vertices, strict=True)
    ]
    closed = inner = 0
    for point in product(*ranges):
        slack = min(
            t * b - sum(p * q for p, q in zip(a, point, strict=True)) for a, b in polytope.inequalities
        )
        closed, inner = closed + (slack >= 0), inner + (slack > 0)
    return closed, inner


def value(samples: list[Fraction], at: int) -> Fraction:
    """Lagrange interpolation through the values at 0, 1, …, d."""
    total = Fraction(0)
    for i, sample in enumerate(samples):
        term = Fraction(sample)
        for j in range(len(samples)):
            if j != i:
                term *= Fraction(at - j, i - j)
        total += term
    return total


def check(polytope: eg.Polytope) -> Finding:
    """L is fixed by 0, …, d; then one more value is a check, and L(−t) is compared with interior counts."""
    d = polytope.dim
    samples = [Fraction(count(polytope, t)[0] if t else 1) for t in range(d + 1)]
    polynomial = value(samples, d + 1) == count(polytope, d + 1)[0]
    interior = [count(polytope, t)[1] for t in (1, 2, 3)]
    reflected = [(-1) ** d * value(samples, -t) for t in (1, 2, 3)]
    return claim(polynomial and interior == reflected, interior=interior, reflected=reflected)


THEOREM = Theorem(
    statement="#(tP ∩ Z^d) is a polynomial L(t), and L(−t) = (−1)^d #(t int P ∩ Z^d).",
    hypotheses="a full-dimensional lattice polytope",
    source="E. Ehrhart (1962); I. G. Macdonald, Polynomials associated with finite cell-complexes, J. "
    "London Math. Soc. 4 (1971)",
    scope="instances",
    over="lattice polytopes of dimension 2 and 3, a Reeve tetrahedron among them, t up to 3",
    instances=instances,
    unmet=unmet,
    check=check,
)
