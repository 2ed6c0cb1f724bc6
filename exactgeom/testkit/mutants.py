"""Candidates that are wrong on purpose: the loopback with one realistic bug each. The kit must catch them.

`MUTANTS` maps a name to (what is wrong, the kinds of findings that name the cause, functions replaced).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback

__all__ = ["MUTANTS", "Mutant"]

AnyArray = np.ndarray[Any, Any]
Answer = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """One bug: in words, the functions that have it, and the findings (kinds) that give it away."""

    name: str
    bug: str
    functions: Mapping[str, Callable[..., Any]]
    caught_by: frozenset[str]

    def module(self, *, whole: bool = False) -> ModuleType:
        """The candidate: the wrong functions alone, or the whole loopback with them in."""
        made = ModuleType(self.name)
        if whole:
            vars(made).update({name: getattr(loopback, name) for name in loopback.__all__})
        vars(made).update(self.functions, NAME=self.name)
        return made


def _merged_slivers(model: Any, lo: AnyArray, hi: AnyArray) -> Answer:
    """Cells below a tolerance go to the neighbour with the most similar signs, so the total is right."""
    found = loopback.cell_volumes(model, lo, hi)
    volumes = found["volumes"]
    key = next(name for name in ("signs", "leaves") if name in found)
    rows = found[key].reshape(len(volumes), -1).astype(float)
    keep = volumes > 1e-9 * float(np.prod(hi - lo))
    merged = volumes.copy()
    for lost in np.flatnonzero(~keep):
        off = np.abs(rows - rows[lost]).sum(axis=1) + np.where(keep, 0, np.inf)
        merged[int(np.argmin(off))] += volumes[lost]
    return {key: found[key][keep], "volumes": merged[keep]}


def _facet_twice(model: Any, lo: AnyArray, hi: AnyArray) -> Answer:
    """Every interior facet is listed from both its cells."""
    found = loopback.facet_areas(model, lo, hi)
    inner = np.flatnonzero(found["facets"].min(axis=1) >= 0)
    facets = np.concatenate([found["facets"], found["facets"][inner][:, ::-1]])
    areas = np.concatenate([found["areas"], found["areas"][inner]])
    return {"signs": found["signs"], "facets": facets, "areas": areas}


def _arcsine_branch(model: Any, lo: AnyArray, hi: AnyArray) -> Answer:
    """Arcsin knows no obtuse angles."""
    found = loopback.dihedral_angles(model, lo, hi)
    return {**found, "angles": np.arcsin(np.clip(np.sin(found["angles"]), 0, 1))}


def _strict_split(model: Any, points: AnyArray) -> AnyArray:
    """`<` at the splits where the tree says `<=`."""
    if model["kind"] != "tree":
        raise NotImplementedError("trees only")
    leaves = []
    for x in points:
        node = 0
        while model["feature"][node] >= 0:
            left = x[model["feature"][node]] < model["threshold"][node]
            node = int(model["left" if left else "right"][node])
        leaves.append([node])
    return np.array(leaves)


def _single_precision(model: Any, lo: AnyArray, hi: AnyArray) -> Answer:
    """Volumes pass through float32."""
    found = loopback.cell_volumes(model, lo, hi)
    return {**found, "volumes": found["volumes"].astype(np.float32)}


def _squared_costs(cost: AnyArray, source: AnyArray, target: AnyArray) -> float:
    """W_2 squared where W_1 was asked."""
    return loopback.wasserstein(cost**2, source, target)


_LIST = (
    Mutant(
        "merged-slivers",
        "a tolerance merges slivers into a neighbour",
        {"cell_volumes": _merged_slivers},
        frozenset({"missing cell"}),
    ),
    Mutant(
        "facet-twice",
        "a facet is counted from both sides",
        {"facet_areas": _facet_twice},
        frozenset({"repeated facet"}),
    ),
    Mutant(
        "arcsine-branch",
        "wrong branch of the angle",
        {"dihedral_angles": _arcsine_branch},
        frozenset({"number"}),
    ),
    Mutant("strict-split", "< for <=", {"locate": _strict_split}, frozenset({"sign"})),
    Mutant(
        "single-precision", "float32 rounding", {"cell_volumes": _single_precision}, frozenset({"number"})
    ),
    Mutant("squared-costs", "W_1 with squared costs", {"wasserstein": _squared_costs}, frozenset({"number"})),
)
MUTANTS: Final[Mapping[str, Mutant]] = {mutant.name: mutant for mutant in _LIST}
"""Name to mutant."""
