"""The whole check: our library passes, mutants do not, failures shrink, reports say what happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from exactgeom.exact import InvalidInput
from exactgeom.testkit import loopback
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.check import replay, run_check
from exactgeom.testkit.compare import LEVELS
from exactgeom.testkit.conformance import Case, InvalidProblem, judge
from exactgeom.testkit.conformance.families import cases
from exactgeom.testkit.conformance.models import arrangement
from exactgeom.testkit.conformance.reductions import simpler_numbers, smaller
from exactgeom.testkit.examples import case_document, decode, encode, read_case
from exactgeom.testkit.mutants import MUTANTS
from exactgeom.testkit.oracles import exact_model

ROOT = Path(__file__).resolve().parents[2]


def module(name: str = "mine", **functions) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(functions)
    return made


def zeros(nodes, edges):
    return np.zeros(len(edges))


# -- the loopback ------------------------------------------------------------------------------------


def assert_passes(capability: str, level: str) -> None:
    report = run_check(loopback, level, capabilities=[capability], shrink=False)
    row = report.row(capability)
    assert [failure.lines() for failure in report.failures] == []
    assert (row.verdict, row.declined, row.passed) == ("pass", 0, len(cases(capability, level)))
    assert row.worst_ulps in (None, 0.0)
    assert report.exit_code == 0


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_our_own_library_passes(capability: str) -> None:
    assert_passes(capability, "quick")


@pytest.mark.deep
@pytest.mark.parametrize("level", ["full", "hostile"])
@pytest.mark.parametrize("capability", CAPABILITIES)
def test_our_own_library_passes_at_every_level(capability: str, level: str) -> None:
    assert_passes(capability, level)


@pytest.mark.parametrize("capability", ["cell_volumes", "lp"])
def test_our_own_library_passes_hostile_problems(capability: str) -> None:
    assert_passes(capability, "hostile")


def test_our_own_library_offers_everything() -> None:
    assert set(CAPABILITIES) == set(loopback.__all__)


# -- mutants -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "merged-slivers",
        "facet-twice",
        "arcsine-branch",
        "strict-split",
        "single-precision",
        "squared-costs",
    ],
)
def test_classic_mutants_are_caught_in_a_quick_check(name: str) -> None:
    """The whole zoo has a test file of its own."""
    mutant = MUTANTS[name]
    report = run_check(mutant.module(), "quick", shrink=False)
    kinds = {kind for failure in report.failures for kind in failure.outcome.kinds}
    assert report.exit_code == 1
    assert mutant.caught_by <= kinds
    assert {row.capability for row in report.rows if row.failed} == set(mutant.functions)


# -- verdicts ----------------------------------------------------------------------------------------


def test_what_is_missing_or_declined_never_passes() -> None:
    def lp(c, A, b):
        raise NotImplementedError

    report = run_check(module(lp=lp))
    assert report.row("lp").verdict == "declined"
    assert report.row("betti").verdict == "not offered"
    assert report.exit_code == 3
    assert "pass" not in {row.verdict for row in report.rows}


@pytest.mark.parametrize(
    ("answer", "kind", "line"),
    [
        (lambda edges: np.full(len(edges), np.nan), "shape", "answer[0]: expected a finite number, got nan"),
        (lambda edges: 3, "shape", "answer: expected float64 (E,) = (4,), got int64 ()"),
        (lambda edges: 1 / 0, "error", "error: ZeroDivisionError: division by zero"),
    ],
)
def test_trouble_is_a_failure_in_one_line(answer, kind: str, line: str) -> None:
    report = run_check(module(forman_ricci=lambda nodes, edges: answer(edges)), shrink=False)
    (finding,) = report.failures[0].outcome.judgement.findings
    assert (finding.kind, finding.line) == (kind, line)
    assert report.exit_code == 1


def test_no_time_is_unknown() -> None:
    report = run_check(module(forman_ricci=zeros), seconds=0)
    assert (report.row("forman_ricci").verdict, report.exit_code) == ("unknown", 3)


def test_after_two_timeouts_a_capability_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from exactgeom.testkit import check, compare

    impatient = compare.Level("quick", 64, 4096, 0.01)
    monkeypatch.setattr(check, "level_named", lambda name: impatient)

    def forman_ricci(nodes, edges):
        time.sleep(0.02)
        return np.zeros(len(edges))

    row = run_check(module(forman_ricci=forman_ricci)).row("forman_ricci")
    assert (row.failed, row.unknown > 0, row.verdict) == (2, True, "fail")


def test_bad_requests_are_refused() -> None:
    with pytest.raises(InvalidInput, match="level"):
        run_check(loopback, "strict")
    with pytest.raises(InvalidInput, match="capabilities"):
        run_check(loopback, capabilities=["volume"])
    with pytest.raises(InvalidInput, match="adapter"):
        run_check(module(helper=zeros))


def test_the_progress_counts_questions() -> None:
    seen = []
    run_check(module(forman_ricci=zeros), shrink=False, progress=lambda *state: seen.append(state))
    assert seen[0] == ("forman_ricci/path", 0, len(seen))


# -- shrinking and examples --------------------------------------------------------------------------


def test_a_failure_shrinks_to_the_smallest_model() -> None:
    def cell_volumes(model, lo, hi):
        found = loopback.cell_volumes(model, lo, hi)
        return {**found, "volumes": found["volumes"] * (1.001 if model["kind"] == "network" else 1)}

    report = run_check(module(cell_volumes=cell_volumes))
    model = report.failures[0].minimal.case.arguments["model"]
    assert [layer["weight"].shape for layer in model["layers"] if "weight" in layer] == [(1, 1), (1, 1)]


def test_a_tree_and_a_graph_and_a_complex_shrink() -> None:
    def locate(model, points):
        return loopback.locate(model, points) + (model["kind"] == "tree") * (points[:, :1] > 0).astype(int)

    def betti(simplices):
        return loopback.betti(simplices) + (len(simplices) > 2)

    def forman_ricci(nodes, edges):
        return loopback.forman_ricci(nodes, edges) + (nodes > 3)

    report = run_check(module(locate=locate, betti=betti, forman_ricci=forman_ricci))
    small = {f.outcome.case.capability: f.minimal.case.arguments for f in reversed(report.failures)}
    assert (small["locate"]["model"]["feature"].tolist(), len(small["locate"]["points"])) == ([-1], 1)
    assert [len(rows) for rows in small["betti"]["simplices"]] == [3, 3, 1]
    assert (small["forman_ricci"]["nodes"], len(small["forman_ricci"]["edges"])) == (4, 3)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_smaller_problems_are_problems_of_the_same_kind(capability: str) -> None:
    """Each of them is either answered and passed by the loopback, or no problem at all."""
    function, valid = getattr(loopback, capability), 0
    for case in cases(capability, "quick")[1:3]:
        steps = [*smaller(case.arguments)][:12] + [*simpler_numbers(case.arguments)][:6]
        for arguments in steps:
            try:
                verdict = judge(capability, arguments, function(**arguments), LEVELS["full"])
            except (InvalidProblem, InvalidInput, ValueError, ArithmeticError):
                continue
            assert verdict.passed, verdict.findings
            valid += 1
    assert valid or capability in ("wasserstein", "scalar_curvature")


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_cases_survive_json_to_the_last_bit(capability: str) -> None:
    for case in cases(capability, "full")[:6]:
        document = json.loads(json.dumps(case_document(case)))
        again = read_case(document)
        assert (again.capability, again.family) == (case.capability, case.family)
        assert encode(again.arguments) == encode(case.arguments)
        assert case_document(again) == document


def test_empty_arrays_keep_their_shape() -> None:
    for empty in (np.zeros((0, 3)), np.zeros((1, 0), dtype=np.int64)):
        again = decode(json.loads(json.dumps(encode(empty))))
        assert (again.shape, again.dtype) == (empty.shape, empty.dtype)


def test_an_example_carries_the_model_as_the_command_reads_it() -> None:
    case = Case(
        "partition", "mine", {"model": arrangement([[0.1]], [0.5]), "lo": np.zeros(1), "hi": np.ones(1)}
    )
    document = case_document(case)["exact_model"]
    assert document["hyperplanes"][0]["normal"] == ["3602879701896397/36028797018963968"]
    assert type(exact_model(case.arguments["model"])).from_json(document) == exact_model(
        case.arguments["model"]
    )


def test_a_document_that_is_no_case_is_refused() -> None:
    with pytest.raises(InvalidInput, match="schema"):
        read_case({"schema": "other"})
    with pytest.raises(InvalidInput, match="capability"):
        read_case({"schema": "exactgeom/conformance-case-1", "capability": "other", "arguments": {}})


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.py"
    path.write_text("NAME = 'wrong <b>'\ndef forman_ricci(nodes, edges):\n    return [1.5] * len(edges)\n")
    return path


def test_the_snippet_of_a_failure_reproduces_it(wrong: Path) -> None:
    report = run_check(str(wrong))
    entry = report.to_json()["failures"][0]
    done = subprocess.run(
        [sys.executable, "-c", entry["snippet"]],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert entry["minimal_findings"][0]["line"] in done.stdout
    assert replay(str(wrong), entry["example"]) == done.stdout.rstrip("\n")


# -- reports -----------------------------------------------------------------------------------------


def test_the_report_in_three_forms(wrong: Path) -> None:
    report = run_check(str(wrong), shrink=False)
    document = json.loads(json.dumps(report.to_json()))
    assert document["schema"] == "exactgeom/conformance-report-1"
    assert document["level"]["ulps"] == 64
    assert [row["name"] for row in document["capabilities"]] == list(CAPABILITIES)
    row = next(row for row in document["capabilities"] if row["name"] == "forman_ricci")
    assert (row["verdict"], row["fail"], row["pass"]) == ("fail", 7, 0)
    assert row["worst_ulps"] > 1e10
    table = report.table()
    assert "FAIL forman_ricci/path" in table
    assert "was 1.5, but should be" in table
    assert table.splitlines()[-1].startswith("wrong <b> at level quick: 1 fail, 27 not offered")
    html = report.to_html()
    assert "wrong &lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<tr") == len(CAPABILITIES) + 1


def test_families_are_deterministic_and_levels_grow() -> None:
    for name in CAPABILITIES:
        quick, full, hostile = ({c.name for c in cases(name, level)} for level in LEVELS)
        assert quick <= full <= hostile
        assert len(cases(name, "hostile")) == len(hostile)  # names are unique
        again = [encode(c.arguments) for c in cases(name, "quick")]
        assert again == [encode(c.arguments) for c in cases(name, "quick")]
