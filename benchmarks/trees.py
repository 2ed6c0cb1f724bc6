"""Trees and forests in box form: `python -m benchmarks.trees` prints a table."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from exactgeom.models.importers.sklearn_trees import tree_from_sklearn
from exactgeom.partition.boxes import Box, partition_boxes

TARGETS = {"tree 500 leaves 30-D": 2.0, "forest 20 x depth 5, 4-D": 20.0}
COLUMNS = [
    "case",
    "splits",
    "cells",
    "facets",
    "cells s",
    "volumes s",
    "adjacency s",
    "total s",
    "+areas s",
    "+proof s",
]


def cases(quick: bool) -> dict[str, Callable[[], tuple[Any, np.ndarray]]]:
    """Fitted estimators with their data, by name."""
    from sklearn.datasets import load_breast_cancer, load_iris
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    def noise(features: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(rows, features))
        return x, np.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + rng.normal(size=rows) / 4

    def fit(estimator: Any, data: tuple[np.ndarray, np.ndarray]) -> tuple[Any, np.ndarray]:
        return estimator.fit(*data), data[0]

    def forest(count: int) -> Callable[[], tuple[Any, np.ndarray]]:
        return lambda: fit(RandomForestRegressor(count, max_depth=5, random_state=0), noise(4, 1000))

    small: dict[str, Callable[[], tuple[Any, np.ndarray]]] = {
        "iris tree": lambda: fit(DecisionTreeClassifier(random_state=0), load_iris(return_X_y=True)),
        "breast cancer tree": lambda: fit(
            DecisionTreeClassifier(random_state=0), load_breast_cancer(return_X_y=True)
        ),
        "forest 5 x depth 5, 4-D": forest(5),
    }
    large: dict[str, Callable[[], tuple[Any, np.ndarray]]] = {
        "iris forest 20 x depth 5": lambda: fit(
            RandomForestClassifier(20, max_depth=5, random_state=0), load_iris(return_X_y=True)
        ),
        "iris boosting 3 x 20": lambda: fit(
            GradientBoostingClassifier(n_estimators=20, max_depth=2, random_state=0),
            load_iris(return_X_y=True),
        ),
        "tree 500 leaves 30-D": lambda: fit(
            DecisionTreeRegressor(max_leaf_nodes=500, random_state=0), noise(30, 4000)
        ),
        "tree 2000 leaves 10-D": lambda: fit(
            DecisionTreeRegressor(max_leaf_nodes=2000, random_state=0), noise(10, 8000)
        ),
        "forest 10 x depth 5, 4-D": forest(10),
        "forest 20 x depth 5, 4-D": forest(20),
    }
    return small if quick else small | large


def measure(name: str, make: Callable[[], tuple[Any, np.ndarray]]) -> list[str]:
    """One line of the table; the cells must tile the domain and hold the data."""
    estimator, x = make()
    model = tree_from_sklearn(estimator)
    domain = Box([(float(a) - 1, float(b) + 1) for a, b in zip(x.min(axis=0), x.max(axis=0), strict=True)])
    times = [time.perf_counter()]

    def tick() -> float:
        times.append(time.perf_counter())
        return times[-1] - times[-2]

    partition = partition_boxes(model, domain)
    cells = tick()
    volumes = partition.volumes
    volume = tick()
    facets = len(partition.facets)
    adjacency = tick()
    areas = partition.areas
    area = tick()
    proof = partition.validate()
    proving = tick()
    if not proof or partition.total_volume != domain.volume or min(volumes) <= 0 or min(areas) <= 0:
        raise SystemExit(f"{name}: the cells do not tile the box\n{proof}")
    for row in x[:: max(1, len(x) // 50)]:
        cell = partition.cell_of(row)
        if cell is None or partition.cells[cell].value != model(row):
            raise SystemExit(f"{name}: a data point is not where the model sends it")
    total, target = cells + volume + adjacency, TARGETS.get(name)
    verdict = "" if target is None else f" ({'<' if total <= target else '>'}{target:g})"
    return [
        name,
        f"{sum(tree.sign_count for tree in model.trees):,}",
        f"{len(partition.cells):,}",
        f"{facets:,}",
        *(f"{t:.3f}" for t in (cells, volume, adjacency)),
        f"{total:.3f}{verdict}",
        *(f"{t:.3f}" for t in (area, proving)),
    ]


def table(rows: list[list[str]]) -> str:
    """Markdown, aligned."""
    widths = [max(len(row[i]) for row in [COLUMNS, *rows]) for i in range(len(COLUMNS))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in [COLUMNS, rule, *rows]:
        first, *others = (
            c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(f"| {' | '.join([first, *others])} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the cases and print the table."""
    parser = argparse.ArgumentParser(description="Trees and forests as partitions into boxes.")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    options = parser.parse_args(arguments)
    print(table([measure(name, make) for name, make in cases(options.quick).items()]))
    print()
    print("One process, one run each; total: cells, volumes and adjacency; (<t) target met, (>t) missed.")
    print("+areas: exact areas of all facets; +proof: `validate`.")


if __name__ == "__main__":
    main()
