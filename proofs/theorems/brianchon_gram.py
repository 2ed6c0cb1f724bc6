"""Brianchon–Gram: a polytope is the alternating sum of its tangent cones, point by point."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import exactgeom as eg
from exactgeom.testkit.families_other import polytopes
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[eg.Polytope]:
    yield from (p for p in polytopes(full) if p.is_full_dimensional and p.dim <= 3)


def dot(a: tuple[Fraction, ...], x: tuple[Fraction, ...]) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))


def faces(polytope: eg.Polytope) -> list[tuple[int, list[int]]]:
    """(dimension, tight rows) of every nonempty face, itself included."""
    complex_, rows = polytope.complex, polytope.inequalities
    tight = [
        {i for i, (a, b) in enumerate(rows) if dot(a, complex_.point(v)) == b}
        for v in range(complex_.count(0))
    ]
    found = []
    for k in range(polytope.dim + 1):
        for face in range(complex_.count(k)):
            corners = [face] if k == 0 else complex_.faces_below(k, face, 0)
            found.append((k, sorted(set.intersection(*(tight[int(v)] for v in corners)))))
    return found


def check(polytope: eg.Polytope) -> Finding:
    """Rational test points inside, outside and on faces."""
    lattice, rows = faces(polytope), polytope.inequalities
    grid = [Fraction(k, 2) for k in range(-5, 6, 2 if polytope.dim == 3 else 1)]
    tested, wrong = 0, []
    for x in [*product(grid, repeat=polytope.dim), *polytope.vertices]:
        inside = [dot(a, x) <= b for a, b in rows]
        total = sum((-1) ** k * all(inside[i] for i in tight) for k, tight in lattice)
        tested += 1
        if total != all(inside):
            wrong.append((x, total))
    return claim(not wrong, faces=len(lattice), points=tested, wrong=wrong)


THEOREM = Theorem(
    statement="[P] = Σ_F (−1)^{dim F} [T_F P] as functions on R^d, over the nonempty faces, T_F P the "
    "tangent cone at F.",
    hypotheses="a bounded full-dimensional polytope",
    source="C. J. Brianchon (1837); J. P. Gram (1874); G. C. Shephard, Proc. London Math. Soc. 17 (1967)",
    scope="instances",
    over="polytopes of dimension up to 3, at hundreds of rational points each",
    instances=instances,
    check=check,
)
