"""The kit is checked by what it must catch: a zoo of wrong candidates, each caught for the right reason."""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from exactgeom.testkit import loopback
from exactgeom.testkit.candidate import open_candidate
from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.check import Examiner, run_check
from exactgeom.testkit.compare import level_named
from exactgeom.testkit.conformance.families import cases
from exactgeom.testkit.mutants import MUTANTS
from exactgeom.testkit.mutants_chains import boundary, rank_mod_2
from exactgeom.testkit.mutants_diagnosis import diagnose, diagnosis_lines
from exactgeom.testkit.mutants_graphs import curvatures, distances

ZOO = list(MUTANTS.values())


def names(mutant) -> str:
    return mutant.name


def first_caught(mutant, level: str):
    """The first failed question of a level whose findings name the bug, and what was found before it."""
    examiner = Examiner(open_candidate(mutant.module()), level_named(level))
    others = []
    for case in cases(mutant.capability, level):
        outcome = examiner.ask(case)
        if outcome.status == "fail":
            if mutant.explains(outcome.judgement.findings):
                return outcome, others
            others += [finding.line for finding in outcome.judgement.findings]
    return None, others


@pytest.mark.parametrize("mutant", ZOO, ids=names)
def test_every_mutant_is_caught_at_level_full(mutant) -> None:
    outcome, others = first_caught(mutant, "full")
    assert outcome is not None, (
        f"{mutant.capability} with the bug '{mutant.bug}' is not caught: "
        f"expected {sorted(mutant.caught_by)} matching {mutant.words!r}, found {others[:3]}"
    )


@pytest.mark.parametrize("mutant", ZOO, ids=names)
def test_the_diagnosis_names_the_bug_and_no_other(mutant) -> None:
    report = run_check(mutant.module(), "quick", shrink=False)
    assert diagnose(report, most=8) == {mutant.capability: (mutant,)}, (
        f"{mutant.capability} with the bug '{mutant.bug}' reads {diagnosis_lines(report)}"
    )


def test_the_zoo_is_large_and_every_capability_is_in_it() -> None:
    wrong = {mutant.capability for mutant in ZOO}
    assert len(ZOO) >= 25
    assert len({mutant.bug for mutant in ZOO}) == len(ZOO)
    assert wrong == set(CAPABILITIES)


def test_a_whole_library_with_one_bug_fails_there_only() -> None:
    asked = ["betti", "forman_ricci", "wasserstein", "lp"]
    report = run_check(MUTANTS["max-for-min"].module(whole=True), capabilities=asked, shrink=False)
    assert {row.capability: row.verdict for row in report.rows if row.capability in asked} == {
        "betti": "pass",
        "forman_ricci": "pass",
        "wasserstein": "pass",
        "lp": "fail",
    }


def test_the_right_library_has_no_diagnosis() -> None:
    report = run_check(loopback, capabilities=["forman_ricci", "betti"], shrink=False)
    assert diagnose(report) == {} and diagnosis_lines(report) == []


# -- bugs of others, written apart from the zoo ------------------------------------------------------


def candidate(**functions) -> ModuleType:
    made = ModuleType("somebody's")
    vars(made).update(functions)
    return made


def test_a_foreign_solver_with_squared_costs_is_recognised() -> None:
    optimize = pytest.importorskip("scipy.optimize")

    def wasserstein(cost, source, target):
        a, b = cost.shape
        rows = [np.kron(np.eye(a), np.ones(b)), np.kron(np.ones(a), np.eye(b))]
        found = optimize.linprog(
            (cost**2).ravel(), A_eq=np.vstack(rows), b_eq=np.concatenate([source, target])
        )
        return found.fun

    report = run_check(candidate(wasserstein=wasserstein), shrink=False)
    assert [mutant.name for mutant in diagnose(report)["wasserstein"]] == ["squared-costs"]


def test_ranks_over_two_elements_by_another_elimination_are_recognised() -> None:
    def rank(table):
        table, found = table % 2, 0
        for column in range(table.shape[1]):
            rows = [i for i in range(found, len(table)) if table[i, column]]
            if not rows:
                continue
            table[[found, rows[0]]] = table[[rows[0], found]]
            for i in range(len(table)):
                if i != found and table[i, column]:
                    table[i] = (table[i] + table[found]) % 2
            found += 1
        return found

    def betti(simplices):
        ranks = [0]
        for low, high in pairwise(simplices):
            faces = [set(row) for row in low.tolist()]
            ranks.append(rank(np.array([[int(f < set(s)) for s in high.tolist()] for f in faces])))
        ranks.append(0)
        return np.array([len(s) - ranks[p] - ranks[p + 1] for p, s in enumerate(simplices)])

    report = run_check(candidate(betti=betti), shrink=False)
    assert [mutant.name for mutant in diagnose(report)["betti"]] == ["betti-mod-2"]


def test_an_unknown_bug_is_not_guessed() -> None:
    mine = candidate(forman_ricci=lambda nodes, edges: np.full(len(edges), 17.0))
    report = run_check(mine, shrink=False)
    assert diagnosis_lines(report) == ["forman_ricci: no known bug fails like this"]


# -- the helpers are right where no bug is put in ----------------------------------------------------


def test_curvature_in_doubles_is_ours_without_a_bug() -> None:
    for case in cases("ollivier_ricci", "quick"):
        given = case.arguments
        np.testing.assert_allclose(curvatures(**given), loopback.ollivier_ricci(**given), atol=1e-9)


def test_boundaries_compose_to_zero_and_ranks_see_torsion() -> None:
    plane = next(c for c in cases("betti", "quick") if c.family == "projective-plane").arguments["simplices"]
    assert not (boundary(plane, 1) @ boundary(plane, 2)).any()
    assert rank_mod_2(boundary(plane, 2)) == 9 and np.linalg.matrix_rank(boundary(plane, 2)) == 10


def test_distances_are_shortest_paths() -> None:
    edges = np.array([[0, 1], [0, 2], [1, 2]])
    assert distances(3, edges, np.array([1.0, 5.0, 1.0]))[0].tolist() == [0, 1, 2]
