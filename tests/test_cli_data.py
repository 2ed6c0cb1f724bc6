"""The command with data: CSV files as people have them, every output, one clear line for what is wrong."""

from __future__ import annotations

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from exactgeom import verify
from exactgeom.cli import main
from exactgeom.models import Arrangement, load
from exactgeom.partition import partition
from exactgeom.polyhedra import box

LINES = Arrangement([([1, 0], 0), ([0, 1], 0)]).to_json()
NET = {
    "schema": "exactgeom/network-1",
    "input_dim": 2,
    "layers": [
        {"type": "linear", "weight": [["1", "1/3"], ["2", "-1"]], "bias": ["0", "1/7"]},
        {"type": "relu"},
        {"type": "linear", "weight": [["1", "1"]], "bias": ["1/10"]},
    ],
}
ROWS = [("1/2", "1/2", "red"), ("1/3", "0", "red"), ("-1/2", "1/4", "blue"), ("3", "3", "blue")]
FILES = {
    "header.csv": "x,y,kind\n" + "".join(f"{x},{y},{k}\n" for x, y, k in ROWS),
    "plain.csv": "".join(f"{x},{y},{k}\n" for x, y, k in ROWS),
    "moved.csv": "kind,w,y,x\n" + "".join(f"{k},1,{y},{x}\n" for x, y, k in ROWS),
    "points.csv": "".join(f"{x},{y}\n" for x, y, _ in ROWS),
    "short.csv": "x,y\n1/2\n",
    "word.csv": "x,y\n1/2,0\n1/2,zero\n",
    "hole.csv": "x,y\n1/2,\n",
    "nan.csv": "x,y\n1/2,nan\n",
    "away.csv": "7,7\n8,8\n",
    "none.csv": "x,y\n",
    "quote.csv": 'x,y\n"1/2,0\n',
    "negative.csv": "x,y,w\n0,0,-1\n",
}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command line in a folder with models and data: (exit code, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")  # lines are as wide as the terminal
    for name, document in {
        "lines.json": LINES,
        "net.json": NET,
        "line.json": Arrangement([([1], 0)]).to_json(),
    }.items():
        (tmp_path / name).write_text(json.dumps(document))
    (tmp_path / "four.json").write_text(json.dumps(Arrangement([([1, 1, 1, 1], 1)]).to_json()))
    (tmp_path / "four.csv").write_text("1/2,0,0,0\n1/2,1/2,1/2,1/3\n")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "latin.csv").write_bytes(b"x,y\n\xe9,1\n")

    def call(*words):
        code = main(list(words))
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


def document_of(run, *words):
    code, out, err = run("analyze", *words, "--json", "-")
    assert code == 0, err
    return json.loads(out)


def read(name):
    return Path(name).read_text(encoding="utf-8")


BOX = ("--domain", "-1", "1")


@pytest.mark.parametrize(
    "words",
    [
        ["header.csv", "--label", "kind"],
        ["header.csv", "--label", "3"],
        ["plain.csv", "--label", "3"],
        ["moved.csv", "--label", "kind", "--weight", "w", "--columns", "x,y"],
        ["moved.csv", "--label", "1", "--columns", "4, 3"],
    ],
)
def test_columns_are_found_by_name_or_number(run, words):
    document = document_of(run, "lines.json", *BOX, "--data", *words)
    known = partition(Arrangement([([1, 0], 0), ([0, 1], 0)]), box(-1, 1, dim=2))
    data = known.locate([row[:2] for row in ROWS], labels=[row[2] for row in ROWS])
    assert [Fraction(c["mass"]) for c in document["data"]["cells"]] == list(data.masses)
    assert document["data"]["empty_cells"] == list(data.empty_cells)
    assert {c["label"] for c in document["data"]["cells"][0]["classes"]} == {"red", "blue"}
    assert document["data"]["outside"] == [3] and document["data"]["outside_share"] == "1/4"


