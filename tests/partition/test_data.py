"""Laws of data on a partition: masses, densities, classes, entropy, divergence."""

from __future__ import annotations

import json
import math
import pickle
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput, UnboundedError
from exactgeom.partition.locate import locate
from exactgeom.testkit import strategies as own

few = settings(max_examples=30, deadline=None)


def grid() -> Any:
    """[-1, 1]^2 in four squares."""
    return eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))


def halves() -> Any:
    return eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 3, dim=1))


def located(draw: Any, **options: Any) -> Any:
    model = draw(own.arrangements(dims=(1, 2), sizes=(1, 2, 3)))
    partition = eg.partition(model, eg.box(-1, 1, dim=model.dim))
    points = draw(st.lists(own.points(model.dim), min_size=1, max_size=8))
    return partition.locate(points, **options)


# -- masses ----------------------------------------------------------------------------------------


@few
@given(st.data())
def test_masses_sum_to_what_is_not_outside(data: Any) -> None:
    for ties in ("split", "smallest"):
        found = located(data.draw, ties=ties)
        assert sum(found.masses) == 1 - found.outside_share == 1 - F(len(found.outside), len(found))
        assert sum(found.counts) == len(found) - len(found.outside)


def test_a_cloud_on_a_grid_vertex_splits_its_ties_as_asked() -> None:
    points = [[0, 0]] * 6 + [[0, "1/2"], ["1/2", "1/2"]]
    P = grid()
    assert P.locate(points).ties[0] == (0, 1, 2, 3)
    by_sign = {cell.signs: cell.id for cell in P.cells}
    order = [by_sign[s] for s in ("++", "+-", "-+", "--")]

    def counts(rule: str) -> list[F]:
        found = P.locate(points, ties=rule).counts
        return [found[k] for k in order]

    assert counts("split") == [F(6, 4) + F(1, 2) + 1, F(6, 4), F(6, 4) + F(1, 2), F(6, 4)]
    assert counts("all") == [8, 6, 7, 6]
    smallest = P.locate(points, ties="smallest")
    assert smallest.counts[0] >= 6 and sum(smallest.counts) == 8
    with pytest.raises(InvalidInput, match=r"points\[0\]: the point lies in 4 cells: \(0, 1, 2, 3\)"):
        P.locate(points, ties="refuse")
    assert P.locate([["1/2", "1/2"]], ties="refuse").counts.count(1) == 1


@few
@given(st.data(), st.lists(st.fractions(0, 5, max_denominator=7), min_size=8, max_size=8))
def test_weights_and_classes_add_up(data: Any, weights: Any) -> None:
    model = data.draw(own.arrangements(dims=(2,), sizes=(2, 3)))
    partition = eg.partition(model, eg.box(-1, 1, dim=2))
    points = data.draw(st.lists(own.points(2), min_size=8, max_size=8))
    weights = [*weights[:7], F(1)]
    found = partition.locate(points, weights=weights, labels=list("abcabcab"))
    assert sum(found.masses) == 1 - found.outside_share
    columns = zip(*found.class_masses.values(), strict=True)
    assert [sum(c) for c in columns] == list(found.masses)
    plain = partition.locate([x for x, w in zip(points, [3] * 8, strict=True) for _ in range(int(w))])
    assert plain.masses == partition.locate(points, weights=[3] * 8).masses
    direct = [F(0)] * len(partition.cells)
    for i, w in enumerate(weights):
        for cell in found.cells_of(i):
            direct[cell] += w / len(found.cells_of(i))
    assert [m * sum(weights) for m in found.masses] == direct


@few
@given(st.permutations(range(6)))
def test_the_order_of_points_does_not_matter(order: Any) -> None:
    points = [[0, 0], ["1/2", 0], [1, 1], [2, 0], ["-1/3", "1/5"], [0.1, -0.1]]
    labels = "abcabc"
    one, two = (
        grid().locate([points[k] for k in o], labels=[labels[k] for k in o]) for o in (range(6), order)
    )
    assert one.masses == two.masses and repr(one.kl_divergence()) == repr(two.kl_divergence())
    assert dict(one.class_masses) == dict(two.class_masses) and one.means == two.means


def test_densities_are_mass_over_volume() -> None:
    found = halves().locate([[-1], ["-1/2"], [1], [5]])
    assert [str(m) for m in found.masses] == ["1/4", "1/2"] and found.outside_share == F(1, 4)
    assert found.densities == (F(1, 12), F(1, 2))
    assert found.empty_cells == () and found.points_in(1) == (0, 1)


