"""Counting theorems for arrangements on all of R^d, against the Moebius function of the flats."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements
from tests.partition.plain import face_counts, region_count

SMALL = arrangements(dims=(1, 2, 3), sizes=(0, 1, 2, 3, 4, 5))


def moment_curve(dim: int, count: int) -> eg.Arrangement:
    """Hyperplanes in general position: normals on the moment curve, offsets far apart in degree."""
    planes = [([t**k for k in range(dim)], t ** (dim + 1) + 1) for t in range(1, count + 1)]
    return eg.Arrangement(planes, dim=dim)


def braid(n: int) -> eg.Arrangement:
    normals = [[(k == i) - (k == j) for k in range(n)] for i, j in combinations(range(n), 2)]
    return eg.Arrangement([(normal, 0) for normal in normals], dim=n)


@given(SMALL)
@settings(max_examples=60)
def test_zaslavsky_face_counts_of_degenerate_arrangements(arrangement: eg.Arrangement) -> None:
    space = eg.partition(arrangement, None)
    counts, bounded = face_counts(arrangement)
    assert space.f_vector == counts
    assert len(space.cells) == region_count(arrangement.hyperplanes, arrangement.dim)
    lineality = len(space.cells[0].lineality)
    assert sum(cell.is_bounded for cell in space.cells) == (0 if lineality else bounded)
    assert space.euler_characteristic == (-1) ** arrangement.dim
    assert space.validate()


@pytest.mark.parametrize(("dim", "count"), [(1, 7), (2, 6), (3, 6), (4, 6)])
def test_zaslavsky_region_count_of_generic_arrangements(dim: int, count: int) -> None:
    arrangement = moment_curve(dim, count)
    space = eg.partition(arrangement, None)
    expected = [
        comb(count, dim - k) * sum(comb(count - dim + k, i) for i in range(k + 1)) for k in range(dim + 1)
    ]
    assert list(space.f_vector) == expected
    assert sum(cell.is_bounded for cell in space.cells) == comb(count - 1, dim)
    assert face_counts(arrangement) == (tuple(expected), comb(count - 1, dim))


@pytest.mark.parametrize("n", [2, 3, 4])
def test_braid_arrangement_cuts_the_cube_into_equal_chambers(n: int) -> None:
    cube = eg.partition(braid(n), eg.box(0, 1, dim=n))
    assert len(cube.cells) == factorial(n)
    assert {cell.volume for cell in cube.cells} == {Fraction(1, factorial(n))}
    assert all(len(cell.vertex_ids) == n + 1 for cell in cube.cells)
    assert cube.validate()


@pytest.mark.parametrize("n", [2, 3, 4])
def test_braid_arrangement_on_the_whole_space(n: int) -> None:
    space = eg.partition(braid(n), None)
    # faces are ordered set partitions: k blocks, dimension k
    surjections = [sum((-1) ** i * comb(k, i) * (k - i) ** n for i in range(k + 1)) for k in range(n + 1)]
    assert list(space.f_vector) == [0, *surjections[1:]]
    assert all(cell.lineality == (tuple(Fraction(1) for _ in range(n)),) for cell in space.cells)
    assert all(len(cell.rays) == n - 1 for cell in space.cells)
    assert not any(cell.vertices for cell in space.cells)


@pytest.mark.parametrize("dim", [1, 2, 3, 5])
def test_boolean_arrangement_has_three_to_the_d_faces(dim: int) -> None:
    planes = [([int(i == j) for j in range(dim)], i) for i in range(dim)]
    space = eg.partition(eg.Arrangement(planes, dim=dim), None)
    assert list(space.f_vector) == [comb(dim, k) * 2**k for k in range(dim + 1)]


@pytest.mark.parametrize("repeats", [63, 64, 65, 130])
def test_repeated_hyperplanes_change_nothing_but_the_signs(repeats: int) -> None:
    """More functions than bits in a machine word: several passes over the same cut."""
    planes = [([1, -1], 0)] * repeats + [([-2, 2], 0), ([1, 1], 1)]
    space = eg.partition(eg.Arrangement(planes), None)
    assert space.f_vector == (1, 4, 4)
    assert {cell.signs for cell in space.cells} == {
        a * repeats + b + c for a, b in ("+-", "-+") for c in "+-"
    }
    assert {c for cell in space.cells for c in cell.signs} == {"+", "-"}


@given(st.integers(1, 3), st.integers(1, 9))
def test_parallel_hyperplanes_leave_slabs(dim: int, count: int) -> None:
    planes = [([1, *[2] * (dim - 1)], k) for k in range(count)]
    space = eg.partition(eg.Arrangement(planes, dim=dim), None)
    assert space.f_vector == (0,) * (dim - 1) + (count, count + 1)
    assert all(len(cell.lineality) == dim - 1 for cell in space.cells)
    assert sum(cell.is_bounded for cell in space.cells) == (count - 1 if dim == 1 else 0)
