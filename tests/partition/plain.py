"""Second routes in plain rational arithmetic: nothing here touches the library's geometry.

Cells are halfspace systems; their vertices come from solving all d x d subsystems, their volumes from pulling
triangulations; arrangements are counted through the Moebius function of the intersection lattice.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

Point = tuple[Fraction, ...]
Halfspace = tuple[Point, Fraction]  # a.x <= b


def dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def rref(rows: Sequence[Sequence[Fraction]]) -> tuple[tuple[Fraction, ...], ...]:
    """Reduced row echelon form without its zero rows."""
    table = [list(row) for row in rows]
    done = 0
    for column in range(len(table[0]) if table else 0):
        pivot = next((i for i in range(done, len(table)) if table[i][column]), None)
        if pivot is None:
            continue
        table[done], table[pivot] = table[pivot], table[done]
        lead = table[done][column]
        table[done] = [c / lead for c in table[done]]
        for i, row in enumerate(table):
            if i != done and row[column]:
                table[i] = [c - row[column] * p for c, p in zip(row, table[done], strict=True)]
        done += 1
    return tuple(tuple(row) for row in table[:done])


def determinant(rows: Sequence[Sequence[Fraction]]) -> Fraction:
    table, result = [list(row) for row in rows], Fraction(1)
    for i in range(len(table)):
        pivot = next((j for j in range(i, len(table)) if table[j][i]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != i:
            table[i], table[pivot], result = table[pivot], table[i], -result
        result *= table[i][i]
        for j in range(i + 1, len(table)):
            factor = table[j][i] / table[i][i]
            table[j] = [c - factor * p for c, p in zip(table[j], table[i], strict=True)]
    return result


# -- cells from halfspaces -------------------------------------------------------------------------


def vertices_of(system: Sequence[Halfspace]) -> tuple[Point, ...]:
    """Vertices of a bounded polytope, sorted, by solving every d x d subsystem."""
    dim, found = len(system[0][0]), set()
    planes = list(dict.fromkeys(rref([(*a, b)]) for a, b in system))
    for chosen in combinations(planes, dim):
        solved = rref([row for plane in chosen for row in plane])
        if len(solved) == dim and solved[-1][:dim].count(0) != dim:
            point = tuple(row[-1] for row in solved)
            if point not in found and all(dot(a, point) <= b for a, b in system):
                found.add(point)
    return tuple(sorted(found))


def volume_of(system: Sequence[Halfspace]) -> Fraction:
    """Volume of a bounded full-dimensional polytope by a pulling triangulation."""
    vertices = vertices_of(system)
    tight = [frozenset(v for v in vertices if dot(a, v) == b) for a, b in system]
    dim = len(vertices[0])
    total = Fraction(0)
    for flag in _simplices(frozenset(vertices), [t for t in tight if len(t) >= dim], dim):
        total += abs(determinant([[p - q for p, q in zip(v, flag[0], strict=True)] for v in flag[1:]]))
    for k in range(2, dim + 1):
        total /= k
    return total


def _simplices(face: frozenset[Point], tight: list[frozenset[Point]], dim: int) -> list[tuple[Point, ...]]:
    if dim == 0:
        return [(next(iter(face)),)]
    apex = min(face)
    below = {face & t for t in tight if not face <= t}
    facets = [f for f in below if f and apex not in f and not any(f < g for g in below)]
    return [(apex, *rest) for f in facets for rest in _simplices(f, tight, dim - 1)]


def faces_of(system: Sequence[Halfspace]) -> dict[frozenset[Point], int]:
    """All nonempty faces of a bounded polytope as vertex sets, with their dimensions."""
    vertices = frozenset(vertices_of(system))
    tight = [frozenset(v for v in vertices if dot(a, v) == b) for a, b in system]
    found = {vertices}
    queue = [vertices]
    while queue:
        face = queue.pop()
        for t in tight:
            if face & t and face & t not in found:
                found.add(face & t)
                queue.append(face & t)
    return {face: len(rref([(*v, Fraction(1)) for v in face])) - 1 for face in found}


def brute_cells(model: Any, system: Sequence[Halfspace]) -> dict[str, list[Halfspace]]:
    """Cells of a network in a bounded domain {a.x <= b}: sign string -> halfspaces.

    Unit by unit, breakpoint by breakpoint: the function is affine on the piece, so its signs at the
    piece's vertices tell whether it cuts.
    """
    dim = len(system[0][0])
    identity = [(tuple(Fraction(int(i == j)) for j in range(dim)), Fraction(0)) for i in range(dim)]
    pieces = [("", list(system), identity)]  # signs, halfspaces, current coordinates as affine functions
    for layer in model.layers:
        if hasattr(layer, "weight"):
            pieces = [(s, h, _apply(layer, maps)) for s, h, maps in pieces]
            continue
        for unit in range(len(pieces[0][2])):
            pieces = [part for piece in pieces for part in _break(piece, unit, layer)]
    assert len({signs for signs, _, _ in pieces}) == len(pieces)
    return {signs: halfspaces for signs, halfspaces, _ in pieces}


def _apply(layer: Any, maps: list[Halfspace]) -> list[Halfspace]:
    result = []
    for row, bias in zip(layer.weight, layer.bias, strict=True):
        slope = tuple(dot(row, column) for column in zip(*(a for a, _ in maps), strict=True))
        result.append((slope, dot(row, [c for _, c in maps]) + bias))
    return result


def _break(piece: Any, unit: int, layer: Any) -> list[Any]:
    parts = [piece]
    slope, const = piece[2][unit]
    for t in layer.breakpoints:
        cut = []
        for signs, system, maps in parts:
            values = [dot(slope, v) + const - t for v in vertices_of(system)]
            low, high = min(values), max(values)
            if low < 0 < high:
                cut.append((signs + "+", [*system, (tuple(-c for c in slope), const - t)], maps))
                cut.append((signs + "-", [*system, (slope, t - const)], maps))
            else:
                cut.append((signs + ("+" if high > 0 else "-" if low < 0 else "0"), system, maps))
        parts = cut
    result = []
    for signs, system, maps in parts:
        own = signs[len(piece[0]) :]
        a, c = layer.pieces[own.count("+")]
        new = (tuple(a * s for s in slope), a * const + c)
        result.append((signs, system, [*maps[:unit], new, *maps[unit + 1 :]]))
    return result


# -- arrangements ----------------------------------------------------------------------------------


def flats_of(arrangement: Any) -> list[tuple[tuple[Fraction, ...], ...]]:
    """All nonempty intersections of hyperplanes (the whole space first), as reduced equations (a | b)."""
    dim = arrangement.dim
    found: dict[tuple[tuple[Fraction, ...], ...], None] = {(): None}
    queue: list[tuple[tuple[Fraction, ...], ...]] = [()]
    while queue:
        flat = queue.pop()
        for normal, offset in arrangement.hyperplanes:
            meet = rref([*flat, (*normal, offset)])
            if any(not any(row[:dim]) for row in meet) or meet in found:
                continue
            found[meet] = None
            queue.append(meet)
    return sorted(found, key=len)


def face_counts(arrangement: Any) -> tuple[tuple[int, ...], int]:
    """(number of relatively open faces by dimension, number of relatively bounded regions).

    Zaslavsky: f_k = sum over flats X of dimension k of sum over flats Y in X of |mu(X, Y)|, and the
    relatively bounded regions number |sum over Y of mu(R^d, Y)|.
    """
    dim, flats = arrangement.dim, flats_of(arrangement)

    def inside(y: Any, x: Any) -> bool:
        return len(rref([*y, *x])) == len(y)

    counts, bounded = [0] * (dim + 1), 0
    for x in flats:
        mu: dict[Any, int] = {}
        below = [y for y in flats if inside(y, x)]
        for y in below:  # by codimension: everything strictly between is done
            mu[y] = 1 if y == x else -sum(mu[z] for z in mu if inside(y, z))
        counts[dim - len(x)] += sum(abs(m) for m in mu.values())
        if not x:
            bounded = abs(sum(mu.values()))
    return tuple(counts), bounded


def region_count(planes: Sequence[Halfspace], dim: int) -> int:
    """Number of regions by deletion and restriction: r(A) = r(A') + r(A'')."""
    unique = sorted({rref([(*a, b)])[0] for a, b in planes if any(a)})
    return _regions(unique, dim)


def _regions(planes: list[tuple[Fraction, ...]], dim: int) -> int:
    if not planes:
        return 1
    if dim == 1:
        return len(planes) + 1
    *rest, last = planes
    pivot = next(i for i, c in enumerate(last) if c)
    restricted = set()
    for plane in rest:
        row = [c - plane[pivot] * p for c, p in zip(plane, last, strict=True)]
        del row[pivot]
        if any(row[:-1]):
            restricted.add(rref([row])[0])
    return _regions(rest, dim) + _regions(sorted(restricted), dim - 1)
