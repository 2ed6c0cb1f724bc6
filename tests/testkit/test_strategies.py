"""The strategies give valid models, and the degenerate cases they promise do come up."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from exactgeom.exact import InvalidInput
from exactgeom.models import Abs, Arrangement, Linear, Network, ReLU
from exactgeom.testkit.strategies import activations, arrangements, networks, points, rationals

SEARCH = settings(max_examples=1000, phases=[Phase.generate], deadline=None, derandomize=True, database=None)
RELUS = st.just(ReLU())


def rows(network):
    layer = network.layers[0] if network.layers else None
    return list(zip(layer.weight, layer.bias, strict=True)) if isinstance(layer, Linear) else []


def units(network):
    return [(w, b) for w, b in rows(network) if len(network.layers) > 1]


def opposite(row):
    return tuple(-w for w in row[0]), -row[1]


def grid(dim):
    return product([F(k, 2) for k in range(-3, 4)], repeat=dim)


def vanishes_on_a_cell(network):
    """Some unit of the second hidden layer is 0 at an open set of grid points, but not everywhere."""
    if len(network.layers) < 5 or not any(any(w) for w in network.layers[2].weight):
        return False
    values = [network.preactivations(x)[1] for x in grid(network.input_dim)]
    return any(
        sum(v[k] == 0 for v in values) > len(values) / 2 and any(v[k] for v in values)
        for k in range(len(values[0]))
    )


NETWORK_CASES = {
    "repeated unit": lambda n: any(units(n).count(row) > 1 and any(row[0]) for row in units(n)),
    "opposite units": lambda n: any(any(row[0]) and opposite(row) in units(n) for row in units(n)),
    "dead on the breakpoint": lambda n: any(not any(w) and b == 0 for w, b in units(n)),
    "dead on the left": lambda n: any(not any(w) and b < 0 for w, b in units(n)),
    "dead on the right": lambda n: any(not any(w) and b > 0 for w, b in units(n)),
    "lines through one point": lambda n: (
        len(units(n)) > 2
        and all(any(w) and b == 0 for w, b in units(n))
        and len({w for w, _ in units(n)}) > 2
    ),
    "along a facet": lambda n: any(
        sum(map(bool, w)) == 1 and abs(sum(w)) == abs(b) == 1 for w, b in units(n) if n.input_dim > 1
    ),
    "sliver": lambda n: any(
        w == v and 0 < abs(b - c) < F(1, 10**6) for w, b in units(n) for v, c in units(n)
    ),
    "no layer": lambda n: not n.layers,
    "no unit": lambda n: len(n.layers) == 1,
    "activation first": lambda n: n.layers and not isinstance(n.layers[0], Linear),
    "activation last": lambda n: len(n.layers) > 1 and not isinstance(n.layers[-1], Linear),
    "one cell": lambda n: n.layers and n.sign_count and len({n.signs(x) for x in grid(n.input_dim)}) == 1,
}


@pytest.mark.parametrize("name", NETWORK_CASES)
def test_degenerate_networks_come_up(name):
    found = find(networks(activations=RELUS, input_dims=(1, 2)), NETWORK_CASES[name], settings=SEARCH)
    assert isinstance(found, Network)


def share(strategy, condition, examples=200):
    """The share of examples that fulfil a condition (they come in clusters: rare ones need many)."""
    hits = []

    @settings(SEARCH, max_examples=examples)
    @given(strategy)
    def collect(example):
        hits.append(bool(condition(example)))

    collect()
    return sum(hits) / len(hits)


def through_a_corner(network):
    """A fine line that meets a corner of the square exactly."""
    fine = [(w, b) for w, b in units(network) if b and all(q.denominator > 2**20 for q in w)]
    return any(sum(map(abs, w)) == abs(b) or abs(w[0] - w[1]) == abs(b) for w, b in fine)


def reads_one_unit(network):
    """Some unit of the second hidden layer copies one of four units before it, without a bias."""
    rows = zip(network.layers[2].weight, network.layers[2].bias, strict=True)
    return any(b == 0 and sorted(map(abs, w)) == [0, 0, 0, 1] for w, b in rows)


def test_units_through_corners_are_frequent():
    fine = networks(activations=RELUS, input_dims=(2,), depths=(1,), widths=(4,), wide=True)
    assert share(fine, through_a_corner, examples=1500) > 0.002


def test_units_that_vanish_on_a_whole_cell_are_frequent():
    deep = networks(activations=RELUS, input_dims=(1,), depths=(2,), widths=(4,)).filter(
        lambda network: len(network.layers) == 5
    )
    assert share(deep, reads_one_unit) > 0.15
    assert find(
        deep, lambda network: reads_one_unit(network) and vanishes_on_a_cell(network), settings=SEARCH
    )


def normal_form(plane):
    """The same for every multiple of one hyperplane."""
    normal, offset = plane
    lead = next(a for a in normal if a)
    return tuple(a / lead for a in normal), offset / lead


def repeats(keys):
    return len(set(keys)) < len(keys)


ARRANGEMENT_CASES = {
    "empty": lambda a: not a.hyperplanes,
    "repeated": lambda a: repeats(list(a.hyperplanes)),
    "multiple": lambda a: (
        repeats([normal_form(h) for h in a.hyperplanes]) and not repeats(list(a.hyperplanes))
    ),
    "parallel": lambda a: repeats([normal_form(h)[0] for h in set(map(normal_form, a.hyperplanes))]),
    "central": lambda a: len(set(a.hyperplanes)) > 2 and not any(offset for _, offset in a.hyperplanes),
}


@pytest.mark.parametrize("name", ARRANGEMENT_CASES)
def test_degenerate_arrangements_come_up(name):
    found = find(arrangements(dims=(2, 3)), ARRANGEMENT_CASES[name], settings=SEARCH)
    assert isinstance(found, Arrangement)


@given(networks(input_dims=(2,), depths=(2,), widths=(3,), outputs=(4,), activations=RELUS, degenerate=False))
def test_options_are_obeyed(network):
    assert network.widths == (2, 3, 3, 3, 3, 4) and network.layers[1] == network.layers[3] == ReLU()


@given(arrangements(dims=(3,), sizes=(2,)), points(3), rationals(max_numerator=2, max_denominator=3))
def test_sizes_are_obeyed(arrangement, point, number):
    assert arrangement.dim == 3 and len(arrangement.hyperplanes) == 2
    assert len(point) == 3 and all(type(x) is F for x in point)
    assert abs(number) <= 2 and number.denominator <= 3


def test_every_activation_comes_up():
    for count in (0, 1, 2):
        assert find(activations(), lambda unit, n=count: len(unit.breakpoints) == n, settings=SEARCH)
    assert find(activations(), lambda unit: unit == Abs(), settings=SEARCH) == Abs()


def test_wide_means_float64_values():
    found = find(rationals(wide=True), lambda q: q.denominator > 2**20, settings=SEARCH)
    assert F(float(found)) == found
    with pytest.raises(NoSuchExample):
        find(rationals(), lambda q: q.denominator > 4, settings=settings(SEARCH, max_examples=200))


def test_rationals_are_as_degenerate_as_asked():
    assert find(rationals(degeneracy="hostile"), lambda q: abs(q) > 10**9, settings=SEARCH)
    assert find(rationals(degeneracy="hostile"), lambda q: 0 < abs(q) < F(1, 10**9), settings=SEARCH)
    with pytest.raises(NoSuchExample):
        find(rationals(), lambda q: 0 < abs(q) < F(1, 4), settings=SEARCH)
    with pytest.raises(InvalidInput):
        rationals(degeneracy="very")
