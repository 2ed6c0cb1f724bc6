"""Jump facets: where the limits from both sides differ, by evaluation close to the facet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.program import Affine, Operation, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.partition.jump_facets import jump_at
from exactgeom.testkit.strategies import networks

RELU = Unit((F(0),), ((F(0), F(0)), (F(1), F(0))))


@dataclass(frozen=True)
class Bare:
    """A model that is nothing but its program."""

    program: Program

    def __call__(self, x: Any) -> Any:
        return self.program(x)

    def affine_map(self, signs: str) -> Any:
        return self.program.affine_map(signs)


def step(low: int, high: int) -> StepUnit:
    return StepUnit((F(0),), (F(low), F(high)), (F(low),))


def stepped(rows: Any, bias: Any, tail: tuple[Operation, ...], values: tuple[int, int] = (0, 1)) -> Bare:
    """A step of an affine layer, then `tail` (which reads block 2 and the input)."""
    dim = len(rows[0])
    head = (Affine((0,), rows, bias), Steps(1, (step(*values),) * len(rows)))
    return Bare(Program(dim, (*head, *tail), 2 + len(tail)))


def test_a_step_jumps_by_its_height() -> None:
    model = stepped(((1, 1),), (0,), (), (-1, 1))
    P = eg.partition(model, eg.box(-1, 1, dim=2))
    (found,) = P.jump_facets()
    sign = 1 if P.cells[found.facet.cell_ids[1]].signs == "+" else -1
    assert found.at([0, 0]) == (2 * sign,) and found.facet.area == 2 * eg.Surd.sqrt(2)
    with pytest.raises(eg.UnboundedError, match="jumps"):
        P.lipschitz()


def test_a_jump_that_vanishes_somewhere_on_the_facet_is_a_jump() -> None:
    """Relu(x - 1 + 2 [y > 0]): on y = 0 it is relu(x - 1) below and relu(x + 1) above."""
    tail = (Affine((0, 2), ((1, 0, 2),), (-1,)), Pieces(3, (RELU,)))
    P = eg.partition(stepped(((0, 1),), (0,), tail), eg.box(-2, 2, dim=2))
    found = P.jump_facets()
    assert all({v[1] for v in jump.facet.vertices} == {0} for jump in found)
    assert sum((jump.facet.area for jump in found), eg.Surd(0)) == 3  # none where x < -1
    (kink,) = [jump for jump in found if 0 in {max(abs(c) for c in jump.at(v)) for v in jump.facet.vertices}]
    assert sorted(kink.facet.vertices)[0] == (-1, 0)


def test_a_jump_of_the_slope_alone_is_a_jump() -> None:
    """Relu(y + 10 s) - 10 s with s = [x > 0], for |y| < 5: y on the right, relu(y) on the left."""
    tail = (
        Affine((0, 2), ((0, 1, 10),), (0,)),
        Pieces(3, (RELU,)),
        Affine((2, 4), ((-10, 1),), (0,)),
    )
    P = eg.partition(stepped(((1, 0),), (0,), tail), eg.box(-5, 5, dim=2))
    (found,) = P.jump_facets()
    assert sorted(found.facet.vertices) == [(0, -5), (0, 0)]
    assert found.jump[1] == (0,) and abs(found.at([0, -3])[0]) == 3


def test_a_step_that_is_multiplied_away_does_not_jump() -> None:
    tail = (Affine((2,), ((1, -1),), (0,)),)
    P = eg.partition(stepped(((1,), (1,)), (0, 0), tail), eg.box(-1, 1, dim=1))
    assert P.jump_facets() == () and P.lipschitz().constant == 0


@given(networks(widths=(1, 2, 3)))
@settings(max_examples=30)
def test_continuous_networks_agree_across_every_facet(net: eg.Network) -> None:
    for domain in (eg.box(-1, 1, dim=net.input_dim), None):
        P = eg.partition(net, domain)
        assert P.jump_facets() == ()
        assert all(jump_at(P, facet) is None for facet in P.facets if facet.is_interior)


@given(
    st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=3),
    st.lists(st.integers(-2, 2), min_size=3, max_size=3),
    st.lists(st.integers(-2, 2), min_size=3, max_size=3),
)
@settings(max_examples=30)
def test_jumps_are_the_limits_from_both_sides(rows: Any, bias: Any, weights: Any) -> None:
    tail = (Affine((2,), (tuple(weights[: len(rows)]),), (0,)),)
    model = stepped(tuple(rows), tuple(bias[: len(rows)]), tail)
    for domain in (eg.box(-3, 3, dim=2), None):
        P = eg.partition(model, domain)
        jumps = {jump.facet.id: jump for jump in P.jump_facets()}
        for facet in P.facets:
            if not facet.is_interior or not facet.is_bounded:
                continue
            a, b = (model(cell.centroid) if domain else cell.affine_map[1] for cell in facet.cells)
            assert (facet.id in jumps) == (a != b)
            if facet.id in jumps:
                assert jumps[facet.id].at(facet.vertices[0]) == (b[0] - a[0],)


def test_a_model_without_a_map_has_no_jumps_to_tell() -> None:
    assert eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1)).jump_facets() == ()
