"""Gram's relation in the plane and in space: normalised angles of all faces."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("random lines", "random networks", "sites", "trees", full=full)


def unmet(case: Case) -> str:
    P = case.partition
    return "" if P.is_bounded and P.dimension == 2 else "no bounded partition of the plane"


def check(case: Case) -> Finding:
    """``Σ_v α(v) − Σ_e α(e) + α(C) = 0`` with α = angle/2π: for n corners, Σ angles = (n − 2)π."""
    P = case.partition
    totals: dict[int, eg.Angle] = {}
    corners: dict[int, int] = {}
    for ridge in P.ridges:
        for cell, _, angle in ridge.angles:
            totals[cell] = totals.get(cell, eg.Angle.pi(0)) + angle
            corners[cell] = corners.get(cell, 0) + 1
    wrong = [(c, str(totals[c])) for c, n in corners.items() if totals[c] != eg.Angle.pi(n - 2)]
    return claim(not wrong and len(corners) == len(P.cells), cells=len(P.cells), wrong=wrong)


THEOREM = Theorem(
    statement="For a convex polygon Σ_F (−1)^{dim F} α(F) = 0 over its faces, itself included, where α is "
    "the share of "
    "a small circle around F that lies inside.",
    hypotheses="bounded cells in the plane",
    source="J. P. Gram, Om Rumvinklerne i et Polyeder, Tidsskrift for Math. 4 (1874)",
    scope="exhaustive",
    over="all cells of the models of four families",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
