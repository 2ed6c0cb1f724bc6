"""Combinatorial curvature of the vertices of a simplicial complex, and how complexes come in here.

A complex is anything with `.simplices(p)`, or a plain list of simplices (tuples of vertex labels) whose faces
are then added.
Source: N. Levitt, "The Euler characteristic is the unique locally determined numerical homotopy invariant of
finite complexes" (1992); O. Knill, "A graph theoretical Gauss-Bonnet-Chern theorem", arXiv:1111.5395.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Protocol, cast, runtime_checkable

from exactgeom.exact import InvalidInput

Vertex = Hashable
Simplex = tuple[Vertex, ...]


@runtime_checkable
class Complex(Protocol):
    """What a simplicial complex must offer to be measured here."""

    def simplices(self, p: int, /) -> Iterable[Any]:
        """Return the p-simplices, tuples of vertex labels; nothing above the dimension."""


@dataclass(frozen=True)
class Faces:
    """The simplices of a finite complex by dimension, closed under faces, vertices in a fixed order.

    Contract: exact; labels in ascending order where they can be compared, else as they come.
    Errors: `InvalidInput` naming the simplex for repeated or unhashable labels.

    >>> faces = Faces.of([(0, 1, 2), (2, 3)])
    >>> faces.f_vector, faces.euler_characteristic, faces.simplices(1)
    ((4, 4, 1), 1, ((0, 1), (0, 2), (1, 2), (2, 3)))
    """

    by_dimension: tuple[tuple[Simplex, ...], ...]

    @staticmethod
    def of(complex_or_list: Complex | Iterable[Iterable[Vertex]]) -> Faces:
        """Return the faces of a complex, or of the closure of a list of simplices."""
        if isinstance(complex_or_list, Faces):
            return complex_or_list
        if isinstance(complex_or_list, Complex):
            return Faces(_levels(_listed(complex_or_list)))
        return Faces(_levels(complex_or_list))

    @property
    def dimension(self) -> int:
        """Largest dimension of a simplex, −1 for the empty complex."""
        return len(self.by_dimension) - 1

    @property
    def vertices(self) -> tuple[Vertex, ...]:
        """The vertex labels, in order."""
        return tuple(simplex[0] for simplex in self.simplices(0))

    def simplices(self, p: int, /) -> tuple[Simplex, ...]:
        """Return the p-simplices, in order."""
        return self.by_dimension[p] if 0 <= p <= self.dimension else ()

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of simplices of each dimension."""
        return tuple(map(len, self.by_dimension))

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector."""
        return sum((-1) ** k * n for k, n in enumerate(self.f_vector))


def _listed(complex_: Complex) -> Iterator[Any]:
    p = 0
    top = getattr(complex_, "dimension", None)
    while top is None or p <= top:
        level = list(complex_.simplices(p))
        if not level:
            return
        yield from level
        p += 1


def _levels(simplices: Iterable[Iterable[Vertex]]) -> tuple[tuple[Simplex, ...], ...]:
    maximal: list[tuple[Vertex, ...]] = []
    rank: dict[Vertex, int] = {}
    if not isinstance(simplices, Iterable):
        raise InvalidInput(f"expected simplices, got {type(simplices).__name__}", "simplices")
    for i, simplex in enumerate(simplices):
        try:
            labels = tuple(simplex)
            for label in labels:
                rank.setdefault(label, len(rank))
        except TypeError as error:
            place = f"simplices[{i}]"
            raise InvalidInput(f"expected a tuple of vertex labels, got {simplex!r}", place) from error
        if len(set(labels)) < len(labels):
            raise InvalidInput(f"expected different vertices, got {labels!r}", f"simplices[{i}]")
        maximal.append(labels)
    with suppress(TypeError):  # labels of different kinds keep the order they came in
        rank = {label: i for i, label in enumerate(sorted(cast(Any, rank)))}
    found: list[set[tuple[int, ...]]] = [set() for _ in range(max(map(len, maximal), default=0))]
    for labels in maximal:
        numbers = tuple(sorted(rank[label] for label in labels))
        if numbers and numbers not in found[len(numbers) - 1]:
            for k in range(len(numbers)):
                found[k].update(combinations(numbers, k + 1))
    names = list(rank)
    return tuple(tuple(tuple(names[i] for i in simplex) for simplex in sorted(level)) for level in found)


@dataclass(frozen=True)
class CombinatorialCurvature(Mapping[Vertex, Fraction]):
    """Combinatorial curvature by vertex: a mapping from labels to fractions."""

    values_by_vertex: tuple[tuple[Vertex, Fraction], ...]
    euler_characteristic: int

    def __getitem__(self, vertex: Vertex) -> Fraction:
        return self._table[vertex]

    def __iter__(self) -> Iterator[Vertex]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self.values_by_vertex)

    @property
    def _table(self) -> dict[Vertex, Fraction]:
        table: dict[Vertex, Fraction] | None = self.__dict__.get("_kept")
        if table is None:
            table = dict(self.values_by_vertex)
            self.__dict__["_kept"] = table
        return table

    @property
    def total(self) -> Fraction:
        """The sum over all vertices: the Euler characteristic, exactly."""
        return sum((value for _, value in self.values_by_vertex), Fraction(0))


def combinatorial_curvature(
    complex_or_list: Complex | Iterable[Iterable[Vertex]],
) -> CombinatorialCurvature:
    """Return `K(v) = Σ_k (−1)^k f_k(v)/(k+1)` at every vertex, f_k(v) the k-simplices that contain v.

    Contract: exact. Every k-simplex is shared out over its k+1 vertices, so `Σ_v K(v) = χ`.
    Errors: `InvalidInput` for a simplex with repeated vertices. Cost: linear in the number of simplices.

    >>> octahedron = [(a, b, c) for a in (0, 1) for b in (2, 3) for c in (4, 5)]
    >>> K = combinatorial_curvature(octahedron)
    >>> K[0], K.total
    (Fraction(1, 3), Fraction(2, 1))
    """
    faces = Faces.of(complex_or_list)
    counts = {vertex: [0] * (faces.dimension + 1) for vertex in faces.vertices}
    for k, level in enumerate(faces.by_dimension):
        for simplex in level:
            for vertex in simplex:
                counts[vertex][k] += 1
    values = tuple(
        (vertex, sum((Fraction((-1) ** k * n, k + 1) for k, n in enumerate(row)), Fraction(0)))
        for vertex, row in counts.items()
    )
    return CombinatorialCurvature(values, faces.euler_characteristic)
