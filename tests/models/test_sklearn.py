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
