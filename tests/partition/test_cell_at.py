"""Single cells from halfspaces agree with the face lattice: facets, neighbours, ties; proofs are checked."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.certificates import verify
from exactgeom.models.program import Affine, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.boxes_domain import Box
from exactgeom.partition.boxes_lattice import partition_lattice
from exactgeom.partition.cell_at import cell_at, cells_at
from exactgeom.partition.cell_domain import read_domain
from exactgeom.partition.cell_local import LocalCell
from exactgeom.testkit.strategies import arrangements, networks
from tests.partition.cell_cases import domains, local_planes, planes_across, trees
from tests.partition.test_programs import programs
from tests.polyhedra.cuts import examples


def assert_cells_agree(model: Any, domain: Any, cells: Any) -> None:
    for cell in cells.cells[:5]:
        local = cell_at(model, cell.centroid, domain)
        assert local.signs == cell.signs
        assert local_planes(local) == planes_across(cells, cell)
        assert local.contains(local.interior_point)
        assert len(local.facets) + len(local.redundant) == len(local.rows)
        assert verify(local.certificates()) and verify(local.certificate())


def assert_ties_agree(model: Any, domain: Any, cells: Any) -> None:
    """At a vertex: exactly the cells whose closure contains it, each once, in a fixed order."""
    where = read_domain(domain, domain.ambient_dim)
    every = [LocalCell(model, cell.signs, where, None) for cell in cells.cells]
    for vertex in cells.vertices[:4]:
        found = [cell.signs for cell in cells_at(model, vertex, domain)]
        wanted = [cell.signs for cell in every if cell.contains(vertex)]
        assert sorted(found) == sorted(wanted)
        assert cell_at(model, vertex, domain).signs == found[0]


@given(st.data(), networks())
def test_cells_of_networks_agree_with_the_lattice(data: Any, model: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    assert_cells_agree(model, domain, cells)
    assert_ties_agree(model, domain, cells)


@given(st.data(), arrangements())
@examples(0.5)
def test_cells_of_arrangements_agree_with_the_lattice(data: Any, model: Any) -> None:
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    assert_cells_agree(model, domain, cells)
    assert_ties_agree(model, domain, cells)


@given(st.data(), st.booleans().flatmap(lambda jumps: programs(jumps=jumps)))
@examples(0.75)
def test_cells_of_programs_agree_with_the_lattice(data: Any, model: Any) -> None:
    """Maxima, steps with several cells across a facet, blocks that skip."""
    domain = data.draw(domains(model.input_dim))
    cells = eg.partition(model, domain)
    assert_cells_agree(model, domain, cells)
    assert_ties_agree(model, domain, cells)


@given(st.data(), st.integers(1, 3))
@examples(0.5)
def test_cells_of_trees_agree_with_the_lattice(data: Any, dim: int) -> None:
    listed = data.draw(st.lists(trees(dim, 2), min_size=1, max_size=2))
    model = listed[0] if len(listed) == 1 else eg.TreeEnsemble(listed)
    domain = data.draw(domains(dim))
    cells = partition_lattice(model, domain)
    assert_cells_agree(model, domain, cells)
    assert_ties_agree(model, domain, cells)


@given(networks(), st.data())
@examples(0.5)
def test_cells_on_all_of_space_agree_with_the_lattice(model: Any, data: Any) -> None:
    cells = eg.partition(model)
    for cell in cells.cells[:6]:
        local = LocalCell.from_signs(model, cell.signs)
        assert sorted(local.neighbors) == sorted(other.signs for other in cell.neighbors)
        assert len(local.facets) == len(cell.facets)
        assert verify(local.certificates())


POINTS = [[-1, -1], [F(1, 2), 1], [0, 0], [2, F(1, 3)]]


@pytest.mark.parametrize(
    "model",
    [
        eg.Sites([[0, 0], [1, 0], [0, 1], [1, 0]]),
        eg.LinearClassifier([[1, 0], [0, 1], [-1, -1]], [0, 0, "1/2"]),
        eg.Mars([(1, []), (2, [eg.models.Hinge(0, 0)]), (-1, [eg.models.Hinge(1, "1/2", "-")])], input_dim=2),
        eg.Network([eg.Linear([[1, 1], [1, -1]], [0, 0]), eg.HardTanh(), eg.LeakyReLU("1/10")]),
        eg.Network([], input_dim=2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_every_kind_of_model_has_cells(model: Any) -> None:
    domain = eg.box(-1, 2, dim=2)
    cells = eg.partition(model, domain)
    assert_cells_agree(model, domain, cells)
    assert_ties_agree(model, domain, cells)
    for point in POINTS:
        assert all(cell.contains(point) for cell in cells_at(model, point, domain))


# -- ties ------------------------------------------------------------------------------------------


def test_at_a_tie_not_every_choice_of_signs_is_a_cell() -> None:
    """Three lines through one point: six cells, not eight; and the second layer depends on the first."""
    lines = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)])
    assert [c.signs for c in cells_at(lines, [0, 0])] == ["---", "-+-", "-++", "+--", "+-+", "+++"]
    net = eg.Network([eg.Linear([[1, 0], [0, 1]], [0, 0]), eg.ReLU(), eg.Linear([[1, -1]], [0]), eg.ReLU()])
    assert [c.signs for c in cells_at(net, [0, 0])] == ["--0", "-+-", "+-+", "++-", "+++"]


def test_many_hyperplanes_through_one_point_in_high_dimension() -> None:
    """The boolean arrangement in R^40: the first cell comes at once, all 2^40 are refused by a budget."""
    planes = eg.Arrangement([([int(i == j) for i in range(40)], 0) for j in range(40)])
    cell = cell_at(planes, [0] * 40, eg.box(-1, 1, dim=40))
    assert cell.signs == "-" * 40 and len(cell.facets) == 80
    with pytest.raises(eg.BudgetExceeded) as caught:
        cells_at(planes, [0] * 40, budget=eg.Budget(cells=3))
    assert [c.signs[-2:] for c in caught.value.partial] == ["--", "-+", "+-"]


def test_the_domain_cuts_ties_off() -> None:
    """At a corner of the box only the cells that reach into it count."""
    line = eg.Arrangement([([1, 1], -2)])
    assert [c.signs for c in cells_at(line, [-1, -1], eg.box(-1, 1, dim=2))] == ["+"]
    assert [c.signs for c in cells_at(line, [-1, -1])] == ["-", "+"]


def test_the_owner_of_a_threshold_comes_first() -> None:
    for strict in (False, True):
        tree = DecisionTree([Split(0, 0, 1, 2, strict), Leaf([0]), Leaf([1])], input_dim=1)
        first = cell_at(tree, [0])
        assert first.affine_map is not None and first.affine_map[1] == tree([0])
        assert len(first.ties) == 2


def test_the_smallest_of_tied_maxima_comes_first() -> None:
    sites = eg.Sites([[0, 0], [2, 0], [1, 5]])
    assert [c.signs for c in cells_at(sites, [1, 0])] == ["0--", "-0-"]


@given(networks(input_dims=(1, 2)), st.data())
def test_the_function_is_continuous_across_every_facet(model: Any, data: Any) -> None:
    point = [data.draw(st.fractions(-1, 1, max_denominator=8)) for _ in range(model.input_dim)]
    domain = eg.box(-1, 1, dim=model.input_dim)
    for facet in cell_at(model, point, domain).facets:
        other = facet.cross()
        if other is None:
            continue
        x = facet.point
        images = [
            [
                sum(a * v for a, v in zip(row, x, strict=True)) + b
                for row, b in zip(*cell.affine_map, strict=True)
            ]
            for cell in (facet.cell, other)
        ]
        assert images[0] == images[1] == list(model(x))
        assert facet.cell.signs in other.neighbors


@given(networks(), st.data())
def test_forms_give_the_signs(model: Any, data: Any) -> None:
    point = [data.draw(st.fractions(-1, 1, max_denominator=8)) for _ in range(model.input_dim)]
    cell = cell_at(model, point)
    x = cell.interior_point
    for i, sign in enumerate(cell.signs):
        form, constant = cell.form(i)
        value = sum((a * v for a, v in zip(form, x, strict=True)), constant)
        assert sign == ("+" if value > 0 else "-" if value < 0 else "0")


# -- input, values ---------------------------------------------------------------------------------

NET = eg.Network([eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, -3]), eg.ReLU()])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cell_at(NET, [2, 0], eg.box(-1, 1, dim=2)),
            "point: the point lies outside the domain: x[0] <= 1",
        ),
        (lambda: cell_at(NET, [2, 0], eg.cross_polytope(2)), "point: the point lies outside the domain"),
        (lambda: cell_at(NET, [2]), "point: expected 2 coordinates, got 1"),
        (lambda: cell_at(NET, [float("nan"), 0]), "point[0]"),
        (lambda: cell_at(NET, [0, 0], eg.box(0, 1, dim=3)), "domain: the model has 2 inputs"),
        (lambda: cell_at(NET, [0, 0], "box"), "domain: expected a Polytope or None, got str"),
        (
            lambda: cell_at(NET, [0, 0], eg.Polytope.from_vertices([(0, 0), (1, 1)])),
            "domain: expected a full-",
        ),
        (lambda: cell_at("net", [0, 0]), "model: expected a model that can be partitioned, got str"),
        (lambda: LocalCell.from_signs(NET, "+"), "signs: expected 3 signs"),
        (lambda: LocalCell.from_signs(NET, "--+"), "signs: no full-dimensional cell has these signs"),
        (lambda: LocalCell.from_signs(NET, "++0"), "signs: 0 stands only for"),
        (lambda: LocalCell.from_signs(NET, "++-", point=[-1, 0]), "point: the point is not in the cell"),
        (lambda: cell_at(NET, [1, 1]).form(3), "position: there is no function at 3"),
        (lambda: cell_at(NET, [-1, 1]).volume, "unbounded"),
    ],
)
def test_bad_input_is_one_clear_line(call: Any, message: str) -> None:
    with pytest.raises((eg.InvalidInput, eg.UnboundedError)) as caught:
        call()
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_cells_and_facets_are_immutable_values_that_pickle() -> None:
    cell = cell_at(NET, ["1/2", "1/3"], eg.box(-1, 1, dim=2))
    for value in (cell, *cell.facets, *cell.redundant, *cell.ridges):
        again = pickle.loads(pickle.dumps(value))
        assert again == value and hash(again) == hash(value) and repr(value).startswith("<")
        with pytest.raises(AttributeError):
            value.number = 3
    assert cell != cell_at(NET, [1, 1], eg.box(-1, 1, dim=2))
    assert len({cell, cell_at(NET, [0.5, F(1, 3)], eg.box(-1, 1, dim=2))}) == 1


def test_a_facet_of_several_units_names_all() -> None:
    net = eg.Network([eg.Linear([[1, 0], [-2, 0], [3, 0]], [0, 0, 0]), eg.ReLU()])
    cell = cell_at(net, [1, 0], eg.box([0, -1], [2, 1]))
    assert cell.signs == "+-+" and len(cell.facets) == 4
    (wall,) = (facet for facet in cell.facets if facet.number == 0)
    assert wall.rows == (0, 1, 2, 5) and wall.on_domain and wall.neighbor is None
    free = cell_at(net, [1, 0])
    assert free.facets[0].neighbor == "-+-" and free.redundant[0].multipliers == {0: 2}


def test_a_dead_unit_may_wake_up_across_a_facet() -> None:
    """The second layer's unit is 0 on the whole cell: its sign across is found, not guessed."""
    net = eg.Network([eg.Linear([[1]], [0]), eg.ReLU(), eg.Linear([[1]], [0]), eg.ReLU()])
    cell = cell_at(net, [-1])
    assert cell.signs == "-0" and cell.neighbors == ("++",)