def test_empty_cells_are_those_whose_closure_holds_nothing() -> None:
    P = grid()
    assert len(P.locate([["1/2", 0]], ties="smallest").empty_cells) == 2
    assert P.locate([[5, 5]]).empty_cells == (0, 1, 2, 3)
    assert P.locate([[0, 0]], ties="smallest").empty_cells == ()


def test_means_of_the_data() -> None:
    found = halves().locate([[0], [2], ["-1/2"]])
    assert found.means == ((F(4, 3),), (F(-1, 3),))
    assert halves().locate([[2]]).means == ((F(2),), None)
    assert halves().locate([[1], [2]], weights=[1, 3]).means[0] == (F(7, 4),)


def test_cells_of_boxes() -> None:
    from exactgeom.models.tree import Leaf, Split

    tree = eg.DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], 1)
    found = locate(eg.partition(tree, eg.box(-1, 3, dim=1)), [[-1], [0], [2], [2.5]])
    assert found.masses == (F(3, 8), F(5, 8)) and found.densities == (F(3, 8), F(5, 24))
    assert found.edge_densities("minimum") == {(0, 1): F(5, 24)}
    assert pickle.loads(pickle.dumps(found)) == found


# -- means over edges ------------------------------------------------------------------------------


@few
@given(st.data())
def test_means_over_edges_are_ordered(data: Any) -> None:
    found = located(data.draw)
    low, harmonic, geometric, arithmetic = (
        found.edge_densities(name) for name in ("minimum", "harmonic", "geometric", "arithmetic")
    )
    assert list(low) == sorted(low) == list(geometric)
    pairs = {f.cell_ids for f in found.partition.facets if f.is_interior}
    assert set(low) == pairs
    for e in low:
        assert low[e] <= harmonic[e] <= geometric[e] <= arithmetic[e]
        assert harmonic[e] * arithmetic[e] == geometric[e] ** 2
        assert arithmetic[e] * 2 == found.densities[e[0]] + found.densities[e[1]]
    with pytest.raises(InvalidInput, match="mean: expected one of arithmetic"):
        found.edge_densities("quadratic")


# -- information -----------------------------------------------------------------------------------


@few
@given(st.data())
def test_divergence_is_nonnegative_and_zero_only_for_equal_shares(data: Any) -> None:
    found = located(data.draw)
    if not sum(found.masses):
        with pytest.raises(InvalidInput, match="no point"):
            found.kl_divergence()
        return
    divergence, entropy = found.kl_divergence(), found.entropy()
    inside = sum(found.masses)
    whole = sum(found.volumes)
    equal = [m / inside for m in found.masses] == [v / whole for v in found.volumes]
    assert divergence.sign() == (0 if equal else 1)
    assert entropy.sign() == (0 if max(found.masses) == inside else 1)
    q = [float(m / inside) for m in found.masses]
    v = [float(x / whole) for x in found.volumes]
    expected = sum(a * np.log(a / b) for a, b in zip(q, v, strict=True) if a)
    assert float(divergence.mid) == pytest.approx(expected, abs=1e-12)
    assert float(entropy.mid) == pytest.approx(-sum(a * np.log(a) for a in q if a), abs=1e-12)


def test_divergence_knows_tiny_differences() -> None:
    n = 10**12
    found = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1)).locate(
        [[-0.5], [0.5]], weights=[n + 1, n]
    )
    divergence = found.kl_divergence()
    assert divergence > 0 and divergence.accuracy_bits >= 64
    assert float(divergence.mid) == pytest.approx(1 / (8 * n * n), rel=1e-6)


def test_uniform_data_have_the_largest_entropy() -> None:
    found = grid().locate([[0, 0]])
    assert found.kl_divergence() == 0 and found.entropy(100).contains(eg.Enclosure(4, bits=300).log())
    assert found.entropy(200).accuracy_bits >= 200
    with pytest.raises(InvalidInput, match="bits"):
        found.entropy(0)


# -- regions, tables, identity ---------------------------------------------------------------------


