"""Masden: faces of the polyhedral complex of a network and their sign vectors."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("2-2-1 networks", "2-2-1-1 networks", "random networks", "lines", full=False)
    if full:
        yield from cases("2-2-1-1 networks", "random networks", full=True)


def unmet(case: Case) -> str:
    if not isinstance(case.model, eg.Network | eg.Arrangement) or not case.partition.is_bounded:
        return "no network or arrangement on a bounded domain"
    return ""


def signs(case: Case, point: list[Fraction]) -> str:
    """The signs of all units, then of all walls of the domain."""
    assert case.domain is not None
    walls = [b - sum(p * q for p, q in zip(a, point, strict=True)) for a, b in case.domain.inequalities]
    return case.model.signs(point) + "".join("0" if w == 0 else "+" if w > 0 else "-" for w in walls)


def check(case: Case) -> Finding:
    """Signs at the mean of the vertices of every face."""
    P = case.partition
    table: dict[str, tuple[int, int]] = {}
    of: dict[tuple[int, int], str] = {}
    for k in range(P.dimension + 1):
        for i, face in enumerate(P.faces(k)):
            corners = face.vertices
            mean = [sum(column, Fraction(0)) / len(corners) for column in zip(*corners, strict=True)]
            word = signs(case, mean)
            if word in table:
                return claim(False, signs=word, faces=[table[word], (k, i)])
            table[word], of[k, i] = (k, i), word
    for k in range(1, P.dimension + 1):
        for i in range(P.complex.count(k)):
            for j in P.complex.boundary(k)[i]:
                below, above = of[k - 1, int(j)], of[k, i]
                if any(s not in ("0", t) for s, t in zip(below, above, strict=True)):
                    return claim(False, face=above, facet=below)
    return claim(True, faces=len(of))


THEOREM = Theorem(
    statement="Different faces of the canonical polyhedral complex have different sign vectors, and the "
    "sign vector of a facet of a "
    "face arises from that of the face by setting entries to 0.",
    hypotheses="a network or arrangement on a bounded domain",
    source="M. Masden, Algorithmic determination of the combinatorial structure of the linear regions of "
    "ReLU neural networks, "
    "arXiv:2207.07696",
    scope="instances",
    over="all faces of the models of four families, degenerate ones included",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
