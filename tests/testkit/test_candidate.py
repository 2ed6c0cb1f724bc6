"""The candidate protocol: what an adapter may do, and what is said when it does something else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from exactgeom.exact import InvalidInput
from exactgeom.testkit import loopback
from exactgeom.testkit.candidate import InProcess, Isolated, open_candidate
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.check import run_check
from exactgeom.testkit.compare import LEVELS
from exactgeom.testkit.conformance import Case, judge
from exactgeom.testkit.conformance.families import cases
from exactgeom.testkit.shapes import Array, BadAnswer, Ragged, Word, read_answer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-candidate.md"

TROUBLE = """
import os, sys, time
import numpy as np
NAME = "trouble"
print("printing at import must not disturb")

def lp(c, A, b):
    print("printing")
    os.write(1, b"from below")
    kind = int(c[0])
    if kind == 1:
        os._exit(3)
    if kind == 2:
        time.sleep(60)
    if kind == 3:
        raise ValueError("no\\nway")
    if kind == 4:
        raise NotImplementedError("not this one")
    if kind == 5:
        sys.exit(1)
    if kind == 6:
        return lambda: 0
    return {"status": "optimal", "value": kind}
"""


@pytest.fixture
def trouble(tmp_path: Path) -> str:
    path = tmp_path / "trouble.py"
    path.write_text(TROUBLE)
    return str(path)


def ask(candidate: Isolated, kind: int, seconds: float = 20.0):
    return candidate.ask("lp", {"c": [kind], "A": [], "b": []}, seconds)


def test_a_worker_survives_what_an_adapter_does(trouble: str) -> None:
    with Isolated(trouble) as candidate:
        assert candidate.description.offers == ("lp",)
        assert ask(candidate, 0).answer == {"status": "optimal", "value": 0}
        assert (ask(candidate, 1).kind, ask(candidate, 1).line) == (
            "crash",
            "the process ended with code 3",
        )
        late = ask(candidate, 2, seconds=0.2)
        assert (late.kind, late.line) == ("timeout", "no answer within 0.2 s")
        assert (ask(candidate, 3).kind, ask(candidate, 3).line) == ("error", "ValueError: no way")
        assert ask(candidate, 4).kind == "declined"
        assert ask(candidate, 5).kind == "error"
        assert "does not pickle" in ask(candidate, 6).line
        assert ask(candidate, 7).answer["value"] == 7  # after all that


def test_a_worker_is_fast_to_ask(trouble: str) -> None:
    with Isolated(trouble) as candidate:
        ask(candidate, 0)
        assert sum(ask(candidate, 0).seconds for _ in range(50)) < 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 +", "does not load: SyntaxError"),
        ("raise RuntimeError('x')", "does not load: RuntimeError: x"),
        ("import os; os._exit(5)", "does not load: crash: the process ended with code 5"),
        ("def helper(): pass", "expected a function named as one of"),
        ("ZERO_SIGN = 2\ndef betti(simplices): pass", "ZERO_SIGN: expected -1, 0 or 1, got 2"),
    ],
)
def test_a_bad_adapter_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(text)
    with pytest.raises(InvalidInput) as caught:
        open_candidate(str(path))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file"):
        open_candidate(str(tmp_path / "none.py"))
    with pytest.raises(InvalidInput, match="does not load"):
        open_candidate("no_such_module_anywhere", isolate=False)


def test_an_adapter_in_the_same_process_gets_copies() -> None:
    module = ModuleType("greedy")

    def lp(c, A, b):
        c += 1
        return {"status": "infeasible"}

    module.lp = lp
    c = np.zeros(2)
    assert InProcess(module).ask("lp", {"c": c, "A": c, "b": c}, 1).kind == "ok"
    assert c.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("shape", "value", "message"),
    [
        (Array("float", ("C",)), [1, float("nan")], r"v\[1\]: expected a finite number, got nan"),
        (Array("float", ("C",)), [[1.0]], r"v: expected float64 \(C,\), got float64 \(1, 1\)"),
        (Array("float", ("d",)), [1.0], r"v: expected float64 \(d,\) = \(2,\), got float64 \(1,\)"),
        (Array("float", ("C",)), ["a"], "v: expected float64"),
        (Array("float", ("C",)), [1j], "v: expected float64"),
        (Array("float", ("C",)), [[1], [1, 2]], "v: expected float64"),
        (Array("float", ("C",)), None, "v: expected float64"),
        (Array("float", ("C",)), [True], "v: expected float64"),
        (Array("int", ("C",)), [0.5], "v: expected int64"),
        (Array("sign", ("C", "U")), [[2]], r"v\[0, 0\]: expected -1, 0 or 1, got 2"),
        (Array("float", ()), [1.0], "v: expected float64 scalar"),
        (Ragged("int", "C"), 3, "v: expected a list of C arrays"),
        (Ragged("int", "P", columns=True), [[[0, 1]]], r"v\[0\]: expected int64 \(rows, 1\)"),
        (Word(("yes", "no")), "maybe", "v: expected 'yes' | 'no', got str 'maybe'"),
    ],
)
def test_a_wrong_shape_is_told_what_was_expected(shape, value, message: str) -> None:
    with pytest.raises(BadAnswer, match=message):
        shape.read(value, {"d": 2}, "v")


def test_letters_bind_across_an_answer() -> None:
    shape = {"points": Array("float", ("C", "d")), "volumes": Array("float", ("C",))}
    read_answer({"points": [[0, 0]], "volumes": [1]}, shape, {"d": 2})
    with pytest.raises(BadAnswer, match=r"volumes: expected float64 \(C,\) = \(1,\), got float64 \(2,\)"):
        read_answer({"points": [[0, 0]], "volumes": [1.0, 2.0]}, shape, {"d": 2})
    with pytest.raises(BadAnswer, match="expected the key 'volumes'"):
        read_answer({"points": [[0, 0]]}, shape, {"d": 2})
    with pytest.raises(BadAnswer, match="keys among"):
        read_answer({"points": [[0, 0]], "volumes": [1], "extra": 1}, shape, {"d": 2})
    with pytest.raises(BadAnswer, match="expected a dict"):
        read_answer([1], shape, {"d": 2})


@cache
def cases_of(name: str) -> list[Case]:
    return cases(name, "quick")


@pytest.mark.parametrize(
    "garbage", [None, 3, "x", [], {}, np.zeros((2, 2, 2)), object(), [[]], {"signs": 1}, ()]
)
@pytest.mark.parametrize("name", CAPABILITIES)
def test_garbage_is_a_finding_for_every_capability(name: str, garbage: object) -> None:
    case = cases_of(name)[0]
    verdict = judge(name, case.arguments, garbage, LEVELS["quick"])
    assert not verdict.passed
    assert all("\n" not in finding.line for finding in verdict.findings)


def spoiled(answer: object, how: str) -> object:
    """An answer of the right kind with everything in it spoiled."""
    if isinstance(answer, dict):
        return {key: spoiled(part, how) for key, part in answer.items()}
    if isinstance(answer, list):
        return [spoiled(part, how) for part in answer]
    if isinstance(answer, str):
        return answer
    values = np.asarray(answer)
    values = values.astype(np.int64) if values.dtype.kind == "i" else values
    if values.ndim == 0:
        return values * 0 if how == "zero" else values + 1e300
    if how == "short":
        return values[:-1]
    if how == "empty":
        return values[:0]
    if how == "twice":
        return np.concatenate([values, values])
    return {"zero": values * 0, "minus": values * 0 - 1, "large": values * 0 + 10**9}[how]


@pytest.mark.parametrize("how", ["short", "empty", "twice", "zero", "minus", "large"])
@pytest.mark.parametrize("name", CAPABILITIES)
def test_a_spoiled_answer_never_breaks_a_judge(name: str, how: str) -> None:
    for case in cases_of(name)[:3]:
        answer = getattr(loopback, name)(**case.arguments)
        verdict = judge(name, case.arguments, spoiled(answer, how), LEVELS["quick"])
        for part in (*verdict.findings, *(verdict.forensic.lines() if verdict.forensic else ())):
            assert "\n" not in str(part)


def test_the_page_names_every_function_as_it_is_called() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = set(re.findall(r"`([a-z_]+\([a-z_, A-Z]*\))`", text))
    assert {entry.signature for entry in CAPABILITIES.values()} <= rows


def test_the_page_states_the_bounds_that_are_used() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for level in LEVELS.values():
        (row,) = [line for line in text.splitlines() if line.startswith("  |") and f"`{level.name}`" in line]
        assert row.split("|")[2:4] == [f" {level.ulps:g} ", f" {level.scaled:g} "]


def test_the_adapter_on_the_page_runs_and_passes(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    path = tmp_path / "my_adapter.py"
    path.write_text(code)
    report = run_check(str(path), "full")
    assert report.candidate.name == "my library"
    row = report.row("evaluate")
    assert (row.verdict, row.failed, report.exit_code) == ("pass", 0, 0)
    assert row.declined == 3  # leaky ReLU, abs, hard tanh
    assert row.worst_ulps is not None


def test_a_library_without_zero_may_say_so() -> None:
    module = ModuleType("no_zero")

    def locate(model, points):
        if model["kind"] != "arrangement":
            raise NotImplementedError
        return np.where(points @ model["normals"].T > model["offsets"], 1, -1)

    module.locate = locate
    assert run_check(module, capabilities=["locate"], shrink=False).row("locate").failed
    module.ZERO_SIGN = -1
    assert not run_check(module, capabilities=["locate"], shrink=False).row("locate").failed
