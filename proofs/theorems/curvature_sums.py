"""Combinatorial curvatures of vertices add up to the Euler characteristic."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_other import simplicial_complexes
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[list[tuple[int, ...]]]:
    yield from simplicial_complexes(full)


def check(simplices: list[tuple[int, ...]]) -> Finding:
    values = eg.curvature.combinatorial_curvature(simplices)
    betti = eg.SimplicialComplex(simplices).betti()
    return equal(
        curvature=sum(values.values()),
        homology=sum((-1) ** k * b for k, b in enumerate(betti)),
    )


THEOREM = Theorem(
    statement="Σ_v Σ_k (−1)^k f_k(v)/(k+1) = χ = Σ (−1)^k β_k, with f_k(v) the number of k-simplices that "
    "contain v.",
    hypotheses="a finite simplicial complex",
    source="N. Levitt, The Euler characteristic is the unique locally determined numerical homotopy "
    "invariant, "
    "Discrete Comput. Geom. 7 (1992)",
    scope="instances",
    over="surfaces, simplices and random complexes",
    instances=instances,
    check=check,
)
