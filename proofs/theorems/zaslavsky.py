"""Zaslavsky's theorem: regions of an arrangement from its characteristic polynomial."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, equal


def instances(full: bool) -> Iterator[Case]:
    for case in cases("lines", "braids", "random lines", "random planes", full=full):
        yield Case(case.model)
    for n in (2, 3):
        for named in (
            eg.Arrangement.shi,
            eg.Arrangement.catalan,
            eg.Arrangement.linial,
            eg.Arrangement.resonance,
        ):
            yield Case(named(n))


def unmet(case: Case) -> str:
    return "" if isinstance(case.model, eg.Arrangement) else "the model is not a hyperplane arrangement"


def check(case: Case) -> Finding:
    """Cells counted by slicing all of R^d, against |χ(−1)| by deletion and restriction."""
    chi = case.model.characteristic_polynomial
    cells = len(Case(case.model).partition.cells)
    return equal(cells=cells, characteristic_polynomial=abs(sum(c * (-1) ** k for k, c in enumerate(chi))))


THEOREM = Theorem(
    statement="A finite arrangement of hyperplanes in R^d with characteristic polynomial χ has |χ(−1)| "
    "regions.",
    hypotheses="a finite arrangement of hyperplanes",
    source="T. Zaslavsky, Facing up to arrangements, Mem. Amer. Math. Soc. 154 (1975)",
    scope="exhaustive",
    over="all sets of up to 3 lines with coefficients in {-1, 0, 1}; named and random arrangements besides",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
