"""Combinatorial curvature sums to the Euler characteristic, on anything simplicial."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.curvature.combinatorial import Faces, combinatorial_curvature
from exactgeom.exact import InvalidInput
from tests.curvature.surfaces import (
    MOEBIUS,
    OCTAHEDRON,
    PROJECTIVE_PLANE,
    TETRAHEDRON,
    disc,
    icosahedron,
    torus,
)

simplices = st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4), max_size=12)


@given(simplices)
def test_curvature_sums_to_the_euler_characteristic(listed) -> None:
    curvature = combinatorial_curvature(listed)
    brute = set()
    for simplex in listed:
        for k in range(1, len(simplex) + 1):
            brute.update(map(frozenset, combinations(simplex, k)))
    chi = sum((-1) ** (len(face) - 1) for face in brute)
    assert curvature.total == chi == curvature.euler_characteristic
    for vertex, value in curvature.items():
        expected = sum(Fraction((-1) ** (len(f) - 1), len(f)) for f in brute if vertex in f)
        assert value == expected


@pytest.mark.parametrize(
    ("surface", "chi"),
    [
        (TETRAHEDRON, 2), (OCTAHEDRON, 2), (icosahedron(), 2), (torus(), 0), (disc(), 1), (MOEBIUS, 0),
        (PROJECTIVE_PLANE, 1), ([(0,)], 1), ([(0,), (1,)], 2), ([], 0), ([(0, 1), (1, 2), (0, 2)], 0),
    ],
)  # fmt: skip
def test_named_complexes(surface, chi) -> None:
    assert combinatorial_curvature(surface).total == chi


def test_on_closed_surfaces_it_is_one_minus_a_sixth_of_the_degree() -> None:
    for surface in (icosahedron(), torus(), PROJECTIVE_PLANE, OCTAHEDRON):
        degrees = {v: sum(v in t for t in surface) for t in surface for v in t}
        assert dict(combinatorial_curvature(surface)) == {v: 1 - Fraction(n, 6) for v, n in degrees.items()}


def test_simplices_have_equal_shares() -> None:
    for n in range(1, 6):
        assert set(combinatorial_curvature([tuple(range(n))]).values()) == {Fraction(1, n)}


class Levels:
    """A complex known by its simplices only."""

    def simplices(self, p: int):
        return {0: [("b",), ("a",)], 1: [("a", "b")]}.get(p, [])


def test_complexes_come_by_their_simplices() -> None:
    assert dict(combinatorial_curvature(Levels())) == {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    nerve = pytest.importorskip("exactgeom.nerve.simplicial", reason="the nerve is not there")
    K = nerve.SimplicialComplex(torus())
    assert combinatorial_curvature(K) == combinatorial_curvature(torus())
    assert Faces.of(K).f_vector == K.f_vector


def test_labels_that_do_not_compare() -> None:
    assert Faces.of([("a", 1), (1, None)]).vertices == ("a", 1, None)


@pytest.mark.parametrize("bad", [[(0, 0, 1)], [5], [([1], 2)]])
def test_bad_simplices_are_named(bad) -> None:
    with pytest.raises(InvalidInput, match=r"simplices\[0\]"):
        combinatorial_curvature(bad)


def test_curvature_is_a_value() -> None:
    curvature = combinatorial_curvature(disc())
    assert curvature[0] == 0
    again = pickle.loads(pickle.dumps(curvature))
    assert again == curvature and hash(again) == hash(curvature)
