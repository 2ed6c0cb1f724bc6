"""Nerves of overlapping covers of a finite set, with masses: k-nearest-neighbour covers of data, say.

Source of the `overlap` inner product: arXiv:2511.03817. Each star carries a Gram matrix and so is positive
semidefinite; the assembled matrix need not be: four sets with one common point give six edges and the
eigenvalue −1 (see `exactgeom.nerve.compatibility`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput, Surd, exact
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.complex import RiemannianComplex
from exactgeom.nerve.gram import Pair
from exactgeom.nerve.simplicial_subsets import MAX_SUBSETS, check_degree, subsets
from exactgeom.nerve.simplicial_table import SimplexTable
from exactgeom.polyhedra.arrays import Incidence

__all__ = ["Cover", "knn_cover", "nerve_of_cover"]


class Cover:
    """Sets of points with masses (immutable): `sets` by name, `masses` by point (1 where not given).

    Contract: exact. Errors: `InvalidInput` naming the set or point; masses must not be negative.

    >>> Cover({"a": [0, 1], "b": [1, 2]}, {1: "1/2"}).mass([1, 2])
    Fraction(3, 2)
    """

    def __init__(self, sets: Any, masses: Mapping[Any, Any] | None = None) -> None:
        if not isinstance(sets, Iterable) or isinstance(sets, str):
            raise InvalidInput(f"expected sets of points, got {sets!r}", "sets")
        if masses is not None and not isinstance(masses, Mapping):
            raise InvalidInput(f"expected a mapping from points, got {type(masses).__name__}", "masses")
        named = dict(sets.items()) if isinstance(sets, Mapping) else dict(enumerate(sets))
        try:
            names = sorted(named)
        except TypeError as error:
            raise InvalidInput(f"the names of the sets do not sort: {error}", "sets") from error
        self.sets: dict[Any, frozenset[Any]] = {name: _points(named[name], name) for name in names}
        self.points: tuple[Any, ...] = _ordered(set().union(*self.sets.values()))
        self.masses: dict[Any, Fraction] = dict.fromkeys(self.points, Fraction(1))
        for point, value in (masses or {}).items():
            mass = exact(value, f"masses[{point!r}]")
            if mass < 0:
                raise InvalidInput(f"expected a mass >= 0, got {mass}", f"masses[{point!r}]")
            if point in self.masses:
                self.masses[point] = mass

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cover):
            return NotImplemented
        return (self.sets, self.masses) == (other.sets, other.masses)

    def __hash__(self) -> int:
        return hash((Cover, tuple(self.sets.items())))

    def __repr__(self) -> str:
        sets = {name: list(_ordered(points)) for name, points in self.sets.items()}
        masses = {point: str(mass) for point, mass in self.masses.items() if mass != 1}
        return f"Cover({sets!r}{f', {masses!r}' if masses else ''})"

    @property
    def summary(self) -> str:
        """A few words: number of sets and points."""
        return f"a cover of {len(self.points)} points by {len(self.sets)} sets"

    def common(self, names: Iterable[Any]) -> frozenset[Any]:
        """The points that all these sets contain."""
        return frozenset.intersection(*(self.sets[name] for name in names))

    def mass(self, points: Iterable[Any]) -> Fraction:
        """The sum of the masses of some points."""
        return sum((self.masses[point] for point in points), Fraction(0))


def _points(source: Any, name: Any) -> frozenset[Any]:
    if not isinstance(source, Iterable):
        raise InvalidInput(f"expected the points of a set, got {source!r}", f"sets[{name!r}]")
    points = list(source.tolist() if hasattr(source, "tolist") else source)
    for point in points:
        if not isinstance(point, Hashable):
            raise InvalidInput(f"expected a hashable point, got {point!r}", f"sets[{name!r}]")
    return frozenset(points)


def _ordered(points: Iterable[Any]) -> tuple[Any, ...]:
    points = list(points)
    try:
        return tuple(sorted(points))
    except TypeError:
        return tuple(sorted(points, key=repr))


def nerve_of_cover(
    sets: Any, masses: Mapping[Any, Any] | None = None, max_dim: int = 2, *, budget: int = MAX_SUBSETS
) -> RiemannianComplex:
    """The nerve of a cover: sets with a common point span a simplex; the norm is the mass of what they share.

    `sets` is a mapping from names to points, or a sequence, or a `Cover`. Empty sets are left out.
    Conventions: ``"diagonal"``, ``"overlap"`` (mass of the intersection over σ ∪ τ, for σ, τ of degree p ≥
    1 that share a face of degree p − 1), ``"signed-overlap"`` (times ε_σ ε_τ: it does not depend on the
    order of the sets).
    Contract: exact. Errors: InvalidInput; BudgetExceeded.

    >>> K = nerve_of_cover([[0, 1], [1, 2], [2, 0]])
    >>> K.counts, K.betti(), K.gram(1).diagonal()
    ((3, 3), [1, 1], (Fraction(1, 1), Fraction(1, 1), Fraction(1, 1)))
    """
    if isinstance(sets, Cover) and masses is not None:
        raise InvalidInput("the Cover has masses already", "masses")
    cover = sets if isinstance(sets, Cover) else Cover(sets, masses)
    check_degree(max_dim)
    names = [name for name, points in cover.sets.items() if points]
    around = _memberships(cover, names)
    table, shared = _simplices(around, len(names), max_dim, budget)
    whole = max(around.lengths.tolist(), default=0) <= max_dim + 1
    chains = _chains(table, names)

    def beyond() -> ChainComplex:
        return _chains(_simplices(around, len(names), max_dim + 1, budget)[0], names)

    return RiemannianComplex(
        "nerve of a cover",
        cover,
        chains,
        CoverGeometry(cover, chains, shared),
        options=(("max_dim", max_dim), ("budget", budget)),
        rebuild=nerve_of_cover,
        beyond=None if whole else beyond,
        notes=() if whole else (f"max_dim = {max_dim}: simplices of higher degree are left out",),
    )


def _memberships(cover: Cover, names: Sequence[Any]) -> Incidence:
    """Per point the numbers of the sets that contain it, ascending."""
    place = {point: i for i, point in enumerate(cover.points)}
    pairs = [(place[point], i) for i, name in enumerate(names) for point in cover.sets[name]]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Incidence.from_pairs(table[:, 0], table[:, 1], len(cover.points))


def _simplices(
    around: Incidence, count: int, max_dim: int, budget: int
) -> tuple[SimplexTable, list[Incidence]]:
    """All simplices up to the degree, and the points (by number) that their sets share."""
    keys, shared = [], []
    for found, point, simplex in subsets(around, count, max_dim, budget):
        keys.append(found)
        shared.append(Incidence.from_pairs(simplex, point, len(found)))
    return SimplexTable(count, keys), shared


def _chains(table: SimplexTable, names: Sequence[Any]) -> ChainComplex:
    labels = [
        [tuple(names[i] for i in row) for row in table.rows(p).tolist()] for p in range(len(table.keys))
    ]
    return ChainComplex(labels, [table.boundary(p) for p in range(1, len(labels))], check=False)


class CoverGeometry:
    """Masses of the intersections of the sets of a cover."""

    has = "masses"

    def __init__(self, cover: Cover, chains: ChainComplex, shared: Sequence[Incidence]) -> None:
        self._cover, self._chains, self._shared = cover, chains, tuple(shared)
        self._masses = [cover.masses[point] for point in cover.points]

    def face(self, p: int, i: int) -> tuple[Any, ...]:
        """The points that the sets share."""
        return tuple(self._cover.points[j] for j in self._shared[p][i].tolist())

    def is_proper(self, p: int, i: int) -> bool:
        """Always: the norm of a simplex is the mass its sets share."""
        return True

    def volume(self, p: int, i: int) -> Surd:
        """The mass that the sets share."""
        return Surd(sum((self._masses[j] for j in self._shared[p][i].tolist()), Fraction(0)))

    def pairs(self, p: int) -> list[tuple[int, int, Pair]]:
        """Pairs of simplices that share a face of degree p − 1 and a point (p ≥ 1)."""
        if p == 0:
            return []
        part, labels = self._chains.incidence(p), self._chains.labels[p]
        below = self._chains.labels[p - 1]
        around: dict[int, list[tuple[int, int]]] = {}
        for i, rho, sign in zip(*(array.tolist() for array in part), strict=True):
            around.setdefault(rho, []).append((i, sign))
        points = [frozenset(self._shared[p][i].tolist()) for i in range(len(labels))]
        volumes = [self.volume(p, i) for i in range(len(labels))]
        found = []
        for rho, cofaces in around.items():
            for a, (i, s) in enumerate(cofaces):
                for j, t in cofaces[a + 1 :]:
                    common = points[i] & points[j]
                    if common:
                        mass = Surd(sum((self._masses[k] for k in common), Fraction(0)))
                        names, both = (labels[i], labels[j]), (volumes[i], volumes[j])
                        found.append((i, j, Pair(p, names, s * t, both, None, _constant(mass), below[rho])))
        return found


def _constant(value: Any) -> Any:
    return lambda: value


def knn_cover(points: Any, k: int, *, ties: str = "all", masses: Any = None) -> Cover:
    """The cover of a data set by the k nearest neighbours of every point, the point itself included.

    Distances are Euclidean and exact. Points at the distance of the k-th neighbour are all taken with
    ``ties="all"``, by smallest number with ``ties="index"``, and refused with ``ties="error"``. Sets and
    points are numbered like the data. Errors: InvalidInput.

    >>> knn_cover([[0], [1], [3]], 2)
    Cover({0: [0, 1], 1: [0, 1], 2: [1, 2]})
    >>> knn_cover([[0], [1], [2]], 2).sets[1] == frozenset({0, 1, 2})
    True
    """
    rows = points.tolist() if hasattr(points, "tolist") else points
    if not isinstance(rows, Iterable) or isinstance(rows, str):
        raise InvalidInput(f"expected rows of coordinates, got {rows!r}", "points")
    data = [_coordinates(row, f"points[{i}]") for i, row in enumerate(rows)]
    if len({len(row) for row in data}) > 1:
        raise InvalidInput("the points have different numbers of coordinates", "points")
    if type(k) is not int or not 1 <= k <= len(data):
        raise InvalidInput(f"expected a whole number from 1 to {len(data)}, got {k!r}", "k")
    if ties not in ("all", "index", "error"):
        raise InvalidInput(f"expected 'all', 'index' or 'error', got {ties!r}", "ties")
    weights = masses.tolist() if hasattr(masses, "tolist") else masses
    if weights is not None and (not isinstance(weights, Sequence) or len(weights) != len(data)):
        raise InvalidInput(f"expected {len(data)} masses, one per point", "masses")
    table = _integers(data)
    squares = (table * table).sum(axis=1) if table.size else np.zeros(len(data), dtype=object)
    sets = {i: _nearest(table, squares, i, k, ties) for i in range(len(data))}
    return Cover(sets, None if weights is None else dict(enumerate(weights)))


def _coordinates(row: Any, place: str) -> tuple[Fraction, ...]:
    if not isinstance(row, Iterable):
        raise InvalidInput(f"expected coordinates, got {row!r}", place)
    return tuple(exact(c, f"{place}[{j}]") for j, c in enumerate(row))


def _integers(data: list[tuple[Fraction, ...]]) -> Any:
    """The coordinates over one common denominator, as an object array of integers."""
    from math import lcm

    scale = lcm(*(c.denominator for row in data for c in row)) if data else 1
    width = len(data[0]) if data else 0
    rows = [[c.numerator * (scale // c.denominator) for c in row] for row in data]
    return np.array(rows, dtype=object).reshape(len(data), width)


def _nearest(table: Any, squares: Any, i: int, k: int, ties: str) -> list[int]:
    distance = squares - 2 * table.dot(table[i]) if table.shape[1] else squares
    order = sorted(range(len(table)), key=lambda j: (distance[j], j != i, j))
    last = distance[order[k - 1]]
    if ties != "index":
        more = [j for j in order[k:] if distance[j] == last]
        if more and ties == "error":
            raise InvalidInput(
                f"points {order[k - 1]} and {more[0]} are equally far from point {i}", f"points[{i}]"
            )
        return order[:k] + more
    return order[:k]
