"""Counting theorems without slicing: deletion-restriction against three other routes, and known families.

Other routes: Whitney's sum over subsets, points over a finite field (Athanasiadis), the Moebius function of
the flats (`plain`), the slicing engine.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement
from exactgeom.testkit.strategies import arrangements
from tests.partition.plain import face_counts, flats_of, region_count, rref

SMALL = arrangements(dims=(1, 2, 3, 4), sizes=(0, 1, 2, 3, 4, 5, 6))


def value(polynomial, t):
    return sum(c * t**k for k, c in enumerate(polynomial))


def product(roots):
    result = [1]
    for r in roots:
        result = [a - r * b for a, b in zip([0, *result], [*result, 0], strict=True)]
    return tuple(result)


def by_subsets(arrangement):
    """Whitney: chi(t) = sum over subsets B with a common point of (-1)^|B| t^(d - rank B)."""
    planes = {rref([(*normal, offset)])[0] for normal, offset in arrangement.hyperplanes}
    result = [0] * (arrangement.dim + 1)
    for size in range(len(planes) + 1):
        for subset in combinations(sorted(planes), size):
            reduced = rref(subset)
            if all(any(row[:-1]) for row in reduced):
                result[arrangement.dim - len(reduced)] += (-1) ** size
    return tuple(result)


@given(SMALL)
def test_whitney_sum_over_subsets(arrangement):
    assert arrangement.characteristic_polynomial == by_subsets(arrangement)


@given(SMALL)
def test_zaslavsky_against_the_moebius_function_of_the_flats(arrangement):
    counts, bounded = face_counts(arrangement)
    assert arrangement.f_vector == counts
    assert arrangement.relatively_bounded_region_count == bounded
    assert arrangement.region_count == counts[-1] == region_count(arrangement.hyperplanes, arrangement.dim)


@given(arrangements(dims=(1, 2, 3)))
def test_the_slicing_engine_counts_the_same_faces(arrangement):
    space = eg.partition(arrangement, None)
    assert space.f_vector == arrangement.f_vector
    assert sum(cell.is_bounded for cell in space.cells) == arrangement.bounded_region_count


@given(st.data(), st.sampled_from([(1, 2, 11), (2, 2, 43), (3, 1, 17)]))
@settings(max_examples=30)
def test_athanasiadis_points_over_a_finite_field(data, shape):
    """chi(p) counts the points of F_p^d off all hyperplanes; by Hadamard no minor reaches p: a good prime."""
    dim, bound, p = shape
    entries = st.lists(st.integers(-bound, bound), min_size=dim + 1, max_size=dim + 1)
    rows = data.draw(st.lists(entries.filter(lambda r: any(r[:-1])), max_size=7))
    points = np.stack(np.meshgrid(*[np.arange(p)] * dim), -1).reshape(-1, dim)
    free = np.ones(len(points), bool)
    for *normal, offset in rows:
        free &= (points @ np.array(normal) - offset) % p != 0
    arrangement = Arrangement([(row[:-1], row[-1]) for row in rows], dim=dim)
    assert value(arrangement.characteristic_polynomial, p) == free.sum()


@given(SMALL)
def test_laws_of_the_characteristic_polynomial(arrangement):
    chi, dim = arrangement.characteristic_polynomial, arrangement.dim
    signs = [c * (-1) ** (dim - k) for k, c in enumerate(chi)]
    assert len(chi) == dim + 1 and chi[-1] == 1 and min(signs) >= 0
    assert arrangement.whitney_numbers == chi[::-1][: arrangement.rank + 1] and chi[
        0 : dim - arrangement.rank
    ] == (0,) * (dim - arrangement.rank)
    assert arrangement.whitney_numbers[-1] != 0
    if arrangement.is_central and arrangement.hyperplanes:
        assert value(chi, 1) == 0
    assert arrangement.flat_numbers == tuple(
        sum(len(flat) == k for flat in flats_of(arrangement)) for k in range(arrangement.rank + 1)
    )


@given(SMALL)
def test_euler_relations_of_all_faces_and_of_the_bounded_ones(arrangement):
    def alternating(counts):
        return sum((-1) ** k * f for k, f in enumerate(counts))

    assert alternating(arrangement.f_vector) == (-1) ** arrangement.dim
    bounded = arrangement.bounded_f_vector
    assert alternating(bounded) == int(arrangement.is_essential)  # the bounded complex is contractible
    assert bounded[0] == (arrangement.f_vector[0] if arrangement.is_essential else 0)
    assert bounded[-1] == arrangement.bounded_region_count
    assert all(b <= f for b, f in zip(bounded, arrangement.f_vector, strict=True))


@given(arrangements(dims=(1, 2)), arrangements(dims=(1, 2)))
def test_the_polynomial_of_a_product_is_the_product(a, b):
    planes = [((*n, *[0] * b.dim), c) for n, c in a.hyperplanes]
    planes += [((*[0] * a.dim, *n), c) for n, c in b.hyperplanes]
    both = Arrangement(planes, dim=a.dim + b.dim)
    expected = np.polynomial.polynomial.polymul(a.characteristic_polynomial, b.characteristic_polynomial)
    assert list(both.characteristic_polynomial) == expected.tolist()
    assert both.f_vector == tuple(np.convolve(a.f_vector, b.f_vector).tolist())


@given(arrangements(), st.data())
def test_counts_do_not_see_order_repetition_scale_or_affine_maps(arrangement, data):
    dim = arrangement.dim
    shear = data.draw(st.lists(st.integers(-2, 2), min_size=dim, max_size=dim))
    moved = []
    for normal, offset in data.draw(st.permutations(arrangement.hyperplanes)):
        first = normal[0] + sum(s * c for s, c in zip(shear[1:], normal[1:], strict=True))
        factor = data.draw(st.sampled_from([Fraction(1), Fraction(-2, 3)]))
        shift = sum((s * c for s, c in zip(shear, normal, strict=True)), Fraction(0))
        moved += [([factor * c for c in (first, *normal[1:])], factor * (offset + shift))] * 2
    other = Arrangement(moved, dim=dim)
    assert other.characteristic_polynomial == arrangement.characteristic_polynomial
    assert other.f_vector == arrangement.f_vector and other.flat_numbers == arrangement.flat_numbers


@given(arrangements())
def test_flats_are_named_by_the_hyperplanes_that_contain_them(arrangement):
    flats = list(arrangement.flats())
    assert len({flat.hyperplanes for flat in flats}) == len(flats) == len(flats_of(arrangement))
    for flat in flats:
        rows = [(*arrangement.hyperplanes[i][0], arrangement.hyperplanes[i][1]) for i in flat.hyperplanes]
        reduced = rref(rows)
        assert len(reduced) == flat.codimension
        containing = [
            i for i, (n, c) in enumerate(arrangement.hyperplanes) if rref([*reduced, (*n, c)]) == reduced
        ]
        assert flat.hyperplanes == tuple(containing)


# -- families --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", range(1, 9))
def test_braid(n):
    braid = Arrangement.braid(n)
    assert braid.characteristic_polynomial == product(range(n))
    assert (braid.region_count, braid.rank, braid.is_essential) == (factorial(n), n - 1, False)
    assert braid.bounded_region_count == 0
    stirling = [
        sum((-1) ** (k - i) * comb(k, i) * i**n for i in range(k + 1)) // factorial(k) for k in range(n + 1)
    ]
    assert braid.flat_numbers == tuple(stirling[n - k] for k in range(n))
    assert braid.f_vector[1:] == tuple(factorial(k) * stirling[k] for k in range(1, n + 1))


@pytest.mark.parametrize("n", range(1, 7))
def test_shi(n):
    shi = Arrangement.shi(n)
    assert shi.characteristic_polynomial == product([0] + [n] * (n - 1))
    assert shi.region_count == (n + 1) ** (n - 1)
    assert shi.relatively_bounded_region_count == (n - 1) ** (n - 1)


@pytest.mark.parametrize("n", range(1, 6))
def test_catalan(n):
    catalan = Arrangement.catalan(n)
    assert catalan.characteristic_polynomial == product([0, *range(n + 1, 2 * n)])
    assert catalan.region_count == factorial(n) * comb(2 * n, n) // (n + 1)


@pytest.mark.parametrize("n", range(1, 7))
def test_linial_by_postnikov_and_stanley(n):
    linial = Arrangement.linial(n)
    for t in range(-3, n):
        expected = Fraction(t, 2**n) * sum(comb(n, k) * Fraction(t - k) ** (n - 1) for k in range(n + 1))
        assert value(linial.characteristic_polynomial, t) == expected
    assert linial.region_count == [1, 2, 7, 36, 246, 2104][n - 1]


@pytest.mark.parametrize("n", range(1, 6))
def test_resonance(n):
    assert Arrangement.resonance(n).region_count == [2, 6, 32, 370, 11292][n - 1]


@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_boolean(n):
    boolean = Arrangement.boolean(n)
    assert boolean.characteristic_polynomial == product([1] * n)
    if n <= 5:
        assert boolean.f_vector == tuple(comb(n, k) * 2**k for k in range(n + 1))


@pytest.mark.parametrize(("dim", "count"), [(1, 0), (1, 5), (2, 9), (3, 2), (3, 8), (4, 15), (6, 7)])
def test_generic(dim, count):
    arrangement = Arrangement.generic(dim, count)
    chi = tuple((-1) ** (dim - k) * comb(count, dim - k) for k in range(dim + 1))
    assert arrangement.characteristic_polynomial == chi
    assert arrangement.flat_numbers == tuple(comb(count, k) for k in range(min(dim, count) + 1))
    assert arrangement.f_vector == tuple(
        comb(count, dim - k) * sum(comb(max(count - dim + k, 0), i) for i in range(k + 1))
        for k in range(dim + 1)
    )
    assert arrangement.bounded_region_count == (comb(count - 1, dim) if count else 0)
    assert arrangement.is_generic and arrangement.is_simple


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Arrangement.braid(0), "n: expected a whole number of at least 1, got 0"),
        (lambda: Arrangement.shi(2.0), "n: expected a whole number of at least 1, got 2.0"),
        (lambda: Arrangement.resonance(17), "n: 2^17 - 1 hyperplanes are more than 65536"),
        (lambda: Arrangement.generic(2, -1), "count: expected a whole number of at least 0, got -1"),
        (lambda: Arrangement.boolean(True), "n: expected a whole number of at least 1, got True"),
    ],
)
def test_bad_sizes_are_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert str(caught.value) == message
