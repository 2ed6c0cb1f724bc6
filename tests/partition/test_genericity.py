"""The genericity report against its definition at every vertex, and on named defects."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.program import Affine, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.models.sites import Sites
from exactgeom.testkit.strategies import networks


def report(model: Any, domain: Any) -> Any:
    return eg.partition(model, domain).genericity()


@given(networks(widths=(1, 2, 3)))
@settings(max_examples=60)
def test_transversal_means_d_walls_at_every_vertex(net: eg.Network) -> None:
    domain = eg.box(-1, 1, dim=net.input_dim)
    P = eg.partition(net, domain)
    expected = not any("0" in cell.signs for cell in P.cells)
    for vertex in P.vertices:
        units = net.signs(vertex).count("0")
        walls = sum(
            sum((p * q for p, q in zip(a, vertex, strict=True)), F(0)) == b for a, b in domain.inequalities
        )
        expected &= not units or units + walls == P.dimension
    found = P.genericity()
    assert found.is_transversal == expected == (found.witness is None)


@given(networks(widths=(1, 2, 3)), st.booleans())
@settings(max_examples=40)
def test_every_witness_is_one(net: eg.Network, bounded: bool) -> None:
    domain = eg.box(-1, 1, dim=net.input_dim) if bounded else None
    P = eg.partition(net, domain)
    found, names = P.genericity(), net.unit_names()
    for crossing in (*found.vanishing, *found.coincident, *found.crowded):
        signs = net.signs(crossing.point)
        assert crossing.units == tuple(n for n, s in zip(names, signs, strict=True) if s == "0")
        assert crossing.size > P.dimension - crossing.face.dim and crossing.units
        for wall in crossing.domain_facets:
            a, b = domain.inequalities[wall]
            assert sum((p * q for p, q in zip(a, crossing.point, strict=True)), F(0)) == b
    assert {c.face.id for c in found.vanishing} == {c.id for c in P.cells if "0" in c.signs}
    for i, name in enumerate(names):
        seen = {cell.signs[i] for cell in P.cells}
        assert (name in found.dead) == ("+" not in seen)
        assert (name in found.always_on) == ("+" in seen and "-" not in seen)


def test_a_generic_network_has_an_empty_report() -> None:
    net = eg.Network([eg.Linear([[1, 2], [3, -1], [1, 1]], ["1/7", "1/5", "-1/3"]), eg.ReLU()])
    found = report(net, eg.box(-1, 1, dim=2))
    assert found.is_transversal and found.witness is None
    assert (found.dead, found.always_on) == ((), ())


def test_three_lines_through_one_point() -> None:
    lines = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0), ([1, 3], "1/7")])
    for domain in (eg.box(-1, 2, dim=2), None):
        found = report(lines, domain)
        (crossing,) = found.crowded
        assert crossing.units == tuple(f"hyperplanes[{i}]" for i in range(3)) and crossing.point == (0, 0)
        assert found.witness == crossing and not found.coincident


def test_coincident_units_are_named_once_on_their_facets() -> None:
    net = eg.Network([eg.Linear([[1, 0], [2, 0], [0, 1]], [0, 0, "1/3"]), eg.ReLU()])
    found = report(net, eg.box(-1, 1, dim=2))
    assert len(found.coincident) == 2  # the third unit cuts their common line
    assert {c.units for c in found.coincident} == {("layers[1] unit 0 at 0", "layers[1] unit 1 at 0")}
    assert not found.crowded  # crossing a double line is as crowded as the line itself


def test_a_unit_along_a_facet_of_the_domain() -> None:
    net = eg.Network([eg.Linear([[1, 0]], [-1]), eg.ReLU()])
    found = report(net, eg.box(-1, 1, dim=2))
    (crossing,) = found.coincident
    assert len(crossing.domain_facets) == 1 and crossing.point[0] == 1
    assert found.dead == crossing.units and found.always_on == ()


def test_dead_always_on_and_vanishing_units() -> None:
    net = eg.Network(
        [
            eg.Linear([[1], [1], [1]], [-5, 5, 0]),
            eg.ReLU(),
            eg.Linear([[0, 0, 1]], [0]),
            eg.ReLU(),
        ]
    )
    found = report(net, eg.box(-1, 1, dim=1))
    assert found.dead == ("layers[1] unit 0 at 0",)
    assert found.always_on == ("layers[1] unit 1 at 0", "layers[3] unit 0 at 0")
    (crossing,) = found.vanishing
    assert crossing.units == ("layers[3] unit 0 at 0",) and crossing.point[0] < 0


def test_four_cocircular_sites() -> None:
    square = Sites([[0, 0], [1, 0], [0, 1], [1, 1]])
    found = report(square, eg.box(-1, 2, dim=2))
    (crossing,) = found.crowded
    assert crossing.point == (F(1, 2), F(1, 2)) and len(crossing.units) == 4
    moved = Sites([[0, 0], [1, 0], [0, 1], [1, "9/10"]])
    assert report(moved, eg.box(-1, 2, dim=2)).is_transversal


@dataclass(frozen=True)
class Bare:
    """A model that is nothing but its program."""

    program: Program


def test_a_model_that_reads_its_own_jumps_is_refused() -> None:
    relu = Unit((F(0),), ((F(0), F(0)), (F(1), F(0))))
    step = StepUnit((F(0),), (F(0), F(1)), (F(0),))
    last = Bare(Program(1, (Steps(0, (step,)),), 1))
    assert report(last, eg.box(-1, 1, dim=1)).is_transversal
    inner = Bare(Program(1, (Steps(0, (step,)), Affine((1,), ((1,),), (0,)), Pieces(2, (relu,))), 3))
    with pytest.raises(eg.InvalidInput, match="jumps"):
        report(inner, eg.box(-1, 1, dim=1))
