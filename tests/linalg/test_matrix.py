"""Laws of exact matrices; SymPy and the Leibniz formula are the outside references."""

from __future__ import annotations

import copy
import math
import pickle
from fractions import Fraction
from itertools import islice, permutations

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix, elimination

# Small values make singular and degenerate matrices common; the huge ones leave machine words.
NUMBERS = st.one_of(
    st.integers(-2, 2).map(Fraction),
    st.fractions(-5, 5, max_denominator=6),
    st.integers(-(2**2000), 2**2000).map(Fraction),
)
SMALL = st.one_of(st.integers(-2, 2).map(Fraction), st.fractions(-5, 5, max_denominator=6))
SIZES = st.integers(0, 4)


def table(height, width, numbers=SMALL):
    entries = st.lists(numbers, min_size=height * width, max_size=height * width)

    def build(flat):
        if height == 0:
            return Matrix.zeros(0, width)
        return Matrix([flat[i * width : (i + 1) * width] for i in range(height)])

    return entries.map(build)


def matrices(numbers=SMALL):
    return st.tuples(SIZES, SIZES).flatmap(lambda shape: table(*shape, numbers))


def squares(count=1, numbers=SMALL):
    return SIZES.flatmap(lambda n: st.tuples(*[table(n, n, numbers)] * count))


def chains():
    return st.tuples(SIZES, SIZES, SIZES, SIZES).flatmap(
        lambda s: st.tuples(table(s[0], s[1]), table(s[1], s[2]), table(s[2], s[3]))
    )


def leibniz(matrix):
    total = Fraction(0)
    for order in permutations(range(matrix.n_rows)):
        swaps = sum(a > b for k, a in enumerate(order) for b in order[k + 1 :])
        total += (-1) ** swaps * math.prod(matrix[i, j] for i, j in enumerate(order))
    return total


def from_sympy(value):
    return Fraction(int(value.p), int(value.q))


@given(squares(2, NUMBERS))
def test_determinant_is_multiplicative(pair):
    a, b = pair
    assert (a @ b).det() == a.det() * b.det()


@given(squares(1, NUMBERS))
def test_determinant_agrees_with_leibniz_formula(one):
    (a,) = one
    assert a.det() == leibniz(a)


@given(chains())
def test_product_is_associative_and_transposes_in_reverse(three):
    a, b, c = three
    assert (a @ b) @ c == a @ (b @ c)
    assert (a @ b).transpose() == b.T @ a.T
    assert (a @ b).shape == (a.n_rows, b.n_columns)


@given(chains())
def test_product_entries_are_the_sums(three):
    a, b, _ = three
    product = a @ b
    for i in range(a.n_rows):
        for j in range(b.n_columns):
            assert product[i, j] == sum(x * y for x, y in zip(a.row(i), b.column(j), strict=True))
        assert product.row(i) == a.row(i) @ b


@given(SIZES.flatmap(lambda n: st.tuples(table(3, n), table(3, n))), SMALL)
def test_addition_and_scalars_act_entry_by_entry(pair, scalar):
    a, b = pair
    assert (a + b).rows == tuple(
        tuple(x + y for x, y in zip(r, s, strict=True)) for r, s in zip(a, b, strict=True)
    )
    assert (a * scalar).rows == tuple(tuple(x * scalar for x in r) for r in a)
    assert a - b == a + (-b) == -(b - a)
    if scalar:
        assert (scalar * a) / scalar == a


@given(squares(1, NUMBERS))
def test_inverse_exists_exactly_when_determinant_is_nonzero(one):
    (a,) = one
    if a.det():
        assert a @ a.inverse() == a.inverse() @ a == Matrix.identity(a.n_rows)
        assert a.inverse().det() == 1 / a.det()
    else:
        with pytest.raises(InvalidInput, match="nonsingular"):
            a.inverse()


@given(matrices(NUMBERS))
def test_rank_nullity(a):
    kernel = a.kernel()
    assert a.rank() + kernel.n_columns == a.n_columns
    assert kernel.n_rows == a.n_columns
    assert (a @ kernel).is_zero()
    assert kernel.rank() == kernel.n_columns
    assert a.rank() == a.T.rank()


@given(matrices())
def test_kernel_is_canonical(a):
    kernel = a.kernel()
    free = [j for j in range(a.n_columns) if j not in a.rref()[1]]
    for k, column in enumerate(kernel.columns):
        assert math.gcd(*(int(x) for x in column)) == 1 and all(x.denominator == 1 for x in column)
        assert column[free[k]] > 0 and all(column[j] == 0 for j in free if j != free[k])


@given(matrices())
def test_row_echelon_form_agrees_with_sympy(a):
    echelon, pivots = a.rref()
    outside, outside_pivots = sympy.Matrix(a.n_rows, a.n_columns, a.to_sympy().flat()).rref()
    assert pivots == tuple(outside_pivots)
    assert echelon.shape == a.shape
    assert [x for row in echelon for x in row] == [from_sympy(x) for x in outside.flat()]
    assert a.row_space() == echelon.submatrix(slice(0, len(pivots)), slice(None))


