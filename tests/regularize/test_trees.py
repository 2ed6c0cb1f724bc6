"""Trees and ensembles: thresholds against exact differences, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.regularize import (
    CurvatureEnergy,
    InterfaceArea,
    MassMismatch,
    SharpAngles,
    Slivers,
    VolumeDispersion,
    value_and_grad,
)

CUBE = eg.box(-1, 1, dim=3)
STARTS = (Fraction(1, 3), Fraction(1, 5), Fraction(-1, 7), Fraction(-1, 4))


def tree(t: Any) -> DecisionTree:
    nodes = [
        Split(0, t[0], 1, 2),
        Split(1, t[1], 3, 4),
        Split(2, t[2], 5, 6),
        Leaf([0]),
        Split(0, t[3], 7, 8),
    ]
    return DecisionTree([*nodes, Leaf([1]), Leaf([2]), Leaf([3]), Leaf([4])], 3)


def forest(t: Any) -> eg.TreeEnsemble:
    return eg.TreeEnsemble.mean(
        [tree(t), tree((Fraction(1, 2), Fraction(1, 6), Fraction(-2, 7), Fraction(-1, 9)))]
    )


@pytest.mark.parametrize("make", [tree, forest])
def test_thresholds_against_exact_differences_of_polynomials(make: Any) -> None:
    """Volumes and areas are polynomials of degree 1 in one threshold; squares of degree 2."""
    h = Fraction(1, 10**6)
    data = MassMismatch([[0, 0, 0], ["1/8", "3/7", "1/2"]])
    for regularizer in (
        VolumeDispersion(),
        InterfaceArea(),
        SharpAngles(),
        data,
        VolumeDispersion() + 2 * data,
    ):
        value, found = value_and_grad(regularizer, make(STARTS), CUBE)
        gradient = found if make is tree else found[0]
        assert value == regularizer.value(eg.partition(make(STARTS), CUBE))
        for i in range(4):
            a, b = (
                regularizer.value(
                    eg.partition(make([t + s * h * (i == j) for j, t in enumerate(STARTS)]), CUBE)
                )
                for s in (1, -1)
            )
            assert (a - b) / (2 * h) == gradient[i]


def test_slivers_of_boxes_against_a_small_difference() -> None:
    _, found = value_and_grad(Slivers(), tree(STARTS), CUBE)
    h = Fraction(1, 10**6)
    for i in range(4):
        a, b = (
            Slivers().value(eg.partition(tree([t + s * h * (i == j) for j, t in enumerate(STARTS)]), CUBE))
            for s in (1, -1)
        )
        assert float((a - b) / (2 * h)) == pytest.approx(float(found[i]), rel=1e-8)


def test_a_closed_form_for_one_split() -> None:
    """v = 1 + t and 1 - t on [-1, 1]: sum (v/2)^2 = (1 + t^2) / 2."""
    stump = DecisionTree([Split(0, "1/3", 1, 2), Leaf([0]), Leaf([1])], 1)
    value, gradient = value_and_grad(VolumeDispersion(), stump, eg.box(-1, 1, dim=1))
    assert (value, gradient) == (Fraction(5, 9), [Fraction(1, 3)])


def test_ties_are_walls_only_where_they_bound_the_same_cells() -> None:
    t = Fraction(1, 3)
    above = DecisionTree([Split(0, t, 1, 2), Split(0, t, 3, 4), Leaf([0]), Leaf([1]), Leaf([2])], 2)
    with pytest.raises(eg.NonSmoothError, match="coincide along x0") as caught:
        value_and_grad(VolumeDispersion(), above, eg.box(-1, 1, dim=2))
    assert caught.value.units == ("trees[0].nodes[0]", "trees[0].nodes[1]")
    with pytest.raises(eg.NonSmoothError, match="coincide along x0"):  # whatever is asked of the boxes
        value_and_grad(VolumeDispersion(), above, eg.box(-1, 1, dim=2), cells=[1])
    nodes = [
        Split(1, 0, 1, 2),
        Split(0, t, 3, 4),
        Split(0, t, 5, 6),
        Leaf([0]),
        Leaf([1]),
        Leaf([2]),
        Leaf([3]),
    ]
    beside = DecisionTree(nodes, 2)
    _, gradient = value_and_grad(VolumeDispersion(), beside, eg.box(-1, 1, dim=2))
    assert gradient == [0, Fraction(1, 12), Fraction(1, 12)]
    with pytest.raises(eg.NonSmoothError, match="coincide"):  # pieces of a facet are born when one moves
        value_and_grad(InterfaceArea(), beside, eg.box(-1, 1, dim=2))
    with pytest.raises(eg.NonSmoothError, match="end of the domain"):
        value_and_grad(VolumeDispersion(), beside, eg.box(0, 1, dim=2))


def test_equal_thresholds_are_walls_of_the_dual_graph() -> None:
    """When one of them moves, boxes that met in an edge share a facet: the curvature jumps."""
    square, values = eg.box(-1, 1, dim=2), []
    for shift in (Fraction(0), Fraction(1, 10**6)):
        splits = [Split(1, 0, 1, 2), Split(0, "1/3", 3, 4), Split(0, Fraction(1, 3) + shift, 5, 6)]
        beside = DecisionTree([*splits, *(Leaf([i]) for i in range(4))], 2)
        ends = ("-3/4", "1/2", "3/4")
        data = [[x, y] for i, x in enumerate(ends) for y in ends[i:]] + [["-1/2", "-1/2"]]
        energy = CurvatureEnergy(data, empty=1)
        values.append(energy.value(eg.partition(beside, square)))
        if not shift:
            for regularizer in (energy, energy + VolumeDispersion()):
                with pytest.raises(eg.NonSmoothError, match="thresholds coincide along x0") as caught:
                    value_and_grad(regularizer, beside, square)
                assert caught.value.units == ("trees[0].nodes[1]", "trees[0].nodes[2]")
        else:
            value_and_grad(energy, beside, square)
    assert abs(values[0] - values[1]) > Fraction(1, 1000)


def test_ties_are_found_in_any_order_of_the_nodes() -> None:
    """Node 2 is above node 1."""
    nodes = [Split(1, 0, 2, 3), Split(0, "1/3", 4, 5), Split(0, "1/3", 1, 6), *(Leaf([i]) for i in range(4))]
    with pytest.raises(eg.NonSmoothError, match="coincide along x0"):
        value_and_grad(VolumeDispersion(), DecisionTree(nodes, 2), eg.box(-1, 1, dim=2), cells=[])


def test_a_data_point_on_a_threshold_is_named() -> None:
    stump = DecisionTree([Split(0, "1/3", 1, 2), Leaf([0]), Leaf([1])], 2)
    with pytest.raises(eg.NonSmoothError, match="data point 0"):
        value_and_grad(MassMismatch([["1/3", 0]]), stump, eg.box(-1, 1, dim=2))


def test_trees_on_other_polytopes_are_refused() -> None:
    triangle = eg.Polytope.from_vertices([(0, 0), (1, 0), (0, 1)])
    stump = DecisionTree([Split(0, "1/3", 1, 2), Leaf([0]), Leaf([1])], 2)
    with pytest.raises(eg.InvalidInput, match="DecisionTree"):
        value_and_grad(VolumeDispersion(), stump, triangle)
