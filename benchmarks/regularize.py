"""Exact gradients of regularisers beside float autograd: `python -m benchmarks.regularize` prints a table.

The float peer is torch in doubles: it is given the combinatorics (which walls meet in which vertex), solves
the 2 x 2 systems, takes shoelace areas and differentiates.  Ours includes the certificate of smoothness.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.regularize import (
    InterfaceArea,
    Regularizer,
    SharpAngles,
    Slivers,
    VolumeDispersion,
    check_smooth,
    value_and_grad,
)
from exactgeom.regularize.faces import FaceWalls
from exactgeom.regularize.moments import PieceTable

TARGET = 5.0
COLUMNS = [
    "network",
    "weights",
    "cells",
    "parameters",
    "regulariser",
    "partition s",
    "value+grad s",
    "bits",
    "torch s",
    "off by",
]


def network(sizes: list[int], weights: str) -> eg.Network:
    """A random ReLU network; weights over 16, or single-precision floats."""
    rng = np.random.default_rng(1)
    layers: list[Any] = []
    for a, b in pairwise(sizes):
        w, c = rng.normal(size=(b, a)) / a**0.5, rng.normal(size=b) / 2
        if weights == "k/16":
            weight = [[eg.exact(f"{round(16 * x)}/16") for x in row] for row in w]
            layers += [eg.Linear(weight, [eg.exact(f"{round(997 * x)}/997") for x in c]), eg.ReLU()]
        else:
            layers += [eg.Linear(w.astype(np.float32).tolist(), c.astype(np.float32).tolist()), eg.ReLU()]
    return eg.Network(layers[:-1])


def best_of(repeat: int, run: Callable[[], Any]) -> tuple[float, Any]:
    """The least processor time of a few runs, and the result."""
    times, result = [], None
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        times.append(time.process_time() - start)
    return min(times), result


def measure(sizes: list[int], weights: str, regularizer: Regularizer, repeat: int) -> list[str]:
    """One line of the table."""
    net, domain = network(sizes, weights), eg.box(-1, 1, dim=sizes[0])
    cut, partition = best_of(repeat, lambda: eg.partition(net, domain))
    spent, (_, gradient) = best_of(repeat, lambda: value_and_grad(regularizer, net, domain))
    entries = [q for weight, bias in gradient for q in (*(q for row in weight for q in row), *bias)]
    bits = max((q.denominator.bit_length() if hasattr(q, "denominator") else 0 for q in entries), default=0)
    peer, off = "-", "-"
    if sizes[0] == 2 and isinstance(regularizer, VolumeDispersion):
        peer, off = float_peer(net, partition, entries, repeat)
    name = "-".join(map(str, sizes))
    cells, kind = len(partition.cells), type(regularizer).__name__
    shown = str(bits) if regularizer.is_rational else "surds"
    return [
        name,
        weights,
        str(cells),
        str(len(entries)),
        kind,
        f"{cut:.3f}",
        f"{spent:.3f}",
        shown,
        peer,
        off,
    ]


def float_peer(net: eg.Network, partition: Any, exact: list[Any], repeat: int) -> tuple[str, str]:
    """Seconds of torch, and its largest error relative to the largest entry."""
    try:
        import torch
    except ImportError:
        return "-", "-"
    torch.set_num_threads(1)
    tensors = [
        torch.tensor(
            [[float(x) for x in row] for row in layer.weight], dtype=torch.float64, requires_grad=True
        )
        for layer in net.layers
        if isinstance(layer, eg.Linear)
    ]
    biases = [
        torch.tensor([float(x) for x in layer.bias], dtype=torch.float64, requires_grad=True)
        for layer in net.layers
        if isinstance(layer, eg.Linear)
    ]
    run = dispersion(torch, partition, tensors, biases)

    def both() -> list[float]:
        for tensor in (*tensors, *biases):
            tensor.grad = None
        run().backward()
        found = []
        for tensor, bias in zip(tensors, biases, strict=True):
            for part in (tensor, bias):
                found += (torch.zeros_like(part) if part.grad is None else part.grad).flatten().tolist()
        return found

    both()  # the first call loads code
    spent, found = best_of(repeat, both)
    largest = max(abs(float(q)) for q in exact)
    error = max(abs(float(q) - f) for q, f in zip(exact, found, strict=True)) / largest
    return f"{spent:.3f}", f"{error:.1e}"


def dispersion(torch: Any, partition: Any, weights: list[Any], biases: list[Any]) -> Callable[[], Any]:
    """The volume dispersion of a 2-D ReLU network with two hidden layers, in floats."""
    smooth = check_smooth(partition)
    walls, space = FaceWalls(partition, smooth, PieceTable(smooth.program)), partition.complex
    where: list[list[tuple[int, int, list[float], list[float]]]] = []
    width = len(weights[0])
    for vertex in range(space.count(0)):
        own = []
        cell = walls.owner(0, vertex)
        mask = [float(sign == "+") for sign in partition.cell_signs[cell][:width]]
        for normal in walls.normals(0, vertex, cell)[:2]:
            if normal.key is None:
                row = [float(c) for c in normal.row]
                x = [float(c) for c in space.point(vertex)]
                own.append((0, 0, mask, [-(row[0] * x[0] + row[1] * x[1]), *row]))
            else:
                wall = normal.key[0]
                own.append((1 + (wall.operation > 1), wall.plus, mask, [0.0, 0.0, 0.0]))
        where.append(own)
    table = [[entry[k] for own in where for entry in own] for k in range(4)]
    kind, unit = torch.tensor(table[0]), torch.tensor(table[1])
    masks, fixed = (torch.tensor(table[k], dtype=torch.float64) for k in (2, 3))
    polygons = [ring(space, cell) for cell in range(space.count(2))]
    start = torch.tensor([v for own in polygons for v in own])
    after = torch.tensor([v for own in polygons for v in (*own[1:], own[0])])
    owner = torch.tensor([c for c, own in enumerate(polygons) for _ in own])

    def value() -> Any:
        first = torch.cat((biases[0][:, None], weights[0]), dim=1)
        second = torch.einsum("ni,ni,ij->nj", weights[1][unit % len(weights[1])], masks, first)
        second = second + torch.nn.functional.pad(biases[1][unit % len(weights[1])][:, None], (0, 2))
        one = first[unit % width]
        rows = torch.where((kind == 0)[:, None], fixed, torch.where((kind == 1)[:, None], one, second))
        a, b = rows[0::2], rows[1::2]
        x = torch.linalg.cross(a, b)
        points = x[:, 1:] / x[:, :1]
        p, q = points[start], points[after]
        doubled = torch.zeros(len(polygons), dtype=torch.float64)
        doubled = doubled.index_add(0, owner, p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0])
        return ((doubled / 2) ** 2).sum() / 16

    return value


def ring(space: Any, cell: int) -> list[int]:
    """The vertices of a polygon in order around it."""
    vertices = space.closure(2)[cell].tolist()
    points = np.array([[float(c) for c in space.point(v)] for v in vertices])
    around = points - points.mean(axis=0)
    order = np.argsort(np.arctan2(around[:, 1], around[:, 0]))
    return [vertices[i] for i in order.tolist()]


def cases(quick: bool) -> list[tuple[list[int], str, Regularizer]]:
    """What is measured."""
    small: list[tuple[list[int], str, Regularizer]] = [([2, 8, 8, 1], "k/16", VolumeDispersion())]
    large: list[tuple[list[int], str, Regularizer]] = [
        ([2, 16, 16, 1], "k/16", VolumeDispersion()),
        ([2, 16, 16, 1], "float32", VolumeDispersion()),
        ([2, 32, 32, 1], "k/16", VolumeDispersion()),
        ([2, 16, 16, 1], "k/16", InterfaceArea()),
        ([2, 16, 16, 1], "k/16", SharpAngles()),
        ([2, 16, 16, 1], "k/16", Slivers()),
        ([3, 8, 8, 1], "k/16", VolumeDispersion()),
        ([4, 8, 8, 1], "k/16", VolumeDispersion()),
        ([3, 8, 8, 1], "k/16", InterfaceArea()),
    ]
    return small if quick else small + large


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small case")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    rows = [COLUMNS, *(measure(*case, options.repeat) for case in cases(options.quick))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(entry.rjust(width) for entry, width in zip(row, widths, strict=True)))
    print(f"\nprocessor seconds, best of {options.repeat}; target: 2-16-16-1 below {TARGET} s.")


if __name__ == "__main__":
    main()
