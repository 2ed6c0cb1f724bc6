"""The strategies beside models: valid, obedient to their knob, and degenerate where they say so."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from exactgeom.exact import InvalidInput
from exactgeom.testkit.strategies import (
    DEGENERACIES,
    arrangements,
    forms,
    maps,
    networks,
    point_sets,
    polytopes,
    simplicial_complexes,
    sites,
    transport_problems,
    trees,
    weighted_graphs,
)
from exactgeom.testkit.strategies_register import REGISTERED, register

GAP = F(1, 2**40)
MORE = [forms, maps, point_sets, simplicial_complexes, sites, transport_problems, trees, weighted_graphs]
ALL = [*MORE, arrangements, networks, polytopes]
SEARCH = settings(
    max_examples=400,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("degeneracy", DEGENERACIES)
@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.__name__)
def test_every_example_is_valid(strategy, degeneracy) -> None:
    seen = []

    @settings(SEARCH, max_examples=25)
    @given(strategy(degeneracy=degeneracy))
    def collect(example):
        seen.append(repr(example))

    collect()
    assert len(set(seen)) > 3


@pytest.mark.parametrize("strategy", ALL, ids=lambda strategy: strategy.__name__)
def test_an_unknown_degeneracy_is_refused(strategy) -> None:
    with pytest.raises(InvalidInput, match=r"degeneracy.*none, some, hostile"):
        find(strategy(degeneracy="often"), lambda example: True, settings=SEARCH)


def thresholds(tree):
    return [(n.feature, n.threshold) for n in tree.nodes if hasattr(n, "threshold")]


COMES_UP = {
    "repeated point": (point_sets, "some", lambda p: len(set(p)) < len(p)),
    "near points": (point_sets, "hostile", lambda p: any(0 < abs(a[0] - b[0]) <= GAP for a in p for b in p)),
    "repeated threshold": (trees, "some", lambda t: len(set(thresholds(t))) < len(thresholds(t))),
    "several pieces": (simplicial_complexes, "some", lambda k: k.betti()[0] > 1),
    "equal lengths": (weighted_graphs, "some", lambda g: len(set(g.lengths)) < len(g.lengths)),
    "empty mass": (transport_problems, "some", lambda p: 0 in p[0]),
    "zero form": (forms, "some", lambda w: not w.components),
}


@pytest.mark.parametrize("name", COMES_UP)
def test_what_is_promised_comes_up(name) -> None:
    strategy, degeneracy, condition = COMES_UP[name]
    assert find(strategy(degeneracy=degeneracy), condition, settings=SEARCH) is not None


@settings(SEARCH, max_examples=60)
@given(point_sets(degeneracy="none"), transport_problems(degeneracy="none"))
def test_none_means_none(points, problem) -> None:
    assert len(set(points)) == len(points)
    supply, demand, _ = problem
    assert all(supply) and all(demand)


@settings(SEARCH, max_examples=60)
@given(transport_problems(degeneracy="hostile"), sites(degeneracy="hostile"))
def test_masses_balance_and_sites_differ(problem, model) -> None:
    supply, demand, costs = problem
    assert sum(supply) == sum(demand) == 1 and min(supply) >= 0 and min(demand) >= 0
    assert len(costs) == len(supply) and all(len(row) == len(demand) for row in costs)


def repeated(model) -> bool:
    return len(set(model.hyperplanes)) < len(model.hyperplanes)


def test_the_knob_of_models_is_obeyed() -> None:
    def share(degeneracy: str) -> float:
        hits = []

        @settings(SEARCH, max_examples=150)
        @given(arrangements(dims=(3,), sizes=(5,), degeneracy=degeneracy))
        def collect(model):
            hits.append(repeated(model))

        collect()
        return sum(hits) / len(hits)

    assert share("none") < share("some") < share("hostile")


def test_types_are_registered_by_name() -> None:
    from hypothesis import strategies as st

    import exactgeom.curvature.graphs as graphs
    from exactgeom import forms as calculus
    from exactgeom import models, polyhedra
    from exactgeom.nerve import simplicial

    register()
    for name in REGISTERED:
        place = next(m for m in (models, polyhedra, calculus, graphs, simplicial) if hasattr(m, name))
        made = getattr(place, name)
        assert isinstance(find(st.from_type(made), lambda example: True, settings=SEARCH), made)
