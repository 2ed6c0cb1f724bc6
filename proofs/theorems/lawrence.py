"""Lawrence's formula: the volume of a simple polytope from its vertices alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import factorial, prod

import exactgeom as eg
from exactgeom.testkit.families_other import polytopes
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[eg.Polytope]:
    yield from (p for p in polytopes(full) if p.is_full_dimensional)


def dot(a: tuple[Fraction, ...], x: tuple[Fraction, ...]) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))


def tight_rows(polytope: eg.Polytope, x: tuple[Fraction, ...]) -> list[tuple[Fraction, ...]]:
    return [a for a, b in polytope.inequalities if dot(a, x) == b]


def unmet(polytope: eg.Polytope) -> str:
    simple = all(len(tight_rows(polytope, x)) == polytope.dim for x in polytope.vertices)
    return "" if simple else "a vertex lies on more than d facets"


def check(polytope: eg.Polytope) -> Finding:
    """``Σ_v (c·v)^d / (d! |det A_v| Π γ_i)`` with ``A_vᵀ γ = c``, for the first c that gives no γ = 0."""
    d = polytope.dim
    for base in range(2, 100):
        c = tuple(Fraction(base**i + i) for i in range(d))
        total = Fraction(0)
        for v in polytope.vertices:
            rows = eg.Matrix(tight_rows(polytope, v))
            gamma = rows.T.solve(c)
            if not all(gamma):
                break
            total += dot(c, v) ** d / (factorial(d) * abs(rows.det()) * prod(gamma))
        else:
            return equal(lawrence=total, volume=polytope.volume)
    raise AssertionError("some power works: each γ_i is a nonzero polynomial in the base")


THEOREM = Theorem(
    statement="vol(P) = Σ_v (c·v)^d / (d! |det A_v| Π γ_i) over the vertices v of a simple polytope, where "
    "A_v are the "
    "facet normals at v and A_vᵀ γ = c.",
    hypotheses="a simple full-dimensional polytope, and c with no γ_i = 0",
    source="J. Lawrence, Polytope volume computation, Math. Comp. 57 (1991)",
    scope="instances",
    over="named and random polytopes of dimension up to 4",
    instances=instances,
    unmet=unmet,
    check=check,
)