def test_the_table_shows_data_classes_and_choices(run):
    code, out, err = run("analyze", "lines.json", *BOX, "--data", "header.csv", "--label", "kind")
    assert (code, err) == (0, "")
    for part in (
        "4 points, 3 in the domain  (header.csv)",
        "1 point  (counted: split)",
        "1 of 4: 3",
        "mass 1/2, ahead in 2 cells",
        "ℓ = centroid, α = 1, ρ(e) = arithmetic mean, edges between empty cells left",
        "mean Ricci",
        "edges by Ricci curvature",
    ):
        assert part in out, part


def test_every_choice_reaches_the_numbers_and_the_words(run):
    words = ["lines.json", *BOX, "--data", "points.csv", "--length", "unit", "--alpha", "1/2"]
    words += ["--mean", "geometric", "--empty", "1/2", "--neighbours", "uniform", "--idleness", "0"]
    document = document_of(run, *words)
    assert document["curvature"]["choices"] == {
        **{"length": "unit", "alpha": "1/2", "mean": "geometric"},
        **{"empty": "1/2", "neighbours": "uniform", "idleness": "0"},
    }
    assert len(document["curvature"]["edges"]) == 4
    assert document_of(run, *words[:6], "--no-curvature")["curvature"] is None
    assert "curvature" not in document_of(run, "lines.json", *BOX)


def test_all_of_space_has_masses_but_no_densities(run):
    words = ["lines.json", "--domain", "all", "--data", "points.csv"]
    document = document_of(run, *words)
    assert sum(Fraction(c["mass"]) for c in document["data"]["cells"]) == 1
    assert [c["density"] for c in document["data"]["cells"]] == [None] * 4
    assert document["curvature"] == {"notes": ["densities and curvature need a bounded domain"]}
    code, _, _ = run("analyze", *words, "--svg", "a.svg", "--color", "curvature")
    assert (code, os.path.exists("a.svg")) == (2, False)
    assert run("analyze", *words, "--html", "a.html")[0] == 0


@pytest.mark.parametrize("name", ["away.csv", "none.csv"])
def test_no_data_in_the_domain_is_no_error(run, name):
    code, out, err = run(
        "analyze", "lines.json", *BOX, "--data", name, "--html", "a.html", "--json", "a.json"
    )
    assert (code, err) == (0, "") and "0 in the domain" in out and "no curvature" in out
    assert json.loads(read("a.json"))["data"]["kl_divergence"] is None


def test_pictures_reports_and_certificates_are_written_together(run):
    words = [
        "net.json",
        *BOX,
        "--data",
        "header.csv",
        "--label",
        "kind",
        "--svg",
        "a.svg",
        "--html",
        "a.html",
    ]
    words += ["--certificate", "a.proof", "--json", "a.json", "--color", "curvature", "--ricci"]
    code, _, err = run("analyze", *words)
    assert (code, err) == (0, "") and "data-edge" in read("a.svg")
    assert read("a.html").startswith("<!DOCTYPE html>") and verify("a.proof")
    assert run("verify", "a.proof") == (0, "0: holds: complex\n", "")
    proof = json.loads(read("a.proof"))
    assert proof["claim"]["total_volume"] == "4"
    proof["claim"]["total_volume"] = "5"
    Path("bad.proof").write_text(json.dumps(proof), encoding="utf-8")
    assert run("verify", "bad.proof")[0] == 1
    assert run("analyze", "net.json", *BOX, "--html", "-")[1].startswith("<!DOCTYPE html>")


def test_higher_dimensions_have_reports_without_pictures(run):
    code, _, err = run("analyze", "four.json", "--domain", "0", "1", "--data", "four.csv", "--html", "a.html")
    assert (code, err) == (0, "") and "There is no picture in 4 dimensions" in read("a.html")


