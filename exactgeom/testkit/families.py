"""Named finite families of models: what a theorem is checked on.

Some run through all models of a description, "random" ones are drawn with a fixed seed: the order is fixed
and two runs are equal. All live on a box around 0; degenerate members are in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, product
from random import Random
from typing import Any, Final

from exactgeom.models import Arrangement, DecisionTree, Linear, Network, ReLU, Sites
from exactgeom.models.tree_nodes import Leaf, Split
from exactgeom.partition import Partition, partition
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.polyhedra import Polytope, box

__all__ = ["FAMILIES", "Case", "Family"]

_SMALL: Final = (-1, 0, 1)


@dataclass(frozen=True)
class Case:
    """One model on one domain (None: all of R^d).

    >>> Case(Arrangement([([1], 0)]), box(-1, 1, dim=1)).partition.f_vector
    (3, 2)
    """

    model: Any
    domain: Polytope | None = None

    @cached_property
    def partition(self) -> Partition:
        """The partition of the domain by the model, with its faces."""
        if isinstance(self.model, DecisionTree):
            return partition_lattice(self.model, self.domain)
        made: Partition = partition(self.model, self.domain)
        return made

    def __str__(self) -> str:
        return f"{self.model!r} on {'all of R^d' if self.domain is None else repr(self.domain)}"


@dataclass(frozen=True)
class Family:
    """A family with a name: `cases(full)` yields its members, a smaller part unless `full`."""

    name: str
    about: str
    make: Callable[[bool], Iterator[Case]]

    def cases(self, full: bool = True) -> Iterator[Case]:
        """Yield the members in a fixed order; they are kept, with their partitions, for the next theorem.

        >>> sum(1 for _ in FAMILIES["grids"].cases(full=False))
        5
        """
        yield from _members(self, full)


@cache
def _members(family: Family, full: bool) -> tuple[Case, ...]:
    return tuple(family.make(full))


def _square(dim: int = 2) -> Polytope:
    return box(-2, 2, dim=dim)


def _grids(full: bool) -> Iterator[Case]:
    sizes = [*_sizes(3, 2), *(_sizes(2, 3) if full else [])]
    for size in sizes if full else sizes[:5]:
        planes = [
            ([int(j == axis) for j in range(len(size))], k)
            for axis, count in enumerate(size)
            for k in range(-(count // 2), count - count // 2)
        ]
        yield Case(Arrangement(planes, dim=len(size)), _square(len(size)))


def _sizes(most: int, length: int) -> list[tuple[int, ...]]:
    """All nonincreasing tuples of `length` numbers from 0 to `most`, not all 0.

    >>> _sizes(1, 2)
    [(1, 0), (1, 1)]
    """
    return [
        t for t in product(range(most + 1), repeat=length) if any(t) and list(t) == sorted(t, reverse=True)
    ]


def _small_planes(dim: int) -> list[tuple[list[int], int]]:
    """All hyperplanes with normal and offset in {-1, 0, 1}, each once."""
    rows = [r for r in product(_SMALL, repeat=dim + 1) if any(r[:-1])]
    return [(list(r[:-1]), r[-1]) for r in rows if next(x for x in r if x) > 0]


def _lines(full: bool) -> Iterator[Case]:
    for count in range(1, 4 if full else 3):
        for chosen in list(combinations(_small_planes(2), count))[:: 1 if full else 3]:
            yield Case(Arrangement(chosen, dim=2), _square())


def _braids(full: bool) -> Iterator[Case]:
    for n in range(2, 5 if full else 4):
        yield Case(Arrangement.braid(n), box(-1, 1, dim=n))


def _random_planes(dim: int, counts: range, samples: int, full: bool) -> Iterator[Case]:
    rng = Random(dim)
    for count in counts:
        for _ in range(samples if full else 2):
            planes: list[tuple[list[int], int]] = []
            while len(planes) < count:
                normal = [rng.randint(-5, 5) for _ in range(dim)]
                if any(normal):
                    planes.append((normal, rng.randint(-4, 4)))
            yield Case(Arrangement(planes, dim=dim), _square(dim))


def _one_layer(full: bool) -> Iterator[Case]:
    """All 2-2-1 networks by their first layer, up to the order of its units."""
    rows = list(product(_SMALL, repeat=3))
    pairs = [(f, g) for i, f in enumerate(rows) for g in rows[i:]]
    for f, g in pairs if full else pairs[::18]:
        yield Case(Network([Linear([f[:2], g[:2]], [f[2], g[2]]), ReLU(), Linear([[1, 1]], [0])]), _square())


def _two_layers(full: bool) -> Iterator[Case]:
    """2-2-1-1 networks: no biases in the first layer, nonzero weights and a bias in the second."""
    rows = list(product(_SMALL, repeat=2))
    pairs = [(f, g) for i, f in enumerate(rows) for g in rows[i + 1 :]]
    for (f, g), v, c in product(pairs if full else pairs[::12], product((-1, 1), repeat=2), (-1, 0, 1)):
        layers = [Linear([f, g], [0, 0]), ReLU(), Linear([v], [c]), ReLU(), Linear([[1]], [0])]
        yield Case(Network(layers), _square())


def _random_networks(full: bool) -> Iterator[Case]:
    rng = Random(1)
    for width in (2, 3, 4):
        for _ in range(8 if full else 2):

            def layer(rows: int, columns: int) -> Linear:
                weight = [[rng.randint(-4, 4) for _ in range(columns)] for _ in range(rows)]
                return Linear(weight, [rng.randint(-2, 2) for _ in range(rows)])

            layers = [layer(width, 2), ReLU(), layer(width, width), ReLU(), layer(1, width)]
            yield Case(Network(layers), _square())


def _sites(full: bool) -> Iterator[Case]:
    grid = list(product(_SMALL, repeat=2))
    for count in (2, 3, 4):
        for chosen in list(combinations(grid, count))[:: 1 if full else 7]:
            yield Case(Sites(chosen), _square())


def _trees(full: bool) -> Iterator[Case]:
    """Depth two: the root splits at x_0 = 0, each side is a leaf or splits once more at -1, 0 or 1."""

    def leaf(value: int) -> Leaf:
        return Leaf((Fraction(value),))

    sides = [None, *product((0, 1), (-1, 0, 1))]
    for left, right in list(product(sides, repeat=2))[:: 1 if full else 3]:
        nodes: list[Any] = [None]
        places = []
        for side in (left, right):
            places.append(len(nodes))
            at = len(nodes)
            nodes += (
                [leaf(at)]
                if side is None
                else [Split(side[0], Fraction(side[1]), at + 1, at + 2), leaf(at), leaf(-at)]
            )
        nodes[0] = Split(0, Fraction(0), places[0], places[1])
        yield Case(DecisionTree(nodes, input_dim=2), _square())


FAMILIES: Final[dict[str, Family]] = {
    family.name: family
    for family in (
        Family("grids", "axis-parallel hyperplanes in dimension 2 and 3", _grids),
        Family("lines", "all sets of up to 3 lines ax + by = c with a, b, c in {-1, 0, 1}", _lines),
        Family("braids", "the braid arrangements in dimension 2, 3, 4", _braids),
        Family(
            "random lines",
            "2 to 7 lines with coefficients up to 5, fixed seed",
            lambda full: _random_planes(2, range(2, 8), 5, full),
        ),
        Family(
            "random planes",
            "2 to 5 planes in space with coefficients up to 5, fixed seed",
            lambda full: _random_planes(3, range(2, 6), 4, full),
        ),
        Family(
            "2-2-1 networks", "all, weights and biases in {-1, 0, 1}, up to order of the units", _one_layer
        ),
        Family(
            "2-2-1-1 networks", "all, weights in {-1, 0, 1}, one bias, up to order of the units", _two_layers
        ),
        Family(
            "random networks",
            "2-n-n-1 for n = 2, 3, 4, integer weights up to 4, fixed seed",
            _random_networks,
        ),
        Family("sites", "nearest of 2 to 4 points of the 3 x 3 grid, all sets", _sites),
        Family("trees", "axis-parallel trees of depth 2 with thresholds in {-1, 0, 1}: T-junctions", _trees),
    )
}
"""The families by name."""
