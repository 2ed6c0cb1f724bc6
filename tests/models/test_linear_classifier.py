"""Linear classifiers: votes by definition, programs whose arg-max is the class."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.linear_classifier import RULES, LinearClassifier
from exactgeom.testkit.strategies import points, rationals


@st.composite
def classifiers(draw, *, dims=(1, 2, 3), counts=(2, 3, 4), rules=RULES):
    """Every rule and orientation; zero, repeated and opposite rows, central arrangements (many ties)."""
    dim, count, rule = (
        draw(st.sampled_from(dims)),
        draw(st.sampled_from(counts)),
        draw(st.sampled_from(rules)),
    )
    every = list(combinations(range(count), 2))
    size = len(every) if rule != "argmax" else draw(st.sampled_from([1, count])) if count == 2 else count
    row = st.lists(rationals(max_numerator=2, max_denominator=2), min_size=dim, max_size=dim)
    weight = draw(st.lists(row | st.just([F(0)] * dim), min_size=size, max_size=size))
    if draw(st.booleans()):
        weight[-1] = [-c for c in weight[0]]
    central = draw(st.booleans())
    bias = [F(0)] * size if central else draw(st.lists(rationals(), min_size=size, max_size=size))
    pairs = None
    if rule != "argmax" and draw(st.booleans()):
        pairs = [draw(st.sampled_from([(i, j), (j, i)])) for i, j in draw(st.permutations(every))]
    classes = draw(st.none() | st.just(["red", 7, True, 2.5][:count]))
    return LinearClassifier(weight, bias, classes, rule, pairs)


def by_definition(model, x):
    """The class index, told as a story: decisions, votes, confidences, smallest index."""
    d = [
        sum((a * c for a, c in zip(row, x, strict=True)), b)
        for row, b in zip(model.weight, model.bias, strict=True)
    ]
    if model.rule == "argmax":
        return int(d[0] > 0) if len(d) == 1 else d.index(max(d))
    votes, confidence = [0] * len(model.classes), [F(0)] * len(model.classes)
    for (first, second), value in zip(model.pairs, d, strict=True):
        votes[first if value > 0 else second] += 1
        confidence[first] += value
        confidence[second] -= value
    if model.rule == "votes":
        return votes.index(max(votes))
    return max(range(len(votes)), key=lambda c: (votes[c], confidence[c], -c))


@given(classifiers(), st.data())
def test_the_class_follows_the_rule(model, data):
    x = data.draw(points(model.input_dim))
    index = by_definition(model, x)
    assert model.class_index(x) == index and model.predict(x) == model.classes[index]


@given(classifiers(), st.data())
def test_outputs_depend_on_the_signs_alone_through_the_affine_map(model, data):
    x = data.draw(points(model.input_dim))
    slopes, constants = model.affine_map(model.signs(x))
    assert model(x) == tuple(
        sum((a * c for a, c in zip(row, x, strict=True)), b) for row, b in zip(slopes, constants, strict=True)
    )
    if model.rule != "argmax":
        assert not any(c for row in slopes for c in row)
    assert len(model.signs(x)) == model.sign_count == len(model.unit_names())
    assert model.output_dim == len(model(x))


@given(classifiers(rules=["votes"]), st.data())
def test_votes_are_counted_and_every_pair_votes_once(model, data):
    x = data.draw(points(model.input_dim))
    assert sum(model(x)) == len(model.pairs)
    d = model.decisions(x)
    assert model.signs(x) == "".join("+" if v > 0 else "-" if v < 0 else "0" for v in d)


@given(classifiers(rules=["votes, then confidence"]), st.data())
def test_confidence_only_breaks_ties(model, data):
    x = data.draw(points(model.input_dim))
    plain = LinearClassifier(model.weight, model.bias, model.classes, "votes", model.pairs)
    votes, scores = plain(x), model(x)
    for i, j in combinations(range(len(votes)), 2):
        if votes[i] != votes[j]:
            assert (votes[i] > votes[j]) == (scores[i] > scores[j])
    assert votes[model.class_index(x)] == max(votes)


@given(classifiers())
def test_classifiers_are_values(model):
    back = LinearClassifier.from_json(model.to_json())
    for copy in (pickle.loads(pickle.dumps(model)), eval(repr(model)), back):
        assert copy == model and hash(copy) == hash(model)
        assert list(map(type, copy.classes)) == list(map(type, model.classes))
    with pytest.raises(AttributeError, match="immutable"):
        model.rule = "votes"


def test_a_zero_decision_votes_for_the_second_of_its_pair():
    assert LinearClassifier([[1]], [0], rule="votes").class_index([0]) == 1
    assert LinearClassifier([[1]], [0], rule="votes", pairs=[(1, 0)]).class_index([0]) == 0
    assert LinearClassifier([[1]], [0]).class_index([0]) == 0


def test_a_cyclic_tie_is_broken_by_confidence():
    weight, bias = [[1], [-1], [1]], [0, 0, 2]  # at 1: 0 beats 1, 2 beats 0, 1 beats 2
    plain = LinearClassifier(weight, bias, rule="votes")
    sure = LinearClassifier(weight, bias, rule="votes, then confidence")
    assert plain([1]) == (1, 1, 1) and plain.class_index([1]) == 0
    assert sure.class_index([1]) == 1  # confidences 0, 2, -2


def test_files_round_trip_with_notes(tmp_path):
    model = LinearClassifier([[0.1, "1/3"]], [2], classes=["no", "yes"], notes=["by hand"])
    model.save(tmp_path / "model.json")
    back = LinearClassifier.from_json(tmp_path / "model.json")
    assert back == model and back.notes == model.notes == eval(repr(model)).notes


DOCUMENT = {"schema": "exactgeom/linear-classifier-1", "input_dim": 1, "weight": [[1]], "bias": [0]}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LinearClassifier([], []), "weight: expected at least one row"),
        (lambda: LinearClassifier([[]], [1]), "weight: expected at least one row of at least one entry"),
        (lambda: LinearClassifier([[1], [1, 2]], [0, 0]), "weight[1]: ragged"),
        (lambda: LinearClassifier([[1]], [0, 1]), "bias: expected 1 entries, one per row, got 2"),
        (lambda: LinearClassifier([[1]], [0], rule="ovo"), "rule: expected one of 'argmax', 'votes'"),
        (lambda: LinearClassifier([[1]], [0], ["a"]), "classes: expected 2 labels, got 1"),
        (lambda: LinearClassifier([[1]] * 2, [0] * 2, rule="votes"), "weight: expected k (k - 1) / 2 rows"),
        (lambda: LinearClassifier([[1]], [0], pairs=[(0, 1)]), "pairs: pairs belong to the rules with votes"),
        (
            lambda: LinearClassifier([[1]] * 3, [0] * 3, rule="votes", pairs=[(0, 1), (1, 0), (1, 2)]),
            "pairs: expected every two of the 3 classes once",
        ),
        (
            lambda: LinearClassifier([[1]], [0], rule="votes", pairs=[3]),
            "pairs: expected every two of the 2 classes once",
        ),
        (lambda: LinearClassifier([[1]], [0]).predict([1, 2]), "x: expected 1 coordinates, got 2"),
        (
            lambda: LinearClassifier.from_json(DOCUMENT | {"input_dim": 2}),
            "weight[0]: expected 2 entries, one per input, got 1",
        ),
        (
            lambda: LinearClassifier.from_json(DOCUMENT | {"bias": []}),
            "weight: expected 0 entries, one per entry of the bias, got 1",
        ),
        (lambda: LinearClassifier.from_json(DOCUMENT | {"rule": []}), "rule: expected one of"),
        (lambda: LinearClassifier.from_json(DOCUMENT | {"classes": "ab"}), "classes: expected an array"),
        (
            lambda: LinearClassifier.from_json(DOCUMENT | {"weight": [["x"]]}),
            "weight[0][0]: expected a number",
        ),
    ],
)
def test_bad_input_is_one_clear_line(make, message):
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value) and "\n" not in str(caught.value)
