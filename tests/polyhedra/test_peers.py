"""Vertices against cddlib in floats (`test_ppl` compares exactly)."""

from __future__ import annotations

import importlib
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import InvalidInput, Polytope, UnboundedError, box, cross_polytope
from exactgeom.testkit.strategies import polytopes
from tests.polyhedra.cuts import examples

BACKENDS = ["cdd"]  # floats; `test_ppl` has the exact reference


def generators(backend, rows, linear=()):
    """(vertices, number of rays and lines) of {a.x <= b}, with equality in the rows of `linear`."""
    module = pytest.importorskip(backend)
    table = [[b, *(-c for c in a)] for a, b in rows]
    if backend == "cdd":
        table = [[float(c) for c in row] for row in table]
    kind = importlib.import_module("cdd").RepType.INEQUALITY
    matrix = module.matrix_from_array(table, rep_type=kind, lin_set=set(linear))
    found = module.copy_generators(module.polyhedron_from_matrix(matrix))
    vertices = [tuple(row[1:]) for row in found.array if row[0] == 1]
    return vertices, len(found.array) - len(vertices) + len(found.lin_set)


def assert_same_points(backend, found, expected):
    if backend == "cdd.gmp":
        assert {tuple(F(c) for c in v) for v in found} == set(expected)
        return
    assert len(found) == len(expected)
    for v in expected:
        assert min(max(abs(float(x) - y) for x, y in zip(v, w, strict=True)) for w in found) < 1e-7


@st.composite
def halfspaces(draw):
    """Random systems of rows: bounded or not, empty or not, with repeated and redundant rows."""
    dim = draw(st.sampled_from([1, 2, 3]))
    entries = st.integers(-2, 2)
    rows = []
    if draw(st.booleans()):
        rows += box(-1, 1, dim=dim).inequalities
    for _ in range(draw(st.integers(1, 6))):
        if rows and draw(st.integers(0, 4)) == 0:
            rows.append(draw(st.sampled_from(rows)))
        a = tuple(F(draw(entries)) for _ in range(dim))
        rows.append((a, F(draw(entries))))
    return rows


@pytest.mark.parametrize("backend", BACKENDS)
def test_random_halfspaces_agree_with_cddlib(backend):
    pytest.importorskip(backend)

    @examples(2)
    @given(halfspaces())
    def law(rows):
        vertices, unbounded = generators(backend, rows)
        try:
            ours = Polytope.from_inequalities([a for a, _ in rows], [b for _, b in rows])
        except InvalidInput as error:
            assert "empty" in str(error) and not vertices
        except UnboundedError:
            assert unbounded
        else:
            assert not unbounded
            assert_same_points(backend, vertices, ours.vertices)

    law()


@pytest.mark.parametrize("backend", BACKENDS)
def test_polytopes_and_their_equations_agree_with_cddlib(backend):
    pytest.importorskip(backend)

    @given(polytopes(dims=(2, 3), sizes=(4, 6, 8), degenerate=backend == "cdd.gmp"))
    def law(polytope):
        rows = [*polytope.inequalities, *polytope.equations]
        linear = range(len(polytope.inequalities), len(rows))
        vertices, unbounded = generators(backend, rows, linear)
        assert not unbounded
        assert_same_points(backend, vertices, polytope.vertices)

    law()


@pytest.mark.parametrize("backend", BACKENDS)
def test_non_simple_polytopes_agree_with_cddlib(backend):
    for polytope in (cross_polytope(4), box(-1, 1, dim=5), cross_polytope(5)):
        vertices, unbounded = generators(backend, polytope.inequalities)
        assert not unbounded
        assert_same_points(backend, vertices, polytope.vertices)
