"""Stably unactivated units in the second hidden layer: one sign pattern in 2^(n_1 + 1)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, equal

Layer = tuple[list[list[int]], list[int]]


def instances(full: bool) -> Iterator[tuple[Layer, list[int]]]:
    """A first layer with n_1 ≤ n_0 independent rows, and magnitudes of the second unit's weights and bias."""
    rng = Random(9)
    for n0, n1 in ((1, 1), (2, 1), (2, 2), (3, 2), *(((3, 3),) if full else ())):
        for _ in range(5 if full else 2):
            weight = [[rng.randint(-4, 4) for _ in range(n0)] for _ in range(n1)]
            bias = [rng.randint(-4, 4) for _ in range(n1)]
            yield (weight, bias), [rng.randint(1, 5) for _ in range(n1 + 1)]


def unmet(instance: tuple[Layer, list[int]]) -> str:
    (weight, _), _ = instance
    return "" if eg.Matrix(weight).rank() == len(weight) else "the rows are dependent"


def check(instance: tuple[Layer, list[int]]) -> Finding:
    """All sign patterns of the unit's weights and bias; never active means: '+' in no cell of R^n."""
    (weight, bias), sizes = instance
    dead = 0
    for signs in product((1, -1), repeat=len(sizes)):
        *row, constant = (s * q for s, q in zip(signs, sizes, strict=True))
        layers = [eg.Linear(weight, bias), eg.ReLU(), eg.Linear([row], [constant]), eg.ReLU()]
        P = eg.partition(eg.Network(layers))
        dead += all(cell.signs[-1] != "+" for cell in P.cells)
    share = Fraction(dead, 2 ** len(sizes))
    return equal(share=share, theorem=Fraction(1, 2 ** (len(weight) + 1)))


THEOREM = Theorem(
    statement="If the first hidden layer has n_1 ≤ n_0 units, a unit of the second is active nowhere for "
    "exactly one in 2^(n_1+1) of "
    "the sign patterns of its weights and bias; so with probability 2^−(n_1+1) for symmetric distributions.",
    hypotheses="independent rows in the first layer, nonzero weights and bias of the unit",
    source="Stably unactivated neurons in ReLU neural networks, arXiv:2412.06829",
    scope="instances",
    over="random first layers with n_0 ≤ 3, all sign patterns of the second layer's unit",
    instances=instances,
    unmet=unmet,
    check=check,
)
