"""What a finished analysis writes: files first, then the table unless a file took standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from exactgeom.exact import CertificateError, InvalidInput
from exactgeom.report.output import write_output
from exactgeom.report.study import Study
from exactgeom.report.study_json import write_study
from exactgeom.report.svg import partition_svg
from exactgeom.report.table import cells_by_volume, print_partition

if TYPE_CHECKING:
    from exactgeom.report.analysis import Request
    from exactgeom.report.progress import Progress

__all__ = ["write_results"]

_Writer = Callable[[TextIO], None]


def write_results(known: Study, request: Request, progress: Progress, reason: str | None) -> None:
    """Write every file that was asked for, then the table; `reason` is why the budget ran out."""
    result = known.partition
    to_write: list[tuple[str, str, _Writer]] = []
    if request.json is not None:
        to_write.append(("--json", request.json, lambda f: write_study(known, f, incomplete=reason)))
    if request.svg is not None and reason is not None and not result.is_bounded:
        print("note: no picture of an unfinished unbounded partition", file=sys.stderr)  # noqa: T201
    elif request.svg is not None:
        picture = partition_svg(result, color=request.color, study=known, ricci=request.ricci)
        to_write.append(("--svg", request.svg, _text(picture)))
    if request.html is not None:
        to_write.append(("--html", request.html, _text(_html(known, request, progress, reason))))
    if request.certificate is not None and reason is not None:
        print("note: an unfinished partition has no certificate", file=sys.stderr)  # noqa: T201
    elif request.certificate is not None:
        progress.step("certifying")
        to_write.append(("--certificate", request.certificate, _certificate(result)))
    for option, name, write in to_write:
        progress.step(f"measuring and writing {name}")
        write_output(name, write, option)
    if "-" not in request.outputs.values():
        progress.step("measuring")
        cells_by_volume(result)  # the volumes are kept, so the table below comes at once
        progress.stop()
        print_partition(result, sys.stdout, source=request.model, study=known)


def _text(document: str) -> _Writer:
    return lambda stream: print(document, end="", file=stream)


def _html(known: Study, request: Request, progress: Progress, reason: str | None) -> str:
    from exactgeom.report.html import html_report

    progress.step("drawing the report")
    return html_report(known, source=request.model, incomplete=reason)


def _certificate(result: object) -> _Writer:
    try:
        if not hasattr(result, "certificate"):
            raise CertificateError("partitions into boxes have no certificate")
        document = result.certificate()
    except CertificateError as error:
        raise InvalidInput(str(error), "--certificate") from error
    return lambda stream: print(json.dumps(document, indent=1), file=stream)
