"""What ``exactgeom check`` does: judge another implementation, print a table, write the findings.

Exit codes: 0 when everything offered is right, 1 when something is not, 2 for an adapter that does not load,
3 when the time ran out or nothing was offered to judge.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from exactgeom.report.output import check_outputs, write_output
from exactgeom.testkit.check import run_check
from exactgeom.testkit.mutants_diagnosis import diagnosis_lines

__all__ = ["CheckRequest", "run"]


@dataclass(frozen=True)
class CheckRequest:
    """What was asked for, as it was typed."""

    adapter: str
    level: str = "quick"
    json: str | None = None
    html: str | None = None
    seconds: float | None = None


def run(request: CheckRequest) -> int:
    """Judge the adapter and return the exit code.

    Errors: `InvalidInput` for an adapter that does not load, a level that does not exist, outputs that cannot
    be written.
    """
    check_outputs({"--json": request.json, "--html": request.html}, {"ADAPTER": request.adapter})
    progress = _show if sys.stderr.isatty() else None
    found = run_check(request.adapter, request.level, seconds=request.seconds, progress=progress)
    if progress is not None:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)  # noqa: T201
    if "-" not in (request.json, request.html):
        print("\n".join([found.table(), *diagnosis_lines(found)]))  # noqa: T201
    if request.json is not None:
        write_output(request.json, lambda stream: json.dump(found.to_json(), stream, indent=1), "--json")
    if request.html is not None:
        write_output(request.html, lambda stream: _write(stream, found.to_html()), "--html")
    return found.exit_code


def _write(stream: Any, text: str) -> None:
    stream.write(text)


def _show(case: Any, done: int, total: int) -> None:
    print(f"\r\x1b[K{done}/{total} {case}"[:100], end="", file=sys.stderr, flush=True)  # noqa: T201
