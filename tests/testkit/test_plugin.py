"""The pytest plugin, run by pytest itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ADAPTER = """
import numpy as np

def forman_ricci(nodes, edges):
    degree = np.bincount(edges.ravel(), minlength=nodes)
    return 4.0 - degree[edges].sum(axis=1) - (nodes == 9)

def lin_lu_yau(nodes, edges, lengths):
    raise NotImplementedError("not yet")
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(ADAPTER)
    (tmp_path / "test_own.py").write_text("def test_own():\n    assert True\n")
    return tmp_path


def run(here: Path, *words: str, alone: bool = True) -> subprocess.CompletedProcess[str]:
    """pytest with this plugin; `alone` without all others, which is faster."""
    own = [] if _is_registered() and not alone else ["-p", "pytest_exactgeom"]
    command = [sys.executable, "-m", "pytest", "-q", *own, "-p", "no:cacheprovider", *words]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    if alone:
        env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(command, capture_output=True, text=True, cwd=here, env=env, check=False)


def _is_registered() -> bool:
    from importlib.metadata import entry_points

    return "pytest_exactgeom" in {entry.value for entry in entry_points(group="pytest11")}


def test_the_suite_runs_in_place_of_the_tests(here: Path) -> None:
    done = run(here, "--exactgeom-candidate=mine.py")
    assert done.returncode == 1
    assert "1 failed, 6 passed, 14 skipped" in done.stdout
    assert "forman_ricci/grid" in done.stdout
    assert "was -2.0, but should be -1.0 (exactly -1)" in done.stdout
    assert "Traceback" not in done.stdout
    assert "test_own" not in done.stdout


def test_expected_failures_live_with_the_candidate_and_questions_can_be_chosen(here: Path) -> None:
    (here / "xfails.txt").write_text("# known\nforman_ricci/grid  # grids\nforman_ricci/petersen\n")
    words = ["--exactgeom-candidate=mine.py", "--exactgeom-xfails=xfails.txt"]
    done = run(here, *words, "-k", "forman_ricci")
    assert done.returncode == 0
    assert "6 passed, 14 deselected, 1 xfailed" in done.stdout


def test_a_list_of_expected_failures_stays_honest(here: Path) -> None:
    (here / "xfails.txt").write_text("forman_ricci/path\nforman_ricci/grid\n")
    done = run(here, "--exactgeom-candidate=mine.py", "--exactgeom-xfails=xfails.txt")
    assert done.returncode == 1
    assert "forman_ricci/path" in done.stdout
    (here / "mine.py").write_text(ADAPTER.replace("- (nodes == 9)", ""))
    (here / "xfails.txt").write_text("forman_ricci\n")
    done = run(here, "--exactgeom-candidate=mine.py", "--exactgeom-xfails=xfails.txt")
    assert done.returncode == 1
    assert "listed as an expected failure, but all of it passes" in done.stdout


def test_bad_words_are_usage_errors(here: Path) -> None:
    done = run(here, "--exactgeom-candidate=none.py")
    assert done.returncode == 4
    assert "there is no file none.py" in done.stdout + done.stderr
    done = run(here, "--exactgeom-candidate=mine.py", "--exactgeom-xfails=mine.py")
    assert done.returncode == 4
    assert "there is no question" in done.stdout + done.stderr


def test_ordinary_runs_import_nothing(here: Path) -> None:
    (here / "test_own.py").write_text(
        "import sys\ndef test_own():\n    assert not [m for m in sys.modules if m.startswith('exactgeom')]\n"
    )
    done = run(here, alone=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
