"""The measures m_i around the vertices of a graph: a share stays, the rest goes to neighbours by weight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from exactgeom.curvature.combinatorial import Vertex
from exactgeom.curvature.lengths_values import BITS, Real, real
from exactgeom.exact import Enclosure, InvalidInput, Surd, exact, fraction_str


@dataclass(frozen=True)
class Walk:
    """A probability measure on vertices: rational masses of sum 1, within `slack` of the true ones in ℓ1.

    `slack` is 0 when the masses are exact, which they are whenever the weights have rational ratios.
    """

    masses: tuple[tuple[Vertex, Fraction], ...]
    slack: Fraction = Fraction(0)


def checked_idleness(idleness: object) -> Fraction:
    """Return the idleness as a fraction. Errors: `InvalidInput` unless 0 ≤ idleness ≤ 1."""
    value = exact(idleness, "idleness")
    if not 0 <= value <= 1:
        raise InvalidInput(f"expected a rational number in [0, 1], got {fraction_str(value)}", "idleness")
    return value


def walk_from(
    vertex: Vertex,
    around: Iterable[Vertex],
    weight: Callable[[Vertex], Real],
    idleness: Fraction,
    bits: int = BITS,
) -> Walk:
    """Return m_i: `idleness` at the vertex, the rest over its neighbours in proportion to their weights.

    Without neighbours of positive weight all of it stays. Contract: exact for weights with rational ratios;
    else rational masses with a certified `slack`.

    >>> walk_from(0, [1, 2], lambda j: Fraction(j), Fraction(1, 4)).masses
    ((0, Fraction(1, 4)), (1, Fraction(1, 4)), (2, Fraction(1, 2)))
    """
    weights = {j: w for j in around if (w := weight(j))}
    if not weights or idleness == 1:
        return Walk(((vertex, Fraction(1)),))
    shares, slack = _shares(list(weights.values()), bits)
    rest = 1 - idleness
    masses = {j: rest * share for j, share in zip(weights, shares, strict=True)}
    own = ((vertex, idleness),) if idleness else ()
    return Walk((*own, *masses.items()), rest * slack)


def _shares(weights: list[Real], bits: int) -> tuple[list[Fraction], Fraction]:
    """Return `w_j / Σ w` as fractions of sum 1, and a bound of their error in ℓ1."""
    ratios = [_ratio(w, weights[0]) for w in weights]
    known = [r for r in ratios if r is not None]
    if len(known) == len(ratios):
        whole = sum(known, Fraction(0))
        return [r / whole for r in known], Fraction(0)
    balls = [w if isinstance(w, Enclosure) else Surd(w).enclosure(bits + 16) for w in weights]
    total = sum(balls[1:], balls[0])
    quotients = [ball / total for ball in balls]
    # The largest share takes up the rounding of the others, so that the sum is exactly 1.
    largest = max(range(len(balls)), key=lambda k: balls[k].mid)
    middles = [q.mid for q in quotients]
    middles[largest] = 1 - sum((m for k, m in enumerate(middles) if k != largest), Fraction(0))
    errors = sum((q.rad for k, q in enumerate(quotients) if k != largest), Fraction(0))
    return middles, 2 * errors


def _ratio(a: Real, b: Real) -> Fraction | None:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a / b
    if isinstance(a, Enclosure) or isinstance(b, Enclosure) or len(Surd(b).terms) > 1:
        return None
    found = real(Surd(a) / Surd(b))
    return found if isinstance(found, Fraction) else None


def adjacency(
    vertices: Iterable[Vertex], edges: Iterable[tuple[Vertex, Vertex]]
) -> dict[Vertex, list[Vertex]]:
    """Return the neighbours of every vertex, in the order of the edges."""
    around: dict[Vertex, list[Vertex]] = {v: [] for v in vertices}
    for a, b in edges:
        around[a].append(b)
        around[b].append(a)
    return around


def components(around: Mapping[Vertex, list[Vertex]]) -> dict[Vertex, int]:
    """Return the number of the connected component of every vertex.

    >>> components({0: [1], 1: [0], 2: []})
    {0: 0, 1: 0, 2: 1}
    """
    found: dict[Vertex, int] = {}
    count = 0
    for start in around:
        if start in found:
            continue
        found[start], todo = count, [start]
        while todo:
            for other in around[todo.pop()]:
                if other not in found:
                    found[other] = count
                    todo.append(other)
        count += 1
    return found
