"""Minkowski: the area vectors of a polytope add up to zero."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases(
        "grids", "random lines", "random planes", "random networks", "trees", "braids", full=full
    )


def unmet(case: Case) -> str:
    return "" if case.partition.is_bounded else "a cell is unbounded"


def check(case: Case) -> Finding:
    """Every cell: outward area vectors, the sign turned for the second cell of a facet."""
    P = case.partition
    worst = []
    for cell in P.cells:
        total = [0] * P.ambient_dimension
        for facet in cell.facets:
            sign = 1 if facet.cell_ids[0] == cell.id else -1
            total = [t + sign * x for t, x in zip(total, facet.area_vector, strict=True)]
        if any(total):
            worst.append((cell.id, total))
    return claim(not worst, cells=len(P.cells), not_closed=worst)


THEOREM = Theorem(
    statement="The outward area vectors of the facets of a bounded convex cell add up to 0.",
    hypotheses="bounded cells",
    source="H. Minkowski, Allgemeine Lehrsätze über die konvexen Polyeder (1897)",
    scope="instances",
    over="all cells of the models of six families",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
