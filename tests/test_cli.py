"""The command as a user meets it: results on stdout, one line of trouble on stderr, honest exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

import exactgeom
from exactgeom.cli import main
from exactgeom.models import Arrangement, load
from exactgeom.report import analysis, outputs

NET = {
    "schema": "exactgeom/network-1",
    "input_dim": 2,
    "layers": [
        {"type": "linear", "weight": [["1", "1/3"], ["2", "-1"]], "bias": ["0", "1/7"]},
        {"type": "relu"},
        {"type": "linear", "weight": [["1", "1"]], "bias": ["1/10"]},
    ],
}
LINES = Arrangement([([1, 0], 0), ([1, 1], "1/2")]).to_json()
SIDES = [([1, 0], "1"), ([-1, 0], "0"), ([0, 1], "1"), ([0, -1], "0")]


def polytope(sides, dim=2, **more):
    rows = [{"a": a, "b": b} for a, b in sides]
    return {"schema": "exactgeom/polytope-1", "dim": dim, "inequalities": rows, **more}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the files the commands below name."""
    monkeypatch.chdir(tmp_path)
    documents = {
        "net.json": NET,
        "lines.json": LINES,
        "square.json": polytope(SIDES),
        "triangle.json": polytope([([-1, 0], "0"), ([0, -1], "0"), ([1, 1], "1")]),
        "segment.json": polytope(SIDES, equations=[{"a": [1, 1], "b": 1}]),
        "empty.json": polytope([*SIDES, ([1, 0], "-1")]),
        "halfplane.json": polytope([([1, 0], 1)]),
        "cube.json": polytope([([s * (k == i) for k in range(3)], 1) for i in range(3) for s in (1, -1)], 3),
        "vast.json": polytope([], dim=10**9),
        "other.json": {"schema": "exactgeom/song-1"},
        "list.json": [1, 2],
        "nan.json": {"schema": "exactgeom/arrangement-1", "dim": 1, "hyperplanes": [float("nan")]},
        "four.json": Arrangement([], dim=4).to_json(),
    }
    for name, document in documents.items():
        (tmp_path / name).write_text(json.dumps(document))
    (tmp_path / "latin.json").write_bytes(b'{"schema": "\xe9"}')
    (tmp_path / "broken.json").write_text('{"schema": ')
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.fixture
def run(here, capsys):
    """Run a command line in this process: (exit code, stdout, stderr)."""

    def call(*words):
        code = main(list(words))
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return call


def partition_of(run, *words):
    code, out, _ = run("analyze", *words, "--json", "-")
    assert code == 0
    return json.loads(out)


# -- what works -----------------------------------------------------------------------------------


def test_table_shows_the_summary_and_the_cells(run):
    code, out, err = run("analyze", "net.json", "--domain", "-1", "1")
    assert (code, err) == (0, "")
    for part in ("network 2-2-1", "[-1, 1]²", "f-vector", "distinct affine maps", "cells by size", "++"):
        assert part in out
    assert "\x1b" not in out


def test_default_domain_is_announced(run):
    code, _, err = run("analyze", "net.json")
    assert code == 0
    assert err == "no --domain was given: using [-1, 1]^2\n"
    assert partition_of(run, "net.json") == partition_of(run, "net.json", "--domain", "-1", "1")
    assert run("analyze", "lines.json")[2] == "no --domain was given: using [-1, 1]^2\n"


