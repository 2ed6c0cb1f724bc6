"""Labelled sites as classifiers: the nearest site decides, and the arg-max of the outputs says it."""

from __future__ import annotations

import pickle
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput
from exactgeom.models.sites import Sites
from exactgeom.models.sites_labels import SiteClassifier
from exactgeom.testkit.strategies import points
from tests.models.test_sites import sites


@st.composite
def labelled(draw, **options):
    model = draw(sites(**options))
    size = len(model.points)
    labels = draw(st.lists(st.sampled_from(["a", "b", 7]), min_size=size, max_size=size))
    classes = draw(st.permutations(sorted(set(labels), key=str)))
    return SiteClassifier(Sites(model.points, model.weights, labels), classes)


@given(labelled(), st.data())
def test_the_class_is_the_label_of_a_nearest_site(model, data):
    x = data.draw(points(model.input_dim))
    powers = model.sites.powers(x)
    nearest = {label for label, p in zip(model.sites.labels, powers, strict=True) if p == min(powers)}
    assert model.predict(x) == next(c for c in model.classes if c in nearest)
    if len(nearest) == 1:
        assert model.predict(x) == model.sites.label(x)
    assert model.output_dim == len(model.classes) == len(model(x))
    assert len(model.signs(x)) == model.sign_count == len(model.unit_names())


@given(labelled(dims=(1, 2), sizes=(1, 2, 3)))
@settings(max_examples=15)
def test_cells_of_each_class_fill_the_cells_of_its_sites(model):
    box = eg.box(-1, 1, dim=model.input_dim)
    fine, coarse = eg.partition(model, box), eg.partition(model.sites, box)
    volumes = dict.fromkeys(model.classes, F(0)), dict.fromkeys(model.classes, F(0))
    ties = False
    for cell in fine.cells:
        assert cell.signs == model.signs(cell.centroid)
        volumes[0][model.predict(cell.centroid)] += cell.volume
    for cell in coarse.cells:
        winners = {label for label, sign in zip(model.sites.labels, cell.signs, strict=True) if sign == "0"}
        ties = ties or len(winners) > 1
        volumes[1][model.sites.label(cell.centroid)] += cell.volume
    assert ties or volumes[0] == volumes[1]


@given(labelled())
def test_classifiers_are_values(model):
    back = SiteClassifier.from_json(model.to_json())
    for copy in (pickle.loads(pickle.dumps(model)), eval(repr(model)), back):
        assert copy == model and hash(copy) == hash(model) and copy.classes == model.classes


SITES = Sites([[0], [1]], labels=["a", "b"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SiteClassifier(Sites([[0]])), "sites.labels: the sites have no labels"),
        (lambda: SiteClassifier(3), "sites: expected Sites, got int"),
        (lambda: SiteClassifier(SITES, ["a"]), "classes: expected 2 labels, got 1"),
        (lambda: SiteClassifier(SITES, ["a", "c"]), "classes: expected every label of the sites once"),
        (
            lambda: SiteClassifier.from_json({"schema": "exactgeom/site-classifier-1", "sites": 3}),
            "sites.schema: missing",
        ),
        (
            lambda: SiteClassifier.from_json(
                SiteClassifier(SITES).to_json() | {"sites": SITES.to_json() | {"dim": 2}}
            ),
            "sites.sites[0].point: expected 2 entries",
        ),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
