"""The command ``exactgeom``: models in, exact geometry out.

Parsing and working are kept apart: a command only checks its words and returns a job, `main` runs it.  So
every error, wherever it arises, takes one way out: one line on standard error and an exit code.
0 holds, 1 does not hold, 2 bad input, 3 unknown (the budget ran out), 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated, Any

import typer

from exactgeom.exact import BudgetExceeded, ExactGeomError, InvalidInput
from exactgeom.report import options

__all__ = ["main"]

HOLDS, FAILS, BAD_INPUT, UNKNOWN, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141
# A line ending in a backslash and one beginning with \b stay as they are in the help text.
_EXAMPLES = """\b
Examples:
  exactgeom analyze net.json
  exactgeom analyze net.json --domain -1/2 0.5 --svg cells.svg --color map
  exactgeom analyze lines.json --domain all --json - | head
  exactgeom analyze net.json --domain triangle.json --budget-cells 100000
  exactgeom analyze polytope.json --json polytope.partition.json
  exactgeom analyze net.json --data points.csv --label class --html report.html
  exactgeom analyze net.json --data points.csv --svg cells.svg --color curvature --ricci
  exactgeom analyze net.json --certificate net.proof.json && exactgeom verify net.proof.json
"""

Job = Callable[[], int]
app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Exact geometry of machine-learning models.",
    epilog=_EXAMPLES,
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"exactgeom {version('exactgeom')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Exact geometry of machine-learning models."""


Domain = Annotated[
    str | None,
    typer.Option(
        metavar="LO HI | FILE | all",
        help="The box [LO, HI]^d, a polytope file, or all of R^d. Numbers are exact: 0.1 is 1/10. "
        "Default: [-1, 1]^d. A polytope MODEL takes none.",
    ),
]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A network, arrangement or polytope (JSON).")]


@app.command(epilog=_EXAMPLES)
def analyze(
    model: Model,
    domain: Domain = None,
    json_: Annotated[
        str | None, typer.Option("--json", metavar="OUT", help="Write the partition; - is stdout.")
    ] = None,
    svg: Annotated[
        str | None, typer.Option("--svg", metavar="OUT", help="Draw it (up to 3 dimensions); - is stdout.")
    ] = None,
    html: options.Html = None,
    certificate: options.Certificate = None,
    color: options.Color = None,
    ricci: options.Ricci = False,
    data: options.DataFile = None,
    label: options.Label = None,
    weight: options.Weight = None,
    columns: options.Columns = None,
    ties: options.Ties = None,
    curvature: options.Curvature = None,
    length: options.Length = None,
    alpha: options.Alpha = None,
    mean: options.Mean = None,
    empty: options.Empty = None,
    neighbours: options.Neighbours = None,
    idleness: options.Idleness = None,
    budget_cells: Annotated[
        int | None, typer.Option(metavar="N", help="Stop after so many cells (exit code 3).")
    ] = None,
    budget_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Stop cutting after so many seconds (exit code 3).")
    ] = None,
) -> Job:
    """Cut a domain into a model's cells and measure them; with data, how these weigh on them."""
    from exactgeom.report.analysis import request_of, run_analysis

    files = {"json": json_, "svg": svg, "html": html, "certificate": certificate}
    columns_of = {"label": label, "weight": weight, "columns": columns, "ties": ties}
    rules = {"length": length, "alpha": alpha, "mean": mean, "empty": empty}
    rules |= {"neighbours": neighbours, "idleness": idleness}
    budget = {"budget_cells": budget_cells, "budget_seconds": budget_seconds}
    look = {"color": color, "ricci": ricci}
    request = request_of(model, domain, files, look, (data, columns_of), (curvature, rules), budget)
    return lambda: run_analysis(request)


@app.command(epilog="\b\nExample:\n  exactgeom convert net.json canonical.json\n")
def convert(
    model: Model,
    out: Annotated[str, typer.Argument(metavar="[OUT]", help="The file to write; - is stdout.")] = "-",
) -> Job:
    """Rewrite a model file as canonical, exact JSON."""

    def job() -> int:
        from exactgeom.report.inputs import load_subject
        from exactgeom.report.output import check_outputs, write_output

        check_outputs({"OUT": out}, {})
        document = load_subject(model).to_json()
        write_output(out, lambda stream: print(json.dumps(document, indent=1), file=stream), "OUT")
        return HOLDS

    return job


