"""The nodes of a decision tree: splits and leaves, and what makes a list of them a tree."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_vector, fraction_str

__all__ = ["MAX_INPUTS", "Leaf", "Node", "Split", "check_inputs", "check_tree"]

MAX_INPUTS = 1_000_000
"""Largest number of inputs of a tree."""

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Split:
    """An inner node: to node `left` when ``x[feature] <= threshold`` (``<`` if `strict`), else to `right`.

    Exact: the threshold goes through the number door.

    >>> Split(0, "1/2", 1, 2)
    Split(0, '1/2', 1, 2)
    """

    feature: int
    threshold: Fraction
    left: int
    right: int
    strict: bool = False

    def __post_init__(self) -> None:
        for name in ("feature", "left", "right"):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise InvalidInput(f"expected a whole number of at least 0, got {value!r}", place=name)
        if type(self.strict) is not bool:
            raise InvalidInput(f"expected True or False, got {self.strict!r}", place="strict")
        object.__setattr__(self, "threshold", exact(self.threshold, "threshold"))

    def goes_left(self, value: Fraction) -> bool:
        """Where a point with this coordinate goes."""
        return value < self.threshold or (value == self.threshold and not self.strict)

    def __repr__(self) -> str:
        strict = ", strict=True" if self.strict else ""
        return f"Split({self.feature}, {_show(self.threshold)}, {self.left}, {self.right}{strict})"


@dataclass(frozen=True, slots=True, repr=False)
class Leaf:
    """A leaf with its value: one exact number per output.

    >>> Leaf([1, 0.5])
    Leaf([1, '1/2'])
    """

    value: Vector

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", exact_vector(self.value, "value"))
        if not self.value:
            raise InvalidInput("expected at least one number", place="value")

    def __repr__(self) -> str:
        return f"Leaf([{', '.join(map(_show, self.value))}])"


Node = Split | Leaf


def check_inputs(input_dim: Any) -> None:
    """Refuse an `input_dim` that is no positive whole number, or absurdly large."""
    if type(input_dim) is not int or not 1 <= input_dim <= MAX_INPUTS:
        raise InvalidInput(
            f"expected a whole number from 1 to {MAX_INPUTS}, got {input_dim!r}", place="input_dim"
        )


def check_tree(nodes: tuple[Node, ...], input_dim: int) -> None:
    """Every node but the root is the child of exactly one split, and all are reached from the root."""
    if not nodes:
        raise InvalidInput("expected at least one node", place="nodes")
    for i, node in enumerate(nodes):
        if not isinstance(node, Split | Leaf):
            raise InvalidInput(f"expected a Split or a Leaf, got {type(node).__name__}", place=f"nodes[{i}]")
        if isinstance(node, Split) and node.feature >= input_dim:
            raise InvalidInput(
                f"expected a feature below {input_dim}, got {node.feature}", place=f"nodes[{i}].feature"
            )
    reached, stack = {0}, [0]
    while stack:
        i = stack.pop()
        node = nodes[i]
        if isinstance(node, Leaf):
            continue
        for name, child in (("left", node.left), ("right", node.right)):
            if child >= len(nodes) or child in reached:
                problem = "does not exist" if child >= len(nodes) else "has another parent"
                raise InvalidInput(f"node {child} {problem}", place=f"nodes[{i}].{name}")
            reached.add(child)
            stack.append(child)
    if len(reached) < len(nodes):
        lost = next(i for i in range(len(nodes)) if i not in reached)
        raise InvalidInput("no path leads here from the root", place=f"nodes[{lost}]")


def _show(q: Fraction) -> str:
    return fraction_str(q) if q.denominator == 1 else repr(fraction_str(q))
