"""What changes the description of a model, and not its geometry; and what moves the geometry along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks, rationals

Point = tuple[Fraction, ...]
POSITIVE = st.builds(Fraction, st.integers(1, 9), st.integers(1, 9))


def geometry(P: eg.Partition, signs: Iterable[str] | None = None) -> Any:
    """All of a partition that does not depend on numbering: faces as point sets, cells with their signs."""
    cells = {
        (s, frozenset(c.vertices), c.volume) for s, c in zip(signs or P.cell_signs, P.cells, strict=True)
    }
    faces = [{frozenset(f.vertices) for f in P.faces(k)} for k in range(P.dimension + 1)]
    areas = {(frozenset(f.vertices), f.area) for f in P.facets}
    return cells, faces, areas, P.f_vector


def reorder(text: str, blocks: Sequence[Sequence[int]]) -> str:
    return "".join(text[i] for block in blocks for i in block)


@given(networks(depths=(1, 2)), st.data())
@settings(max_examples=40)
def test_permuting_neurons_permutes_signs_and_keeps_geometry(net: eg.Network, data: st.DataObject) -> None:
    layers, blocks, at, order = [], [], 0, list(range(net.input_dim))
    for i, layer in enumerate(net.layers):
        if isinstance(layer, eg.Linear):
            rows = list(range(layer.out_dim))
            hidden = any(isinstance(later, eg.Linear) for later in net.layers[i + 1 :])
            new = data.draw(st.permutations(rows)) if hidden else rows
            weight = [[layer.weight[r][c] for c in order] for r in new]
            layers.append(eg.Linear(weight, [layer.bias[r] for r in new]))
            order = list(new)
        else:
            m = len(layer.breakpoints)
            blocks += [range(at + unit * m, at + (unit + 1) * m) for unit in order]
            at += m * len(order)
            layers.append(layer)
    other = eg.Network(layers, input_dim=net.input_dim)
    domain = eg.box(-1, 1, dim=net.input_dim)
    P, Q = eg.partition(net, domain), eg.partition(other, domain)
    assert geometry(Q) == geometry(P, [reorder(s, blocks) for s in P.cell_signs])
    U, V = eg.partition(net, None), eg.partition(other, None)
    assert U.f_vector == V.f_vector
    assert {reorder(s, blocks) for s in U.cell_signs} == set(V.cell_signs)


@given(arrangements(), st.data())
@settings(max_examples=40)
def test_the_order_of_hyperplanes_does_not_matter(model: eg.Arrangement, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(model.hyperplanes))))
    other = eg.Arrangement([model.hyperplanes[i] for i in order], dim=model.dim)
    domain = eg.box(-1, 1, dim=model.dim)
    P, Q = eg.partition(model, domain), eg.partition(other, domain)
    assert geometry(Q) == geometry(P, [reorder(s, [order]) for s in P.cell_signs])


@given(
    networks(depths=(1, 2), activations=st.sampled_from([eg.ReLU(), eg.LeakyReLU("1/4"), eg.Abs()])),
    st.data(),
)
@settings(max_examples=40)
def test_rescaling_a_neuron_changes_nothing(net: eg.Network, data: st.DataObject) -> None:
    """Row times c > 0, next column divided by c: the same function and the same cells."""
    linear = [i for i, layer in enumerate(net.layers) if isinstance(layer, eg.Linear)]
    layers = list(net.layers)
    for i, j in pairwise(linear):
        factors = [data.draw(POSITIVE) for _ in layers[i].bias]
        layers[i] = eg.Linear(
            [[c * w for w in row] for c, row in zip(factors, layers[i].weight, strict=True)],
            [c * b for c, b in zip(factors, layers[i].bias, strict=True)],
        )
        layers[j] = eg.Linear(
            [[w / c for w, c in zip(row, factors, strict=True)] for row in layers[j].weight], layers[j].bias
        )
    domain = eg.box(-1, 1, dim=net.input_dim)
    P = eg.partition(net, domain)
    Q = eg.partition(eg.Network(layers, input_dim=net.input_dim), domain)
    assert P.cell_signs == Q.cell_signs
    assert geometry(P) == geometry(Q)
    assert [c.affine_map for c in P.cells] == [c.affine_map for c in Q.cells]


@given(networks(), st.data())
@settings(max_examples=40)
def test_moving_and_scaling_the_domain_with_the_model(net: eg.Network, data: st.DataObject) -> None:
    """x -> c x + s: volumes grow by |c|^d, areas by |c|^(d-1), angles stay; c < 0 reflects."""
    d = net.input_dim
    scale = data.draw(POSITIVE) * data.draw(st.sampled_from([1, -1]))
    shift = data.draw(st.lists(rationals(), min_size=d, max_size=d))
    rows = [[1 / scale if i == j else Fraction(0) for j in range(d)] for i in range(d)]
    back = eg.Linear(rows, [-s / scale for s in shift])
    moved = eg.Network([back, *net.layers])
    P = eg.partition(net, eg.box(-1, 1, dim=d))
    radius = abs(scale)
    Q = eg.partition(moved, eg.box([s - radius for s in shift], [s + radius for s in shift]))

    def image(v: Point) -> Point:
        return tuple(scale * c + s for c, s in zip(v, shift, strict=True))

    there = {cell.signs: cell for cell in Q.cells}
    assert Q.f_vector == P.f_vector and set(there) == set(P.cell_signs)
    for cell in P.cells:
        twin = there[cell.signs]
        assert frozenset(map(image, cell.vertices)) == frozenset(twin.vertices)
        assert twin.volume == radius**d * cell.volume
        assert twin.centroid == image(cell.centroid)
    faces = {frozenset(f.vertices): f for f in Q.facets}
    for facet in P.facets:
        assert faces[frozenset(map(image, facet.vertices))].area == radius ** (d - 1) * facet.area
    corners = {frozenset(r.vertices): r for r in Q.ridges}
    for ridge in P.ridges:
        twin_ridge = corners[frozenset(map(image, ridge.vertices))]
        angles = {Q.cell_signs[c]: angle for c, _, angle in twin_ridge.angles}
        assert {P.cell_signs[c]: angle for c, _, angle in ridge.angles} == angles


@given(networks(input_dims=(2,), widths=(1, 2, 3)))
@settings(max_examples=40)
def test_a_partition_of_parts_of_the_domain_fits_together(net: eg.Network) -> None:
    """Cutting the square into two triangles first: volumes by sign string add up."""
    square = eg.partition(net, eg.box(-1, 1, dim=2))
    whole = {c.signs: c.volume for c in square.cells}
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    parts: dict[str, Fraction] = {}
    for triangle in (corners[:3], [corners[0], *corners[2:]]):
        for cell in eg.partition(net, eg.Polytope.from_vertices(triangle)).cells:
            parts[cell.signs] = parts.get(cell.signs, Fraction(0)) + cell.volume
    assert parts == whole


def test_coordinates_can_be_exchanged() -> None:
    """The braid arrangement has the symmetric group as its symmetries."""
    normals = [[(k == i) - (k == j) for k in range(3)] for i, j in combinations(range(3), 2)]
    P = eg.partition(eg.Arrangement([(n, 0) for n in normals]), eg.box(0, 1, dim=3))
    bodies = {frozenset(c.vertices) for c in P.cells}
    for order in ((1, 0, 2), (1, 2, 0)):
        turned = {frozenset(tuple(v[i] for i in order) for v in body) for body in bodies}
        assert turned == bodies
