"""The energy of curvature: its value, and its derivatives through shortest paths and optimal transports."""

from __future__ import annotations

import pickle
import random
from fractions import Fraction
from typing import Any

import pytest

import exactgeom as eg
from exactgeom.curvature import ricci_of_lengths, statistical_ricci, weighted_lengths
from exactgeom.regularize import CurvatureEnergy, VolumeDispersion, value_and_grad
from exactgeom.regularize.motion import moved
from exactgeom.regularize.penalties_curvature import _Paths
from tests.regularize.cases import domain, dot, is_smooth, like, network

RNG = random.Random(11)
DATA = [[Fraction(RNG.randint(-990, 990), 1009), Fraction(RNG.randint(-990, 990), 1013)] for _ in range(60)]
NET = next(m for s in range(30) if is_smooth(m := network([2, 4, 3, 1], s), 2))


@pytest.mark.parametrize(
    "options",
    [
        {"empty": "restrict"},
        {"empty": "infinite"},
        {"empty": "1/7"},
        {"empty": "1/7", "mean": "harmonic"},
        {"empty": "1/5", "neighbours": "uniform", "idleness": "1/3"},
    ],
    ids=str,
)
def test_derivatives_against_a_small_difference(options: Any) -> None:
    energy = CurvatureEnergy(DATA, **options)
    value, gradient = value_and_grad(energy, NET, domain(2))
    assert isinstance(value, Fraction)
    delta, h = like(gradient, random.Random(3)), Fraction(1, 10**8)
    ahead, behind = (energy.value(eg.partition(moved(NET, delta, s * h), domain(2))) for s in (1, -1))
    assert float((ahead - behind) / (2 * h)) == pytest.approx(float(dot(gradient, delta)), rel=1e-6)


def test_the_value_is_the_sum_of_squares() -> None:
    P = eg.partition(NET, domain(2))
    for options in ({"empty": "1/7"}, {"empty": "restrict", "length": "centroid", "neighbours": "face"}):
        energy = CurvatureEnergy(DATA, **options)
        found = statistical_ricci(P, P.locate(DATA), **({"length": "unit"} | options))
        expected = sum((float(q) ** 2 for q in found.values() if q is not None), 0.0)
        assert float(energy.value(P)) == pytest.approx(expected, rel=1e-9)


def test_two_cells_by_hand() -> None:
    """One edge of length L; all of each walk moves: W = (1 - 2p) L with idleness p, so kappa is constant."""
    line = eg.Arrangement([([1], "1/3")])
    energy = CurvatureEnergy([["1/2"], [0]], idleness="1/4")
    value, ((normal, offset),) = value_and_grad(energy, line, eg.box(-1, 1, dim=1))
    assert value == Fraction(1, 4)  # 1 - |1 - 2/4|, squared
    assert (normal, offset) == ([0], 0)


def test_two_shortest_paths_are_a_wall() -> None:
    """On a cross all squares are equal, so opposite ones are joined by two paths."""
    cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    corners = [["1/2", "1/2"], ["-1/2", "1/2"], ["1/2", "-1/2"], ["-1/2", "-1/2"]]
    with pytest.raises(eg.NonSmoothError, match=r"transport|shortest"):
        value_and_grad(CurvatureEnergy(corners), cross, eg.box(-1, 1, dim=2))


def test_an_edge_as_long_as_its_detour_is_a_wall() -> None:
    """Here the distance of 0 and 1 is a minimum of two lengths that are equal."""
    triangle = weighted_lengths({(0, 1): 2, (0, 2): 1, (1, 2): 1}, [1, 1, 1])
    found = ricci_of_lengths(triangle, idleness="1/3")
    with pytest.raises(eg.NonSmoothError, match="two shortest paths lead from cell 0 to cell 1"):
        _Paths(found).add_slopes(found.edge((0, 1)), {})


def test_what_is_not_offered_is_refused() -> None:
    for options in ({"length": "centroid"}, {"alpha": "1/2"}, {"mean": "geometric"}, {"neighbours": "face"}):
        energy = CurvatureEnergy(DATA, empty="1/7", **options)
        assert not energy.is_rational
        with pytest.raises(eg.InvalidInput, match="derivatives need"):
            value_and_grad(energy, NET, domain(2))
    with pytest.raises(eg.NonSmoothError, match="data point 0"):
        value_and_grad(CurvatureEnergy([[0]]), eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    with pytest.raises(eg.InvalidInput, match="data"):
        CurvatureEnergy([])


def test_it_composes_and_pickles() -> None:
    energy = CurvatureEnergy([[0, "1/2"]], empty="1/7", mean="harmonic")
    assert eval(repr(energy)) == energy == pickle.loads(pickle.dumps(energy))
    assert (energy + VolumeDispersion()).is_rational
    assert energy.scale_degree(2) == 0
