"""Nerves of covers, the overlap inner product, compatibility of stars."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput
from exactgeom.linalg import Matrix
from exactgeom.nerve.build import nerve
from exactgeom.nerve.compatibility import assemble, check_compatibility, disagreements, star_grams
from exactgeom.nerve.cover import Cover, knn_cover, nerve_of_cover
from exactgeom.nerve.hodge import HodgeComplex
from exactgeom.nerve.inertia import inertia
from exactgeom.nerve.labelled import LabelledMatrix

COVERS = st.lists(st.sets(st.integers(0, 5), max_size=4), max_size=6)
MASSES = st.lists(st.fractions(0, 3, max_denominator=4), min_size=6, max_size=6)


@given(COVERS, MASSES)
def test_nerve_and_masses_from_the_definition(sets: list[set[int]], masses: list[Fraction]) -> None:
    K = nerve_of_cover(sets, dict(enumerate(masses)), max_dim=2)
    for p in range(3):
        expected = {
            σ: sum((masses[x] for x in common), Fraction(0))
            for σ in combinations(range(len(sets)), p + 1)
            if (common := set.intersection(*(sets[i] for i in σ)))
        }
        assert set(K.simplices(p)) == set(expected)
        for σ, mass in expected.items():
            assert K.volume(p, σ) == mass and set(K.face(p, σ)) == set.intersection(*(sets[i] for i in σ))
            for τ in expected:
                if σ != τ and p and len(set(σ) & set(τ)) == p:
                    both = set.intersection(*(sets[i] for i in {*σ, *τ}))
                    overlap = sum((masses[x] for x in both), Fraction(0))
                    assert K.gram(p, "overlap").at(σ, τ) == overlap
                    assert abs(K.gram(p, "signed-overlap").at(σ, τ)) == overlap


@given(COVERS, MASSES)
def test_every_star_is_semidefinite_and_stars_agree(sets: list[set[int]], masses: list[Fraction]) -> None:
    K = nerve_of_cover(sets, dict(enumerate(masses)))
    for p in range(1, K.dimension + 1):
        for name in ("overlap", "signed-overlap", "diagonal"):
            report = check_compatibility(K, p, name)
            assert report.agrees and report.stars_are_semidefinite
            assert assemble(star_grams(K, p, name), K.labels(p)) == K.gram(p, name)


def test_four_sets_with_a_common_point() -> None:
    """The stars are semidefinite, the assembled overlap matrix has the eigenvalue −1."""
    K = nerve_of_cover([[0], [0], [0], [0]], max_dim=1)
    G = K.gram(1, "overlap")
    assert K.counts == (4, 6) and K.betti() == [1, 0]
    # (t − 5)(t − 1)³(t + 1)²: the octahedron's adjacency matrix plus one
    t = [Fraction(c) for c in (1,)]
    for root in (5, 1, 1, 1, -1, -1):
        t = [(-root * (t[i] if i < len(t) else 0)) + (t[i - 1] if i else 0) for i in range(len(t) + 1)]
    assert list(G.matrix.charpoly()) == t
    for name, signature in (("overlap", (4, 2, 0)), ("signed-overlap", (3, 3, 0))):
        report = check_compatibility(K, 1, name)
        assert report.agrees and report.stars_are_semidefinite
        found = report.assembled
        assert found == signature and not found.is_positive_semidefinite
        assert found.negative_value < 0
        assert "indefinite" in str(report)


def test_signed_overlap_does_not_depend_on_the_order_of_the_sets() -> None:
    sets = [{0, 1}, {1, 2, 0}, {0}, {1, 0}]
    grams = [
        nerve_of_cover([sets[i] for i in order]).gram(1, "signed-overlap").matrix.charpoly()
        for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0))
    ]
    assert grams[0] == grams[1] == grams[2]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=8), st.integers(1, 4))
def test_nearest_neighbours_from_all_distances(points: list[tuple[int, int]], k: int) -> None:
    k = min(k, len(points))
    cover, by_index = knn_cover(points, k), knn_cover(points, k, ties="index")
    for i, (x, y) in enumerate(points):
        far = [(a - x) ** 2 + (b - y) ** 2 for a, b in points]
        reach = sorted(far)[k - 1]
        assert cover.sets[i] == {j for j, q in enumerate(far) if q <= reach}
        assert len(by_index.sets[i]) == k and by_index.sets[i] <= cover.sets[i] and i in by_index.sets[i]


def test_ties_are_explicit() -> None:
    assert knn_cover([[0], [1], [2]], 2, ties="index").sets[1] == {0, 1}
    with pytest.raises(eg.InvalidInput, match="equally far"):
        knn_cover([[0], [1], [2]], 2, ties="error")
    assert knn_cover([[0], ["1/3"], ["2/3"]], 2).sets[1] == {0, 1, 2}  # equal as fractions
    assert knn_cover([[0], [1 / 3], [2 / 3]], 2).sets[1] == {0, 1, 2}  # doubles happen to tie here


def test_a_circle_of_neighbours() -> None:
    points = [(4, 0), (3, 3), (0, 4), (-3, 3), (-4, 0), (-3, -3), (0, -4), (3, -3)]
    K = nerve_of_cover(knn_cover(points, 3), max_dim=2)
    assert K.betti() == [1, 1, 0]


def test_disagreements_are_found() -> None:
    a = LabelledMatrix("xy", "xy", [[1, 2], [2, 1]])
    b = LabelledMatrix("xyz", "xyz", [[1, 5, 0], [5, 1, 0], [0, 0, 1]])
    wrong, compared = disagreements({"a": a, "b": b})
    assert compared == 3 and [(w.first, w.second, w.values) for w in wrong] == [("x", "y", (2, 5))]
    with pytest.raises(eg.InvalidInput, match="disagree"):
        assemble({"a": a, "b": b})
    assert assemble({"a": a, "c": LabelledMatrix("z", "z", [[7]])}).matrix == Matrix(
        [[1, 2, 0], [2, 1, 0], [0, 0, 7]]
    )


@pytest.mark.parametrize(
    "convention", ["diagonal", "face-weighted", "embedded", "ridge-weighted", "area-vector"]
)
def test_stars_of_partitions_agree(convention: str) -> None:
    planes = [([1, 0, 0], 0), ([0, 1, 0], 0), ([1, 2, 1], "1/3")]
    P = eg.partition(eg.Arrangement(planes), eg.box(-1, 1, dim=3))
    for K in (P.nerve(), P.dual_complex()):
        for p in (1, 2):
            report = check_compatibility(K, p, convention)
            assert report.agrees and report.compared > 0
            assert assemble(star_grams(K, p, convention), K.labels(p)) == K.gram(p, convention)


def test_bad_covers() -> None:
    bad: list[tuple[Any, str]] = [
        (lambda: Cover([5]), "sets[0]"),
        (lambda: Cover([[0]], {0: -1}), "masses[0]"),
        (lambda: Cover([[[]]]), "sets[0]"),
        (lambda: knn_cover([[0]], 2), "k"),
        (lambda: knn_cover([[0], [1, 2]], 1), "points"),
        (lambda: nerve_of_cover([[0]], max_dim=1.5), "max_dim"),  # type: ignore[arg-type]
        (lambda: nerve_of_cover([[0]]).gram(0, "embedded"), "convention"),
    ]
    for make, place in bad:
        with pytest.raises(eg.InvalidInput) as error:
            make()
        assert error.value.place == place


def test_empty_and_pickles() -> None:
    assert nerve_of_cover([]).counts == () and nerve_of_cover([[], []]).betti() == []
    K = nerve_of_cover({"a": "xy", "b": "yz"}, {"y": "1/2"})
    assert pickle.loads(pickle.dumps(K)) == K and K.gram(1)[0, 0] == Fraction(1, 2)
    assert eval(repr(K.source)) == K.source


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nerve_of_cover(5), "sets: expected sets of points"),
        (lambda: nerve_of_cover("ab"), "sets: expected sets of points"),
        (lambda: nerve_of_cover([[0]], [1]), "masses: expected a mapping"),
        (lambda: nerve_of_cover(Cover([[0]]), {0: 2}), "masses: the Cover has masses already"),
        (lambda: knn_cover(None, 1), "points: expected rows"),
        (lambda: knn_cover([0, 1], 1), r"points\[0\]: expected coordinates"),
        (lambda: knn_cover([[0], [1]], 1, masses=[1]), "masses: expected 2 masses"),
        (lambda: knn_cover([[0], [1]], 1, masses=5), "masses: expected 2 masses"),
        (lambda: check_compatibility(5, 1), "K: expected a nerve"),
        (lambda: assemble(5), "stars: expected a mapping"),
        (lambda: nerve(5), "partition: expected a partition, got int"),
        (lambda: nerve_of_cover([[0], [0]]).face(1, [0, 1]), "no element"),
        (lambda: nerve_of_cover([[0], [0]]).volume("x", 0), "p: expected a degree"),
        (lambda: inertia(5), "inertia: expected a symmetric matrix"),
        (lambda: HodgeComplex(5, []), "boundaries: expected a list"),
        (lambda: HodgeComplex([], [5]), "grams: expected a list"),
        (lambda: LabelledMatrix(5, "b", [[1]]), "matrix.rows: expected hashable labels"),
        (lambda: LabelledMatrix([[0]], "b", [[1]]), "matrix.rows: expected hashable labels"),
        (lambda: LabelledMatrix("a", "b", 5), "matrix: expected rows"),
        (lambda: LabelledMatrix("a", "b", [5]), "matrix: expected rows"),
        (lambda: LabelledMatrix("a", "b", {5: 1}), "matrix: expected a position"),
        (lambda: LabelledMatrix("a", "b", [[1]]) @ 5, "@: expected a labelled matrix"),
    ],
)
def test_wrong_types_are_one_clear_line(make: Any, text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        make()


def test_the_nerve_of_a_cover_says_so_once() -> None:
    assert (
        repr(nerve_of_cover([[0, 1], [1]])) == "<the nerve of a cover of 2 points by 2 sets: 2, 1 elements>"
    )


@pytest.mark.parametrize("sets", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("max_dim", [1, 2, 3])
def test_truncated_covers_keep_their_homology_and_say_so(sets: int, max_dim: int) -> None:
    K = nerve_of_cover([[0]] * sets, max_dim=max_dim)
    whole = sets <= max_dim + 1
    assert K.betti() == [1] + [0] * K.dimension
    assert bool(K.notes) is not whole
    assert (K.betti(skeleton=True) == K.betti()) is whole
