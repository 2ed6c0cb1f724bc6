"""Flat polyhedra: inequalities that hold with equality everywhere, and the others inside the affine hull.

What pins the affine hull is judged among itself: no inequality that is strict somewhere can help to imply one
that is an equality everywhere, because at a relative interior point it would leave a gap.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from flint import fmpz_mat

from exactgeom.linalg import elimination
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Vector
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_float import FloatModel
from exactgeom.linalg.lp_simplex import Climb, Nothing, Point, Top
from exactgeom.linalg.lp_solve import solve
from exactgeom.linalg.lp_system import System
from exactgeom.linalg.matrix import Matrix
from exactgeom.linalg.redundancy_classes import Classes, Halfspace, Proof, dense, given_proof, substituted
from exactgeom.linalg.redundancy_decide import FLAT, FULL, Decided, Depth, decide, deepest, fractions


class Mixed(NamedTuple):
    """Some inequalities, and some as equations before the given equations; who row i is."""

    system: System
    numbers: list[int]


class Hull(NamedTuple):
    """What pins the affine hull: needed implicit inequalities with points, proofs of the others."""

    points: dict[int, Vector]
    proofs: dict[int, Proof]
    slide: Proof


def decide_flat(program: LinearProgram, listed: list[Halfspace], found: Classes, depth: Depth) -> Decided:
    """Decide a set inside an affine subspace (given by equations, or found)."""
    members = sorted([*found.rows, *found.bounds.values()])
    implicit: list[int] = []
    if depth.ties is not None:
        implicit = [i for i in given_proof(found, listed, depth.ties) if i < len(listed)]
    while depth.stand is None:
        strict = [i for i in members if i not in implicit]
        mixed = mix(program, listed, strict, implicit)
        depth = deepest(mixed.system)
        if depth.ties is not None:
            implicit += [mixed.numbers[i] for i, top in depth.ties.rows if top and i < len(strict)]
    inner = (depth.stand.tops, depth.stand.den)
    strict = [i for i in members if i not in implicit]
    hull = _pinned(program, listed, sorted(implicit), strict, inner)
    points, proofs = _inside(program, listed, strict, hull, inner)
    proofs |= hull.proofs | found.dropped
    implicit += [
        number
        for number, proof in found.dropped.items()
        for keeper, ratio in proof.items()
        if keeper in implicit and _right(listed[number]) == ratio * _right(listed[keeper])
    ]
    order = [*found.dropped, *(number for number in proofs if number not in found.dropped)]
    kind = FLAT if implicit or program.n_equations else FULL
    return Decided(kind, points | hull.points, substituted(proofs, order), implicit, fractions(inner))


def _right(half: Halfspace) -> Fraction:
    return Fraction(half.right, half.scale)


def mix(program: LinearProgram, listed: list[Halfspace], strict: list[int], equal: list[int]) -> Mixed:
    """Return some halfspaces as inequalities, others as equations, then the given equations; no bounds."""
    source = program.system
    numbers = [*strict, *equal]
    equations = range(source.n_inequalities, source.n_rows)
    none = [None] * source.dim
    system = System(
        source.dim,
        [dense(listed[i], source.dim) for i in numbers] + [source.rows[i] for i in equations],
        [listed[i].right for i in numbers] + [source.right[i] for i in equations],
        len(strict),
        none,
        none,
        [listed[i].scale for i in numbers] + [source.scales[i] for i in equations],
    )
    return Mixed(system, numbers + list(range(len(listed), len(listed) + len(equations))))


def mixed_proof(mixed: Mixed, multipliers: Multipliers) -> Proof:
    """Return multipliers of a mixed system as multipliers of given halfspaces and equations."""
    return {
        mixed.numbers[i]: Fraction(top * mixed.system.scales[i], multipliers.den)
        for i, top in multipliers.rows
        if top
    }


def _pinned(
    program: LinearProgram, listed: list[Halfspace], implicit: list[int], strict: list[int], inner: Point
) -> Hull:
    """Choose the implicit inequalities that stay: the last is left out first if the others imply it."""
    kept = list(implicit)
    points: dict[int, Vector] = {}
    for number in reversed(implicit):
        rest = [i for i in kept if i != number]
        answer = _best(program, listed, rest, number, 1)
        if isinstance(answer, Top):
            beyond = answer.point
            value = _value(listed[number], program.dim, beyond)
            if value <= listed[number].right:
                kept = rest
                continue
        else:
            beyond = _past(listed[number], program.dim, answer)
        points[number] = _near(listed, strict, program.dim, inner, beyond)
    mixed = mix(program, listed, kept, [])
    proofs: dict[int, Proof] = {}
    for number in implicit:
        if number not in points:
            answer = _best(program, listed, kept, number, 1)
            if not isinstance(answer, Top):
                raise AssertionError("unreachable: what stays implies what was left out")
            proofs[number] = _given(mixed_proof(mixed, answer.multipliers), listed[number])
    slide: Proof = {}
    for number in kept:
        answer = _best(program, listed, kept, number, -1)
        if not isinstance(answer, Top):
            raise AssertionError("unreachable: an implicit equality is bounded on both sides")
        proof = _given(mixed_proof(mixed, answer.multipliers), listed[number])
        proof[number] = proof.get(number, Fraction(0)) + 1
        for target, value in proof.items():
            slide[target] = slide.get(target, Fraction(0)) + value
    return Hull(points, proofs, slide)


def _best(
    program: LinearProgram, listed: list[Halfspace], numbers: list[int], goal: int, sign: int
) -> Top | Climb:
    """Return the best answer for `sign·a_goal` over some halfspaces and the equations."""
    system = mix(program, listed, numbers, []).system
    objective = [sign * entry for entry in dense(listed[goal], program.dim)]
    answer = solve(system, objective, FloatModel.of(system))
    if isinstance(answer, Nothing):
        raise AssertionError("unreachable: the set is not empty")
    return answer


def _given(proof: Proof, half: Halfspace) -> Proof:
    """Return a proof of an integer row as a proof of the row as it was given."""
    return {number: value / half.scale for number, value in proof.items()}


def _value(half: Halfspace, dim: int, point: Point) -> Fraction:
    tops, den = point
    return Fraction(sum(a * x for a, x in zip(dense(half, dim), tops, strict=True)), den)


def _past(half: Halfspace, dim: int, answer: Climb) -> Point:
    """Return a point on the ray where the halfspace is violated."""
    rate = _value(half, dim, (answer.direction, 1))
    step = max((half.right + 1 - _value(half, dim, answer.point)) / rate, Fraction(0))
    tops, den = answer.point
    moved = [Fraction(x, den) + step * d for x, d in zip(tops, answer.direction, strict=True)]
    return common_point(moved)


def common_point(values: list[Fraction]) -> Point:
    """Return fractions as integers over one denominator."""
    den = math.lcm(*{value.denominator for value in values})
    return [value.numerator * (den // value.denominator) for value in values], den


def _near(listed: list[Halfspace], strict: list[int], dim: int, inner: Point, beyond: Point) -> Vector:
    """Return a point from the inner one towards the other, still strictly inside the strict halfspaces."""
    share = Fraction(1)
    for number in strict:
        half = listed[number]
        start, end = _value(half, dim, inner), _value(half, dim, beyond)
        if end >= half.right:
            share = min(share, (half.right - start) / (end - start) / 2)
    start_point, end_point = fractions(inner), fractions(beyond)
    return tuple(x + share * (y - x) for x, y in zip(start_point, end_point, strict=True))


def _inside(
    program: LinearProgram, listed: list[Halfspace], strict: list[int], hull: Hull, inner: Point
) -> tuple[dict[int, Vector], dict[int, Proof]]:
    """Decide the other inequalities in coordinates of the affine hull, the inner point its origin."""
    mixed = mix(program, listed, [], sorted(hull.points))
    basis = _kernel(mixed.system)
    tops, den = inner
    rows, right = [], []
    for number in strict:
        row = dense(listed[number], program.dim)
        rows.append([den * sum(a * v for a, v in zip(row, vector, strict=True)) for vector in basis])
        right.append(listed[number].right * den - sum(a * x for a, x in zip(row, tops, strict=True)))
    inside = decide(LinearProgram(rows, right, dim=len(basis)))
    points: dict[int, Vector] = {}
    for place, point in inside.points.items():
        moved = [Fraction(x, den) for x in tops]
        for value, vector in zip(point, basis, strict=True):
            moved = [x + value * v for x, v in zip(moved, vector, strict=True)]
        points[strict[place]] = tuple(moved)
    proofs: dict[int, Proof] = {}
    for place, proof in inside.proofs.items():
        half = listed[strict[place]]
        own = {strict[j]: value * listed[strict[j]].scale / half.scale for j, value in proof.items() if value}
        proofs[strict[place]] = _completed(mixed, hull.slide, listed, half, own)
    return points, proofs


def _kernel(system: System) -> list[list[int]]:
    if not system.n_rows:
        return [[int(j == k) for j in range(system.dim)] for k in range(system.dim)]
    flat = fmpz_mat(system.n_rows, system.dim, [entry for row in system.rows for entry in row])
    return elimination.kernel_basis(*elimination.reduced(flat), system.dim)


def _completed(mixed: Mixed, slide: Proof, listed: list[Halfspace], half: Halfspace, proof: Proof) -> Proof:
    """Return a proof that holds on the affine hull completed by what pins the hull, signs made right.

    `slide` combines the needed implicit inequalities, all multipliers positive, and equations to `0 = 0`.
    """
    system = mixed.system
    rest = [Fraction(entry, half.scale) for entry in dense(half, system.dim)]
    for number, value in proof.items():
        other = listed[number]
        for k, entry in enumerate(dense(other, system.dim)):
            rest[k] -= value * Fraction(entry, other.scale)
    result = dict(proof)
    if system.n_rows and any(rest):
        solved = Matrix(system.rows).transpose().solve_affine(rest)
        if solved is None:
            raise AssertionError("unreachable: the proof holds on the affine hull")
        for i, value in enumerate(solved.particular):
            result[mixed.numbers[i]] = value * system.scales[i]
    implicit = [number for number in slide if number < len(listed)]
    shift = max((-result.get(i, Fraction(0)) / slide[i] for i in implicit), default=Fraction(0))
    if shift > 0:
        for number, value in slide.items():
            result[number] = result.get(number, Fraction(0)) + shift * value
    return {number: value for number, value in sorted(result.items()) if value}