@pytest.mark.parametrize(
    ("words", "area"),
    [
        (["net.json", "--domain", "-1", "1"], 4),
        (["--domain", "-1", "1", "net.json"], 4),
        (["net.json", "--domain=-1", "1"], 4),
        (["--domain=-1", "1", "net.json"], 4),
        (["net.json", "--domain=-1 1"], 4),
        (["net.json", "--domain", "-1/2", "1e-3"], Fraction(501, 1000) ** 2),
        (["--domain", "-1e-3", "0.1", "net.json"], Fraction(101, 1000) ** 2),
        (["net.json", "--domain", "-2", "-1"], 1),
        (["net.json", "--domain", "-.5", "+.5"], 1),
        (["net.json", "--domain", "triangle.json"], Fraction(1, 2)),
        (["--domain=triangle.json", "net.json"], Fraction(1, 2)),
        (["square.json"], 1),
        (["--domain", "0", "1", "--", "lines.json"], 1),
    ],
)
def test_every_form_of_the_domain_is_exact(run, words, area):
    # Options go before a "--" if there is one.
    code, out, _ = run("analyze", "--json", "-", *words)
    assert code == 0
    assert json.loads(out)["total_volume"] == str(Fraction(area))


def test_all_of_space(run):
    document = partition_of(run, "lines.json", "--domain", "all")
    assert document["total_volume"] is None
    assert document["f_vector"] == [1, 4, 4]
    assert "infinite" in run("analyze", "lines.json", "--domain", "all")[1]


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_nothing_cuts_all_of_space(run, here, dim):
    (here / "none.json").write_text(json.dumps(Arrangement([], dim=dim).to_json()))
    document = partition_of(run, "none.json", "--domain", "all")
    assert (document["f_vector"], document["facets"]) == ([0] * dim + [1], [])
    assert len(document["cells"][0]["lineality"]) == dim
    code, out, _ = run("analyze", "none.json", "--domain", "all", "--svg", "none.svg")
    assert (code, "infinite" in out) == (0, True)


def test_flat_polytope_is_a_subject(run):
    document = partition_of(run, "segment.json")
    assert (document["dimension"], document["f_vector"]) == (1, [2, 1])
    assert run("analyze", "segment.json", "--svg", "-")[1].startswith("<svg")


def test_files_are_written_whole(run, here):
    before = set(os.listdir(here))
    code, out, _ = run("analyze", "net.json", "--domain", "0", "1", "--json", "p.json", "--svg", "p.svg")
    assert code == 0
    assert "network" in out
    assert set(os.listdir(here)) - before == {"p.json", "p.svg"}
    assert json.loads(Path("p.json").read_text())["total_volume"] == "1"
    assert Path("p.svg").read_text().endswith("</svg>\n")


def test_standard_output_takes_one_result_and_nothing_else(run):
    code, out, _ = run("analyze", "net.json", "--domain", "0", "1", "--svg", "-", "--color", "map")
    assert code == 0
    assert out.startswith("<svg")
    assert out.endswith("</svg>\n")
    code, out, _ = run("analyze", "net.json", "--domain", "0", "1", "--svg", "p.svg", "--json", "-")
    assert code == 0
    json.loads(out)


@pytest.mark.parametrize("name", ["net.json", "lines.json", "square.json", "segment.json"])
def test_convert_is_canonical_and_keeps_the_model(run, name):
    assert run("convert", name, "out.json")[:2] == (0, "")
    code, out, _ = run("convert", "out.json")
    assert (code, out) == (0, Path("out.json").read_text())
    if name in ("net.json", "lines.json"):
        assert load(name) == load("out.json")


def test_version_and_help(run):
    assert run("--version") == (0, f"exactgeom {exactgeom.__version__}\n", "")
    for words in (["--help"], ["analyze", "--help"]):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert "exactgeom analyze net.json --domain -1/2 0.5 --svg cells.svg --color map" in out


# -- budget ---------------------------------------------------------------------------------------


def test_spent_budget_reports_what_is_finished(run):
    code, out, err = run("analyze", "net.json", "--domain", "-1", "1", "--budget-cells", "2", "--json", "-")
    document = json.loads(out)
    assert code == 3
    assert err.startswith("error: budget: ")
    assert err.count("\n") == 1
    assert document["incomplete"] in err
    assert document["total_volume"] == "4"


@pytest.mark.parametrize("extra", [[], ["--svg", "p.svg"], ["--svg", "p.svg", "--color", "map"]])
@pytest.mark.parametrize("domain", [["0", "1"], ["all"]])
def test_spent_budget_still_ends_in_order(run, extra, domain):
    code, out, _ = run("analyze", "net.json", "--domain", *domain, "--budget-cells", "1", *extra)
    assert code == 3
    assert "cells" in out


