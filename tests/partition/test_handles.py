"""Partitions and their faces as values: numbering, equality, pickles, the dual graph."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks

NET = eg.Network(
    [eg.Linear([[1, 2], [3, -4], [1, 0]], [0, 1, 0]), eg.ReLU(), eg.Linear([[1, 1, -1]], [0]), eg.Abs()],
    notes=["made by hand"],
)
SQUARE = eg.box(-1, 1, dim=2)


@st.composite
def partitions(draw: st.DrawFn) -> eg.Partition:
    model = draw(networks(widths=(1, 2, 3)) | arrangements())
    return eg.partition(model, eg.box(-1, 1, dim=model.input_dim) if draw(st.booleans()) else None)


@given(partitions())
@settings(max_examples=80)
def test_pickles_come_back_equal_with_the_same_geometry(P: eg.Partition) -> None:
    Q = pickle.loads(pickle.dumps(P))
    assert P == Q and hash(P) == hash(Q)
    assert P.is_numbered_like(Q)
    assert (Q.f_vector, Q.cell_signs, Q.vertices, Q.notes) == (P.f_vector, P.cell_signs, P.vertices, P.notes)
    assert (Q.model, Q.domain) == (P.model, P.domain)
    for k in range(P.dimension + 1):
        for one, two in zip(P.faces(k), Q.faces(k), strict=True):
            assert one == two and hash(one) == hash(two)
            assert one.vertices == two.vertices
            assert one.is_bounded == two.is_bounded
            if one.is_bounded:
                assert one.volume == two.volume
    for cell, twin in zip(P.cells, Q.cells, strict=True):
        assert (cell.affine_map, cell.rays, cell.lineality) == (twin.affine_map, twin.rays, twin.lineality)
    assert [r.angles for r in P.ridges] == [r.angles for r in Q.ridges]
    assert Q.validate()


@pytest.mark.parametrize("domain", [SQUARE, None])
def test_pickling_after_measuring_and_copying(domain: eg.Polytope | None) -> None:
    P = eg.partition(NET, domain)
    graph = P.to_networkx()
    assert P.validate() and P.affine_map_count
    for Q in (pickle.loads(pickle.dumps(P)), copy.copy(P), copy.deepcopy(P)):
        assert Q == P
        assert dict(Q.to_networkx().nodes(data=True)) == dict(graph.nodes(data=True))
    cell = pickle.loads(pickle.dumps(P.cells[2]))
    assert cell == P.cells[2] and cell.signs == P.cells[2].signs
    assert pickle.loads(pickle.dumps(P.facets)) == P.facets


def test_equality_means_the_same_model_on_the_same_domain() -> None:
    P = eg.partition(NET, SQUARE)
    assert eg.partition(NET, SQUARE) == P
    assert eg.partition(NET, eg.Polytope.from_vertices([(1, 1), (-1, 1), (-1, -1), (1, -1)])) == P
    assert eg.partition(NET, eg.box(-1, 2, dim=2)) != P
    assert eg.partition(NET, None) != P
    assert eg.partition(eg.Network(NET.layers[:2]), SQUARE) != P
    assert P != "a partition" and (P == 3) is False
    assert len({P, eg.partition(NET, SQUARE)}) == 1
    with pytest.raises(eg.BudgetExceeded) as caught:
        eg.partition(NET, SQUARE, budget=eg.Budget(cells=3))
    assert caught.value.partial != P


def test_faces_are_equal_in_equal_partitions_only() -> None:
    P, Q, R = eg.partition(NET, SQUARE), eg.partition(NET, SQUARE), eg.partition(NET, eg.box(-2, 2, dim=2))
    assert P.cells[1] == Q.cells[1] != P.cells[2]
    assert P.cells[1] != R.cells[1]
    assert P.cells[1] != P.facets[1]
    assert P.cells[1] == P.faces(2)[1] and hash(P.cells[1]) == hash(P.faces(2)[1])
    assert P.cells[1] != 1
    assert P.cells == Q.cells and P.cells != P.facets and P.cells != R.cells
    assert len({*P.cells, *Q.cells}) == len(P.cells)


def test_sequences_of_faces() -> None:
    P = eg.partition(NET, SQUARE)
    n = len(P.cells)
    assert [c.id for c in P.cells] == list(range(n))
    assert P.cells[-1] == P.cells[n - 1] and P.cells[-1].id == n - 1
    assert P.cells[1:3] == (P.cells[1], P.cells[2])
    assert P.cells[::-1] == tuple(reversed(P.cells))
    assert P.cells[P.cells[3]] == P.cells[3] and P.cells.index(P.cells[3]) == 3
    assert P.cells[2] in P.cells and P.facets[2] not in P.cells
    assert tuple(len(P.faces(k)) for k in range(3)) == P.f_vector == (len(P.ridges), len(P.facets), n)
    assert repr(P.cells) == f"<{n} cells of dimension 2>"
    assert repr(P) == f"<a partition of dimension 2 with {n} cells>"
    assert repr(P.facets[0]) == f"<Facet 0 of a partition of dimension 2 with {n} cells>"
    assert P.notes == ("made by hand",)


def test_handles_are_immutable() -> None:
    cell = eg.partition(NET, SQUARE).cells[0]
    for name in ("id", "dim", "partition"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(cell, name, 1)
        with pytest.raises(AttributeError, match="immutable"):
            delattr(cell, name)


@given(partitions())
@settings(max_examples=60)
def test_dual_graph_has_areas_and_angles_on_its_edges(P: eg.Partition) -> None:
    graph = P.to_networkx()
    assert list(graph.nodes) == list(range(len(P.cells)))
    for cell in P.cells:
        data = graph.nodes[cell.id]
        assert data["signs"] == cell.signs
        assert data["volume"] == (cell.volume if cell.is_bounded else None)
        assert tuple(sorted(graph[cell.id])) == tuple(c.id for c in cell.neighbors)
    interior = [f for f in P.facets if f.is_interior]
    assert graph.number_of_edges() == len(interior)  # convex cells share at most one facet
    for facet in interior:
        data = graph.edges[facet.cell_ids]
        assert data["facets"] == (facet.id,)
        assert data["area"] == (facet.area if facet.is_bounded else None)
        ridges = P.complex.boundary(P.dimension - 1)[facet.id].tolist() if P.dimension > 1 else []
        assert set(data["angles"]) == set(ridges)
        for ridge, pair in data["angles"].items():
            assert pair == tuple(P.dihedral_angle(c, ridge) for c in facet.cell_ids)
    plain = P.to_networkx(angles=False)
    assert set(plain.edges) == set(graph.edges)
    assert all(data["angles"] == {} for _, _, data in plain.edges(data=True))


def test_areas_are_exact_surds() -> None:
    P = eg.partition(eg.Arrangement([([1, 2], 0)]), SQUARE)
    assert P.to_networkx().edges[0, 1]["area"] == eg.Surd.sqrt(5)
    line = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    assert line.to_networkx().edges[0, 1]["area"] == 1
    assert isinstance(line.facets[0].area, eg.Surd)


def test_numbering_is_deterministic() -> None:
    P: Any = eg.partition(NET, SQUARE)
    Q: Any = eg.partition(NET, SQUARE)
    assert P.vertices == Q.vertices and P.cell_signs == Q.cell_signs and P.is_numbered_like(Q)
