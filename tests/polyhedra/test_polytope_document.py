"""`exactgeom/polytope-1`: what is written is read back; what is wrong is named by its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput, UnboundedError
from exactgeom.polyhedra import Polytope

SCHEMA = "exactgeom/polytope-1"
SQUARE = [{"a": [1, 0], "b": 1}, {"a": [-1, 0], "b": 0}, {"a": [0, 1], "b": 1}, {"a": [0, -1], "b": 0}]


def document(rows=SQUARE, dim=2, **more):
    return {"schema": SCHEMA, "dim": dim, "inequalities": rows, **more}


rationals = st.fractions(-3, 3, max_denominator=5)


@given(st.integers(1, 3).flatmap(lambda d: st.lists(st.tuples(*[rationals] * d), min_size=1, max_size=6)))
def test_reading_inverts_writing_for_flat_polytopes_too(points):
    polytope = Polytope.from_vertices(points)
    written = json.loads(json.dumps(polytope.to_json()))
    assert Polytope.from_json(written) == polytope == eg.load(written)
    assert Polytope.from_json(written).to_json() == written


def test_load_reads_a_polytope_file(tmp_path):
    path = tmp_path / "square.json"
    path.write_text(json.dumps(document()))
    assert eg.load(path) == Polytope.from_json(str(path)) == eg.box(0, 1, dim=2)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({}, "schema: missing"),
        ({"schema": "exactgeom/network-1"}, 'schema: expected "exactgeom/polytope-1"'),
        ({"schema": SCHEMA, "dim": 2}, "inequalities: missing"),
        (document(dim=True), "dim: expected a whole number"),
        (document(dim=0), "dim: expected a whole number"),
        (document(dim=10**12), "dim: declares more than"),
        (document(rows={}), "inequalities: expected an array"),
        (document(rows=[[1, 0, 1]]), "inequalities[0]: expected an object"),
        (document(rows=[{"a": [1, 0]}]), "inequalities[0].b: missing"),
        (document(rows=[{"a": [1], "b": 0}]), "inequalities[0].a: expected 2 entries"),
        (document(rows=[{"a": [1, None], "b": 0}]), "inequalities[0].a[1]: expected a number, got null"),
        (document(rows=[{"a": [1, 0], "b": float("nan")}]), "inequalities[0].b: "),
        (document(equations=[{"a": [1, 0], "b": True}]), "equations[0].b: expected a number, got a boolean"),
        (document(vertices=[]), 'document: unknown field "vertices"'),
        (document(rows=[*SQUARE, {"a": [1, 1], "b": -1}]), ""),
    ],
)
def test_bad_documents_are_refused_by_place(bad, message):
    with pytest.raises(InvalidInput) as caught:
        Polytope.from_json(bad)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("rows", [SQUARE[:3], SQUARE[:2], []])
def test_unbounded_documents_say_so_with_the_file(rows, tmp_path):
    with pytest.raises(UnboundedError):
        Polytope.from_json(document(rows))
    path = tmp_path / "open.json"
    path.write_text(json.dumps(document(rows)))
    with pytest.raises(UnboundedError, match=r"open\.json: "):
        eg.load(path)