def test_several_cells_across_one_facet() -> None:
    """A tree's T-junction: the facet is one wall with two cells behind it."""
    nodes = [Split(0, 0, 1, 2), Leaf([0]), Split(1, "1/3", 3, 4), Leaf([1]), Leaf([2])]
    for domain in (None, eg.box(-1, 1, dim=2), eg.cross_polytope(2)):
        cell = cell_at(DecisionTree(nodes, input_dim=2), ["-1/2", 0], domain)
        facet = cell.facets[0]
        assert facet.neighbors == ("++", "+-") and cell.neighbors == ("++", "+-")
        with pytest.raises(eg.InvalidInput, match="2 cells are across this facet"):
            facet.neighbor  # noqa: B018
        below = cell_at(DecisionTree(nodes, input_dim=2), ["1/2", 0], domain)
        assert sorted(below.neighbors) == ["++", "-."]


def test_several_cells_across_a_jump() -> None:
    """Behind x = 0 a step of 1 lets a second unit cut, before it there is none."""
    step = StepUnit((F(0),), (F(-9), F(0)), (F(0),))
    relu = Unit((F(0),), ((F(0), F(0)), (F(1), F(0))))
    sum_with_y = Affine((1, 0), ((1, 0, 0, 1),), (0,))
    program = Program(2, (Steps(0, (step, StepUnit((), (F(0),), ()))), sum_with_y, Pieces(2, (relu,))), 3)
    cell = cell_at(program, ["-1/2", "1/4"], eg.box(-1, 1, dim=2))
    assert cell.signs == "--" and cell.facets[0].neighbors == ("++", "+-")


