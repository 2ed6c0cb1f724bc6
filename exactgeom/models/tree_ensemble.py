"""Weighted sums of decision trees: sums, random forests (means), boosting.

One form holds all of them: ``model(x) = init + Σ weight_i * tree_i(x)``, where a tree may feed a single
output. Class probabilities of a forest are the mean of those of its trees.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction_str
from exactgeom.exact.values import Frozen
from exactgeom.models.tree import DecisionTree, Rounding
from exactgeom.models.tree_nodes import check_inputs

__all__ = ["TreeEnsemble", "argmax"]

Vector = tuple[Fraction, ...]


class TreeEnsemble(Frozen):
    """Immutable weighted sum of trees: ``init + Σ weight_i * tree_i(x)``, exactly.

    `weights`: one number per tree (all 1 by default). `outputs`: per tree None when its value has an entry
    per output, or the number of the one output that its single value feeds. `init`: one number per output
    (zeros by default). All trees take the same inputs and round them alike. No tree is legal when `init`
    and `input_dim` are given.
    Errors: InvalidInput naming the tree.

    >>> from exactgeom.models.tree import DecisionTree, Leaf, Split
    >>> stump = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], input_dim=1)
    >>> shifted = DecisionTree([Split(0, 1, 1, 2), Leaf([0]), Leaf([1])], input_dim=1)
    >>> TreeEnsemble.mean([stump, shifted])(["1/2"]), TreeEnsemble([stump, shifted], init=[10])([2])
    ((Fraction(1, 2),), (Fraction(12, 1),))
    """

    trees: tuple[DecisionTree, ...]
    weights: Vector
    outputs: tuple[int | None, ...]
    init: Vector
    has_paths = True  # in a sign string `.` stands where the path does not go
    input_dim: int
    output_dim: int
    rounding: Rounding
    notes: tuple[str, ...]

    def __init__(
        self,
        trees: Iterable[DecisionTree],
        weights: Iterable[Any] | None = None,
        *,
        outputs: Iterable[int | None] | None = None,
        init: Iterable[Any] | None = None,
        input_dim: int | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        listed = tuple(trees)
        _check_trees(listed)
        scales = (Fraction(1),) * len(listed) if weights is None else exact_vector(weights, "weights")
        targets = (None,) * len(listed) if outputs is None else tuple(outputs)
        for name, given in (("weights", scales), ("outputs", targets)):
            if len(given) != len(listed):
                raise InvalidInput(f"expected {len(listed)}, one per tree, got {len(given)}", place=name)
        start = None if init is None else exact_vector(init, "init")
        width = _width(listed, targets, start)
        self.__dict__.update(
            trees=listed,
            weights=scales,
            outputs=targets,
            init=(Fraction(0),) * width if start is None else start,
            input_dim=_input_dim(listed, input_dim),
            output_dim=width,
            rounding=listed[0].rounding if listed else None,
            notes=tuple(notes),
        )

    @classmethod
    def mean(cls, trees: Iterable[DecisionTree], notes: Iterable[str] = ()) -> TreeEnsemble:
        """The mean of the trees: a random forest.

        >>> from exactgeom.models.tree import DecisionTree, Leaf
        >>> TreeEnsemble.mean([DecisionTree([Leaf([i])], input_dim=1) for i in range(4)])([0])
        (Fraction(3, 2),)
        """
        listed = tuple(trees)
        if not listed:
            raise InvalidInput("the mean of no tree does not exist", place="trees")
        return cls(listed, [Fraction(1, len(listed))] * len(listed), notes=notes)

    @classmethod
    def boosted(
        cls,
        stages: Iterable[Sequence[DecisionTree]],
        *,
        learning_rate: Any,
        init: Iterable[Any],
        input_dim: int | None = None,
        notes: Iterable[str] = (),
    ) -> TreeEnsemble:
        """``init + learning_rate * Σ stages``: per stage one tree per output, each with a single value.

        >>> from exactgeom.models.tree import DecisionTree, Leaf
        >>> one, two = (DecisionTree([Leaf([i])], input_dim=1) for i in (1, 2))
        >>> TreeEnsemble.boosted([[one, two], [one, one]], learning_rate="1/10", init=[0, 5])([0])
        (Fraction(1, 5), Fraction(53, 10))
        """
        start, rate = exact_vector(init, "init"), exact(learning_rate, "learning_rate")
        listed: list[DecisionTree] = []
        outputs: list[int] = []
        for i, stage in enumerate(stages):
            if len(stage) != len(start):
                raise InvalidInput(
                    f"expected {len(start)} trees, one per output, got {len(stage)}", place=f"stages[{i}]"
                )
            listed.extend(stage)
            outputs.extend(range(len(start)))
        return cls(
            listed, [rate] * len(listed), outputs=outputs, init=start, input_dim=input_dim, notes=notes
        )

    # -- evaluation --------------------------------------------------------------------------------

    def __call__(self, x: Iterable[Any]) -> Vector:
        """Return the outputs at a point, exactly."""
        return self.value(self.apply(x))

    def evaluate(self, points: Iterable[Iterable[Any]]) -> tuple[Vector, ...]:
        """Return the outputs at many points, in the order given."""
        return tuple(self.value(self._leaves(x, f"points[{i}]")) for i, x in enumerate(points))

    def apply(self, x: Iterable[Any]) -> tuple[int, ...]:
        """Return the leaf (as a number of a node) that owns the point, per tree."""
        return self._leaves(x, "x")

    def _leaves(self, x: Iterable[Any], place: str) -> tuple[int, ...]:
        point = exact_vector(x, place)
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place=place)
        if self.trees:
            point = self.trees[0].point(point, place)
        return tuple(tree.path(point)[-1] for tree in self.trees)

    def value(self, leaves: Sequence[int]) -> Vector:
        """Return the outputs where the trees are in these leaves."""
        if len(leaves) != len(self.trees):
            raise InvalidInput(f"expected {len(self.trees)} leaves, got {len(leaves)}", place="leaves")
        total = list(self.init)
        for tree, weight, output, leaf in zip(self.trees, self.weights, self.outputs, leaves, strict=True):
            for k, v in enumerate(tree.value(leaf), start=output or 0):
                total[k] += weight * v
        return tuple(total)

    # -- sign strings ------------------------------------------------------------------------------

    @cached_property
    def sign_count(self) -> int:
        """Length of every sign string: one character per split of every tree, in order."""
        return sum(tree.sign_count for tree in self.trees)

    def signs(self, x: Iterable[Any]) -> str:
        """Return the sign of ``x - threshold`` per split, tree by tree, ``.`` off the point's path."""
        return "".join(tree.signs(x) for tree in self.trees)

    def leaves_at(self, signs: str) -> tuple[int, ...]:
        """Return the leaf of every tree with this sign string."""
        if not isinstance(signs, str) or len(signs) != self.sign_count:
            raise InvalidInput(f"expected a string of {self.sign_count} signs", place="signs")
        found, at = [], 0
        for tree in self.trees:
            found.append(tree.leaf_at(signs[at : at + tree.sign_count]))
            at += tree.sign_count
        return tuple(found)

    def affine_map(self, signs: str) -> tuple[tuple[Vector, ...], Vector]:
        """Return ``(A, b)`` with A = 0 and b the value where the trees have this sign string."""
        value = self.value(self.leaves_at(signs))
        return ((Fraction(0),) * self.input_dim,) * len(value), value

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string."""
        return tuple(f"trees[{i}].{name}" for i, tree in enumerate(self.trees) for name in tree.unit_names())

    def folded(self) -> TreeEnsemble:
        """Return the ensemble without rounding that takes the same value at every real point."""
        return TreeEnsemble(
            [tree.folded() for tree in self.trees],
            self.weights,
            outputs=self.outputs,
            init=self.init,
            input_dim=self.input_dim,
            notes=self.notes
            if self.rounding is None
            else [*self.notes, "thresholds include the float32 cast"],
        )

    # -- files, equality, printing -----------------------------------------------------------------

    @classmethod
    def from_json(cls, source: Mapping[str, Any] | str | PathLike[str]) -> TreeEnsemble:
        """Read ``exactgeom/ensemble-1`` from a parsed document or a file; see docs/TREES.md."""
        from exactgeom.models.tree_json import ensemble_from_json

        return ensemble_from_json(source)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/ensemble-1`` document (exact)."""
        from exactgeom.models.tree_json import ensemble_to_json

        return ensemble_to_json(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``from_json(path)`` reads an equal ensemble back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TreeEnsemble):
            return NotImplemented
        return self._key == other._key

    @property
    def _key(self) -> tuple[Any, ...]:
        return self.input_dim, self.trees, self.weights, self.outputs, self.init

    @cached_property
    def _hash(self) -> int:
        return hash((TreeEnsemble, self._key))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        def show(values: Iterable[Fraction]) -> str:
            return "[" + ", ".join(repr(fraction_str(v)) for v in values) + "]"

        notes = f", notes={list(self.notes)!r}" if self.notes else ""
        return (
            f"TreeEnsemble({list(self.trees)!r}, {show(self.weights)}, outputs={list(self.outputs)!r}, "
            f"init={show(self.init)}, input_dim={self.input_dim}{notes})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.trees, self.weights, self.outputs, self.init, self.input_dim, self.notes)


def argmax(value: Sequence[Fraction]) -> int:
    """The class of an output: arg-max, ties to the smallest; of a single output, 1 iff it is positive.

    >>> argmax([1, 3, 3]), argmax([0])
    (1, 0)
    """
    return max(range(len(value)), key=lambda k: (value[k], -k)) if len(value) > 1 else int(value[0] > 0)


def _restore(
    trees: Any, weights: Any, outputs: Any, init: Any, input_dim: int, notes: tuple[str, ...]
) -> TreeEnsemble:
    return TreeEnsemble(trees, weights, outputs=outputs, init=init, input_dim=input_dim, notes=notes)


def _check_trees(trees: tuple[DecisionTree, ...]) -> None:
    for i, tree in enumerate(trees):
        if not isinstance(tree, DecisionTree):
            raise InvalidInput(f"expected a DecisionTree, got {type(tree).__name__}", place=f"trees[{i}]")
        if tree.input_dim != trees[0].input_dim:
            raise InvalidInput(
                f"expected {trees[0].input_dim} inputs as in the other trees, got {tree.input_dim}",
                place=f"trees[{i}].input_dim",
            )
        if tree.rounding != trees[0].rounding:
            raise InvalidInput("all trees must round their inputs alike", place=f"trees[{i}].rounding")


def _input_dim(trees: tuple[DecisionTree, ...], declared: int | None) -> int:
    if declared is not None:
        check_inputs(declared)
    if not trees:
        if declared is None:
            raise InvalidInput("an ensemble without trees needs input_dim", place="input_dim")
        return declared
    if declared not in (None, trees[0].input_dim):
        raise InvalidInput(f"the trees have {trees[0].input_dim} inputs, not {declared}", place="input_dim")
    return trees[0].input_dim


def _width(trees: tuple[DecisionTree, ...], outputs: tuple[Any, ...], init: Vector | None) -> int:
    """Number of outputs: as `init` says, else as the trees need."""
    whole = [tree.output_dim for tree, k in zip(trees, outputs, strict=True) if k is None]
    for i, k in enumerate(outputs):
        if k is not None and (type(k) is not int or k < 0):
            raise InvalidInput(f"expected None or a number of an output, got {k!r}", place=f"outputs[{i}]")
    single = [k + 1 for k in outputs if k is not None]
    width = len(init) if init is not None else max([*whole[:1], *single], default=0)
    if width == 0:
        raise InvalidInput("an ensemble without trees needs a nonempty init", place="init")
    for i, (tree, k) in enumerate(zip(trees, outputs, strict=True)):
        if tree.output_dim != (width if k is None else 1):
            wanted = f"{width} values, one per output" if k is None else "a single value"
            raise InvalidInput(f"expected {wanted}, got {tree.output_dim}", place=f"trees[{i}]")
        if k is not None and k >= width:
            raise InvalidInput(f"there are {width} outputs, but this tree feeds number {k}", f"outputs[{i}]")
    return width
