"""Bugs in cells, signs, volumes, affine maps and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback
from exactgeom.testkit.mutants_base import Mutant, mutant
from exactgeom.testkit.oracles import truth_of

__all__ = ["CELLS"]

AnyArray = np.ndarray[Any, Any]
Answer = dict[str, Any]
Model = Mapping[str, Any]


def _key(answer: Answer) -> str:
    return next(name for name in ("signs", "leaves") if name in answer)


# -- which cells -------------------------------------------------------------------------------------


def _merged_slivers(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Cells below a tolerance go to the neighbour with the most similar signs, so the total is right."""
    found = loopback.cell_volumes(model, lo, hi)
    volumes, key = found["volumes"], _key(found)
    rows = found[key].reshape(len(volumes), -1).astype(float)
    keep = volumes > 1e-9 * float(np.prod(hi - lo))
    merged = volumes.copy()
    for lost in np.flatnonzero(~keep):
        off = np.abs(rows - rows[lost]).sum(axis=1) + np.where(keep, 0, np.inf)
        merged[int(np.argmin(off))] += volumes[lost]
    return {key: found[key][keep], "volumes": merged[keep]}


def _sampled(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Cells are those that random points hit."""
    points = np.random.default_rng(0).uniform(lo, hi, size=(200, len(lo)))
    rows = np.unique(loopback.locate(model, points), axis=0)
    return {"leaves": rows[:, 0]} if model["kind"] == "tree" else {"signs": rows}


def _merged_by_map(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Cells with one affine map count as one."""
    if model["kind"] != "network":
        raise NotImplementedError("networks only")
    found = loopback.affine_maps(model, lo, hi)
    rows = np.concatenate([found["A"].reshape(len(found["A"]), -1), found["b"]], axis=1)
    first = np.sort(np.unique(rows, axis=0, return_index=True)[1])
    return {"signs": found["signs"][first]}


def _all_patterns(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Every sign vector is taken for a cell."""
    if model["kind"] != "arrangement":
        raise NotImplementedError("arrangements only")
    count = len(model["offsets"])
    table = np.array(list(np.ndindex(*[2] * count)), dtype=np.int8)
    return {"signs": 2 * table - 1}


def _rounded_vertices(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Vertices are rounded to six digits, so near ones become one."""
    found = loopback.partition(model, lo, hi)
    if "vertices" not in found:
        raise NotImplementedError("no trees")
    return {**found, "vertices": np.round(found["vertices"], 6)}


# -- where points are --------------------------------------------------------------------------------


def _strict_split(model: Model, points: AnyArray) -> AnyArray:
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


def _ties_dropped(model: Model, points: AnyArray) -> AnyArray:
    """Zero counts as negative, without saying so."""
    if model["kind"] == "tree":
        raise NotImplementedError("no trees")
    found = loopback.locate(model, points)
    return np.where(found == 0, -1, found)


def _inside_out(model: Model, points: AnyArray) -> AnyArray:
    """Inside and outside of every hyperplane are swapped."""
    if model["kind"] != "arrangement":
        raise NotImplementedError("arrangements only")
    return -loopback.locate(model, points)


# -- volumes -----------------------------------------------------------------------------------------


def _single_precision(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Volumes pass through float32."""
    found = loopback.cell_volumes(model, lo, hi)
    return {**found, "volumes": found["volumes"].astype(np.float32)}


def _bounding_boxes(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """The volume of a cell is that of its bounding box."""
    truth = truth_of(model, lo, hi)
    if truth.is_tree:
        raise NotImplementedError("no trees")
    found = loopback.partition(model, lo, hi)
    sizes = [np.ptp(found["vertices"][cell], axis=0).prod() for cell in found["cells"]]
    return {"signs": found["signs"], "volumes": np.array(sizes)}


def _no_factorial(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Determinants are summed and never divided by d!."""
    found = loopback.cell_volumes(model, lo, hi)
    return {**found, "volumes": found["volumes"] * np.prod(np.arange(1.0, len(lo) + 1))}


# -- outputs -----------------------------------------------------------------------------------------


def _one_layer_more(model: Model, points: AnyArray) -> AnyArray:
    """The activation is applied after the last layer too."""
    return np.maximum(loopback.evaluate(model, points), 0)


def _unmasked_layer(model: Model, points: AnyArray) -> AnyArray:
    """The first layer's activation is taken for the identity in the derivative."""
    layers = list(model["layers"])
    changed = {**model, "layers": [layers[0], {"type": "leaky_relu", "slope": 1.0}, *layers[2:]]}
    return loopback.jacobian(changed, points)


def _bias_forgotten(model: Model, lo: AnyArray, hi: AnyArray) -> Answer:
    """Only the last bias enters b."""
    found = loopback.affine_maps(model, lo, hi)
    last = np.asarray(model["layers"][-1]["bias"], dtype=float)
    return {**found, "b": np.broadcast_to(last, found["b"].shape).copy()}


CELLS: Final[tuple[Mutant, ...]] = (
    mutant(
        "merged-slivers",
        "a tolerance merges slivers into a neighbour",
        "cell_volumes",
        _merged_slivers,
        "missing cell",
        "cells missing",
    ),
    mutant(
        "sampled-cells", "cells that no random point hits are lost", "partition", _sampled, "missing cell"
    ),
    mutant(
        "merged-by-map",
        "cells with the same affine map are merged",
        "partition",
        _merged_by_map,
        "missing cell",
    ),
    mutant(
        "all-sign-vectors",
        "sign vectors without points are cells",
        "partition",
        _all_patterns,
        "spurious cell",
    ),
    mutant(
        "rounded-vertices",
        "vertices are rounded to six digits",
        "partition",
        _rounded_vertices,
        "vertices",
        "none within",
    ),
    mutant(
        "strict-split", "< where the tree says <=", "locate", _strict_split, "sign", "points in another leaf"
    ),
    mutant(
        "ties-dropped",
        "points on a hyperplane count as below it",
        "locate",
        _ties_dropped,
        "sign",
        r"exactly on the boundary\): was -1, but should be 0",
    ),
    mutant(
        "inside-out",
        "the two sides of every hyperplane are swapped",
        "locate",
        _inside_out,
        "sign",
        "was -1, but should be 1",
    ),
    mutant(
        "single-precision",
        "volumes pass through float32",
        "cell_volumes",
        _single_precision,
        "number",
        "volumes",
    ),
    mutant(
        "bounding-boxes",
        "the volume of a cell is that of its bounding box",
        "cell_volumes",
        _bounding_boxes,
        "number",
        "volumes",
    ),
    mutant(
        "no-factorial",
        "volumes of simplices are not divided by d!",
        "cell_volumes",
        _no_factorial,
        "number",
        "volumes",
    ),
    mutant(
        "one-layer-more",
        "the activation is applied after the last layer too",
        "evaluate",
        _one_layer_more,
        "number",
        r"outputs\[.*was 0.0, but should be -",
    ),
    mutant(
        "unmasked-layer",
        "the derivative forgets the first activation",
        "jacobian",
        _unmasked_layer,
        "number",
        "jacobian",
    ),
    mutant(
        "bias-forgotten", "only the last bias enters b", "affine_maps", _bias_forgotten, "number", r"^b\["
    ),
)
"""All of them."""
