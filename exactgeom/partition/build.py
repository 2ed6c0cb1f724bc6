"""`partition(model, domain)`: the one call from a model to its exact partition."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models.program import Program
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble
from exactgeom.partition.boxes import partition_boxes
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.boxes_partition import BoxPartition
from exactgeom.partition.engine import Engine
from exactgeom.partition.forms import CuttingForms
from exactgeom.partition.jumps import JumpEngine, has_inner_jump
from exactgeom.partition.lowering import program_of
from exactgeom.partition.partition import Partition
from exactgeom.partition.signs import sign_strings
from exactgeom.polyhedra import Box, Polytope
from exactgeom.polyhedra.lattice import Lattice, fan_lattice
from exactgeom.polyhedra.unbounded import true_faces

_MAX_DIM = 16

Progress = Callable[[int, int, int], None]
"""Called as progress(cuts done, cuts in all, cells so far)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A bound on the work of `partition`: number of cells, seconds of wall clock (None: no bound).

    Looked at after every cut.  Errors: InvalidInput unless `cells` is a positive whole number and
    `seconds` a number of at least 0.

    >>> Budget(cells=1000, seconds=2.5)
    Budget(cells=1000, seconds=2.5)
    """

    cells: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        cells, seconds = self.cells, self.seconds
        if cells is not None and (type(cells) is not int or cells < 1):
            raise InvalidInput(f"expected a whole number of at least 1, got {cells!r}", place="budget.cells")
        if seconds is None:
            return
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
            raise InvalidInput(f"expected a number of at least 0, got {seconds!r}", place="budget.seconds")


class _Stop(Exception):
    """The budget is used up (internal)."""


def partition(
    model: Any,
    domain: Polytope | None = None,
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Any:
    """The exact partition of a bounded full-dimensional polytope, or of all of R^d, into a model's cells.

    Contract: exact, no general-position assumption.  `domain=None` means R^d.  A `Partition`; for trees and
    ensembles on a box or on R^d a `BoxPartition` (products of intervals, any dimension).
    Errors: InvalidInput for a flat domain or one of another dimension; BudgetExceeded when `budget` runs
    out, with the partition by the units cut so far as its `partial` (signs not yet known read ``.``).
    Source: MATHEMATICS, "Two operations build every partition".

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1], [1]], [0, "-1/2"]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    >>> [(c.signs, str(c.volume)) for c in eg.partition(net, eg.box(-1, 1, dim=1)).cells]
    [('++', '1/2'), ('+-', '1/2'), ('--', '1')]
    """
    if budget is not None and not isinstance(budget, Budget):
        raise InvalidInput(f"expected a Budget or None, got {type(budget).__name__}", place="budget")
    if progress is not None and not callable(progress):
        raise InvalidInput(f"expected a callable or None, got {type(progress).__name__}", place="progress")
    if isinstance(model, DecisionTree | TreeEnsemble):
        return _partition_tree(model, domain, budget or Budget())
    program = program_of(model)
    lattice = _start(program, domain)
    watch = _Watch(program.cut_count, budget, progress, whole=domain is None)
    engine = (JumpEngine if has_inner_jump(program) else Engine)(program, lattice, watch)
    forms = CuttingForms(engine)
    stopped = False
    try:
        engine.run()
    except _Stop:
        stopped = True
        engine.stop()
    result = _finish(engine, forms, model, domain)
    if stopped:
        raise BudgetExceeded(
            f"the budget ran out after {engine.cuts_done} of {watch.total} cuts, "
            f"at {len(result.cells)} cells",
            partial=result,
        )
    return result


def _partition_tree(
    model: DecisionTree | TreeEnsemble, domain: Polytope | None, budget: Budget
) -> BoxPartition | Partition:
    if domain is None or isinstance(domain, Box) or not isinstance(domain, Polytope):
        return partition_boxes(model, domain, cells=budget.cells)
    return partition_lattice(model, domain)


def _start(program: Program, domain: Polytope | None) -> Lattice:
    dim = program.input_dim
    if domain is None:
        if dim > _MAX_DIM:
            raise InvalidInput(
                f"all of R^{dim} starts from 2^{dim + 2} cones; at most dimension {_MAX_DIM} is supported",
                place="domain",
            )
        return fan_lattice(dim)
    if not isinstance(domain, Polytope):
        raise InvalidInput(f"expected a Polytope or None, got {type(domain).__name__}", place="domain")
    if domain.ambient_dim != dim:
        raise InvalidInput(
            f"the model has {dim} inputs but the domain lives in dimension {domain.ambient_dim}",
            place="domain",
        )
    if not domain.is_full_dimensional:
        raise InvalidInput(
            f"expected a full-dimensional domain, got one of dimension {domain.dim} in R^{dim}",
            place="domain",
        )
    return domain.complex.lattice


def _finish(engine: Engine, forms: Any, model: Any, domain: Polytope | None) -> Partition:
    top = engine.slicer.dim
    space: Any = engine.complex(forms)
    table = engine.signs(top)
    if domain is None:
        signs = [table] if isinstance(engine, JumpEngine) else [engine.signs(k) for k in range(top + 1)]
        space, cells = true_faces(space, signs)
        table = table[cells]
    return Partition(
        space,
        model=model,
        domain=domain,
        cell_signs=list(sign_strings(table)),
        notes=getattr(model, "notes", ()),
    )


class _Watch:
    """Counts cuts and stops the work when the budget is used up."""

    def __init__(self, total: int, budget: Budget | None, progress: Progress | None, *, whole: bool) -> None:
        self.total = total
        self._budget, self._progress, self._whole = budget or Budget(), progress, whole
        self._start = time.monotonic()
        self._count_from = 0

    def __call__(self, engine: Engine) -> None:
        if self._progress is not None:
            self._progress(engine.cuts_done, max(self.total, engine.cuts_done), engine.cell_count)
        seconds = self._budget.seconds
        late = seconds is not None and time.monotonic() - self._start > seconds
        finished = engine.cuts_done == self.total and not isinstance(engine, JumpEngine)
        if self._too_many(engine) or (late and not finished):
            raise _Stop

    def _too_many(self, engine: Engine) -> bool:
        """True when there are more cells than allowed.

        On R^d the slicing engine counts pieces: every new cell is at least one new piece, so the cells
        themselves are counted only when there are pieces enough for too many.
        """
        limit, pieces = self._budget.cells, engine.cell_count
        if limit is None or pieces <= limit or not self._whole:
            return limit is not None and pieces > limit
        if pieces < self._count_from:
            return False
        cells = engine.count_sign_vectors()
        self._count_from = pieces + limit - cells + 1
        return cells > limit
