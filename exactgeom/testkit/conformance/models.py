"""Families of models: named, deterministic, valid by construction; (name, level it starts at, model, lo, hi).

Weights are doubles; "dyadic" ones have few bits, so that coincidences and boundary points are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

AnyArray = np.ndarray[Any, Any]
Model = dict[str, Any]

__all__ = ["ModelCase", "models"]

ORDER = {"quick": 0, "full": 1, "hostile": 2}


@dataclass(frozen=True)
class ModelCase:
    """A model on a box; `generic`: no two hyperplanes coincide and none lies on the box."""

    family: str
    level: str
    model: Model
    lo: AnyArray
    hi: AnyArray
    generic: bool = True

    @property
    def kind(self) -> str:
        """``network``, ``arrangement`` or ``tree``."""
        return str(self.model["kind"])

    @property
    def dim(self) -> int:
        """Number of inputs."""
        return len(self.lo)

    @property
    def where(self) -> dict[str, Any]:
        """The arguments ``model``, ``lo``, ``hi``."""
        return {"model": self.model, "lo": self.lo, "hi": self.hi}


def models(level: str) -> list[ModelCase]:
    """All models of a level, those of the levels below included.

    >>> len(models("quick")) < len(models("full")) < len(models("hostile"))
    True
    """
    found = [*_arrangements(), *_networks(), *_trees()]
    return [case for case in found if ORDER[case.level] <= ORDER[level]]


def _case(
    family: str, level: str, model: Model, half: float = 1.0, *, generic: bool = True, lo: float | None = None
) -> ModelCase:
    d = int(model["dim"] if "dim" in model else model["input_dim"])
    return ModelCase(family, level, model, np.full(d, -half if lo is None else lo), np.full(d, half), generic)


# -- arrangements ------------------------------------------------------------------------------------


def arrangement(normals: Any, offsets: Any) -> Model:
    """The description of hyperplanes `normal · x = offset`."""
    rows = np.asarray(normals, dtype=np.float64)
    return {
        "kind": "arrangement",
        "dim": rows.shape[1],
        "normals": rows,
        "offsets": np.asarray(offsets, dtype=np.float64),
    }


def _arrangements() -> Iterator[ModelCase]:
    rng = np.random.default_rng(1)
    for d, h, level in ((1, 3, "quick"), (2, 4, "quick"), (3, 4, "quick"), (2, 9, "full"), (3, 7, "full")):
        model = arrangement(rng.normal(size=(h, d)), rng.uniform(-0.5, 0.5, size=h))
        yield _case(f"lines-{d}d-{h}", level, model)
    model = arrangement(rng.normal(size=(5, 4)), rng.uniform(-0.3, 0.3, size=5))
    yield _case("lines-4d-5", "full", model)
    single = rng.normal(size=(6, 2)).astype(np.float32), rng.normal(size=6).astype(np.float32) / 4
    yield _case("float32-lines", "quick", arrangement(*single))
    yield _case("concurrent", "quick", arrangement([[1, 0], [0, 1], [1, 1], [1, -1]], [0, 0, 0, 0]))
    yield _case("grid", "quick", arrangement([[1, 0], [1, 0], [0, 1], [0, 1]], [-0.5, 0.25, 0, 0.5]))
    for name, gap, level in (("sliver-20", 2.0**-20, "quick"), ("sliver-40", 2.0**-40, "quick")):
        yield _case(name, level, arrangement([[1, 0], [1, 0], [1, 2]], [0.25, 0.25 + gap, 0.125]))
    yield _case("sliver-60", "hostile", arrangement([[1, 1], [1, 1], [1, -2]], [0, 2.0**-60, 0.5]))
    yield _case("wedge-30", "hostile", arrangement([[1, 0], [1, 2.0**-30], [0, 1]], [0, 0, 0.5]))
    for bits, level in ((20, "full"), (45, "hostile")):
        triangle = arrangement([[1, 0], [0, 1], [1, 1]], [0.25, 0.25, 0.5 + 2.0**-bits])
        yield _case(f"tiny-triangle-{bits}", level, triangle)
    tiny = arrangement([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], [0.25, 0.25, 0.25, 0.75 + 2.0**-30])
    yield _case("tiny-simplex-30", "hostile", tiny)
    same = arrangement([[1, 1], [2, 2], [-1, -1], [1, -1]], [0.5, 1, -0.5, 0])
    yield _case("coincident", "full", same, generic=False)
    walls = arrangement([[1, 0], [0, 1], [1, 1]], [1, -1, 0])
    yield _case("on-the-wall", "full", walls, generic=False)
    yield _case("through-corners", "full", arrangement([[1, 1], [1, -1], [1, 3]], [0, 0, -2]))
    scaled = arrangement([[2.0**30, 2.0**30], [2.0**-30, -(2.0**-29)]], [2.0**28, 2.0**-32])
    yield _case("far-scales", "hostile", scaled)
    yield _case("far-box", "hostile", arrangement([[1, 1], [1, -1]], [0, 2.0**10]), half=2.0**20)
    braid = arrangement([[1, -1, 0], [1, 0, -1], [0, 1, -1]], [0, 0, 0])
    yield _case("braid-3", "full", braid)


# -- networks ----------------------------------------------------------------------------------------


def linear(weight: Any, bias: Any) -> Model:
    """The description of a linear layer."""
    rows = np.asarray(weight, dtype=np.float64)
    return {"type": "linear", "weight": rows, "bias": np.asarray(bias, dtype=np.float64)}


def network(*layers: Model) -> Model:
    """The description of a network."""
    return {"kind": "network", "input_dim": int(layers[0]["weight"].shape[1]), "layers": list(layers)}


def _random(seed: int, widths: tuple[int, ...], unit: Model | None = None, kind: str = "float") -> Model:
    """Random weights: doubles, float32 values, or multiples of 1/8."""
    rng = np.random.default_rng(seed)
    layers: list[Model] = []
    for fan, width in pairwise(widths):
        weight, bias = rng.normal(size=(width, fan)) / np.sqrt(fan) * 1.4, rng.normal(size=width) * 0.4
        if kind == "float32":
            weight, bias = weight.astype(np.float32), bias.astype(np.float32)
        elif kind == "dyadic":
            weight, bias = np.round(weight * 8) / 8, np.round(bias * 8) / 8
        layers += [linear(weight, bias), dict(unit or {"type": "relu"})]
    return network(*layers[:-1])


def _networks() -> Iterator[ModelCase]:
    yield _case("net-1-4-1", "quick", _random(1, (1, 4, 1)))
    yield _case("net-2-5-1", "quick", _random(2, (2, 5, 1)))
    yield _case("net-2-4-3-2", "quick", _random(3, (2, 4, 3, 2)))
    yield _case("net-3-4-1", "quick", _random(4, (3, 4, 1)))
    yield _case("net-dyadic-2-4-3-1", "quick", _random(5, (2, 4, 3, 1), kind="dyadic"))
    yield _case("net-2-12-8-1", "full", _random(6, (2, 12, 8, 1)))
    yield _case("net-3-6-4-1", "full", _random(7, (3, 6, 4, 1)))
    yield _case("net-float32-2-8-8-3", "full", _random(8, (2, 8, 8, 3), kind="float32"))
    yield _case("net-2-3-3-3-3-1", "full", _random(9, (2, 3, 3, 3, 3, 1)))
    yield _case("net-leaky", "full", _random(10, (2, 5, 4, 1), {"type": "leaky_relu", "slope": 0.01}))
    yield _case("net-abs", "full", _random(11, (2, 4, 3, 1), {"type": "abs"}))
    clipped = {"type": "hard_tanh", "low": -1.0, "high": 1.0}
    yield _case("net-hard-tanh", "full", _random(12, (2, 4, 3, 1), clipped))
    yield from _degenerate_networks()


def _degenerate_networks() -> Iterator[ModelCase]:
    """Zero biases, twins, dead units, units that vanish on a cell, slivers."""
    relu: Model = {"type": "relu"}
    eye = linear([[1, 0], [0, 1], [1, 1], [1, -1]], [0, 0, 0, 0])
    out, plus = linear([[1, -1, 2, 1]], [0.5]), linear([[1, 1]], [0])
    mixed = linear([[1, -1, 1, 0], [0, 1, -1, 1]], [0, 0])
    yield _case("net-zero-bias", "full", network(eye, relu, mixed, relu, plus), generic=False)
    twins = linear([[1, 1], [1, 1], [-2, -2], [0, 1]], [0.25, 0.25, -0.5, 0])
    yield _case("net-twins", "full", network(twins, relu, out), generic=False)
    dead = linear([[1, 0], [0, 0], [0, 0], [0.5, 1]], [0, 0, 1, 0.25])
    yield _case("net-dead-units", "full", network(dead, relu, out), generic=False)
    vanish = linear([[1, 0, 0, 0], [0, 1, 0, 0]], [0, -0.25])
    yield _case("net-vanishing", "hostile", network(eye, relu, vanish, relu, plus), generic=False)
    near = linear([[1, 1], [1, 1], [1, -1]], [0, 2.0**-45, 0.25])
    yield _case("net-sliver-45", "hostile", network(near, relu, linear([[1, -1, 1]], [0])))
    first = linear([[1, 0], [0, 1], [1, 1]], [0, 0, 0])
    deep = linear([[1, 1, 0], [1, 1, 2.0**-30]], [-0.25, -0.25])
    model = network(first, relu, deep, relu, linear([[1, -1]], [0]))
    yield _case("net-deep-sliver", "hostile", model, generic=False)


# -- trees -------------------------------------------------------------------------------------------


def tree(dim: int, nodes: list[tuple[int, float, int, int]]) -> Model:
    """The description of a tree from rows (feature or −1, threshold, left, right)."""
    feature, threshold, left, right = (list(column) for column in zip(*nodes, strict=True))
    return {
        "kind": "tree",
        "dim": dim,
        "feature": np.array(feature, dtype=np.int64),
        "threshold": np.array(threshold, dtype=np.float64),
        "left": np.array(left, dtype=np.int64),
        "right": np.array(right, dtype=np.int64),
        "value": np.arange(len(nodes), dtype=np.float64)[:, None],
    }


def _grown(seed: int, dim: int, depth: int) -> Model:
    """A random complete tree on [−1, 1]^dim whose splits cut their boxes."""
    rng = np.random.default_rng(seed)
    nodes: list[tuple[int, float, int, int]] = []

    def grow(lo: AnyArray, hi: AnyArray, level: int) -> int:
        at = len(nodes)
        nodes.append((-1, 0.0, -1, -1))
        if level:
            axis = int(rng.integers(dim))
            cut = float(rng.uniform(0.75 * lo[axis] + 0.25 * hi[axis], 0.25 * lo[axis] + 0.75 * hi[axis]))
            below, above = hi.copy(), lo.copy()
            below[axis] = above[axis] = cut
            nodes[at] = (axis, cut, grow(lo, below, level - 1), grow(above, hi, level - 1))
        return at

    grow(np.full(dim, -1.0), np.full(dim, 1.0), depth)
    return tree(dim, nodes)


def _trees() -> Iterator[ModelCase]:
    dyadic = [(0, 0.5, 1, 4), (1, -0.25, 2, 3), (-1, 0, -1, -1), (-1, 0, -1, -1), (1, 0.25, 5, 6)]
    leaves = [(-1, 0.0, -1, -1)] * 2
    yield _case("tree-dyadic", "quick", tree(2, [*dyadic, *leaves]))
    yield _case("tree-2d", "quick", _grown(1, 2, 3))
    yield _case("tree-5d", "full", _grown(2, 5, 5))
    thin = [(0, 0.5, 1, 2), (-1, 0.0, -1, -1), (0, float(np.nextafter(0.5, 1)), 3, 4), *leaves]
    yield _case("tree-sliver", "full", tree(2, thin))
    dead = [(0, 0.5, 1, 2), (0, 0.75, 3, 4), *([(-1, 0.0, -1, -1)] * 3)]
    yield _case("tree-dead-leaf", "hostile", tree(2, dead))
