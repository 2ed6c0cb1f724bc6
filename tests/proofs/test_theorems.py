"""The theorem registry: every verdict as stated, broken files reported, the page followed literally."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.report.prove import ProveRequest, run_prove
from exactgeom.testkit.registry import (
    Case,
    Finding,
    Theorem,
    claim,
    equal,
    examine,
    load_theorem,
    prove,
    theorem_files,
)

ROOT = Path(__file__).resolve().parents[2]
FILES = theorem_files()
PAGE = ROOT / "docs" / "adding-a-theorem.md"


@pytest.mark.parametrize("name", FILES)
def test_verdict_is_as_stated(name: str) -> None:
    """A part of each family; `exactgeom prove` runs all of them."""
    [result] = prove([name], full=False)
    assert result.is_as_stated, (
        f"was {result.verdict}, but should be {result.theorem.expected}: {result.reason}"
    )
    assert result.checked > 0
    document = json.loads(json.dumps(result.to_json()))
    assert document["verdict"] == result.theorem.expected and document["schema"] == "exactgeom/theorem-1"
    if result.verdict == "fails":
        assert result.counterexample is not None and document["counterexample"]["facts"]
    for pair in (result.example, result.counterexample):
        for certificate in pair[1].certificates if pair else ():
            assert eg.verify(dict(certificate))


def test_the_registry_is_large_and_knows_false_statements() -> None:
    theorems = [load_theorem(path) for path in FILES.values()]
    assert len(theorems) >= 30
    assert sum(t.expected == "fails" for t in theorems) >= 6
    assert {t.scope for t in theorems} == {"symbolic", "exhaustive", "instances"}


def theorem(check: Any, **changes: Any) -> Theorem:
    given: dict[str, Any] = {
        "statement": "n = n",
        "hypotheses": "n is a number",
        "source": "planted",
        "scope": "exhaustive",
        "over": "0, 1, 2",
        "instances": lambda full: range(3),
        "check": check,
    }
    return Theorem(**(given | changes))


def test_a_false_claim_fails_with_its_first_counterexample() -> None:
    result = examine("planted", theorem(lambda n: equal(left=n, right=min(n, 1))))
    assert result.verdict == "fails" and not result.is_as_stated
    assert result.counterexample is not None and result.counterexample[0] == "2"
    assert result.to_json()["counterexample"] == {"instance": "2", "facts": {"left": 2, "right": 1}}


def test_hypotheses_are_checked_first() -> None:
    def never(_: Any) -> Finding:
        raise AssertionError("the hypothesis is not met")

    result = examine("planted", theorem(never, unmet=lambda n: "n is no vector"))
    assert result.verdict == "hypothesis not met" and result.unmet == {"n is no vector": 3}
    assert not result.is_as_stated


def test_an_undecided_comparison_is_unknown_and_never_holds() -> None:
    def undecided(n: int) -> Finding:
        if n == 1:
            raise eg.UndecidedError("too close")
        return claim(True)

    result = examine("planted", theorem(undecided))
    assert result.verdict == "unknown" and "too close" in result.reason


def test_a_counterexample_beats_an_open_question() -> None:
    def check(n: int) -> Finding:
        if n == 0:
            raise eg.UndecidedError("too close")
        return claim(n != 2)

    assert examine("planted", theorem(check)).verdict == "fails"


def test_code_that_raises_is_broken_not_true() -> None:
    result = examine("planted", theorem(lambda n: 1 // 0))
    assert result.verdict == "broken" and "ZeroDivisionError" in result.reason and not result.is_as_stated
    assert examine("planted", theorem(lambda n: True)).verdict == "broken"


def test_time_out_is_unknown() -> None:
    assert examine("planted", theorem(lambda n: claim(True)), seconds=-1).verdict == "unknown"


@pytest.mark.parametrize(
    "changes", [{"statement": " "}, {"scope": "all"}, {"expected": "maybe"}, {"check": 3}]
)
def test_a_theorem_without_its_parts_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(eg.InvalidInput):
        theorem(**({"check": lambda n: claim(True)} | changes))


def test_a_finding_is_decided() -> None:
    with pytest.raises(eg.InvalidInput, match="True or False"):
        claim(1)  # type: ignore[arg-type]
    with pytest.raises(eg.InvalidInput, match="at least two"):
        equal(left=1)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("THEOREM = 3", "expected a Theorem named THEOREM"),
        ("import nowhere", "ModuleNotFoundError"),
        ("def", "SyntaxError"),
        ("", "expected a Theorem named THEOREM"),
    ],
)
def test_a_broken_theorem_file_is_reported_by_name(tmp_path: Path, source: str, message: str) -> None:
    (tmp_path / "planted.py").write_text(source, encoding="utf-8")
    with pytest.raises(eg.InvalidInput, match=message) as caught:
        prove(["planted"], folders=[tmp_path])
    assert "planted.py" in str(caught.value)


def test_unknown_names_get_a_hint() -> None:
    with pytest.raises(eg.InvalidInput, match="did you mean zaslavsky"):
        prove(["zaslavski"])
    with pytest.raises(eg.InvalidInput, match="folder"):
        theorem_files(["/nowhere"])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "euler.py").write_text("", encoding="utf-8")
    with pytest.raises(eg.InvalidInput, match="has that name too"):
        theorem_files([tmp_path])


def test_a_wrong_library_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break a volume and a Betti number: the theorems notice."""
    monkeypatch.setattr(eg.Polytope, "volume", property(lambda self: 1))
    assert [r.verdict for r in prove(["lawrence", "pick"], full=False)] == ["fails", "fails"]
    monkeypatch.setattr(eg.SimplicialComplex, "betti", lambda self: [1])
    assert [r.verdict for r in prove(["gauss_bonnet", "curvature_sums"], full=False)] == ["fails", "fails"]


