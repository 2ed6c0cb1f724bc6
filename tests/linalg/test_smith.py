"""Laws of the Smith normal form: FLINT after sparse elimination, against gcds of minors."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix, elementary_divisors, rank_mod_p, smith_diagonal, torsion
from exactgeom.linalg.smith import _eliminate_units

ENTRIES = st.one_of(st.integers(-2, 2), st.sampled_from([0, 0, 4, 6, -12]), st.integers(-(2**500), 2**500))
SIZES = st.integers(0, 4)


def integer_matrices(entries=ENTRIES, square=False):
    shapes = SIZES.map(lambda n: (n, n)) if square else st.tuples(SIZES, SIZES)

    def rows(shape):
        height, width = shape
        row = st.lists(entries, min_size=width, max_size=width)
        found = st.lists(row, min_size=height, max_size=height)
        return found.map(Matrix) if height else st.just(Matrix.zeros(0, width))

    return shapes.flatmap(rows)


def gcd_of_minors(matrix, k):
    minors = (
        int(matrix.submatrix(list(rows), list(columns)).det())
        for rows in combinations(range(matrix.n_rows), k)
        for columns in combinations(range(matrix.n_columns), k)
    )
    return math.gcd(*minors)


@given(integer_matrices())
def test_smith_diagonal_agrees_with_gcds_of_minors(a):
    diagonal = smith_diagonal(a)
    assert len(diagonal) == min(a.shape)
    for k in range(1, len(diagonal) + 1):
        assert math.prod(diagonal[:k]) == gcd_of_minors(a, k)


@given(integer_matrices(st.integers(-3, 3)))
def test_smith_agrees_with_dense_flint(a):
    if 0 not in a.shape:
        dense = fmpz_mat([list(row) for row in a.numerators]).snf()
        assert smith_diagonal(a) == tuple(abs(int(dense[i, i])) for i in range(min(a.shape)))


@given(integer_matrices())
def test_divisors_divide_and_count_the_rank(a):
    divisors = elementary_divisors(a)
    assert all(right % left == 0 for left, right in pairwise(divisors))
    assert all(divisor > 0 for divisor in divisors)
    assert len(divisors) == a.rank()
    assert elementary_divisors(a.T) == divisors
    assert torsion(a) == tuple(x for x in divisors if x != 1)


@given(integer_matrices(square=True))
def test_product_of_the_diagonal_is_the_determinant(a):
    assert math.prod(smith_diagonal(a)) == abs(a.det())


@given(integer_matrices(), st.sampled_from([2, 3, 5, 2**61 - 1]))
def test_rank_mod_p_drops_by_the_divisors_it_divides(a, prime):
    assert rank_mod_p(a, prime) == sum(divisor % prime != 0 for divisor in elementary_divisors(a))


@given(integer_matrices(st.integers(-2, 2)))
def test_sparse_rows_agree_with_the_matrix(a):
    sparse = [{j: x for j, x in enumerate(row) if x} for row in a.numerators]
    assert elementary_divisors(sparse) == elementary_divisors(a)
    assert smith_diagonal(sparse, a.n_columns) == smith_diagonal(a)


def test_torsion_of_the_projective_plane():
    # The six-vertex triangulation: H_1 = Z/2 is the torsion of the boundary map of the triangles.
    text = "123 134 145 156 126 235 245 246 346 356"
    triangles = [tuple(map(int, word)) for word in text.split()]
    edges = {edge: k for k, edge in enumerate(combinations(range(1, 7), 2))}
    rows = [{edges[b, c]: 1, edges[a, c]: -1, edges[a, b]: 1} for a, b, c in triangles]
    assert torsion(rows) == (2,) and len(elementary_divisors(rows)) == 10


def test_large_sparse_boundary_maps_are_quick():
    n = 60  # a triangulated torus of 7200 triangles: one dependent triangle, no torsion

    def edge(p, q):
        return (p, q, 1) if p < q else (q, p, -1)

    edges: dict[tuple[int, int], int] = {}
    rows = []
    for i in range(n):
        for j in range(n):
            corner = [((i + a) % n) * n + (j + b) % n for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
            for a, b, c in ((corner[0], corner[1], corner[2]), (corner[0], corner[2], corner[3])):
                row = {}
                for p, q in ((a, b), (b, c), (c, a)):
                    low, high, sign = edge(p, q)
                    row[edges.setdefault((low, high), len(edges))] = sign
                rows.append(row)
    assert elementary_divisors(rows) == (1,) * (2 * n * n - 1)
    units, rest = _eliminate_units([dict(row) for row in rows])
    assert units == 2 * n * n - 1 and rest == []  # nothing was left to the dense algorithm


def test_bad_input_is_refused():
    with pytest.raises(InvalidInput, match="denominator"):
        elementary_divisors(Matrix([["1/2"]]))
    with pytest.raises(InvalidInput, match=r"matrix\[0\]\[3\]"):
        elementary_divisors([{3: 1.5}])
    with pytest.raises(InvalidInput, match="n_columns"):
        smith_diagonal([{0: 1}])
    for prime in (1, 4, 2**64 + 13):
        with pytest.raises(InvalidInput, match="prime"):
            rank_mod_p(Matrix([[1]]), prime)
    with pytest.raises(InvalidInput, match="divisible"):
        rank_mod_p(Matrix([["1/3"]]), 3)
