"""(g ∘ f)* = f* g* for arbitrary maps."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_form, general_map
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int, int, int]]:
    """(three dimensions, degree)."""
    for a, b, c in ((1, 1, 1), (1, 2, 2), (2, 2, 2)) + (((2, 3, 2), (2, 2, 3)) if full else ()):
        yield from ((a, b, c, k) for k in range(min(a, b, c) + 1))


def check(size: tuple[int, int, int, int]) -> Finding:
    *dims, k = size
    s, t, x = (
        eg.forms.coordinates([f"{letter}{i}" for i in range(n)])
        for letter, n in zip("stx", dims, strict=True)
    )
    f, g, w = general_map(s, t, "f"), general_map(t, x, "g"), general_form(x, k, "w")
    return claim(w.pullback(g.compose(f)) == w.pullback(g).pullback(f), dimensions=dims, degree=k)


THEOREM = Theorem(
    statement="(g ∘ f)*ω = f*(g*ω).",
    hypotheses="f and g differentiable maps",
    source="E. Cartan, Les systèmes différentiels extérieurs (1945)",
    scope="symbolic",
    over="all maps between R^1, R^2, R^3 with undetermined components, all forms",
    instances=instances,
    check=check,
)
