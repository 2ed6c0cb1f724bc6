"""Brion's theorem: moments of a simple polytope from its vertex cones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import factorial, prod

import exactgeom as eg
from exactgeom.testkit.families_other import polytopes
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[eg.Polytope]:
    yield from (p for p in polytopes(full) if p.is_full_dimensional and 2 <= p.dim <= 3)


def dot(a: tuple[Fraction, ...], x: tuple[Fraction, ...]) -> Fraction:
    return sum((p * q for p, q in zip(a, x, strict=True)), Fraction(0))


def edges_at(polytope: eg.Polytope) -> dict[int, list[tuple[Fraction, ...]]]:
    """The edge directions that leave each vertex."""
    space, found = polytope.complex, {}
    for edge in range(space.count(1)):
        u, v = (int(i) for i in space.faces_below(1, edge, 0))
        for a, b in ((u, v), (v, u)):
            direction = tuple(y - x for x, y in zip(space.point(a), space.point(b), strict=True))
            found.setdefault(a, []).append(direction)
    return found


def unmet(polytope: eg.Polytope) -> str:
    simple = all(len(e) == polytope.dim for e in edges_at(polytope).values())
    return "" if simple else "a vertex lies on more than d edges"


def check(polytope: eg.Polytope) -> Finding:
    """``Σ_v ⟨c,v⟩^j |K_v| / Π⟨c, w_i⟩`` is 0 for j < d, then integrals of powers of ⟨c, x⟩."""
    d, corners = polytope.dim, edges_at(polytope)
    c = tuple(Fraction(q) for q in ((1, 17, 289)[:d]))
    x = eg.forms.coordinates("x y z"[: 2 * d - 1])
    linear = sum((int(q) * f for q, f in zip(c, x, strict=True)), 0 * x[0])
    volume_form = x[0].d()
    for f in x[1:]:
        volume_form = volume_form ^ f.d()
    facts, good = {}, True
    for j in range(d + 3):
        total = Fraction(0)
        for v, ways in corners.items():
            cone = abs(eg.Matrix(ways).det())
            total += dot(c, polytope.complex.point(v)) ** j * cone / prod(dot(c, w) for w in ways)
        if j < d:
            good &= total == 0
            continue
        moment = (-1) ** d * Fraction(factorial(j - d), factorial(j)) * total
        integral = eg.forms.integrate((linear ** (j - d)) * volume_form, polytope)
        good &= moment == integral
        facts[f"integral of the power {j - d}"] = integral
    return claim(good, **facts)


THEOREM = Theorem(
    statement="Σ_v ⟨c,v⟩^j |K_v| / Π_i ⟨c, w_i(v)⟩ = 0 for j < d, and (−1)^d j!/(j−d)! ∫_P ⟨c,x⟩^(j−d) dx "
    "for j ≥ d, over the "
    "vertices of a simple polytope with edge directions w_i(v) and |K_v| = |det w(v)|.",
    hypotheses="a simple full-dimensional polytope, c orthogonal to no edge",
    source="M. Brion, Points entiers dans les polyèdres convexes, Ann. Sci. ENS 21 (1988)",
    scope="instances",
    over="named and random polytopes of dimension 2 and 3, powers 0, 1, 2",
    instances=instances,
    unmet=unmet,
    check=check,
)
