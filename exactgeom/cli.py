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
from typing import Annotated, Any, Final

import typer

from exactgeom.exact import BudgetExceeded, ExactGeomError, InvalidInput

__all__ = ["main"]

HOLDS, FAILS, BAD_INPUT, UNKNOWN, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141
_COLORS: Final = ("volume", "map")
# A line ending in a backslash and one beginning with \b stay as they are in the help text.
_EXAMPLES = """\b
Examples:
  exactgeom analyze net.json
  exactgeom analyze net.json --domain -1/2 0.5 --svg cells.svg --color map
  exactgeom analyze lines.json --domain all --json - | head
  exactgeom analyze net.json --domain triangle.json --budget-cells 100000
  exactgeom analyze polytope.json --json polytope.partition.json
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


Model = Annotated[str, typer.Argument(metavar="MODEL", help="A network, arrangement or polytope (JSON).")]


@app.command(epilog=_EXAMPLES)
def analyze(
    model: Model,
    domain: Annotated[
        str | None,
        typer.Option(
            metavar="LO HI | FILE | all",
            help="The box [LO, HI]^d, a polytope file, or all of R^d. Numbers are exact: 0.1 is 1/10. "
            "Default: [-1, 1]^d. A polytope MODEL takes none.",
        ),
    ] = None,
    json_: Annotated[
        str | None, typer.Option("--json", metavar="OUT", help="Write the partition; - is stdout.")
    ] = None,
    svg: Annotated[
        str | None, typer.Option("--svg", metavar="OUT", help="Draw it (up to 3 dimensions); - is stdout.")
    ] = None,
    color: Annotated[
        str | None, typer.Option(metavar="volume | map", help="Colour by cell size or by affine map.")
    ] = None,
    budget_cells: Annotated[
        int | None, typer.Option(metavar="N", help="Stop after so many cells (exit code 3).")
    ] = None,
    budget_seconds: Annotated[
        float | None, typer.Option(metavar="S", help="Stop cutting after so many seconds (exit code 3).")
    ] = None,
) -> Job:
    """Cut a domain into a model's cells and measure them."""
    from exactgeom.report.analysis import Request, run_analysis

    if color is not None and color not in _COLORS:
        raise InvalidInput(f"expected {' or '.join(_COLORS)}, got {color!r}", "--color")
    if color is not None and svg is None:
        raise InvalidInput("a colour needs a picture: add --svg OUT", "--color")
    for option, value in (("--budget-cells", budget_cells), ("--budget-seconds", budget_seconds)):
        if value is not None and not 0 < value < float("inf"):
            raise InvalidInput(f"expected a positive number, got {value}", option)
    request = Request(model, domain, json_, svg, color or "volume", budget_cells, budget_seconds)
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
