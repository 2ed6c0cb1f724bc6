"""Complexes broken on purpose: the right check fails, and says where."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpz_poly
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import PolyhedralComplex, box
from exactgeom.polyhedra import Validation, validate
from exactgeom.polyhedra.arrays import Incidence
from tests.polyhedra.cuts import cut, subdivisions

SQUARE = box(0, 2, dim=2)
CUBE = box(0, 2, dim=3)


def quarters(domain=SQUARE):
    space = domain.complex
    for i in range(2):
        space, _ = cut(space, (tuple(int(i == j) for j in range(domain.dim)), -1))
    return space


def with_lists(space, k, lists):
    """The complex with other boundary lists in dimension k."""
    boundaries = list(space.boundaries)
    made = [np.array(part, dtype=np.int64) for part in lists]
    boundaries[k - 1] = Incidence.from_lengths(np.array([len(p) for p in made]), np.concatenate(made))
    return PolyhedralComplex(boundaries, space.rows, space.ambient_dim)


def lists_of(space, k):
    return [space.boundary(k)[i].tolist() for i in range(space.count(k))]


def with_point(space, vertex, point):
    rows = list(space.rows)
    rows[vertex] = fmpz_poly([1, *point])
    return PolyhedralComplex(space.boundaries, rows, space.ambient_dim)


def failing(space, **kwargs):
    outcome = validate(space, **kwargs)
    assert not outcome
    for name, line in outcome.failures:
        assert name in outcome.checked and line and "\n" not in line
        assert f"{name}: {line}" in str(outcome).splitlines()
    return dict(outcome.failures)


def test_a_sound_complex_passes_every_check():
    outcome = validate(quarters(), domain=SQUARE, labels=["++", "+-", "-+", "--"])
    assert outcome and outcome == Validation(
        ("euler", "facets", "patterns", "sides", "boundary of boundary", "volume")
    )
    assert str(outcome).splitlines()[0] == "euler: holds"


@pytest.mark.parametrize("domain", [SQUARE, CUBE])
def test_a_cell_without_one_of_its_facets(domain):
    space = quarters(domain)
    d = space.dim
    lists = lists_of(space, d)
    lists[2] = lists[2][1:]
    broken = failing(with_lists(space, d, lists), domain=domain)
    assert "boundary of boundary" in broken
    assert broken["boundary of boundary"] == f"the boundary of the boundary of {d}-face 2 is not zero"


def test_a_facet_without_one_of_its_edges():
    space = quarters(CUBE)
    lists = lists_of(space, 2)
    lists[5] = lists[5][1:]
    assert "2-face 5" in failing(with_lists(space, 2, lists), domain=CUBE)["boundary of boundary"]


def test_a_facet_of_three_cells():
    space = quarters()
    lists = lists_of(space, 2)
    inner = next(g for g in range(space.count(1)) if len(space.coboundary(1)[g]) == 2)
    other = next(c for c in range(4) if c not in space.coboundary(1)[inner])
    lists[other].append(inner)
    assert failing(with_lists(space, 2, lists))["facets"] == f"facet {inner} lies in 3 cells"


def test_a_facet_of_no_cell():
    space = quarters()
    lists = lists_of(space, 2)
    outer = next(g for g in range(space.count(1)) if len(space.coboundary(1)[g]) == 1)
    lists = [[g for g in part if g != outer] for part in lists]
    broken = failing(with_lists(space, 2, lists))
    assert broken["facets"] == f"facet {outer} lies in 0 cells"


def test_a_cell_twice():
    space = quarters()
    lists = [*lists_of(space, 2), lists_of(space, 2)[0]]
    broken = failing(with_lists(space, 2, lists), domain=SQUARE)
    assert broken["euler"] == "the alternating sum is 2, but should be 1"
    assert "same side of facet" in broken["sides"] or "facets" in broken
    assert broken["volume"] == "the cell volumes add up to 5, but should to 4"


def test_two_cells_on_the_same_side():
    space = box(0, 1, dim=1).complex
    broken = failing(with_lists(space, 1, [[0, 1], [0, 1]]))
    assert broken["sides"] == "cells 0 and 1 are on the same side of facet 0"


def test_a_missing_cell():
    space = quarters()
    broken = failing(with_lists(space, 2, lists_of(space, 2)[:3]), domain=SQUARE)
    assert set(broken) == {"euler", "facets", "volume"}


def test_a_smaller_complex_than_its_domain():
    assert failing(box(0, 1, dim=2).complex, domain=SQUARE) == {
        "volume": "the cell volumes add up to 1, but should to 4"
    }


def test_a_vertex_moved_across_its_cell():
    space = SQUARE.complex
    corner = space.points.index((2, 2))
    broken = failing(with_point(space, corner, (0, 1)), domain=SQUARE)
    assert "sides" in broken or "volume" in broken
    dent = failing(with_point(quarters(), quarters().points.index((1, 1)), (-3, 1)), domain=SQUARE)
    assert "crosses the hyperplane" in dent["sides"]


def test_two_vertices_swapped():
    space = SQUARE.complex
    rows = list(space.rows)
    rows[0], rows[1] = rows[1], rows[0]
    twisted = PolyhedralComplex(space.boundaries, rows, 2)
    broken = failing(twisted, domain=SQUARE)
    assert "cell 0 crosses the hyperplane of its facet" in broken["sides"]


def test_two_vertices_at_one_point():
    space = SQUARE.complex
    rows = list(space.rows)
    rows[0] = rows[1]
    broken = failing(PolyhedralComplex(space.boundaries, rows, 2), domain=SQUARE)
    assert broken["volume"] == "complex: a face does not span its dimension"


def test_labels_that_repeat():
    broken = failing(quarters(), labels=["++", "+-", "++", "--"])
    assert broken == {"patterns": "cells 0 and 2 have the same signs '++'"}


@given(subdivisions(dims=(2, 3), cuts=(1, 2)), st.data())
def test_no_incidence_can_be_dropped(built, data):
    space = built.space
    if space.dim == 0:
        return
    k = data.draw(st.integers(1, space.dim))
    if k == 1:
        return  # an edge has two ends by construction
    lists = lists_of(space, k)
    face = data.draw(st.integers(0, len(lists) - 1))
    dropped = data.draw(st.integers(0, len(lists[face]) - 1))
    lists[face] = [g for i, g in enumerate(lists[face]) if i != dropped]
    assert not validate(with_lists(space, k, lists), domain=built.domain)


@given(subdivisions(dims=(1, 2, 3), cuts=(1, 2), flat=False), st.data())
def test_no_vertex_of_a_corner_can_be_moved_out(built, data):
    space = built.space
    v = space.points.index(data.draw(st.sampled_from(built.domain.vertices)))
    inside = built.domain.centroid
    beyond = [2 * p - c for p, c in zip(space.points[v], inside, strict=True)]
    scale = int(np.lcm.reduce([c.denominator for c in beyond], dtype=object))
    rows = list(space.rows)
    rows[v] = fmpz_poly([scale, *(int(c * scale) for c in beyond)])
    assert not validate(PolyhedralComplex(space.boundaries, rows, space.ambient_dim), domain=built.domain)
