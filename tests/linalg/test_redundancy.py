"""Needed halfspaces: every proof recomputed here, counts against PPL, canonical choices, hard cases."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction as F
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.certificates import verify
from exactgeom.exact import CertificateError, InvalidInput
from exactgeom.linalg.redundancy import Redundancy, nonredundant, redundancy, redundancy_of


def dot(a, x):
    return sum((p * q for p, q in zip(a, x, strict=True)), F(0))


def all_rows(program):
    """Rows and right sides of the program by number, equations last."""
    document = program.document()
    rows = [[F(v) for v in row] for row in [*document["A"], *document.get("E", [])]]
    return rows, [F(v) for v in [*document["b"], *document.get("f", [])]], len(document["A"])


def check(found: Redundancy) -> None:
    """Every point and every multiplier, from the definition."""
    rows, right, m = all_rows(found.program)
    assert sorted({*found.needed, *found._proofs}) == list(range(m))
    assert not set(found.needed) & set(found._proofs)
    for i in found._proofs:
        proof = found.multipliers(i)
        assert all(j in found.needed or j >= m for j in proof)
        assert all(value >= 0 for j, value in proof.items() if j < m)
        total = [sum((v * rows[j][k] for j, v in proof.items()), F(0)) for k in range(found.program.dim)]
        bound = sum((v * right[j] for j, v in proof.items()), F(0))
        if found.kind == "empty":
            assert not any(total) and bound < 0
        else:
            assert total == rows[i] and bound <= right[i]
    for i in found.needed:
        x = found.witness(i)
        assert all(dot(rows[j], x) == right[j] for j in range(m, len(rows)))
        others = [j for j in found.needed if j != i]
        if found.kind == "empty" or i in found.implicit:
            assert dot(rows[i], x) > right[i]
            assert all(dot(rows[j], x) <= right[j] for j in others)
        else:
            assert dot(rows[i], x) == right[i]
            assert all(dot(rows[j], x) < right[j] for j in others if j not in found.implicit)
            assert all(dot(rows[j], x) <= right[j] for j in range(m))


def ppl_polyhedron(program):
    ppl = pytest.importorskip("ppl", reason="PPL is the exact reference")
    rows, right, m = all_rows(program)
    variables = [ppl.Variable(k) for k in range(program.dim)]
    polyhedron = ppl.C_Polyhedron(program.dim, "universe")
    for i, (row, side) in enumerate(zip(rows, right, strict=True)):
        den = lcm(*[v.denominator for v in (*row, side)])
        left = sum((int(v * den) * x for v, x in zip(row, variables, strict=True)), ppl.Linear_Expression(0))
        polyhedron.add_constraint(left <= int(side * den) if i < m else left == int(side * den))
    return polyhedron


small = st.integers(-3, 3)


@st.composite
def polyhedra(draw):
    dim = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(small, min_size=dim, max_size=dim), max_size=8))
    right = [draw(st.integers(-1, 4)) for _ in rows]
    for i in draw(st.lists(st.integers(0, len(rows) - 1), max_size=3)) if rows else []:
        factor = draw(st.sampled_from([F(1, 2), F(1), F(3), F(-1)]))
        rows.append([factor * v for v in rows[i]])
        right.append(factor * right[i])
    left = draw(st.lists(st.lists(small, min_size=dim, max_size=dim), max_size=2))
    sides = [draw(st.integers(-1, 1)) for _ in left]
    bound = st.sampled_from([None, None, F(-1), F(0), F(7, 2)])
    lower = [draw(bound) for _ in range(dim)]
    upper = [draw(bound) for _ in range(dim)]
    return {"A": rows, "b": right, "equations": (left, sides), "lower": lower, "upper": upper, "dim": dim}


@given(polyhedra())
def test_every_answer_is_proved_and_ppl_counts_the_same(case) -> None:
    found = redundancy(**case)
    check(found)
    polyhedron = ppl_polyhedron(found.program)
    assert (found.kind == "empty") == polyhedron.is_empty()
    if found.kind == "empty":
        return
    if found.kind == "full":
        assert polyhedron.affine_dimension() == case["dim"]
    strict = [i for i in found.needed if i not in found.implicit]
    assert len(strict) == sum(c.is_inequality() for c in polyhedron.minimized_constraints())


@given(polyhedra())
def test_certificates_convince_the_checker(case) -> None:
    found = redundancy(**case)
    for i in range(found.n_inequalities):
        if i in found.needed and (found.kind != "full" or case["equations"][0]):
            with pytest.raises(CertificateError):
                found.certificate(i)
        else:
            assert verify(found.certificate(i))
    if not case["equations"][0]:
        assert verify(found.certificate())


@given(polyhedra(), st.randoms(use_true_random=False))
def test_facets_do_not_depend_on_order_or_scale(case, chance) -> None:
    found = redundancy(case["A"], case["b"], dim=case["dim"])
    if found.kind != "full":
        return
    order = list(range(len(case["A"])))
    chance.shuffle(order)
    factors = [F(chance.randint(1, 5), chance.randint(1, 5)) for _ in order]
    rows = [[f * v for v in case["A"][i]] for i, f in zip(order, factors, strict=True)]
    right = [f * case["b"][i] for i, f in zip(order, factors, strict=True)]
    again = redundancy(rows, right, dim=case["dim"])

    def planes(result):
        given_rows, sides, _ = all_rows(result.program)
        sizes = {i: sum(map(abs, given_rows[i])) for i in result.needed}
        return {(*(v / sizes[i] for v in given_rows[i]), sides[i] / sizes[i]) for i in result.needed}

    assert planes(found) == planes(again)


@pytest.mark.parametrize("shift", ["0", "1e-30", "-1e-30"])
def test_a_shift_of_1e_minus_30_decides(shift) -> None:
    cube = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0], [0, -1, 0], [0, 0, -1]]
    found = redundancy([*cube, [1, 1, 1], [1, 2, 0]], [1] * 6 + [3 + F(shift)] * 2)
    check(found)
    assert list(found.needed) == ([*range(8)] if shift.startswith("-") else [*range(6)])


def test_huge_integers() -> None:
    big = 10**400
    rows = [[big, 1], [-big, 1], [0, -1], [0, big]]
    found = redundancy(rows, [big, big, 0, big * big])
    check(found)
    assert found.needed == (0, 1, 2)


def test_choices_are_canonical() -> None:
    assert nonredundant([[1, 0], [2, 0], [3, 0], [0, 0]], [1, 2, 2, 5]) == [2]
    assert nonredundant([[2, 0], [1, 0]], [2, 1]) == [0]
    assert nonredundant([[1], [-1], [2], [-3]], [0, 0, 0, 0]) == [0, 1]
    assert nonredundant([[1, 1], [1, -1], [-1, 0], [-1, 0]], [0, 0, 0, -0]) == [0, 1, 2]
    assert nonredundant([[1], [-1], [0], [-1]], [0, -1, -1, -5]) == [0, 1]
    assert nonredundant([[0]], [-1]) == [0]
    assert nonredundant([[0, 0]], [0]) == nonredundant([], []) == []
    assert nonredundant([[]], [0]) == [] and nonredundant([[]], [-1]) == [0]


def test_bounds_are_numbered_after_rows_upper_first() -> None:
    found = redundancy([[1, 1], [2, 0]], [5, 3], lower=[0, None], upper=[1, 2])
    assert found.needed == (2, 3, 4)
    assert found.multipliers(1) == {2: F(2)}
    check(found)


@pytest.mark.parametrize(("dim", "count"), [(3, 20), (5, 25)])
@pytest.mark.parametrize("seed", [0, 1])
def test_combinations_shifted_a_little(dim, count, seed) -> None:
    chance = random.Random(seed)
    base = count * 6 // 10
    rows = [[F(chance.randint(-9, 9)) for _ in range(dim)] for _ in range(base)]
    right = [F(chance.randint(1, 20)) for _ in range(base)]
    for i in range(count - base):
        chosen = {k: F(chance.randint(1, 5), 3) for k in chance.sample(range(base), 3)}
        rows.append([sum((f * rows[k][j] for k, f in chosen.items()), F(0)) for j in range(dim)])
        shift = [F(0), F(1, 1000), F(-1, 10**9)][i % 3]
        right.append(sum((f * right[k] for k, f in chosen.items()), shift))
    found = redundancy(rows, right)
    check(found)
    assert len(found.needed) == sum(
        c.is_inequality() for c in ppl_polyhedron(found.program).minimized_constraints()
    )


def test_the_exact_simplex_alone_agrees(monkeypatch) -> None:
    chance = random.Random(3)
    rows = [[chance.randint(-5, 5) for _ in range(4)] for _ in range(14)]
    right = [chance.randint(0, 6) for _ in rows]
    expected = redundancy(rows, right).needed
    from exactgeom.linalg import lp_float

    monkeypatch.setattr(lp_float.FloatModel, "of", staticmethod(lambda system: None))
    found = redundancy(rows, right)
    check(found)
    assert found.needed == expected


def test_lies_of_the_float_solver_change_nothing(monkeypatch) -> None:
    from exactgeom.linalg import lp_float

    chance = random.Random(4)
    rows = [[chance.randint(-5, 5) for _ in range(4)] for _ in range(14)]
    right = [chance.randint(0, 6) for _ in rows]
    expected = redundancy(rows, right).needed
    honest = lp_float.FloatModel.maximize

    def lying(self, objective):
        found = honest(self, objective)
        return found and found._replace(x=found.x[::-1] * 2, y=abs(found.y[::-1]))

    monkeypatch.setattr(lp_float.FloatModel, "maximize", lying)
    found = redundancy(rows, right)
    check(found)
    assert found.needed == expected


def test_results_pickle_and_refuse_wrong_questions() -> None:
    found = redundancy([[1], [2]], [1, 1])
    assert pickle.loads(pickle.dumps(found)) == found
    assert redundancy_of(found.program) == found
    with pytest.raises(InvalidInput):
        found.witness(0)
    with pytest.raises(InvalidInput):
        found.multipliers(1)
    with pytest.raises(InvalidInput, match=r"A\[1\]"):
        nonredundant([[1], [2, 3]], [1, 1])
    with pytest.raises(InvalidInput, match="b"):
        nonredundant([[1], [2]], [1])
