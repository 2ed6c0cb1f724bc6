"""The Dehn–Sommerville equations for simple polytopes."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import exactgeom as eg
from exactgeom.testkit.families_other import polytopes
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[eg.Polytope]:
    yield from polytopes(full)


def unmet(polytope: eg.Polytope) -> str:
    f = polytope.f_vector
    # A vertex of a d-polytope has at least d edges, so equality of the totals says: exactly d each.
    return "" if polytope.dim < 2 or 2 * f[1] == polytope.dim * f[0] else "not simple"


def check(polytope: eg.Polytope) -> Finding:
    """``Σ f_i t^i = Σ h_i (t + 1)^i``: h is a palindrome."""
    f = polytope.f_vector
    h = [sum((-1) ** (j - i) * comb(j, i) * f[j] for j in range(i, len(f))) for i in range(len(f))]
    return claim(h == h[::-1], f=f, h=h)


THEOREM = Theorem(
    statement="h_i = h_{d−i} for a simple d-polytope, where Σ f_i t^i = Σ h_i (t + 1)^i.",
    hypotheses="a simple polytope",
    source="M. Dehn (1905); D. M. Y. Sommerville, Proc. Roy. Soc. London 115 (1927)",
    scope="instances",
    over="named and random polytopes of dimension up to 4",
    instances=instances,
    unmet=unmet,
    check=check,
)
