"""Density-weighted lengths: exact where they can be, certified elsewhere, nothing chosen in silence."""

from __future__ import annotations

import pickle
from fractions import Fraction
from math import isclose
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.curvature.lengths import MEANS, EdgeLengths, edge_density, weighted_lengths
from exactgeom.curvature.lengths_partition import density_lengths, dual_edges, face_volumes, shares
from exactgeom.curvature.lengths_values import power
from exactgeom.curvature.vertex import angle_defects
from exactgeom.exact import Enclosure, InvalidInput, Surd, UnboundedError
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.boxes import partition_boxes

CROSS = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
SLANTED = eg.partition(eg.Arrangement([([1, 1], 0), ([1, -2], "1/3")]), eg.box(-1, 1, dim=2))
rationals = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=50)
exponents = st.fractions(min_value=Fraction(1, 12), max_value=1, max_denominator=12)


@given(rationals, exponents)
def test_a_power_raised_back_is_the_number(base: Fraction, alpha: Fraction) -> None:
    value = power(base, alpha)
    if isinstance(value, Enclosure):
        assert (value**alpha.denominator).contains(base**alpha.numerator)
        assert value.accuracy_bits >= 60
    else:
        assert value**alpha.denominator == base**alpha.numerator
        assert value > 0


@pytest.mark.parametrize(
    ("base", "alpha", "expected"),
    [
        (Fraction(8), Fraction(1, 3), Fraction(2)),
        (Fraction(2), Fraction(3, 4), Surd.root4(8)),
        (Fraction(27, 8), Fraction(1, 6), Surd.sqrt("3/2")),
        (Fraction(1, 256), Fraction(1, 8), Fraction(1, 2)),
        (Fraction(16), Fraction(1, 8), Surd.sqrt(2)),
        (Fraction(1), Fraction(5, 7), Fraction(1)),
    ],
)
def test_powers_that_are_square_or_fourth_roots_are_exact(base, alpha, expected) -> None:
    assert power(base, alpha) == expected


def test_other_powers_are_certified() -> None:
    value = power(Fraction(2), Fraction(1, 3), 200)
    assert isinstance(value, Enclosure)
    assert value.lower**3 < 2 < value.upper**3
    assert value.accuracy_bits >= 200


@given(rationals, rationals)
def test_means_are_ordered(a: Fraction, b: Fraction) -> None:
    arithmetic, geometric, harmonic, minimum = (edge_density(a, b, mean) for mean in MEANS)
    assert minimum <= harmonic <= geometric <= arithmetic
    assert geometric * geometric == arithmetic * harmonic == a * b


def test_lengths_by_hand() -> None:
    base = {(0, 1): 3, (1, 2): Surd.sqrt(2)}
    lengths = weighted_lengths(base, [1, 3, 0], mean="arithmetic", alpha="1/2")
    assert lengths[0, 1] == 3 / Surd.sqrt(2) == lengths[1, 0]
    assert lengths[1, 2] == Surd.sqrt(2) / Surd.sqrt("3/2")
    assert lengths.is_exact
    cube = weighted_lengths(base, [1, 3, 0], alpha="1/3")
    assert not cube.is_exact
    assert (cube[0, 1] ** 3).contains(Fraction(27, 2))


@given(st.lists(rationals, min_size=3, max_size=3), rationals)
def test_scaling_densities_scales_lengths(densities, factor) -> None:
    base = {(0, 1): 1, (1, 2): 2, (0, 2): "5/2"}
    for alpha in ("1/2", "1/4", 1):
        one = weighted_lengths(base, densities, alpha=alpha, mean="harmonic")
        other = weighted_lengths(base, [factor * d for d in densities], alpha=alpha, mean="harmonic")
        scale = power(factor, Fraction(alpha))
        assert all(other[edge] * scale == one[edge] for edge in one)


@given(rationals, rationals, st.sampled_from(MEANS))
def test_the_length_times_the_power_of_the_density_is_the_base(a, b, mean) -> None:
    rho = edge_density(a, b, mean)
    for alpha, power_of in ((1, 1), ("1/2", 2)):
        lengths = weighted_lengths({(0, 1): 3}, [a, b], mean=mean, alpha=alpha)
        assert lengths.edges[0].density == rho
        assert lengths[0, 1] ** power_of * rho == 3**power_of


