"""The nerve theorem: a partition of a convex domain has the homology of a point."""

from __future__ import annotations

from collections.abc import Iterator

from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    yield from cases("lines", "random planes", "braids", full=False)
    yield from cases("grids", "sites", "trees", "random networks", full=full)


def check(case: Case) -> Finding:
    """Betti numbers over Q and torsion over Z of both."""
    P = case.partition
    facts = {}
    good = True
    for name, K in (("nerve", P.nerve(max_dim=2)), ("dual", P.dual_complex())):
        betti, torsion = K.betti(), K.torsion()
        good &= betti[0] == 1 and not any(betti[1:]) and not any(torsion)
        facts[name] = betti
    return claim(good, **facts)


THEOREM = Theorem(
    statement="The nerve of the closed cells of a partition of a convex domain has the homology of a "
    "point, and so has its "
    "dual complex.",
    hypotheses="closed convex cells that cover a convex domain",
    source="K. Borsuk, On the imbedding of systems of compacta in simplicial complexes, Fund. Math. 35 "
    "(1948)",
    scope="exhaustive",
    over="all models of four families, degenerate ones included; lines, planes and braids besides",
    instances=instances,
    check=check,
    about_models=True,
)
