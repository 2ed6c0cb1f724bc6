"""Zaslavsky's second theorem: bounded regions from the characteristic polynomial."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, equal


def instances(full: bool) -> Iterator[Case]:
    for case in cases("lines", "random lines", "random planes", full=full):
        yield Case(case.model)


def unmet(case: Case) -> str:
    if not isinstance(case.model, eg.Arrangement):
        return "the model is not a hyperplane arrangement"
    return "" if case.model.is_essential else "the normals do not span the space"


def check(case: Case) -> Finding:
    cells = Case(case.model).partition.cells
    chi = case.model.characteristic_polynomial
    return equal(bounded=sum(cell.is_bounded for cell in cells), characteristic_polynomial=abs(sum(chi)))


THEOREM = Theorem(
    statement="An essential arrangement with characteristic polynomial χ has |χ(1)| bounded regions.",
    hypotheses="an arrangement of hyperplanes whose normals span the space",
    source="T. Zaslavsky, Facing up to arrangements, Mem. Amer. Math. Soc. 154 (1975)",
    scope="exhaustive",
    over="all sets of up to 3 lines with coefficients in {-1, 0, 1}; random arrangements besides",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
