"""Laws of bad input: whatever a file holds, the checker ends soon, in one line, and never accepts it."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.certificates import certificate, checker, verify, write_certificate
from exactgeom.certificates.document import bundle, cell, sparse, system
from exactgeom.cli import main
from tests.certificates.makers import NET, PENTAGON, SQUARE, one_of_each

FACET = {"system": SQUARE, "row": 0}
GOOD = certificate("facet", FACET, {"point": ["1", "0"]})
HEAD = '{"schema": "exactgeom/certificate-1", "kind": "facet", "claim": '
ANYTHING: list[Any] = [None, True, 0, -1, 1.5, "", "x", "1e5", "1.0", "1/0", "nan", [], [[]], {}, {"a": 1}]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["verify", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 200_000,
        '{"a":' * 100_000,
        HEAD + "[" * 100_000 + "]" * 100_000 + "}",
        '{"schema": NaN}',
        '{"schema": Infinity}',
        "[-Infinity]",
        '{"schema": 1, "schema": 2}',
        HEAD + "9" * 1_000_000 + "}",
        HEAD
        + '{"system": {"low": ["0"], "high": ["'
        + "9" * 2_000_000
        + '"]}, "row": 0}, "evidence": {"point": ["1"]}}',
        json.dumps({"schema": checker.SCHEMA, "certificates": []}),
        json.dumps({"schema": "exactgeom/certificate-2", "certificates": [GOOD]}),
        json.dumps(GOOD | {"extra": 1}),
        json.dumps([GOOD]),
        "null",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
    ids=lambda text: f"{text[:20]}…{len(text)}",
)
def test_a_hostile_file_is_bad_input_in_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    start = time.monotonic()
    code, out, err = run(capsys, str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert len(err) < 1000
    assert checker.main([str(file)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert time.monotonic() - start < 20


def test_wrong_types_everywhere_are_refused_and_never_accepted() -> None:
    for name, document in one_of_each().items():
        stack: list[tuple[Any, ...]] = [("claim",), ("evidence",)]
        while stack:
            path = stack.pop()
            parent: Any = document
            for step in path[:-1]:
                parent = parent[step]
            value = parent[path[-1]]
            if isinstance(value, dict | list) and len(path) < 4:
                steps = list(value) if isinstance(value, dict) else range(min(len(value), 2))
                stack += [(*path, step) for step in steps]
            for bad in ANYTHING:
                if bad == value or (bad == 0 and type(value) is int):
                    continue
                mutant = json.loads(json.dumps(document))
                place = mutant
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = bad
                try:
                    verdict = checker.check(mutant, 20)[0]
                except checker.Malformed as error:
                    assert len(str(error)) < 300
                else:
                    optional = path[-1] in {"strict", "definite", "cos"} or bad in ([], None)
                    optional = optional or type(bad) is int  # a number: see the fuzzer
                    assert verdict.holds is not True or optional, (name, path, bad)


@pytest.mark.parametrize("depth", [50, 900, 20_000])
def test_domains_nested_in_cells_do_not_overflow(depth: int) -> None:
    domain: Any = SQUARE
    for _ in range(depth):
        domain = {"model": NET, "signs": "+++", "domain": domain}
    with pytest.raises(eg.InvalidInput):
        verify(certificate("feasible", {"system": domain}, {"point": ["0", "0"]}))


def test_a_system_that_names_itself_is_refused() -> None:
    loop = {"model": "net", "signs": "+++", "domain": "loop"}
    for systems in ({"loop": loop}, {"loop": "loop"}):
        document = bundle(
            [certificate("facet", {"system": "loop", "row": 0}, {"point": ["0", "0"]})],
            systems=systems,
            models={"net": NET},
        )
        with pytest.raises(eg.InvalidInput):
            verify(document)


def test_a_huge_dimension_costs_nothing() -> None:
    start = time.monotonic()
    for claim in (
        {"system": {"dim": 10**30, "A": [], "b": []}, "row": 0},
        {"system": {"low": ["0"] * 5000, "high": ["1"] * 5000}, "row": 0},
        {
            "system": {"model": NET | {"input_dim": 10**12, "layers": []}, "signs": "", "domain": None},
            "row": 0,
        },
        {"system": SQUARE, "row": 10**40},
    ):
        with contextlib.suppress(eg.InvalidInput):
            assert not verify(certificate("facet", claim, {"point": ["1", "0"]}))
    assert time.monotonic() - start < 5


def test_numbers_of_many_digits_work_whatever_pythons_limit_is() -> None:
    big = "1" + "0" * 50_000
    box = {"low": ["0", "0"], "high": [big, big]}
    assert verify(certificate("facet", {"system": box, "row": 0}, {"point": [big, "1/" + big]}))
    assert not verify(certificate("facet", {"system": box, "row": 0}, {"point": [big[:-1] + "1", "1"]}))


def test_when_the_time_runs_out_the_answer_is_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dim = 9
    cube = {"low": ["0"] * dim, "high": ["1"] * dim}
    corners = [[str(i >> k & 1) for k in range(dim)] for i in range(2**dim)]
    file = tmp_path / "cube.json"
    write_certificate(file, certificate("volume", {"system": cube, "volume": "1"}, {"vertices": corners}))
    code, out, err = run(capsys, str(file), "--budget-seconds", "0.2")
    assert (code, out, err) == (3, "0: unknown: volume: the time ran out\n", "")


def test_numbers_that_grow_too_long_are_unknown() -> None:
    rows = [["1/" + "9" * 90_000 + str(i)] for i in range(1, 10)]
    document = certificate("empty", {"system": system(rows, [0] * 9)}, {"multipliers": sparse([1] * 9)})
    with pytest.raises(eg.BudgetExceeded):
        verify(document)


def test_sums_of_long_fractions_end_in_time() -> None:
    """Denominators without common factors: each sum is longer than the last, and must be stopped."""
    wide = [f"1/{'7' * 90_000}{i}" for i in range(1, 10, 2)] + [
        f"1/{'3' * 90_000}{i}" for i in range(1, 10, 3)
    ]
    free = {"dim": len(wide), "A": [], "b": []}
    ones = ["1"] * len(wide)
    claims = [
        certificate(
            "lp-unbounded",
            {"system": free, "objective": wide, "sense": "max"},
            {"point": ones, "ray": ones},
        ),
        certificate("rank", {"matrix": [wide], "rank": 1}, {"kernel": [ones] * (len(wide) - 1)}),
    ]
    start = time.process_time()
    for document in claims:
        assert checker.check(document, 60)[0].holds is None
    assert time.process_time() - start < 20


def test_all_long_numbers_together_have_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "ROOM", 10**7)
    rows = [["1/" + "7" * 2_000, *["1"] * 99]] * 20
    document = certificate("feasible", {"system": system(rows, [1] * 20)}, {"point": ["0"] * 100})
    assert checker.check(document)[0] == ("feasible", None, "the numbers grow too long")


def test_a_file_of_too_many_items_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "MAX_ITEMS", 100)
    with pytest.raises(checker.Malformed, match="items"):
        checker.parse(b"[" + b"[]," * 100 + b"[]]")


# -- the command -----------------------------------------------------------------------------------------


def test_verify_says_one_line_per_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "two.json"
    write_certificate(file, bundle([GOOD, certificate("facet", FACET, {"point": ["1", "1"]})]))
    code, out, err = run(capsys, str(file))
    assert (code, err) == (1, "")
    assert out == "0: holds: facet\n1: fails: facet: another row is tight at the point\n"
    write_certificate(file, GOOD)
    assert run(capsys, str(file)) == (0, "0: holds: facet\n", "")


def test_verify_complains_about_a_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "/nowhere/at/all.json")
    assert (code, out) == (2, "")
    assert "cannot read the file" in err


def test_verify_takes_dicts_lists_and_paths(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    write_certificate(file, GOOD)
    wrong = certificate("facet", FACET, {"point": ["1", "1"]})
    assert verify(GOOD)
    assert verify(file)
    assert verify(str(file))
    assert verify([GOOD, GOOD])
    assert not verify([GOOD, wrong])
    for nothing in (None, 3, [], {}, [None]):
        with pytest.raises(eg.InvalidInput):
            verify(nothing)  # type: ignore[arg-type]


def test_systems_and_models_of_a_bundle_are_shared() -> None:
    claims = [{"system": "cell", "row": 0}, {"system": cell("net", "+++", "square"), "row": 0}]
    point = {"point": ["-1/5", "1/5"]}
    systems = {"cell": cell("net", "+++", SQUARE), "square": SQUARE}
    document = bundle(
        [certificate("facet", claim, point) for claim in claims], systems=systems, models={"net": NET}
    )
    assert verify(document)
    with pytest.raises(eg.InvalidInput, match="of this name"):
        verify(document | {"models": {}})


def test_multipliers_of_the_row_itself_prove_nothing() -> None:
    assert not verify(certificate("redundant", {"system": PENTAGON, "row": 0}, {"multipliers": [[0, "1"]]}))