def test_theorems_on_a_model_of_ones_own() -> None:
    net = eg.Network(
        [eg.Linear([[1, 2], [3, -1], [1, 1]], [0, 1, "1/2"]), eg.ReLU(), eg.Linear([[1, 1, 1]], [0])]
    )
    results = {r.name: r for r in prove(case=Case(net, eg.box(-1, 1, dim=2)))}
    assert all(r.is_as_stated for r in results.values())
    assert results["euler"].verdict == results["serra_bound"].verdict == "holds"
    assert results["zaslavsky"].verdict == results["pick"].verdict == "hypothesis not met"
    assert results["embedded_is_definite"].verdict == "fails"


def test_the_command_reports_and_exits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found.json"
    assert run_prove(ProveRequest(["zaslavsky", "overlap_assembled"], quick=True, json=str(out))) == 0
    said = capsys.readouterr().out
    assert "against it" in said and "2 statements: 1 holds, 1 fails; all as stated" in said
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["as_stated"] and len(document["theorems"]) == 2
    assert eg.verify(document["theorems"][1]["counterexample"]["certificates"])


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    snippet = first_snippet()
    (tmp_path / "false.py").write_text(snippet.replace("right=", "right=1 + "), encoding="utf-8")
    (tmp_path / "slow.py").write_text(snippet, encoding="utf-8")
    assert run_prove(ProveRequest(["false"], folders=[str(tmp_path)])) == 1
    assert run_prove(ProveRequest(["slow"], folders=[str(tmp_path)], seconds=1e-12)) == 3
    assert "not as stated" in capsys.readouterr().out
    with pytest.raises(eg.InvalidInput, match="needs a model"):
        run_prove(ProveRequest(domain="all"))


def first_snippet() -> str:
    found = re.search(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def test_the_page_followed_literally_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its file, under its name, run by its command."""
    text = PAGE.read_text(encoding="utf-8")
    name = re.search(r"Save it as `my_theorems/(\w+)\.py`", text)
    assert name and f"exactgeom prove {name[1]} --folder my_theorems" in text
    (tmp_path / f"{name[1]}.py").write_text(first_snippet(), encoding="utf-8")
    assert run_prove(ProveRequest([name[1]], folders=[str(tmp_path)])) == 0
    said = " ".join(capsys.readouterr().out.split())
    for line in re.findall(r"^    (shoelace .*?)\s+\d", text, re.MULTILINE):
        assert " ".join(line.split()) in said
