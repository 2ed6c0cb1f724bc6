"""Exact location of 100,000 points beside float patterns: `python -m benchmarks.locate` prints a table.

The float peer evaluates the same signs with NumPy, packs them, and looks the patterns up; it has no answer on
walls (a sign of 0 matches no cell) and no bound on its errors anywhere.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.models.program import Affine

TARGET = 3.0  # seconds for 100,000 points in 5,000 cells
COLUMNS = [
    "case",
    "cells",
    "points",
    "ours s",
    "ms/1000",
    "went exact",
    "ties",
    "outside",
    "float s",
    "float lost",
]


def network(dim: int, width: int, depth: int = 2) -> eg.Network:
    """A network with normal float64 weights."""
    rng = np.random.default_rng(dim * width)
    layers: list[Any] = []
    before = dim
    for _ in range(depth):
        layers += [eg.Linear(rng.normal(size=(width, before)), rng.normal(size=width)), eg.ReLU()]
        before = width
    return eg.Network([*layers, eg.Linear(rng.normal(size=(1, before)), [0])])


def lines(count: int) -> eg.Arrangement:
    """Lines in general position, as near as random floats are."""
    rng = np.random.default_rng(count)
    return eg.Arrangement([(rng.normal(size=2), rng.normal() / 4) for _ in range(count)])


def grid_lines(count: int) -> eg.Arrangement:
    """Horizontal and vertical lines."""
    ticks = [f"{k}/{count}" for k in range(-count + 1, count)]
    return eg.Arrangement([([1, 0], t) for t in ticks] + [([0, 1], t) for t in ticks])


def uniform(dim: int, points: int) -> np.ndarray:
    """Points in a box a little larger than the domain."""
    return np.random.default_rng(0).uniform(-1.02, 1.02, size=(points, dim))


def lattice(dim: int, points: int) -> np.ndarray:
    """Points of a dyadic grid: many on walls."""
    return np.random.default_rng(0).integers(-64, 65, size=(points, dim)) / 64


CASES: dict[str, tuple[Callable[[], Any], int, Callable[[int, int], np.ndarray]]] = {
    "2-D net 44-44": (lambda: network(2, 44), 2, uniform),
    "2-D net 64-64-64": (lambda: network(2, 64, 3), 2, uniform),
    "3-D net 20-20": (lambda: network(3, 20), 3, uniform),
    "4-D net 15-15": (lambda: network(4, 15), 4, uniform),
    "140 lines": (lambda: lines(140), 2, uniform),
    "32 x 32 grid, grid data": (lambda: grid_lines(32), 2, lattice),
}


def float_patterns(program: Any, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Packed + and - patterns by plain floats (ReLU networks and arrangements)."""
    blocks, signs = [x], []
    for op in program.operations:
        if isinstance(op, Affine):
            weight = np.array([[w / op.denominator for w in row] for row in op.weight])
            bias = np.array([b / op.denominator for b in op.bias])
            blocks.append(np.concatenate([blocks[s] for s in op.sources], axis=1) @ weight.T + bias)
        else:
            signs.append(np.sign(blocks[op.source]))
            blocks.append(np.maximum(blocks[op.source], 0))
    table = np.concatenate(signs, axis=1)
    return np.packbits(table > 0, axis=1), np.packbits(table < 0, axis=1)


def peer(partition: Any, x: np.ndarray) -> np.ndarray:
    """The cell of every point by plain floats; -1 where the pattern is no cell's."""
    plus, minus = float_patterns(partition.model.program, x)
    letters = np.array([list(s) for s in partition.cell_signs])
    own = zip(np.packbits(letters == "+", axis=1), np.packbits(letters == "-", axis=1), strict=True)
    cells = {p.tobytes() + m.tobytes(): i for i, (p, m) in enumerate(own)}
    found = np.array([cells.get(p.tobytes() + m.tobytes(), -1) for p, m in zip(plus, minus, strict=True)])
    found[(np.abs(x) > 1).any(axis=1)] = -1
    return found


def run(name: str, points: int) -> list[str]:
    """One row of the table; stops when exact and float disagree where floats have an answer."""
    make, dim, data = CASES[name]
    partition = eg.partition(make(), eg.box(-1, 1, dim=dim))
    x = data(dim, points)
    partition.locate(x[:100])
    start = time.perf_counter()
    found = partition.locate(x)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    floats = peer(partition, x)
    theirs = time.perf_counter() - start
    lost = int(((floats < 0) & (found.cells >= 0)).sum())
    wrong = [i for i in np.flatnonzero(floats >= 0).tolist() if int(floats[i]) not in found.cells_of(i)]
    if wrong:
        print(f"{name}: floats put {len(wrong)} points into a wrong cell, such as point {wrong[0]}")
    cells = len(partition.cells)
    return [
        name,
        f"{cells:,}",
        f"{points:,}",
        f"{ours:.2f}",
        f"{ours / points * 1e6:.2f}",
        f"{found.exact_count:,}",
        f"{len(found.ties):,}",
        f"{len(found.outside):,}",
        f"{theirs:.2f}",
        f"{lost:,}",
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 points")
    options = parser.parse_args()
    rows = [COLUMNS] + [run(name, 10_000 if options.quick else 100_000) for name in CASES]
    widths = [max(len(row[j]) for row in rows) for j in range(len(COLUMNS))]
    for row in rows:
        print(
            "  ".join(
                c.ljust(w) if j == 0 else c.rjust(w) for j, (c, w) in enumerate(zip(row, widths, strict=True))
            )
        )
    slow = [row[0] for row in rows[1:] if float(row[3]) > TARGET and not options.quick]
    print(f"slower than {TARGET} s: {', '.join(slow)}" if slow else f"all within {TARGET} s")


if __name__ == "__main__":
    main()
