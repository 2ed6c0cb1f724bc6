"""`exactgeom check` and `exactgeom prove`: exit codes, outputs, one line for what is wrong."""

from __future__ import annotations

import json

import pytest

from exactgeom.cli import main

RIGHT = """
import numpy as np

def forman_ricci(nodes, edges):
    degree = np.bincount(edges.ravel(), minlength=nodes)
    return 4.0 - degree[edges].sum(axis=1)
"""


def run(*words, capsys):
    code = main([*map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(("source", "code"), [(RIGHT, 0), (RIGHT.replace("4.0", "4.5"), 1)])
def test_a_candidate_is_judged(tmp_path, capsys, source, code):
    (tmp_path / "mine.py").write_text(source)
    found, out, _ = run("check", tmp_path / "mine.py", "--json", tmp_path / "found.json", capsys=capsys)
    assert found == code
    assert "not offered" in out and "forman_ricci" in out
    assert json.loads((tmp_path / "found.json").read_text())


@pytest.mark.parametrize(
    "words", [["nowhere.py"], ["mine.py", "--level", "silly"], ["mine.py", "--budget-seconds", "0"]]
)
def test_bad_requests_get_one_line(tmp_path, monkeypatch, capsys, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(RIGHT)
    code, out, err = run("check", *words, capsys=capsys)
    assert (code, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 1


def test_a_theorem_and_a_false_statement_are_as_stated(capsys):
    code, out, _ = run("prove", "pick", "overlap_assembled", "--quick", capsys=capsys)
    assert code == 0
    assert "1 holds, 1 fails; all as stated" in out


def test_an_unknown_theorem_is_named(capsys):
    code, out, err = run("prove", "nosuch", capsys=capsys)
    assert (code, out) == (2, "") and "nosuch" in err and err.count("\n") == 1
