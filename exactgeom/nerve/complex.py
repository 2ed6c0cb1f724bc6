"""`RiemannianComplex`: a nerve, a dual complex or the nerve of a cover, with exact inner products."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, Protocol

from exactgeom.exact import InvalidInput
from exactgeom.nerve.chains import ChainComplex
from exactgeom.nerve.exports import face_poset, gudhi_tree, skeleton_graph
from exactgeom.nerve.gram import Pair, convention_of, gram_matrix, rational_core
from exactgeom.nerve.homology import Homology
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.operators import Operators

__all__ = ["Geometry", "RiemannianComplex"]


class Geometry(Protocol):
    """What the inner products of a complex come from."""

    has: str
    """``"angles"`` (a partition) or ``"masses"`` (a cover)."""

    def volume(self, p: int, i: int) -> Any:
        """The volume (mass) of F_σ in its own dimension, σ the i-th element of degree p."""

    def face(self, p: int, i: int) -> Any:
        """F_σ in the terms of the partition or cover."""

    def is_proper(self, p: int, i: int) -> bool:
        """Whether F_σ has the dimension d − p, so that σ has a norm."""

    def pairs(self, p: int) -> list[tuple[int, int, Pair]]:
        """The interacting pairs (i < j) of degree p."""


class RiemannianComplex(Operators):
    """A complex whose chain groups carry inner products from the geometry it was built from (immutable).

    Made by `partition.nerve()`, `partition.dual_complex()` and `nerve_of_cover`. Elements of degree p are
    numbered from 0 and labelled: simplices by tuples of cell numbers, dual cells by their face
    ``(dimension, number)``. Contract: exact. `notes` say where its homology differs from the domain's.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> K = P.dual_complex()
    >>> K.counts, K.betti(), K.gram(0).diagonal()[0]
    ((4, 4, 1), [1, 0, 0], Fraction(1, 1))
    """

    def __init__(
        self,
        kind: str,
        source: Any,
        chains: ChainComplex,
        geometry: Geometry,
        *,
        options: tuple[tuple[str, Any], ...] = (),
        rebuild: Callable[..., RiemannianComplex],
        beyond: Callable[[], ChainComplex] | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.source, self.chains, self.geometry = kind, source, chains, geometry
        self.notes, self.options = notes, options
        self._rebuild, self._beyond = rebuild, beyond
        self._grams: dict[tuple[int, str], LabelledMatrix] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._rebuild, self.source, self.options)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RiemannianComplex):
            return NotImplemented
        mine, theirs = ((k.kind, k.options, k.source, k.chains.labels) for k in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        return hash((RiemannianComplex, self.kind, self.options, self.counts))

    def __repr__(self) -> str:
        kind, counts = self.kind.removesuffix(" of a cover"), ", ".join(map(str, self.counts))
        return f"<the {kind} of {self.source_summary}: {counts} elements>"

    @property
    def source_summary(self) -> str:
        """A few words on what the complex was built from."""
        return str(getattr(self.source, "summary", f"a {type(self.source).__name__}"))

    # -- combinatorics -------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        """Highest degree with an element (-1 for none)."""
        return self.chains.dimension

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of elements of degree 0, ..., `dimension`."""
        return self.chains.counts

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The same as `counts`."""
        return self.counts

    def count(self, p: int) -> int:
        """Number of elements of degree p."""
        return self.chains.count(p)

    def labels(self, p: int) -> tuple[Hashable, ...]:
        """Labels of the elements of degree p, in order."""
        return self.chains.labels[p] if 0 <= p < len(self.chains.labels) else ()

    def simplices(self, p: int) -> tuple[Any, ...]:
        """The elements of degree p (of a nerve: tuples of cell numbers)."""
        return self.labels(p)

    @property
    def vertices(self) -> tuple[Any, ...]:
        """The elements of degree 0: cells or sets of a nerve, labels ``(d, i)`` of a dual complex."""
        if self.kind == "dual complex":
            return self.labels(0)
        return tuple(name for (name,) in self.simplices(0))

    def index(self, p: int, element: Any) -> int:
        """The number of an element of degree p, given by number or label.

        Errors: InvalidInput when there is none such.
        """
        if type(p) is not int:
            raise InvalidInput(f"expected a degree, got {p!r}", "p")
        if isinstance(element, int) and not isinstance(element, bool):
            if 0 <= element < self.count(p):
                return element
        elif isinstance(element, Hashable) and element in self._places(p):
            return self._places(p)[element]
        raise InvalidInput(f"there is no element {element!r} of degree {p}", "element")

    @cached_property
    def _place_tables(self) -> dict[int, dict[Any, int]]:
        return {}

    def _places(self, p: int) -> dict[Any, int]:
        if p not in self._place_tables:
            self._place_tables[p] = {name: i for i, name in enumerate(self.labels(p))}
        return self._place_tables[p]

    def boundary(self, p: int) -> LabelledMatrix:
        """The boundary map from degree p to degree p − 1, over Z, labelled."""
        if type(p) is not int:
            raise InvalidInput(f"expected a whole number, got {p!r}", "p")
        return self.chains.boundary(p)

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the counts (of the skeleton, when degrees were left out)."""
        return self.chains.euler_characteristic

    @cached_property
    def _homology(self) -> Homology:
        chains = self.chains if self._beyond is None else self._beyond()
        return chains.homology

    def betti(self, *, skeleton: bool = False) -> list[int]:
        """Betti numbers over Q in the degrees of this complex: exact.

        They are those of the whole nerve, also where `max_dim` has left out higher degrees (one more degree
        is built for it); with `skeleton=True` those of the complex as it stands.
        """
        found = self.chains.homology if skeleton else self._homology
        return list(found.betti[: self.dimension + 1])

    def torsion(self, *, skeleton: bool = False) -> list[list[int]]:
        """Torsion of the homology over Z: invariant factors above 1 per degree (see `betti`)."""
        found = self.chains.homology if skeleton else self._homology
        return [list(factors) for factors in found.torsion[: self.dimension + 1]]

    # -- geometry ------------------------------------------------------------------------------------

    def face(self, p: int, element: Any) -> Any:
        """F_σ: a face of the partition (a tuple of them where T-junctions cut it); of a cover its points."""
        return self.geometry.face(p, self.index(p, element))

    def volume(self, p: int, element: Any) -> Any:
        """The volume of F_σ in its own dimension (of a cover: its mass). Exact.

        Errors: UnboundedError when infinite.
        """
        return self.geometry.volume(p, self.index(p, element))

    def is_proper(self, p: int, element: Any) -> bool:
        """Tell whether F_σ has dimension d − p; only then is the norm of σ positive."""
        return self.geometry.is_proper(p, self.index(p, element))

    @cached_property
    def non_proper(self) -> tuple[tuple[int, Any], ...]:
        """(degree, label) of the elements that are not proper: they have norm 0."""
        return tuple(
            (p, label)
            for p in range(self.dimension + 1)
            for i, label in enumerate(self.labels(p))
            if not self.geometry.is_proper(p, i)
        )

    @cached_property
    def _pair_tables(self) -> dict[int, list[tuple[int, int, Pair]]]:
        return {}

    def pairs(self, p: int) -> list[tuple[int, int, Pair]]:
        """The interacting pairs (i, j, `Pair`) of degree p, i < j."""
        if p not in self._pair_tables:
            self._pair_tables[p] = self.geometry.pairs(p) if 0 <= p <= self.dimension else []
        return self._pair_tables[p]

    @cached_property
    def _norm_tables(self) -> dict[int, list[Any]]:
        return {}

    def norms(self, p: int) -> list[Any]:
        """The volumes of degree p, zero where an element is not proper."""
        if p not in self._norm_tables:
            g = self.geometry
            self._norm_tables[p] = [g.volume(p, i) if g.is_proper(p, i) else 0 for i in range(self.count(p))]
        return self._norm_tables[p]

    def gram(self, p: int, convention: Any = None) -> LabelledMatrix:
        """The Gram matrix of degree p.

        `convention` is ``"diagonal"`` (our default, also for None: positive on proper elements, so every
        Laplacian of a dual complex exists), ``"face-weighted"``,
        ``"embedded"``, ``"ridge-weighted"``, ``"area-vector"`` (rational), for covers ``"overlap"`` or
        ``"signed-overlap"``; or a `Convention`; or a function of a `Pair`. Exact: fractions and surds.
        Errors: InvalidInput for other conventions; UnboundedError when a norm is infinite.
        """
        self._check_degree(p)
        convention = self.default_convention if convention is None else convention
        chosen = convention_of(convention, self.geometry.has)
        key = (p, chosen.name)
        if isinstance(convention, str) and key in self._grams:
            return self._grams[key]
        pairs = self.pairs(p) if chosen.off_diagonal is not None else []
        made = gram_matrix(self.labels(p), self.norms(p), pairs, chosen)
        if isinstance(convention, str):
            self._grams[key] = made
        return made

    def gram_core(self, p: int, convention: Any) -> tuple[LabelledMatrix, tuple[Any, ...]]:
        """(rational core R, scaling s) with ``gram = diag(s) R diag(s)``: the inertia is that of R.

        For ``"face-weighted"``, ``"embedded"`` and ``"diagonal"``. Errors: InvalidInput for others.
        """
        self._check_degree(p)
        chosen = convention_of(convention, self.geometry.has)
        pairs = self.pairs(p) if chosen.core_sign else []
        return rational_core(self.labels(p), self.norms(p), pairs, chosen)

    def _check_degree(self, p: Any) -> None:
        if type(p) is not int or not 0 <= p <= self.dimension:
            raise InvalidInput(f"expected a degree from 0 to {self.dimension}, got {p!r}", "p")

    # -- forms ---------------------------------------------------------------------------------------

    def face_poset(self) -> Any:
        """The Hasse diagram as a networkx `DiGraph`: an arrow from each element to its facets."""
        return face_poset(self.chains)

    def to_networkx(self) -> Any:
        """The graph of the elements of degree 0 and 1 (networkx).

        Nodes and edges carry `volume` where they are proper; edges carry the `label` of the element.
        """
        part = self.chains.incidence(1)
        ends: dict[int, list[Any]] = {}
        names = self.vertices
        for i, j in zip(part.element.tolist(), part.facet.tolist(), strict=True):
            ends.setdefault(i, []).append(names[j])
        graph = skeleton_graph(names, ())
        if len(set(map(tuple, map(sorted, ends.values())))) < len(ends):
            raise InvalidInput("two elements of degree 1 join the same two: a graph would lose one")
        for i, (a, b) in sorted(ends.items()):
            graph.add_edge(a, b, label=self.labels(1)[i], volume=self.norms(1)[i])
        for i, v in enumerate(names):
            graph.nodes[v]["volume"] = self.norms(0)[i]
        return graph

    def to_gudhi(self) -> Any:
        """A GUDHI `SimplexTree` on the cell numbers (needs gudhi; not for dual complexes)."""
        if self.kind == "dual complex":
            raise InvalidInput("a dual complex is not simplicial: GUDHI's simplex tree cannot hold it")
        places = {name: i for i, name in enumerate(self.vertices)}
        names = (s for p in range(self.dimension + 1) for s in self.simplices(p))
        return gudhi_tree([places[v] for v in simplex] for simplex in names)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: labels, boundary maps as [element, facet, sign], the elements that are not proper."""
        return {
            "schema": "exactgeom/complex-1",
            "kind": self.kind,
            "labels": [[list(label) for label in self.simplices(p)] for p in range(self.dimension + 1)],
            "boundaries": [
                [list(entry) for entry in zip(*(array.tolist() for array in part), strict=True)]
                for part in self.chains.boundaries[: self.dimension]
            ],
            "non_proper": [[degree, list(label)] for degree, label in self.non_proper],
            "notes": list(self.notes),
        }


def _again(rebuild: Callable[..., RiemannianComplex], source: Any, options: Any) -> RiemannianComplex:
    return rebuild(source, **dict(options))
