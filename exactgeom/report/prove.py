"""What ``exactgeom prove`` does: run theorems, one line each as they are decided, then what was found.

Exit codes: 0 when every verdict is the one the registry states (a theorem holds, a false statement fails
with a counterexample); 1 when one is not, or a theorem file breaks; 2 for bad input; 3 when nothing is wrong
but something stayed unknown. On a model of your own a theorem must not fail; what does not apply says so.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.arguments import domain_bounds
from exactgeom.report.inputs import load_domain, load_subject
from exactgeom.report.output import check_outputs, write_output
from exactgeom.testkit.registry import Case, Result, prove

__all__ = ["ProveRequest", "run_prove"]

_HOLDS, _FAILS, _UNKNOWN = 0, 1, 3
_WIDTH = 100
_VERDICTS = ("holds", "fails", "hypothesis not met", "unknown", "broken")


@dataclass(frozen=True)
class ProveRequest:
    """What was asked for, as it was typed."""

    names: Sequence[str] = ()
    model: str | None = None
    domain: str | None = None
    json: str | None = None
    quick: bool = False
    folders: Sequence[str] = ()
    seconds: float | None = None


def run_prove(request: ProveRequest) -> int:
    """Run the theorems and return the exit code.

    Errors: `InvalidInput` for unknown names, theorem files that do not load, and anything wrong in the model.
    """
    check_outputs({"--json": request.json}, {"--model": request.model})
    case = _case(request)
    results = prove(
        request.names, case=case, full=not request.quick, folders=request.folders, seconds=request.seconds
    )
    quiet = request.json == "-"
    found = []
    for result in results:
        found.append(result)
        if not quiet:
            _print(describe(result, alone=len(request.names) == 1))
    if not quiet:
        _print([summary(found)])
    if request.json is not None:
        document = report(found)
        write_output(
            request.json, lambda stream: print(json.dumps(document, indent=1), file=stream), "--json"
        )
    return exit_code(found)


def exit_code(results: Iterable[Result]) -> int:
    """0 as stated, 1 when a verdict is not, 3 when something is unknown and nothing is wrong."""
    other = [result for result in results if not result.is_as_stated]
    if not other:
        return _HOLDS
    return _UNKNOWN if all(result.verdict == "unknown" for result in other) else _FAILS


def report(results: Sequence[Result]) -> dict[str, Any]:
    """The JSON document: the certificate of every theorem."""
    return {
        "schema": "exactgeom/theorems-1",
        "as_stated": all(result.is_as_stated for result in results),
        "theorems": [result.to_json() for result in results],
    }


def describe(result: Result, *, alone: bool = False) -> list[str]:
    """One line on a theorem; more when it is not as stated, is refuted, or was asked for alone."""
    mark = "" if result.is_as_stated else "  <- not as stated"
    unmet = sum(result.unmet.values())
    scope = f"{result.checked} checked" + (f", {unmet} not met" if unmet else "")
    lines = [f"{result.name:<32} {result.verdict:<18} {scope:<28} {result.seconds:6.2f} s{mark}"]
    if alone:
        theorem = result.theorem
        lines += [
            f"  statement   {theorem.statement}",
            f"  hypotheses  {theorem.hypotheses}",
            f"  source      {theorem.source}",
            f"  scope       {theorem.scope}: {theorem.over if result.on_own_family else 'the given model'}",
        ]
    if result.reason:
        lines.append(f"  because     {result.reason}")
    lines += [f"  not met     {reason} ({count})" for reason, count in result.unmet.items() if alone]
    if result.counterexample is not None or (alone and result.example is not None):
        text, finding = result.counterexample or result.example or ("", None)
        lines.append(f"  {'against it' if result.counterexample else 'for example'} {_short(text)}")
        if finding is not None:
            lines += [f"    {name} = {_short(str(_plain(value)))}" for name, value in finding.facts.items()]
    return lines


def summary(results: Sequence[Result]) -> str:
    """The last line."""
    counts: Counter[str] = Counter(result.verdict for result in results)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if counts[verdict])
    wrong = sum(not result.is_as_stated for result in results)
    last = "all as stated" if not wrong else f"{wrong} not as stated"
    return f"{len(results)} statements: {said}; {last}"


def _case(request: ProveRequest) -> Case | None:
    if request.model is None:
        if request.domain is not None:
            raise InvalidInput("a domain needs a model: add --model FILE", "--domain")
        return None
    subject = load_subject(request.model)
    if isinstance(subject, Polytope):
        raise InvalidInput("expected a model, got a polytope", "--model")
    dim = subject.input_dim
    if request.domain is None:
        print(f"no --domain was given: using [-1, 1]^{dim}", file=sys.stderr)  # noqa: T201
        return Case(subject, box(-1, 1, dim=dim))
    if request.domain == "all":
        return Case(subject)
    bounds = domain_bounds(request.domain)
    return Case(subject, load_domain(request.domain, dim) if bounds is None else box(*bounds, dim=dim))


def _plain(value: Any) -> Any:
    """Exact numbers as mathematics, inside containers too."""
    if isinstance(value, list | tuple):
        return "(" + ", ".join(str(_plain(item)) for item in value) + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    return value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 4 * _WIDTH else line[: 4 * _WIDTH] + " …"


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stdout, flush=True)  # noqa: T201
