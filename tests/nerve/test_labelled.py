"""Labelled matrices: values, labels, forms."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Enclosure, InvalidInput, Surd
from exactgeom.linalg import Matrix
from exactgeom.nerve.labelled import LabelledMatrix
from exactgeom.nerve.labelled_render import rounded

NUMBERS = st.one_of(
    st.just(Fraction(0)),
    st.fractions(-9, 9, max_denominator=7),
    st.builds(lambda q, m: q * Surd.sqrt(m), st.fractions(-3, 3, max_denominator=4), st.integers(1, 8)),
    st.builds(lambda q, m: q * Surd.root4(m), st.integers(-2, 2), st.integers(1, 5)),
)


def tables(height, width, numbers=NUMBERS):
    row = st.lists(numbers, min_size=width, max_size=width)
    return st.lists(row, min_size=height, max_size=height)


@st.composite
def matrices(draw, height=None, width=None):
    n = draw(st.integers(0, 3)) if height is None else height
    m = draw(st.integers(0, 3)) if width is None else width
    return LabelledMatrix([(i,) for i in range(n)], [(j, j + 1) for j in range(m)], draw(tables(n, m)))


def dense(m):
    return sympy.Matrix(*m.shape, [x for row in m.to_sympy().tolist() for x in row])


@given(matrices())
def test_round_trips(m):
    names = {"LabelledMatrix": LabelledMatrix, "Surd": Surd}
    assert eval(repr(m), names) == m or 0 in m.shape
    copy = pickle.loads(pickle.dumps(m))
    assert copy == m
    assert hash(copy) == hash(m)
    assert m == m.T.T
    assert LabelledMatrix(m.rows, m.columns, m.entries) == m
    assert LabelledMatrix(m.rows, m.columns, m.to_numpy()) == m
    json.dumps(m.to_json())


@given(st.data())
def test_the_algebra_is_that_of_dense_matrices(data):
    rows, middle, columns = [1, 2], ["u", "v", "w"], [(0,), (1,)]
    a = LabelledMatrix(rows, middle, data.draw(tables(2, 3)))
    a2 = LabelledMatrix(rows, middle, data.draw(tables(2, 3)))
    b = LabelledMatrix(middle, columns, data.draw(tables(3, 2)))
    assert sympy.simplify(dense(a @ b) - dense(a) * dense(b)).is_zero_matrix
    assert (a + a2) @ b == a @ b + a2 @ b
    assert (a - a).is_zero()
    assert (a @ b).T == b.T @ a.T
    assert a * 2 == a + a == 2 * a
    assert -a == a * -1
    vector = data.draw(st.lists(NUMBERS, min_size=2, max_size=2))
    column = LabelledMatrix(columns, ["x"], [[value] for value in vector])
    assert tuple(row[0] for row in (b @ column).entries) == b @ vector


@given(matrices())
def test_floats_are_correctly_rounded(m):
    exactly, floats = m.to_numpy(), m.to_numpy(dtype=float)
    assert exactly.dtype == object
    for value, shown in zip(exactly.ravel(), floats.ravel(), strict=True):
        assert float(value) == shown
    assert (m.to_scipy().toarray() == floats).all()


def test_reading_by_position_and_by_label():
    m = LabelledMatrix([(0,), (1,)], [(0, 1), (1, 2)], [[1, "1/2"], [0, Surd.sqrt(2)]])
    assert m[0, 1] == m[(0,), (1, 2)] == m.at((0,), (1, 2)) == m[0, (1, 2)] == Fraction(1, 2)
    assert m[-1, -1] == Surd.sqrt(2)
    with pytest.raises(KeyError):
        m[(5,), (0, 1)]
    with pytest.raises(IndexError):
        m[2, 0]
    numbered = LabelledMatrix([7, 8], [7, 8], [[1, 2], [3, 4]])
    assert numbered.at(8, 7) == numbered[1, 0] == 3


def test_rational_matrices_have_a_flint_form():
    m = LabelledMatrix("ab", "cd", [[1, "1/2"], [Surd.sqrt(4), 0.25]])
    assert m.matrix == Matrix([[1, "1/2"], [2, "1/4"]])
    assert type(m[1, 0]) is Fraction
    assert LabelledMatrix("ab", "cd", m.matrix) == m
    assert LabelledMatrix([], "cd", []).matrix.shape == (0, 2)
    with pytest.raises(InvalidInput, match="rational"):
        _ = LabelledMatrix("a", "b", [[Surd.sqrt(2)]]).matrix


def test_the_printed_table_is_readable():
    m = LabelledMatrix([(0,), (1,)], [(0, 1), (1, 2)], [[Surd.sqrt(8), "-1/2"], [0, 1]])
    assert str(m).splitlines() == ["    │ 0,1   1,2", "────┼──────────", "  0 │ 2√2  -1/2", "  1 │   0     1"]
    assert r"\sqrt{2}" in m._repr_latex_()
    wide = LabelledMatrix(range(40), range(40), {})
    assert str(wide).endswith("40 × 40")
    assert len(str(wide).splitlines()) < 40


def test_enclosures_are_allowed_and_said():
    m = LabelledMatrix("a", "ab", [[Enclosure(1, "1/8"), 2]])
    assert not m.is_exact
    assert not m.is_rational
    product = m @ LabelledMatrix("ab", "c", [[Surd.sqrt(2)], ["1/3"]])
    assert isinstance(product[0, 0], Enclosure)
    assert product[0, 0].contains(Surd.sqrt(2) + Fraction(2, 3))
    with pytest.raises(InvalidInput, match="enclosures"):
        m.to_sympy()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("aa", "b", [[1], [2]]), "repeated"),
        (("ab", "b", [[1]]), "expected 2 rows of 1"),
        (("a", "b", [[None]]), r"matrix\[0\]\[0\]"),
        (("a", "b", [[float("nan")]]), r"matrix\[0\]\[0\]"),
        (("a", "b", {(0, 1): 1}), "outside the shape"),
    ],
)
def test_bad_input_is_one_clear_line(arguments, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        LabelledMatrix(*arguments)
    assert "\n" not in str(caught.value)


def test_labels_must_fit():
    a = LabelledMatrix("ab", "cd", np.eye(2))
    with pytest.raises(InvalidInput, match="not the rows"):
        a @ a
    with pytest.raises(InvalidInput, match="labels"):
        a + a.T
    with pytest.raises(AttributeError):
        a.rows = ()
    with pytest.raises(TypeError):
        bool(a)
    with pytest.raises(InvalidInput, match="dtype"):
        a.to_numpy(dtype=np.float32)


def test_importing_is_light():
    heavy = "sympy", "networkx", "scipy", "highspy", "gudhi"
    run = f"import sys, exactgeom.nerve; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_exported_name_is_there():
    from exactgeom import nerve

    assert all(getattr(nerve, name) is not None for name in nerve.__all__)
    assert nerve.spline_space is nerve.spline.spline_space
    with pytest.raises(AttributeError, match="no attribute 'no_such'"):
        _ = nerve.no_such


@pytest.mark.parametrize("value", [Fraction(1, 3**500), Fraction(10**6000 + 1, 7), Surd.sqrt(2) / 10**40])
def test_wide_tables_are_capped_and_say_what_is_rounded(value):
    M = LabelledMatrix(range(30), range(30), {(i, (i * i) % 30): (-1) ** i * value for i in range(30)})
    lines = str(M).splitlines()
    assert max(map(len, lines)) <= 110
    assert "≈" in lines[2]
    assert lines[-1] == "30 × 30"
    assert M[0, 0] == value
    long = LabelledMatrix(["r" * 300], ["c" * 300, "d"], [[value, 2]])
    assert max(map(len, str(long).splitlines())) <= 110


@given(st.fractions().filter(bool), st.integers(1, 6))
def test_rounded_decimals_are_the_nearest(q, digits):
    shown = rounded(fmpq(q.numerator, q.denominator), digits)
    assert shown[0] == "≈"
    found, exponent = Fraction(shown[1:]), 0
    size = abs(q)
    while size >= 10:
        size, exponent = size / 10, exponent + 1
    while size < 1:
        size, exponent = size * 10, exponent - 1
    assert abs(found - q) <= Fraction(10) ** (exponent - digits + 1) / 2


def test_results_with_enclosures_compare_hash_and_pickle():
    ball = Surd.sqrt(2).enclosure(64)
    M = LabelledMatrix("a", "ab", [[ball, 1]])
    again = pickle.loads(pickle.dumps(M))
    assert again == M
    assert hash(again) == hash(M)
    assert LabelledMatrix("a", "ab", [[Surd.sqrt(2).enclosure(90), 1]]) != M
    assert LabelledMatrix("a", "ab", [[Surd.sqrt(2), 1]]) != M
