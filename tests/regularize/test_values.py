"""Values of the regularisers: known geometry, laws of scale, composition."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest

import exactgeom as eg
from exactgeom.regularize import (
    CurvatureEnergy,
    InterfaceArea,
    MassMismatch,
    Regularizer,
    SharpAngles,
    Slivers,
    Total,
    VolumeDispersion,
    chosen_cells,
)
from tests.regularize.cases import HALF, domain, network, simple_regularizers

CROSS = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
DIAGONAL = eg.partition(eg.Arrangement([([1, -1], 0)]), eg.box(0, 1, dim=2))


def test_four_equal_squares() -> None:
    assert VolumeDispersion().value(CROSS) == Fraction(1, 4)
    assert InterfaceArea().value(CROSS) == 4
    assert Slivers().value(CROSS) == 4 * 16
    assert SharpAngles().value(CROSS) == 4 * 4 * Fraction(1, 4)
    assert MassMismatch([[HALF, HALF]]).value(CROSS) == Fraction(9, 16) + 3 * Fraction(1, 16)


def test_two_triangles() -> None:
    root = eg.Surd.sqrt(2)
    assert InterfaceArea().value(DIAGONAL) == root
    assert Slivers().value(DIAGONAL) == 2 * (2 + root) ** 2 * 2
    corner = ((1 + root / 2) / 2) ** 2  # 45 degrees
    assert SharpAngles().value(DIAGONAL) == 2 * (2 * corner + Fraction(1, 4))


def test_a_cube_counts_every_edge_with_its_length() -> None:
    cube = eg.partition(eg.Arrangement([], dim=3), eg.box(0, 2, dim=3))
    assert SharpAngles().value(cube) == 12 * 2 * Fraction(1, 4)
    assert Slivers().value(cube) == Fraction(24**3, 64)
    assert InterfaceArea().value(cube) == 0


def test_box_partitions_and_lattices_agree() -> None:
    from exactgeom.models.tree import DecisionTree, Leaf, Split

    nodes = [Split(0, "1/3", 1, 2), Leaf([0]), Split(1, "1/5", 3, 4), Leaf([1]), Leaf([2])]
    tree = DecisionTree(nodes, 2)
    square = eg.Polytope.from_inequalities([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 1, 1])
    boxes, lattice = eg.partition(tree, eg.box(-1, 1, dim=2)), eg.partition(tree, square)
    for regularizer in simple_regularizers(2):
        assert regularizer.value(boxes) == regularizer.value(lattice)


def test_values_over_all_cells_are_sums_over_single_cells() -> None:
    P = eg.partition(network([2, 4, 3, 1], 5), domain(2))
    for regularizer in simple_regularizers(2):
        if isinstance(regularizer, InterfaceArea):
            continue
        parts = [regularizer.value(P, [cell]) for cell in P.cells]
        assert sum(parts[1:], parts[0]) == regularizer.value(P)


def test_interfaces_of_some_cells_are_those_they_touch() -> None:
    assert InterfaceArea().value(CROSS, [0]) == 2
    assert InterfaceArea().value(CROSS, [0, 1, 2, 3]) == 4


def test_scale_degrees_are_kept() -> None:
    net = network([2, 3, 2, 1], 4)
    first = net.layers[0]
    assert isinstance(first, eg.Linear)
    small = eg.Network(
        [eg.Linear([[3 * w for w in row] for row in first.weight], first.bias), *net.layers[1:]]
    )
    P, Q = eg.partition(net, eg.box(-3, 6, dim=2)), eg.partition(small, eg.box(-1, 2, dim=2))
    for regularizer in (VolumeDispersion(), InterfaceArea(), Slivers(), SharpAngles()):
        assert regularizer.value(P) == 3 ** regularizer.scale_degree(2) * regularizer.value(Q)


def test_extremes_of_dispersion() -> None:
    alone = eg.partition(eg.Arrangement([], dim=2), eg.box(0, 1, dim=2))
    assert VolumeDispersion().value(alone) == 1
    for seed in range(3):
        P = eg.partition(network([2, 4, 1], seed), domain(2))
        assert Fraction(1, len(P.cells)) <= VolumeDispersion().value(P) <= 1


def test_combinations_are_values() -> None:
    total = 2 * VolumeDispersion() + InterfaceArea() / 3 + SharpAngles()
    assert total.value(CROSS) == HALF + Fraction(4, 3) + 4
    assert eval(repr(total)) == total
    assert pickle.loads(pickle.dumps(total)) == total
    assert len({total, 2 * VolumeDispersion() + InterfaceArea() / 3 + SharpAngles()}) == 1
    assert total.scale_degree(2) is None
    assert (VolumeDispersion() + Slivers()).scale_degree(2) == 0
    assert (VolumeDispersion() + VolumeDispersion() * 2).is_rational
    assert not total.is_rational
    assert isinstance(total, Total)
    data = MassMismatch([[1, HALF]])
    assert eval(repr(data)) == data == pickle.loads(pickle.dumps(data))


@pytest.mark.parametrize("bad", [0, -1, "x", True])
def test_weights_are_positive_numbers(bad: object) -> None:
    with pytest.raises(eg.InvalidInput):
        VolumeDispersion() * bad


def test_a_sum_needs_regularisers() -> None:
    with pytest.raises(TypeError):
        VolumeDispersion() + 1
    with pytest.raises(eg.InvalidInput, match=r"parts\[0\]"):
        Total([(1, "area")])  # type: ignore[list-item]
    with pytest.raises(eg.InvalidInput, match="parts"):
        Total([])


def test_cells_are_checked() -> None:
    for bad in ([4], [-1], ["a"], [True], [0.5]):
        with pytest.raises(eg.InvalidInput, match=r"cells\[0\]"):
            chosen_cells(CROSS, bad)
    with pytest.raises(eg.InvalidInput, match="list of cells"):
        chosen_cells(CROSS, 3)
    with pytest.raises(eg.InvalidInput, match="another partition"):
        VolumeDispersion().value(CROSS, DIAGONAL.locate([[HALF, "1/3"]]))
    assert VolumeDispersion().value(CROSS, CROSS.locate([[HALF, HALF]])) == Fraction(1, 16)


@pytest.mark.parametrize("regularizer", [*simple_regularizers(2), CurvatureEnergy([[1, 1]])], ids=repr)
def test_partitions_are_checked(regularizer: Regularizer) -> None:
    everywhere = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]))
    for cells in (None, [0]):
        with pytest.raises(eg.UnboundedError, match="bounded domain"):
            regularizer.value(everywhere, cells)
        for bad in (3, None, eg.Arrangement([], dim=2)):
            with pytest.raises(eg.InvalidInput, match="expected a partition"):
                regularizer.value(bad, cells)


def test_data_are_checked() -> None:
    with pytest.raises(eg.InvalidInput, match="data"):
        MassMismatch([])
    with pytest.raises(eg.InvalidInput):
        MassMismatch([[1, 2, 3]]).value(CROSS)


def test_every_regulariser_says_what_it_is() -> None:
    for regularizer in simple_regularizers(2):
        assert isinstance(regularizer, Regularizer)
        assert regularizer.formula
        assert regularizer.units
