"""`explore`: all cells of a model that can be reached from data points through facets, in any dimension."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from os import PathLike
from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.build import Budget
from exactgeom.partition.cell_at import cells_at, input_dim
from exactgeom.partition.cell_domain import CellDomain, read_domain
from exactgeom.partition.explore_result import Exploration
from exactgeom.partition.explore_state import Explored, StateFile, digest
from exactgeom.partition.explore_work import Here, There
from exactgeom.partition.lowering import program_of
from exactgeom.partition.points import Points

Progress = Callable[[int, int], None]
"""Called as progress(cells finished, cells known so far)."""

_EVERYTHING = 2**62


def explore(
    model: Any,
    seeds: Iterable[Iterable[Any]],
    domain: Any = None,
    *,
    executor: Executor | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
    state: str | PathLike[str] | None = None,
) -> Exploration:
    """Explore the cells of a model breadth-first through facets, from the cells that contain the seeds.

    Contract: exact, any model and dimension, no face lattice. As the domain is convex every cell is reached
    from any seed: with no budget the result is complete, and is `partition(model, domain)` cell by cell.
    A seed on walls starts from all cells around it.  `executor`: any `concurrent.futures.Executor`; the
    result is the same with any or none.  `state`: a file of JSON lines that keeps every finished cell; a run
    with the same model, seeds and domain continues from it.
    Errors: InvalidInput naming the seed, or the line of a damaged state file; BudgetExceeded when cells are
    left after `budget`, with the exploration so far as its `partial`.
    Cost: one redundancy of all halfspaces per cell: about 1/100 second for small networks.

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), eg.ReLU()])
    >>> found = explore(net, [[0, 0]], eg.box(-1, 1, dim=2))
    >>> found, found.is_complete, found.cell_signs[:2]
    (<5 cells in R^2, complete>, True, ('+++', '++-'))
    >>> [found.cell_signs[j] for j in found.neighbors(0)], str(found.cells[0].volume)
    (['++-'], '1/2')
    """
    bounds = _checked(budget, progress)
    dim = input_dim(model)
    where = read_domain(domain, dim)
    start = _start(model, seeds, domain, dim, bounds)
    work = Here(model, domain, dim) if executor is None else There(model, domain, dim, executor)
    try:
        if state is None:
            done, known = _run(start, work, bounds, progress, None)
        else:
            with StateFile(state, _about(model, where, start)) as file:
                done, known = _run(start, work, bounds, progress, file)
    finally:
        work.stop()
    left = known[len(done) :]
    result = Exploration(model, domain, done, left)
    if left:
        raise BudgetExceeded(
            f"the budget ran out after {len(done)} cells, {len(left)} more are known", partial=result
        )
    return result


def _checked(budget: Any, progress: Any) -> Budget:
    if budget is not None and not isinstance(budget, Budget):
        raise InvalidInput(f"expected a Budget or None, got {type(budget).__name__}", place="budget")
    if progress is not None and not callable(progress):
        raise InvalidInput(f"expected a callable or None, got {type(progress).__name__}", place="progress")
    return budget or Budget()


def _start(model: Any, seeds: Any, domain: Any, dim: int, budget: Budget) -> list[str]:
    """Return the signs of the cells around all seeds, sorted."""
    if isinstance(seeds, str | bytes | dict) or not isinstance(seeds, Iterable):
        raise InvalidInput(f"expected a list of points, got {type(seeds).__name__}", place="seeds")
    points = Points.from_rows(seeds, dim, "seeds")
    if not len(points):
        raise InvalidInput("expected at least one point", place="seeds")
    found: set[str] = set()
    for i in range(len(points)):
        try:
            around = cells_at(model, points.row(i), domain, budget=Budget(cells=budget.cells))
        except BudgetExceeded as stop:
            around = stop.partial  # type: ignore[assignment]
        except InvalidInput as error:
            if error.place != "point":
                raise
            raise InvalidInput(error.message, place=f"seeds[{i}]") from None
        found.update(cell.signs for cell in around)
    return sorted(found)


def _about(model: Any, where: CellDomain, start: list[str]) -> dict[str, Any]:
    """Return what the state of one exploration must not share with that of another."""
    is_tree = isinstance(model, DecisionTree | TreeEnsemble)
    what = repr(model.to_json()) if is_tree else repr(program_of(model))
    return {
        "model": digest(f"{type(model).__name__} {what}"),
        "domain": digest(repr((where.rows, where.low, where.high))),
        "start": digest(" ".join(start)),
    }


def _run(
    start: list[str], work: Here | There, budget: Budget, progress: Progress | None, file: StateFile | None
) -> tuple[list[Explored], list[str]]:
    """Return the finished cells and all known ones, both in the order of the exploration."""
    order, seen, done = list(start), set(start), list[Explored]()
    limit = _EVERYTHING if budget.cells is None else budget.cells
    until = None if budget.seconds is None else time.monotonic() + budget.seconds

    def finish(cell: Explored) -> None:
        done.append(cell)
        for wall in cell.walls:
            for signs in wall.neighbors:
                if signs not in seen:
                    seen.add(signs)
                    order.append(signs)

    for position, cell in enumerate(file.finished if file is not None else ()):
        if position >= len(order) or cell.signs != order[position]:
            raise file.out_of_order(position)  # type: ignore[union-attr]
        finish(cell)
    while len(done) < min(len(order), limit) and (until is None or time.monotonic() < until):
        cell = work.result(order, len(done), limit)
        if file is not None:
            file.append(cell)
        finish(cell)
        if progress is not None:
            progress(len(done), len(order))
    return done, order
