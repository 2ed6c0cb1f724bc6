"""Gauss–Bonnet for triangulated surfaces: the angle defects add up to 2πχ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families_other import SURFACES
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[tuple[str, dict[tuple[int, int], int]]]:
    """(surface, lengths): lengths from 5 to 9 always make triangles."""
    for name, triangles in SURFACES.items():
        edges = sorted({e for t in triangles for e in combinations(sorted(t), 2)})
        for seed in range(4 if full else 2):
            rng = Random(seed)
            yield name, {e: 1 if seed == 0 else rng.randint(5, 9) for e in edges}


def check(instance: tuple[str, Any]) -> Finding:
    """χ from the homology of the complex, angles from the law of cosines, the sum as an exact angle."""
    name, lengths = instance
    betti = eg.SimplicialComplex(SURFACES[name]).betti()
    chi = sum((-1) ** k * b for k, b in enumerate(betti))
    total = eg.curvature.angle_defects(SURFACES[name], lengths).total
    return claim(total == eg.Angle.pi(2 * chi), surface=name, chi=chi, total=total)


THEOREM = Theorem(
    statement="On a triangulated compact surface Σ_v (2π − Σθ) over inner and Σ_v (π − Σθ) over boundary "
    "vertices add up to "
    "2πχ.",
    hypotheses="a triangulated compact surface; edge lengths that satisfy the triangle inequalities",
    source="T. Banchoff, Critical points and curvature for embedded polyhedra, J. Differential Geom. 1 "
    "(1967)",
    scope="instances",
    over="sphere, torus, projective plane, disc, annulus with random integer lengths",
    instances=instances,
    check=check,
)
