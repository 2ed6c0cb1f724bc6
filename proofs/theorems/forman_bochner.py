"""Forman's Bochner identity on unweighted complexes."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.families_other import simplicial_complexes
from exactgeom.testkit.registry import Finding, Theorem, equal


def instances(full: bool) -> Iterator[list[tuple[int, ...]]]:
    yield from simplicial_complexes(full)


def unmet(simplices: list[tuple[int, ...]]) -> str:
    return "" if eg.SimplicialComplex(simplices).dimension >= 1 else "there is no edge"


def check(simplices: list[tuple[int, ...]]) -> Finding:
    """What is left of each diagonal entry of ∂ᵀ∂ + ∂∂ᵀ after its row's off-diagonal entries are taken off."""
    K = eg.SimplicialComplex(simplices)
    down = K.boundary(1)
    edges = list(down.columns)
    laplacian = down.T @ down
    if K.dimension >= 2:
        up = K.boundary(2)
        laplacian = laplacian + up @ up.T
    left = {
        edge: laplacian[i, i] - sum(abs(laplacian[i, j]) for j in range(len(edges)) if j != i)
        for i, edge in enumerate(edges)
    }
    forman = eg.curvature.forman_complex(K, 1)
    return equal(
        laplacian=[left[edge] for edge in edges], forman=[forman[tuple(sorted(edge))] for edge in edges]
    )


THEOREM = Theorem(
    statement="Δ_1 = B + F, with F diagonal, equal to Forman's curvature, and B with rows that add up to 0 "
    "in absolute value: "
    "B_ii = Σ_{j≠i} |B_ij|.",
    hypotheses="a simplicial complex with unit weights",
    source="R. Forman, Bochner's method for cell complexes and combinatorial Ricci curvature, "
    "Discrete Comput. Geom. 29 (2003)",
    scope="instances",
    over="the edges of surfaces, simplices and random complexes",
    instances=instances,
    unmet=unmet,
    check=check,
)