def test_masses_of_regions() -> None:
    P = grid()
    regions = P.regions(lambda cell: cell.signs[0])
    points = [[0, 0], ["1/2", 0], [0, "1/2"], ["-1/2", "-1/2"]]
    assert P.locate(points).region_masses(regions) == (F(1, 2), F(1, 2))
    assert P.locate(points, ties="smallest").region_masses(regions) == (F(3, 4), F(1, 4))
    assert P.locate(points, ties="all").region_masses(regions) == (F(3, 4), F(3, 4))
    net = eg.Network([eg.Abs()], input_dim=2)
    Q = eg.partition(net, eg.box(-1, 1, dim=2))
    classes = Q.regions("argmax")
    with pytest.raises(InvalidInput, match="regions: the regions are of another partition"):
        Q.locate([[0, 0]]).region_masses(classes)
    assert sum(classes.partition.locate([[0, 0], [1, 0.5]]).region_masses(classes)) == 1


def test_unbounded_partitions() -> None:
    P = eg.partition(eg.Arrangement([([1], 0), ([1], 1)]), None)
    found = P.locate([[0], [5], ["1e30"]])
    assert sum(found.masses) == 1 and not found.outside
    with pytest.raises(UnboundedError):
        _ = found.densities
    with pytest.raises(UnboundedError):
        found.kl_divergence()
    rows = found.table()
    assert [row["volume"] for row in rows].count(None) == 2
    assert json.loads(json.dumps(found.to_json()))["cells"][0]["points"] == rows[0]["points"]


def test_tables_and_documents() -> None:
    found = halves().locate([[-1], [0], [2], [9]], labels=["a", "b", "b", "a"])
    first = found.table()[0]
    assert (first["points"], first["count"], first["mass"]) == (2, F(3, 2), F(3, 8))
    assert first["classes"] == {"a": 0, "b": F(3, 8)} and first["density"] == F(1, 8)
    document = json.loads(json.dumps(found.to_json()))
    assert document["schema"] == "exactgeom/data-1" and document["outside"] == [3]
    assert document["ties"] == [{"point": 1, "cells": [0, 1]}]
    assert document["point_cells"] == [1, 0, 0, None]
    assert document["cells"][0]["classes"] == [{"label": "a", "mass": "0"}, {"label": "b", "mass": "3/8"}]


def test_equal_when_the_same_points_count_alike() -> None:
    one, two = halves().locate([[1], ["1/3"]]), halves().locate([[1.0], ["1/3"]])
    assert one == two and hash(one) == hash(two) and one != halves().locate([[1], ["1/4"]])
    assert one != halves().locate([[1], ["1/3"]], ties="all") and one != 3
    again = pickle.loads(pickle.dumps(one))
    assert again == one and again.points.row(1) == (F(1, 3),) and again.masses == one.masses
    assert repr(one) == "<2 points in 1 of 2 cells: 0 ties, 0 outside>"


def test_immutable() -> None:
    found = halves().locate([[1]])
    for act in (
        lambda: setattr(found, "cells", 0),
        lambda: delattr(found, "cells"),
        lambda: found.cells.__setitem__(0, 1),
        lambda: found.ties.__setitem__(0, 1),
        lambda: setattr(found.points, "floats", 0),
        lambda: found.points.floats.__setitem__((0, 0), 1),
    ):
        with pytest.raises((AttributeError, ValueError, TypeError)):
            act()


def test_cells_by_number_and_handle() -> None:
    P = halves()
    found = P.locate([[-1], [0], [2], [9]])
    assert [found.cell_of(i) for i in range(4)] == [1, 0, 0, None]
    assert [found.cells_of(i) for i in (-3, -1)] == [(0, 1), ()]
    assert found.points_in(P.cells[0]) == (1, 2)
    with pytest.raises(IndexError):
        found.cells_of(4)
    with pytest.raises(InvalidInput, match="labels: the points have no labels"):
        _ = found.class_masses


def test_tables_without_any_weight_have_no_masses() -> None:
    partition = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    rows = partition.locate([[0]], weights=[0], labels=["a"]).table()
    assert [(row["points"], row["mass"], row["classes"]) for row in rows] == [(1, None, {})] * 2


@pytest.mark.parametrize("size", ["1/7", 1, 3])
def test_divergence_is_from_shares_of_volume_whatever_the_units(size: Any) -> None:
    side = eg.exact(size)
    partition = eg.partition(eg.Arrangement([([1], side / 4)]), eg.box(0, side, dim=1))
    quarter, rest = (c.id for c in sorted(partition.cells, key=lambda c: c.volume))
    points = [[side / 8]] + [[side / 2]] * 3
    assert partition.locate(points).kl_divergence() == 0
    data = partition.locate(points[:2])
    assert data.masses[quarter] == data.masses[rest] == eg.exact("1/2")
    assert math.isclose(float(data.kl_divergence()), math.log(4 / 3) / 2, rel_tol=1e-15)
