"""One cell at a time, timed: `python -m benchmarks.cells`.

Cells of classifiers trained on scikit-learn's digits (float32 weights), in the box [0, 1]^d: all facets
with a proof for every halfspace, beside one float HiGHS program per halfspace (tolerance 1e-9; a sample of
the box's halfspaces, scaled up, where there are many) and the number of its wrong answers. 784 inputs are the
same digits enlarged to 28 x 28 pixels with noise; `--quick` leaves them out.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from itertools import pairwise
from typing import Any

import numpy as np

import exactgeom as eg
from exactgeom.certificates import verify
from exactgeom.partition.cell_at import cell_at

TARGETS = {64: 5, 784: 120}
SAMPLE = 100


def classifier(large: bool) -> tuple[eg.Network, Any]:
    """A 64-32-10 network on 64 or 784 pixels, and the images as fractions of 16 or 255."""
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    images, labels = load_digits(return_X_y=True)
    images = images / 16
    if large:
        enlarged = np.kron(images.reshape(-1, 8, 8), np.ones((1, 3, 3)))
        noise = np.random.default_rng(0).normal(size=enlarged.shape) * (enlarged > 0) / 20
        pixels = np.zeros((len(images), 28, 28))
        pixels[:, 2:26, 2:26] = np.clip(enlarged + noise, 0, 1)
        images = (pixels.reshape(-1, 784) * 255).round() / 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = MLPClassifier((64, 32), max_iter=30, random_state=0).fit(images, labels)
    layers: list[Any] = []
    for weight, bias in zip(fitted.coefs_, fitted.intercepts_, strict=True):
        layers += [eg.Linear(weight.T.astype(np.float32), bias.astype(np.float32)), eg.ReLU()]
    return eg.Network(layers[:-1]), images


def float_needed(cell: Any, numbers: list[int]) -> set[int]:
    """HiGHS alone: a halfspace is needed if the others let it be exceeded by more than 1e-9."""
    import highspy

    rows, dim = cell.rows, cell.dim
    table = [rows.halfspace(i) for i in range(rows.own)]
    a = np.array([[float(v) for v in row] for row, _ in table])
    b = np.array([float(v) for _, v in table])
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = a.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(dim), np.zeros(dim), np.ones(dim)
    lp.row_lower_, lp.row_upper_ = np.full(len(b), -np.inf), b
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = np.arange(len(b) + 1) * dim, np.tile(np.arange(dim), len(b))
    lp.a_matrix_.value_ = a.ravel()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(lp)
    columns, needed = np.arange(dim, dtype=np.int32), set()
    for i in numbers:
        cost = np.zeros(dim)
        if i < rows.own:
            cost, limit = -a[i], b[i]
            highs.changeRowBounds(i, -np.inf, b[i] + 1)
        else:
            k, side, bound = rows.domain.bounds[i - rows.own]
            cost[k], limit = -side, side * float(bound)
            highs.changeColBounds(k, -float(side < 0), 1 + float(side > 0))
        highs.changeColsCost(dim, columns, cost)
        highs.run()
        if -highs.getObjectiveValue() > limit + 1e-9:
            needed.add(i)
        if i < rows.own:
            highs.changeRowBounds(i, -np.inf, b[i])
        else:
            highs.changeColBounds(k, 0, 1)
    return needed


def peer(cell: Any) -> tuple[float, int, int]:
    """(seconds, wrong answers, halfspaces asked) of float HiGHS."""
    own, total = cell.rows.own, len(cell.rows)
    box = list(range(own, total))[:: max(1, (total - own) // SAMPLE)]
    start = time.perf_counter()
    found = float_needed(cell, list(range(own)))
    middle = time.perf_counter()
    found |= float_needed(cell, box)
    end = time.perf_counter()
    true = {facet.number for facet in cell.facets}
    wrong = sum((i in found) != (i in true) for i in (*range(own), *box))
    return middle - start + (end - middle) * (total - own) / len(box), wrong, own + len(box)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="64 pixels only")
    parser.add_argument("--check", action="store_true", help="run the checker on every certificate")
    options = parser.parse_args()
    print(
        "| inputs | image | facets | with a cell across | cell s | facets s | target s | certificates MB | "
        "checker s | ℓ2 wall s | ℓ2 decision s | float HiGHS s | wrong |"
    )
    print("| ---: " * 13 + "|")
    for large in (False,) if options.quick else (False, True):
        net, images = classifier(large)
        domain = eg.box(0, 1, dim=images.shape[1])
        for number in range(2 if large else 3):
            times = [time.perf_counter()]
            cell = cell_at(net, images[number], domain)
            times.append(time.perf_counter())
            facets = cell.facets
            times.append(time.perf_counter())
            cell.nearest_wall()
            times.append(time.perf_counter())
            cell.decision_distance()
            times.append(time.perf_counter())
            across = sum(not facet.on_domain for facet in facets)
            bundle = cell.certificates()
            size, start = len(json.dumps(bundle)) / 1e6, time.perf_counter()
            checked = ""
            if options.check or not large:
                if not verify(bundle):
                    raise SystemExit("a certificate does not hold")
                checked = f"{time.perf_counter() - start:.1f}"
            floats, wrong, asked = peer(cell)
            a, b, c, d = (later - sooner for sooner, later in pairwise(times))
            print(
                f"| {cell.dim} | {number} | {len(facets)} | {across} | {a:.2f} | {b:.2f} "
                f"| {TARGETS[cell.dim]} | {size:.1f} | {checked} | {c:.2f} | {d:.2f} "
                f"| {floats:.2f} | {wrong} of {asked} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
