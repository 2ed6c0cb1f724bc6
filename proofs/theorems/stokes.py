"""Stokes' theorem on every cell of a partition."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", "random lines", full=False)
    if full:
        yield from cases("random planes", "random networks", "braids", "sites", full=False)


def unmet(case: Case) -> str:
    P = case.partition
    return "" if P.is_bounded and 2 <= P.dimension <= 3 else "no bounded partition of dimension 2 or 3"


def check(case: Case) -> Finding:
    """A polynomial form of degree d − 1 with no symmetry, on each cell and on all of them together."""
    P = case.partition
    if P.dimension == 2:
        x, y = eg.forms.coordinates("x y")
        form = (x**2 * y + 3 * y) * x.d() + (x * y**2 - x**3) * y.d()
    else:
        x, y, z = eg.forms.coordinates("x y z")
        form = x**2 * y * (y.d() ^ z.d()) + (z**2 + x) * (z.d() ^ x.d()) + x * y * z * (x.d() ^ y.d())
    chains = [{cell.id: 1} for cell in P.cells] + [{cell.id: 1 for cell in P.cells}]
    defects = [eg.forms.Chain(P.complex, P.dimension, chain).stokes_defect(form) for chain in chains]
    whole = eg.forms.Chain(P.complex, P.dimension, chains[-1])
    return claim(
        not any(defects), cells=len(P.cells), integral=whole.integrate(form.d()), defects=defects[-1]
    )


THEOREM = Theorem(
    statement="∫_C dω = ∫_∂C ω for every cell C of a partition and polynomial form ω.",
    hypotheses="a bounded partition; the form is polynomial",
    source="E. Cartan, Les systèmes différentiels extérieurs (1945)",
    scope="instances",
    over="one polynomial form on all cells of four families",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
