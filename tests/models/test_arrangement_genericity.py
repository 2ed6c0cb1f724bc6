"""Who is guilty: every witness is checked by its own relation, the lists by brute force over all subsets."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement
from exactgeom.testkit.strategies import arrangements
from tests.partition.plain import rref

SMALL = arrangements(dims=(1, 2, 3), sizes=(0, 1, 2, 3, 4, 5, 6))


def rank(rows):
    return len(rref(rows))


def brute_guilty(arrangement):
    """Minimal subsets that break general position, straight from the definition, with 'do they meet'."""
    dim, planes, found = arrangement.dim, arrangement.hyperplanes, []
    for size in range(2, dim + 2):
        for subset in combinations(range(len(planes)), size):
            normals = [planes[i][0] for i in subset]
            meets = rank([(*planes[i][0], planes[i][1]) for i in subset]) == rank(normals)
            good = (meets and rank(normals) == size) if size <= dim else not meets
            if not good and not any(set(f) < set(subset) for f, _ in found):
                found.append((subset, meets))
    return found


@given(SMALL)
def test_witnesses_are_all_minimal_guilty_subsets(arrangement):
    report = arrangement.genericity(limit=None)
    expected = brute_guilty(arrangement)
    assert [(c.hyperplanes, c.meets) for c in report.witnesses] == expected
    assert report.complete and report.is_generic == (not expected) == arrangement.is_generic
    assert report.guilty == tuple(sorted({i for subset, _ in expected for i in subset}))


@given(SMALL)
def test_relations_prove_themselves(arrangement):
    for circuit in arrangement.genericity().witnesses:
        planes = [arrangement.hyperplanes[i] for i in circuit.hyperplanes]
        pairs = list(zip(circuit.coefficients, planes, strict=True))
        assert all(sum(c * n[k] for c, (n, _) in pairs) == 0 for k in range(arrangement.dim))
        assert (sum(c * b for c, (_, b) in pairs) == 0) == circuit.meets
        assert all(circuit.coefficients) and circuit.coefficients[0] > 0
        expected = {(2, True): "coincident", (2, False): "parallel"}.get(
            (len(planes), circuit.meets), "concurrent" if circuit.meets else "dependent"
        )
        assert circuit.kind == expected


@given(SMALL)
def test_simple_means_every_flat_lies_in_as_many_hyperplanes_as_its_codimension(arrangement):
    simple = all(len(flat.hyperplanes) == flat.codimension for flat in arrangement.flats())
    assert arrangement.is_simple == simple == arrangement.genericity(limit=None).is_simple
    assert simple or not arrangement.is_generic


@given(SMALL)
def test_central_and_essential(arrangement):
    normals = [n for n, _ in arrangement.hyperplanes]
    assert arrangement.rank == rank(normals)
    assert arrangement.is_essential == (rank(normals) == arrangement.dim)
    assert arrangement.is_central == (rank([(*n, b) for n, b in arrangement.hyperplanes]) == rank(normals))


def test_a_prism_of_planes_is_dependent_without_meeting():
    planes = [([1, 0, 0], 0), ([0, 1, 0], 0), ([1, 1, 0], 1), ([0, 0, 1], 0)]
    report = Arrangement(planes).genericity()
    assert [(c.kind, c.hyperplanes, c.coefficients) for c in report.witnesses] == [
        ("dependent", (0, 1, 2), (1, 1, -1))
    ]
    assert report.is_simple and not report.is_generic and report.guilty == (0, 1, 2)


def test_a_sliver_away_from_concurrent_is_generic():
    planes = [([1, 0], 0), ([0, 1], 0), ([1, 1], Fraction(1, 2**200))]
    assert Arrangement(planes).is_generic
    assert not Arrangement([*planes[:2], ([1, 1], 0)]).is_simple


def test_a_bounded_search_says_what_it_does_not_know():
    grid = Arrangement([([1, 0], 0), ([1, 0], 1), ([1, 0], 2), ([0, 1], 0)])
    first = grid.genericity(limit=1)
    assert (len(first.witnesses), first.complete, first.is_generic, first.is_simple) == (
        1,
        False,
        False,
        None,
    )
    assert grid.genericity(limit=3).complete
    pairs = Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)]).genericity(largest=2)
    assert (pairs.witnesses, pairs.complete, pairs.is_generic, pairs.is_simple) == ((), False, None, None)
    with pytest.raises(InvalidInput, match=r"^limit: expected a whole number of at least 0, got -1$"):
        grid.genericity(limit=-1)
