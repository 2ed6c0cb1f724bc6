"""From scikit-learn's multilayer perceptrons to exact networks.

The estimator is read by its fitted attributes, so scikit-learn itself is never imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.models.layers import Identity, Layer, Linear, ReLU
from exactgeom.models.network import Network

__all__ = ["from_sklearn"]

_HIDDEN: dict[str, Callable[[], Layer]] = {"relu": ReLU, "identity": Identity}
_DROPPED = {
    "logistic": "the final logistic function was dropped: outputs are logits, class 1 iff output > 0",
    "softmax": "the final softmax was dropped: outputs are logits, the class is the arg-max",
}


def from_sklearn(estimator: Any) -> Network:
    """Return a fitted ``MLPClassifier`` or ``MLPRegressor`` as an exact network.

    Exact: weights are taken at their binary value. Hidden activations ``relu`` and ``identity``; the
    final logistic or softmax of a classifier is dropped (it changes no decision) and ``notes`` says so. A
    binary classifier keeps its one output.
    Raises ``InvalidInput`` for another estimator, an unfitted one, or an activation that is not
    piecewise linear.

    >>> from types import SimpleNamespace
    >>> class MLPRegressor(SimpleNamespace): pass  # what a fitted estimator looks like
    >>> net = from_sklearn(MLPRegressor(coefs_=[[[0.5], [2.0]]], intercepts_=[[1.0]],
    ...                                 activation="relu", out_activation_="identity"))
    >>> net([2, 1])
    (Fraction(4, 1),)
    """
    bases = {kind.__name__ for kind in type(estimator).__mro__}
    if not bases & {"MLPClassifier", "MLPRegressor"}:
        raise InvalidInput(
            f"expected an MLPClassifier or MLPRegressor, got {type(estimator).__name__}", place="estimator"
        )
    if not hasattr(estimator, "coefs_"):
        raise InvalidInput("the estimator is not fitted: it has no coefs_", place="estimator")
    weights, biases = list(estimator.coefs_), list(estimator.intercepts_)
    if len(weights) > 1 and estimator.activation not in _HIDDEN:
        raise InvalidInput(
            f"{estimator.activation!r} is not piecewise linear: expected relu or identity",
            place="estimator.activation",
        )
    last = estimator.out_activation_
    if last != "identity" and last not in _DROPPED:
        raise InvalidInput(
            f"{last!r} is not piecewise linear: expected identity, logistic or softmax",
            place="estimator.out_activation_",
        )
    layers: list[Layer] = []
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        if i:
            layers.append(_HIDDEN[estimator.activation]())
        layers.append(_linear(weight, bias, i))
    return Network(layers, notes=_notes(estimator, last))


def _notes(estimator: Any, last: str) -> list[str]:
    if last == "identity":
        return []
    if last == "logistic" and getattr(estimator, "n_outputs_", 1) > 1:
        return ["the final logistic function was dropped: outputs are logits, label k is on iff output k > 0"]
    return [_DROPPED[last]]


def _linear(weight: Any, bias: Any, index: int) -> Linear:
    """Transpose: ``coefs_[i]`` has a row per input. Errors name the place as scikit-learn stores it."""
    rows = exact_matrix(weight, f"estimator.coefs_[{index}]")
    return Linear(zip(*rows, strict=True), exact_vector(bias, f"estimator.intercepts_[{index}]"))
