"""Cartan's formula for the Lie derivative, and the two laws that determine it."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_field, general_form
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int]]:
    """(dimension, degree)."""
    yield from ((n, k) for n in range(1, 4 if full else 3) for k in range(n + 1))


def check(size: tuple[int, int]) -> Finding:
    n, k = size
    x = eg.forms.coordinates([f"x{i}" for i in range(n)])
    field, form, one = general_field(x), general_form(x, k), general_form(x, min(1, n), "b")
    formula = form.d().interior(field) + (form.interior(field).d() if k else 0 * form)
    commutes = form.d().lie(field) == form.lie(field).d()
    derivation = (form ^ one).lie(field) == (form.lie(field) ^ one) + (form ^ one.lie(field))
    return claim(form.lie(field) == formula and commutes and derivation, dimension=n, degree=k)


THEOREM = Theorem(
    statement="L_X ω = d(i_X ω) + i_X dω; L_X commutes with d and is a derivation of ∧.",
    hypotheses="a vector field and a form with twice differentiable coefficients on R^n",
    source="E. Cartan, Leçons sur les invariants intégraux (1922)",
    scope="symbolic",
    over="all fields and forms with undetermined coefficients, n up to 3, every degree",
    instances=instances,
    check=check,
)
