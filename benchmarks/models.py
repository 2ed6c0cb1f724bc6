"""The inputs of the benchmarks: seeded, the same on every machine, as documents of our file formats."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any


def small_rational(value: float) -> str:
    """The nearest k/16."""
    return str(Fraction(round(value * 16), 16))


def dyadic_rational(value: float) -> str:
    """The nearest k/2^20."""
    return str(Fraction(round(value * 2**20), 2**20))


def float32(value: float) -> float:
    """The nearest single-precision float, as trained weights are stored."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


NUMBERS = {"k/16": small_rational, "k/2^20": dyadic_rational, "float32": float32}


@dataclass(frozen=True)
class NetworkCase:
    """A ReLU network `widths[0] - ... - widths[-1]` on the box [-1, 1]^d.

    Weights are N(0, 1/fan_in), biases N(0, bias^2), then rounded to `numbers`.
    """

    widths: tuple[int, ...]
    numbers: str
    bias: float = 0.5
    seed: int = 1

    @property
    def dimension(self) -> int:
        return self.widths[0]

    def document(self) -> dict[str, Any]:
        """The network as `exactgeom/network-1`."""
        random, number = Random(f"{self.widths} {self.seed}"), NUMBERS[self.numbers]
        layers: list[dict[str, Any]] = []
        for fan_in, fan_out in zip(self.widths, self.widths[1:], strict=False):
            weight = [[number(random.gauss(0, fan_in**-0.5)) for _ in range(fan_in)] for _ in range(fan_out)]
            bias = [number(random.gauss(0, self.bias)) for _ in range(fan_out)]
            layers += [{"type": "linear", "weight": weight, "bias": bias}, {"type": "relu"}]
        return {"schema": "exactgeom/network-1", "input_dim": self.dimension, "layers": layers[:-1]}


@dataclass(frozen=True)
class ArrangementCase:
    """`count` random planes through the box [-1, 1]^d: integer normals in [-99, 99], offsets k/100."""

    count: int
    dimension: int
    spread: int = 99
    seed: int = 1

    def document(self) -> dict[str, Any]:
        """The planes as `exactgeom/arrangement-1`."""
        random = Random(f"planes {self.count} {self.dimension} {self.seed}")
        planes = []
        for _ in range(self.count):
            normal = [str(random.randint(-99, 99)) for _ in range(self.dimension)]
            planes.append({"normal": normal, "offset": str(random.randint(-self.spread, self.spread))})
        return {"schema": "exactgeom/arrangement-1", "dim": self.dimension, "hyperplanes": planes}


@dataclass(frozen=True)
class PolytopeCase:
    """A random polytope: `count` halfspaces `a . x <= b`, a integer and near a sphere, b = 1000."""

    count: int
    dimension: int
    seed: int = 1

    def inequalities(self) -> tuple[list[list[int]], list[int]]:
        random = Random(f"polytope {self.count} {self.dimension} {self.seed}")
        rows = []
        for _ in range(self.count):
            direction = [random.gauss(0, 1) for _ in range(self.dimension)]
            length = sum(x * x for x in direction) ** 0.5
            rows.append([round(1000 * x / length) for x in direction])
        return rows, [1000] * self.count
