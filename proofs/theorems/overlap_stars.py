"""The `overlap` Gram matrix is positive semidefinite on every star."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[list[tuple[int, ...]]]:
    """Covers of up to 3 points by up to 4 sets."""
    for points in (1, 2, 3) if full else (1, 2):
        sets = [s for k in range(1, points + 1) for s in combinations(range(points), k)]
        for count in (2, 3, 4):
            for chosen in combinations_with_replacement(sets, count):
                if set().union(*chosen) == set(range(points)):
                    yield list(chosen)


def unmet(cover: list[tuple[int, ...]]) -> str:
    return "" if eg.nerve_of_cover(cover).dimension >= 1 else "no two sets meet"


def check(cover: list[tuple[int, ...]]) -> Finding:
    K = eg.nerve_of_cover(cover, max_dim=3)
    reports = [eg.nerve.check_compatibility(K, p, "overlap") for p in range(1, K.dimension + 1)]
    good = all(r.agrees and r.stars_are_semidefinite for r in reports)
    return claim(good, stars=[r.stars for r in reports], assembled=[str(r.assembled) for r in reports])


THEOREM = Theorem(
    statement="Restricted to the star of a simplex, ⟨σ, τ⟩ = mass(F_σ ∩ F_τ) is positive semidefinite, and "
    "stars agree on overlaps.",
    hypotheses="the nerve of a finite cover with masses",
    source="a Gram matrix of indicator functions; convention of arXiv:2511.03817",
    scope="exhaustive",
    over="all covers of up to 3 points by up to 4 sets",
    instances=instances,
    unmet=unmet,
    check=check,
)
