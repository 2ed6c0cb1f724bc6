"""The survey of inner products: its page is what the code computes, and its short proofs hold."""

from __future__ import annotations

import importlib.util
import json
import sys
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.families import FAMILIES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "DEFINITENESS.md"
ANGLES = ("area-vector", "embedded", "face-weighted")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("definiteness", ROOT / "proofs" / "definiteness.py")
    assert spec and spec.loader
    module = sys.modules["definiteness"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


survey = load()


def crossing(*normals: tuple[int, int]) -> eg.Partition:
    return eg.partition(eg.Arrangement([(n, 0) for n in normals]), eg.box(-2, 2, dim=2))


def verdict(signature: tuple[int, int, int]) -> str:
    return "indefinite" if signature[1] else "degenerate" if signature[2] else "definite"


@pytest.mark.parametrize("name", ["grids", "braids", "trees"])
def test_the_page_says_what_the_code_computes(name: str) -> None:
    row = survey.Row(name, FAMILIES[name].about)
    for case in FAMILIES[name].cases():
        survey.measure(row, case)
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for where in survey.WHERE:
        for line in survey.table([row], where, survey.CONVENTIONS)[2:]:
            assert line in lines


def test_every_failure_shown_has_proofs_that_the_checker_accepts() -> None:
    bundle = json.loads((PAGE.parent / "definiteness.certificates.json").read_text(encoding="utf-8"))
    assert eg.verify(bundle)
    assert len(bundle["certificates"]) >= PAGE.read_text(encoding="utf-8").count("\n### ")


def test_verdicts_agree_with_floating_point_eigenvalues() -> None:
    """A second route, where it is far from a tie."""
    seen = set()
    for case in list(FAMILIES["random lines"].cases(full=False))[:8]:
        K = case.partition.dual_complex()
        for c in survey.CONVENTIONS:
            values = np.linalg.eigvalsh(K.gram(1, c).to_numpy(dtype=float))
            if min(abs(values)) > 1e-6:
                seen.add(verdict(K.inertia(1, c).signature))
                assert K.inertia(1, c).signature == (int((values > 0).sum()), int((values < 0).sum()), 0)
    assert "indefinite" in seen


@given(*[st.integers(-9, 9)] * 4)
def test_two_lines_are_definite_exactly_above_sixty_degrees(a: int, b: int, c: int, d: int) -> None:
    assume(a * d != b * c)
    cos2 = Fraction((a * c + b * d) ** 2, (a * a + b * b) * (c * c + d * d))
    expected = "definite" if cos2 < Fraction(1, 4) else "indefinite"  # 1/4 is not rational slopes' cosine
    assert cos2 != Fraction(1, 4)
    K = crossing((a, b), (c, d)).dual_complex()
    assert {verdict(K.inertia(1, name).signature) for name in ANGLES} == {expected}
    assert eg.nerve.check_compatibility(K, 1, "embedded").stars_are_semidefinite


def test_three_cells_around_a_point_are_degenerate_for_embedded_always() -> None:
    seen = 0
    for sites in combinations(list(product((-1, 0, 1), repeat=2)), 3):
        K = eg.partition(eg.Sites(sites), eg.box(-3, 3, dim=2)).dual_complex()
        if K.count(2) == 1:
            seen += 1
            assert K.inertia(1, "embedded").signature == K.inertia(1, "area-vector").signature == (2, 0, 1)
    assert seen > 50


def test_a_parallelogram_inside_fails_in_its_own_star() -> None:
    lines = [([0, 1], 1), ([0, 1], -1), ([1, -1], 1), ([1, -1], -1)]
    K = eg.partition(eg.Arrangement(lines), eg.box(-4, 4, dim=2)).dual_complex()
    assert not eg.nerve.check_compatibility(K, 1, "embedded").stars_are_semidefinite


def test_ridge_weighted_depends_on_the_unit_of_length() -> None:
    found = []
    for size in ("1/4", 4):
        box = eg.box(-eg.exact(size), size, dim=2)
        K = eg.partition(eg.Arrangement([([1, 0], 0), ([1, 1], 0)]), box).dual_complex()
        found.append(verdict(K.inertia(1, "ridge-weighted").signature))
    assert found == ["indefinite", "definite"]


def test_overlap_is_semidefinite_on_every_star_and_on_three_sets_but_not_on_four() -> None:
    smallest = None
    for text, sets in survey.covers():
        K = eg.nerve_of_cover(sets, max_dim=3)
        for p in range(1, min(K.dimension, 2) + 1):
            report = eg.nerve.check_compatibility(K, p, "overlap")
            assert report.agrees and report.stars_are_semidefinite, text
            if report.assembled.negative:
                assert len(sets) >= 4
                smallest = smallest or text
    assert smallest == "[[0], [0], [0], [0]]"
