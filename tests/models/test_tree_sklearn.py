"""The same leaves and predictions as scikit-learn at every point, on thresholds and beside them too."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models.importers.sklearn_trees import is_tree_estimator, tree_from_sklearn
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.models.tree_ensemble import TreeEnsemble, argmax

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", reason="needs scikit-learn")
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

DATA = {"iris": load_iris, "wine": load_wine, "breast cancer": load_breast_cancer}
ESTIMATORS = {
    "tree": DecisionTreeClassifier(random_state=0),
    "tree regressor": DecisionTreeRegressor(max_depth=4, criterion="absolute_error", random_state=0),
    "extra tree": ExtraTreeClassifier(random_state=0),
    "extra tree regressor": ExtraTreeRegressor(max_depth=5, random_state=0),
    "forest": RandomForestClassifier(8, max_depth=4, random_state=1),
    "forest regressor": RandomForestRegressor(5, max_depth=4, random_state=1),
    "extra trees": ExtraTreesClassifier(6, max_depth=4, bootstrap=True, random_state=1),
    "extra trees regressor": ExtraTreesRegressor(5, max_depth=4, random_state=1),
    "boosting": GradientBoostingClassifier(n_estimators=4, random_state=0),
    "boosting regressor": GradientBoostingRegressor(n_estimators=6, loss="huber", random_state=0),
    "boosting from zero": GradientBoostingClassifier(n_estimators=3, init="zero", random_state=0),
    "boosting from a tree": GradientBoostingRegressor(
        n_estimators=3, init=DecisionTreeRegressor(max_depth=2), random_state=0
    ),
}


def awkward_points(model, x):
    """Data, and data moved exactly onto thresholds, to their float32 and to both kinds of neighbours."""
    rows = list(x[::7])
    for tree in model.trees[:3]:
        for k, i in enumerate(tree.splits[:6]):
            node = tree.nodes[i]
            t = float(node.threshold)
            assert F(t) == node.threshold
            near = [t, np.nextafter(t, np.inf), np.nextafter(t, -np.inf), float(np.float32(t))]
            near += [float(np.nextafter(np.float32(t), np.float32(side))) for side in (np.inf, -np.inf)]
            cut = float(tree.folded().nodes[i].threshold)
            near += [cut, np.nextafter(cut, np.inf), np.nextafter(cut, -np.inf)]
            for value in near:
                row = x[(13 * k) % len(x)].copy()
                row[node.feature] = value
                rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_exact_model_is_the_estimator_at_every_point(data, name):
    x, y = DATA[data](return_X_y=True)
    estimator = ESTIMATORS[name].fit(x, y)
    assert is_tree_estimator(estimator)
    model = tree_from_sklearn(estimator)
    points = awkward_points(model, x)
    values = model.evaluate(points)
    assert values == tree_from_sklearn(estimator, float32="fold").evaluate(points)
    mine = np.array([np.ravel(model.apply(p)) for p in points])
    theirs = estimator.apply(points).reshape(len(points), -1)
    assert (mine[:, -theirs.shape[1] :] == theirs).all()
    if hasattr(estimator, "decision_function"):
        scores = estimator.decision_function(points).reshape(len(points), -1)
        np.testing.assert_allclose(np.array(values, dtype=float), scores, atol=1e-12)
    elif hasattr(estimator, "predict_proba"):
        np.testing.assert_allclose(np.array(values, dtype=float), estimator.predict_proba(points), atol=1e-14)
    else:
        np.testing.assert_allclose(np.array(values, dtype=float)[:, 0], estimator.predict(points), rtol=1e-13)
    if hasattr(estimator, "classes_"):
        clear = [k for k, v in enumerate(values) if is_clear(v)]
        classes = estimator.classes_[[argmax(values[k]) for k in clear]]
        assert (classes == estimator.predict(points[clear])).all() and len(clear) > len(points) / 2


def is_clear(value):
    """The largest output leads by more than the estimator's own rounding errors."""
    ranked = sorted(value if len(value) > 1 else (0, *value))
    return ranked[-1] - ranked[-2] > F(1, 10**12)


def test_without_rounding_thresholds_themselves_may_go_astray():
    """Why rounding is the default: a stored double is in general no float32."""
    x, y = load_iris(return_X_y=True)
    estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
    exact, rounded = (tree_from_sklearn(estimator, float32=mode) for mode in ("ignore", "round"))
    assert exact.nodes == rounded.nodes and exact.rounding is None and rounded.rounding == "float32"
    points = awkward_points(rounded, x)
    theirs = estimator.apply(points).tolist()
    assert [rounded.apply(p) for p in points] == theirs != [exact.apply(p) for p in points]
    as_float32 = points.astype(np.float32)
    assert [exact.apply(p) for p in as_float32] == theirs


