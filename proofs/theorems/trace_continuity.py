"""Tangential traces of a pullback by a continuous piecewise-linear map agree on shared facets."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Case, Finding, Theorem, cases, claim


def instances(full: bool) -> Iterator[Case]:
    """Networks with their last layer replaced by two outputs, so that 2-forms can be pulled back."""
    for case in cases("2-2-1 networks", "2-2-1-1 networks", "random networks", full=False):
        if full or len(case.partition.cells) > 3:
            yield case


def unmet(case: Case) -> str:
    P = case.partition
    if not isinstance(case.model, eg.Network):
        return "the model is not a network"
    if not P.is_bounded or P.dimension < 2:
        return "no bounded partition of dimension 2 or more"
    return "the network jumps" if P.jump_facets() else ""


def check(case: Case) -> Finding:
    P, outputs = case.partition, len(case.model([0] * case.partition.dimension))
    y = eg.forms.coordinates([f"y{i}" for i in range(outputs)])
    x = [f"x{i}" for i in range(P.dimension)]
    form = (y[0] ** 2 + 1) * y[-1].d()
    pulled = eg.forms.pullback_piecewise(form, P.complex, [P.affine_map(c) for c in P.cells], x)
    return claim(not pulled.trace_mismatches(), cells=len(P.cells), integrand=str(form))


THEOREM = Theorem(
    statement="For a continuous piecewise-linear f the two pullbacks of a form to a shared facet have "
    "equal tangential "
    "traces.",
    hypotheses="a continuous network on a bounded domain",
    source="elementary: both are the pullback by f restricted to the facet",
    scope="instances",
    over="networks of three families, one polynomial 1-form of the outputs",
    instances=instances,
    unmet=unmet,
    check=check,
    about_models=True,
)
