"""The conformance suite as pytest tests: what `pytest --exactgeom-candidate=ADAPTER` runs.

One test per question, named ``capability/family``. The options and the entry point are in the module
`pytest_exactgeom`, which pytest loads at every start; this one is imported only with a candidate.
`--exactgeom-xfails=FILE` lists expected failures, one ``capability`` or ``capability/family`` a line; a
listed question that passes is a failure, and so is a capability of which all questions pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exactgeom.testkit.check import Examiner
    from exactgeom.testkit.conformance.base import Case


class Suite:
    """What runs when a candidate is named."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect the suite in place of files; the end of collection is reported as usual."""
        config = session.config
        source = str(config.getoption("--exactgeom-candidate"))
        collector = _Collector.from_parent(session, name=Path(source).name, nodeid="exactgeom")
        collector.start(source, str(config.getoption("--exactgeom-level")))
        session.items = list(collector.collect())
        session.testscollected = len(session.items)
        config.hook.pytest_collection_modifyitems(session=session, config=config, items=session.items)
        config.hook.pytest_collection_finish(session=session)
        session.testscollected = len(session.items)
        return True


class _Collector(pytest.Collector):
    """The questions to one candidate."""

    examiner: Examiner
    cases: list[Case]
    failed: set[str]
    asked: set[str]

    def start(self, source: str, level: str) -> None:
        """Open the candidate; a wrong one is a usage error in one line."""
        from exactgeom.exact import InvalidInput
        from exactgeom.testkit.candidate import open_candidate
        from exactgeom.testkit.check import Examiner
        from exactgeom.testkit.compare import level_named
        from exactgeom.testkit.conformance.families import cases

        try:
            chosen = level_named(level)
            candidate = open_candidate(source)
        except InvalidInput as error:
            raise pytest.UsageError(f"--exactgeom-candidate: {error}") from None
        self.config.add_cleanup(candidate.close)
        self.failed, self.asked = set(), set()
        self.examiner = Examiner(candidate, chosen)
        self.cases = [case for name in candidate.description.offers for case in cases(name, chosen.name)]

    def collect(self) -> Iterable[pytest.Item]:
        """One item per question, expected failures marked."""
        expected = _expected(self.config.getoption("--exactgeom-xfails"))
        known = {name for case in self.cases for name in (case.name, case.capability)}
        unknown = sorted(expected - known)
        if unknown:
            unknown = sorted(set(unknown) - _known_anywhere(unknown))
        if unknown:
            raise pytest.UsageError(f"--exactgeom-xfails: there is no question {unknown[0]!r}")
        for case in self.cases:
            item = _Question.from_parent(self, name=case.name)
            item.case = case
            if case.name in expected:
                item.add_marker(pytest.mark.xfail(strict=True, reason="listed as an expected failure"))
            elif case.capability in expected:
                item.add_marker(pytest.mark.xfail(strict=False, reason="listed as an expected failure"))
            yield item
        for capability in sorted(expected & {case.capability for case in self.cases}):
            last = _StillFails.from_parent(self, name=f"{capability} still fails somewhere")
            last.capability = capability
            yield last


def _known_anywhere(names: list[str]) -> set[str]:
    """Names of questions of any level: one list of expected failures serves every level."""
    from exactgeom.testkit.capabilities import CAPABILITIES
    from exactgeom.testkit.conformance.families import cases

    asked = {name.partition("/")[0] for name in names} & set(CAPABILITIES)
    return asked | {case.name for name in asked for case in cases(name, "hostile")}


def _expected(file: str | None) -> set[str]:
    """The names in a file of expected failures; `#` starts a comment."""
    if file is None:
        return set()
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise pytest.UsageError(f"--exactgeom-xfails: {error.strerror}: {file}") from None
    return {line.partition("#")[0].strip() for line in text.splitlines()} - {""}


class _Failed(Exception):
    """The lines of a judgement."""


class _Question(pytest.Item):
    """One question to the candidate."""

    case: Case

    def runtest(self) -> None:
        """Ask and judge: declined is skipped."""
        parent = self.parent
        assert isinstance(parent, _Collector)
        outcome = parent.examiner.ask(self.case)
        parent.asked.add(self.case.capability)
        if outcome.status == "fail":
            parent.failed.add(self.case.capability)
        if outcome.status == "declined":
            pytest.skip("declined by the candidate")
        if outcome.judgement is not None and not outcome.judgement.passed:
            lines = [finding.line for finding in outcome.judgement.findings]
            if outcome.judgement.forensic is not None:
                lines += outcome.judgement.forensic.lines()
            raise _Failed("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The findings, without a traceback of the kit."""
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where pytest says the question is: in the adapter."""
        return Path(str(self.config.getoption("--exactgeom-candidate"))), None, self.case.name


class _StillFails(pytest.Item):
    """A capability listed as failing must fail somewhere, else the list is out of date."""

    capability: str

    def runtest(self) -> None:
        """Runs after the questions; says nothing when they were deselected."""
        parent = self.parent
        assert isinstance(parent, _Collector)
        if self.capability in parent.asked and self.capability not in parent.failed:
            raise _Failed(f"{self.capability} is listed as an expected failure, but all of it passes")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The line alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where pytest says it is: in the adapter."""
        return Path(str(self.config.getoption("--exactgeom-candidate"))), None, self.name
