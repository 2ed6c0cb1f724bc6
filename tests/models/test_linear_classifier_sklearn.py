"""Linear classifiers from scikit-learn: the same predictions, exact hyperplanes, refusals by name."""

from __future__ import annotations

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models.linear_classifier_sklearn import linear_classifier_from_sklearn

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