def test_enough_budget_changes_nothing(run):
    plain = partition_of(run, "net.json", "--domain", "-1", "1")
    budget = ["--budget-cells", "1000", "--budget-seconds", "600.5"]
    assert partition_of(run, "net.json", "--domain", "-1", "1", *budget) == plain


def test_reading_and_measuring_obey_the_budget_too(run, monkeypatch):
    monkeypatch.setattr(analysis, "_LEAST_SECONDS", 0.3)
    with monkeypatch.context() as slow:
        slow.setattr(analysis, "load_subject", lambda *_: time.sleep(60))
        code, _, err = run("analyze", "net.json", "--budget-seconds", "0.3")
    assert (code, err) == (3, "error: budget: reading took longer than 0.3 seconds\n")
    monkeypatch.setattr(outputs, "print_partition", lambda *_, **__: time.sleep(60))
    code, _, err = run("analyze", "net.json", "--domain", "0", "1", "--budget-seconds", "0.3")
    assert (code, err) == (3, "error: budget: measuring took longer than 0.3 seconds\n")


@pytest.mark.parametrize("domain", [[], ["--domain", "0", "1"], ["--domain", "all"]])
def test_boxes_of_too_many_dimensions_are_refused(run, domain):
    layer = {"type": "linear", "weight": [[1] * 13], "bias": [0]}
    document = {"schema": "exactgeom/network-1", "input_dim": 13, "layers": [layer]}
    Path("wide.json").write_text(json.dumps(document))
    code, out, err = run("analyze", "wide.json", *domain)
    assert (code, out) == (2, "")
    assert err.startswith("error: --domain: 13 dimensions make at least ")
    assert err.count("\n") == 1


# -- what does not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "command line: "),
        (["dance"], "command line: No such command 'dance'"),
        (["analyze"], "command line: Missing argument 'MODEL'"),
        (["analyze", "net.json", "more.json"], "command line: Got unexpected extra argument"),
        (["analyze", "net.json", "--pdf", "x.pdf"], "command line: No such option: --pdf"),
        (
            ["analyze", "net.json", "--budget-cells", "many"],
            "command line: Invalid value for '--budget-cells'",
        ),
        (["analyze", "net.json", "--budget-cells", "0"], "--budget-cells: expected a positive number"),
        (["analyze", "net.json", "--budget-seconds", "nan"], "--budget-seconds: expected a positive number"),
        (["analyze", "net.json", "--color", "map"], "--color: a colour needs a picture"),
        (
            ["analyze", "net.json", "--svg", "a", "--color", "red"],
            "--color: expected volume, map, density, class, curvature, defect or combinatorial, got 'red'",
        ),
        (
            ["analyze", "lines.json", "--svg", "a", "--color", "map"],
            "color: this model has no affine maps",
        ),
        (["analyze", "nowhere.json"], "nowhere.json: cannot read the file"),
        (["analyze", ""], ": cannot read the file"),
        (["analyze", "folder"], "folder: cannot read the file"),
        (["analyze", "latin.json"], "latin.json: not a JSON file"),
        (["analyze", "broken.json"], "broken.json: not a JSON file"),
        (["analyze", "list.json"], "list.json: "),
        (["analyze", "other.json"], 'other.json: schema: expected one of "exactgeom/network-1"'),
        (["analyze", "nan.json"], "nan.json: hyperplanes[0]"),
        (["analyze", "empty.json"], "empty.json: "),
        (["analyze", "halfplane.json"], "halfplane.json: "),
        (["analyze", "vast.json"], "vast.json: dim: declares more than"),
        (["analyze", "four.json", "--svg", "a"], "svg: a picture needs 1 to 3 dimensions"),
        (["analyze", "square.json", "--domain", "0", "1"], "--domain: a polytope is its own domain"),
        (["analyze", "net.json", "--domain", "1", "1"], "--domain: LO must be less than HI"),
        (["analyze", "net.json", "--domain", "2", "1"], "--domain: LO must be less than HI"),
        (["analyze", "net.json", "--domain", "nan", "1"], "--domain LO: expected"),
        (["analyze", "net.json", "--domain", "0", "1/0"], "--domain HI: denominator is zero"),
        (["analyze", "net.json", "--domain", "0"], "--domain: expected HI after LO = 0, got nothing"),
        (["analyze", "--domain", "0", "net.json"], "--domain: expected HI after LO = 0, got 'net.json'"),
        (["analyze", "net.json", "--domain"], "--domain: expected LO HI, a polytope file, or all"),
        (["analyze", "net.json", "--domain", "nowhere.json"], "nowhere.json: cannot read the file"),
        (
            ["analyze", "net.json", "--domain", "net.json"],
            'net.json: schema: expected "exactgeom/polytope-1"',
        ),
        (["analyze", "net.json", "--domain", "cube.json"], "cube.json: dim: the model has 2 inputs"),
        (["analyze", "net.json", "--domain", "segment.json"], "segment.json: the domain is flat"),
        (["analyze", "net.json", "--domain", "halfplane.json"], "halfplane.json: "),
        (["analyze", "net.json", "--json", "-", "--svg", "-"], "--svg: standard output takes one result"),
        (["analyze", "net.json", "--json", "net.json"], "--json: net.json is in use: MODEL names it too"),
        (["analyze", "net.json", "--json", "no/such/a"], "--json: cannot write no/such/a"),
        (["analyze", "net.json", "--svg", "folder"], "--svg: folder is a directory"),
        (["analyze", "net.json", "--json", "--domain", "0", "1"], "--json: expected a file name or -"),
        (["convert", "other.json"], "other.json: schema: expected one of"),
        (["convert", "net.json", "folder"], "OUT: folder is a directory"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run, here, words, message):
    before = sorted(os.listdir(here))
    code, out, err = run(*words)
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1
    assert (code, out) == (2, "")
    assert sorted(os.listdir(here)) == before


