"""False: the proper simplices of the nerve have the homology of the domain."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", full=full)


def check(case: Case) -> Finding:
    betti = case.partition.nerve(proper_only=True).betti()
    return claim(betti[0] == 1 and not any(betti[1:]), betti=betti, homology_of_domain=[1])


THEOREM = Theorem(
    statement="The simplices of the nerve all of whose faces are proper have the homology of the convex "
    "domain.",
    hypotheses="a partition of a convex domain",
    source="tempting, since only proper simplices have a norm; where four cells meet in a point the "
    "tetrahedron's "
    "diagonals are not proper, and a circle is left",
    scope="exhaustive",
    over="grids of axis-parallel lines and planes",
    instances=instances,
    check=check,
    expected="fails",
    about_models=True,
)
