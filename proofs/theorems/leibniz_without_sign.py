"""False: the Leibniz rule without its sign."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_form
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int, int]]:
    """(dimension, degree, degree)."""
    for n in range(1, 4):
        yield from ((n, k, m) for k in range(n + 1) for m in range(n + 1 - k))


def check(size: tuple[int, int, int]) -> Finding:
    n, k, m = size
    x = eg.forms.coordinates([f"x{i}" for i in range(n)])
    a, b = general_form(x, k, "a"), general_form(x, m, "b")
    left, right = (a ^ b).d(), (a.d() ^ b) + (a ^ b.d())
    return claim(left == right, dimension=n, degrees=[k, m], difference=str(left - right))


THEOREM = Theorem(
    statement="d(α ∧ β) = dα ∧ β + α ∧ dβ for all forms.",
    hypotheses="forms on R^n with differentiable coefficients",
    source="a common slip: true only when α has even degree",
    scope="symbolic",
    over="all pairs of forms, coefficients undetermined functions, n up to 3",
    instances=instances,
    check=check,
    expected="fails",
)