def test_choices_of_length_on_the_cross() -> None:
    centroid = density_lengths(CROSS, [1, 1, 1, 1])
    unit = density_lengths(CROSS, [1, 1, 1, 1], length="unit")
    face = density_lengths(CROSS, [1, 1, 1, 1], length="face")
    for edge in dual_edges(CROSS):
        assert (centroid[edge], unit[edge], face[edge]) == (4, 4, 4)  # ρ = 1/4, ℓ = 1, faces of length 1
    assert set(face_volumes(CROSS).values()) == {Fraction(1)}


def test_centroid_distances_against_floats() -> None:
    lengths = density_lengths(SLANTED, [1] * len(SLANTED.cells), alpha="1/2")
    for i, j in lengths:
        a, b = (SLANTED.cells[k] for k in (i, j))
        ell = sum(float(x - y) ** 2 for x, y in zip(a.centroid, b.centroid, strict=True)) ** 0.5
        rho = (1 / len(SLANTED.cells)) * (1 / a.volume + 1 / b.volume) / 2
        assert isclose(float(lengths[i, j]), ell / float(rho) ** 0.5, rel_tol=1e-12)


class Located:
    """The little of a located data set that lengths ask for."""

    masses = (Fraction(1, 2), Fraction(1, 2), Fraction(0), Fraction(0))
    total_weight = Fraction(2)
    means = ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 4), Fraction(-1, 4)), None, None)


def test_data_means_and_their_absence() -> None:
    lengths = density_lengths(CROSS, Located(), length="mean", mean="minimum", empty="restrict")
    assert lengths[0, 1] == Surd.sqrt(Fraction(1, 16) + Fraction(9, 16)) * 2
    with pytest.raises(InvalidInput, match=r"cell 2 holds no data"):
        density_lengths(CROSS, Located(), length="mean", empty="restrict")
    with pytest.raises(InvalidInput, match="means"):
        density_lengths(CROSS, [1, 1, 1, 1], length="mean")


def test_located_data_and_its_masses_agree() -> None:
    data = CROSS.locate([["1/2", "1/2"], ["1/3", 0], ["-1/2", "1/4"], [-1, -1]])
    densities = density_lengths(CROSS, data, empty="infinite").densities
    assert densities == data.densities
    by_mass = density_lengths(CROSS, data.masses, empty="infinite")
    assert by_mass.densities == densities
    assert density_lengths(CROSS, data, length="mean", empty="infinite", mean="minimum").is_exact
    for mean in MEANS:
        lengths = density_lengths(CROSS, data, mean=mean, empty="infinite")
        assert {item.edge: item.density for item in lengths.edges} == data.edge_densities(mean)


def test_supported_triangles_have_three_finite_edges() -> None:
    nerve = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    lengths = density_lengths(CROSS, [1, 1, 1, 0], edges=nerve, mean="minimum", empty="infinite")
    assert lengths.supported([(0, 1, 2, 3)]) == ((0, 1, 2),)
    assert lengths.supported([(0, 1, 2, 3)], 1) == ((0, 1), (0, 2), (1, 2))


def test_empty_edges_need_a_word() -> None:
    with pytest.raises(InvalidInput, match=r"edge \(2, 3\) has density 0"):
        density_lengths(CROSS, [1, 1, 0, 0])
    restricted = density_lengths(CROSS, [1, 1, 0, 0], empty="restrict")
    assert restricted.dropped == ((2, 3),) and (2, 3) not in restricted and len(restricted) == 3
    infinite = density_lengths(CROSS, [1, 1, 0, 0], empty="infinite")
    assert infinite[2, 3] is None and len(infinite) == 4 and len(infinite.finite) == 3
    counted = density_lengths(CROSS, [1, 1, 0, 0], empty="1/2")
    assert counted.masses == (Fraction(3, 8), Fraction(3, 8), Fraction(1, 8), Fraction(1, 8))
    assert counted[2, 3] == 8


def test_no_data_at_all() -> None:
    assert len(density_lengths(CROSS, [0] * 4, empty="restrict")) == 0
    assert set(density_lengths(CROSS, [0] * 4, empty=1).densities) == {Fraction(1, 4)}
    assert shares([], 0) == ()


def test_one_cell_has_no_edges() -> None:
    P = eg.partition(eg.Arrangement([], dim=2), eg.box(0, 1, dim=2))
    lengths = density_lengths(P, [5])
    assert len(lengths) == 0 and lengths.densities == (Fraction(1),)


