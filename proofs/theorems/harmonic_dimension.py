"""dim ker Δ_p = β_p for positive definite inner products."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("lines", "sites", "random networks", "trees", "2-2-1-1 networks", full=False)
    yield from cases("braids", full=False)


SQUARES = eg.nerve.Convention("squares", None, lambda volume: volume * volume)
"""Diagonal, rational and positive definite on every dual complex."""


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    """The stiffness G_p Δ_p has the kernel of Δ_p; its inertia is certified, and β comes from ∂ alone."""
    K = case.partition.dual_complex()
    degrees, betti = range(K.dimension + 1), K.betti()
    conventions = [SQUARES]
    if all(K.inertia(p, "area-vector").is_positive_definite for p in degrees):
        conventions.append(eg.nerve.CONVENTIONS["area-vector"])
    kernels = {c.name: [eg.nerve.inertia(K.stiffness(p, c)).zero for p in degrees] for c in conventions}
    return claim(all(k == betti for k in kernels.values()), betti=betti, kernels=kernels)


THEOREM = Theorem(
    statement="dim ker Δ_p = β_p for the Hodge Laplacian of positive definite inner products.",
    hypotheses="inner products on the chains of the dual complex that are positive definite in every degree",
    source="B. Eckmann, Harmonische Funktionen und Randwertaufgaben in einem Komplex, Comment. Math. Helv. "
    "17 (1944)",
    scope="instances",
    over="dual complexes of five families, squared volumes and, where definite, `area-vector`",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
