"""Networks from scikit-learn: the exact map beside the float one, and refusals by name."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models import Identity, Network, ReLU, from_sklearn

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", reason="needs scikit-learn")
neural = pytest.importorskip("sklearn.neural_network")
linear_model = pytest.importorskip("sklearn.linear_model")
preprocessing = pytest.importorskip("sklearn.preprocessing")
pipelines = pytest.importorskip("sklearn.pipeline")
MLPClassifier, MLPRegressor = neural.MLPClassifier, neural.MLPRegressor

pytestmark = pytest.mark.filterwarnings("ignore:.*Maximum iterations")  # 20 steps are enough to compare

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3))
SCORE = X[:, 0] + X[:, 1] ** 2


def fit(kind, target, **options):
    return kind(**{"hidden_layer_sizes": (5, 4), "max_iter": 20, "random_state": 3} | options).fit(X, target)


@pytest.mark.parametrize("activation", ["relu", "identity"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_regressor_predicts_what_the_exact_network_does(activation, dtype):
    model = MLPRegressor(hidden_layer_sizes=(5, 4), activation=activation, max_iter=20, random_state=3)
    model.fit(X.astype(dtype), SCORE.astype(dtype))
    network = from_sklearn(model)
    assert isinstance(network.layers[1], ReLU if activation == "relu" else Identity) and not network.notes
    exact = [float(out) for (out,) in network.evaluate(X)]
    np.testing.assert_allclose(exact, model.predict(X), atol=1e-9 if dtype is np.float64 else 1e-4)


def test_weights_are_taken_exactly_and_transposed():
    model = fit(MLPRegressor, SCORE)
    network = from_sklearn(model)
    for k, layer in enumerate(network.layers[::2]):
        assert [[float(w) for w in row] for row in layer.weight] == model.coefs_[k].T.tolist()
        assert layer.weight[0][1] == F(float(model.coefs_[k][1, 0]))
        assert [float(b) for b in layer.bias] == model.intercepts_[k].tolist()
    assert Network.from_json(network.to_json()) == network


def test_binary_classifier_keeps_one_logit():
    model = fit(MLPClassifier, SCORE > 1)
    network = from_sklearn(model)
    assert network.output_dim == 1 and "class 1 iff output > 0" in network.notes[0]
    logits = np.array([float(out) for (out,) in network.evaluate(X)])
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), model.predict_proba(X)[:, 1], atol=1e-9)
    assert [bool(z > 0) for z in logits] == model.predict(X).tolist()


def test_softmax_is_dropped_and_noted():
    model = fit(MLPClassifier, np.digitize(SCORE, [0, 1]))
    network = from_sklearn(model)
    assert network.output_dim == 3 and "softmax was dropped" in network.notes[0]
    logits = np.array([[float(v) for v in out] for out in network.evaluate(X)])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(powers / powers.sum(axis=1, keepdims=True), model.predict_proba(X), atol=1e-9)


def test_several_labels_are_noted():
    model = fit(MLPClassifier, np.stack([SCORE > 0, SCORE > 1], axis=1))
    assert "label k is on iff output k > 0" in from_sklearn(model).notes[0]


def test_a_hidden_layer_is_not_needed():
    model = fit(MLPRegressor, SCORE, hidden_layer_sizes=(), activation="tanh")
    assert len(from_sklearn(model).layers) == 1  # tanh is named, but never used


def broken(value):
    model = fit(MLPRegressor, SCORE)
    model.coefs_[1][2, 3] = value
    return model


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fit(MLPRegressor, SCORE, activation="tanh"), "activation: 'tanh' is not piecewise linear"),
        (lambda: fit(MLPClassifier, SCORE > 1, activation="logistic"), "'logistic' is not piecewise linear"),
        (lambda: MLPClassifier(), "not fitted"),
        (
            lambda: linear_model.LogisticRegression(),
            "the estimator is not fitted: it has no coef_",
        ),
        (lambda: None, "got NoneType"),
        (lambda: broken(np.nan), "estimator.coefs_[1][2][3]: expected a finite number"),
        (lambda: fit(MLPRegressor, np.abs(SCORE), loss="poisson"), "out_activation_: 'exp' is not piecewise"),
    ],
)
def test_other_models_are_refused_by_name(make, message):
    try:
        model = make()
    except TypeError:
        pytest.skip("this scikit-learn has no such option")
    with pytest.raises(InvalidInput) as caught:
        from_sklearn(model)
    assert message in str(caught.value) and "\n" not in str(caught.value)


SCALERS = {
    "standard": [preprocessing.StandardScaler()],
    "not centred": [preprocessing.StandardScaler(with_mean=False)],
    "not scaled": [preprocessing.StandardScaler(with_std=False)],
    "neither": [preprocessing.StandardScaler(with_mean=False, with_std=False)],
    "min max": [preprocessing.MinMaxScaler((-1, 2))],
    "clipped": [preprocessing.StandardScaler(), preprocessing.MinMaxScaler((-1, 2), clip=True)],
    "max abs and robust": [preprocessing.MaxAbsScaler(), "passthrough", preprocessing.RobustScaler()],
    "pass": ["passthrough", None],
}


@pytest.mark.parametrize("name", SCALERS)
def test_scalers_fold_into_the_first_layer(name):
    steps = [(f"s{i}", step) for i, step in enumerate(SCALERS[name])]
    estimator = MLPRegressor(hidden_layer_sizes=(5, 4), max_iter=20, random_state=3)
    model = pipelines.Pipeline([*steps, ("net", estimator)]).fit(X[:30] * [1, 3, 0.1] + 2, SCORE[:30])
    network = from_sklearn(model)
    points = X * [1, 3, 0.1] + 2
    exact = [float(out) for (out,) in network.evaluate(points)]
    np.testing.assert_allclose(exact, model.predict(points), atol=1e-9)
    assert network.program(points[0]) == network(points[0])
    assert len(network.layers) == (7 if name == "clipped" else 5)


def test_a_folded_scaler_is_exact():
    scaler = preprocessing.StandardScaler().fit(X)
    net = fit(MLPRegressor, SCORE)
    folded = from_sklearn(pipelines.Pipeline([("scaler", scaler), ("net", net)])).layers[0]
    plain = from_sklearn(net).layers[0]
    for row, own, b, c in zip(folded.weight, plain.weight, folded.bias, plain.bias, strict=True):
        scales, means = ([F(float(v)) for v in array] for array in (scaler.scale_, scaler.mean_))
        assert row == tuple(w / s for w, s in zip(own, scales, strict=True))
        assert b == c - sum(w * m / s for w, m, s in zip(own, means, scales, strict=True))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (preprocessing.PolynomialFeatures(), "estimator['s']: expected one of StandardScaler"),
        (preprocessing.StandardScaler(), "estimator['s']: the StandardScaler is not fitted"),
        (
            preprocessing.StandardScaler().fit(X[:, :2]),
            "estimator['s']: scales 2 features, the next step has 3",
        ),
    ],
)
def test_other_steps_are_refused_by_name(step, message):
    with pytest.raises(InvalidInput) as caught:
        from_sklearn(pipelines.Pipeline([("s", step), ("net", fit(MLPRegressor, SCORE))]))
    assert message in str(caught.value)


def test_a_pipeline_must_end_in_a_perceptron():
    model = pipelines.Pipeline(
        [("s", preprocessing.StandardScaler()), ("c", linear_model.LinearRegression())]
    )
    with pytest.raises(
        InvalidInput, match=r"estimator\['c'\]: expected an MLPClassifier or MLPRegressor, got Lin"
    ):
        from_sklearn(model.fit(X, SCORE))


def test_other_estimators_become_their_own_models():
    tree = pytest.importorskip("sklearn.tree").DecisionTreeRegressor(max_depth=2).fit(X, SCORE)
    assert from_sklearn(tree)(X[0]) == (F(float(tree.predict(X[:1])[0])),)
    assert from_sklearn(linear_model.LogisticRegression().fit(X, SCORE > 1)).predict(X[0]) in (True, False)
    means = pytest.importorskip("sklearn.neighbors").NearestCentroid().fit(X, SCORE > 1)
    assert from_sklearn(means).owner(X[0]) in (0, 1)
    with pytest.raises(InvalidInput, match="depth: LogisticRegression takes no options"):
        from_sklearn(linear_model.LogisticRegression(), depth=3)
