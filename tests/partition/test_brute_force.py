"""Cells against routes that share nothing with the slicing engine: plain rationals, cdd, SciPy."""

from __future__ import annotations

import itertools
import pickle
import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import networks
from tests.partition.plain import brute_cells, faces_of, vertices_of, volume_of

DOMAINS = {
    1: [eg.box(-1, 1, dim=1), eg.box(["-1/3"], [2])],
    2: [
        eg.box(-1, 1, dim=2),
        eg.simplex(2),
        eg.cross_polytope(2),
        eg.Polytope.from_vertices([(0, 0), (3, 1), (2, 2), (-1, 1), ("-1/2", "-1/3")]),
    ],
    3: [eg.box(-1, 1, dim=3), eg.simplex(3), eg.cross_polytope(3)],
}


@st.composite
def tiny_cases(draw: st.DrawFn, *, dims: tuple[int, ...]) -> tuple[eg.Network, eg.Polytope]:
    widths = (1, 2, 3, 4) if max(dims) < 3 else (1, 2, 3)
    net = draw(networks(input_dims=dims, widths=widths))
    return net, draw(st.sampled_from(DOMAINS[net.input_dim]))


def assert_agree(net: eg.Network, domain: eg.Polytope) -> None:
    P = eg.partition(net, domain)
    expected = brute_cells(net, [(a, b) for a, b in domain.inequalities])
    assert {cell.signs for cell in P.cells} == set(expected)
    faces: dict[Any, int] = {}
    for cell in P.cells:
        system = expected[cell.signs]
        assert tuple(sorted(cell.vertices)) == vertices_of(system)
        assert cell.volume == volume_of(system)
        faces |= faces_of(system)
    count = Counter(faces.values())
    assert P.f_vector == tuple(count[k] for k in range(P.dimension + 1))
    for k in range(P.dimension + 1):
        assert {frozenset(f.vertices) for f in P.faces(k)} == {f for f, dim in faces.items() if dim == k}


@given(tiny_cases(dims=(1, 2)))
@settings(max_examples=70)
def test_lattice_agrees_with_brute_force_in_the_plane(case: tuple[eg.Network, eg.Polytope]) -> None:
    assert_agree(*case)


@given(tiny_cases(dims=(3,)))
@settings(max_examples=25)
def test_lattice_agrees_with_brute_force_in_space(case: tuple[eg.Network, eg.Polytope]) -> None:
    assert_agree(*case)


def random_net(seed: int, widths: list[int], unit: Any, *, size: int = 8, hidden_bias: int = 4) -> eg.Network:
    rng = random.Random(seed)
    layers: list[Any] = []
    for low, high in itertools.pairwise(widths):
        weight = [[Fraction(rng.randint(-size, size), 4) for _ in range(low)] for _ in range(high)]
        bias = [Fraction(rng.randint(-hidden_bias, hidden_bias), 4) for _ in range(high)]
        layers += [eg.Linear(weight, bias), unit]
    return eg.Network(layers[:-1])


WIDE = [
    pytest.param(random_net(1, [1, 70, 3, 1], eg.ReLU()), eg.box(-1, 1, dim=1), id="70 units on a line"),
    pytest.param(random_net(2, [1, 40, 5, 1], eg.HardTanh()), eg.box(-3, 3, dim=1), id="80 breakpoints"),
    pytest.param(random_net(3, [1, 6, 66, 1], eg.Abs()), eg.box(-1, 1, dim=1), id="wide second layer"),
    pytest.param(
        random_net(4, [2, 66, 2, 1], eg.ReLU(), size=1), eg.box(-1, 1, dim=2), id="66 degenerate lines"
    ),
    pytest.param(random_net(5, [1, 130, 1], eg.LeakyReLU("1/4")), eg.box(-1, 1, dim=1), id="three passes"),
]


@pytest.mark.parametrize(("net", "domain"), WIDE)
def test_layers_wider_than_a_machine_word(net: eg.Network, domain: eg.Polytope) -> None:
    assert_agree(net, domain)


DEEP = [
    pytest.param(random_net(6, [3, 2, 2, 1], eg.HardTanh("-1/2", 1)), eg.box(-1, 1, dim=3), id="clipped"),
    pytest.param(random_net(7, [3, 3, 2, 2], eg.HardTanh(1, 2)), eg.cross_polytope(3), id="clipped above 0"),
    pytest.param(random_net(8, [3, 2, 2, 2, 1], eg.LeakyReLU(-1)), eg.simplex(3), id="three layers"),
]


