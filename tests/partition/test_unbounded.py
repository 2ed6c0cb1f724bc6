"""Partitions of all of R^d: cells by vertices, rays and lines; against large boxes."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks
from tests.partition.plain import dot, rref

MODELS = networks(widths=(1, 2, 3)) | arrangements()
FAR = 10**30  # every vertex of these models is far closer, and so is every wall of a cell that meets it


def combine(base: Any, *terms: tuple[Any, Any]) -> tuple[Fraction, ...]:
    return tuple(b + sum((Fraction(c) * v[i] for c, v in terms), Fraction(0)) for i, b in enumerate(base))


def weak(cell_signs: str, point_signs: str) -> bool:
    return all(p in (c, "0") for c, p in zip(cell_signs, point_signs, strict=True))


@given(MODELS)
@settings(max_examples=100)
def test_euler_and_validity_on_the_whole_space(model: Any) -> None:
    P = eg.partition(model, None)
    assert P.euler_characteristic == (-1) ** model.input_dim
    assert not P.is_bounded and P.domain is None
    assert len(set(P.cell_signs)) == len(P.cells)
    assert P.validate(), str(P.validate())


@given(MODELS, st.data())
@settings(max_examples=100)
def test_minkowski_weyl_vertices_rays_and_lines_describe_the_cell(model: Any, data: st.DataObject) -> None:
    """Minimal points + nonnegative rays + lines stay in the cell; all rays at once reach its interior."""
    P = eg.partition(model, None)
    weights = st.builds(Fraction, st.integers(0, 50), st.integers(1, 4))
    for cell in P.cells:
        starts, rays, lines = P.complex.minimal_points(cell.id), cell.rays, cell.lineality
        assert starts
        if not lines:
            assert set(starts) == set(cell.vertices)
        else:
            assert cell.vertices == ()
        assert len(rref(lines)) == len(lines)
        assert all(dot(ray, line) == 0 for ray in rays for line in lines)
        assert cell.is_bounded == (not rays and not lines)
        base = data.draw(st.sampled_from(starts))
        terms = [(data.draw(weights), ray) for ray in rays]
        terms += [(data.draw(weights) - 20, line) for line in lines]
        assert weak(cell.signs, model.signs(combine(base, *terms)))
        mean = combine([0] * P.dimension, *((Fraction(1, len(starts)), s) for s in starts))
        inside = combine(mean, *((1, ray) for ray in rays))
        assert model.signs(inside) == cell.signs


@given(MODELS)
@settings(max_examples=60)
def test_rays_and_facets_are_complete(model: Any) -> None:
    """Each facet is spanned by what it holds of the cell's vertices, rays and lines; none is wasted."""
    P = eg.partition(model, None)
    d = P.dimension
    for cell in P.cells:
        starts, rays, lines = P.complex.minimal_points(cell.id), cell.rays, cell.lineality
        generators = [(*s, Fraction(1)) for s in starts] + [(*r, Fraction(0)) for r in (*rays, *lines)]
        assert len(rref(generators)) == d + 1
        tight = [{i for i, g in enumerate(generators) if g[-1] == 0}]  # the face at infinity
        for facet in cell.facet_ids:
            offset, *normal = (Fraction(int(c)) for c in P.complex.facet_plane(facet))
            heights = [dot((*normal, offset), g) for g in generators]
            assert min(heights) >= 0 or max(heights) <= 0
            on = [g for g, h in zip(generators, heights, strict=True) if h == 0]
            assert len(rref(on)) == d
            tight.append({i for i, h in enumerate(heights) if h == 0})
        pointed = generators[: len(starts) + len(rays)]
        for i in range(len(pointed)):  # extreme: no other generator lies on all of its facets
            common = set(range(len(pointed))).intersection(*(t for t in tight if i in t))
            assert common == {i}


@given(MODELS)
@settings(max_examples=60)
def test_whole_space_agrees_with_a_large_box(model: Any) -> None:
    d = model.input_dim
    space, large = eg.partition(model, None), eg.partition(model, eg.box(-FAR, FAR, dim=d))
    assert set(space.cell_signs) == set(large.cell_signs)
    inside = {cell.signs: cell for cell in large.cells}
    for cell in space.cells:
        twin = inside[cell.signs]
        assert cell.affine_map == twin.affine_map
        assert set(cell.vertices) == {v for v in twin.vertices if max(map(abs, v)) < FAR}
        if cell.is_bounded:
            assert cell.volume == twin.volume
            assert cell.centroid == twin.centroid
            assert set(cell.vertices) == set(twin.vertices)
    assert set(space.vertices) == {v for v in large.vertices if max(map(abs, v)) < FAR}
    assert len(space.facets) == sum(facet.is_interior for facet in large.facets)
    assert walls(space) == walls(large)
    assert corner_angles(space) == corner_angles(large)


