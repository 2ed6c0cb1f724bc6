"""The document: valid by its own laws, exact in every number, and the same streamed as in memory."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactgeom.exact import Surd, exact, from_json
from exactgeom.models import Arrangement, Linear, Network, ReLU
from exactgeom.partition.document import partition_document, write_partition
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.inputs import cut_subject

KEYS = [
    "schema",
    "dimension",
    "f_vector",
    "euler_characteristic",
    "total_volume",
    "vertices",
    "cells",
    "facets",
    "ridges",
]
small = st.integers(-3, 3)


@st.composite
def arrangements(draw, dims=(1, 2, 3)):
    dim = draw(st.sampled_from(dims))
    normal = st.tuples(*[small] * dim).filter(any)
    planes = draw(st.lists(st.tuples(normal, st.fractions(-2, 2, max_denominator=4)), max_size=4))
    return Arrangement(planes, dim=dim)


def rational(text):
    assert isinstance(text, str)
    value = Fraction(text)
    assert text == str(value), "numbers are in lowest terms"
    return value


def surd(form):
    """A rational string, or {"surd": [[q, m], ...]} with q ≠ 0 and integers m in different square classes."""
    if isinstance(form, str):
        return Surd.sqrt(0) + rational(form)
    assert list(form) == ["surd"]
    terms = [(rational(q), rational(m)) for q, m in form["surd"]]
    assert terms
    for i, (q, m) in enumerate(terms):
        assert q != 0
        assert m.denominator == 1
        assert m > 0
        for _, other in terms[:i]:
            assert isqrt(int(m * other)) ** 2 != m * other
    return from_json(form)


def check(document, *, bounded=True):
    """Check one document against the schema and the laws between its parts."""
    assert list(document) == KEYS
    assert document["schema"] == "exactgeom/partition-1"
    d, f_vector = document["dimension"], document["f_vector"]
    assert len(f_vector) == d + 1
    assert document["euler_characteristic"] == sum((-1) ** k * n for k, n in enumerate(f_vector))
    vertices, cells, facets = document["vertices"], document["cells"], document["facets"]
    assert (f_vector[0], f_vector[-1]) == (len(vertices), len(cells))
    points = [tuple(map(rational, v)) for v in vertices]
    assert len(set(points)) == len(points)
    for rows in (cells, facets, document["ridges"]):
        assert [row["id"] for row in rows] == list(range(len(rows)))
    keys = ["id", "volume", "vertices", "signs", "affine", "facets"]
    for cell in cells:
        extra = [] if bounded else ["rays", "lineality", *(["points"] if cell["lineality"] else [])]
        assert list(cell) == [*keys, *extra]
        assert set(cell["vertices"]) <= set(range(len(vertices)))
        assert all(cell["id"] in facets[i]["cells"] for i in cell["facets"])
        assert set(cell["signs"]) <= set("+-0.")
    for facet in facets:
        assert list(facet) == ["id", "cells", "area", "area_vector"]
        assert facet["cells"] == sorted(set(facet["cells"]))
        assert len(facet["cells"]) in (1, 2)
        assert all(facet["id"] in cells[i]["facets"] for i in facet["cells"])
    for ridge in document["ridges"]:
        assert list(ridge) == ["id", "volume", "angles"]
        for angle in ridge["angles"]:
            assert list(angle) == ["cell", "facets", "cos"]
            first, second = angle["facets"]
            assert {first, second} <= set(cells[angle["cell"]]["facets"])
            assert -1 <= surd(angle["cos"]) < 1
    assert (document["ridges"] == []) or d >= 2


def check_measures(document):
    """Volumes add up, every cell's area vectors close, areas are the lengths of their vectors."""
    cells, facets = document["cells"], document["facets"]
    assert sum(rational(c["volume"]) for c in cells) == rational(document["total_volume"])
    for facet in facets:
        vector = list(map(rational, facet["area_vector"]))
        assert surd(facet["area"]) == Surd.sqrt(sum(x * x for x in vector))
    for cell in cells:
        total = [0] * len(facets[0]["area_vector"])
        for i in cell["facets"]:
            sign = 1 if facets[i]["cells"][0] == cell["id"] else -1
            total = [t + sign * rational(x) for t, x in zip(total, facets[i]["area_vector"], strict=True)]
        assert not any(total)


