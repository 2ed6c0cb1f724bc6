"""Traces of 500 images through 64-32-10, geometry of smooth networks: `python -m benchmarks.traces`.

The images are scikit-learn's digits where it is installed, else random ones of the same kind.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.models.smooth import SmoothNetwork

TARGET = 10.0
COUNT = 500


def images() -> np.ndarray:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        return np.random.default_rng(1).integers(0, 17, size=(COUNT, 64)) / 16
    return load_digits().data[:COUNT] / 16


def network(dtype: Any) -> eg.Network:
    rng = np.random.default_rng(0)

    def linear(n: int, m: int) -> eg.Linear:
        return eg.Linear((rng.normal(size=(n, m)) / 4).astype(dtype), rng.normal(size=n).astype(dtype))

    return eg.Network([linear(32, 64), eg.ReLU(), linear(10, 32)])


def timed(name: str, work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"| {name.ljust(58)} | {seconds:8.2f} |")
    return result, seconds


def trace_images(dtype: Any) -> None:
    net, batch, name = network(dtype), images(), np.dtype(dtype).name
    traced, total = timed(f"{name}: ranks and volume densities", lambda: eg.trace_data(net, batch))
    layers = [layer for group in traced for layer in group.trace.layers]
    steps = [
        ("Jacobians", lambda: [layer.jacobian for layer in layers]),
        ("pulled-back metrics", lambda: [layer.metric for layer in layers]),
        ("unit 1-forms", lambda: [layer.covector(j) for layer in layers for j in range(layer.size)]),
        (
            "angles of two logits in all metrics",
            lambda: [g.trace.angle((3, 0), (3, 1), metric=m) for g in traced for m in range(4)],
        ),
    ]
    for label, work in steps:
        total += timed(f"{name}: {label}", work)[1]
    verdict = "<" if total < TARGET else ">"
    print(f"| {f'{name}: all of it, {len(traced)} cells ({verdict} {TARGET:g})'.ljust(58)} | {total:8.2f} |")
    some = [g.trace.layers[3] for g in traced][:50]
    timed(f"{name}: 50 condition numbers of the output map", lambda: [x.condition_number() for x in some])


def smooth() -> None:
    rows = [[Fraction((i * 7 + j * 3) % 11 - 5, 16) for j in range(64)] for i in range(32)]
    net = SmoothNetwork([eg.Linear(rows, [0] * 32), "tanh", eg.Linear([[1, -1] * 16] * 3, [0, 1, 2])])
    here = net.at([Fraction(j % 5, 8) for j in range(64)])
    timed("64-32-3 tanh: Jacobian, enclosed", lambda: here.jacobian)
    timed("64-32-3 tanh: scalar curvature of the graph, enclosed", lambda: here.graph.scalar)
    small = SmoothNetwork([eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), "tanh"])
    timed("2-3 tanh: symbolic Gauss curvature of the pulled-back metric", lambda: small.curvature().gauss)


def main() -> None:
    print(f"| {f'traces of {COUNT} images through 64-32-10'.ljust(58)} |  seconds |")
    print(f"| {'-' * 58} | -------: |")
    for dtype in (np.float32, np.float64):
        trace_images(dtype)
    smooth()


if __name__ == "__main__":
    main()