def test_thresholds_and_values_are_taken_exactly():
    x, y = load_wine(return_X_y=True)
    grown = DecisionTreeRegressor(max_depth=3, random_state=0).fit(x, y)
    for mode in ("round", "ignore"):
        tree = tree_from_sklearn(grown, float32=mode)
        for i, node in enumerate(tree.nodes):
            if isinstance(node, Split):
                assert node.threshold == F(float(grown.tree_.threshold[i])) and not node.strict
                assert node.feature == grown.tree_.feature[i]
            else:
                assert node == Leaf([F(float(grown.tree_.value[i, 0, 0]))])
        assert isinstance(tree, DecisionTree) and tree.input_dim == 13
        assert DecisionTree.from_json(tree.to_json()) == tree


def test_a_tree_without_splits_is_a_leaf():
    x = np.zeros((4, 2))
    one = tree_from_sklearn(DecisionTreeRegressor().fit(x, [1.5, 1.5, 2.5, 2.5]))
    assert one.nodes == (Leaf([2]),) and one([5, 5]) == (2,)
    boosted = tree_from_sklearn(GradientBoostingRegressor(n_estimators=2).fit(x, [1.0, 1.0, 2.0, 2.0]))
    assert boosted([0, 0]) == (F(3, 2),) and len(boosted.trees) == 2


def test_a_single_class_stays_the_arg_max():
    tree = tree_from_sklearn(DecisionTreeClassifier().fit([[0.0], [1.0]], ["only", "only"]))
    assert tree([0]) == (1, 0) and argmax(tree([0])) == 0 and "one class" in tree.notes[1]
    forest = tree_from_sklearn(RandomForestClassifier(2).fit([[0.0], [1.0]], ["only", "only"]))
    assert argmax(forest([0])) == 0 and forest.output_dim == 2


def test_sample_weights_enter_the_leaf_values():
    x, y = np.array([[0.0], [0.0], [1.0]]), ["a", "b", "b"]
    estimator = DecisionTreeClassifier().fit(x, y, sample_weight=[3, 1, 1])
    tree = tree_from_sklearn(estimator)
    assert tree([0]) == (F(3, 4), F(1, 4)) and tree([1]) == (0, 1)
    assert tree.notes == ("classes in the order of the outputs: a, b",)


def test_binary_boosting_says_what_it_dropped():
    x, y = load_breast_cancer(return_X_y=True)
    model = tree_from_sklearn(GradientBoostingClassifier(n_estimators=2, random_state=0).fit(x, y))
    assert isinstance(model, TreeEnsemble) and model.output_dim == 1
    assert any("logistic" in note for note in model.notes)
    assert set(model.weights) == {F(0.1)}


X = np.array([[0.0], [1.0], [2.0], [3.0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LinearRegression().fit(X, [0, 1, 2, 3]), "expected a DecisionTree.*got LinearRegression"),
        (lambda: IsolationForest(n_estimators=2).fit(X), "got IsolationForest"),
        (lambda: None, "got NoneType"),
        (DecisionTreeClassifier, "not fitted: it has no tree_"),
        (RandomForestRegressor, "not fitted: it has no estimators_"),
        (GradientBoostingClassifier, "not fitted: it has no estimators_"),
        (lambda: DecisionTreeRegressor().fit(X, np.hstack([X, X])), "single target, .* predicts 2"),
        (lambda: RandomForestRegressor(2).fit(X, np.hstack([X, X])), "single target, .* predicts 2"),
        (
            lambda: GradientBoostingRegressor(init=LinearRegression(), n_estimators=1).fit(X, [0, 1, 1, 0]),
            "init_: boosting starts from a LinearRegression: expected a constant or a tree model",
        ),
        (
            lambda: GradientBoostingClassifier(init=LogisticRegression(), n_estimators=1).fit(
                X, [0, 1, 1, 0]
            ),
            "init_: boosting starts from a LogisticRegression: expected a constant$",
        ),
    ],
)
def test_other_estimators_are_refused(make, message):
    with pytest.raises(InvalidInput, match=message):
        tree_from_sklearn(make())


def test_the_mode_is_checked():
    with pytest.raises(InvalidInput, match="float32: expected 'round', 'fold' or 'ignore', got True"):
        tree_from_sklearn(DecisionTreeRegressor().fit(X, [0, 1, 2, 3]), float32=True)
