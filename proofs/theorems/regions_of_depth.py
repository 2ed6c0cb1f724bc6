"""Telgarsky: depth gives exponentially many linear pieces."""

from __future__ import annotations

from collections.abc import Iterator

import exactgeom as eg
from exactgeom.testkit.registry import Finding, Theorem, claim


def instances(full: bool) -> Iterator[int]:
    yield from range(1, 9 if full else 6)


def sawtooth(depth: int) -> eg.Network:
    """``2 relu(x) − 4 relu(x − 1/2)``, composed: two units a layer."""
    layers = [eg.Linear([[1], [1]], [0, "-1/2"]), eg.ReLU()]
    for _ in range(depth - 1):
        layers += [eg.Linear([[2, -4], [2, -4]], [0, "-1/2"]), eg.ReLU()]
    return eg.Network([*layers, eg.Linear([[2, -4]], [0])])


def check(depth: int) -> Finding:
    P = eg.partition(sawtooth(depth), eg.box(0, 1, dim=1))
    slopes = {abs(cell.affine_map[0][0][0]) for cell in P.cells}
    equal_pieces = {cell.volume for cell in P.cells}
    good = len(P.cells) == 2**depth and len(slopes) == len(equal_pieces) == 1
    return claim(good, depth=depth, pieces=len(P.cells), slopes=sorted(slopes), widths=sorted(equal_pieces))


THEOREM = Theorem(
    statement="The tent map composed L times, a ReLU network with 2 units a layer, has exactly 2^L pieces "
    "of equal width on [0, 1].",
    hypotheses="the sawtooth network of depth L",
    source="M. Telgarsky, Benefits of depth in neural networks, COLT 2016, arXiv:1602.04485",
    scope="instances",
    over="L = 1, …, 8",
    instances=instances,
    check=check,
)
