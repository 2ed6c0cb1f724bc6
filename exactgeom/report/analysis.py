"""What ``exactgeom analyze`` does, step by step: read, check, partition, report."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.partition import Budget, Partition
from exactgeom.partition.points_read import Data
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.arguments import domain_bounds
from exactgeom.report.choices import Choices
from exactgeom.report.coloring import COLORINGS
from exactgeom.report.coloring_data import DATA_COLORINGS
from exactgeom.report.data_input import DataRequest
from exactgeom.report.deadline import deadline
from exactgeom.report.inputs import Subject, cut_subject, load_domain, load_subject
from exactgeom.report.output import check_outputs
from exactgeom.report.outputs import write_results
from exactgeom.report.progress import Progress
from exactgeom.report.study import Study, study
from exactgeom.report.svg import check_drawable

__all__ = ["Request", "request_of", "run_analysis"]

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
    html: str | None = None
    certificate: str | None = None
    data: DataRequest | None = None
    choices: Choices | None = None
    curvature: bool | None = None
    ricci: bool = False

    @property
    def outputs(self) -> dict[str, str | None]:
        """Return the files to write by option."""
        named = (self.json, self.svg, self.html, self.certificate)
        return dict(zip(("--json", "--svg", "--html", "--certificate"), named, strict=True))


def request_of(
    model: str,
    domain: str | None,
    files: Mapping[str, str | None],
    look: Mapping[str, Any],
    data: tuple[str | None, Mapping[str, str | None]],
    curvature: tuple[bool | None, Mapping[str, str | None]],
    budget: Mapping[str, Any],
) -> Request:
    """Check the words of a command line for what fits together, and return them as a request.

    `data` is a file and the options about its columns, `curvature` whether to measure it and by which rules.
    Errors: `InvalidInput` naming the option.
    """
    file, columns = data
    asked, rules = curvature
    given = {name: value for name, value in {**columns, **rules}.items() if value is not None}
    if asked is not None:
        given["curvature" if asked else "no-curvature"] = ""
    if file is None and given:
        raise InvalidInput("it says how to treat data: add --data FILE.csv", f"--{next(iter(given))}")
    color = look["color"]
    if color is not None and color not in COLORINGS + DATA_COLORINGS:
        known = COLORINGS + DATA_COLORINGS
        raise InvalidInput(f"expected {', '.join(known[:-1])} or {known[-1]}, got {color!r}", "--color")
    for option, wanted in (("--color", color is not None), ("--ricci", look["ricci"])):
        if wanted and files["svg"] is None:
            raise InvalidInput("a colour needs a picture: add --svg OUT", option)
    if file is None and (color in DATA_COLORINGS or look["ricci"]):
        raise InvalidInput("it shows data: add --data FILE.csv", "--ricci" if look["ricci"] else "--color")
    for name, value in budget.items():
        if value is not None and not 0 < value < float("inf"):
            raise InvalidInput(f"expected a positive number, got {value}", f"--{name.replace('_', '-')}")
    points = None
    if file is not None:
        points = DataRequest(file, **{k: v for k, v in columns.items() if v is not None})
    choices = Choices(**{k: v for k, v in rules.items() if v is not None})
    more: dict[str, Any] = {**files, **budget, "ricci": look["ricci"], "color": color or "volume"}
    return Request(model, domain, data=points, choices=choices, curvature=asked, **more)


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
                check_drawable(subject, _dimension(subject), request.color, ricci=request.ricci)
            data = None if request.data is None else request.data.read(_dimension(subject))
            domain = _domain(request.domain, subject)
        progress.step("partition")
        with deadline(None if patience is None else 2 * patience, "the partition"):
            result, reason = _cut(subject, domain, request, progress)
        with deadline(patience, "measuring"):
            write_results(_study(result, data, request, progress, reason), request, progress, reason)
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
    data = None if request.data is None else request.data.file
    check_outputs(request.outputs, {"MODEL": request.model, "--domain": file, "--data": data})
    if request.certificate is not None and request.domain == "all":
        raise InvalidInput("a certificate needs a bounded domain", "--certificate")


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


def _study(
    result: Partition, data: Data | None, request: Request, progress: Progress, reason: str | None
) -> Study:
    """Locate the data and measure what they do."""
    if data is None or request.data is None:
        return study(result)
    if reason is not None:
        print("note: no data are located in an unfinished partition", file=sys.stderr)  # noqa: T201
        return study(result)
    progress.step("locating the data")
    located = request.data.locate(result, data)
    progress.step("measuring curvature")
    choices, source = request.choices, request.data.file
    return study(result, located, source=source, choices=choices, curvature=request.curvature)
