"""From scikit-learn's linear classifiers to exact ones; read by fitted attributes only.

Every class of scikit-learn that decides by ``coef_ x + intercept_`` is read the same way. A support vector
machine with a linear kernel stores dual coefficients; its hyperplanes are summed exactly from them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, combinations
from typing import Any

from exactgeom.exact import InvalidInput, exact_matrix, exact_vector
from exactgeom.models.linear_classifier import LinearClassifier

__all__ = ["linear_classifier_from_sklearn"]

_BY_SCORE = (
    "LogisticRegression",
    "LogisticRegressionCV",
    "LinearSVC",
    "Perceptron",
    "SGDClassifier",
    "PassiveAggressiveClassifier",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "LinearDiscriminantAnalysis",
)
_BY_DUAL = ("SVC", "NuSVC")
_BY_PARTS = ("OneVsRestClassifier", "OneVsOneClassifier")


def linear_classifier_from_sklearn(estimator: Any) -> LinearClassifier:
    """Return a fitted linear classifier of scikit-learn, exactly.

    Exact: numbers are taken at their binary value. One-vs-rest, multinomial and discriminant models decide
    by arg-max; ``SVC`` and ``NuSVC`` with several classes by votes (ties to the first class, as in libsvm),
    ``OneVsOneClassifier`` by votes, then confidence. Probabilities change no decision and are left out.
    scikit-learn decides on rounded numbers, so it may answer otherwise within rounding of a boundary.
    Raises ``InvalidInput`` for another estimator, an unfitted one, another kernel, ``break_ties=True``,
    several labels per point, or sparse coefficients.

    >>> from types import SimpleNamespace
    >>> class LinearSVC(SimpleNamespace): pass  # what a fitted estimator looks like
    >>> svc = LinearSVC(coef_=[[1.0, -0.5]], intercept_=[0.25], classes_=["no", "yes"])
    >>> linear_classifier_from_sklearn(svc).predict([1, 1])
    'yes'
    """
    known = (*_BY_SCORE, *_BY_DUAL, *_BY_PARTS)
    name = next((kind.__name__ for kind in type(estimator).__mro__ if kind.__name__ in known), None)
    if name is None:
        raise InvalidInput(f"expected one of {', '.join(known)}, got {type(estimator).__name__}", "estimator")
    wanted = "dual_coef_" if name in _BY_DUAL else "estimators_" if name in _BY_PARTS else "coef_"
    if not hasattr(estimator, wanted):
        raise InvalidInput(f"the estimator is not fitted: it has no {wanted}", place="estimator")
    if name in _BY_DUAL:
        return _from_dual(estimator)
    if name in _BY_PARTS:
        return _one_vs_one(estimator) if name == "OneVsOneClassifier" else _one_vs_rest(estimator)
    return _from_scores(estimator, "estimator")


def _from_scores(estimator: Any, place: str) -> LinearClassifier:
    coefficients = _dense(estimator.coef_, f"{place}.coef_")
    if getattr(coefficients, "ndim", 2) == 1:
        coefficients = [coefficients]
    rows = exact_matrix(coefficients, f"{place}.coef_")
    added = estimator.intercept_  # a lone number when no intercept was fitted
    flat = [added] * len(rows) if getattr(added, "ndim", 1) == 0 or isinstance(added, float) else added
    bias = exact_vector(flat, f"{place}.intercept_")
    if len(bias) == 1 and len(rows) > 1:
        bias *= len(rows)
    if len(estimator.classes_) != max(len(rows), 2) or _multilabel(estimator):
        raise InvalidInput("several labels per point are not supported", place=f"{place}.classes_")
    return LinearClassifier(rows, bias, estimator.classes_)


def _multilabel(estimator: Any) -> bool:
    binarizer = getattr(estimator, "_label_binarizer", None)
    return binarizer is not None and str(binarizer.y_type_).startswith("multilabel")


def _from_dual(estimator: Any) -> LinearClassifier:
    if estimator.kernel != "linear":
        raise InvalidInput(f"expected a linear kernel, got {estimator.kernel!r}", place="estimator.kernel")
    classes = estimator.classes_
    if getattr(estimator, "break_ties", False) and len(classes) > 2:
        raise InvalidInput("expected False: votes decide, ties go to the first class", "estimator.break_ties")
    dual = exact_matrix(_dense(estimator.dual_coef_, "estimator.dual_coef_"), "estimator.dual_coef_")
    vectors = exact_matrix(
        _dense(estimator.support_vectors_, "estimator.support_vectors_"), "estimator.support_vectors_"
    )
    bias = exact_vector(estimator.intercept_, "estimator.intercept_")
    if len(classes) == 2:
        note = "where the decision is exactly 0 scikit-learn answers class 1; here it is class 0"
        row = _combination(list(zip(dual[0], vectors, strict=True)), len(vectors[0]))
        return LinearClassifier([row], bias, classes, notes=[note])
    ends = list(accumulate(int(n) for n in estimator.n_support_))
    mine = [range(end - int(n), end) for n, end in zip(estimator.n_support_, ends, strict=True)]
    rows = []
    for i, j in combinations(range(len(classes)), 2):  # a support vector of i meets j in row j - 1, of j in i
        terms = [(dual[j - 1][s], vectors[s]) for s in mine[i]] + [(dual[i][s], vectors[s]) for s in mine[j]]
        rows.append(_combination(terms, len(vectors[0])))
    return LinearClassifier(rows, bias, classes, rule="votes")


def _combination(terms: list[tuple[Fraction, tuple[Fraction, ...]]], dim: int) -> list[Fraction]:
    return [sum((a * v[k] for a, v in terms if a), Fraction(0)) for k in range(dim)]


def _parts(estimator: Any) -> list[LinearClassifier]:
    parts = []
    for i, part in enumerate(estimator.estimators_):
        place = f"estimator.estimators_[{i}]"
        name = next((k.__name__ for k in type(part).__mro__ if k.__name__ in (*_BY_SCORE, *_BY_DUAL)), None)
        if name is None:
            raise InvalidInput(f"expected a linear classifier, got {type(part).__name__}", place=place)
        parts.append(_from_dual(part) if name in _BY_DUAL else _from_scores(part, place))
    return parts


def _one_vs_rest(estimator: Any) -> LinearClassifier:
    if str(estimator.label_binarizer_.y_type_).startswith("multilabel"):
        raise InvalidInput("several labels per point are not supported", place="estimator.classes_")
    parts = _parts(estimator)
    return LinearClassifier([p.weight[0] for p in parts], [p.bias[0] for p in parts], estimator.classes_)


def _one_vs_one(estimator: Any) -> LinearClassifier:
    """A part's positive decision is for the second class of its pair, so the pairs are written (j, i)."""
    parts, classes = _parts(estimator), estimator.classes_
    weight, bias = [p.weight[0] for p in parts], [p.bias[0] for p in parts]
    if len(classes) == 2:
        return LinearClassifier(weight, bias, classes)
    pairs = [(j, i) for i, j in combinations(range(len(classes)), 2)]
    return LinearClassifier(weight, bias, classes, rule="votes, then confidence", pairs=pairs)


def _dense(values: Any, place: str) -> Any:
    if hasattr(values, "tocsr"):
        raise InvalidInput("sparse coefficients are not supported: densify() the estimator", place=place)
    return values