@given(squares(1))
def test_characteristic_polynomial_agrees_with_sympy_and_cayley_hamilton(one):
    (a,) = one
    n = a.n_rows
    coefficients = a.charpoly()
    outside = sympy.Matrix(n, n, a.to_sympy().flat()).charpoly().all_coeffs() if n else [sympy.Integer(1)]
    assert list(reversed(coefficients)) == [from_sympy(x) for x in outside]
    value = Matrix.zeros(n, n)
    for coefficient in reversed(coefficients):
        value = value @ a + Matrix.identity(n) * coefficient
    assert value.is_zero()
    if n:
        assert a.trace() == -coefficients[-2]


@given(st.tuples(SIZES, SIZES).flatmap(lambda s: st.tuples(table(*s), st.tuples(*[SMALL] * s[0]))))
def test_solutions_leave_no_residual(system):
    a, right = system
    found = a.solve_affine(right)
    consistent = a.rank() == Matrix.hstack([a, Matrix.from_columns([right])]).rank()
    assert (found is not None) == consistent
    if found is not None:
        assert a @ found.particular == right
        assert found.kernel == a.kernel()
    if found is not None and a.rank() == a.n_columns:
        assert a.solve(right) == found.particular
    else:
        with pytest.raises(InvalidInput, match=r"expected (one|a) solution"):
            a.solve(right)


@given(SIZES.flatmap(lambda n: st.tuples(table(n, n, NUMBERS), table(n, 2))))
def test_solve_accepts_many_right_sides(pair):
    a, right = pair
    if a.det():
        assert a @ a.solve(right) == right
        assert a.solve(right) == a.inverse() @ right


@given(matrices(NUMBERS))
def test_repr_pickle_and_reconstruction_round_trip(a):
    assert pickle.loads(pickle.dumps(a)) == a == copy.deepcopy(a)
    if all(abs(x.numerator) < 10**600 for row in a for x in row):
        assert eval(repr(a)) == a
    assert Matrix.from_columns(a.columns, height=a.n_rows) == a or a.n_rows == 0
    assert Matrix.from_integers(a.numerators, a.denominator) == a or 0 in a.shape
    assert a.T.T.rows == a.rows


@given(matrices())
def test_equality_and_hash_see_mathematics(a):
    doubled = Matrix([[2 * x for x in row] for row in a]) / 2 if a.n_rows else a
    assert doubled == a and hash(doubled) == hash(a)
    assert math.gcd(a.denominator, *(x for row in a.numerators for x in row)) == 1
    assert a != Matrix.zeros(5, 5)


@given(st.lists(table(1, 2), min_size=2, max_size=5))
def test_order_is_total_and_by_entries(several):
    assert [m.rows for m in sorted(several)] == sorted(m.rows for m in several)
    assert Matrix.zeros(1, 1) < Matrix.zeros(2, 1) and not Matrix.zeros(1, 1) < Matrix.zeros(1, 1)


@given(matrices())
def test_submatrix_agrees_with_numpy_indexing(a):
    array = a.to_numpy_exact()
    rows, columns = slice(None, None, -1), slice(1, None)
    assert a[rows, columns].to_numpy_exact().tolist() == array[rows, columns].tolist()
    assert Matrix.vstack([a, a]).to_numpy_exact().tolist() == np.vstack([array, array]).tolist()
    assert Matrix.hstack([a, a]).to_numpy_exact().tolist() == np.hstack([array, array]).tolist()


def test_every_number_of_the_door_enters_exactly():
    row = [1, "1/3", 0.1, Fraction(2, 5), np.int64(3), np.float32(0.1), sympy.Rational(1, 7)]
    (entries,) = Matrix([row]).rows
    assert entries[:2] == (1, Fraction(1, 3))
    assert entries[2] == Fraction(0.1) and entries[5] == Fraction(float(np.float32(0.1)))
    assert entries[6] == Fraction(1, 7)


@pytest.mark.parametrize("kind", [np.int8, np.uint64, np.int64, np.float16, np.float32, np.float64, object])
def test_numpy_arrays_enter_exactly(kind):
    array = np.array([[1, 2], [3, 250]], dtype=np.int64).astype(kind)
    expected = [[int(x) for x in row] for row in array]
    assert Matrix(array) == Matrix(expected)
    assert Matrix(np.zeros((0, 3), dtype=kind)) == Matrix.zeros(0, 3)
    assert Matrix(np.zeros((3, 0), dtype=kind)) == Matrix.zeros(3, 0)
    assert array @ Matrix(array) == Matrix(expected) @ Matrix(expected)
    assert array[0] @ Matrix(array) == tuple(expected[0]) @ Matrix(expected)


def test_long_doubles_keep_their_bits():
    value = np.longdouble(1) + np.finfo(np.longdouble).eps
    assert Matrix(np.array([[value]], dtype=np.longdouble))[0, 0] == Fraction(*value.as_integer_ratio())


