"""Polytopes with known answers, and extreme sizes."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import combinations
from math import comb, factorial

import pytest
from hypothesis import given

from exactgeom import Polytope, Surd, box, cross_polytope, permutohedron, simplex
from exactgeom.polyhedra import validate
from exactgeom.testkit.strategies import polytopes


def from_rows(rows, equations=()):
    return Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows], equations=equations)


def moment_curve(dim, count):
    return Polytope.from_vertices([[F(t) ** k for k in range(1, dim + 1)] for t in range(count)])


# -- closed forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", range(1, 7))
def test_simplices_boxes_and_cross_polytopes(d):
    assert simplex(d).volume == F(1, factorial(d))
    assert simplex(d).f_vector == tuple(comb(d + 1, k + 1) for k in range(d + 1))
    assert simplex(d).centroid == (F(1, d + 1),) * d
    cube = box("-1/2", 1, dim=d)
    assert cube.volume == F(3, 2) ** d and cube.centroid == (F(1, 4),) * d
    assert cube.f_vector == tuple(2 ** (d - k) * comb(d, k) for k in range(d + 1))
    cross = cross_polytope(d)
    assert cross.volume == F(2**d, factorial(d))
    assert cross.f_vector == (*(2 ** (k + 1) * comb(d, k + 1) for k in range(d)), 1)
    assert Polytope.from_vertices(cube.vertices) == cube == from_rows(cube.inequalities)
    assert from_rows(cross.inequalities) == cross and len(cross.inequalities) == 2**d


@pytest.mark.parametrize("n", range(1, 6))
def test_permutohedra(n):
    polytope = permutohedron(n)
    assert polytope.dim == n - 1 and polytope.volume == 0
    assert polytope.relative_volume == (Surd(1) if n == 1 else F(n) ** (n - 2) * Surd.sqrt(n))
    assert polytope.f_vector[0] == factorial(n)
    assert len(polytope.inequalities) == (2**n - 2)
    assert polytope.equations == (((F(1),) * n, F(n * (n + 1), 2)),)


@pytest.mark.parametrize(("d", "n"), [(2, 7), (3, 7), (4, 7), (4, 8), (5, 7)])
def test_cyclic_polytopes(d, n):
    polytope = moment_curve(d, n)
    for k in range(1, d // 2 + 1):  # neighbourly
        assert polytope.f_vector[k - 1] == comb(n, k)
    half = d // 2
    facets = 2 * comb(n - half - 1, half) if d % 2 else comb(n - half, half) + comb(n - half - 1, half - 1)
    assert len(polytope.inequalities) == facets
    gale = 0  # Gale's evenness condition
    for chosen in combinations(range(n), d):
        rest = [i for i in range(n) if i not in chosen]
        gale += all(sum(a < c < b for c in chosen) % 2 == 0 for a, b in combinations(rest, 2))
    assert facets == gale
    assert from_rows(polytope.inequalities) == polytope


def test_pyramids_are_not_simple():
    for d in (3, 4, 5):
        base = [[*v, 0] for v in box(0, 1, dim=d - 1).vertices]
        pyramid = Polytope.from_vertices([*base, [F(1, 3)] * d])
        assert pyramid.volume == F(1, 3) / d
        assert len(pyramid.inequalities) == 2 * (d - 1) + 1
        assert from_rows(pyramid.inequalities) == pyramid


def test_the_24_cell():
    plus_minus = (1, -1)
    roots = [
        [s * (k == i) + t * (k == j) for k in range(4)]
        for i, j in combinations(range(4), 2)
        for s in plus_minus
        for t in plus_minus
    ]
    polytope = Polytope.from_vertices(roots)
    assert polytope.f_vector == (24, 96, 96, 24, 1) and polytope.volume == 8


# -- extremes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2, 3])
def test_huge_integers(d):
    far = 10**200
    polytope = box(far, far + 1, dim=d)
    assert polytope.volume == 1 and polytope.centroid == (far + F(1, 2),) * d
    assert Polytope.from_vertices(polytope.vertices) == polytope == from_rows(polytope.inequalities)
    assert box(-far, far, dim=d).volume == (2 * far) ** d
    assert eval(repr(polytope)) == polytope


@pytest.mark.parametrize("d", [1, 2, 3])
def test_slivers(d):
    thin = F(1, 2**200)
    polytope = box([0] * d, [*([1] * (d - 1)), thin])
    assert polytope.volume == thin and polytope.is_full_dimensional
    assert Polytope.from_vertices(polytope.vertices) == polytope
    corner = from_rows([*box(0, 1, dim=d).inequalities, ((-1,) * d, -d + thin)])
    assert corner.volume == thin**d / factorial(d) and corner.f_vector == simplex(d).f_vector


@given(polytopes(dims=(1, 2, 3), sizes=(5,)))
def test_a_single_point_is_a_polytope(polytope):
    point = Polytope.from_vertices([polytope.centroid] * 3)
    assert point.f_vector == (1,) and point.dim == 0 and point.vertices == (polytope.centroid,)
    assert point.relative_volume == 1 and point.volume == 0 and point.inequalities == ()
    assert polytope.intersection(point) == point == point.intersection(point)
    assert point.centroid == polytope.centroid and validate(point.complex, domain=point)
