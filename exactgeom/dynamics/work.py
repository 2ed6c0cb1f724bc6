"""The work of a trajectory in jobs: one per checkpoint, one per pair, here or in an executor's workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from exactgeom.dynamics.data_state import data_state
from exactgeom.dynamics.difference import Difference, classified, difference, has_outputs
from exactgeom.dynamics.snapshot import Snapshot, classes_of, unit_walls
from exactgeom.dynamics.vertex_curvature import NAMES, curvature_of
from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.partition import Budget, partition
from exactgeom.partition.points_read import Data
from exactgeom.polyhedra import Polytope

__all__ = ["Plan", "Progress", "Watch", "run_all"]

Progress = Callable[[int, int], None]
"""Called as progress(jobs done, jobs in all): a job per checkpoint and one per step."""

Job = tuple[Any, ...]
"""A module-level function and its arguments."""


@dataclass(frozen=True)
class Plan:
    """What is asked of every checkpoint."""

    domain: Polytope
    data: Data | None
    curvature: str | None
    regularizers: tuple[tuple[str, Any], ...]
    cells: int | None

    def __post_init__(self) -> None:
        if self.curvature is not None and self.curvature not in NAMES:
            raise InvalidInput(
                f"expected None or one of {', '.join(NAMES)}, got {self.curvature!r}", place="curvature"
            )


class Bench:
    """What the next job may use again: the last two partitions into patterns and classes."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, Any]] = []

    def classified(self, model: Any, domain: Polytope, budget: Budget | None) -> Any:
        """The partition, cut anew unless it is here."""
        for own, cells in self._kept:
            if own is model:
                return cells
        cells = classified(model, domain, budget)
        self._kept = [*self._kept[-1:], (model, cells)]
        return cells


class Watch:
    """Counts jobs and knows when the time is up."""

    def __init__(self, seconds: float | None, progress: Progress | None, total: int) -> None:
        self.deadline = None if seconds is None else time.time() + seconds
        self._progress, self._total, self._done = progress, total, 0

    def tick(self) -> None:
        """One more job is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


def run_all(
    plan: Plan, named: Sequence[tuple[Hashable, Any]], executor: Executor | None, watch: Watch
) -> Iterator[Any]:
    """Snapshots and, after every snapshot but the first, the difference from the one before; in order.

    Errors: BudgetExceeded when the time is up, or a partition has too many cells.
    """
    jobs: list[Job] = []
    for index, (label, model) in enumerate(named):
        jobs.append((_snapshot, plan, watch.deadline, index, label, model))
        if index:
            jobs.append((_difference, plan, watch.deadline, named[index - 1][1], model))
    if executor is None:
        bench = Bench()
        for function, *arguments in jobs:
            yield function(*arguments, bench)
            watch.tick()
        return
    futures = [executor.submit(*job) for job in jobs]
    try:
        for future in futures:
            yield future.result()
            watch.tick()
    finally:
        for future in futures:
            future.cancel()


def _snapshot(
    plan: Plan, deadline: float | None, index: int, label: Hashable, model: Any, bench: Bench | None = None
) -> Snapshot:
    """The geometry of one checkpoint."""
    budget = _budget(plan, deadline)
    try:
        space = partition(model, plan.domain, budget=budget)
    except BudgetExceeded as error:
        raise BudgetExceeded(f"checkpoint {label!r}: {error.message}") from None
    walls, bounding = unit_walls(space)
    data = plan.data
    located = None
    if data is not None:
        located = space.locate(data.points, labels=data.labels, weights=data.weights)
    classes = (
        (bench or Bench()).classified(model, plan.domain, _only_time(budget)) if has_outputs(model) else None
    )
    return Snapshot(
        index=index,
        label=label,
        model=model,
        domain=plan.domain,
        f_vector=space.f_vector,
        signs=space.cell_signs,
        volumes=tuple(cell.volume for cell in space.cells),
        cell_units=bounding,
        walls=walls,
        classes=None if classes is None else classes_of(model, classes),
        curvature=None if plan.curvature is None else curvature_of(space, plan.curvature),
        regularizers={name: one.value(space) for name, one in plan.regularizers},
        data=None if located is None else data_state(located),
    )


def _difference(
    plan: Plan, deadline: float | None, before: Any, after: Any, bench: Bench | None = None
) -> Difference:
    """What changed between two checkpoints; the cells of both together are not counted against the budget."""
    budget = _only_time(_budget(plan, deadline))
    cells = None if before == after else (bench or Bench()).classified(before, plan.domain, budget)
    return difference(before, after, plan.domain, budget, cells=cells)


def _only_time(budget: Budget | None) -> Budget | None:
    """The budget for what has more cells than the partition."""
    return None if budget is None or budget.seconds is None else Budget(seconds=budget.seconds)


def _budget(plan: Plan, deadline: float | None) -> Budget | None:
    """What is left of the budget (BudgetExceeded when nothing is)."""
    if deadline is None:
        return None if plan.cells is None else Budget(cells=plan.cells)
    left = deadline - time.time()
    if left <= 0:
        raise BudgetExceeded("the time is up")
    return Budget(cells=plan.cells, seconds=left)
