"""Outputs are complete or absent, and what cannot be written is refused before any work."""

from __future__ import annotations

import os
import stat

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.report.output import check_outputs, write_output


def write(text):
    return lambda stream: stream.write(text)


def test_file_appears_whole_and_alone(tmp_path):
    write_output(str(tmp_path / "a.json"), write("exact ½"), "--json")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "exact ½"
    assert os.listdir(tmp_path) == ["a.json"]


def test_failure_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.json"
    target.write_text("old")

    def fail(stream):
        stream.write("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_output(str(target), fail, "--json")
    assert (target.read_text(), os.listdir(tmp_path)) == ("old", ["a.json"])


def test_links_and_permissions_survive(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_output(str(link), write("new"), "--json")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_new_files_get_the_usual_permissions(tmp_path):
    (tmp_path / "usual").write_text("")
    write_output(str(tmp_path / "ours"), write(""), "--json")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_dash_is_standard_output(capsys):
    write_output("-", write("line\n"), "--json")
    assert capsys.readouterr().out == "line\n"


def test_devices_are_written_not_replaced():
    check_outputs({"--json": os.devnull}, {})
    write_output(os.devnull, write("x"), "--json")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ({"--json": "-", "--svg": "-"}, "--svg: standard output takes one result: --json names it too"),
        ({"--json": "a", "--svg": "./a"}, "--svg: ./a is in use: --json names it too"),
        ({"--json": "model.json"}, "--json: model.json is in use: MODEL names it too"),
        ({"--json": "no/such/a"}, "--json: cannot write no/such/a: there is no folder"),
        ({"--json": "."}, "--json: . is a directory"),
        ({"--json": ""}, "--json: expected a file name or -"),
        ({"--json": "--domain=0 1"}, "--json: expected a file name or -"),
        ({"--json": "a\0b"}, "--json: cannot write"),
        ({"--json": "x" * 5000}, "--json: cannot write"),
    ],
)
def test_impossible_outputs_are_refused(tmp_path, monkeypatch, outputs, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        check_outputs(outputs, {"MODEL": "model.json"})
    assert str(caught.value).startswith(message)


def test_disk_trouble_is_one_line(tmp_path):
    def fail(stream):
        raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match=r"^--json: cannot write .*: no space left on device$"):
        write_output(str(tmp_path / "a"), fail, "--json")
    assert os.listdir(tmp_path) == []