def walls(P: eg.Partition) -> dict[frozenset[str], Any]:
    """Pairs of neighbouring cells with the area between them (None when it reaches the box)."""
    found = {}
    for facet in P.facets:
        if facet.is_interior:
            finite = facet.is_bounded and all(max(map(abs, v)) < FAR for v in facet.vertices)
            pair = frozenset(P.cell_signs[i] for i in facet.cell_ids)
            assert pair not in found
            found[pair] = facet.area if finite else None
    return found


def corner_angles(P: eg.Partition) -> set[Any]:
    """The angles at each ridge, by the signs of its cells (ridges on the boundary of the box left out)."""
    found = set()
    for ridge in P.ridges:
        if (
            not all(any(abs(v[i]) == FAR for i in range(P.dimension)) for v in ridge.vertices)
            or (P.domain is None)
            or not any(
                all(v[i] == side * FAR for v in ridge.vertices)
                for i, side in product(range(P.dimension), (1, -1))
            )
        ):
            found.add(frozenset((P.cell_signs[c], angle) for c, _, angle in ridge.angles))
    return found


@given(MODELS)
@settings(max_examples=80)
def test_angles_around_every_ridge_add_up_to_a_full_turn(model: Any) -> None:
    P = eg.partition(model, None)
    for ridge in P.ridges:
        total = sum((angle for _, _, angle in ridge.angles), eg.Angle.pi(0))
        assert total.is_multiple_of_pi() == 2
        assert ridge.cell_ids == tuple(c for c, _, _ in ridge.angles)


@given(MODELS)
@settings(max_examples=60)
def test_infinite_measures_raise_and_finite_ones_do_not(model: Any) -> None:
    P = eg.partition(model, None)
    with pytest.raises(eg.UnboundedError, match="infinite"):
        _ = P.total_volume
    for face in (*P.cells, *P.facets):
        if face.is_bounded:
            assert face.volume > 0
            assert len(face.centroid) == P.dimension
        else:
            with pytest.raises(eg.UnboundedError, match=f"{face.id} is unbounded: it has no finite volume"):
                _ = face.volume
            with pytest.raises(eg.UnboundedError, match="no finite centroid"):
                _ = face.centroid
    for facet in P.facets:
        if facet.is_bounded:
            assert sum(c * c for c in facet.area_vector) == facet.area**2
        else:
            with pytest.raises(eg.UnboundedError):
                _ = facet.area
            with pytest.raises(eg.UnboundedError, match="no finite area vector"):
                _ = facet.area_vector


@given(MODELS)
@settings(max_examples=60)
def test_minkowski_on_bounded_cells(model: Any) -> None:
    P = eg.partition(model, None)
    for cell in P.cells:
        if cell.is_bounded:
            vectors = [[c if f.cell_ids[0] == cell.id else -c for c in f.area_vector] for f in cell.facets]
            assert all(sum(column) == 0 for column in zip(*vectors, strict=True))
            flux = sum(dot(v, f.vertices[0]) for v, f in zip(vectors, cell.facets, strict=True))
            assert flux == P.dimension * cell.volume


def test_the_whole_space_uncut_is_one_cell_without_faces() -> None:
    for dim in (1, 2, 4):
        P = eg.partition(eg.Arrangement([], dim=dim), None)
        assert P.f_vector == (0,) * dim + (1,)
        (cell,) = P.cells
        assert cell.signs == "" and cell.rays == () and cell.facets == () and len(cell.lineality) == dim
        assert P.complex.minimal_points(0) == ((0,) * dim,)
        assert P.to_networkx().number_of_nodes() == 1
        assert P.validate()


def test_a_dead_unit_is_zero_everywhere() -> None:
    P = eg.partition(eg.Network([eg.Linear([[0, 0]], [0]), eg.ReLU()]), None)
    assert P.f_vector == (0, 0, 1) and P.cell_signs == ("0",)


def test_flat_pieces_survive_where_a_unit_vanishes_on_a_half_plane() -> None:
    """relu(relu(x)) has sign 0 on the left half plane, which is one cell."""
    net = eg.Network([eg.Linear([[1, 0]], [0]), eg.ReLU(), eg.Linear([[1]], [0]), eg.ReLU()])
    P = eg.partition(net, None)
    assert P.f_vector == (0, 1, 2)
    assert set(P.cell_signs) == {"++", "-0"}


def test_constant_at_infinity_keeps_its_piece() -> None:
    """A clip bound between two parallel walls: the recession function vanishes, the sign does not."""
    net = eg.Network([eg.Linear([[1, 1]], [5]), eg.HardTanh(-1, 2), eg.Linear([[1]], ["-1/2"]), eg.ReLU()])
    P = eg.partition(net, None)
    assert P.f_vector == (0, 3, 4)
    assert set(P.cell_signs) == {"---", "+--", "+-+", "+++"}
    assert sorted(len(cell.facets) for cell in P.cells) == [1, 1, 2, 2]
