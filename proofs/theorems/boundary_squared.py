"""The boundary of a boundary is zero, in nerves, dual complexes and by hand."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("grids", "lines", "random planes", "random networks", "trees", full=False)
    if full:
        yield from cases("grids", "random lines", "random planes", "braids", full=True)
        yield from cases("sites", "2-2-1-1 networks", full=False)


def check(case: Case) -> Finding:
    """Both complexes in every degree, as integer matrices."""
    P = case.partition
    for K in (P.nerve(max_dim=3), P.dual_complex()):
        for p in range(2, K.dimension + 1):
            product = K.boundary(p - 1) @ K.boundary(p)
            if any(value for _, value in product.items()):
                return claim(False, complex=K.kind, degree=p)
    return claim(True, nerve=P.nerve(max_dim=3).counts, dual=P.dual_complex().counts)


THEOREM = Theorem(
    statement="∂_{p−1} ∂_p = 0.",
    hypotheses="the nerve or the dual complex of a partition",
    source="H. Poincaré, Analysis situs (1895)",
    scope="instances",
    over="both complexes of the models of up to eight families, degenerate ones included",
    instances=instances,
    check=check,
    about_models=True,
)
