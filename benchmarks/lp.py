"""Needed rows of `A x ≤ b`, timed: `python -m benchmarks.lp`.

Random halfspaces of which 40 % are combinations of others, shifted by 0, 1/1000 or −1e-9. Ours, with a
proof for every row, beside one float HiGHS program per row
(tolerance 1e-9) with the number of its wrong answers. PPL
computes all vertices and rays on the way, so it takes part in small dimensions only (`--quick`).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from exactgeom.linalg.redundancy import nonredundant

Rows = tuple[list[list[Fraction]], list[Fraction]]
TARGETS = {(100, 20): 0.5, (200, 50): 4.0}
QUICK = {(40, 4): None}


def halfspaces(count: int, dim: int, seed: int, numbers: str) -> Rows:
    """Random rows around the origin, 40 % of them combinations of others, shuffled."""
    chance = random.Random(seed)

    def number() -> Fraction:
        return Fraction(chance.randint(-9, 9)) if numbers == "integers" else Fraction(chance.gauss(0, 1))

    base = count * 6 // 10
    rows = [[number() for _ in range(dim)] for _ in range(base)]
    right = [Fraction(chance.randint(1, 20)) for _ in range(base)]
    for i in range(count - base):
        parts = {
            k: Fraction(chance.randint(1, 5), chance.randint(1, 3))
            for k in chance.sample(range(base), chance.randint(2, 5))
        }
        rows.append([sum((f * rows[k][j] for k, f in parts.items()), Fraction(0)) for j in range(dim)])
        shift = (Fraction(0), Fraction(1, 1000), Fraction(-1, 10**9))[i % 3]
        right.append(sum((f * right[k] for k, f in parts.items()), shift))
    order = list(range(count))
    chance.shuffle(order)
    return [rows[i] for i in order], [right[i] for i in order]


def float_needed(rows: list[list[Fraction]], right: list[Fraction]) -> list[int]:
    """HiGHS alone: a row is needed if the others let it be exceeded by more than 1e-9."""
    import highspy

    matrix = np.array([[float(v) for v in row] for row in rows])
    sides = np.array([float(v) for v in right])
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.full(lp.num_col_, -np.inf), np.full(lp.num_col_, np.inf)
    lp.row_lower_, lp.row_upper_ = np.full(lp.num_row_, -np.inf), sides
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.arange(lp.num_row_ + 1) * lp.num_col_
    lp.a_matrix_.index_ = np.tile(np.arange(lp.num_col_), lp.num_row_)
    lp.a_matrix_.value_ = matrix.ravel()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(lp)
    columns, needed = np.arange(lp.num_col_, dtype=np.int32), []
    for i in range(lp.num_row_):
        highs.changeColsCost(lp.num_col_, columns, -matrix[i])
        highs.changeRowBounds(i, -np.inf, sides[i] + 1)
        highs.run()
        if -highs.getObjectiveValue() > sides[i] + 1e-9:
            needed.append(i)
        highs.changeRowBounds(i, -np.inf, sides[i])
    return needed


def ppl_count(rows: list[list[Fraction]], right: list[Fraction]) -> int:
    """PPL: the number of needed rows, exactly."""
    import ppl

    variables = [ppl.Variable(k) for k in range(len(rows[0]))]
    polyhedron = ppl.C_Polyhedron(len(variables), "universe")
    for row, side in zip(rows, right, strict=True):
        den = lcm(*[v.denominator for v in (*row, side)])
        left = sum((int(v * den) * x for v, x in zip(row, variables, strict=True)), ppl.Linear_Expression(0))
        polyhedron.add_constraint(left <= int(side * den))
    return len(polyhedron.minimized_constraints())


def timed(task: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and the result."""
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print a Markdown table."""
    parser = argparse.ArgumentParser(description="Needed rows of A x <= b, timed.")
    parser.add_argument("--quick", action="store_true", help="a small case only, with PPL beside it")
    parser.add_argument("--seeds", type=int, default=2, help="cases of each kind (default 2)")
    options = parser.parse_args(arguments)
    print("| rows | dim | numbers | needed | ours s | target s | float HiGHS s | its wrong rows | PPL s |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for (count, dim), target in (QUICK if options.quick else TARGETS).items():
        for numbers in ("integers", "floats"):
            for seed in range(options.seeds):
                rows, right = halfspaces(count, dim, seed, numbers)
                ours, needed = timed(lambda: nonredundant(rows, right))  # noqa: B023
                floats, believed = timed(lambda: float_needed(rows, right))  # noqa: B023
                wrong = len(set(needed) ^ set(believed))
                peer = ""
                if options.quick:
                    taken, expected = timed(lambda: ppl_count(rows, right))  # noqa: B023
                    peer = f"{taken:.3f}"
                    if expected != len(needed):
                        raise SystemExit("PPL counts other rows")
                limit = "" if target is None else f"{target}"
                print(
                    f"| {count} | {dim} | {numbers} | {len(needed)} | {ours:.3f} | {limit} "
                    f"| {floats:.3f} | {wrong} | {peer} |"
                )


if __name__ == "__main__":
    main()
