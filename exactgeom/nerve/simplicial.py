"""`SimplicialComplex`: abstract simplicial complexes, with coordinates or edge lengths when given."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from exactgeom.exact import InvalidInput, to_json
from exactgeom.exact.documents import read_document
from exactgeom.nerve import simplicial_input as given
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.exports import face_poset, gudhi_tree, skeleton_graph
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.operators import Operators
from exactgeom.nerve.simplicial_table import SimplexTable

__all__ = ["SimplicialComplex"]

SCHEMA = "exactgeom/simplicial-complex-1"
Simplex = tuple[Hashable, ...]


class SimplicialComplex(Operators):
    """A finite abstract simplicial complex, given by simplices that need not be maximal (immutable).

    Vertices are any hashable labels that sort; simplices are tuples of labels in ascending order, and so are
    oriented. `points` gives coordinates (a mapping from labels, or a sequence for labels 0, 1, ...),
    `squared_lengths` the squared length of every edge.
    Contract: exact. Errors: `InvalidInput` naming the simplex, point or edge.

    >>> K = SimplicialComplex([[0, 1, 2], [1, 2, 3]])
    >>> K.f_vector, K.betti(), K.torsion(), K.euler_characteristic
    ((4, 5, 2), [1, 0, 0], [[], [], []], 1)
    >>> print(K.boundary(2))
        │ 0,1,2  1,2,3
    ────┼─────────────
    0,1 │     1      0
    0,2 │    -1      0
    1,2 │     1      1
    1,3 │     0     -1
    2,3 │     0      1
    """

    def __init__(
        self,
        maximal_simplices: Iterable[Iterable[Hashable]],
        *,
        points: Any = None,
        squared_lengths: Mapping[Any, Any] | None = None,
    ) -> None:
        simplices = given.simplices(maximal_simplices)
        self.vertices: tuple[Any, ...] = given.ordered({v for simplex in simplices for v in simplex})
        number = {v: i for i, v in enumerate(self.vertices)}
        self._table = SimplexTable.closure(len(number), given.tables(simplices, number))
        self.points = None if points is None else given.points(points, self.vertices)
        self._lengths: tuple[Fraction, ...] | None = None
        if squared_lengths is not None:
            edges = {tuple(row): i for i, row in enumerate(self._table.rows(1).tolist())}
            self._lengths = given.lengths(squared_lengths, edges, number)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.maximal_simplices, self.points, self._lengths_by_edge())

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SimplicialComplex):
            return NotImplemented
        return self._key == other._key

    def __hash__(self) -> int:
        return hash((SimplicialComplex, self.maximal_simplices))

    @property
    def _key(self) -> tuple[Any, ...]:
        points = None if self.points is None else tuple(self.points.items())
        return self.maximal_simplices, points, self._lengths

    def __repr__(self) -> str:
        parts = [repr([list(simplex) for simplex in self.maximal_simplices])]
        if self.points is not None:
            shown = {v: [str(c) for c in point] for v, point in self.points.items()}
            parts.append(f"points={shown!r}")
        lengths = self._lengths_by_edge()
        if lengths is not None:
            parts.append(f"squared_lengths={ {edge: str(q) for edge, q in lengths.items()}!r}")
        return f"SimplicialComplex({', '.join(parts)})"

    # -- combinatorics -------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        """Largest degree of a simplex; -1 for the empty complex."""
        return self._table.dimension

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of simplices of degree 0, ..., `dimension`."""
        return tuple(self._table.count(p) for p in range(self.dimension + 1))

    def count(self, p: int) -> int:
        """Number of simplices of degree p."""
        return self._table.count(p)

    @cached_property
    def _names(self) -> dict[int, tuple[Simplex, ...]]:
        return {}

    def simplices(self, p: int) -> tuple[Simplex, ...]:
        """The simplices of degree p, in the order of their vertices.

        >>> SimplicialComplex(["abc"]).simplices(1)
        (('a', 'b'), ('a', 'c'), ('b', 'c'))
        """
        if p not in self._names:
            names = self.vertices
            rows = self._table.rows(p).tolist() if self.count(p) else []
            self._names[p] = tuple(tuple(names[i] for i in row) for row in rows)
        return self._names[p]

    @cached_property
    def maximal_simplices(self) -> tuple[Simplex, ...]:
        """The simplices that are faces of no other one, by degree."""
        found: list[Simplex] = []
        for p in range(self.dimension + 1):
            covered = np.zeros(self.count(p), dtype=bool)
            if p < self.dimension:
                covered[self.chains.incidence(p + 1).facet] = True
            names = self.simplices(p)
            found += [names[i] for i in np.flatnonzero(~covered).tolist()]
        return tuple(found)

    def __contains__(self, simplex: object) -> bool:
        """Tell whether the labels, in any order, span a simplex."""
        return isinstance(simplex, Iterable) and self._find(simplex) is not None

    def _find(self, simplex: Iterable[Any]) -> tuple[int, int] | None:
        number = {v: i for i, v in enumerate(self.vertices)}
        places = sorted({number.get(v, -1) if isinstance(v, Hashable) else -1 for v in simplex})
        if not places or places[0] < 0 or len(places) > self.dimension + 1:
            return None
        found = int(self._table.find(np.array([places], dtype=np.int64))[0])
        return None if found < 0 else (len(places) - 1, found)

    def _number(self, simplex: Iterable[Any]) -> tuple[int, int]:
        if not isinstance(simplex, Iterable):
            raise InvalidInput(f"expected the vertices of a simplex, got {simplex!r}", "simplex")
        simplex = tuple(simplex)
        found = self._find(simplex)
        if found is None:
            raise InvalidInput(f"{simplex!r} is no simplex of the complex", "simplex")
        return found

    def _checked(self, simplex: Iterable[Any]) -> Simplex:
        """The vertices of a simplex of the complex. Errors: `InvalidInput`."""
        listed = tuple(simplex) if isinstance(simplex, Iterable) else simplex
        self._number(listed)
        return listed

    def _subcomplex(self, simplices: Iterable[Simplex]) -> SimplicialComplex:
        made = SimplicialComplex(simplices)
        if self.points is not None:
            made.points = {v: self.points[v] for v in made.vertices}
        lengths = self._lengths_by_edge()
        if lengths is not None:
            made._lengths = tuple(lengths[edge] for edge in made.simplices(1))
        return made

    def star(self, simplex: Iterable[Any]) -> SimplicialComplex:
        """The closed star: all simplices that contain this one, with their faces.

        >>> SimplicialComplex([[0, 1, 2], [1, 3]]).star([1, 2])
        SimplicialComplex([[0, 1, 2]])
        """
        wanted = set(self._checked(simplex))
        return self._subcomplex(s for s in self.maximal_simplices if wanted.issubset(s))

    def link(self, simplex: Iterable[Any]) -> SimplicialComplex:
        """The link: the simplices disjoint from this one that span a simplex together with it.

        >>> SimplicialComplex([[0, 1, 2], [1, 3]]).link([1])
        SimplicialComplex([[3], [0, 2]])
        """
        wanted = set(self._checked(simplex))
        around = (s for s in self.maximal_simplices if wanted.issubset(s))
        return self._subcomplex(rest for s in around if (rest := tuple(v for v in s if v not in wanted)))

    def is_pure(self) -> bool:
        """Tell whether all maximal simplices have the same degree."""
        return len({len(simplex) for simplex in self.maximal_simplices}) <= 1

    def is_pseudomanifold(self) -> bool:
        """Tell whether the complex is pure and every facet lies in at most two maximal simplices."""
        if self.dimension < 1:
            return self.is_pure()
        degrees = np.bincount(self.chains.incidence(self.dimension).facet)
        return self.is_pure() and bool((degrees <= 2).all())

    def skeleton(self, k: int) -> SimplicialComplex:
        """The simplices of degree up to k."""
        given.degree(k, "k")
        top = [s for s in self.maximal_simplices if len(s) <= k]
        return self._subcomplex([*top, *self.simplices(k)])

    # -- homology ------------------------------------------------------------------------------------

    @cached_property
    def chains(self) -> ChainComplex:
        """The simplicial chain complex over Z."""
        table, top = self._table, self.dimension
        labels = [self.simplices(p) for p in range(top + 1)]
        return ChainComplex(labels, [table.boundary(p) for p in range(1, top + 1)], check=False)

    def boundary(self, p: int) -> LabelledMatrix:
        """The boundary map of degree p over Z: leaving out vertex i has sign (-1)^i."""
        given.degree(p, "p")
        return self.chains.boundary(p)

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector (0 for the empty complex)."""
        return sum((-1) ** p * count for p, count in enumerate(self.f_vector))

    def betti(self) -> list[int]:
        """Betti numbers over Q, degree 0 to `dimension`; [] for the empty complex. Exact.

        >>> SimplicialComplex([[0, 1], [1, 2], [0, 2]]).betti()
        [1, 1]
        """
        return self.chains.betti()

    def torsion(self) -> list[list[int]]:
        """Torsion of the homology over Z: the invariant factors above 1, per degree. Exact."""
        return self.chains.torsion()

    # -- geometry ------------------------------------------------------------------------------------

    default_convention: ClassVar[str] = "unit"

    def gram(self, p: int, convention: Any = "unit") -> LabelledMatrix:
        """The Gram matrix of degree p, diagonal: ``"unit"`` (the identity) or a function of the simplex.

        >>> SimplicialComplex([[0, 1]]).laplacian(0).entries
        ((Fraction(1, 1), Fraction(-1, 1)), (Fraction(-1, 1), Fraction(1, 1)))
        """
        given.degree(p, "p", self.dimension)
        if convention is None:
            convention = "unit"
        if not callable(convention) and convention != "unit":
            raise InvalidInput(
                f"expected 'unit' or a function of a simplex, got {convention!r}", "convention"
            )
        names = self.simplices(p)
        return LabelledMatrix.diagonal_of(
            names, [convention(s) if callable(convention) else 1 for s in names]
        )

    def _lengths_by_edge(self) -> dict[Simplex, Fraction] | None:
        return None if self._lengths is None else dict(zip(self.simplices(1), self._lengths, strict=True))

    def squared_length(self, edge: Iterable[Any]) -> Fraction:
        """Squared length of an edge: as given, else from the coordinates; exact.

        Errors: `InvalidInput` for no edge, or without coordinates and lengths.
        """
        edge = self._checked(edge)
        degree, place = self._number(edge)
        if degree != 1:
            raise InvalidInput(f"expected an edge, got {edge!r}", "edge")
        if self._lengths is not None:
            return self._lengths[place]
        if self.points is None:
            raise InvalidInput("the complex has neither points nor squared_lengths", "edge")
        a, b = (self.points[v] for v in edge)
        return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))

    # -- forms ---------------------------------------------------------------------------------------

    def face_poset(self) -> Any:
        """The Hasse diagram as a networkx `DiGraph`: an arrow from each simplex to its facets."""
        return face_poset(self.chains)

    def to_networkx(self) -> Any:
        """The graph of vertices and edges (networkx), with points and lengths as attributes."""
        graph = skeleton_graph(self.vertices, self.simplices(1))
        for v, point in (self.points or {}).items():
            graph.nodes[v]["point"] = point
        for (a, b), q in (self._lengths_by_edge() or {}).items():
            graph.edges[a, b]["squared_length"] = q
        return graph

    def to_gudhi(self) -> Any:
        """A GUDHI `SimplexTree` on the numbers of the vertices in `vertices` (needs gudhi)."""
        number = {v: i for i, v in enumerate(self.vertices)}
        return gudhi_tree([number[v] for v in simplex] for simplex in self.maximal_simplices)

    def to_json(self) -> dict[str, Any]:
        """The complex as `exactgeom/simplicial-complex-1`. Errors: `InvalidInput` for labels not int or str.

        >>> SimplicialComplex([[0, 1]]).to_json()
        {'schema': 'exactgeom/simplicial-complex-1', 'maximal_simplices': [[0, 1]]}
        """
        for v in self.vertices:
            if type(v) not in (int, str):
                raise InvalidInput(f"only integers and strings can be written, got vertex {v!r}", "vertices")
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "maximal_simplices": [list(simplex) for simplex in self.maximal_simplices],
        }
        if self.points is not None:
            document["points"] = [[v, [to_json(c) for c in point]] for v, point in self.points.items()]
        lengths = self._lengths_by_edge()
        if lengths is not None:
            document["squared_lengths"] = [[*edge, to_json(q)] for edge, q in lengths.items()]
        return document

    @staticmethod
    def from_json(source: Any) -> SimplicialComplex:
        """Read `to_json` back: a mapping or a path. Errors: `InvalidInput` naming the place."""
        return read_document(source, {SCHEMA: _read})  # type: ignore[no-any-return]


def _read(document: Mapping[str, Any]) -> SimplicialComplex:
    simplices, points, lengths = given.document(document)
    return SimplicialComplex(simplices, points=points, squared_lengths=lengths)


def _restore(simplices: Any, points: Any, lengths: Any) -> SimplicialComplex:
    return SimplicialComplex(simplices, points=points, squared_lengths=lengths)
