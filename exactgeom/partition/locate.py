"""`locate(partition, points)`: the cells of data points, exactly, and every tie."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np

from exactgeom.exact import InvalidInput
from exactgeom.models.program import Program
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes_partition import BoxPartition
from exactgeom.partition.data import TIES, DataPartition
from exactgeom.partition.locate_boxes import BoxLocator
from exactgeom.partition.locate_program import Found, ProgramLocator
from exactgeom.partition.points import Points
from exactgeom.partition.points_read import read_data

Progress = Callable[[int, int], None]
"""Called as progress(points done, points in all)."""

_CHUNK = 2**15


def locate(
    partition: Any,
    points: Any,
    *,
    ties: str = "split",
    labels: Any = None,
    weights: Any = None,
    columns: Sequence[str | int] | None = None,
    header: bool | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DataPartition:
    """Find the cells of data points: a point belongs to every cell whose closure holds it.

    `points`: a CSV file's path, a NumPy array, a pandas frame, or rows of numbers; doubles are taken at
    their exact value.  `labels` and `weights`: one per point, or the name of a column.  `ties` says how a
    point in several cells counts: ``"split"`` (in equal parts), ``"smallest"`` (for the lowest cell),
    ``"all"`` (fully for each), ``"refuse"`` (InvalidInput naming the point).
    Contract: exact.  Signs come from double arithmetic with a rigorous error bound, and from integers where
    the bound does not decide.  On trees that round their inputs, points are rounded first.
    Errors: InvalidInput naming the file, row and column of what is no finite number.
    Cost: a few doubles' operations per weight and point; 100,000 points take about a second.

    >>> import exactgeom as eg
    >>> P = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    >>> data = locate(P, [[0.5, 0.5], ["1/3", 0], [2, 0], [-1, -1]])
    >>> data.cells.tolist(), dict(data.ties), data.outside
    ([0, 0, -1, 3], {1: (0, 1)}, (2,))
    >>> [str(mass) for mass in data.masses]
    ['3/8', '1/8', '0', '1/4']
    """
    if not isinstance(ties, str) or ties not in TIES:
        raise InvalidInput(f"expected one of {', '.join(TIES)}, got {ties!r}", place="ties")
    if progress is not None and not callable(progress):
        raise InvalidInput(f"expected a callable or None, got {type(progress).__name__}", place="progress")
    dim = partition.ambient_dimension
    data = read_data(points, dim, labels=labels, weights=weights, columns=columns, header=header)
    found = _run(locator_of(partition), data.points, executor, progress)
    return DataPartition(partition, data.points, *found, rule=ties, labels=data.labels, weights=data.weights)


def locator_of(partition: Any) -> BoxLocator | ProgramLocator:
    """What finds the cells of points in a partition (kept with the partition)."""
    made: BoxLocator | ProgramLocator | None = partition.__dict__.get("_point_locator")
    if made is None:
        made = _make(partition)
        partition.__dict__["_point_locator"] = made
    return made


def _make(partition: Any) -> BoxLocator | ProgramLocator:
    if isinstance(partition, BoxPartition):
        return BoxLocator.of_boxes(partition)
    model = partition.model
    if isinstance(model, DecisionTree | TreeEnsemble):
        return BoxLocator.of_lattice(partition)
    program = model if isinstance(model, Program) else getattr(model, "program", None)
    return ProgramLocator.of_partition(partition, program if isinstance(program, Program) else None)


def _run(
    locator: BoxLocator | ProgramLocator, points: Points, executor: Executor | None, progress: Progress | None
) -> Found:
    """Locate chunk by chunk: here, or in the executor's workers."""
    starts = range(0, len(points), _CHUNK)
    parts = [points.take(start, start + _CHUNK) for start in starts]
    results = (
        map(_locate_chunk, itertools.repeat(locator), parts)
        if executor is None
        else executor.map(_locate_chunk, itertools.repeat(locator), parts)
    )
    first = np.empty(len(points), dtype=np.int64)
    ties: dict[int, tuple[int, ...]] = {}
    exact = 0
    for start, (own, own_ties, count) in zip(starts, results, strict=False):
        first[start : start + len(own)] = own
        ties.update((start + i, cells) for i, cells in own_ties.items())
        exact += count
        if progress is not None:
            progress(start + len(own), len(points))
    return first, dict(sorted(ties.items())), exact


def _locate_chunk(locator: BoxLocator | ProgramLocator, points: Points) -> Found:
    return locator(points)