@app.command(epilog="\b\nExample:\n  exactgeom verify net.certificate.json\n")
def verify(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A certificate or a bundle (JSON); - is stdin.")
    ],
    budget_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Stop after so many seconds (exit code 3).")
    ] = None,
) -> Job:
    """Check certificates with the independent checker: one line each; 0 when all of them hold."""
    if budget_seconds is not None and not 0 < budget_seconds < float("inf"):
        raise InvalidInput(f"expected a positive number, got {budget_seconds}", "--budget-seconds")

    def job() -> int:
        from exactgeom.certificates import checker
        from exactgeom.certificates.verify import verdicts_of

        seconds = checker.SECONDS if budget_seconds is None else budget_seconds
        text, code = checker.report(verdicts_of(file, seconds))
        typer.echo(text)
        return code

    return job


@app.command(
    epilog="\b\nExamples:\n  exactgeom prove\n  exactgeom prove zaslavsky gauss_bonnet\n"
    "  exactgeom prove --model net.json --domain -2 2\n"
)
def prove(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Theorems by name; all when none is named."),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="FILE", help="Ask about this model instead (JSON).")
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(metavar="LO HI | FILE | all", help="Where the model lives. Default: [-1, 1]^d."),
    ] = None,
    json_: Annotated[
        str | None, typer.Option("--json", metavar="OUT", help="Write the certificates; - is stdout.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A part of each family only.")] = False,
    folder: Annotated[
        list[str] | None, typer.Option(metavar="FOLDER", help="Theorem files of your own, besides ours.")
    ] = None,
    budget_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="At most so many seconds a theorem (exit code 3).")
    ] = None,
) -> Job:
    """Check the theorem registry: 0 when every verdict is as stated, false statements refuted."""
    from exactgeom.report.prove import ProveRequest, run_prove

    if budget_seconds is not None and not 0 < budget_seconds < float("inf"):
        raise InvalidInput(f"expected a positive number, got {budget_seconds}", "--budget-seconds")
    request = ProveRequest(names or (), model, domain, json_, quick, folder or (), budget_seconds)
    return lambda: run_prove(request)


@app.command(
    epilog="\b\nExamples:\n  exactgeom check examples/adapters/numpy_scipy.py\n"
    "  exactgeom check mine.py --level full --json findings.json --html findings.html\n"
)
def check(
    adapter: Annotated[
        str, typer.Argument(metavar="ADAPTER", help="A Python file: the implementation to judge.")
    ],
    level: Annotated[str, typer.Option(metavar="quick | full | hostile", help="How much to ask.")] = "quick",
    json_: Annotated[
        str | None, typer.Option("--json", metavar="OUT", help="Write the findings; - is stdout.")
    ] = None,
    html: Annotated[
        str | None, typer.Option(metavar="OUT", help="Write them as one page; - is stdout.")
    ] = None,
    budget_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Stop after so many seconds (exit code 3).")
    ] = None,
) -> Job:
    """Judge another implementation: 0 when all it offers is right, 1 when not."""
    from exactgeom.report.check import CheckRequest, run

    if budget_seconds is not None and not 0 < budget_seconds < float("inf"):
        raise InvalidInput(f"expected a positive number, got {budget_seconds}", "--budget-seconds")
    request = CheckRequest(adapter, level, json_, html, budget_seconds)
    return lambda: run(request)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises for what a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without "≈" shows "?", it does not fail
    if argv is None:
        _leave_memory_to_others()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except BrokenPipeError:
        # The reader has gone; what is left in the buffer must not complain at shutdown either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except (KeyboardInterrupt, typer.Abort):
        return _fail("interrupted", INTERRUPTED)
    except BudgetExceeded as error:
        return _fail(f"budget: {error}", UNKNOWN)
    except ExactGeomError as error:
        return _fail(str(error), BAD_INPUT)
    except MemoryError:
        return _fail("memory: not enough for this input", UNKNOWN)


def _leave_memory_to_others() -> None:
    """Bound this process to most of the machine's memory: a plain refusal beats a machine that stalls."""
    with suppress(ImportError, ValueError, OSError, AttributeError):
        import resource

        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_AS, (memory * 3 // 4, hard))


def _run(words: list[str]) -> int:
    from exactgeom.report.arguments import join_domain

    parse: Any = typer.main.get_command(app)
    # The common base of the parser's complaints, wherever this version of typer keeps it.
    usage_error: Any = typer.BadParameter.__bases__[0].__bases__[0]
    try:
        job = parse.main(args=join_domain(words), prog_name="exactgeom", standalone_mode=False)
    except usage_error as error:
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        raise InvalidInput(f"{message.rstrip('.')}; see exactgeom --help", "command line") from error
    code = job() if callable(job) else int(job or 0)
    sys.stdout.flush()
    return code


def _fail(message: str, code: int) -> int:
    """Say what is wrong in one line on standard error."""
    sys.stdout.flush()
    print("error:", " ".join(message.split()), file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
