"""Linear classifiers: votes by definition, programs whose arg-max is the class, scikit-learn's answers."""

from __future__ import annotations

import pickle
from fractions import Fraction as F
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.models.linear_classifier import RULES, LinearClassifier
from exactgeom.models.linear_classifier_sklearn import linear_classifier_from_sklearn
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


# -- scikit-learn ----------------------------------------------------------------------------------

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", reason="needs scikit-learn")

KINDS = {
    "logistic": lambda m: m["linear_model"].LogisticRegression(max_iter=5000),
    "linear svc": lambda m: m["svm"].LinearSVC(random_state=0, max_iter=20000),
    "no intercept": lambda m: m["svm"].LinearSVC(fit_intercept=False, random_state=0, max_iter=20000),
    "svc": lambda m: m["svm"].SVC(kernel="linear"),
    "nu svc": lambda m: m["svm"].NuSVC(kernel="linear", nu=0.1),
    "perceptron": lambda m: m["linear_model"].Perceptron(random_state=0),
    "ridge": lambda m: m["linear_model"].RidgeClassifier(),
    "ridge without intercept": lambda m: m["linear_model"].RidgeClassifier(fit_intercept=False),
    "sgd": lambda m: m["linear_model"].SGDClassifier(random_state=0),
    "discriminant": lambda m: m["discriminant_analysis"].LinearDiscriminantAnalysis(),
    "one against rest": lambda m: m["multiclass"].OneVsRestClassifier(m["svm"].SVC(kernel="linear")),
    "one against one": lambda m: m["multiclass"].OneVsOneClassifier(
        m["linear_model"].RidgeClassifier(), n_jobs=None
    ),
}


@pytest.fixture(scope="module")
def modules():
    names = ("linear_model", "svm", "discriminant_analysis", "multiclass", "datasets")
    return {name: pytest.importorskip(f"sklearn.{name}") for name in names}


@pytest.mark.parametrize("count", [2, 3, 6])
@pytest.mark.parametrize("kind", KINDS)
def test_predictions_are_those_of_scikit_learn(modules, kind, count):
    x, y = modules["datasets"].make_blobs(90, centers=count, n_features=3, cluster_std=3.0, random_state=4)
    names = np.array(list("abcdef"))[y]
    fitted = KINDS[kind](modules).fit(x, names)
    model = linear_classifier_from_sklearn(fitted)
    grid = np.concatenate([x, np.random.default_rng(0).uniform(-12, 12, (60, 3))])
    assert [model.predict(row) for row in grid] == fitted.predict(grid).tolist()
    if hasattr(fitted, "decision_function") and kind not in ("svc", "nu svc", "one against one"):
        exact = np.array([[float(v) for v in out] for out in model.evaluate(grid)])
        np.testing.assert_allclose(
            exact, fitted.decision_function(grid).reshape(len(grid), -1), rtol=1e-8, atol=1e-8
        )


@pytest.mark.parametrize("count", [2, 4])
def test_hyperplanes_of_support_vectors_are_summed_exactly(modules, count):
    x, y = modules["datasets"].make_blobs(60, centers=count, n_features=2, random_state=1)
    fitted = modules["svm"].SVC(kernel="linear", decision_function_shape="ovo").fit(x, y)
    model = linear_classifier_from_sklearn(fitted)
    exact = np.array([[float(c) for c in row] for row in model.weight])
    np.testing.assert_allclose(exact, fitted.coef_, rtol=1e-9)
    decisions = np.array([[float(v) for v in model.decisions(row)] for row in x])
    np.testing.assert_allclose(decisions, fitted.decision_function(x).reshape(len(x), -1), atol=1e-9)


def test_other_estimators_are_refused_by_name(modules):
    linear, svm, multi = modules["linear_model"], modules["svm"], modules["multiclass"]
    x, y = np.array([[0.0, 1], [1, 0], [5, 2], [6, 1], [9, 9], [8, 9]]), np.array([0, 0, 1, 1, 2, 2])
    both = np.stack([y > 0, y > 1], axis=1).astype(int)
    cases = [
        (linear.LogisticRegression(), "the estimator is not fitted: it has no coef_"),
        (svm.SVC(), "not fitted: it has no dual_coef_"),
        (svm.SVC(kernel="rbf").fit(x, y), "estimator.kernel: expected a linear kernel, got 'rbf'"),
        (svm.SVC(kernel="linear", break_ties=True).fit(x, y), "estimator.break_ties: expected False"),
        (linear.LinearRegression().fit(x, y), "expected one of LogisticRegression"),
        (linear.RidgeClassifier().fit(x, both), "several labels per point are not supported"),
        (multi.OneVsRestClassifier(linear.RidgeClassifier()).fit(x, both), "several labels per point"),
        (
            multi.OneVsRestClassifier(svm.SVC()).fit(x, y),
            "estimator.kernel: expected a linear kernel",
        ),
        (linear.LogisticRegression().fit(x, y).sparsify(), "sparse coefficients are not supported"),
        (3, "got int"),
    ]
    for estimator, message in cases:
        with pytest.raises(InvalidInput) as caught:
            linear_classifier_from_sklearn(estimator)
        assert message in str(caught.value) and "\n" not in str(caught.value)
