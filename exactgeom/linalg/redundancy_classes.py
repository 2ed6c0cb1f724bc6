"""Halfspaces before any program is solved: constant rows fall out, positive multiples become one class.

Halfspaces are numbered as in `LinearProgram.document`: rows of A, then upper, then lower bounds that exist;
equations follow. A class keeps its tightest halfspace, of equal ones the smallest number.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_basis import Multipliers
from exactgeom.linalg.lp_system import Bound, System

Proof = dict[int, Fraction]


class Halfspace(NamedTuple):
    """`coefficient·x_variable ≤ right` when `variable ≥ 0`, else `row·x ≤ right`: `scale` × given."""

    variable: int
    coefficient: int
    row: list[int]
    right: int
    scale: int


class Classes(NamedTuple):
    """The representatives as a system, who they are, and proofs for all other halfspaces.

    `rows[i]` is the number of system row i; `bounds[k, side]` that of a bound. `clash` is the first constant
    row that nothing satisfies, or None.
    """

    system: System
    rows: list[int]
    bounds: dict[tuple[int, int], int]
    dropped: dict[int, Proof]
    clash: int | None


def halfspaces(program: LinearProgram) -> list[Halfspace]:
    """Return all inequalities of a program by number."""
    system = program.system
    found = []
    for i in range(system.n_inequalities):
        row = system.rows[i]
        nonzero = [k for k, entry in enumerate(row) if entry]
        single = nonzero[0] if len(nonzero) == 1 else -1
        found.append(
            Halfspace(single, row[single] if single >= 0 else 0, row, system.right[i], system.scales[i])
        )
    for bounds, side in ((system.upper, 1), (system.lower, -1)):
        for k, bound in enumerate(bounds):
            if bound is not None:
                scale = bound.denominator
                found.append(Halfspace(k, side * scale, [], side * bound.numerator, scale))
    return found


def dense(half: Halfspace, dim: int) -> list[int]:
    """Return the integer row of a halfspace."""
    if half.row:
        return half.row
    row = [0] * dim
    row[half.variable] = half.coefficient
    return row


def classes(program: LinearProgram, listed: list[Halfspace]) -> Classes:
    """Return the classes of a program's halfspaces, its equations kept."""
    source = program.system
    best: dict[object, int] = {}
    offsets: dict[int, Fraction] = {}
    sizes: dict[int, int] = {}
    dropped: dict[int, Proof] = {}
    keys: dict[int, object] = {}
    clash = None
    for number, half in enumerate(listed):
        key: object
        if half.variable >= 0:
            size = abs(half.coefficient)
            key = (half.variable, 1 if half.coefficient > 0 else -1)
        else:
            size = math.gcd(*half.row)
            if size == 0:
                if half.right < 0:
                    clash = number if clash is None else clash
                else:
                    dropped[number] = {}
                continue
            key = ("row", *(entry // size for entry in half.row))
        sizes[number], offsets[number], keys[number] = size, Fraction(half.right, size), key
        held = best.get(key)
        if held is None or offsets[number] < offsets[held]:
            best[key] = number
    for number, key in keys.items():
        keeper = best[key]
        if keeper != number:
            ratio = Fraction(sizes[number] * listed[keeper].scale, listed[number].scale * sizes[keeper])
            dropped[number] = {keeper: ratio}
    rows = sorted(number for number in best.values() if listed[number].variable < 0)
    lower: list[Bound] = [None] * source.dim
    upper: list[Bound] = [None] * source.dim
    bounds: dict[tuple[int, int], int] = {}
    for number in sorted(best.values()):
        half = listed[number]
        if half.variable >= 0:
            side = 1 if half.coefficient > 0 else -1
            bounds[half.variable, side] = number
            (upper if side > 0 else lower)[half.variable] = Fraction(half.right, half.coefficient)
    equations = range(source.n_inequalities, source.n_rows)
    system = System(
        source.dim,
        [listed[i].row for i in rows] + [source.rows[i] for i in equations],
        [listed[i].right for i in rows] + [source.right[i] for i in equations],
        len(rows),
        lower,
        upper,
        [listed[i].scale for i in rows] + [source.scales[i] for i in equations],
    )
    return Classes(system, rows, bounds, dropped, clash)


def given_proof(found: Classes, listed: list[Halfspace], multipliers: Multipliers) -> Proof:
    """Return multipliers of a class system as multipliers of halfspaces and equations as they were given."""
    proof: Proof = {}
    count = found.system.n_inequalities
    for i, top in multipliers.rows:
        number = found.rows[i] if i < count else i - count + len(listed)
        proof[number] = proof.get(number, 0) + Fraction(top * found.system.scales[i], multipliers.den)
    for pairs, side in ((multipliers.upper, 1), (multipliers.lower, -1)):
        for k, top in pairs:
            number = found.bounds[k, side]
            half = listed[number]
            proof[number] = Fraction(top * half.scale, multipliers.den * abs(half.coefficient))
    return {number: value for number, value in sorted(proof.items()) if value}


def substituted(proofs: dict[int, Proof], order: list[int]) -> dict[int, Proof]:
    """Return proofs over needed halfspaces only; `order` is the order in which halfspaces were dropped.

    A proof may use a halfspace dropped later, never one dropped before.
    """
    done: dict[int, Proof] = {}
    for number in reversed(order):
        proof: Proof = {}
        for used, value in proofs[number].items():
            for target, factor in done.get(used, {used: Fraction(1)}).items():
                proof[target] = proof.get(target, Fraction(0)) + value * factor
        done[number] = dict(sorted(proof.items()))
    return done
