"""pytest plugin: `pytest --exactgeom-candidate=ADAPTER` checks another implementation, and nothing else.

pytest loads this module at every start, so it imports nothing of exactgeom until a candidate is named; it
stands outside the package because importing a part of a package imports the package.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the suite."""
    group = parser.getgroup("exactgeom", "conformance of another implementation")
    group.addoption("--exactgeom-candidate", metavar="ADAPTER", help="check this adapter, and nothing else")
    group.addoption("--exactgeom-level", metavar="LEVEL", default="quick", help="quick, full or hostile")
    group.addoption("--exactgeom-xfails", metavar="FILE", help="expected failures, one name a line")


def pytest_configure(config: pytest.Config) -> None:
    """With a candidate: the suite takes the place of the tests of the current folder."""
    if config.getoption("--exactgeom-candidate"):
        from exactgeom.testkit.pytest_plugin import Suite

        config.pluginmanager.register(Suite(), "exactgeom-suite")


def pytest_report_header(config: pytest.Config) -> str | None:
    """One line that names the candidate."""
    source = config.getoption("--exactgeom-candidate")
    return f"exactgeom candidate: {source}" if source else None
