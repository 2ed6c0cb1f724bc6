"""Density-weighted lengths ℓ/ρ^α of the edges of a nerve, a dual graph, or any graph with densities.

Many data make an edge short. Everything the definition leaves open is an argument: ℓ, the mean that gives an
edge its density, α, and what becomes of an edge whose density is zero. The choices are ours, not a paper's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exactgeom.curvature.combinatorial import Complex, Faces, Simplex, Vertex
from exactgeom.curvature.compact import brief, compact
from exactgeom.curvature.lengths_values import (
    BITS,
    Real,
    checked_bits,
    positive,
    power,
    quotient,
    real,
    shown,
)
from exactgeom.exact import InvalidInput, Surd, exact, fraction_str

Edge = tuple[Vertex, Vertex]
MEANS = ("arithmetic", "geometric", "harmonic", "minimum")
"""Named means of the densities at the two ends of an edge."""


@dataclass(frozen=True)
class EdgeLength:
    """One edge: its ends, ℓ (`base`), its density ρ(e), and ℓ/ρ^α (`length`, None when infinite)."""

    edge: Edge
    base: Real
    density: Real
    length: Real | None

    def __repr__(self) -> str:
        return compact(self, f"{self.edge!r}: length {brief(self.length)}")


@dataclass(frozen=True)
class EdgeLengths(Mapping[Any, Any]):
    """Lengths by edge: a mapping from pairs of vertices, in either order, to numbers (None: infinite).

    `dropped` are the edges without density that `empty="restrict"` took away; `densities` are those of the
    vertices, after the pseudo-count if there was one; `masses` likewise.
    """

    edges: tuple[EdgeLength, ...]
    dropped: tuple[Edge, ...] = ()
    alpha: Fraction = Fraction(1)
    mean: str = "arithmetic"
    empty: str | Fraction | None = None
    vertices: tuple[Vertex, ...] = ()
    densities: tuple[Fraction, ...] = ()
    masses: tuple[Fraction, ...] = ()
    _kept: dict[Edge, EdgeLength] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        shown = f"of {len(self.edges)} edges: alpha {brief(self.alpha)}, mean {self.mean!r}"
        return compact(self, f"{shown}, empty {self.empty!r}")

    def _table(self) -> dict[Edge, EdgeLength]:
        if not self._kept:
            self._kept.update({item.edge: item for item in self.edges})
        return self._kept

    def __getitem__(self, edge: Any) -> Real | None:
        table = self._table()
        item = table.get(edge)
        return (table[edge[1], edge[0]] if item is None else item).length

    def __iter__(self) -> Iterator[Edge]:
        return (item.edge for item in self.edges)

    def __len__(self) -> int:
        return len(self.edges)

    @property
    def is_exact(self) -> bool:
        """True when every finite length is a rational or a surd."""
        return all(isinstance(item.length, Fraction | Surd | None) for item in self.edges)

    @property
    def finite(self) -> dict[Edge, Real]:
        """The edges of finite length."""
        return {item.edge: item.length for item in self.edges if item.length is not None}

    def supported(self, simplices: Complex | Iterable[Iterable[Vertex]], p: int = 2) -> tuple[Simplex, ...]:
        """Return the p-simplices of a complex all of whose edges have a finite length.

        This is how a complex is restricted together with its edges: explicitly.
        """
        finite = self.finite
        return tuple(
            simplex
            for simplex in Faces.of(simplices).simplices(p)
            if all(
                (a, b) in finite or (b, a) in finite for i, a in enumerate(simplex) for b in simplex[i + 1 :]
            )
        )


def edge_density(a: Fraction, b: Fraction, mean: str = "arithmetic") -> Real:
    """Return the density of an edge: a named mean of the densities at its ends.

    Contract: exact; the geometric mean is a surd. Errors: `InvalidInput` for another name.

    >>> [str(edge_density(Fraction(1), Fraction(3), mean)) for mean in MEANS]
    ['2', '√3', '3/2', '1']
    """
    if mean == "arithmetic":
        return (a + b) / 2
    if mean == "geometric":
        return real(Surd.sqrt(a * b))
    if mean == "harmonic":
        return 2 * a * b / (a + b) if a and b else Fraction(0)
    if mean == "minimum":
        return min(a, b)
    raise InvalidInput(f"expected one of {', '.join(MEANS)}, got {mean!r}", "mean")


def checked_alpha(alpha: object) -> Fraction:
    """Return α as a fraction. Errors: `InvalidInput` unless 0 < α ≤ 1."""
    value = exact(alpha, "alpha")
    if not 0 < value <= 1:
        raise InvalidInput(f"expected a rational number in (0, 1], got {fraction_str(value)}", "alpha")
    return value


def checked_empty(empty: object) -> str | Fraction | None:
    """Return `empty` as None, "restrict", "infinite" or a pseudo-count > 0. Errors: `InvalidInput`."""
    if empty is None or empty in ("restrict", "infinite"):
        return empty
    try:
        value = exact(empty, "empty")
    except InvalidInput:
        value = Fraction(0)
    if value <= 0:
        raise InvalidInput(f'expected "restrict", "infinite" or a pseudo-count > 0, got {empty!r}', "empty")
    return value


def weighted_lengths(
    base: Mapping[Any, object] | Callable[[Edge], object],
    densities: Mapping[Any, object] | Sequence[object],
    *,
    edges: Iterable[Edge] | None = None,
    alpha: object = 1,
    mean: str = "arithmetic",
    empty: object = None,
    bits: int = BITS,
) -> EdgeLengths:
    """Return `ℓ(e) / ρ(e)^α` for the edges of any graph with given lengths and densities.

    Contract: exact when ρ(e)^α is a rational or a square or fourth root of one and ℓ(e) is exact, else an
    enclosure of `bits` binary digits. `base` maps edges to ℓ (rational, surd, enclosure), or is a function
    that is only asked for edges with density; `densities` belong to vertices.
    Errors: `InvalidInput` when some ρ(e) = 0 and `empty` ("restrict", "infinite") is not given.

    >>> L = weighted_lengths({(0, 1): 1, (1, 2): 3}, [1, 3, 6], alpha="1/2", mean="geometric")
    >>> [str(L[edge]) for edge in L]
    ['∜27/3', '∜72/2']
    """
    rule, _ = checked_empty(empty), checked_bits(bits)
    if isinstance(rule, Fraction):
        raise InvalidInput("a pseudo-count needs masses and volumes: use density_lengths", "empty")
    for name, given in (("densities", densities), ("edges", [] if edges is None else edges)):
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise InvalidInput(f"expected a sequence, got {type(given).__name__}", name)
    if not (isinstance(base, Mapping) or callable(base)):
        raise InvalidInput(f"expected lengths by edge, got {type(base).__name__}", "base")
    items = densities.items() if isinstance(densities, Mapping) else enumerate(densities)
    table = {vertex: exact(value, f"densities[{vertex!r}]") for vertex, value in items}
    for vertex, value in table.items():
        if value < 0:
            place = f"densities[{vertex!r}]"
            raise InvalidInput(f"expected a density >= 0, got {fraction_str(value)}", place)
    if edges is None:
        if not isinstance(base, Mapping):
            raise InvalidInput("expected the edges, since the lengths are a function", "edges")
        edges = base
    return weigh(list(edges), base, table, checked_alpha(alpha), mean, rule, bits)


def weigh(
    edges: Sequence[Edge],
    base: Mapping[Any, object] | Callable[[Edge], object],
    densities: Mapping[Any, Fraction],
    alpha: Fraction,
    mean: str,
    rule: str | Fraction | None,
    bits: int,
) -> EdgeLengths:
    """Return the weighted lengths from checked arguments; ℓ is only asked for edges that stay."""
    found, dropped = [], []
    for edge in edges:
        a, b = _end_densities(edge, densities)
        rho = edge_density(a, b, mean)
        if rho == 0 and rule == "restrict":
            dropped.append(edge)
            continue
        if rho == 0 and rule != "infinite":
            choices = 'empty="restrict", empty="infinite" or a pseudo-count'
            raise InvalidInput(f"edge {edge} has density 0: say {choices}", "empty")
        length = base(edge) if callable(base) else _of_edge(base, edge)
        ell = positive(real(length, f"length of edge {edge}"), f"length of edge {edge}")
        weighted = None if rho == 0 else quotient(ell, _power(a, b, mean, alpha, bits), bits)
        found.append(EdgeLength(edge, ell, rho, weighted))
    return EdgeLengths(
        tuple(found), tuple(dropped), alpha, mean, rule, tuple(densities), tuple(densities.values())
    )


def _power(a: Fraction, b: Fraction, mean: str, alpha: Fraction, bits: int) -> Real:
    """Return ρ(e)^α in one step, so that a geometric mean is no detour through a root."""
    if mean == "geometric":
        return power(a * b, alpha / 2, bits)
    return power(exact(edge_density(a, b, mean)), alpha, bits)


def _end_densities(edge: Edge, densities: Mapping[Any, Fraction]) -> tuple[Fraction, Fraction]:
    try:
        a, b = edge
        return densities[a], densities[b]
    except (TypeError, ValueError, KeyError) as error:
        raise InvalidInput(f"expected a pair of vertices with densities, got {edge!r}", "edges") from error


def _of_edge(base: Mapping[Any, object], edge: Edge) -> object:
    for key in (edge, (edge[1], edge[0])):
        if key in base:
            return base[key]
    raise InvalidInput(f"expected a length for edge {edge}", "base")


def finite_length(lengths: Mapping[Any, Any], a: Vertex, b: Vertex) -> Real | None:
    """Return the length of an edge under either name; None when it is infinite or missing."""
    for key in ((a, b), (b, a)):
        if key in lengths:
            value = lengths[key]
            place = f"length of edge {(a, b)}"
            return None if value is None else positive(real(value, place), place)
    return None


def describe(item: EdgeLength) -> tuple[str, str, str, str]:
    """Return a row of a table: edge, ℓ, density, weighted length."""
    return f"{item.edge[0]}-{item.edge[1]}", shown(item.base), shown(item.density), shown(item.length)
