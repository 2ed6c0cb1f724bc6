"""From scikit-learn's estimators to exact models: perceptrons and pipelines here, the others by their names.

Estimators are read by their fitted attributes, so scikit-learn itself is never imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.models.importers.sklearn_scalers import Scaling, scaling_of
from exactgeom.models.importers.sklearn_trees import is_tree_estimator, tree_from_sklearn
from exactgeom.models.layers import HardTanh, Identity, Layer, Linear, ReLU, Scale
from exactgeom.models.linear_classifier_sklearn import linear_classifier_from_sklearn
from exactgeom.models.network import Network
from exactgeom.models.sites_sklearn import sites_from_sklearn

__all__ = ["from_sklearn"]

_HIDDEN: dict[str, Callable[[], Layer]] = {"relu": ReLU, "identity": Identity}
_DROPPED = {
    "logistic": "the final logistic function was dropped: outputs are logits, class 1 iff output > 0",
    "softmax": "the final softmax was dropped: outputs are logits, the class is the arg-max",
}
_PERCEPTRONS = {"MLPClassifier", "MLPRegressor"}
_SITES = {"NearestCentroid", "KMeans", "MiniBatchKMeans", "KNeighborsClassifier"}
_LINEAR = {
    *(
        "LogisticRegression",
        "LogisticRegressionCV",
        "LinearSVC",
        "Perceptron",
        "SGDClassifier",
        "SVC",
        "NuSVC",
    ),
    *("PassiveAggressiveClassifier", "RidgeClassifier", "RidgeClassifierCV", "LinearDiscriminantAnalysis"),
    *("OneVsRestClassifier", "OneVsOneClassifier"),
}


def from_sklearn(estimator: Any, **options: Any) -> Any:
    """Return a fitted estimator as an exact model: a `Network`, trees, a linear classifier, or `Sites`.

    Exact: weights are taken at their binary value. ``MLPClassifier`` and ``MLPRegressor`` become networks
    (hidden activations ``relu`` and ``identity``); the final logistic or softmax of a classifier is dropped
    (it changes no decision) and ``notes`` says so; a binary classifier keeps its one output. A ``Pipeline``
    of scalers (``StandardScaler``, ``MinMaxScaler``, ``MaxAbsScaler``, ``RobustScaler``, ``"passthrough"``)
    before a perceptron is folded into its first layer, exactly. For trees, forests and boosting see
    `tree_from_sklearn`, whose ``options`` are passed on; for the others `linear_classifier_from_sklearn` and
    `sites_from_sklearn`.
    Raises ``InvalidInput`` for another estimator, an unfitted one, or an activation that is not
    piecewise linear.

    >>> from types import SimpleNamespace
    >>> class MLPRegressor(SimpleNamespace): pass  # what a fitted estimator looks like
    >>> net = from_sklearn(MLPRegressor(coefs_=[[[0.5], [2.0]]], intercepts_=[[1.0]],
    ...                                 activation="relu", out_activation_="identity"))
    >>> net([2, 1])
    (Fraction(4, 1),)
    """
    if is_tree_estimator(estimator):
        return tree_from_sklearn(estimator, **options)
    bases = {kind.__name__ for kind in type(estimator).__mro__}
    if options:
        raise InvalidInput(f"{type(estimator).__name__} takes no options", place=next(iter(options)))
    if "Pipeline" in bases:
        return _pipeline(estimator)
    if bases & _LINEAR:
        return linear_classifier_from_sklearn(estimator)
    if bases & _SITES:
        return sites_from_sklearn(estimator)
    return _perceptron(estimator, "estimator", [])


def _pipeline(pipeline: Any) -> Network:
    """Return scalers followed by a perceptron."""
    steps = list(pipeline.steps)
    scalings = []
    for name, step in steps[:-1]:
        scalings += scaling_of(step, f"estimator[{name!r}]")
    if not steps:
        raise InvalidInput("the pipeline is empty", place="estimator")
    name, last = steps[-1]
    return _perceptron(last, f"estimator[{name!r}]", scalings)


def _perceptron(estimator: Any, place: str, scalings: list[Scaling]) -> Network:
    bases = {kind.__name__ for kind in type(estimator).__mro__}
    if not bases & _PERCEPTRONS:
        known = "an MLPClassifier or MLPRegressor"
        if place == "estimator":
            known += ", a Pipeline of scalers and one of them, trees, linear classifiers, centroids"
        raise InvalidInput(f"expected {known}, got {type(estimator).__name__}", place=place)
    if not hasattr(estimator, "coefs_"):
        raise InvalidInput("the estimator is not fitted: it has no coefs_", place=place)
    weights, biases = list(estimator.coefs_), list(estimator.intercepts_)
    if len(weights) > 1 and estimator.activation not in _HIDDEN:
        raise InvalidInput(
            f"{estimator.activation!r} is not piecewise linear: expected relu or identity",
            place=f"{place}.activation",
        )
    last = estimator.out_activation_
    if last != "identity" and last not in _DROPPED:
        raise InvalidInput(
            f"{last!r} is not piecewise linear: expected identity, logistic or softmax",
            place=f"{place}.out_activation_",
        )
    first = _linear(weights[0], biases[0], 0, place)
    layers: list[Layer] = _scaled(scalings, first)
    for i, (weight, bias) in enumerate(zip(weights[1:], biases[1:], strict=True), start=1):
        layers += [_HIDDEN[estimator.activation](), _linear(weight, bias, i, place)]
    return Network(layers, notes=_notes(estimator, last))


def _scaled(scalings: list[Scaling], first: Linear) -> list[Layer]:
    """Return scalers and a dense layer; what comes after the last clip is folded into the dense layer."""
    layers: list[Layer] = []
    factors, shifts = [Fraction(1)] * first.in_dim, [Fraction(0)] * first.in_dim
    for scaling in scalings:
        if len(scaling.factors) != first.in_dim:
            raise InvalidInput(
                f"scales {len(scaling.factors)} features, the next step has {first.in_dim}",
                place=scaling.place,
            )
        factors = [f * g for f, g in zip(factors, scaling.factors, strict=True)]
        shifts = [s * g + t for s, g, t in zip(shifts, scaling.factors, scaling.shifts, strict=True)]
        if scaling.clip is not None:
            layers += [Scale(factors, shifts), HardTanh(*scaling.clip, place=scaling.place)]
            factors, shifts = [Fraction(1)] * first.in_dim, [Fraction(0)] * first.in_dim
    weight = [[w * f for w, f in zip(row, factors, strict=True)] for row in first.weight]
    bias = [
        b + sum(w * s for w, s in zip(row, shifts, strict=True))
        for row, b in zip(first.weight, first.bias, strict=True)
    ]
    return [*layers, Linear(weight, bias) if scalings else first]


def _notes(estimator: Any, last: str) -> list[str]:
    if last == "identity":
        return []
    if last == "logistic" and getattr(estimator, "n_outputs_", 1) > 1:
        return ["the final logistic function was dropped: outputs are logits, label k is on iff output k > 0"]
    return [_DROPPED[last]]


def _linear(weight: Any, bias: Any, index: int, place: str) -> Linear:
    """Transpose: ``coefs_[i]`` has a row per input. Errors name the place as scikit-learn stores it."""
    rows = exact_matrix(weight, f"{place}.coefs_[{index}]")
    return Linear(zip(*rows, strict=True), exact_vector(bias, f"{place}.intercepts_[{index}]"))
