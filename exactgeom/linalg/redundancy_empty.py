"""Empty polyhedra: a smallest contradiction among their own inequalities."""

from __future__ import annotations

from fractions import Fraction

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Vector
from exactgeom.linalg.lp_float import FloatModel
from exactgeom.linalg.lp_simplex import Nothing
from exactgeom.linalg.lp_solve import solve
from exactgeom.linalg.lp_system import System
from exactgeom.linalg.redundancy_classes import Halfspace, Proof, dense
from exactgeom.linalg.redundancy_decide import EMPTY, Decided, fractions


def decide_empty(program: LinearProgram, listed: list[Halfspace], proof: Proof) -> Decided:
    """Leave out inequalities from the last to the first while the rest (with the equations) stays empty."""
    kept = list(range(len(listed)))
    points: dict[int, Vector] = {}
    for number in reversed(range(len(listed))):
        rest = [i for i in kept if i != number]
        if number not in proof:
            kept = rest
            continue
        system = chosen(program, listed, rest)
        found = solve(system, [0] * system.dim, FloatModel.of(system))
        if not isinstance(found, Nothing):
            points[number] = fractions(found.point)
            continue
        kept = rest
        proof = {}
        for i, top in found.multipliers.rows:
            target = rest[i] if i < len(rest) else i - len(rest) + len(listed)
            proof[target] = Fraction(top * system.scales[i], found.multipliers.den)
    proof = dict(sorted(proof.items()))
    return Decided(EMPTY, points, {i: proof for i in range(len(listed)) if i not in points}, [], None)


def chosen(program: LinearProgram, listed: list[Halfspace], numbers: list[int]) -> System:
    """Return some inequalities and all equations as a system of rows without bounds."""
    source = program.system
    equations = range(source.n_inequalities, source.n_rows)
    rows = [dense(listed[i], source.dim) for i in numbers]
    none = [None] * source.dim
    return System(
        source.dim,
        rows + [source.rows[i] for i in equations],
        [listed[i].right for i in numbers] + [source.right[i] for i in equations],
        len(numbers),
        none,
        none,
        [listed[i].scale for i in numbers] + [source.scales[i] for i in equations],
    )
