"""Sites from scikit-learn: the same answers on real data, refusals by name."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models.sites_sklearn import sites_from_sklearn

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", reason="needs scikit-learn")


@pytest.fixture(scope="module")
def iris():
    datasets = pytest.importorskip("sklearn.datasets")
    return datasets.load_iris(return_X_y=True)


def test_nearest_centroid_answers_as_scikit_learn(iris):
    from sklearn.neighbors import NearestCentroid

    x, y = iris
    for options in ({}, {"shrink_threshold": 0.4}):
        fitted = NearestCentroid(**options).fit(x, np.array(["s", "v", "w"])[y])
        model = sites_from_sklearn(fitted)
        assert [model.label(row) for row in x] == fitted.predict(x).tolist()
        assert [[F(float(c)) for c in p] for p in fitted.centroids_] == [list(p) for p in model.points]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_k_means_answers_as_scikit_learn(iris, dtype):
    from sklearn.cluster import KMeans, MiniBatchKMeans

    x = iris[0].astype(dtype)
    for kind in (KMeans, MiniBatchKMeans):
        fitted = kind(5, n_init=1, random_state=0).fit(x)
        model = sites_from_sklearn(fitted)
        assert [model.owner(row) for row in x] == fitted.predict(x).tolist()


def test_one_nearest_neighbour_answers_as_scikit_learn(iris):
    from sklearn.neighbors import KNeighborsClassifier

    x, y = iris
    fitted = KNeighborsClassifier(1).fit(x[::5], y[::5])
    model = sites_from_sklearn(fitted)
    shifted = x + 0.013
    assert [model.label(row) for row in shifted] == fitted.predict(shifted).tolist()
    assert "leaves them open" in model.notes[0]


def refused():
    from sklearn.cluster import KMeans
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
    from sklearn.tree import DecisionTreeClassifier

    x, y = np.array([[0.0], [1.0], [5.0], [6.0]]), np.array([0, 0, 0, 1])
    yield KMeans(2), "estimator: the estimator is not fitted: it has no cluster_centers_"
    yield DecisionTreeClassifier(), "expected one of NearestCentroid, KMeans"
    yield None, "got NoneType"
    yield KNeighborsClassifier(2).fit(x, y), "estimator.n_neighbors: expected 1, got 2"
    yield (
        KNeighborsClassifier(1, metric="manhattan").fit(x, y),
        "effective_metric_: expected the euclidean metric, got 'manhattan'",
    )
    yield NearestCentroid(metric="manhattan").fit(x, y), "estimator.metric: expected the euclidean metric"
    yield KNeighborsClassifier(1).fit(x, np.stack([y, y], 1)), "several outputs are not supported"
    try:
        yield NearestCentroid(priors="empirical").fit(x, y), "expected uniform priors"
        yield NearestCentroid(priors=[0.500001, 0.499999]).fit(x, y), "expected uniform priors"
    except TypeError:
        return


def test_other_estimators_are_refused_by_name():
    for estimator, message in refused():
        with pytest.raises(InvalidInput) as caught:
            sites_from_sklearn(estimator)
        assert message in str(caught.value) and "\n" not in str(caught.value)