@given(arrangements())
@settings(max_examples=25)
def test_documents_obey_the_schema_and_the_laws_of_measure(model):
    document = partition_document(cut_subject(model, box(-1, 1, dim=model.dim)))
    check(document)
    check_measures(document)


@given(arrangements(), st.booleans())
@settings(max_examples=25)
def test_streamed_text_is_the_document(model, bounded):
    result = cut_subject(model, box(-1, 1, dim=model.dim) if bounded else None)
    stream = io.StringIO()
    write_partition(result, stream)
    assert json.loads(stream.getvalue()) == partition_document(result) == result.to_json()
    assert stream.getvalue().endswith("\n}\n")


@given(arrangements())
@settings(max_examples=25)
def test_unbounded_documents_say_null_and_give_directions(model):
    document = partition_document(cut_subject(model, None))
    check(document, bounded=False)
    assert document["euler_characteristic"] == (-1) ** model.dim
    assert document["total_volume"] is None
    for cell in document["cells"]:
        unbounded = bool(cell["rays"] or cell["lineality"])
        assert (cell["volume"] is None) == unbounded


def test_angles_around_an_inner_ridge_close():
    document = partition_document(cut_subject(Arrangement([([1, 0], 0), ([1, 1], 0)]), box(-1, 1, dim=2)))
    inner = next(r for r in document["ridges"] if len(r["angles"]) == 4)
    half = {"surd": [["1/2", "2"]]}
    cosines = sorted((surd(a["cos"]) for a in inner["angles"]), key=float)
    assert cosines == [-surd(half), -surd(half), surd(half), surd(half)]


def test_affine_maps_are_written_and_right():
    net = Network([Linear([[1, "1/3"], [2, -1]], [0, "1/7"]), ReLU(), Linear([[1, 1]], ["0.1"])])
    result = cut_subject(net, box(-1, 1, dim=2))
    document = partition_document(result)
    check(document)
    check_measures(document)
    for row, cell in zip(document["cells"], result.cells, strict=True):
        point = cell.centroid
        rows, offset = row["affine"]["A"], row["affine"]["b"]
        value = [
            sum(rational(a) * x for a, x in zip(r, point, strict=True)) + rational(b)
            for r, b in zip(rows, offset, strict=True)
        ]
        assert tuple(value) == net(point)


def test_flat_polytope_has_no_area_vectors():
    triangle = Polytope.from_vertices([(1, 0, 0), (0, 1, 0), (0, 0, 1)])
    document = partition_document(cut_subject(triangle))
    check(document)
    assert document["f_vector"] == [3, 3, 1]
    assert [f["area_vector"] for f in document["facets"]] == [None] * 3
    assert [f["area"] for f in document["facets"]] == [{"surd": [["1", "2"]]}] * 3
    assert [a["cos"] for r in document["ridges"] for a in r["angles"]] == ["1/2"] * 3


def test_huge_numbers_are_written_in_full():
    tiny = exact("1e-5000")
    document = partition_document(cut_subject(Arrangement([([1], tiny)]), box(-1, 1, dim=1)))
    assert [str(10**3)] != document["vertices"]
    assert sum(len(v[0]) for v in document["vertices"]) > 5000


def test_unfinished_documents_say_so():
    result = cut_subject(Arrangement([], dim=1), box(0, 1, dim=1))
    document = partition_document(result, incomplete="the budget of 1 cells ran out")
    assert list(document) == ["schema", "incomplete", *KEYS[1:]]


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_box_is_one_cell(dim):
    document = partition_document(cut_subject(box(-1, 1, dim=dim)))
    check(document)
    check_measures(document)
    assert document["total_volume"] == str(2**dim)
    assert len(document["facets"]) == 2 * dim
