"""Small models with integer-like parameters, and arithmetic on nested gradients."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.regularize import (
    InterfaceArea,
    MassMismatch,
    Regularizer,
    SharpAngles,
    Slivers,
    VolumeDispersion,
    check_smooth,
)

HALF = Fraction(1, 2)


def simple_regularizers(dim: int) -> list[Regularizer]:
    """One of each kind, the data off every small rational wall."""
    data = [[Fraction(1, 1009)] * dim, [Fraction(1, 2003) + Fraction(k, 3001) for k in range(dim)]]
    cheap: list[Regularizer] = [VolumeDispersion(), MassMismatch(data), InterfaceArea(), SharpAngles()]
    return cheap if dim > 2 else [*cheap, Slivers()]


def network(sizes: list[int], seed: int, activation: Any = None) -> eg.Network:
    """Weights k / 7, biases k / 5, from a seed."""
    rng = random.Random(seed)
    layers: list[Any] = []
    for a, b in pairwise(sizes):
        weight = [[Fraction(rng.randint(-9, 9), 7) for _ in range(a)] for _ in range(b)]
        layers += [
            eg.Linear(weight, [Fraction(rng.randint(-9, 9), 5) for _ in range(b)]),
            activation or eg.ReLU(),
        ]
    return eg.Network(layers[:-1])


def domain(dim: int) -> Any:
    """A box in no special position."""
    return eg.box([-1 - Fraction(k, 11) for k in range(dim)], [1 + Fraction(1, 13 + k) for k in range(dim)])


def is_smooth(model: Any, dim: int) -> bool:
    """True when the gradient is certified."""
    try:
        check_smooth(eg.partition(model, domain(dim)))
    except eg.NonSmoothError:
        return False
    return True


@st.composite
def smooth_networks(
    draw: Any, shapes: tuple[tuple[int, ...], ...] = ((1, 4, 3, 1), (2, 4, 3, 1), (3, 3, 2, 1))
) -> Any:
    """Networks whose partition of `domain` is certified smooth."""
    made = network(list(draw(st.sampled_from(shapes))), draw(st.integers(0, 10**6)))
    assume(is_smooth(made, made.input_dim))
    return made


def like(shape: Any, rng: random.Random) -> Any:
    """A random direction nested like a gradient."""
    if isinstance(shape, list | tuple):
        return type(shape)(like(part, rng) for part in shape)
    return Fraction(rng.randint(-4, 4), rng.randint(1, 3))


def dot(a: Any, b: Any) -> Any:
    """The product of two nested gradients, entry by entry, summed."""
    if isinstance(a, list | tuple):
        assert len(a) == len(b)
        return sum((dot(x, y) for x, y in zip(a, b, strict=True)), Fraction(0))
    return a * b
