"""What is true: exact models from exactly the doubles a candidate gets, and their partitions (kept)."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models import Abs, Arrangement, DecisionTree, HardTanh, LeakyReLU, Linear, Network, ReLU
from exactgeom.models.tree_nodes import Leaf, Node, Split
from exactgeom.partition import partition
from exactgeom.polyhedra import Polytope, box

__all__ = ["Truth", "box_of", "exact_model", "exact_rows", "truth_of"]

AnyArray = np.ndarray[Any, Any]
Model = Mapping[str, Any]


def exact_rows(values: Any) -> list[list[Fraction]]:
    """A float matrix as exact fractions.

    >>> exact_rows([[0.5]])
    [[Fraction(1, 2)]]
    """
    return [[Fraction(float(x)) for x in row] for row in np.asarray(values, dtype=np.float64)]


def exact_vector(values: Any) -> list[Fraction]:
    """A float vector as exact fractions."""
    return [Fraction(float(x)) for x in np.asarray(values, dtype=np.float64)]


def exact_model(model: Model) -> Any:
    """The exact model of a description (`docs/adding-a-candidate.md`). Errors: InvalidInput.

    >>> exact_model({"kind": "arrangement", "dim": 1, "normals": [[2.0]], "offsets": [0.5]})
    Arrangement([([2], '1/2')], dim=1)
    """
    kind = model.get("kind")
    if kind == "network":
        return Network([_layer(layer) for layer in model["layers"]], input_dim=int(model["input_dim"]))
    if kind == "arrangement":
        rows = zip(exact_rows(model["normals"]), exact_vector(model["offsets"]), strict=True)
        return Arrangement([(normal, offset) for normal, offset in rows], dim=int(model["dim"]))
    if kind == "tree":
        return DecisionTree(_nodes(model), input_dim=int(model["dim"]))
    raise InvalidInput(f"expected network, arrangement or tree, got {kind!r}", "model.kind")


def _layer(layer: Mapping[str, Any]) -> Any:
    kind = layer["type"]
    if kind == "linear":
        return Linear(exact_rows(layer["weight"]), exact_vector(layer["bias"]))
    if kind == "leaky_relu":
        return LeakyReLU(Fraction(float(layer["slope"])))
    if kind == "hard_tanh":
        return HardTanh(Fraction(float(layer["low"])), Fraction(float(layer["high"])))
    if kind in ("relu", "abs"):
        return ReLU() if kind == "relu" else Abs()
    raise InvalidInput(f"unknown layer {kind!r}", "model.layers")


def _nodes(model: Model) -> list[Node]:
    found: list[Node] = []
    for i, feature in enumerate(np.asarray(model["feature"]).tolist()):
        if feature < 0:
            found.append(Leaf(tuple(exact_vector(model["value"][i]))))
        else:
            threshold = Fraction(float(model["threshold"][i]))
            found.append(Split(feature, threshold, int(model["left"][i]), int(model["right"][i])))
    return found


def box_of(lo: Any, hi: Any) -> Polytope:
    """The exact box with these corners."""
    return box(exact_vector(lo), exact_vector(hi))


class Truth:
    """The exact partition of a described model on a box, with what comparisons look up."""

    def __init__(self, model: Model, lo: Any, hi: Any) -> None:
        self.description = model
        self.lo, self.hi = np.asarray(lo, dtype=np.float64), np.asarray(hi, dtype=np.float64)
        self.model = exact_model(model)
        self.domain = box_of(lo, hi)
        self.partition = partition(self.model, self.domain)
        self.is_tree = model["kind"] == "tree"

    @property
    def dim(self) -> int:
        """Dimension of the box."""
        return len(self.lo)

    @cached_property
    def signs(self) -> AnyArray:
        """int8 (C, U): the sign strings (of a tree: not meant for comparison)."""
        return sign_rows(self.partition.cell_signs, self.model.sign_count)

    @cached_property
    def leaves(self) -> AnyArray:
        """int64 (C,): the node numbers of a tree's leaves."""
        found = [self.model.leaf_at(signs) for signs in self.partition.cell_signs]
        return np.array(found, dtype=np.int64)

    @cached_property
    def cell_count(self) -> int:
        """Number of cells."""
        return len(self.partition.cells)

    def name(self, cell: int) -> str:
        """How lines call a cell: its sign string, or its leaf."""
        if self.is_tree:
            return f"leaf {self.leaves[cell]}"
        return self.partition.cell_signs[cell] or "(the only cell)"

    @cached_property
    def volumes(self) -> list[Fraction]:
        """Exact volumes of the cells."""
        return [cell.volume for cell in self.partition.cells]

    def inner_point(self, cell: int) -> tuple[Fraction, ...]:
        """The mean of the cell's vertices, exactly (of a box: its centre)."""
        handle = self.partition.cells[cell]
        if self.is_tree:
            return tuple((a + b) / 2 for a, b in handle.box)
        points = handle.vertices
        return tuple(sum(c, Fraction(0)) / len(points) for c in zip(*points, strict=True))

    def locate(self, points: AnyArray) -> tuple[AnyArray, dict[int, tuple[int, ...]]]:
        """(cell of each point, −1 outside; the points on shared faces with all their cells). Exact."""
        found = self.partition.locate(np.asarray(points, dtype=np.float64))
        return np.asarray(found.cells), dict(found.ties)

    def preactivations(self, point: Sequence[Fraction]) -> list[Fraction]:
        """Value minus breakpoint for every character of the sign string, at an exact point."""
        if isinstance(self.model, Network):
            levels = [layer for layer in self.description["layers"] if layer["type"] != "linear"]
            values: list[Fraction] = []
            for layer, row in zip(levels, self.model.preactivations(point), strict=True):
                breaks = [Fraction(0)]
                if layer["type"] == "hard_tanh":
                    breaks = [Fraction(float(layer["low"])), Fraction(float(layer["high"]))]
                values += [z - t for z in row for t in breaks]
            return values
        if isinstance(self.model, Arrangement):
            return list(self.model.values(point))
        raise InvalidInput("a tree has no preactivations", "model")


def sign_rows(strings: Sequence[str], width: int) -> AnyArray:
    """int8 (len(strings), width) from sign strings.

    >>> sign_rows(["+-0"], 3).tolist()
    [[1, -1, 0]]
    """
    table = {"+": 1, "-": -1, "0": 0, ".": 0}
    return np.array([[table[s] for s in row] for row in strings], dtype=np.int8).reshape(-1, width)


def truth_of(model: Model, lo: Any, hi: Any) -> Truth:
    """The truth about a model on a box; the last few are kept: many questions ask about the same one."""
    return _truth(pickle.dumps((_plain(model), np.asarray(lo).tolist(), np.asarray(hi).tolist())))


@lru_cache(maxsize=64)
def _truth(key: bytes) -> Truth:
    model, lo, hi = pickle.loads(key)
    return Truth(model, lo, hi)


def _plain(value: Any) -> Any:
    """Arrays to lists, so that equal models have equal keys."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
