"""What a check found: a row per capability, a minimal example per failure; as a table, JSON or HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from exactgeom.testkit.candidate import Description
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.compare import UNIT, Judgement, Level, NumberError
from exactgeom.testkit.conformance.base import Case
from exactgeom.testkit.examples import case_document, snippet

__all__ = ["Failure", "Outcome", "Report", "Row"]

SCHEMA = "exactgeom/conformance-report-1"
HOLDS, FAILS, UNKNOWN = 0, 1, 3


@dataclass(frozen=True)
class Outcome:
    """A case with ``"pass"``, ``"fail"``, ``"declined"`` or ``"unknown"``, and its judgement if any."""

    case: Case
    status: str
    judgement: Judgement | None = None
    seconds: float = 0.0

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of findings."""
        return self.judgement.kinds if self.judgement else frozenset()


@dataclass(frozen=True)
class Failure:
    """A failed case, and the smallest one found that fails alike."""

    outcome: Outcome
    minimal: Outcome

    def lines(self) -> list[str]:
        """What is wrong, in words; about the minimal case."""
        verdict = self.minimal.judgement
        assert verdict is not None
        found = [finding.line for finding in verdict.findings]
        return found + (list(verdict.forensic.lines()) if verdict.forensic is not None else [])

    def to_json(self, adapter: str, level: str) -> dict[str, Any]:
        """As plain data: the case, the findings, the forensic diff, the example, the snippet."""
        verdict = self.minimal.judgement
        assert verdict is not None and self.outcome.judgement is not None
        return {
            "case": self.outcome.case.name,
            "findings": [{"kind": f.kind, "line": f.line} for f in self.outcome.judgement.findings],
            "minimal_findings": [{"kind": f.kind, "line": f.line} for f in verdict.findings],
            "forensic": verdict.forensic.to_json() if verdict.forensic is not None else None,
            "example": case_document(self.minimal.case),
            "snippet": snippet(adapter, self.minimal.case, level),
        }


@dataclass(frozen=True)
class Row:
    """A capability: how many cases passed, failed, were declined, stayed unknown; the worst number."""

    capability: str
    offered: bool
    passed: int = 0
    failed: int = 0
    declined: int = 0
    unknown: int = 0
    worst: NumberError | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """``pass``, ``fail``, ``not offered``, ``declined`` (all of it) or ``unknown``."""
        if not self.offered:
            return "not offered"
        if self.failed:
            return "fail"
        if self.unknown:
            return "unknown"
        return "pass" if self.passed else "declined"

    @property
    def worst_ulps(self) -> float | None:
        """The largest error met, in ulps of the correctly rounded truth."""
        return self.worst.ulps if self.worst else None


