"""Linear programs: every answer proved again, against SciPy, against all vertices, and the classic traps."""

from __future__ import annotations

import itertools
import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.certificates import verify
from exactgeom.exact import InvalidInput
from exactgeom.linalg import lp_float, lp_simplex
from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Dual, Feasible, Infeasible, Optimal, Unbounded
from exactgeom.linalg.lp_basis import LOWER, UPPER, Basis
from exactgeom.linalg.matrix import Matrix

small = st.integers(-3, 3)


@st.composite
def programs(draw, *, boxed=False):
    dim = draw(st.integers(1, 4))
    row = st.lists(small, min_size=dim, max_size=dim)
    rows = draw(st.lists(row, max_size=6))
    right = [draw(st.integers(-2, 5)) for _ in rows]
    left = draw(st.lists(row, max_size=2))
    sides = [draw(st.integers(-2, 2)) for _ in left]
    lower = [draw(st.sampled_from([F(-1), F(0), F(-3, 2)] + [None] * (not boxed))) for _ in range(dim)]
    upper = [draw(st.sampled_from([F(1), F(0), F(7, 2)] + [None] * (not boxed))) for _ in range(dim)]
    program = LinearProgram(rows, right, equations=(left, sides), lower=lower, upper=upper, dim=dim)
    return program, [F(draw(small), draw(st.sampled_from([1, 3]))) for _ in range(dim)]


@given(programs(), st.booleans())
def test_every_answer_is_proved_and_scipy_agrees(case, up) -> None:
    linprog = pytest.importorskip("scipy.optimize", reason="SciPy is the float reference").linprog
    program, objective = case
    answer = program.maximize(objective) if up else program.minimize(objective)
    assert answer.verify() and verify(answer.certificate())
    feasible = program.feasible()
    assert feasible.verify() and verify(feasible.certificate())
    assert isinstance(feasible, Infeasible) == isinstance(answer, Infeasible)
    document = program.document()
    floats = {key: [[float(F(v)) for v in row] for row in document.get(key, [])] for key in "AE"}
    sides = {key: [float(F(v)) for v in document.get(key, [])] for key in "bf"}
    sign = -1 if up else 1
    reference = linprog(
        [sign * float(c) for c in objective],
        A_ub=floats["A"] or None,
        b_ub=sides["b"] or None,
        A_eq=floats["E"] or None,
        b_eq=sides["f"] or None,
        bounds=(None, None),
    )
    if isinstance(answer, Optimal):
        assert reference.status == 0 and abs(sign * reference.fun - float(answer.value)) < 1e-7
    else:
        assert reference.status in (2, 3)


@given(programs(boxed=True))
def test_the_optimum_is_the_best_vertex(case) -> None:
    program, objective = case
    document = program.document()
    rows = [[F(v) for v in row] for row in [*document["A"], *document.get("E", [])]]
    right = [F(v) for v in [*document["b"], *document.get("f", [])]]
    values = []
    for chosen in itertools.combinations(range(len(rows)), program.dim):
        matrix = Matrix([rows[i] for i in chosen])
        if matrix.det():
            x = matrix.solve([right[i] for i in chosen])
            if program.contains(x):
                values.append(sum(c * t for c, t in zip(objective, x, strict=True)))
    answer = program.maximize(objective)
    assert isinstance(answer, Infeasible) if not values else answer.value == max(values)


@given(programs())
def test_the_exact_simplex_alone_gives_the_same(case) -> None:
    program, objective = case
    answer = program.maximize(objective)
    scale = 3
    alone = lp_simplex.maximize(program.system, [int(scale * c) for c in objective])
    kinds = {lp_simplex.Top: Optimal, lp_simplex.Climb: Unbounded, lp_simplex.Nothing: Infeasible}
    assert kinds[type(alone)] is type(answer)
    if isinstance(answer, Optimal):
        assert alone.multipliers.bound(program.system) == scale * answer.value


@given(programs())
def test_the_deepest_point_is_inside(case) -> None:
    program, _ = case
    found = program.interior_point()
    if isinstance(found, Infeasible):
        assert found.verify() and isinstance(program.feasible(), Infeasible)
        return
    assert program.contains(found.x) and verify(found.certificate())
    assert 0 <= found.radius <= 1
    for i in range(program.n_inequalities):
        row, side = program.row(i)
        depth = found.radius * sum(map(abs, row))
        assert sum(a * x for a, x in zip(row, found.x, strict=True)) + depth <= side
    for i in found.ties:
        row, side = program.row(i)
        assert program.minimize(row).value == side


def klee_minty(dim: int) -> LinearProgram:
    rows = [[2 ** (i - j + 1) if j < i else int(i == j) for j in range(dim)] for i in range(dim)]
    return LinearProgram(rows, [5 ** (i + 1) for i in range(dim)], lower=0)


