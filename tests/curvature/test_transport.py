"""Optimal transport: exact values, plans and potentials that prove them, degenerate masses, surd costs."""

from __future__ import annotations

import itertools
import pickle
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import CertificateError, InvalidInput, Surd
from exactgeom.certificates import verify
from exactgeom.curvature import Transport, transport
from tests.curvature import graph_cases  # noqa: F401  (keeps POT from importing its backends)

F = Fraction
ROOTS = [Surd.sqrt(k) for k in (2, 3, 5, 7)]


def assert_proved(found: Transport) -> None:
    """Primal and dual feasible, and equal: nothing here trusts the solver."""
    u, v = found.potential
    assert all(mass > 0 for _, _, mass in found.plan)
    for i, s in enumerate(found.supply):
        assert Surd.sum(mass for a, _, mass in found.plan if a == i) == s
    for j, d in enumerate(found.demand):
        assert Surd.sum(mass for _, b, mass in found.plan if b == j) == d
    for i, row in enumerate(found.costs):
        for j, c in enumerate(row):
            assert u[i] + v[j] <= c
    assert Surd.sum(mass * Surd(found.costs[i][j]) for i, j, mass in found.plan) == found.cost
    assert found.gap == 0
    assert list(found.plan) == sorted(found.plan, key=lambda arc: arc[:2])


def integer_plans(supply: list[int], demand: list[int]) -> list[list[int]]:
    """Every integer plan, row by row: among them are all vertices of the transportation polytope."""
    if not supply:
        return [[]] if not any(demand) else []
    head = itertools.product(*(range(d + 1) for d in demand))
    return [
        [*row, *rest]
        for row in head
        if sum(row) == supply[0]
        for rest in integer_plans(supply[1:], [d - x for d, x in zip(demand, row, strict=True)])
    ]


@st.composite
def problems(draw: st.DrawFn, size: int = 3, mass: int = 3) -> tuple[list[int], list[int], list[list[int]]]:
    m, n = draw(st.integers(1, size)), draw(st.integers(1, size))
    supply = draw(st.lists(st.integers(0, mass), min_size=m, max_size=m))
    total = sum(supply)
    cuts = sorted(draw(st.lists(st.integers(0, total), min_size=n - 1, max_size=n - 1)))
    demand = [b - a for a, b in itertools.pairwise([0, *cuts, total])]
    cost = draw(st.lists(st.lists(st.integers(-3, 6), min_size=n, max_size=n), min_size=m, max_size=m))
    return supply, demand, cost


def random_problem(seed: int, m: int, n: int, top: int) -> tuple[list[F], list[F], list[list[F]]]:
    rng = random.Random(seed)
    s, d = [rng.randint(1, top) for _ in range(m)], [rng.randint(1, top) for _ in range(n)]
    cost = [[F(rng.randint(0, 12), rng.choice([1, 2, 3])) for _ in range(n)] for _ in range(m)]
    return [F(x, sum(s)) for x in s], [F(x, sum(d)) for x in d], cost


@given(problems())
def test_brute_force_over_integer_plans(problem: tuple[list[int], list[int], list[list[int]]]) -> None:
    supply, demand, cost = problem
    found = transport(supply, demand, cost)
    assert_proved(found)
    flat = [c for row in cost for c in row]
    plans = integer_plans(supply, demand)
    assert found.cost == min(sum(c * x for c, x in zip(flat, plan, strict=True)) for plan in plans)
    assert all(mass.denominator == 1 for _, _, mass in found.plan)


@given(problems(size=6, mass=1))
def test_assignments_with_ties_are_proved(problem: tuple[list[int], list[int], list[list[int]]]) -> None:
    assert_proved(transport(*problem))


