"""The graded Leibniz rule with arbitrary functions as coefficients."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_form
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int, int]]:
    """(dimension, degree, degree)."""
    for n in range(1, 5 if full else 4):
        yield from ((n, k, m) for k in range(n + 1) for m in range(n + 1 - k))


def check(size: tuple[int, int, int]) -> Finding:
    n, k, m = size
    x = eg.forms.coordinates([f"x{i}" for i in range(n)])
    a, b = general_form(x, k, "a"), general_form(x, m, "b")
    return claim((a ^ b).d() == (a.d() ^ b) + (-1) ** k * (a ^ b.d()), dimension=n, degrees=[k, m])


THEOREM = Theorem(
    statement="d(α ∧ β) = dα ∧ β + (−1)^k α ∧ dβ for a k-form α.",
    hypotheses="forms on R^n with differentiable coefficients",
    source="E. Cartan, Sur certaines expressions différentielles, Ann. Sci. ENS 16 (1899)",
    scope="symbolic",
    over="all pairs of forms, coefficients undetermined functions, n up to 4, every pair of degrees",
    instances=instances,
    check=check,
)