BEALE = (
    LinearProgram([["1/4", -60, "-1/25", 9], ["1/2", -90, "-1/50", 3], [0, 0, 1, 0]], [0, 0, 1], lower=0),
    ["3/4", -150, "1/50", -6],
)


@pytest.mark.parametrize("alone", [False, True])
def test_classic_traps_end(alone, monkeypatch) -> None:
    if alone:
        monkeypatch.setattr(lp_float.FloatModel, "of", staticmethod(lambda system: None))
    for dim in (1, 3, 7):
        answer = klee_minty(dim).maximize([2 ** (dim - 1 - j) for j in range(dim)])
        assert answer.verify() and answer.value == 5**dim
    answer = BEALE[0].maximize(BEALE[1])
    assert answer.verify() and answer.value == F(1, 20)
    marshall = LinearProgram(
        [["1/2", "-11/2", "-5/2", 9], ["1/2", "-3/2", "-1/2", 1], [1, 0, 0, 0]], [0, 0, 1], lower=0
    )
    answer = marshall.maximize([10, -57, -9, -24])
    assert answer.verify() and answer.value == 1


def test_the_cycling_example_of_hoffman_ends(monkeypatch) -> None:
    """Two degenerate rows whose columns turn by 2π/5, in rational numbers near it: both routes agree.

    Source: A. J. Hoffman, Cycling in the simplex algorithm, NBS Report 2974 (1953).
    """
    c, s, w = F(309, 1000), F(951, 1000), F(2)
    rows = [[c, -w * c, 2 * c * c - 1, -2 * w * c * c], [s * s / c / w, c, 2 * s * s / w, 2 * c * c - 1]]
    goal = [-(1 - c) / c, w, 0, 2 * w]
    programs = [LinearProgram(rows, [0, 0], lower=0), LinearProgram(rows, [0, 0], lower=0, upper=1)]
    ways = [f for program in programs for f in (program.minimize, program.maximize)]
    guided = [optimise(goal) for optimise in ways]
    monkeypatch.setattr(lp_float.FloatModel, "of", staticmethod(lambda system: None))
    fresh = [pickle.loads(pickle.dumps(program)) for program in programs]
    alone = [f(goal) for program in fresh for f in (program.minimize, program.maximize)]
    for one, other in zip(guided, alone, strict=True):
        assert one.verify() and other.verify() and type(one) is type(other)
        assert getattr(one, "value", None) == getattr(other, "value", None)
    assert all(isinstance(answer, Optimal) for answer in guided[2:])


