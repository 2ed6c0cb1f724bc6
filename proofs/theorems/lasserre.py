"""Lasserre: volume from the facets and their distances."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("sites", full=False)
    yield from cases("random lines", "random planes", "random networks", "braids", full=full)


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    """``d vol(C) = Σ_F h_F vol(F)``; ``h_F vol(F)`` is the area vector times any point of F: rational."""
    P = case.partition
    wrong = []
    for cell in P.cells:
        total = Fraction(0)
        for facet in cell.facets:
            sign = 1 if facet.cell_ids[0] == cell.id else -1
            point = facet.vertices[0]
            total += sign * sum(n * x for n, x in zip(facet.area_vector, point, strict=True))
        if total != P.ambient_dimension * cell.volume:
            wrong.append((cell.id, total, cell.volume))
    return claim(not wrong, cells=len(P.cells), total_volume=P.total_volume, wrong=wrong)


THEOREM = Theorem(
    statement="d vol(C) = Σ_F h_F vol(F) over the facets of C, with h_F the signed distance of aff F from "
    "the origin.",
    hypotheses="bounded cells",
    source="J. B. Lasserre, An analytical expression and an algorithm for the volume of a convex "
    "polyhedron in R^n, "
    "J. Optim. Theory Appl. 39 (1983)",
    scope="instances",
    over="all cells of the models of five families",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