@pytest.mark.parametrize("seed", range(6))
def test_scipy_and_pot_agree(seed: int) -> None:
    optimize = pytest.importorskip("scipy.optimize", reason="an independent linear programming solver")
    supply, demand, cost = random_problem(seed, 4 + seed, 9 - seed, 10)
    found = transport(supply, demand, cost)
    assert_proved(found)
    m, n = len(supply), len(demand)
    rows = np.vstack([np.kron(np.eye(m), np.ones(n)), np.kron(np.ones(m), np.eye(n))])
    flat = np.array(cost, dtype=float).ravel()
    floats = np.array([*supply, *demand], dtype=float)
    assert float(found.cost) == pytest.approx(optimize.linprog(flat, A_eq=rows, b_eq=floats).fun, rel=1e-12)
    ot = pytest.importorskip("ot", reason="POT, an independent transport solver")
    assert float(found.cost) == pytest.approx(ot.emd2(floats[:m], floats[m:], flat.reshape(m, n)), rel=1e-12)


@given(problems(size=4), st.integers(1, 5), st.integers(-3, 3))
def test_scaling_and_shifting_costs(
    problem: tuple[list[int], list[int], list[list[int]]], factor: int, shift: int
) -> None:
    supply, demand, cost = problem
    base, moved = transport(supply, demand, cost), [[c * F(factor, 7) + shift for c in row] for row in cost]
    assert transport(supply, demand, moved).cost == base.cost * F(factor, 7) + shift * sum(supply)
    assert transport(demand, supply, list(zip(*cost, strict=True))).cost == base.cost


def test_on_the_line_it_is_the_area_between_distribution_functions() -> None:
    rng = random.Random(5)
    for size in (2, 7, 13):
        s, d, _ = random_problem(size, size, size, 6)
        at = sorted(F(rng.randint(0, 40), 3) for _ in range(size))
        found = transport(s, d, [[abs(x - y) for y in at] for x in at])
        assert_proved(found)
        running, area = F(0), F(0)
        for k in range(size - 1):
            running += s[k] - d[k]
            area += abs(running) * (at[k + 1] - at[k])
        assert found.cost == area


@given(problems(size=4), st.integers(0, 3))
def test_surd_costs_are_proved(problem: tuple[list[int], list[int], list[list[int]]], which: int) -> None:
    supply, demand, cost = problem
    surds = [
        [c + ROOTS[(which + i + j) % 4] * ((i * j) % 3) for j, c in enumerate(row)]
        for i, row in enumerate(cost)
    ]
    found = transport(supply, demand, surds)
    assert_proved(found)
    flat = [c for row in surds for c in row]
    best = min(
        float(Surd.sum(c * x for c, x in zip(flat, p, strict=True))) for p in integer_plans(supply, demand)
    )
    assert float(found.cost) == pytest.approx(best, abs=1e-12)


def test_a_common_root_is_a_unit() -> None:
    s, d, cost = random_problem(3, 7, 8, 9)
    found = transport(s, d, [[ROOTS[0] * c for c in row] for row in cost])
    assert_proved(found)
    assert found.cost == ROOTS[0] * transport(s, d, cost).cost


@pytest.mark.parametrize("flip", [False, True])
def test_costs_that_floats_cannot_tell_apart(flip: bool) -> None:
    large, root = 10**30, Surd.sqrt(10**60 + 1)  # root - large = 5e-31
    cost = [[large, root], [root, large]] if flip else [[root, large], [large, root]]
    found = transport([1, 1], [1, 1], cost)
    assert_proved(found)
    assert found.cost == 2 * large
    many = [
        [large if (i + j) % 5 == 0 else root + (i * j) % 2 * (root - large) for j in range(5)]
        for i in range(5)
    ]
    found = transport([1] * 5, [1] * 5, many)
    assert_proved(found)
    assert found.cost == 5 * large


def test_surd_masses() -> None:
    a, b = Surd.sqrt(2) - 1, 2 - Surd.sqrt(2)
    found = transport([a, b], [b, a], [[0, 1], [1, 0]])
    assert_proved(found)
    assert found.cost == 3 - 2 * Surd.sqrt(2)
    assert transport([a, b], [1], [[Surd.sqrt(2)], [0]]).cost == 2 - Surd.sqrt(2)


