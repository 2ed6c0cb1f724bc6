"""The dihedral angles around an inner ridge add up to 2π."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", "random lines", "random planes", "random networks", "sites", "trees", full=full)


def unmet(case: Case) -> str:
    P = case.partition
    if P.dimension < 2 or not P.is_bounded:
        return "no bounded partition of dimension 2 or more"
    return ""


def check(case: Case) -> Finding:
    """Inner ridges: those on no facet of the boundary. Sums of angles are compared exactly."""
    P = case.partition
    outside = {v for facet in P.facets if not facet.is_interior for v in [frozenset(facet.vertex_ids)]}
    inner, wrong = 0, []
    for ridge in P.ridges:
        on = frozenset(ridge.vertex_ids)
        if any(on <= facet for facet in outside):
            continue
        inner += 1
        total = sum((angle for _, _, angle in ridge.angles), eg.Angle.pi(0))
        if total != eg.Angle.pi(2):
            wrong.append((ridge.id, str(total)))
    return claim(not wrong, inner_ridges=inner, wrong=wrong)


THEOREM = Theorem(
    statement="Around a ridge inside the domain the interior dihedral angles of all cells add up to "
    "exactly 2π.",
    hypotheses="a bounded partition of dimension at least 2",
    source="elementary",
    scope="instances",
    over="all inner ridges of the models of six families",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