def test_unfinished_partitions_skip_what_they_cannot_give(run):
    words = ["--budget-cells", "2", "--data", "header.csv", "--label", "kind", "--html", "a.html"]
    code, _, err = run("analyze", "net.json", *BOX, *words, "--certificate", "a.proof")
    assert code == 3 and not os.path.exists("a.proof")
    assert "note: no data are located in an unfinished partition" in err
    assert "Not finished, the budget ran out" in read("a.html")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--data", "gone.csv"], "gone.csv: cannot read the file"),
        (["--data", "latin.csv"], "latin.csv: not a text file"),
        (["--data", "short.csv"], "short.csv: row 2: expected 2 fields, got 1"),
        (["--data", "word.csv"], "word.csv: row 3, column 'y': "),
        (["--data", "hole.csv"], "hole.csv: row 2, column 'y': expected a number, got an empty field"),
        (["--data", "nan.csv"], "nan.csv: row 2, column 'y': "),
        (["--data", "quote.csv"], "quote.csv: row 2: a quoted field does not close"),
        (
            ["--data", "header.csv"],
            "header.csv: expected 2 columns of coordinates, got 3 ('x', 'y', 'kind'); "
            "choose them by --columns, --label, --weight",
        ),
        (["--data", "header.csv", "--label", "sort"], "--label: the column 'sort' does not exist"),
        (["--data", "header.csv", "--label", "9"], "--label: "),
        (["--data", "header.csv", "--columns", "x,z"], "--columns: the column 'z' does not exist"),
        (["--data", "negative.csv", "--weight", "w"], "--weight[0]: expected a weight of at least 0"),
        (["--data", "points.csv", "--ties", "first"], "--ties: expected split, smallest, all or refuse"),
        (["--data", "points.csv", "--ties", "refuse"], "--data[1]: the point lies in 2 cells"),
        (["--data", "points.csv", "--length", "long"], "--length: expected centroid, mean, face or unit"),
        (["--data", "points.csv", "--length", "mean"], "--length: cell 3 holds no data"),
        (["--data", "points.csv", "--alpha", "0"], "--alpha: expected a rational number in (0, 1]"),
        (["--data", "points.csv", "--empty", "-1"], "--empty: expected"),
        (
            ["--data", "points.csv", "--json", "points.csv"],
            "--json: points.csv is in use: --data names it too",
        ),
        (["--label", "kind"], "--label: it says how to treat data: add --data FILE.csv"),
        (["--no-curvature"], "--no-curvature: it says how to treat data"),
        (["--svg", "a", "--color", "density"], "--color: it shows data: add --data FILE.csv"),
        (["--svg", "a", "--ricci"], "--ricci: it shows data: add --data FILE.csv"),
        (["--data", "points.csv", "--ricci"], "--ricci: "),
        (["--data", "points.csv", "--svg", "a", "--color", "class"], "--color: classes need labels"),
        (["--html", "a", "--certificate", "a"], "--certificate: a is in use: --html names it too"),
        (["--html", "no/such/a"], "--html: cannot write no/such/a"),
    ],
)
def test_bad_data_are_one_line_and_exit_code_2(run, words, message):
    before = sorted(os.listdir())
    code, out, err = run("analyze", "lines.json", *BOX, *words)
    assert err.startswith(f"error: {message}") and err.count("\n") == 1, err
    assert (code, out, sorted(os.listdir())) == (2, "", before)


def test_other_words_that_do_not_fit_are_refused(run):
    for words, message in (
        (
            ["lines.json", "--domain", "all", "--certificate", "a"],
            "--certificate: a certificate needs a bounded",
        ),
        (["line.json", "--data", "away.csv"], "away.csv: expected 1 columns of coordinates, got 2"),
        (
            ["line.json", "--data", "four.csv", "--columns", "1", "--svg", "a", "--ricci"],
            "--ricci: edges are drawn",
        ),
    ):
        code, out, err = run("analyze", *words)
        assert (code, out) == (2, "") and err.splitlines()[-1].startswith(f"error: {message}"), err
    assert load("lines.json").input_dim == 2
