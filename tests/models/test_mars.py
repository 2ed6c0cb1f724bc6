"""MARS: evaluation by definition, additive models as programs, products as polynomials on boxes."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.mars import Hinge, Mars
from exactgeom.testkit.strategies import points, rationals


@st.composite
def splines(draw, *, dims=(1, 2, 3), sizes=(0, 1, 2, 4), degrees=(0, 1, 2, 3)):
    """Small models: shared knots, both sides, repeated variables, zero coefficients, constants."""
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from(sizes))
    knots = st.sampled_from([F(0), F(1, 2), F(-1)]) | rationals()
    hinges = st.builds(Hinge, st.integers(0, dim - 1), knots, st.sampled_from("+-"))
    terms = [
        (draw(rationals()), draw(st.lists(hinges, max_size=draw(st.sampled_from(degrees)))))
        for _ in range(size)
    ]
    return Mars(terms, input_dim=dim)


ADDITIVE = splines(degrees=(0, 1))


def by_definition(model, x):
    def hinge(h):
        return max(F(0), x[h.variable] - h.knot if h.side == "+" else h.knot - x[h.variable])

    return (sum((c * prod(map(hinge, hinges), start=F(1)) for c, hinges in model.terms), F(0)),)


@given(splines(), st.data())
def test_values_are_sums_of_products_of_hinges(model, data):
    x = data.draw(points(model.input_dim))
    assert model(x) == by_definition(model, x)
    assert model.output_dim == len(model(x)) == 1


@given(ADDITIVE, st.data())
def test_additive_models_lower_to_a_program_with_a_map(model, data):
    x = data.draw(points(model.input_dim))
    assert model.program(x) == model(x)
    (row,), (constant,) = model.affine_map(model.signs(x))
    assert model(x) == (sum((a * c for a, c in zip(row, x, strict=True)), constant),)


@given(splines(), st.data())
def test_the_model_is_its_polynomial_on_the_closed_cell(model, data):
    x = data.draw(points(model.input_dim))
    sides = data.draw(st.lists(st.sampled_from("+-"), min_size=model.sign_count, max_size=model.sign_count))
    signs = "".join(s if s != "0" else side for s, side in zip(model.signs(x), sides, strict=True))
    for chosen in (model.signs(x), signs):  # on a wall, from either side
        value = sum(
            (c * prod((F(a) ** e for a, e in zip(x, exps, strict=True)), start=F(1)))
            for exps, c in model.polynomial(chosen).items()
        )
        assert (value,) == model(x)


@given(splines(), st.data())
def test_signs_compare_coordinates_with_their_knots(model, data):
    x = data.draw(points(model.input_dim))
    knots = [(v, t) for v in range(model.input_dim) for t in model.knots[v]]
    assert model.signs(x) == "".join("+" if x[v] > t else "-" if x[v] < t else "0" for v, t in knots)
    assert {(h.variable, h.knot) for _, hinges in model.terms for h in hinges} == set(knots)
    assert model.sign_count == len(model.unit_names()) == len(knots)


@given(splines())
def test_models_are_values(model):
    for copy in (pickle.loads(pickle.dumps(model)), eval(repr(model)), Mars.from_json(model.to_json())):
        assert copy == model and hash(copy) == hash(model) and copy.input_dim == model.input_dim
    with pytest.raises(AttributeError, match="immutable"):
        model.terms = ()


@given(splines(degrees=(2, 3)))
def test_products_carry_no_affine_map(model):
    if model.degree > 1:
        assert model.affine_map("-" * model.sign_count) is None


def test_the_square_of_a_hinge_is_quadratic():
    square = Mars([(1, [Hinge(0, 1), Hinge(0, 1)])], input_dim=1)
    assert square([4]) == (F(9),) and square([-4]) == (F(0),)
    assert square.polynomial("+") == {(0,): F(1), (1,): F(-2), (2,): F(1)} and square.polynomial("-") == {}


def test_files_round_trip_with_notes(tmp_path):
    model = Mars([(0.1, [Hinge(1, "1/3", "-")])], input_dim=2, notes=["by hand"])
    model.save(tmp_path / "mars.json")
    back = Mars.from_json(str(tmp_path / "mars.json"))
    assert back == model and back.notes == model.notes == eval(repr(model)).notes


TERM = {"coefficient": 1, "hinges": [{"variable": 0, "knot": 0, "side": "+"}]}
DOCUMENT = {"schema": "exactgeom/mars-1", "input_dim": 1, "terms": [TERM]}


def with_hinge(**changes):
    return DOCUMENT | {"terms": [TERM | {"hinges": [TERM["hinges"][0] | changes]}]}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Hinge(-1, 0), "hinge.variable: expected a whole number of at least 0, got -1"),
        (lambda: Hinge(True, 0), "hinge.variable: expected a whole number of at least 0, got True"),
        (lambda: Hinge(0, 0, "<"), "hinge.side: expected '+' or '-', got '<'"),
        (lambda: Hinge(0, "x"), "hinge.knot: expected a number"),
        (lambda: Hinge(2, 0)([1]), "x: expected at least 3 coordinates, got 1"),
        (lambda: Mars([], input_dim=0), "input_dim: expected a whole number of at least 1, got 0"),
        (lambda: Mars([3], input_dim=1), "terms[0]: expected a pair (coefficient, hinges)"),
        (lambda: Mars([(1, [3])], input_dim=1), "terms[0].hinges[0]: expected a Hinge, got int"),
        (lambda: Mars([(1, [Hinge(1, 0)])], input_dim=1), "terms[0].hinges[0].variable: expected at most 0"),
        (
            lambda: Mars([(None, [])], input_dim=1),
            "terms[0].coefficient: expected a rational number, got None",
        ),
        (lambda: Mars([], input_dim=1)([1, 2]), "x: expected 1 coordinates, got 2"),
        (lambda: Mars([], input_dim=1).polynomial("+"), "signs: expected 0 signs over +-0"),
        (lambda: Mars.from_json(DOCUMENT | {"input_dim": 10**6}), "input_dim: expected at most 100000"),
        (lambda: Mars.from_json(with_hinge(side=1)), "terms[0].hinges[0].side: expected '+' or '-', got 1"),
        (lambda: Mars.from_json(with_hinge(variable="0")), "terms[0].hinges[0].variable: expected a whole"),
        (
            lambda: Mars.from_json(with_hinge(knot=None)),
            "terms[0].hinges[0].knot: expected a number, got null",
        ),
        (lambda: Mars.from_json(with_hinge(power=2)), 'terms[0].hinges[0]: unknown field "power"'),
        (lambda: Mars.from_json(DOCUMENT | {"terms": {}}), "terms: expected an array, got an object"),
        (lambda: Mars.from_json([DOCUMENT]), "model: expected a path or a dict, got list"),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
