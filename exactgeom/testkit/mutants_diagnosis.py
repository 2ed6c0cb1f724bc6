"""What is probably wrong: the known bugs that fail on the same questions with the same numbers.

A guess, never a proof: a bug is named only when its mutant leaves the findings of the candidate on every
failed question that is compared, numbers to six digits, and passes those that the candidate passes.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from exactgeom.testkit.candidate import open_candidate
from exactgeom.testkit.check import Examiner
from exactgeom.testkit.mutants import MUTANTS, Mutant
from exactgeom.testkit.report import Outcome, Report

__all__ = ["diagnose", "diagnosis_lines"]

_COMPARED: Final = 4
_TRACES: Final = 1e-6
_NUMBER: Final = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")


def diagnose(report: Report, *, most: int = _COMPARED) -> dict[str, tuple[Mutant, ...]]:
    """Per failing capability the mutants that fail and pass like it, on its first `most` failed questions.

    >>> from exactgeom.testkit.check import run_check
    >>> import types
    >>> mine = types.ModuleType("mine")
    >>> mine.wasserstein = lambda cost, source, target: float(source @ cost @ target)
    >>> report = run_check(mine, capabilities=["wasserstein"], shrink=False)
    >>> [mutant.bug for mutant in diagnose(report)["wasserstein"]]
    ['the plan is not optimal']
    """
    found = {}
    for row in report.rows:
        if not row.failed:
            continue
        own = [o for o in report.outcomes if o.case.capability == row.capability]
        outcomes = [
            *islice((o for o in own if o.status == "fail"), most),
            *islice((o for o in own if o.status == "pass"), 2 * most),
        ]
        zoo = [m for m in MUTANTS.values() if m.capability == row.capability]
        found[row.capability] = tuple(m for m in zoo if _alike(m, outcomes, report))
    return found


def diagnosis_lines(report: Report) -> list[str]:
    """The diagnosis in words, one line a failing capability.

    >>> from exactgeom.testkit.check import run_check
    >>> run = run_check(MUTANTS["missing-idleness"].module(), shrink=False)
    >>> diagnosis_lines(run)
    ['ollivier_ricci: looks like "the idleness is ignored: every measure leaves its node"']
    """
    lines = []
    for capability, known in diagnose(report).items():
        named = " or ".join(f'"{mutant.bug}"' for mutant in known)
        lines.append(f"{capability}: {f'looks like {named}' if named else 'no known bug fails like this'}")
    return lines


def _alike(mutant: Mutant, outcomes: list[Outcome], report: Report) -> bool:
    examiner = Examiner(open_candidate(mutant.module()), report.level)
    return all(_same(outcome, examiner.ask(outcome.case)) for outcome in outcomes)


def _same(one: Outcome, other: Outcome) -> bool:
    """Both pass (or the mutant declines), or both fail alike."""
    if one.status == "pass":
        return other.status != "fail"
    if one.judgement is None or other.judgement is None or one.kinds != other.kinds:
        return False
    pairs = zip(one.judgement.findings, other.judgement.findings, strict=False)
    count = len(other.judgement.findings)
    return len(one.judgement.findings) == count and all(_close(a.line, b.line) for a, b in pairs)


def _close(one: str, other: str) -> bool:
    """Lines with the same words and nearly the same numbers; row numbers, which are nobody's, do not count.

    >>> _close("volumes[3] (cell +-): was 0.5", "volumes[1] (cell +-): was 0.50000001")
    True
    """
    lines = [re.sub(r"\[\d+\]", "[]", line.split(": ", 1)[-1].split(" ulps off")[0]) for line in (one, other)]
    words = [_NUMBER.sub("#", line) for line in lines]
    if words[0] != words[1]:
        return False
    numbers = zip(*(map(float, _NUMBER.findall(line)) for line in lines), strict=True)
    return all(abs(a - b) <= _TRACES * max(1.0, abs(a)) for a, b in numbers)
