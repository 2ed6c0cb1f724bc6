"""The reference coordinates and the provenance of faces are short cuts: no measure depends on them."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given

import exactgeom.polyhedra.reference as reference
from exactgeom import Polytope, box, partition
from exactgeom.testkit.strategies import networks
from tests.polyhedra.cuts import cut, examples, strip, subdivisions

# -- coordinates in which faces do not project injectively --------------------------------------------


def everything(space):
    """All measures of a complex, in one deterministic order."""
    d, m = space.dim, space.measures
    found = [m.volumes(k) for k in range(d + 1)]
    found.append([m.centroid(k, i) for k in range(d + 1) for i in range(space.count(k))])
    for cell in range(space.count(d)):
        for facet in space.boundary(d)[cell].tolist() if d else []:
            normal = m.outward_normal(cell, facet)
            length = max(abs(c) for c in normal)
            found.append(tuple(c / length for c in normal))
            if d == space.ambient_dim:
                found.append(m.area_vector(cell, facet))
        if d > 1:
            found.append([m.dihedral_angle(cell, r) for r in space.faces_below(d, cell, d - 2).tolist()])
    found.append(m.total_volume)
    return found


@pytest.fixture
def bad_first_attempts(monkeypatch):
    """The first two coordinate systems are the standard ones, and the standard ones reversed."""
    original = reference.shear_matrix
    used = []

    def shear(n, attempt):
        used.append(attempt)
        if attempt < 2:
            return [[int(i == (j if attempt == 0 else n - 1 - j)) for j in range(n)] for i in range(n)]
        return original(n, attempt)

    def switch(bad):
        monkeypatch.setattr(reference, "shear_matrix", shear if bad else original)
        return used

    return switch


def axis_parallel():
    yield box(0, 1, dim=1).complex
    for d in (2, 3, 4):
        space = box(0, [1, F(1, 2)][d % 2], dim=d).complex
        yield space
        for i in range(2):
            unit = tuple(F(j == i) for j in range(d))
            space, _ = cut(space, (unit, F(-1, 7)), None if d < 4 else [0])
        yield space
    yield Polytope.from_vertices([(0, 0, 0), (0, 1, 0), (0, 0, 1), (0, 1, 1)]).complex


def test_bad_coordinates_are_left_for_good_ones(bad_first_attempts):
    bad_first_attempts(False)
    expected = [everything(strip(space)) for space in axis_parallel()]
    used = bad_first_attempts(True)
    for space, values in zip(axis_parallel(), expected, strict=True):
        used.clear()
        assert everything(strip(space)) == values
        if space.dim > 1:
            assert max(used) == 2
        # asked in another order, from a fresh start
        again = strip(space)
        if space.dim > 1:
            ridge = int(again.faces_below(space.dim, 0, space.dim - 2)[0])
            angle = again.measures.dihedral_angle(0, ridge)
            assert angle == space.measures.dihedral_angle(0, ridge)
        assert again.measures.incidence_signs(1).tolist() in (
            space.measures.incidence_signs(1).tolist(),
            (-space.measures.incidence_signs(1)).tolist(),
        )


@examples(0.4)
@given(subdivisions(cuts=(1, 2)))
def test_measures_do_not_depend_on_the_coordinates(built):
    one, two = strip(built.space), strip(built.space)
    if built.space.dim:
        two.measures._attempt = 3
        two.measures.reference = two.measures._charts(3)
    assert everything(one) == everything(two)


# -- provenance --------------------------------------------------------------------------------------


@examples(0.5)
@given(networks(input_dims=(2, 3), widths=(2, 3, 4)))
def test_measures_of_partitions_do_not_need_provenance(network):
    space = partition(network, box(-1, 1, dim=network.input_dim)).complex
    assert everything(space) == everything(strip(space))
