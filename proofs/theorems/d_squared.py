"""d² = 0 for forms with arbitrary functions as coefficients."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_forms import general_form
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[int, int]]:
    """(dimension, degree)."""
    yield from ((n, k) for n in range(1, 6 if full else 4) for k in range(n + 1))


def check(size: tuple[int, int]) -> Finding:
    n, k = size
    form = general_form(eg.forms.coordinates([f"x{i}" for i in range(n)]), k)
    return claim(form.d().d() == 0, dimension=n, degree=k)


THEOREM = Theorem(
    statement="d(dω) = 0.",
    hypotheses="ω a k-form on R^n with twice differentiable coefficients",
    source="E. Cartan, Sur certaines expressions différentielles, Ann. Sci. ENS 16 (1899)",
    scope="symbolic",
    over="all k-forms, coefficients undetermined functions, n up to 5, every k",
    instances=instances,
    check=check,
)