def test_edges_of_a_complex() -> None:
    nerve = [(0, 1), (0, 2), (0, 3), (1, 3)]
    lengths = density_lengths(CROSS, [1] * 4, edges=nerve)
    assert lengths[0, 3] == 4 * Surd.sqrt(2)
    with pytest.raises(InvalidInput, match="cells 0 and 3 share no facet"):
        density_lengths(CROSS, [1] * 4, edges=nerve, length="face")


def test_unbounded_cells_have_no_density() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)]), None)
    with pytest.raises(UnboundedError):
        density_lengths(P, [1, 1])


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"alpha": 0}, "alpha"),
        ({"alpha": "3/2"}, "alpha"),
        ({"mean": "median"}, "mean"),
        ({"length": "hops"}, "length"),
        ({"empty": "skip"}, "empty"),
        ({"empty": -1}, "empty"),
        ({"edges": [(0, 0)]}, "edges[0]"),
        ({"edges": [(0, 7)]}, "edges[0]"),
    ],
)
def test_bad_arguments_are_named(arguments, place) -> None:
    with pytest.raises(InvalidInput) as caught:
        density_lengths(CROSS, [1, 1, 1, 1], **arguments)
    assert caught.value.place == place


@pytest.mark.parametrize("masses", [[1, 2], [1, 2, 3, -1], [1, 2, 3, float("nan")]])
def test_bad_masses_are_named(masses) -> None:
    with pytest.raises(InvalidInput, match="masses"):
        density_lengths(CROSS, masses)


def test_bad_graphs_are_named() -> None:
    with pytest.raises(InvalidInput, match="length of edge"):
        weighted_lengths({(0, 1): 0}, [1, 1])
    with pytest.raises(InvalidInput, match="pair of vertices"):
        weighted_lengths({(0, 2): 1}, [1, 1])
    with pytest.raises(InvalidInput, match=r"densities\[1\]"):
        weighted_lengths({(0, 1): 1}, [1, -1])


def test_boxes_know_their_lengths() -> None:
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([3]), Leaf([5])], 2)
    P = partition_boxes(tree, [(-1, 1)] * 2)
    assert density_lengths(P, [1, 1], length="face")[0, 1] == 2  # face 2, density 1/4


def test_lengths_are_values() -> None:
    lengths = density_lengths(SLANTED, [1] * len(SLANTED.cells), alpha="1/2", mean="geometric")
    again = pickle.loads(pickle.dumps(lengths))
    assert again == lengths and hash(again) == hash(lengths) and isinstance(again, EdgeLengths)


def test_weights_of_points_count_as_repeated_points() -> None:
    partition = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    points = [[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5], [0, 0.5]]
    weighted = partition.locate(points, weights=[3, 1, 2, 1, 4])
    repeated = partition.locate([p for p, n in zip(points, (3, 1, 2, 1, 4), strict=True) for _ in range(n)])
    for empty in (None, 1, "1/2"):
        one, two = (density_lengths(partition, data, empty=empty) for data in (weighted, repeated))
        assert one.masses == two.masses and dict(one) == dict(two)
    assert sum(density_lengths(partition, weighted).masses) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"edges": 3}, "edges: expected pairs of cells, got 3"),
        ({"edges": [3]}, r"edges\[0\]: expected two different cells below 4, got 3"),
        ({"bits": "a"}, "bits: expected an integer >= 2, got 'a'"),
        ({"bits": 0}, "bits: expected an integer >= 2, got 0"),
    ],
)
def test_bad_edges_and_bits_are_one_line(options: Any, message: str) -> None:
    partition = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    with pytest.raises(InvalidInput, match=message):
        density_lengths(partition, [1, 2, 3, 4], **options)


def test_what_holds_no_lengths_is_one_line() -> None:
    none: Any = None
    seven: Any = 7
    with pytest.raises(InvalidInput, match="densities: expected a sequence, got NoneType"):
        weighted_lengths({(0, 1): 1}, none)
    with pytest.raises(InvalidInput, match="edges: expected a sequence, got int"):
        weighted_lengths({(0, 1): 1}, [1, 1], edges=seven)
    with pytest.raises(InvalidInput, match="base: expected lengths by edge, got NoneType"):
        weighted_lengths(none, [1, 1], edges=[(0, 1)])
    for lengths in (none, [1, 2, 3]):
        with pytest.raises(InvalidInput, match="lengths: expected a mapping of edges to lengths"):
            angle_defects([(0, 1, 2)], lengths)
    with pytest.raises(InvalidInput, match="simplices: expected simplices, got NoneType"):
        angle_defects(none, {})
