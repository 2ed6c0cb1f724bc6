"""Vertices, exactly, against the Parma Polyhedra Library (the outside reference for exact polyhedra)."""

from __future__ import annotations

from fractions import Fraction as F
from math import lcm

import pytest
from hypothesis import given

from exactgeom import InvalidInput, Polytope, UnboundedError, box, cross_polytope, partition
from exactgeom.testkit.strategies import networks, polytopes
from tests.polyhedra.cuts import examples
from tests.polyhedra.test_peers import halfspaces

ppl = pytest.importorskip("ppl", reason="needs pplpy (the peers extra)")


def polyhedron(rows, equations=()):
    """{a.x <= b} and {a.x = b} as PPL's polyhedron."""
    system = ppl.Constraint_System()
    for pairs, is_equation in ((rows, False), (equations, True)):
        for a, b in pairs:
            scale = lcm(*(c.denominator for c in (*a, b)))
            value = sum((int(c * scale) * ppl.Variable(i) for i, c in enumerate(a)), ppl.Linear_Expression(0))
            value += 0 * ppl.Variable(len(a) - 1)
            system.insert(value == int(b * scale) if is_equation else value <= int(b * scale))
    return ppl.C_Polyhedron(system)


def generators(body):
    """(set of vertices, True when there are rays or lines)."""
    vertices, unbounded = set(), False
    for g in body.minimized_generators():
        if g.is_point():
            vertices.add(tuple(F(int(c), int(g.divisor())) for c in g.coefficients()))
        else:
            unbounded = True
    return vertices, unbounded


@given(halfspaces())
def test_vertices_of_random_halfspaces(rows):
    body = polyhedron(rows)
    try:
        ours = Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows])
    except InvalidInput as error:
        assert "empty" in str(error) and body.is_empty()
    except UnboundedError:
        assert not body.is_bounded()
    else:
        assert generators(body) == (set(ours.vertices), False)


@given(polytopes(dims=(2, 3), sizes=(4, 6, 8)))
def test_vertices_of_polytopes_flat_ones_too(polytope):
    body = polyhedron(polytope.inequalities, polytope.equations)
    assert generators(body) == (set(polytope.vertices), False)
    assert body.affine_dimension() == polytope.dim


def test_vertices_of_non_simple_polytopes():
    for polytope in (cross_polytope(4), box(-1, 1, dim=5), cross_polytope(5)):
        assert generators(polyhedron(polytope.inequalities)) == (set(polytope.vertices), False)


@examples(2)
@given(networks(input_dims=(1, 2, 3)))
def test_cells_are_the_polyhedra_their_facets_bound(network):
    cells = partition(network, box(-1, 1, dim=network.input_dim))
    for cell in cells.cells:
        rows = []
        for facet in cell.facets:
            normal = cells.complex.measures.outward_normal(cell.id, facet.id)
            rows.append((normal, sum((a * x for a, x in zip(normal, facet.vertices[0], strict=True)), F(0))))
        assert generators(polyhedron(rows)) == (set(cell.vertices), False)
