"""Laws of the checker: what is true is accepted, what is changed is rejected, whatever else is bad input."""

from __future__ import annotations

import copy
import itertools
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exactgeom.certificates import checker
from tests.certificates import makers

CERTIFICATES = makers.one_of_each()
NUMBER = checker._NUMBER


def outcome(document: Any) -> bool | None:
    """True: accepted.  False: rejected, or bad input.  None: unknown."""
    try:
        return checker.check(document, 20)[0].holds
    except checker.Malformed:
        return False


def changed(value: Any) -> Iterator[Any]:
    """Other values in place of one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str) and NUMBER.fullmatch(value):
        q = Fraction(value)
        yield from map(str, {q + 1, q - 1, q + Fraction(1, 1000), q - Fraction(1, 1000), -q, 2 * q} - {q})
    elif isinstance(value, str):
        swaps = {"min": "max", "max": "min", "relu": "abs", "abs": "relu", "leaky_relu": "relu"}
        yield swaps.get(value, value + "x")
        if set(value) <= set("+-0"):
            for i, old in enumerate(value):
                yield from (value[:i] + new + value[i + 1 :] for new in "+-0" if new != old)
    elif isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
            yield value[: i + 1] + value[i:]
        for i, j in itertools.combinations(range(min(len(value), 8)), 2):
            if value[i] != value[j]:
                other = list(value)
                other[i], other[j] = other[j], other[i]
                yield other
    elif isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
    elif value is None:
        yield 0


def mutants(document: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every change of one field, with the path of that field."""
    stack: list[tuple[Any, ...]] = [()]
    while stack:
        path = stack.pop()
        value = document
        for step in path:
            value = value[step]
        if isinstance(value, dict | list):
            stack += [(*path, step) for step in (value if isinstance(value, dict) else range(len(value)))]
        for new in changed(value):
            if not path:
                yield path, new
                continue
            mutant = copy.deepcopy(document)
            place = mutant
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = new
            yield path, mutant


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_true_certificate_is_accepted(name: str) -> None:
    assert checker.check(CERTIFICATES[name])[0] == (name.split("/")[0], True, "")


@pytest.mark.parametrize("name", CERTIFICATES)
def test_the_brute_force_agrees_that_the_claim_is_true(name: str) -> None:
    assert makers.truth(name.split("/")[0], CERTIFICATES[name]["claim"])


def test_every_kind_has_an_example() -> None:
    assert {name.split("/")[0] for name in CERTIFICATES} == set(checker.KINDS) == set(makers.TRUTHS)


@pytest.mark.parametrize("name", CERTIFICATES)
def test_no_changed_certificate_is_accepted_unless_it_is_still_true(name: str) -> None:
    original = CERTIFICATES[name]
    rejected = 0
    for path, mutant in mutants(original):
        if outcome(mutant) is not True:
            rejected += 1
            continue
        same_claim = mutant["claim"] == original["claim"]
        assert path[0] != "schema", path
        assert mutant["kind"] in {"not-psd", original["kind"]}, path
        assert same_claim or makers.truth(mutant["kind"], mutant["claim"]), (path, mutant["claim"])
    assert rejected > 20


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_of_one_thing_does_not_pass_for_another(name: str) -> None:
    for kind in set(checker.KINDS) - {name.split("/")[0]}:
        assert outcome(CERTIFICATES[name] | {"kind": kind}) is False, kind


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_missing_part_is_never_a_pass(name: str) -> None:
    document = CERTIFICATES[name]
    for part in ("claim", "evidence"):
        for empty in ({}, [], None, "", 0):
            if document[part] != empty:
                assert outcome(document | {part: empty}) is False


def test_the_checker_runs_as_one_copied_file(tmp_path: Path) -> None:
    import json

    copied = tmp_path / "checker.py"
    copied.write_bytes(Path(checker.__file__).read_bytes())
    file = tmp_path / "all.json"
    file.write_text(json.dumps({"schema": checker.SCHEMA, "certificates": list(CERTIFICATES.values())}))
    done = subprocess.run(
        [sys.executable, "-I", str(copied), str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "0: holds: feasible"
    assert len(done.stdout.splitlines()) == len(CERTIFICATES)
