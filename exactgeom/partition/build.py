"""`partition(model, domain)`: the one call from a model to its exact partition."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.models import Arrangement, Network
from exactgeom.partition.network import count_functions, cut_by
from exactgeom.partition.partition import Partition
from exactgeom.polyhedra import Polytope
from exactgeom.polyhedra.cutting import Cutter, sign_strings
from exactgeom.polyhedra.lattice import Lattice, fan_lattice
from exactgeom.polyhedra.unbounded import true_faces

Progress = Callable[[int, int, int], None]
"""Called as progress(cuts done, cuts in all, cells so far)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A bound on the work of `partition`: number of cells, seconds of wall clock (None: no bound)."""

    cells: int | None = None
    seconds: float | None = None


class _Stop(Exception):
    """The budget is used up (internal)."""


def partition(
    model: Network | Arrangement,
    domain: Polytope | None = None,
    *,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Partition:
    """The exact partition of a bounded full-dimensional polytope, or of all of R^d, into a model's cells.

    Contract: exact, no general-position assumption.  `domain=None` means R^d.
    Errors: InvalidInput for a flat domain or one of another dimension; BudgetExceeded when `budget` runs
    out, with the partition by the units cut so far as its `partial` (signs not yet known read ``.``).
    Source: MATHEMATICS, "Two operations build every partition".

    >>> import exactgeom as eg
    >>> net = eg.Network([eg.Linear([[1], [1]], [0, "-1/2"]), eg.ReLU(), eg.Linear([[1, 1]], [0])])
    >>> [(c.signs, str(c.volume)) for c in eg.partition(net, eg.box(-1, 1, dim=1)).cells]
    [('++', '1/2'), ('--', '1'), ('+-', '1/2')]
    """
    lattice = _start(model, domain)
    watch = _Watch(count_functions(model), budget, progress)
    cutter = Cutter(lattice, model.input_dim, watch)
    stopped = False
    try:
        forms = cut_by(model, cutter)
    except _Stop:
        stopped, forms = True, None
    result = _finish(cutter, forms, model, domain)
    if stopped:
        raise BudgetExceeded(
            f"the budget ran out after {cutter.cuts_done} of {watch.total} cuts, "
            f"at {cutter.cell_count} cells",
            partial=result,
        )
    return result


def _start(model: Any, domain: Polytope | None) -> Lattice:
    if not isinstance(model, Network | Arrangement):
        raise InvalidInput(f"expected a Network or an Arrangement, got {type(model).__name__}", place="model")
    dim = model.input_dim
    if domain is None:
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


def _finish(cutter: Cutter, forms: Any, model: Any, domain: Polytope | None) -> Partition:
    signs = list(sign_strings(cutter.signs(cutter.slicer.dim)))
    missing = count_functions(model) - (len(signs[0]) if signs else 0)
    space: Any = cutter.complex(forms)
    if domain is None:
        space, cells = true_faces(space, [cutter.signs(k) for k in range(cutter.slicer.dim + 1)])
        signs = [signs[i] for i in cells]
    return Partition(
        space,
        model=model,
        domain=domain,
        cell_signs=[s + "." * missing for s in signs],
        notes=getattr(model, "notes", ()),
    )


class _Watch:
    """Counts cuts and stops the work when the budget is used up."""

    def __init__(self, total: int, budget: Budget | None, progress: Progress | None) -> None:
        self.total = total
        self._budget, self._progress = budget or Budget(), progress
        self._start = time.monotonic()

    def __call__(self, cutter: Cutter) -> None:
        if self._progress is not None:
            self._progress(cutter.cuts_done, self.total, cutter.cell_count)
        cells, seconds = self._budget.cells, self._budget.seconds
        if cutter.cuts_done == self.total and not (cells is not None and cutter.cell_count > cells):
            return
        if (cells is not None and cutter.cell_count > cells) or (
            seconds is not None and time.monotonic() - self._start > seconds
        ):
            raise _Stop
