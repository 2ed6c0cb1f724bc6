"""Splines, one table: `python -m benchmarks.splines` (`--quick`: small cases only).

Dimensions beside a floating-point peer: NumPy's `matrix_rank` (SVD, its default tolerance) of the same
smoothness conditions.  The peer has to guess a rank; the last row shows a complex where its guess is wrong.
"""

from __future__ import annotations

import argparse
import random
import time
from fractions import Fraction
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.nerve.spline import SplineSpace, refine_model, spline_space

TARGETS = {"C^1 cubics, 200 triangles": 10.0}
COLUMNS = ["case", "cells", "dimension", "dimension s", "basis s", "float rank says", "float s"]
MORGAN_SCOTT = [[3, 4, 5], [0, 4, 5], [1, 3, 5], [2, 3, 4], [0, 1, 5], [1, 2, 3], [0, 2, 4]]


def triangulated(columns: int, rows: int, seed: int = 0) -> tuple[list[Any], list[list[int]]]:
    """A grid with moved points and random diagonals: 2 * columns * rows triangles."""
    source = random.Random(seed)
    points = [
        (x + Fraction(source.randint(-20, 20), 100), y + Fraction(source.randint(-20, 20), 100))
        for y in range(rows + 1)
        for x in range(columns + 1)
    ]
    cells = []
    for y in range(rows):
        for x in range(columns):
            a = y * (columns + 1) + x
            b, c, d = a + 1, a + columns + 1, a + columns + 2
            cells += [[a, b, c], [b, c, d]] if source.random() < 0.5 else [[a, b, d], [a, c, d]]
    return points, cells


def morgan_scott(shift: Fraction) -> tuple[list[Any], list[list[int]]]:
    """The symmetric split, with one point moved."""
    return [(0, 0), (30, 0), (0, 30), (13 + shift, 13), (4, 13), (13, 4)], MORGAN_SCOTT


def float_dimension(space: SplineSpace) -> tuple[int, float]:
    """Dimension by the numerical rank of the same conditions."""
    system = space.conditions
    table = np.zeros((len(system.rows), system.width))
    for i, row in enumerate(system.rows):
        for j, q in row.items():
            table[i, j] = int(q.numerator) / int(q.denominator)
    start = time.process_time()
    rank = int(np.linalg.matrix_rank(table))
    return system.width - rank, time.process_time() - start


def measure(
    name: str, complex_: tuple[list[Any], list[list[int]]], degree: int, smoothness: int
) -> list[str]:
    """One line of the table."""
    start = time.process_time()
    space = spline_space(*complex_, degree=degree, smoothness=smoothness)
    dimension = space.dimension
    counted = time.process_time() - start
    if name.startswith("Morgan"):
        expected = 7 if name.endswith("symmetric") else 6
        if dimension != expected:
            raise SystemExit(f"{name}: was {dimension}, but should be {expected}")
    basis = len(space.basis)
    built = time.process_time() - start
    if basis != dimension:
        raise SystemExit(f"{name}: {basis} basis functions for dimension {dimension}")
    guess, seconds = float_dimension(space)
    target = TARGETS.get(name)
    verdict = "" if target is None else f" ({'<' if built <= target else '>'}{target:g})"
    return [
        name,
        str(len(complex_[1])),
        str(dimension),
        f"{counted:.3f}",
        f"{built:.3f}{verdict}",
        str(guess) + ("" if guess == dimension else " (wrong)"),
        f"{seconds:.3f}",
    ]


def refined(width: int, degree: int) -> str:
    """Model refinement of a 2-width-1 network."""
    source = random.Random(width)

    def numbers(rows: int, columns: int) -> list[list[int]]:
        return [[source.randint(-9, 9) for _ in range(columns)] for _ in range(rows)]

    layers = [
        eg.Linear(numbers(width, 2), numbers(1, width)[0]),
        eg.ReLU(),
        eg.Linear(numbers(1, width), [0]),
    ]
    P = eg.partition(eg.Network(layers), eg.box(-1, 1, dim=2))
    start = time.process_time()
    found = refine_model(P, degree=degree)
    distance = float(found.distance_squared)
    seconds = time.process_time() - start
    return (
        f"2-{width}-1 network, {len(P.cells)} cells, C^1 degree {degree}: dimension "
        f"{found.space.dimension}, squared distance {distance:.6g}, {seconds:.2f} s"
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser(description="Dimensions and bases of splines, model refinement.")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    quick = parser.parse_args(arguments).quick
    cases = [("C^1 cubics, 24 triangles", triangulated(4, 3), 3, 1)]
    if not quick:
        cases += [
            ("C^1 quadratics, 200 triangles", triangulated(10, 10), 2, 1),
            ("C^1 cubics, 200 triangles", triangulated(10, 10), 3, 1),
            ("C^1 quintics, 200 triangles", triangulated(10, 10), 5, 1),
        ]
    cases += [
        ("Morgan-Scott C^1 quadratics, symmetric", morgan_scott(Fraction(0)), 2, 1),
        ("Morgan-Scott C^1 quadratics, moved by 1e-18", morgan_scott(Fraction(1, 10**18)), 2, 1),
    ]
    rows = [measure(*case) for case in cases]
    widths = [max(len(row[i]) for row in [COLUMNS, *rows]) for i in range(len(COLUMNS))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for row in [COLUMNS, rule, *rows]:
        first, *others = (
            c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        print(f"| {' | '.join([first, *others])} |")
    print("\nProcessor seconds, one run each, with reading and checking the complex; basis s: both together.")
    for width, degree in ((6, 3),) if quick else ((6, 3), (16, 3), (32, 3)):
        print(refined(width, degree))


if __name__ == "__main__":
    main()