def test_unbounded_boxes_of_trees_are_domains_too() -> None:
    tree = DecisionTree([Split(0, 0, 1, 2), Leaf([0]), Leaf([1])], input_dim=30)
    cell = cell_at(tree, [1] * 30, Box([(None, 2)] + [(0, None)] * 29))
    assert cell.facets[0].units == ("nodes[0]",) and len(cell.facets) == 31
    inside = cell_at(tree, [1] * 30, eg.box(-1, 2, dim=30))
    assert inside.volume == 2 * F(3) ** 29 and verify(inside.certificate())


def test_a_wrong_certificate_is_rejected() -> None:
    cell = cell_at(NET, ["1/2", "1/3"], eg.box(-1, 1, dim=2))
    document = cell.facets[0].certificate()
    document["claim"]["row"] = 1
    assert not verify(document)
    other = cell_at(NET, ["-1/2", "1/3"], eg.box(-1, 1, dim=2)).facets[0].certificate()
    other["claim"]["system"] = cell.system
    other["evidence"]["point"] = ["-1/2", "0"]
    assert not verify(other)


def test_a_digits_cell_in_64_dimensions() -> None:
    """Facets of a 64-16-10 network with float32 weights in the box, all proved; pixels on the boundary."""
    chance = np.random.default_rng(3)
    layers: list[Any] = []
    for rows, columns in ((16, 64), (10, 16)):
        weight = (chance.normal(size=(rows, columns)) / 8).astype(np.float32)
        layers += [eg.Linear(weight, chance.normal(size=rows).astype(np.float32) / 4), eg.ReLU()]
    net = eg.Network(layers[:-1])
    pixels = np.where(chance.uniform(size=64) < 0.5, 0, chance.integers(0, 17, size=64) / 16)
    cell = cell_at(net, pixels, eg.box(0, 1, dim=64))
    assert cell.signs == net.signs(pixels) and cell.dim == 64
    assert verify(cell.certificates()) and verify(cell.certificate())
    walls = [facet for facet in cell.facets if not facet.on_domain]
    assert {wall.neighbor for wall in walls} == set(cell.neighbors) and len(walls) > 5
    for wall in walls[:3]:
        other = wall.cross()
        assert other is not None and other.contains(wall.point) and net.signs(wall.point) != cell.signs