@pytest.mark.parametrize(("net", "domain"), DEEP)
def test_later_layers_in_space(net: eg.Network, domain: eg.Polytope) -> None:
    """Walls of later layers depend on slopes and constants of the pieces before them."""
    assert any(net.layers[1].pieces[0])
    assert_agree(net, domain)


@pytest.mark.parametrize(
    ("widths", "unit"),
    [
        ([3, 5, 4, 3], eg.HardTanh("-1/2", "3/4")),
        ([4, 4, 3, 2], eg.HardTanh(-1, "1/2")),
        ([4, 5, 3, 2], eg.LeakyReLU("1/4")),
        ([3, 68, 2], eg.ReLU()),
    ],
)
def test_volumes_do_not_depend_on_how_the_walls_are_known(widths: list[int], unit: Any) -> None:
    """Planes from the functions that cut, against planes through the vertices (all a pickle keeps)."""
    net = random_net(9, widths, unit, size=2 if widths[1] > 64 else 8)
    net = eg.Network([*net.layers, unit])
    P = eg.partition(net, eg.box(-1, 1, dim=widths[0]))
    Q = pickle.loads(pickle.dumps(P))
    assert len(P.cells) > 50
    assert P.total_volume == Q.total_volume == 2 ** widths[0]
    assert [c.volume for c in P.cells] == [c.volume for c in Q.cells]
    assert [f.area for f in P.facets] == [f.area for f in Q.facets]
    assert [f.area_vector for f in P.facets] == [f.area_vector for f in Q.facets]
    assert [r.volume for r in P.ridges] == [r.volume for r in Q.ridges]


def test_units_that_vanish_on_whole_cells() -> None:
    """A second layer that reads dead ReLUs without bias is zero on full-dimensional cells."""
    net = eg.Network(
        [
            eg.Linear([[1, 0], [0, 1]], [0, 0]),
            eg.ReLU(),
            eg.Linear([[1, 0], [-1, 0], [1, 1], [1, -1]], [0, 0, 0, 0]),
            eg.ReLU(),
            eg.Linear([[1, 0, 2, 1]], [3]),
        ]
    )
    domain = eg.box(-1, 1, dim=2)
    assert_agree(net, domain)
    P = eg.partition(net, domain)
    assert any(cell.signs.startswith("--") and cell.signs[2:] == "0000" for cell in P.cells)


@pytest.mark.parametrize("seed", range(3))
def test_vertices_agree_with_cdd_and_volumes_with_scipy(seed: int) -> None:
    cdd = pytest.importorskip("cdd")
    spatial = pytest.importorskip("scipy.spatial")
    dim = 2 + seed
    net = random_net(seed, [dim, 5, 3, 1], eg.ReLU())
    domain = eg.box(-1, 1, dim=dim)
    P = eg.partition(net, domain)
    for cell in P.cells:
        rows = [[float(b), *(-float(c) for c in a)] for a, b in domain.inequalities]
        rows += half_spaces(net, cell)
        matrix = cdd.matrix_from_array(rows, rep_type=cdd.RepType.INEQUALITY)
        found = cdd.copy_generators(cdd.polyhedron_from_matrix(matrix)).array
        exact_points = [tuple(map(float, v)) for v in cell.vertices]
        assert len(found) == len(exact_points)
        for row in found:
            assert row[0] == 1
            near = min(max(abs(p - q) for p, q in zip(row[1:], v, strict=True)) for v in exact_points)
            assert near < 1e-8
        assert spatial.ConvexHull(exact_points).volume == pytest.approx(float(cell.volume), rel=1e-9)


def half_spaces(net: eg.Network, cell: Any) -> list[list[float]]:
    """[b, -a] rows of the cell's own signs: every unit as an affine function on the cell."""
    rows, at = [], 0
    for i, layer in enumerate(net.layers):
        if hasattr(layer, "breakpoints"):
            before = eg.Network(net.layers[:i])
            slopes, constants = before.affine_map(cell.signs[: before.sign_count])
            for a, b, sign in zip(slopes, constants, cell.signs[at:], strict=False):
                factor = 1 if sign == "+" else -1
                rows.append([factor * float(b), *(factor * float(c) for c in a)])
            at += len(slopes)
    return rows
