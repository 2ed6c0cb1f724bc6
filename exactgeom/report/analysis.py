"""What ``exactgeom analyze`` does, step by step: read, check, partition, report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.partition import Budget, Partition
from exactgeom.partition.document import write_partition
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.arguments import domain_bounds
from exactgeom.report.deadline import deadline
from exactgeom.report.inputs import Subject, cut_subject, load_domain, load_subject
from exactgeom.report.output import check_outputs, write_output
from exactgeom.report.progress import Progress
from exactgeom.report.svg import check_drawable, partition_svg
from exactgeom.report.table import cells_by_volume, print_partition

__all__ = ["Request", "run_analysis"]

_DONE, _BUDGET_RAN_OUT = 0, 3
_LEAST_SECONDS = 10.0
_MOST_DIMENSIONS, _MANY_DIMENSIONS = 12, 9


@dataclass(frozen=True)
class Request:
    """What was asked for, as it was typed."""

    model: str
    domain: str | None = None
    json: str | None = None
    svg: str | None = None
    color: str = "volume"
    budget_cells: int | None = None
    budget_seconds: float | None = None


def run_analysis(request: Request) -> int:
    """Do what was asked and return the exit code: 0, or 3 when the budget ran out before the end.

    Errors: `InvalidInput` for anything wrong in the words or the files, before the work where possible.
    """
    _check_files(request)
    seconds = request.budget_seconds
    # The partition stops by itself and keeps what is finished; the rest of the work gets as long, at least
    # enough to report a small budget's result.
    patience = None if seconds is None else max(seconds, _LEAST_SECONDS)
    with Progress(sys.stderr) as progress:
        with deadline(patience, "reading"):
            progress.step("reading")
            subject = load_subject(request.model)
            if request.svg is not None:
                check_drawable(subject, _dimension(subject), request.color)
            domain = _domain(request.domain, subject)
        progress.step("partition")
        with deadline(None if patience is None else 2 * patience, "the partition"):
            result, reason = _cut(subject, domain, request, progress)
        with deadline(patience, "measuring"):
            _write(result, request, progress, reason)
    if reason is not None:
        print(f"error: budget: {' '.join(reason.split())}; what is finished is reported", file=sys.stderr)  # noqa: T201
        return _BUDGET_RAN_OUT
    return _DONE


def _cut(
    subject: Subject, domain: Polytope | None, request: Request, progress: Progress
) -> tuple[Partition, str | None]:
    """Return the partition and, when the budget stopped it, why."""
    budget = Budget(request.budget_cells, request.budget_seconds)
    try:
        return cut_subject(subject, domain, budget=budget, progress=progress.cuts), None
    except BudgetExceeded as error:
        if not isinstance(error.partial, Partition):
            raise
        return error.partial, str(error)


def _check_files(request: Request) -> None:
    """Refuse options that cannot work together and files that cannot be written."""
    file = None if request.domain is None or _is_word(request.domain) else request.domain
    outputs = {"--json": request.json, "--svg": request.svg}
    check_outputs(outputs, {"MODEL": request.model, "--domain": file})


def _is_word(domain: str) -> bool:
    return domain == "all" or domain_bounds(domain) is not None


def _dimension(subject: Subject) -> int:
    return subject.ambient_dim if isinstance(subject, Polytope) else subject.input_dim


def _domain(value: str | None, subject: Subject) -> Polytope | None:
    """Return the domain that was asked for; None means all of R^d (and a polytope is its own)."""
    if isinstance(subject, Polytope):
        if value is not None:
            raise InvalidInput("a polytope is its own domain; leave --domain out", "--domain")
        return None
    dim = _dimension(subject)
    words = value is None or _is_word(value)
    if words and dim > _MOST_DIMENSIONS:
        raise InvalidInput(
            f"{dim} dimensions make at least {'2' if value == 'all' else '3'}^{dim} faces; "
            f"the whole face lattice is computed up to {_MOST_DIMENSIONS}",
            "--domain",
        )
    if words and dim >= _MANY_DIMENSIONS:
        print(f"note: {dim} dimensions may take long; --budget-seconds S sets a bound", file=sys.stderr)  # noqa: T201
    if value == "all":
        return None
    if value is None:
        power = f"^{dim}" if dim > 1 else ""
        print(f"no --domain was given: using [-1, 1]{power}", file=sys.stderr)  # noqa: T201
        return box(-1, 1, dim=dim)
    bounds = domain_bounds(value)
    return load_domain(value, dim) if bounds is None else box(*bounds, dim=dim)


def _write(result: Partition, request: Request, progress: Progress, reason: str | None) -> None:
    """Write the files, then the table unless a file took standard output."""
    to_write: list[tuple[str, str, Callable[[TextIO], None]]] = []
    if request.json is not None:
        to_write.append(("--json", request.json, lambda f: write_partition(result, f, incomplete=reason)))
    if request.svg is not None and reason is not None and not result.is_bounded:
        print("note: no picture of an unfinished unbounded partition", file=sys.stderr)  # noqa: T201
    elif request.svg is not None:
        picture = partition_svg(result, color=request.color)
        to_write.append(("--svg", request.svg, lambda f: print(picture, end="", file=f)))
    for option, name, write in to_write:
        progress.step(f"measuring and writing {name}")
        write_output(name, write, option)
    if "-" not in (request.json, request.svg):
        progress.step("measuring")
        cells_by_volume(result)  # the volumes are kept, so the table below comes at once
        progress.stop()
        print_partition(result, sys.stdout, source=request.model)
