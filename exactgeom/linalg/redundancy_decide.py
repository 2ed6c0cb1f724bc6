"""Redundancy of any polyhedron: full-dimensional, flat or empty, each proved row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Vector
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_float import LARGEST, FloatModel
from exactgeom.linalg.lp_interior import deepened, original_multipliers
from exactgeom.linalg.lp_simplex import Nothing, Point, Top
from exactgeom.linalg.lp_solve import solve
from exactgeom.linalg.lp_system import System
from exactgeom.linalg.redundancy_classes import (
    Classes,
    Halfspace,
    Proof,
    classes,
    given_proof,
    halfspaces,
    substituted,
)
from exactgeom.linalg.redundancy_shots import Stand, first_stand
from exactgeom.linalg.redundancy_sieve import Sieve

FULL, FLAT, EMPTY = "full", "flat", "empty"


class Decided(NamedTuple):
    """What was found: points of needed inequalities, proofs of all others, the implicit equalities."""

    kind: str
    points: Mapping[int, Vector]
    proofs: dict[int, Proof]
    implicit: list[int]
    interior: Vector | None


class Points(Mapping[int, Vector]):
    """Points as integers over a denominator, each turned into fractions when looked at: few ever are."""

    def __init__(self, integers: dict[int, Point]) -> None:
        self._integers = integers

    def __getitem__(self, number: int) -> Vector:
        return fractions(self._integers[number])

    def __iter__(self) -> Iterator[int]:
        return iter(self._integers)

    def __len__(self) -> int:
        return len(self._integers)


class Depth(NamedTuple):
    """An interior stand (with a float point to aim from), or why there is none."""

    stand: Stand | None
    aim: Any
    point: Point | None
    ties: Multipliers | None
    contradiction: Multipliers | None


def decide(program: LinearProgram) -> Decided:
    """Decide every inequality of a program."""
    from exactgeom.linalg.redundancy_empty import decide_empty
    from exactgeom.linalg.redundancy_flat import decide_flat

    listed = halfspaces(program)
    found = classes(program, listed)
    if found.clash is not None:
        return decide_empty(program, listed, {found.clash: Fraction(1)})
    depth = deepest(found.system)
    if depth.contradiction is not None:
        return decide_empty(program, listed, given_proof(found, listed, depth.contradiction))
    if depth.stand is None or any(any(row) for row in found.system.rows[found.system.n_inequalities :]):
        return decide_flat(program, listed, found, depth)
    return decide_full(listed, found, depth)


def decide_full(listed: list[Halfspace], found: Classes, depth: Depth) -> Decided:
    """Decide a full-dimensional set."""
    if depth.stand is None:
        raise AssertionError("unreachable: a full-dimensional set has a stand")
    system = without_equations(found.system)
    sieve = Sieve(system, Stand(system, (depth.stand.tops, depth.stand.den)), depth.aim)
    points = Points({owner(found, system, number): point for number, point in sieve.facets.items()})
    proofs = dict(found.dropped)
    order = list(found.dropped)
    for number, multipliers in sieve.redundant.items():
        name = owner(found, system, number)
        half = listed[name]
        factor = Fraction(abs(half.coefficient) if half.variable >= 0 else 1, half.scale)
        proof = given_proof(found, listed, multipliers)
        proofs[name] = {target: factor * value for target, value in proof.items()}
        order.append(name)
    return Decided(
        FULL, points, substituted(proofs, order), [], fractions((depth.stand.tops, depth.stand.den))
    )


def owner(found: Classes, system: System, number: int) -> int:
    """Return the halfspace that a constraint number of a class system stands for."""
    if number < system.n_rows:
        return found.rows[number]
    block, variable = divmod(number - system.n_rows, system.dim)
    return found.bounds[variable, 1 if block else -1]


def without_equations(system: System) -> System:
    """Return the inequalities and bounds of a system alone."""
    count = system.n_inequalities
    if count == system.n_rows:
        return system
    return System(
        system.dim,
        system.rows[:count],
        system.right[:count],
        count,
        system.lower,
        system.upper,
        system.scales[:count],
    )


def deepest(system: System) -> Depth:
    """Return a point strictly inside all inequalities, or the multipliers that exclude one.

    Floats find it where they can; else the exact program of the largest cube decides.
    """
    proposed = deepest_float(system) if system.n_inequalities == system.n_rows else None
    if proposed is not None:
        ready = first_stand(system, proposed)
        if ready is not None:
            return Depth(*ready, None, None, None)
    norms = [Fraction(sum(map(abs, row))) for row in system.rows[: system.n_inequalities]]
    deep, owners = deepened(system, norms)
    found = solve(deep, [0] * system.dim + [1], FloatModel.of(deep))
    if not isinstance(found, Top):
        if not isinstance(found, Nothing):
            raise AssertionError("unreachable: the depth is bounded")
        return Depth(None, None, None, None, original_multipliers(system, owners, found.multipliers))
    tops, den = found.point
    multipliers = original_multipliers(system, owners, found.multipliers)
    if tops[-1] < 0:
        return Depth(None, None, None, None, multipliers)
    if tops[-1] == 0:
        return Depth(None, None, (tops[:-1], den), multipliers, None)
    stand = Stand(without_equations(system), (tops[:-1], den))
    return Depth(stand, np.array([top / den for top in tops[:-1]]), None, None, None)


def deepest_float(system: System) -> Any:
    """Return the float centre of the largest cube of a system without equations, or None."""
    entries, right, _ = system.floats
    if not all(abs(bound) < LARGEST for bound in (*system.lower, *system.upper) if bound is not None):
        return None
    sides = [
        (k, side, float(bound))
        for bounds, side in ((system.lower, -1), (system.upper, 1))
        for k, bound in enumerate(bounds)
        if bound is not None
    ]
    deep = np.zeros((len(right) + len(sides), system.dim + 1))
    deep[: len(right), :-1], deep[: len(right), -1] = entries, np.abs(entries).sum(axis=1)
    for i, (k, side, _) in enumerate(sides, len(right)):
        deep[i, k], deep[i, -1] = side, 1
    tops = np.concatenate([right, [side * bound for _, side, bound in sides]])
    free = np.full(system.dim + 1, np.inf)
    high = free.copy()
    high[-1] = 1
    model = FloatModel.of_arrays(deep, tops, -free, high)
    goal = np.zeros(system.dim + 1)
    goal[-1] = 1
    proposal = None if model is None else model.maximize(goal)
    return proposal.x[:-1] if proposal is not None and proposal.status == "optimal" else None


def fractions(point: Point) -> Vector:
    """Return a point as fractions."""
    tops, den = point
    return tuple(Fraction(top, den) for top in tops)
