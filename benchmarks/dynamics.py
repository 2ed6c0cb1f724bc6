"""Exact geometry along training: `python -m benchmarks.dynamics` prints a table.

50 checkpoints of a 2-16-16-2 network on two moons, 200 points, trained here in NumPy.  Seconds are of the
processor, but for two workers.  The float peer is what people do without a partition: patterns and classes
on a 400 x 400 grid, born and died among the patterns it sees, areas by counting.  It misses cells below
its mesh, and has no areas, boundary lengths or curvatures.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.dynamics import trajectory

TARGET = 30.0  # seconds for 50 checkpoints
LOW, HIGH = np.array([-2.0, -2.0]), np.array([3.0, 2.0])
COLUMNS = [
    "weights",
    "checkpoints",
    "cells",
    "ours s",
    "s per step",
    "2 workers s",
    "float grid s",
    "cells it misses",
]


def two_moons(count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    t = np.linspace(0, np.pi, count // 2)
    upper, lower = np.column_stack((np.cos(t), np.sin(t))), np.column_stack((1 - np.cos(t), 0.5 - np.sin(t)))
    noise = 0.1 * np.random.default_rng(0).normal(size=(count, 2))
    return np.concatenate((upper, lower)) + noise, np.repeat([0, 1], count // 2)


def forward(weights: list, x: np.ndarray) -> list[np.ndarray]:
    """The input of every layer's units, layer by layer."""
    found = []
    for w, b in weights:
        found.append(x @ w.T + b)
        x = np.maximum(found[-1], 0)
    return found


def train(count: int, steps: int = 5) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """Weights at every checkpoint: Adam on the cross entropy, `steps` steps between two."""
    rng = np.random.default_rng(0)
    sizes = [(16, 2), (16, 16), (2, 16)]
    weights = [(rng.uniform(-1, 1, s) / s[1] ** 0.5, rng.uniform(-1, 1, s[0]) / s[1] ** 0.5) for s in sizes]
    x, classes = two_moons()
    first = [[np.zeros_like(p) for p in pair] for pair in weights]
    second = [[np.zeros_like(p) for p in pair] for pair in weights]
    kept, wanted = [], np.eye(2)[classes]
    for step in range(1, count * steps + 1):
        if step % steps == 1:
            kept.append([(w.copy(), b.copy()) for w, b in weights])
        z = forward(weights, x)
        share = np.exp(z[-1] - z[-1].max(axis=1, keepdims=True))
        error = (share / share.sum(axis=1, keepdims=True) - wanted) / len(x)
        for i in range(len(weights) - 1, -1, -1):
            source = np.maximum(z[i - 1], 0) if i else x
            own = error.T @ source, error.sum(axis=0)
            error = (error @ weights[i][0]) * (z[i - 1] > 0) if i else error
            for k in (0, 1):
                first[i][k] += 0.1 * (own[k] - first[i][k])
                second[i][k] += 0.001 * (own[k] ** 2 - second[i][k])
                mean, spread = first[i][k] / (1 - 0.9**step), second[i][k] / (1 - 0.999**step)
                weights[i][k][...] -= 0.01 * mean / (spread**0.5 + 1e-8)
    return kept


def exact(weights: list) -> eg.Network:
    layers: list[Any] = []
    for w, b in weights:
        layers += [eg.Linear(w.astype(np.float64), b.astype(np.float64)), eg.ReLU()]
    return eg.Network(layers[:-1])


def float_patterns(weights: list, mesh: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """(packed sign pattern, class) at the middle of every square of a grid."""
    axes = [low + (high - low) * (np.arange(mesh) + 0.5) / mesh for low, high in zip(LOW, HIGH, strict=True)]
    x = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    *hidden, out = forward([(w.astype(float), b.astype(float)) for w, b in weights], x)
    return np.packbits(np.concatenate(hidden, axis=1) > 0, axis=1), out[:, 1] > out[:, 0]


def peer(path: list) -> list[int]:
    """Number of patterns at every checkpoint, after counting born, died and reclassified squares too."""
    seen, before = [], None
    for weights in path:
        codes, classes = float_patterns(weights)
        found = {row.tobytes() for row in codes}
        seen.append((found, classes))
        if before is not None:
            _ = len(found - before[0]), len(before[0] - found), np.count_nonzero(classes != before[1])
        before = found, classes
    return [len(found) for found, _ in seen]


def run(name: str, dtype: Any, count: int) -> list[str]:
    path = [[(w.astype(dtype), b.astype(dtype)) for w, b in weights] for weights in train(count)]
    points, classes = two_moons()
    nets = [exact(weights) for weights in path]
    domain = eg.box(LOW.tolist(), HIGH.tolist())
    start = time.process_time()
    found = trajectory(nets, domain, points, labels=classes.tolist())
    for step in found.steps:
        _ = step.born, step.died, step.cell_flows, step.class_flows, step.units
    ours = time.process_time() - start
    with ProcessPoolExecutor(2) as executor:
        start = time.perf_counter()
        again = trajectory(nets, domain, points, labels=classes.tolist(), executor=executor)
        side_by_side = time.perf_counter() - start
    if any(a.difference != b.difference for a, b in zip(found.steps, again.steps, strict=True)):
        print(f"{name}: two workers found something else")
    step = found.steps[0]
    compared = eg.compare(step.before.model, step.after.model, domain).disagreement_volume
    if compared != step.class_volume:
        print(f"{name}: compare finds another volume")
    start = time.process_time()
    counted = peer(path)
    theirs = time.process_time() - start
    missed = sum(s.cell_count - n for s, n in zip(found, counted, strict=True))
    cells = sum(s.cell_count for s in found)
    return [
        name,
        str(count),
        f"{cells:,}",
        f"{ours:.1f}",
        f"{ours / count:.2f}",
        f"{side_by_side:.1f}",
        f"{theirs:.1f}",
        f"{missed:,}",
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 checkpoints")
    count = 10 if parser.parse_args().quick else 50
    rows = [COLUMNS, run("float32", np.float32, count), run("float64", np.float64, count)]
    widths = [max(len(row[j]) for row in rows) for j in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)))
    slow = [row[0] for row in rows[1:] if float(row[3]) > TARGET]
    print(f"slower than {TARGET} s: {', '.join(slow)}" if slow else f"all within {TARGET} s")


if __name__ == "__main__":
    main()