@dataclass(frozen=True)
class Report:
    """The result of `run_check`. `exit_code`: 0 all offered passes, 1 something fails, 3 time ran out."""

    candidate: Description
    adapter: str
    level: Level
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
    seconds: float

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One row per capability of the protocol, in its order."""
        return tuple(self._row(name) for name in CAPABILITIES)

    def row(self, capability: str) -> Row:
        """The row of one capability."""
        return next(row for row in self.rows if row.capability == capability)

    def _row(self, name: str) -> Row:
        own = [outcome for outcome in self.outcomes if outcome.case.capability == name]
        if not own:
            return Row(name, name in self.candidate.offers)
        counts = {s: sum(o.status == s for o in own) for s in ("pass", "fail", "declined", "unknown")}
        numbers = [
            o.judgement.worst for o in own if o.judgement is not None and o.judgement.worst is not None
        ]
        notes = tuple(dict.fromkeys(n for o in own if o.judgement for n in o.judgement.notes))
        return Row(
            name,
            True,
            counts["pass"],
            counts["fail"],
            counts["declined"],
            counts["unknown"],
            max(numbers, key=lambda n: n.ulps, default=None),
            notes,
            sum(o.seconds for o in own),
        )

    @property
    def exit_code(self) -> int:
        """0, 1 or 3; a candidate that declines everything holds nothing and is 3."""
        if self.failures:
            return FAILS
        asked = [row for row in self.rows if row.offered and row.verdict != "not offered"]
        if any(row.unknown for row in asked) or not any(row.passed for row in asked):
            return UNKNOWN
        return HOLDS

    @property
    def summary(self) -> str:
        """One line."""
        verdicts = [row.verdict for row in self.rows]
        parts = [f"{verdicts.count(v)} {v}" for v in ("pass", "fail", "unknown", "declined", "not offered")]
        shown = ", ".join(part for part in parts if not part.startswith("0 "))
        return f"{self.candidate.name} at level {self.level.name}: {shown} ({self.seconds:.1f} s)"

    def table(self) -> str:
        """Capability × (pass, fail, declined, unknown, worst ulps), then every failure in words."""
        width = max(map(len, CAPABILITIES))
        lines = [f"{'capability':<{width}}  verdict      pass  fail  declined  unknown  worst ulps"]
        for row in self.rows:
            counts = (
                f"{row.passed:>4}  {row.failed:>4}  {row.declined:>8}  {row.unknown:>7}"
                if row.offered
                else " " * 30
            )
            notes = f"  ({'; '.join(row.notes)})" if row.notes else ""
            lines.append(f"{row.capability:<{width}}  {row.verdict:<11}  {counts}  {_ulps(row):>10}{notes}")
        return "\n".join([*lines, "", *self._failure_lines(), self.summary])

    def _failure_lines(self) -> Iterator[str]:
        for failure in self.failures:
            yield f"FAIL {failure.outcome.case.name}"
            yield from (f"  {line}" for line in failure.lines())
            yield ""

    def to_json(self) -> dict[str, Any]:
        """The report as plain data, `exactgeom/conformance-report-1`."""
        return {
            "schema": SCHEMA,
            "candidate": {
                "name": self.candidate.name,
                "version": self.candidate.version,
                "adapter": self.adapter,
            },
            "level": {
                "name": self.level.name,
                "bound": f"|error| <= u (ulps |exact| + scaled scale), u = {UNIT!r}",
                "ulps": self.level.ulps,
                "scaled": self.level.scaled,
            },
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 3),
            "capabilities": [
                {
                    "name": row.capability,
                    "verdict": row.verdict,
                    "pass": row.passed,
                    "fail": row.failed,
                    "declined": row.declined,
                    "unknown": row.unknown,
                    "worst_ulps": row.worst_ulps,
                    "worst": str(row.worst) if row.worst else None,
                    "notes": list(row.notes),
                }
                for row in self.rows
            ],
            "failures": [failure.to_json(self.adapter, self.level.name) for failure in self.failures],
        }

    def to_html(self) -> str:
        """The report as one page without scripts and without anything to load."""
        rows = "".join(
            f'<tr class="{row.verdict.split()[0]}"><td>{row.capability}</td><td>{row.verdict}</td>'
            + "".join(f"<td>{n}</td>" for n in (row.passed, row.failed, row.declined, row.unknown))
            + f"<td>{escape(_ulps(row))}</td><td>{escape('; '.join(row.notes))}</td></tr>"
            for row in self.rows
        )
        return _PAGE.format(
            title=escape(f"Conformance of {self.candidate.name} {self.candidate.version}".strip()),
            summary=escape(self.summary),
            rows=rows,
            failures="".join(self._failure_html(failure) for failure in self.failures),
        )

    def _failure_html(self, failure: Failure) -> str:
        lines = "".join(f"<li>{escape(line)}</li>" for line in failure.lines())
        code = escape(snippet(self.adapter, failure.minimal.case, self.level.name))
        name = escape(failure.outcome.case.name)
        return f"<h3>{name}</h3><ul>{lines}</ul><details><summary>run it</summary><pre>{code}</pre></details>"


def _ulps(row: Row) -> str:
    """Halves are shown as such: a correctly rounded answer is 0 ulps off the rounded truth."""
    return "" if row.worst_ulps is None else f"{row.worst_ulps:.3g}"


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }}
td, th {{ padding: .2rem .7rem; border-bottom: 1px solid #ccc; text-align: left }}
.fail td:nth-child(2) {{ color: #b00020; font-weight: bold }} .pass td:nth-child(2) {{ color: #006b3c }}
.not td {{ color: #888 }} pre {{ overflow-x: auto; background: #f5f5f5; padding: .7rem }}
</style>
<h1>{title}</h1><p>{summary}</p>
<table>
<tr><th>capability<th>verdict<th>pass<th>fail<th>declined<th>unknown<th>worst ulps<th>notes</tr>
{rows}</table>
{failures}</html>
"""