LIES = {
    "gives up": lambda found, dim: None,
    "infeasible": lambda found, dim: found._replace(status="infeasible"),
    "unbounded": lambda found, dim: found._replace(status="unbounded"),
    "at bounds that are missing": lambda found, dim: found._replace(
        status="optimal", basis=Basis((), tuple((k, LOWER) for k in range(dim)))
    ),
    "rows that are missing": lambda found, dim: found._replace(
        status="optimal", basis=Basis((10**6,) * dim, ())
    ),
    "one variable twice": lambda found, dim: found._replace(
        status="optimal", basis=Basis((), ((0, LOWER), (0, UPPER)))
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_of_the_float_solver_change_no_answer(lie, monkeypatch) -> None:
    programs = [
        LinearProgram(dim=1),
        LinearProgram([[1, 2], [-1, 1]], [2, 1], lower=[0, None]),
        LinearProgram([[1, 1], [-1, -1]], [1, -2]),
        LinearProgram([[1, 1]], [1], lower=0, upper=[None, 3]),
    ]
    goals = [[-1], [1, 3], [1, 0], [1, 2]]
    honest = [program.maximize(goal) for program, goal in zip(programs, goals, strict=True)]
    told = lp_float.FloatModel.maximize

    def lying(self, objective):
        found = told(self, objective)
        return found and LIES[lie](found, self.system.dim)

    monkeypatch.setattr(lp_float.FloatModel, "maximize", lying)
    for before, program, goal in zip(honest, programs, goals, strict=True):
        again = program.maximize(goal)
        assert again.verify() and type(again) is type(before)
        assert getattr(again, "value", None) == getattr(before, "value", None)


def test_a_multiplier_of_a_missing_bound_proves_nothing() -> None:
    free = LinearProgram(dim=1)
    dual = Dual((), (), (F(1),), (F(0),))
    assert not Optimal(free, (F(-1),), "max", F(0), (F(0),), dual).verify()


def test_thousands_of_ties_at_one_vertex() -> None:
    rows = [list(p) for p in itertools.product((-1, 0, 1), repeat=4) if any(p)]
    answer = LinearProgram(rows, [0] * len(rows)).maximize([1, 2, 3, 4])
    assert answer.verify() and answer.value == 0


@pytest.mark.parametrize("shift", ["1e-30", "-1e-30", "0"])
def test_a_gap_of_1e_minus_30_is_seen(shift) -> None:
    answer = LinearProgram([[1, 1], [-1, -1]], [1, F(-1) + F(shift)]).feasible()
    assert answer.verify()
    assert isinstance(answer, Infeasible if shift.startswith("-") else Feasible)


def test_huge_numbers() -> None:
    big = 10**500
    answer = LinearProgram([[big, 1], [1, F(1, big)]], [big * big, 3], lower=0).maximize([1, 1])
    assert answer.verify() and answer.value == 3 * big


def test_no_constraints_no_variables_and_constant_rows() -> None:
    assert LinearProgram(dim=2).maximize([0, 0]).value == 0
    assert LinearProgram(dim=2).maximize([0, -1]).ray == (0, -1)
    assert LinearProgram(dim=0).maximize([]).value == 0
    assert LinearProgram([[]], [-1]).maximize([]).verify()
    bad = LinearProgram([[0, 0]], [-1]).maximize([1, 0])
    assert isinstance(bad, Infeasible) and bad.verify()
    assert LinearProgram(dim=1, lower=2, upper=1).feasible().verify()
    assert LinearProgram(dim=2, equations=([[1, 1], [2, 2]], [1, 3])).feasible().verify()
    assert LinearProgram(dim=2, equations=([[1, 1], [2, 2]], [1, 2])).maximize([1, 1]).value == 1


def test_interior_points_take_norms() -> None:
    triangle = LinearProgram([[3, 4], [-1, 0], [0, -1]], [12, 0, 0])
    found = triangle.interior_point(norms=[5, 1, 1])
    assert found.radius == 1 and triangle.contains(found.x)
    with pytest.raises(InvalidInput, match=r"norms\[1\]"):
        triangle.interior_point(norms=[5, 0, 1])


def test_a_false_answer_does_not_verify() -> None:
    from dataclasses import replace

    answer = LinearProgram([[1, 1]], [1], lower=0).maximize([1, 2])
    assert not replace(answer, value=answer.value + 1).verify()
    assert not replace(answer, x=(F(1), F(0))).verify()
    assert not replace(answer, dual=answer.dual._replace(inequalities=(F(1),))).verify()


def test_values_pickle_compare_and_print() -> None:
    program = LinearProgram([["1/2", 1]], [1], equations=([[1, -1]], [0]), lower=[0, None])
    assert eval(repr(program), {"LinearProgram": LinearProgram}) == program
    answer = program.maximize([1, 0])
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert len({program, pickle.loads(pickle.dumps(program))}) == 1


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"A": [[1], [1, 2]], "b": [1, 1]}, r"A\[1\]"),
        ({"A": [[1]], "b": [1, 2]}, "b"),
        ({"A": [[float("nan")]], "b": [1]}, r"A\[0\]\[0\]"),
        ({"dim": 2, "lower": [0]}, "lower"),
        ({"equations": 3, "dim": 1}, "equations"),
        ({}, "dim"),
    ],
)
def test_bad_input_names_its_place(arguments, place) -> None:
    with pytest.raises(InvalidInput, match=place):
        LinearProgram(**arguments)


def test_blands_rule_takes_over_while_the_point_stands_still(monkeypatch) -> None:
    """The start avoids the known cycles, so the rule that forbids all of them is watched at work."""
    lengths: list[int] = []
    rules: list[bool] = []
    leaving, blocking = lp_simplex._leaving, lp_simplex._blocking

    def watched_leaving(system, multipliers, first):
        if lengths:
            rules.append(first)
            assert first == (lengths[-1] == 0)
        chosen = leaving(system, multipliers, first)
        wrong = [i for i, top in multipliers.rows if top < 0 and i < system.n_inequalities]
        wrong += [system.n_rows + k for k, top in multipliers.lower if top < 0]
        assert not first or chosen == min(wrong, default=None)
        return chosen

    def watched_blocking(*arguments):
        found = blocking(*arguments)
        lengths.append(found[1] if found else 1)
        return found

    monkeypatch.setattr(lp_simplex, "_leaving", watched_leaving)
    monkeypatch.setattr(lp_simplex, "_blocking", watched_blocking)
    for rows, goal in (
        ([[1, -240, -4, 36], [1, -180, -4, 6], [0, 0, 100, 0]], [75, -15000, 2, -600]),
        ([[1, -11, -5, 18], [1, -3, -1, 2], [2, 0, 0, 0]], [10, -57, -9, -24]),
    ):
        lengths.clear()
        program = LinearProgram(rows, [0, 0, 1], lower=0)
        lp_simplex.maximize(program.system, goal)
    assert any(rules) and not all(rules)