def test_unsigned_64_bit_integers_do_not_wrap():
    assert Matrix(np.array([[2**64 - 1]], dtype=np.uint64))[0, 0] == 2**64 - 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([[1, 2], [3]], r"matrix\[1\]: ragged: expected a row of 2 numbers, got 1"),
        ([[1, float("nan")]], r"matrix\[0\]\[1\]: .*nan"),
        ([[1], [float("inf")]], r"matrix\[1\]\[0\]"),
        ([[True]], r"matrix\[0\]\[0\]: .*boolean"),
        (np.array([[True]]), r"boolean"),
        (["12"], r"matrix\[0\]: expected a sequence, got str"),
        ([1, 2], r"matrix\[0\]: expected a sequence, got int"),
        (np.zeros(3), r"matrix: expected a matrix"),
        (5, r"matrix: expected a sequence, got int"),
        ([[None]], r"matrix\[0\]\[0\]"),
    ],
)
def test_bad_input_is_named_with_its_place(bad, words):
    with pytest.raises(InvalidInput, match=words):
        Matrix(bad)


@pytest.mark.parametrize(
    "act",
    [
        lambda a: a @ a,
        lambda a: a + a.T,
        lambda a: a.det(),
        lambda a: a.inverse(),
        lambda a: a.trace(),
        lambda a: a.charpoly(),
        lambda a: a @ [1, 2],
        lambda a: a.solve([1, 2, 3]),
        lambda a: a * a,
        lambda a: a / 0,
        lambda a: Matrix.vstack([a, a.T]),
        lambda a: Matrix.hstack([a, a.T]),
        lambda a: Matrix.from_integers([[1, 2], [3]]),
        lambda a: Matrix.from_integers([[1.5]]),
        lambda a: Matrix.from_integers([[1]], 0),
        lambda a: Matrix.zeros(-1, 2),
    ],
)
def test_misfits_raise_invalid_input(act):
    with pytest.raises(InvalidInput):
        act(Matrix([[1, 2, 3], [4, 5, 6]]))


def test_empty_shapes_are_ordinary():
    empty, flat, tall = Matrix(), Matrix.zeros(0, 3), Matrix.zeros(3, 0)
    assert empty.shape == (0, 0) and empty.det() == 1 and empty.inverse() == empty
    assert (tall @ flat) == Matrix.zeros(3, 3) and (flat @ tall) == empty
    assert flat.kernel() == Matrix.identity(3) and tall.kernel() == Matrix.zeros(0, 0)
    assert flat @ (1, 2, 3) == () and tall @ () == (0, 0, 0)
    assert flat.solve_affine([]).kernel == Matrix.identity(3)
    assert tall.solve_affine([0, 0, 0]).particular == () and tall.solve_affine([0, 1, 0]) is None
    assert repr(tall) == "Matrix([[], [], []])" and repr(flat) == "Matrix.zeros(0, 3)"
    assert flat.to_numpy().shape == (0, 3) and flat.to_sympy().shape == (0, 3)


def test_values_cannot_be_changed():
    a = Matrix([[1, 2]])
    with pytest.raises(AttributeError):
        a.extra = 1
    with pytest.raises(TypeError):
        a[0, 0] = 5
    numerator, _ = a.to_flint()
    numerator[0, 0] = 99
    assert a == Matrix([[1, 2]])


def test_negative_denominators_are_normalised():
    assert Matrix.from_integers([[1, -2]], -4) == Matrix([["-1/4", "1/2"]])
    assert Matrix.from_integers([[3, 6]], -3) == Matrix([[-1, -2]])
    assert Matrix.from_integers([[0]], -3) == Matrix([[0]])


def test_numpy_floats_are_correctly_rounded():
    value = Fraction(2**200 + 1, 3**150)
    assert Matrix([[value]]).to_numpy()[0, 0] == float(value)
    tie = Fraction(2**53 + 1)  # halfway between two doubles: goes to the even one
    assert Matrix([[tie, Fraction(1, 3)]]).to_numpy().tolist() == [[2.0**53, 1 / 3]]


def test_latex_names_every_entry():
    latex = Matrix([["-1/2", 3]])._repr_latex_()
    assert r"-\frac{1}{2} & 3" in latex


@given(st.integers(25, 40), st.integers(25, 40), st.integers(0, 30), st.integers(0, 10**6))
def test_rank_of_large_matrices_agrees_with_flint(height, width, rank, seed):
    generator = np.random.default_rng(seed)
    left = Matrix(generator.integers(-3, 4, size=(height, rank)))
    right = Matrix(generator.integers(-3, 4, size=(rank, width)))
    product = left @ right
    assert product.rank() == product.to_flint()[0].rank() <= rank


def test_rank_is_not_fooled_by_the_first_primes():
    # Diagonal entries are products of the primes the modular rank tries first.
    primes = list(islice(elimination._primes(), 12))
    entries = [1] * 30 + [math.prod(primes)] * 2
    assert Matrix.diagonal(entries).rank() == 32
    assert Matrix.diagonal([*entries, 0]).rank() == 32


def test_a_large_matrix_is_quick_and_right():
    n = 60
    hilbert = Matrix([[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)])
    ones = hilbert @ ([1] * n)
    assert hilbert.solve(ones) == (1,) * n
