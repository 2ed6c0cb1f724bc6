"""Pullback commutes with d and ∧, for arbitrary maps and forms."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_form, general_map
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int, int]]:
    """(source dimension, target dimension, degree)."""
    for m, n in ((1, 1), (1, 2), (2, 2), (2, 3)) + (((3, 2), (3, 3)) if full else ()):
        yield from ((m, n, k) for k in range(min(n, 2) + 1))


def check(size: tuple[int, int, int]) -> Finding:
    m, n, k = size
    source = eg.forms.coordinates([f"u{i}" for i in range(m)])
    target = eg.forms.coordinates([f"x{i}" for i in range(n)])
    f = general_map(source, target, "h")
    a, b = general_form(target, k, "a"), general_form(target, 1, "b")
    natural = a.d().pullback(f) == a.pullback(f).d()
    product = (a ^ b).pullback(f) == (a.pullback(f) ^ b.pullback(f))
    return claim(natural and product, source=m, target=n, degree=k)


THEOREM = Theorem(
    statement="f*(dω) = d(f*ω) and f*(α ∧ β) = f*α ∧ f*β.",
    hypotheses="f a twice differentiable map, forms with differentiable coefficients",
    source="E. Cartan, Les systèmes différentiels extérieurs (1945)",
    scope="symbolic",
    over="all maps R^m → R^n and forms, components undetermined functions, m and n up to 3, degrees up to 2",
    instances=instances,
    check=check,
)
