"""The decision boundary of a classifier as a complex of its own."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

import numpy as np

from exactgeom.exact import Surd, UnboundedError
from exactgeom.partition.adjacency import components, facet_sides, plane_of
from exactgeom.partition.faces import Facet
from exactgeom.partition.regions import Regions
from exactgeom.polyhedra import PolyhedralComplex
from exactgeom.polyhedra.arrays import IntArray
from exactgeom.polyhedra.lattice import restrict

Pair = tuple[int, int]
Plane = tuple[tuple[Fraction, ...], Fraction]


class DecisionBoundary:
    """The facets between different classes: where the arg-max (one output: the sign) changes.

    Contract: exact.  The facets are those of `partition`, the model's partition cut further where its class
    changes, so pieces inside one cell of the model are there too; each facet is flat.  A tie on a full
    cell belongs to the smallest index.  Made by `Partition.decision_boundary`.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1], [0, 0]], [0, 0, 0])])
    >>> found = eg.partition(net, eg.box(-1, 1, dim=2)).decision_boundary()
    >>> {pair: str(area) for pair, area in found.areas.items()}, found.component_count, found.f_vector
    ({(0, 1): '√2', (0, 2): '1', (1, 2): '1'}, 1, (4, 3))
    """

    def __init__(self, regions: Regions) -> None:
        self.partition = regions.partition
        self.regions = regions
        sides = facet_sides(self.partition)
        classes = np.array([regions.of_cell(i).label for i in range(len(self.partition.cells))])
        differ = (sides[:, 1] >= 0) & (classes[sides[:, 0]] != classes[sides[:, 1]])
        self._ids: IntArray = np.flatnonzero(differ)
        pairs = np.sort(classes[sides[self._ids]], axis=1).tolist()
        self._pairs: tuple[Pair, ...] = tuple((int(a), int(b)) for a, b in pairs)

    def __repr__(self) -> str:
        return f"<decision boundary of {len(self._ids)} facets in {self.partition.summary}>"

    def __len__(self) -> int:
        return len(self._ids)

    # -- facets --------------------------------------------------------------------------------------

    @property
    def facet_ids(self) -> tuple[int, ...]:
        """Numbers of the facets in `partition`, ascending."""
        return tuple(self._ids.tolist())

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The facets, as handles of `partition`."""
        return tuple(self.partition.facets[i] for i in self.facet_ids)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The two classes at each facet, the smaller first, in the order of `facet_ids`."""
        return self._pairs

    @cached_property
    def planes(self) -> tuple[Plane, ...]:
        """(a, b) with ``a.x = b`` on each facet: primitive integers, a pointing into the larger class."""
        return tuple(
            self._plane(facet, pair) for facet, pair in zip(self.facet_ids, self._pairs, strict=True)
        )

    def _plane(self, facet: int, pair: Pair) -> Plane:
        row = [int(c) for c in plane_of(self.partition, facet)]
        cells = self.partition.facets[facet].cell_ids
        lower = next(c for c in cells if self.regions.of_cell(c).label == pair[0])
        normal = self.partition.complex.measures.outward_normal(lower, facet)
        i = next(i for i, c in enumerate(normal) if c)
        factor = Fraction(1 if normal[i] * row[i + 1] > 0 else -1, gcd(*row))
        return tuple(factor * c for c in row[1:]), -factor * row[0]

    # -- areas ---------------------------------------------------------------------------------------

    @cached_property
    def area(self) -> Surd:
        """Total (d-1)-volume, exactly; in dimension 1 the number of points (UnboundedError: infinite)."""
        return Surd.sum([Surd(0), *(facet.area for facet in self.facets)])

    @cached_property
    def areas(self) -> dict[Pair, Surd]:
        """Area between each pair of classes that meet, by pair (UnboundedError when one is infinite)."""
        parts: dict[Pair, list[Surd]] = {}
        for facet, pair in zip(self.facets, self._pairs, strict=True):
            parts.setdefault(pair, []).append(facet.area)
        return {pair: Surd.sum(parts[pair]) for pair in sorted(parts)}

    # -- as a complex --------------------------------------------------------------------------------

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """Facet numbers of the connected components (facets that have a point in common hang together)."""
        found = components(len(self), self._touching())
        count = int(found.max()) + 1 if len(found) else 0
        return tuple(tuple(self._ids[found == i].tolist()) for i in range(count))

    @property
    def component_count(self) -> int:
        """Number of connected components."""
        return len(self.components)

    def _touching(self) -> Iterator[Pair]:
        """Pairs of facets with a common face: enough of them to connect all that touch."""
        space = self.partition.complex
        first: dict[Pair, int] = {}
        for i, facet in enumerate(self.facet_ids):
            for k in range(space.dim - 1):
                for face in space.faces_below(space.dim - 1, facet, k).tolist():
                    if first.setdefault((k, face), i) != i:
                        yield first[k, face], i

    @cached_property
    def _keep(self) -> list[Any]:
        """Flags, per dimension, of the faces of `partition` on the boundary."""
        space = self.partition.complex
        flags = [np.zeros(space.count(k), dtype=bool) for k in range(space.dim + 1)]
        flags[space.dim - 1][self._ids] = True
        for k in range(space.dim - 1, 0, -1):
            flags[k - 1][space.boundary(k).take(np.flatnonzero(flags[k]))[1]] = True
        return flags

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of faces of dimension 0, ..., d - 1 on the boundary."""
        return tuple(int(np.count_nonzero(flags)) for flags in self._keep[:-1])

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    @cached_property
    def complex(self) -> PolyhedralComplex:
        """The boundary as a (d-1)-dimensional complex in R^d; its cells in the order of `facet_ids`.

        Errors: UnboundedError on an unbounded domain.
        """
        space = self.partition.complex
        if not space.is_bounded:
            raise UnboundedError("the decision boundary on all of R^d has no bounded complex")
        lattice = restrict(space.boundaries, space.lattice.rows, self._keep)
        return PolyhedralComplex.from_lattice(lattice, space.ambient_dim)
