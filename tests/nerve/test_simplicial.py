"""Simplicial complexes by hand: combinatorics, documents, bad input."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.nerve.simplicial import SimplicialComplex

FAMILIES = st.lists(st.sets(st.integers(0, 6), max_size=5), max_size=8)


@given(FAMILIES)
def test_simplices_are_the_nonempty_subsets(family: list[set[int]]) -> None:
    K = SimplicialComplex(family)
    expected = {c for s in family for k in range(1, len(s) + 1) for c in combinations(sorted(s), k)}
    found = [s for p in range(K.dimension + 1) for s in K.simplices(p)]
    assert sorted(found) == sorted(expected)
    assert all(list(K.simplices(p)) == sorted(K.simplices(p)) for p in range(K.dimension + 1))
    assert sum((-1) ** (len(s) - 1) for s in expected) == K.euler_characteristic


@given(FAMILIES)
def test_boundary_of_a_boundary_is_zero(family: list[set[int]]) -> None:
    K = SimplicialComplex(family)
    K.chains.check()
    for p in range(1, K.dimension + 1):
        assert (K.boundary(p - 1) @ K.boundary(p)).is_zero()


@given(FAMILIES)
def test_round_trips(family: list[set[int]]) -> None:
    K = SimplicialComplex(family)
    assert SimplicialComplex.from_json(K.to_json()) == K
    assert pickle.loads(pickle.dumps(K)) == K
    assert eval(repr(K)) == K
    assert SimplicialComplex(K.maximal_simplices) == K
    assert hash(SimplicialComplex(K.maximal_simplices)) == hash(K)


@given(FAMILIES, st.integers(0, 6))
def test_star_is_the_cone_over_the_link(family: list[set[int]], v: int) -> None:
    K = SimplicialComplex(family)
    if [v] not in K:
        with pytest.raises(InvalidInput):
            K.star([v])
        return
    link = K.link([v])
    cone = SimplicialComplex([[v], *([v, *s] for s in link.maximal_simplices)])
    assert K.star([v]) == cone
    assert cone.betti() == [1] + [0] * cone.dimension


def test_the_boundary_has_labels() -> None:
    K = SimplicialComplex(["abc"])
    d = K.boundary(2)
    assert d.columns == (("a", "b", "c"),)
    assert [d.at(e, ("a", "b", "c")) for e in K.simplices(1)] == [1, -1, 1]


def test_the_empty_complex() -> None:
    K = SimplicialComplex([])
    assert (K.dimension, K.f_vector, K.betti(), K.torsion(), K.euler_characteristic) == (-1, (), [], [], 0)
    assert K.simplices(0) == () and K.boundary(0).shape == (0, 0) and [0] not in K


def test_points_give_squared_lengths() -> None:
    K = SimplicialComplex([[0, 1], [1, 2]], points=[(0, 0), ("1/2", 0), (0, 1)])
    assert K.squared_length([1, 0]) == Fraction(1, 4) and K.squared_length([1, 2]) == Fraction(5, 4)
    L = SimplicialComplex([[0, 1], [1, 2]], squared_lengths={(1, 0): 2, (1, 2): "1/3"})
    assert L.squared_length([0, 1]) == 2 and eval(repr(L)) == L and eval(repr(K)) == K
    assert SimplicialComplex.from_json(L.to_json()).squared_length([2, 1]) == Fraction(1, 3)
    assert L.star([0]).squared_length([0, 1]) == 2
    assert K.to_networkx().nodes[2]["point"] == (0, 1)


def test_manifold_basics() -> None:
    sphere = SimplicialComplex(combinations(range(4), 3))
    assert sphere.is_pure() and sphere.is_pseudomanifold()
    assert not SimplicialComplex([[0, 1, 2], [0, 1, 3], [0, 1, 4]]).is_pseudomanifold()
    assert not SimplicialComplex([[0, 1, 2], [3, 4]]).is_pure()
    assert sphere.skeleton(1).f_vector == (4, 6)


def test_hodge_laplacian_with_unit_weights_has_betti_many_harmonics() -> None:
    circle = SimplicialComplex([[0, 1], [1, 2], [0, 2]])
    assert circle.laplacian(1).matrix.rank() == 2
    assert circle.gram(1, lambda s: s[0] + 1).diagonal() == (1, 1, 2)


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: SimplicialComplex([[0, 0]]), "maximal_simplices[0]"),
        (lambda: SimplicialComplex([[0], 5]), "maximal_simplices[1]"),  # type: ignore[list-item]
        (lambda: SimplicialComplex([[0], ["a"]]), "maximal_simplices"),
        (lambda: SimplicialComplex([[0, 1]], points=[(0,)]), "points"),
        (lambda: SimplicialComplex([[0, 1]], points=[(0,), (1, 2)]), "points"),
        (lambda: SimplicialComplex([[0, 1]], squared_lengths={}), "squared_lengths"),
        (lambda: SimplicialComplex([[0, 1]], squared_lengths={(0, 1): 0}), "squared_lengths[(0, 1)]"),
        (lambda: SimplicialComplex([[0, 1]], squared_lengths={(0, 2): 1}), "squared_lengths[(0, 2)]"),
        (
            lambda: SimplicialComplex.from_json({"schema": "exactgeom/simplicial-complex-1"}),
            "maximal_simplices",
        ),
        (lambda: SimplicialComplex([[0, 1]]).gram(0, "embedded"), "convention"),
    ],
)
def test_bad_input_names_the_place(make: object, place: str) -> None:
    with pytest.raises(InvalidInput) as error:
        make()  # type: ignore[operator]
    assert error.value.place == place


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: SimplicialComplex([[float("nan"), 1.0]]), "labels do not sort"),
        (lambda: SimplicialComplex([[float("nan")]]), "labels do not sort: NaN"),
        (lambda: SimplicialComplex([[frozenset({1}), frozenset({2})]]), "labels do not sort"),
        (lambda: SimplicialComplex([[0, 1]], points=[0, 1]), r"points\[0\]: expected coordinates"),
        (lambda: SimplicialComplex([[0, 1]], squared_lengths=[1]), "squared_lengths: expected a mapping"),
        (lambda: SimplicialComplex([[0, 1]], squared_lengths={5: 1}), "expected two vertices"),
        (lambda: SimplicialComplex([[0, 1]]).star(5), "expected the vertices"),
        (lambda: SimplicialComplex([[0, 1]]).link([[0]]), "is no simplex"),
        (lambda: SimplicialComplex([[0, 1]]).squared_length(3), "expected the vertices"),
        (lambda: SimplicialComplex([[0, 1]]).skeleton("a"), "k: expected a whole number"),
        (lambda: SimplicialComplex([[0, 1]]).gram(2), "degree from 0 to 1, got 2"),
        (lambda: SimplicialComplex([[0, 1]]).gram(True), "degree from 0 to 1, got True"),
        (lambda: SimplicialComplex([]).gram(0), "a complex with a vertex"),
        (lambda: SimplicialComplex([[0, 1]]).boundary("a"), "p: expected a whole number"),
        (lambda: SimplicialComplex([[0, 1]]).spectrum(0, bits="x"), "bits: expected an integer"),
        (lambda: SimplicialComplex([[0, 1]]).hodge(1, 5), "values: expected 1 numbers or a mapping"),
        (lambda: SimplicialComplex([[0, 1]]).harmonic_extension([1, 0]), "fixed: expected a mapping"),
        (lambda: SimplicialComplex([[0, 1]]).harmonic_extension({7: 0}), "fixed: 7 is not one of the labels"),
        (lambda: SimplicialComplex([[0, 1]]).harmonic_extension({0: 1, (0,): 1}), "fixed: .* is given twice"),
        (
            lambda: SimplicialComplex([[0, 1]]).harmonic_extension({0: "x"}),
            r"fixed\[\(0,\)\]: expected a number",
        ),
    ],
)
def test_wrong_types_and_labels_are_one_clear_line(make: Callable[[], object], text: str) -> None:
    with pytest.raises(InvalidInput, match=text) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("vertices", [28, 70])
def test_a_simplex_with_too_many_faces_is_refused_before_memory_is_gone(vertices: int) -> None:
    with pytest.raises(BudgetExceeded, match="faces"):
        SimplicialComplex([range(vertices)])


def test_vertices_stand_for_themselves_where_functions_are_given() -> None:
    K = SimplicialComplex([["a", "b"], ["b", "c"]])
    assert K.harmonic_extension({"a": 0, "c": 1}) == K.harmonic_extension({("a",): 0, ("c",): 1})
    assert K.hodge(0, {"b": 3}).sum() == (0, 3, 0)
    assert [["a"]] not in K


def test_results_are_hashable_and_equal_after_pickling() -> None:
    K = SimplicialComplex([[0, 1, 2], [2, 3], [3, 4], [4, 5]])
    results = [
        K.spectrum(0),
        K.spectrum(1, method="enclosure"),
        K.hodge(1, {(2, 3): 1}),
        K.harmonic_extension({0: 1}),
        K.smoothing_spline([0, 1, 0, 1, 0, 1], 1),
        K.compare_with_graph(),
        K.inertia(1),
        K.laplacian(1),
    ]
    for result in results:
        again = pickle.loads(pickle.dumps(result))
        assert again == result
        assert hash(again) == hash(result)
    assert K.spectrum(0) != K.spectrum(1)


@pytest.mark.parametrize("seed", range(4))
def test_hodge_laplacians_of_toponetx(seed: int) -> None:
    tnx = pytest.importorskip("toponetx", reason="the float peer is not a dependency")
    rnd = random.Random(seed)
    family = [rnd.sample(range(9), rnd.randint(1, 4)) for _ in range(8)]
    K, theirs = SimplicialComplex(family), tnx.SimplicialComplex(family)
    for p in range(K.dimension + 1):
        places, matrix = theirs.hodge_laplacian_matrix(p, signed=True, index=True)
        names = [tuple(sorted(name)) for name in places]
        ours = [[float(K.laplacian(p).at(a, b)) for b in names] for a in names]
        assert matrix.toarray().tolist() == ours
