"""Bugs in facets, angles, nerves, inner products and derivatives of volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback
from exactgeom.testkit.mutants_base import Mutant, mutant

__all__ = ["FACES"]

AnyArray = np.ndarray[Any, Any]
Answer = dict[str, Any]
Model = Mapping[str, Any]


# -- facets ------------------------------------------------------------------------------------------


def _facet_twice(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Every interior facet is listed from both its cells."""
    found = loopback.facet_areas(model, lo, hi)
    inner = np.flatnonzero(found["facets"].min(axis=1) >= 0)
    facets = np.concatenate([found["facets"], found["facets"][inner][:, ::-1]])
    areas = np.concatenate([found["areas"], found["areas"][inner]])
    return {"signs": found["signs"], "facets": facets, "areas": areas}


def _upper_walls_forgotten(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Facets on the upper walls of the box are left out, those on the lower ones are not."""
    found = loopback.facet_areas(model, lo, hi)
    side = found["facets"][:, 1]
    keep = (side >= 0) | (side % 2 == 1)  # side −1 − w, and w is odd on upper walls
    return {name: value if name == "signs" else value[keep] for name, value in found.items()}


def _unsigned_vectors(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Components of facet vectors lose their sign."""
    found = loopback.facet_areas(model, lo, hi)
    return {**found, "vectors": np.abs(found["vectors"])}


def _inward_vectors(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Facet vectors look into the first cell."""
    found = loopback.facet_areas(model, lo, hi)
    return {**found, "vectors": -found["vectors"]}


def _projected_areas(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """The area of a facet is that of its shadow along the largest component of the normal."""
    found = loopback.facet_areas(model, lo, hi)
    return {**found, "areas": np.abs(found["vectors"]).max(axis=1)}


def _unnormalised(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Interior facet vectors are area times the normal as given, not of length one."""
    if model["kind"] != "arrangement":
        raise NotImplementedError("arrangements only")
    found = loopback.facet_areas(model, lo, hi)
    signs, factor = found["signs"], np.ones(len(found["areas"]))
    for i, (a, b) in enumerate(found["facets"]):
        if b >= 0:
            crossed = int(np.flatnonzero(signs[a] != signs[b])[0])
            factor[i] = np.linalg.norm(np.asarray(model["normals"])[crossed])
    return {**found, "vectors": found["vectors"] * factor[:, None]}


# -- angles ------------------------------------------------------------------------------------------


def _arcsine_branch(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Arcsin knows no obtuse angles."""
    found = loopback.dihedral_angles(model, lo, hi)
    return {**found, "angles": np.arcsin(np.clip(np.sin(found["angles"]), 0, 1))}


def _exterior_angles(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Angles between outward normals, not between facets."""
    found = loopback.dihedral_angles(model, lo, hi)
    return {**found, "angles": np.pi - found["angles"]}


# -- nerves ------------------------------------------------------------------------------------------


def _across_facets_only(model: Model, lo: AnyArray, hi: AnyArray, max_dim: int) -> Answer:
    """Cells that meet only in a smaller face are not joined."""
    found = loopback.nerve(model, lo, hi, max_dim)
    facets = loopback.facet_areas(model, lo, hi)["facets"]
    pairs = {tuple(sorted(row)) for row in facets.tolist() if min(row) >= 0}

    def joined(row: list[int]) -> bool:
        return all(tuple(sorted((a, b))) in pairs for i, a in enumerate(row) for b in row[i + 1 :])

    kept = [[row for row in table.tolist() if joined(row)] for table in found["simplices"]]
    tables = [np.array(rows, dtype=np.int64).reshape(-1, p + 1) for p, rows in enumerate(kept)]
    return {**found, "simplices": tables}


def _without_root(model: Model, lo: AnyArray, hi: AnyArray, degree: int, convention: str) -> Answer:
    """Squared volumes where volumes are asked."""
    if convention != "diagonal":
        raise NotImplementedError(convention)
    found = loopback.gram(model, lo, hi, degree, convention)
    return {**found, "matrix": found["matrix"] ** 2}


def _flipped_simplices(model: Model, lo: AnyArray, hi: AnyArray, degree: int, convention: str) -> Answer:
    """Every second simplex is listed the other way round, its numbers are not."""
    if degree != 1 or convention == "diagonal":
        raise NotImplementedError(convention)
    found = loopback.gram(model, lo, hi, degree, convention)
    simplices = found["simplices"].copy()
    simplices[::2] = simplices[::2, ::-1]
    return {**found, "simplices": simplices}


# -- derivatives -------------------------------------------------------------------------------------


def _gradient_sign(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """The hyperplane moves the wrong way."""
    found = loopback.volume_gradient(model, lo, hi)
    return {**found, "offsets": -found["offsets"]}


def _gradient_facet(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """The last hyperplane gives nothing."""
    found = loopback.volume_gradient(model, lo, hi)
    normals, offsets = found["normals"].copy(), found["offsets"].copy()
    normals[:, -1] = offsets[:, -1] = 0
    return {**found, "normals": normals, "offsets": offsets}


FACES: Final[tuple[Mutant, ...]] = (
    mutant(
        "facet-twice",
        "a facet is counted from both sides",
        "facet_areas",
        _facet_twice,
        "repeated facet",
        "twice",
    ),
    mutant(
        "upper-walls-forgotten",
        "facets on the upper walls of the box are forgotten",
        "facet_areas",
        _upper_walls_forgotten,
        "missing facet",
        "facets missing",
    ),
    mutant(
        "unsigned-vectors",
        "facet vectors lose their signs",
        "facet_areas",
        _unsigned_vectors,
        "number",
        r"vectors\[.*was [\d.e-]+, but should be -",
    ),
    mutant(
        "inward-vectors",
        "facet vectors look into the first cell",
        "facet_areas",
        _inward_vectors,
        "number",
        r"vectors\[.*was -([\d.]+), but should be \1|vectors\[.*was ([\d.]+), but should be -\2",
    ),
    mutant(
        "projected-areas",
        "the area of a facet is that of its shadow",
        "facet_areas",
        _projected_areas,
        "number",
        "areas",
    ),
    mutant(
        "un-normalised", "normals are not of length one", "facet_areas", _unnormalised, "number", "vectors"
    ),
    mutant(
        "arcsine-branch",
        "the angle is taken on the branch of arcsin",
        "dihedral_angles",
        _arcsine_branch,
        "number",
        r"angles.*was (0|1)\.\d+, but should be (1\.[6-9]|2|3)",
    ),
    mutant(
        "exterior-angle",
        "exterior angles in place of interior ones",
        "dihedral_angles",
        _exterior_angles,
        "number",
        "angles",
    ),
    mutant(
        "across-facets-only",
        "cells that meet in less than a facet are not joined",
        "nerve",
        _across_facets_only,
        "missing 1-simplex",
        "1-simplices missing",
    ),
    mutant(
        "gram-without-root",
        "squared volumes in place of volumes",
        "gram",
        _without_root,
        "number",
        r"matrix\[(.*), \1\]",
    ),
    mutant(
        "orientation-flip",
        "half the simplices are listed the other way round",
        "gram",
        _flipped_simplices,
        "number",
        r"was -([\d.]+), but should be \1|was ([\d.]+), but should be -\2",
    ),
    mutant(
        "gradient-sign",
        "hyperplanes move against their normal",
        "volume_gradient",
        _gradient_sign,
        "number",
        r"offsets\[.*(was -([\d.]+), but should be \2|was ([\d.]+), but should be -\3)",
    ),
    mutant(
        "gradient-facet",
        "one hyperplane is missing in the gradient",
        "volume_gradient",
        _gradient_facet,
        "number",
        "was 0.0, but",
    ),
)
"""All of them."""