# -- the outer world ------------------------------------------------------------------------------

COMMAND = [sys.executable, "-c", "import sys; from exactgeom.cli import main; sys.exit(main())"]


def test_process_exit_codes(here):
    for words, code in ([["analyze", "net.json", "--domain", "-1", "1"], 0], [["analyze", "x"], 2]):
        done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert "Traceback" not in done.stderr


def test_memory_that_is_not_there_is_one_line(here):
    program = (
        "import sys, exactgeom.report.inputs as inputs\n"
        "inputs.load = lambda path: bytearray(1 << 46)\n"
        "from exactgeom.cli import main\nsys.exit(main())"
    )
    command = [sys.executable, "-c", program, "convert", "net.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "error: memory: not enough for this input\n")


def test_the_command_leaves_memory_to_others():
    program = (
        "import os, resource, sys\nfrom exactgeom.cli import main\nmain()\n"
        "all_ = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')\n"
        "sys.exit(not 0 < resource.getrlimit(resource.RLIMIT_AS)[0] < all_)"
    )
    done = subprocess.run([sys.executable, "-c", program, "--version"], capture_output=True, check=False)
    assert done.returncode == 0


def test_closed_pipe_is_silent(here):
    words = " ".join(f"'{word}'" for word in COMMAND)
    script = f"{words} analyze net.json --domain 0 1 --json - | true"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_interrupt_is_one_line(here):
    program = (
        "import sys, time, exactgeom.report.inputs as inputs\n"
        "def wait(path):\n print('ready', flush=True)\n time.sleep(60)\n"
        "inputs.load = wait\n"
        "from exactgeom.cli import main\nsys.exit(main(['convert', 'net.json']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"error: interrupted\n")


def test_ascii_terminals_get_ascii(here):
    done = subprocess.run(
        [*COMMAND, "analyze", "net.json"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0
    assert b"f-vector" in done.stdout
