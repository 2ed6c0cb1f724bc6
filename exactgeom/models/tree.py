"""A decision tree with exact thresholds and leaf values.

The rule at a split is ``x[feature] <= threshold``: left if it holds, right if not (``<`` where the split is
strict). So a leaf owns a product of half-open intervals, and the closed cell of a partition is its closure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Literal

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.exact.values import Frozen
from exactgeom.models.tree_float32 import float32_cut, round_float32
from exactgeom.models.tree_nodes import Leaf, Node, Split, check_inputs, check_tree

__all__ = ["DecisionTree", "Leaf", "Node", "Rounding", "Split"]

Vector = tuple[Fraction, ...]
Rounding = Literal["float32"] | None


class DecisionTree(Frozen):
    """Immutable binary tree of axis-aligned tests; its value is constant on every leaf.

    Exact. `nodes[0]` is the root and every other node the child of exactly one split. With
    ``rounding="float32"`` the model is the tree after rounding each input to the nearest float32: that is
    what scikit-learn computes. Cells of a partition are then cells of rounded inputs; `folded` gives the
    tree without rounding that takes the same value at every real point.
    Errors: InvalidInput naming the node.

    >>> tree = DecisionTree([Split(0, "1/2", 1, 2), Leaf([3]), Leaf([7])], input_dim=1)
    >>> tree(["1/2"]), tree(["2/3"]), tree.apply([1]), tree.signs([0])
    ((Fraction(3, 1),), (Fraction(7, 1),), 2, '-')
    """

    nodes: tuple[Node, ...]
    has_paths = True  # in a sign string `.` stands where the path does not go
    input_dim: int
    output_dim: int
    rounding: Rounding
    notes: tuple[str, ...]

    def __init__(
        self,
        nodes: Iterable[Node],
        input_dim: int,
        rounding: Rounding = None,
        notes: Iterable[str] = (),
    ) -> None:
        listed = tuple(nodes)
        check_inputs(input_dim)
        if rounding not in (None, "float32"):
            raise InvalidInput(f"expected None or 'float32', got {rounding!r}", place="rounding")
        check_tree(listed, input_dim)
        output_dim = next(len(node.value) for node in listed if isinstance(node, Leaf))
        for i, node in enumerate(listed):
            if isinstance(node, Leaf) and len(node.value) != output_dim:
                raise InvalidInput(
                    f"expected {output_dim} numbers as in the other leaves, got {len(node.value)}",
                    place=f"nodes[{i}].value",
                )
        self.__dict__.update(
            nodes=listed, input_dim=input_dim, output_dim=output_dim, rounding=rounding, notes=tuple(notes)
        )

    # -- evaluation --------------------------------------------------------------------------------

    def __call__(self, x: Iterable[Any]) -> Vector:
        """Return the value of the leaf that owns the point, exactly."""
        return self.value(self.apply(x))

    def evaluate(self, points: Iterable[Iterable[Any]]) -> tuple[Vector, ...]:
        """Return the values at many points, in the order given."""
        return tuple(self.value(self._leaf(self.point(x, f"points[{i}]"))) for i, x in enumerate(points))

    def apply(self, x: Iterable[Any]) -> int:
        """Return the number of the leaf (as a node) that owns the point.

        >>> DecisionTree([Leaf([1])], input_dim=2).apply([0, 5])
        0
        """
        return self._leaf(self.point(x, "x"))

    def point(self, x: Iterable[Any], place: str) -> Vector:
        """Return a point as the tests see it: exact, of the right length, rounded when the model rounds."""
        point = exact_vector(x, place)
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place=place)
        if self.rounding is None:
            return point
        return tuple(round_float32(v, f"{place}[{i}]") for i, v in enumerate(point))

    def _leaf(self, point: Vector) -> int:
        return self.path(point)[-1]

    def path(self, point: Vector) -> list[int]:
        """Return the nodes from the root to the leaf of a point that `point` made."""
        path, node = [0], self.nodes[0]
        while isinstance(node, Split):
            path.append(node.left if node.goes_left(point[node.feature]) else node.right)
            node = self.nodes[path[-1]]
        return path

    def value(self, leaf: int) -> Vector:
        """Return the value of a leaf, given as the number of its node."""
        node = self.nodes[leaf] if type(leaf) is int and 0 <= leaf < len(self.nodes) else None
        if not isinstance(node, Leaf):
            raise InvalidInput(f"there is no leaf {leaf!r}", place="leaf")
        return node.value

    # -- sign strings ------------------------------------------------------------------------------

    @property
    def trees(self) -> tuple[DecisionTree, ...]:
        """The tree itself, as the only one: the view it shares with ensembles."""
        return (self,)

    @cached_property
    def splits(self) -> tuple[int, ...]:
        """Numbers of the splits, ascending: the order of the characters of a sign string."""
        return tuple(i for i, node in enumerate(self.nodes) if isinstance(node, Split))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """Numbers of the leaves, ascending."""
        return tuple(i for i, node in enumerate(self.nodes) if isinstance(node, Leaf))

    @property
    def sign_count(self) -> int:
        """Length of every sign string: one character per split."""
        return len(self.splits)

    def signs(self, x: Iterable[Any]) -> str:
        """Return the sign of ``x - threshold`` per split in node order, ``.`` off the point's path.

        >>> tree = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Split(1, 1, 3, 4), Leaf([1]), Leaf([2])], 2)
        >>> tree.signs([-1, 0]), tree.signs([0, 9]), tree.signs([1, 1])
        ('-.', '0.', '+0')
        """
        point = self.point(x, "x")
        found = {}
        for i in self.path(point)[:-1]:
            node = self.nodes[i]
            assert isinstance(node, Split)
            gap = point[node.feature] - node.threshold
            found[i] = "+" if gap > 0 else "-" if gap < 0 else "0"
        return "".join(found.get(i, ".") for i in self.splits)

    @cached_property
    def leaf_signs(self) -> dict[int, str]:
        """Sign string on the interior of every leaf's set, by leaf."""
        place = {node: k for k, node in enumerate(self.splits)}
        found, stack = {}, [(0, "." * len(place))]
        while stack:
            i, signs = stack.pop()
            node = self.nodes[i]
            if isinstance(node, Leaf):
                found[i] = signs
                continue
            before, after = signs[: place[i]], signs[place[i] + 1 :]
            stack += [(node.right, f"{before}+{after}"), (node.left, f"{before}-{after}")]
        return found

    @cached_property
    def _leaf_by_signs(self) -> dict[str, int]:
        return {signs: leaf for leaf, signs in self.leaf_signs.items()}

    def leaf_at(self, signs: str) -> int:
        """Return the leaf with this sign string (as in `leaf_signs`)."""
        leaf = self._leaf_by_signs.get(signs) if isinstance(signs, str) else None
        if leaf is None:
            raise InvalidInput("no leaf has these signs", place="signs")
        return leaf

    def affine_map(self, signs: str) -> tuple[tuple[Vector, ...], Vector]:
        """Return ``(A, b)`` with A = 0 and b the value of the leaf with this sign string.

        >>> DecisionTree([Split(0, 0, 1, 2), Leaf([5]), Leaf([6])], 1).affine_map("+")
        (((Fraction(0, 1),),), (Fraction(6, 1),))
        """
        value = self.value(self.leaf_at(signs))
        return ((Fraction(0),) * self.input_dim,) * len(value), value

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string."""
        return tuple(f"nodes[{i}]" for i in self.splits)

    # -- other trees -------------------------------------------------------------------------------

    def folded(self) -> DecisionTree:
        """Return the tree without rounding that takes the same value at every real point.

        Exact: each threshold moves to where rounding changes the decision (`float32_cut`).

        >>> DecisionTree([Split(0, 0.1, 1, 2), Leaf([0]), Leaf([1])], 1, rounding="float32").folded().nodes[0]
        Split(0, '26843545/268435456', 1, 2)
        """
        if self.rounding is None:
            return self
        nodes = []
        for node in self.nodes:
            if isinstance(node, Split):
                cut, strict = float32_cut(node.threshold, strict=node.strict)
                node = replace(node, threshold=cut, strict=strict)  # noqa: PLW2901
            nodes.append(node)
        return DecisionTree(nodes, self.input_dim, notes=[*self.notes, "thresholds include the float32 cast"])

    # -- files, equality, printing -----------------------------------------------------------------

    @classmethod
    def from_json(cls, source: Mapping[str, Any] | str | PathLike[str]) -> DecisionTree:
        """Read ``exactgeom/tree-1`` from a parsed document or a file; see docs/TREES.md."""
        from exactgeom.models.tree_json import tree_from_json

        return tree_from_json(source)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/tree-1`` document (exact).

        >>> DecisionTree([Leaf(["1/3"])], input_dim=1).to_json()["nodes"]
        [{'value': ['1/3']}]
        """
        from exactgeom.models.tree_json import tree_to_json

        return tree_to_json(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the JSON document to a file; ``from_json(path)`` reads an equal tree back."""
        Path(path).write_text(json.dumps(self.to_json()) + "\n", encoding="utf-8")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DecisionTree):
            return NotImplemented
        return self._key == other._key

    @property
    def _key(self) -> tuple[Any, ...]:
        return self.input_dim, self.rounding, self.nodes

    @cached_property
    def _hash(self) -> int:
        return hash((DecisionTree, self._key))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        rounding = "" if self.rounding is None else f", rounding={self.rounding!r}"
        notes = f", notes={list(self.notes)!r}" if self.notes else ""
        return f"DecisionTree({list(self.nodes)!r}, input_dim={self.input_dim}{rounding}{notes})"

    def __reduce__(self) -> tuple[Any, ...]:
        return DecisionTree, (self.nodes, self.input_dim, self.rounding, self.notes)
