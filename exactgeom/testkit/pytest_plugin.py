"""pytest plugin: `pytest --exactgeom-candidate=ADAPTER` runs the conformance suite as tests.

One test per question, named ``capability/family``. Without the option nothing is added and nothing of
exactgeom is imported. `--exactgeom-xfails=FILE` lists expected failures, one ``capability`` or
``capability/family`` a line; a listed question that passes is a failure, so the list stays honest.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from exactgeom.testkit.check import Examiner
    from exactgeom.testkit.conformance.base import Case


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the suite."""
    group = parser.getgroup("exactgeom", "conformance of another implementation")
    group.addoption("--exactgeom-candidate", metavar="ADAPTER", help="check this adapter, and nothing else")
    group.addoption("--exactgeom-level", metavar="LEVEL", default="quick", help="quick, full or hostile")
    group.addoption("--exactgeom-xfails", metavar="FILE", help="expected failures, one name a line")


def pytest_configure(config: pytest.Config) -> None:
    """With a candidate: the suite alone is run, not the tests of the current folder."""
    if config.getoption("--exactgeom-candidate"):
        config.pluginmanager.register(_Suite(), "exactgeom-suite")


class _Suite:
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
        self.examiner = Examiner(candidate, chosen)
        self.cases = [case for name in candidate.description.offers for case in cases(name, chosen.name)]

    def collect(self) -> Iterable[pytest.Item]:
        """One item per question, expected failures marked."""
        expected = _expected(self.config.getoption("--exactgeom-xfails"))
        known = {name for case in self.cases for name in (case.name, case.capability)}
        unknown = sorted(expected - known)
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


def pytest_report_header(config: pytest.Config) -> str | None:
    """One line that names the candidate."""
    source = config.getoption("--exactgeom-candidate")
    return f"exactgeom candidate: {source}" if source else None
