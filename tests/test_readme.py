"""What the README says happens, happens: its Python blocks run as doctests, its commands exist."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def python_session(page: Path) -> str:
    """The Python blocks of a page as one session, on the lines where they stand."""
    text, session, at = page.read_text(encoding="utf-8"), "", 0
    for block in BLOCK.finditer(text):
        session += "\n" * text.count("\n", at, block.start(1)) + block[1]
        at = block.end(1)
    return session


def failures(session: str, name: str) -> str:
    """What doctest has to say about a session; empty when every line holds."""
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(session, {}, name, name, 0)
    doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_hold(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert failures(python_session(page), page.name) == ""


def test_the_readme_has_a_session() -> None:
    assert python_session(ROOT / "README.md").count(">>>") >= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_make_target_named_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"make ([a-z][\w-]*)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named and named <= targets


def test_a_wrong_line_is_caught() -> None:
    assert "Expected" in failures(">>> 1 + 1\n3\n", "planted")