def test_surds_that_are_rational_come_out_as_fractions() -> None:
    found = transport([Surd(1)], [1], [[Surd.sqrt(9)]])
    assert (found.cost, type(found.cost), type(found.costs[0][0])) == (3, F, F)
    crossed = transport([1, 1], [2], [[1 + ROOTS[0]], [1 - ROOTS[0]]])
    assert (crossed.cost, type(crossed.cost)) == (2, F)


def test_degenerate_problems() -> None:
    assert transport([], [], []).cost == 0
    assert transport([0, 0], [], [[], []]).potential == ((0, 0), ())
    nothing = transport([0, 0], [0], [[-5], [2]])
    assert (nothing.cost, nothing.plan) == (0, ())
    assert_proved(nothing)
    single = transport([3], [3], [["1/3"]])
    assert (single.cost, single.plan) == (1, ((0, 0, 3),))
    some = transport([0, 2, 0, 1], [1, 0, 2], [[-9, 0, 1], [1, -9, 1], [0, 0, -9], [1, 1, 1]])
    assert_proved(some)
    assert some.cost == 3


def test_floats_enter_at_their_binary_value() -> None:
    found = transport(np.array([0.1, 0.9]), [0.1, 0.9], [[0.1, 0], [0, 0.3]])
    assert_proved(found)
    assert found.cost == 0 + (F(0.9) - F(0.1)) * F(0.3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [2], [[0]]), "demand: expected equal totals, got 1 supplied, 2 demanded"),
        (([0.1, 0.2], [0.3], [[0], [0]]), "demand: expected equal totals"),
        (([-1, 2], [1], [[0], [0]]), "supply[0]: expected a mass >= 0, got -1"),
        (([1, 0], [1], [[0]]), "cost: expected 2 rows, one per supply, got 1"),
        (([1], [1], [[0, 1]]), "cost[0]: expected 1 numbers, one per demand, got 2"),
        (([1], [1], [[float("nan")]]), "cost[0][0]: expected a finite number, got nan"),
        (([1], [True], [[0]]), "demand[0]: expected a number, got the boolean True"),
        ((1, [1], [[0]]), "supply: expected a sequence, got int"),
    ],
)
def test_bad_input(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        transport(*arguments)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_values_are_frozen_and_pickle() -> None:
    found = transport([1, 1], [2], [[Surd.sqrt(2)], [1]])
    assert pickle.loads(pickle.dumps(found)) == found == eval(repr(found))
    assert len({found, transport([1, 1], [2], [[Surd.sqrt(2)], [1]])}) == 1
    with pytest.raises(AttributeError):
        found.cost = F(0)  # type: ignore[misc]


@given(problems(size=4), st.booleans())
def test_certificates_hold_and_wrong_ones_do_not(
    problem: tuple[list[int], list[int], list[list[int]]], surd: bool
) -> None:
    supply, demand, cost = problem
    if surd:
        cost = [[c + ROOTS[j % 2] * (i % 2) for j, c in enumerate(row)] for i, row in enumerate(cost)]
    found = transport(supply, demand, cost)
    assert verify(found.certificate())
    dearer = found.certificate()
    dearer["claim"]["value"] = str(F(10**6))
    assert not verify(dearer)
    if found.plan:
        i, _, _ = found.plan[0]
        raised = found.certificate()
        raised["evidence"]["potentials"]["supply"][i] = "100"
        assert not verify(raised)
        emptied = found.certificate()
        emptied["evidence"]["plan"] = emptied["evidence"]["plan"][1:]
        assert not verify(emptied)


def test_what_a_certificate_cannot_say() -> None:
    with pytest.raises(CertificateError, match="rational masses"):
        transport([ROOTS[0]], [ROOTS[0]], [[1]]).certificate()
    with pytest.raises(CertificateError, match="square roots"):
        transport([1], [1], [[Surd.root4(2)]]).certificate()
