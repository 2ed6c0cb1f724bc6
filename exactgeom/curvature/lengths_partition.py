"""The lengths ℓ of a partition's edges, its densities, and the density-weighted lengths from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from exactgeom.curvature.combinatorial import Complex
from exactgeom.curvature.lengths import EdgeLengths, checked_alpha, checked_empty, weigh
from exactgeom.curvature.lengths_values import BITS, Real, checked_bits, real
from exactgeom.exact import InvalidInput, Surd, exact_vector, fraction_str

Pair = tuple[int, int]
LENGTHS = ("centroid", "mean", "face", "unit")
"""Named choices of ℓ: centroid distance, data-mean distance, reciprocal volume of the shared face, 1."""


def dual_edges(partition: Any) -> dict[Pair, tuple[int, ...]]:
    """Return the pairs of cells that share a facet, ascending, with the numbers of those facets.

    >>> import exactgeom as eg
    >>> cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    >>> list(dual_edges(eg.partition(cross, eg.box(-1, 1, dim=2))))
    [(0, 1), (0, 2), (1, 3), (2, 3)]
    """
    found: dict[Pair, list[int]] = {}
    for facet in partition.facets:
        if facet.is_interior:
            a, b = sorted(int(i) for i in facet.cell_ids)
            found.setdefault((a, b), []).append(facet.id)
    return {pair: tuple(found[pair]) for pair in sorted(found)}


def chosen_edges(partition: Any, edges: Complex | Iterable[Pair] | None) -> list[Pair]:
    """Return pairs of cells, ascending: of the dual graph, of a complex, or of a list."""
    if edges is None:
        return list(dual_edges(partition))
    listed = edges.simplices(1) if isinstance(edges, Complex) else edges
    if isinstance(listed, str) or not isinstance(listed, Iterable):
        raise InvalidInput(f"expected pairs of cells, got {listed!r}", "edges")
    count, result = len(partition.cells), set()
    for i, pair in enumerate(listed):
        ends = tuple(pair) if isinstance(pair, Iterable) else ()
        if len(ends) != 2 or ends[0] == ends[1] or not all(type(c) is int and 0 <= c < count for c in ends):
            raise InvalidInput(f"expected two different cells below {count}, got {pair!r}", f"edges[{i}]")
        result.add((min(ends), max(ends)))
    return sorted(result)


def shares(data: Any, count: int, pseudo_count: Fraction = Fraction(0)) -> tuple[Fraction, ...]:
    """Return the share of data in each cell: `(n_i + c) / (n + c · cells)`, all zero when n + c = 0.

    `data` is a located data set (`masses` and `total_weight`, points outside the domain included), or one
    nonnegative number per cell in any unit, counts or masses: then n is their sum. c is in the same unit.

    >>> shares([3, 1, 0], 3), shares([3, 1, 0], 3, Fraction(1))[2]
    ((Fraction(3, 4), Fraction(1, 4), Fraction(0, 1)), Fraction(1, 7))
    """
    if hasattr(data, "total_weight"):  # located data: weights by cell, not numbers of points
        known = data.masses if data.total_weight else (Fraction(0),) * count
        weights = tuple(mass * data.total_weight for mass in known)
    else:
        weights = exact_vector(data, "masses")
    if len(weights) != count:
        raise InvalidInput(f"expected {count} numbers, one per cell, got {len(weights)}", "masses")
    for i, weight in enumerate(weights):
        if weight < 0:
            raise InvalidInput(f"expected a mass >= 0, got {fraction_str(weight)}", f"masses[{i}]")
    whole: Fraction = getattr(data, "total_weight", sum(weights, Fraction(0))) + count * pseudo_count
    return tuple((w + pseudo_count) / whole if whole else Fraction(0) for w in weights)


def face_volumes(partition: Any) -> dict[Pair, Real]:
    """Return the (d−1)-volume that each pair of neighbouring cells shares, exactly."""
    return {
        pair: real(Surd.sum(partition.facets[i].area for i in facets))
        for pair, facets in dual_edges(partition).items()
    }


def _distance(u: Sequence[Fraction], v: Sequence[Fraction]) -> Real:
    return real(Surd.sqrt(sum(((a - b) ** 2 for a, b in zip(u, v, strict=True)), Fraction(0))))


def base_lengths(partition: Any, length: str, data: Any = None) -> Callable[[Any], Real]:
    """Return ℓ as a function of a pair of cells, exact.

    `length` is "centroid" (distance of the centres of mass), "mean" (of the data means: `data.means`, a point
    or None per cell), "face" (1 / volume of the shared face) or "unit" (1).
    Errors: `InvalidInput` for another name, and when a pair has no such length.
    """
    if length == "unit":
        return lambda pair: Fraction(1)
    if length == "face":
        volumes = face_volumes(partition)

        def reciprocal(pair: Any) -> Real:
            if pair not in volumes:
                raise InvalidInput(f"cells {pair[0]} and {pair[1]} share no facet: 1/0", "length")
            return real(1 / volumes[pair])

        return reciprocal
    if length == "centroid":
        return lambda pair: _distance(*(partition.cells[i].centroid for i in pair))
    if length != "mean":
        raise InvalidInput(f"expected one of {', '.join(LENGTHS)}, got {length!r}", "length")
    means = getattr(data, "means", None)
    if means is None:
        raise InvalidInput('expected located data with `means` for length="mean"', "length")

    def apart(pair: Any) -> Real:
        for i in pair:
            if means[i] is None:
                raise InvalidInput(f"cell {i} holds no data: it has no data mean", "length")
        return _distance(*(exact_vector(means[i], f"means[{i}]") for i in pair))

    return apart


def density_lengths(
    partition: Any,
    data: Any,
    *,
    length: str = "centroid",
    alpha: object = 1,
    mean: str = "arithmetic",
    empty: object = None,
    edges: Complex | Iterable[Pair] | None = None,
    bits: int = BITS,
) -> EdgeLengths:
    """Return the density-weighted lengths `ℓ(e) / ρ(e)^α` of a partition's edges.

    Contract: exact where α and ρ allow (rational, square and fourth roots), else enclosures of `bits` bits.
    `ρ_i = μ_i / vol(C_i)`, μ_i the share of the data in cell i; ρ(e) is a named mean of the two densities.
    `data` is located data or one nonnegative number per cell; `edges` the dual graph, or those of a complex.
    `empty` says what becomes of edges with ρ(e) = 0: "restrict" leaves them out, "infinite" makes them
    infinite, a rational number is a pseudo-count added to every cell. Errors: `InvalidInput` when it is
    needed and not given; `UnboundedError` for unbounded cells.

    >>> import exactgeom as eg
    >>> cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    >>> P = eg.partition(cross, eg.box(-1, 1, dim=2))
    >>> L = density_lengths(P, [4, 4, 1, 0], alpha="1/2", empty="restrict", mean="minimum")
    >>> {edge: str(L[edge]) for edge in L}, L.dropped
    ({(0, 1): '3/2', (0, 2): '3'}, ((1, 3), (2, 3)))
    """
    rule, exponent = checked_empty(empty), checked_alpha(alpha)
    checked_bits(bits)
    pseudo = rule if isinstance(rule, Fraction) else Fraction(0)
    masses = shares(data, len(partition.cells), pseudo)
    densities = {i: mu / partition.cells[i].volume for i, mu in enumerate(masses)}
    pairs = chosen_edges(partition, edges)
    found = weigh(pairs, base_lengths(partition, length, data), densities, exponent, mean, rule, bits)
    return EdgeLengths(
        found.edges, found.dropped, exponent, mean, rule, found.vertices, found.densities, masses
    )
