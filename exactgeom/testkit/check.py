"""`run_check(adapter, level)`: ask a candidate everything it offers, judge the answers, report.

Contract: a verdict is "pass" only when something was asked and every answer passed; a missing function is
"not offered", NotImplementedError "declined", what the time did not allow "unknown". Deterministic, apart
from what the clock decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.testkit.candidate import Candidate, Reply, open_candidate
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.compare import Judgement, Level, level_named
from exactgeom.testkit.conformance import Case, InvalidProblem, judge
from exactgeom.testkit.conformance.families import cases
from exactgeom.testkit.examples import read_case
from exactgeom.testkit.report import Failure, Outcome, Report
from exactgeom.testkit.shrink import Shrinker

__all__ = ["Examiner", "replay", "run_check"]

_TIMEOUTS = 2  # of one capability, after which the rest of it is not asked
_EXAMPLES = 2  # failures of one capability that are shrunk
_SHRINKING = 20.0  # seconds for all of it

Progress = Callable[[str, int, int], None]
"""Called as progress(case, questions asked, questions in all)."""


def run_check(
    adapter: str | ModuleType,
    level: str = "quick",
    *,
    capabilities: Iterable[str] | None = None,
    seconds: float | None = None,
    isolate: bool = True,
    shrink: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Check an adapter (a path, a dotted name, or a module, which runs in this process).

    `capabilities` restricts what is asked, `seconds` bounds the whole; `shrink=False` keeps failing examples
    as they are. Errors: InvalidInput when the adapter does not load or offers nothing.

    >>> import types
    >>> mine = types.ModuleType("mine")
    >>> mine.forman_ricci = lambda nodes, edges: [0.0] * len(edges)
    >>> report = run_check(mine, capabilities=["forman_ricci"], shrink=False)
    >>> report.exit_code, report.row("forman_ricci").verdict, report.row("betti").verdict
    (1, 'fail', 'not offered')
    """
    chosen = level_named(level)
    wanted = list(CAPABILITIES) if capabilities is None else list(capabilities)
    for name in wanted:
        if name not in CAPABILITIES:
            raise InvalidInput(f"expected one of {', '.join(CAPABILITIES)}, got {name!r}", "capabilities")
    candidate = open_candidate(adapter, isolate=isolate)
    try:
        return _run(candidate, str(_source(adapter)), chosen, wanted, seconds, shrink, progress)
    finally:
        candidate.close()


def _source(adapter: str | ModuleType) -> str:
    return str(getattr(adapter, "__file__", None) or getattr(adapter, "__name__", adapter))


def _run(
    candidate: Candidate,
    source: str,
    level: Level,
    wanted: list[str],
    seconds: float | None,
    shrink: bool,
    progress: Progress | None,
) -> Report:
    start = time.monotonic()
    examiner = Examiner(candidate, level)
    offered = [n for n in CAPABILITIES if n in candidate.description.offers and n in wanted]
    questions = {name: cases(name, level.name) for name in offered}
    total, done, spent = sum(map(len, questions.values())), 0, 0.0
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    for name in offered:
        timeouts = shown = 0
        for case in questions[name]:
            late = seconds is not None and time.monotonic() - start > seconds
            if late or timeouts >= _TIMEOUTS:
                outcomes.append(Outcome(case, "unknown"))
                continue
            if progress is not None:
                progress(case.name, done, total)
            done += 1
            outcome = examiner.ask(case)
            outcomes.append(outcome)
            timeouts += outcome.judgement is not None and "timeout" in outcome.judgement.kinds
            if outcome.status == "fail":
                small = outcome
                if shrink and shown < _EXAMPLES and spent < _SHRINKING and "timeout" not in outcome.kinds:
                    begun = time.monotonic()
                    small = examiner.shrunk(outcome)
                    shown += 1
                    spent += time.monotonic() - begun
                failures.append(Failure(outcome, small))
    taken = time.monotonic() - start
    return Report(candidate.description, source, level, tuple(outcomes), tuple(failures), taken)


@dataclass(frozen=True)
class Examiner:
    """Puts questions to a candidate and judges what comes back."""

    candidate: Candidate
    level: Level

    def ask(self, case: Case) -> Outcome:
        """Ask one question."""
        reply = self.candidate.ask(case.capability, case.arguments, self.level.seconds)
        if reply.kind == "declined":
            return Outcome(case, "declined", seconds=reply.seconds)
        verdict = self._judged(case, reply)
        return Outcome(case, "pass" if verdict.passed else "fail", verdict, reply.seconds)

    def _judged(self, case: Case, reply: Reply) -> Judgement:
        if reply.kind != "ok":
            return Judgement.of_error(reply.kind, f"{reply.kind}: {reply.line}")
        zero = self.candidate.description.zero_sign
        return judge(case.capability, case.arguments, reply.answer, self.level, zero)

    def shrunk(self, outcome: Outcome, tries: int = 150, seconds: float = 6.0) -> Outcome:
        """A minimal case that fails alike (sharing a kind of finding), with its verdict."""
        kinds, best = outcome.kinds, outcome

        def fails(arguments: Mapping[str, Any]) -> bool:
            nonlocal best
            case = replace(outcome.case, arguments=arguments)
            try:
                found = self.ask(case)
            except (InvalidProblem, ArithmeticError, ValueError, IndexError, KeyError):
                return False  # no problem of this kind any more
            if found.status == "fail" and found.kinds & kinds:
                best = found
                return True
            return False

        Shrinker(fails, tries, seconds).run(outcome.case.arguments)
        return best


def replay(adapter: str | ModuleType, document: Mapping[str, Any], level: str = "quick") -> str:
    """Ask one case of a report again: the verdict in words.

    Errors: InvalidInput for a document that is no case, or an adapter that does not load.
    """
    case = read_case(document)
    candidate = open_candidate(adapter)
    try:
        outcome = Examiner(candidate, level_named(level)).ask(case)
    finally:
        candidate.close()
    lines = [f"{case.name}: {outcome.status}"]
    if outcome.judgement is not None:
        lines += [f"  {finding.line}" for finding in outcome.judgement.findings]
        if outcome.judgement.forensic is not None:
            lines += [f"  {line}" for line in outcome.judgement.forensic.lines()]
    return "\n".join(lines)
