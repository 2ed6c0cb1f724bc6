"""False: the assembled `overlap` Gram matrix is positive semidefinite."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[int]:
    """That many sets with one common point, and nothing else."""
    yield from range(2, 7)


def check(count: int) -> Finding:
    K = eg.nerve_of_cover([[0]] * count, max_dim=2)
    found = K.inertia(1, "overlap")
    proof = [found.certificate()]
    return claim(
        found.is_positive_semidefinite and eg.verify(proof),
        certificates=proof,
        sets=count,
        signature=list(found.signature),
        negative_vector=found.negative_vector,
        value=found.negative_value,
    )


THEOREM = Theorem(
    statement="The Gram matrix of all edges, ⟨σ, τ⟩ = mass(F_σ ∩ F_τ) where σ and τ share a vertex and 0 "
    "otherwise, is positive semidefinite.",
    hypotheses="the nerve of a finite cover with masses",
    source="claimed in public code for arXiv:2511.03817; each star is semidefinite (overlap_stars), the "
    "assembly is not",
    scope="exhaustive",
    over="two to six sets with one common point",
    instances=instances,
    check=check,
    expected="fails",
)
