"""Sites: owners against plain squared distances, power diagrams, refusals."""

from __future__ import annotations

import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.sites import Sites
from exactgeom.testkit.strategies import points, rationals


@st.composite
def sites(draw, *, dims=(1, 2, 3), sizes=(1, 2, 3, 5), weighted=True):
    """Sites on small grids (cocircular, collinear), coincident ones, weights that empty a cell."""
    dim, size = draw(st.sampled_from(dims)), draw(st.sampled_from(sizes))
    chosen = draw(st.lists(points(dim), min_size=size, max_size=size))
    if draw(st.booleans()):
        chosen[-1] = chosen[0]
    weights = draw(st.none() | st.lists(rationals(), min_size=size, max_size=size)) if weighted else None
    labels = draw(st.none() | st.lists(st.sampled_from(["a", "b", 3, True]), min_size=size, max_size=size))
    return Sites(chosen, weights, labels)


@given(sites(), st.data())
def test_the_owner_has_the_smallest_power_and_ties_go_to_the_first(model, data):
    x = data.draw(points(model.input_dim))
    powers = [
        sum((a - b) ** 2 for a, b in zip(x, p, strict=True)) - w
        for p, w in zip(model.points, model.weights, strict=True)
    ]
    assert list(model.powers(x)) == powers
    assert model.signs(x) == "".join("0" if p == min(powers) else "-" for p in powers)
    assert model.owner(x) == powers.index(min(powers)) == model.owner_of_signs(model.signs(x))
    assert model.label(x) == (model.labels[model.owner(x)] if model.labels else model.owner(x))


@given(sites(), st.data())
def test_values_are_affine_and_minus_power_up_to_the_square_of_x(model, data):
    x = data.draw(points(model.input_dim))
    slopes, constants = model.affine_map(model.signs(x))
    values = tuple(
        sum(a * c for a, c in zip(row, x, strict=True)) + b for row, b in zip(slopes, constants, strict=True)
    )
    square = sum(c * c for c in x)
    assert model(x) == values == tuple(square - p for p in model.powers(x)) == model.evaluate([x])[0]


@given(sites(), st.data())
def test_bisectors_are_orthogonal_to_site_differences(model, data):
    i, j = (data.draw(st.integers(0, len(model.points) - 1)) for _ in range(2))
    slopes, _ = model.affine_map(model.signs(model.points[0]))
    difference = [a - b for a, b in zip(slopes[i], slopes[j], strict=True)]
    assert difference == [2 * (a - b) for a, b in zip(model.points[i], model.points[j], strict=True)]


@given(sites(), st.data())
def test_a_common_weight_changes_no_owner(model, data):
    x, extra = data.draw(points(model.input_dim)), data.draw(rationals())
    raised = Sites(model.points, [w + extra for w in model.weights])
    assert raised.signs(x) == model.signs(x)


@given(sites())
def test_sites_are_values(model):
    for copy in (pickle.loads(pickle.dumps(model)), eval(repr(model)), Sites.from_json(model.to_json())):
        assert copy == model and hash(copy) == hash(model) and copy.labels == model.labels
    assert model.sign_count == model.output_dim == len(model.points) == len(model.unit_names())
    with pytest.raises(AttributeError, match="immutable"):
        model.points = ()


def test_coincident_sites_tie_everywhere():
    twins = Sites([[1], [1], [5]])
    assert (twins.signs([0]), twins.signs([3]), twins.signs([4])) == ("00-", "000", "--0")
    assert twins.owner([0]) == 0


def test_a_power_cell_may_be_empty():
    hidden = Sites([[0], [1], [2]], weights=[4, 0, 4])
    assert all(hidden.owner([F(k, 8)]) != 1 for k in range(-16, 33))


def test_files_round_trip_with_notes(tmp_path):
    model = Sites([[0, "1/3"], [0.1, 2]], labels=["a", "b"], notes=["from somewhere"])
    model.save(tmp_path / "sites.json")
    back = Sites.from_json(tmp_path / "sites.json")
    assert back == model and back.notes == model.notes == eval(repr(model)).notes


DOCUMENT = {"schema": "exactgeom/sites-1", "dim": 1, "sites": [{"point": ["1/2"]}]}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sites([]), "points: expected at least one site"),
        (lambda: Sites([[]]), "points: expected at least one site with at least one coordinate"),
        (lambda: Sites([[1], [1, 2]]), "points[1]: ragged"),
        (lambda: Sites([[float("nan")]]), "points[0][0]: expected a finite number"),
        (lambda: Sites([[1]], weights=[1, 2]), "weights: expected 1 weights, one per site, got 2"),
        (lambda: Sites([[1]], labels=["a", "b"]), "labels: expected 1 labels, got 2"),
        (lambda: Sites([[1]], labels="a"), "labels: expected 1 labels, got str"),
        (lambda: Sites([[1]], labels=[None]), "labels[0]: expected a string"),
        (lambda: Sites([[1]]).owner([1, 2]), "x: expected 1 coordinates, got 2"),
        (lambda: Sites([[1]]).powers([1, 2]), "x: expected 1 coordinates, got 2"),
        (lambda: Sites([[1]]).owner_of_signs("-"), "signs: expected 1 signs with a 0 among them"),
        (lambda: Sites.from_json(3), "model: expected a path or a dict, got int"),
        (lambda: Sites.from_json("/nowhere.json"), "/nowhere.json: cannot read the file"),
        (lambda: Sites.from_json({"dim": 1}), 'schema: missing: expected "exactgeom/sites-1"'),
        (
            lambda: Sites.from_json(DOCUMENT | {"dim": 2}),
            "sites[0].point: expected 2 entries, one per dimension, got 1",
        ),
        (lambda: Sites.from_json(DOCUMENT | {"dim": 0}), "dim: expected a whole number of at least 1, got 0"),
        (lambda: Sites.from_json(DOCUMENT | {"sites": 3}), "sites: expected an array, got an integer"),
        (lambda: Sites.from_json(DOCUMENT | {"sites": [3]}), "sites[0]: expected an object, got an integer"),
        (lambda: Sites.from_json(DOCUMENT | {"sites": [{}]}), "sites[0].point: missing"),
        (lambda: Sites.from_json(DOCUMENT | {"more": 1}), 'document: unknown field "more"'),
        (lambda: Sites.from_json(DOCUMENT | {"notes": [3]}), "notes[0]: expected a string"),
        (
            lambda: Sites.from_json(DOCUMENT | {"sites": [{"point": [1]}, {"point": [2], "label": "a"}]}),
            "sites: expected a label for every site or for none",
        ),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
