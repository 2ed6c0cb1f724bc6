"""All questions of a level, capability by capability."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from exactgeom.testkit.conformance.base import Case
from exactgeom.testkit.conformance.families_other import OTHER
from exactgeom.testkit.conformance.models import ModelCase, models
from exactgeom.testkit.oracles import truth_of

__all__ = ["cases"]

AnyArray = np.ndarray[Any, Any]
Made = Iterator[tuple[str, Mapping[str, Any]]]


def cases(capability: str, level: str) -> list[Case]:
    """The questions about one capability, easy ones first; those of the levels below included.

    >>> [case.name for case in cases("forman_ricci", "quick")][:2]
    ['forman_ricci/path', 'forman_ricci/cycle-5']
    """
    made = _MAKERS[capability](level)
    return [Case(capability, family, arguments) for family, arguments in made]


def _whole(
    *, kinds: tuple[str, ...] = ("arrangement", "network"), least_dim: int = 1, generic: bool = False
) -> Callable[[str], Made]:
    """Questions about a whole partition."""

    def make(level: str) -> Made:
        for case in models(level):
            if case.kind in kinds and case.dim >= least_dim and (case.generic or not generic):
                yield case.family, case.where

    return make


def _nerves(level: str) -> Made:
    for case in models(level):
        if case.kind != "tree" and case.dim <= 3:
            yield case.family, {**case.where, "max_dim": 2 if case.dim == 1 else 3}


def _grams(level: str) -> Made:
    for case in models(level):
        if case.kind == "tree" or case.dim not in (2, 3) or (level == "quick" and case.kind == "network"):
            continue
        yield f"{case.family}-volumes", {**case.where, "degree": 0, "convention": "diagonal"}
        yield f"{case.family}-diagonal", {**case.where, "degree": 1, "convention": "diagonal"}
        if case.dim == 3:
            for convention in ("ridge-weighted", "area-vector", "face-weighted", "embedded"):
                yield f"{case.family}-{convention}", {**case.where, "degree": 1, "convention": convention}


def inner_points(case: ModelCase, count: int, seed: int = 5) -> AnyArray:
    """Random doubles in the box, off every boundary (with probability one; checked by the judges)."""
    rng = np.random.default_rng(seed)
    return case.lo + (case.hi - case.lo) * rng.uniform(0.01, 0.99, size=(count, case.dim))


def _evaluated(level: str) -> Made:
    for case in models(level):
        if case.kind == "network":
            yield case.family, {"model": case.model, "points": inner_points(case, 12)}


def _derived(level: str) -> Made:
    for case in models(level):
        if case.kind == "network" and case.generic:
            yield case.family, {"model": case.model, "points": inner_points(case, 12)}


def boundary_points(case: ModelCase, count: int = 12) -> AnyArray:
    """Points exactly on boundaries that are doubles, and their neighbours among the doubles."""
    if case.kind == "tree":
        rows = inner_points(case, count)
        splits = np.flatnonzero(case.model["feature"] >= 0)
        for i, row in enumerate(rows):
            at = splits[i % len(splits)]
            row[case.model["feature"][at]] = case.model["threshold"][at]
        return np.concatenate([rows, np.nextafter(rows, np.inf), np.nextafter(rows, -np.inf)])
    truth = truth_of(case.model, case.lo, case.hi)
    found = [p for p in truth.partition.vertices if all(float(x) == x for x in p)]
    for facet in truth.partition.facets:
        points = facet.vertices
        middle = tuple(sum(c) / len(points) for c in zip(*points, strict=True))
        if facet.is_interior and all(float(x) == x for x in middle):
            found.append(middle)
    rows = np.array([[float(x) for x in p] for p in found[:count]]).reshape(-1, case.dim)
    return np.concatenate([rows, np.nextafter(rows, 0)])


def _located(level: str) -> Made:
    for case in models(level):
        yield case.family, {"model": case.model, "points": inner_points(case, 20, seed=6)}
        on = boundary_points(case)
        if len(on):
            yield f"{case.family}-on-boundaries", {"model": case.model, "points": on}


_ALL: Final = ("arrangement", "network", "tree")
_MAKERS: Final[dict[str, Callable[[str], Made]]] = {
    "evaluate": _evaluated,
    "jacobian": _derived,
    "locate": _located,
    "partition": _whole(kinds=_ALL),
    "cell_volumes": _whole(kinds=_ALL),
    "affine_maps": _whole(kinds=("network",)),
    "facet_areas": _whole(),
    "dihedral_angles": _whole(least_dim=2),
    "nerve": _nerves,
    "gram": _grams,
    "volume_gradient": _whole(kinds=("arrangement",), generic=True),
    **OTHER,
}
