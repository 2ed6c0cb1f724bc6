"""Every example and every proof runs as it stands, in a process of its own, with warnings as errors.

A script gets one argument, a scratch folder for what it writes. One whose docstring says "needs the `torch`
extra" is skipped, with that reason, where the extra is not installed.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(path for folder in ("examples", "proofs") for path in (ROOT / folder).glob("*.py"))
MODULES = {"peers": "scipy", "plot": "matplotlib"}
NEEDS = re.compile(r"needs the `(\w+)` extra")


def missing_extras(source: str) -> list[str]:
    """The extras a script says it needs that are not installed here."""
    named = NEEDS.findall(ast.get_docstring(ast.parse(source)) or "")
    return [extra for extra in named if importlib.util.find_spec(MODULES.get(extra, extra)) is None]


def run(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(script), str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_script_runs(script: Path, tmp_path: Path) -> None:
    source = script.read_text(encoding="utf-8")
    if missing := missing_extras(source):
        pytest.skip(f"needs {', '.join(missing)}")
    if script.name == "__init__.py":
        pytest.skip("no script")
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr or done.stdout
    assert done.stdout.strip(), "an example or a proof says what it found"


def test_a_failing_or_warning_script_is_caught(tmp_path: Path) -> None:
    for source in ("raise SystemExit(1)", "import warnings; warnings.warn('old')", "assert 1 + 1 == 3"):
        script = tmp_path / "broken.py"
        script.write_text(source, encoding="utf-8")
        assert run(script, tmp_path).returncode != 0


def test_a_missing_extra_is_named() -> None:
    assert missing_extras('"""Run it (needs the `nowhere` extra)."""') == ["nowhere"]
    assert missing_extras('"""Run it."""') == []
