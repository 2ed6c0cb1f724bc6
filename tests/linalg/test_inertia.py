"""Laws of symmetric matrices: LDLᵀ, Sylvester's law of inertia, certificates of negativity."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.linalg import (
    Matrix,
    inertia,
    is_positive_definite,
    is_positive_semidefinite,
    ldl,
    negative_vector,
    quadratic_form,
)
from exactgeom.linalg.inertia import _negative_by_ldl, _positive_by_descartes, _regular_part

SMALL = st.one_of(st.integers(-1, 1).map(Fraction), st.fractions(-3, 3, max_denominator=4))


def symmetric(n, numbers):
    flat = st.lists(numbers, min_size=n * n, max_size=n * n)
    return flat.map(lambda xs: Matrix([[xs[max(i, j) * n + min(i, j)] for j in range(n)] for i in range(n)]))


def forms(smallest=0, largest=5, numbers=SMALL):
    return st.integers(smallest, largest).flatmap(lambda n: symmetric(n, numbers))


def low_rank(n, rank, seed):
    """A congruence image of a diagonal of known signs: inertia known by construction."""
    random_ = random.Random(seed)
    signs = [random_.choice([-1, 1]) * random_.randint(1, 9) for _ in range(rank)] + [0] * (n - rank)
    basis = Matrix([[random_.randint(-3, 3) for _ in range(n)] for _ in range(n)])
    basis += Matrix.identity(n) * 40
    known = (sum(s > 0 for s in signs), sum(s < 0 for s in signs), n - rank)
    return basis.T @ Matrix.diagonal(signs) @ basis, known


@given(forms())
def test_ldl_identity_holds_exactly(a):
    factors = ldl(a)
    permutation, lower, diagonal = factors
    n = a.n_rows
    assert permutation @ a @ permutation.T == lower @ diagonal @ lower.T
    assert factors.reconstruct() == a
    assert permutation @ permutation.T == Matrix.identity(n)
    assert all(lower[i, i] == 1 for i in range(n))
    assert all(lower[i, j] == 0 for i in range(n) for j in range(i + 1, n))
    inside = {(k, k) for k in range(n)}
    position = 0
    for size in factors.blocks:
        if size == 2:
            inside |= {(position, position + 1), (position + 1, position)}
            assert diagonal[position, position] == diagonal[position + 1, position + 1] == 0
            assert diagonal[position, position + 1] != 0
        position += size
    assert position == n
    assert all(diagonal[i, j] == 0 for i in range(n) for j in range(n) if (i, j) not in inside)
    assert pickle.loads(pickle.dumps(factors)) == factors


@given(forms(numbers=st.integers(-(2**2000), 2**2000).map(Fraction), largest=4))
def test_huge_entries_are_exact(a):
    factors = ldl(a)
    assert factors.reconstruct() == a
    assert factors.inertia == inertia(a)


@given(forms())
def test_three_routes_to_inertia_agree(a):
    found = inertia(a)
    assert found == ldl(a).inertia
    assert found[2] == a.n_rows - a.rank()
    if a.rank():
        assert found[0] == _positive_by_descartes(_regular_part(a.to_flint()[0]))
    assert sum(found) == a.n_rows


@given(forms(1, 4), st.integers(0, 10**6))
def test_sylvester_inertia_is_invariant_under_congruence(a, seed):
    n = a.n_rows
    random_ = random.Random(seed)
    change = Matrix([[random_.randint(-3, 3) for _ in range(n)] for _ in range(n)])
    if change.det():
        assert inertia(change.T @ a @ change) == inertia(a)
    assert inertia(-a) == (inertia(a)[1], inertia(a)[0], inertia(a)[2])
    assert inertia(a * Fraction(3, 7)) == inertia(a)


@given(forms())
def test_negative_vector_is_a_certificate(a):
    witness = negative_vector(a)
    assert (witness is None) == is_positive_semidefinite(a) == (inertia(a)[1] == 0)
    if witness is not None:
        assert quadratic_form(a, witness) < 0
        assert quadratic_form(a, _negative_by_ldl(a)) < 0


@given(st.integers(1, 5).flatmap(lambda n: st.lists(SMALL, min_size=n * n, max_size=n * n)))
def test_gram_matrices_are_semidefinite_and_definite_at_full_rank(flat):
    n = int(len(flat) ** 0.5)
    root = Matrix([flat[i * n : (i + 1) * n] for i in range(n)])
    gram = root.T @ root
    assert is_positive_semidefinite(gram) and negative_vector(gram) is None
    assert is_positive_definite(gram) == (root.rank() == n)


@pytest.mark.parametrize(("n", "rank"), [(1, 0), (6, 3), (12, 12), (30, 17)])
def test_inertia_of_known_signature(n, rank):
    matrix, known = low_rank(n, rank, seed=n)
    assert inertia(matrix) == ldl(matrix).inertia == known


def test_floats_that_cannot_decide_are_not_believed():
    # Eigenvalues 2 ± and about ±10^-40 apart from zero: far below the accuracy of a double.
    tiny = Fraction(1, 10**40)
    for sign in (1, -1):
        nearly = Matrix([[1, 1], [1, 1 + sign * tiny]])
        assert inertia(nearly) == ((2, 0, 0) if sign > 0 else (1, 1, 0))
        witness = negative_vector(nearly)
        assert (witness is None) == (sign > 0)
        assert witness is None or quadratic_form(nearly, witness) < 0


def test_hilbert_matrix_is_positive_definite():
    n = 25  # condition number about 10^36
    hilbert = Matrix([[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)])
    assert is_positive_definite(hilbert)
    worse = hilbert - Matrix.identity(n) * Fraction(1, 10**20)
    assert inertia(worse) == ldl(worse).inertia and inertia(worse)[1] > 0
    assert quadratic_form(worse, negative_vector(worse)) < 0


def test_entries_beyond_the_range_of_doubles():
    big = 10**400
    assert inertia(Matrix([[big, 0, 0], [0, -1, 0], [0, 0, Fraction(1, big)]])) == (2, 1, 0)


def test_hyperbolic_planes_need_two_by_two_blocks():
    plane = Matrix([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -2], [0, 0, -2, 0]])
    factors = ldl(plane)
    assert factors.blocks == (2, 2) and factors.inertia == inertia(plane) == (2, 2, 0)
    assert factors.reconstruct() == plane


def test_single_pivots_after_a_block_keep_their_sign():
    # The complete graph on n vertices: eigenvalues n - 1 once and -1 otherwise, zero diagonal.
    for n in range(2, 7):
        graph = Matrix([[int(i != j) for j in range(n)] for i in range(n)]) / 3
        factors = ldl(graph)
        assert factors.blocks[0] == 2 and factors.reconstruct() == graph
        assert factors.inertia == inertia(graph) == (1, n - 1, 0)


def test_a_prime_that_divides_a_minor_does_not_mislead():
    prime = 2**61 - 1  # the prime of the modular rank profile: the matrix has rank 1 modulo it, 2 over Q
    matrix = Matrix([[1, 1, 2], [1, 1 + prime, 2 + prime], [2, 2 + prime, 4 + prime]])
    assert matrix.rank() == 2 and inertia(matrix) == ldl(matrix).inertia == (2, 0, 1)


def test_overlap_gram_of_four_sets_with_a_common_point_is_indefinite():
    # Six edges {i, j}; the entry is the mass 1 of the common point when the two edges meet, else 0.
    edges = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    gram = Matrix([[int(bool(set(a) & set(b))) for b in edges] for a in edges])
    assert inertia(gram)[1] > 0  # eigenvalue -1
    assert (gram + Matrix.identity(6)).rank() < 6


def test_two_hundred_is_sane():
    random_ = np.random.default_rng(7)
    raw = random_.integers(-100, 100, size=(200, 200))
    matrix = Matrix(raw + raw.T)
    positive, negative, zero = inertia(matrix)
    values = np.linalg.eigvalsh((raw + raw.T).astype(float))
    assert (positive, negative, zero) == (int((values > 0).sum()), int((values < 0).sum()), 0)
    assert quadratic_form(matrix, negative_vector(matrix)) < 0


@pytest.mark.parametrize("function", [inertia, ldl, negative_vector, is_positive_definite])
def test_unsymmetric_matrices_are_refused(function):
    with pytest.raises(InvalidInput, match="symmetric"):
        function(Matrix([[1, 2], [3, 4]]))
    with pytest.raises(InvalidInput, match="shape"):
        function(Matrix([[1, 2]]))


def test_empty_form():
    assert inertia(Matrix()) == (0, 0, 0) and negative_vector(Matrix()) is None
    assert ldl(Matrix()).reconstruct() == Matrix() and is_positive_definite(Matrix())
