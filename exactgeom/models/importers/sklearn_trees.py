"""From scikit-learn's trees, forests and gradient boosting to exact trees and ensembles.

Estimators are read by their fitted attributes, so scikit-learn itself is never imported here. It casts every
feature to float32 and tests ``x <= threshold`` in double; `float32` says how the exact model follows it.
Missing values have no place in exact geometry: what a split does with NaN is not imported.
"""

from __future__ import annotations

from typing import Any, Literal

from exactgeom.exact import InvalidInput, exact_vector
from exactgeom.models.tree import DecisionTree, Leaf, Node, Split
from exactgeom.models.tree_ensemble import TreeEnsemble

__all__ = ["is_tree_estimator", "tree_from_sklearn"]

Cast = Literal["round", "fold", "ignore"]

_TREES = {"DecisionTreeClassifier", "DecisionTreeRegressor"}  # ExtraTree* descend from them
_FORESTS = {"RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor"}
_BOOSTED = {"GradientBoostingClassifier", "GradientBoostingRegressor"}
_CONSTANT = {"prior", "most_frequent", "constant", "uniform", "mean", "median", "quantile"}


def is_tree_estimator(estimator: Any) -> bool:
    """True for the estimators that `tree_from_sklearn` reads."""
    return bool(_bases(estimator) & (_TREES | _FORESTS | _BOOSTED))


def tree_from_sklearn(estimator: Any, *, float32: Cast = "round") -> DecisionTree | TreeEnsemble:
    """Return a fitted tree, forest or gradient boosting model of scikit-learn as an exact model.

    Exact: thresholds and leaf values are taken at their binary value. Outputs: class probabilities of a
    classifier (arg-max is the class), the prediction of a regressor, the raw scores of boosting.
    `float32`: with ``"round"`` the model rounds its inputs to float32 and keeps the stored thresholds, so it
    agrees with ``predict`` at every point, and cells are cells of rounded inputs; ``"fold"`` moves the
    thresholds instead, so that cells are exact for real inputs too; ``"ignore"`` tests ``x <= threshold``
    without rounding.
    Errors: InvalidInput for another estimator, an unfitted one, several targets, or boosting that starts
    from an estimator that is neither constant nor a tree.

    >>> from types import SimpleNamespace
    >>> class DecisionTreeRegressor(SimpleNamespace): pass  # what a fitted estimator looks like
    >>> grown = SimpleNamespace(feature=[1, -2, -2], threshold=[0.5, -2, -2], children_left=[1, -1, -1],
    ...                         children_right=[2, -1, -1], value=[[[0.25]], [[0.0]], [[1.0]]])
    >>> tree = tree_from_sklearn(DecisionTreeRegressor(tree_=grown, n_features_in_=2, n_outputs_=1))
    >>> tree([0, "1/2"]), tree([0, 1])
    ((Fraction(0, 1),), (Fraction(1, 1),))
    """
    if float32 not in ("round", "fold", "ignore"):
        raise InvalidInput(f"expected 'round', 'fold' or 'ignore', got {float32!r}", place="float32")
    model = _read(estimator, "estimator", "float32" if float32 != "ignore" else None)
    return model.folded() if float32 == "fold" else model


def _read(estimator: Any, place: str, rounding: Any) -> DecisionTree | TreeEnsemble:
    bases = _bases(estimator)
    if bases & _TREES:
        _check(estimator, "tree_", place)
        return _tree(estimator, place, rounding, _notes(estimator))
    if bases & _FORESTS:
        _check(estimator, "estimators_", place)
        members = [
            _tree(member, f"{place}.estimators_[{i}]", rounding)
            for i, member in enumerate(estimator.estimators_)
        ]
        return TreeEnsemble.mean(members, notes=_notes(estimator))
    if bases & _BOOSTED:
        _check(estimator, "estimators_", place)
        return _boosted(estimator, place, rounding)
    raise InvalidInput(
        "expected a DecisionTree, ExtraTree, RandomForest, ExtraTrees or GradientBoosting estimator, "
        f"got {type(estimator).__name__}",
        place=place,
    )


def _bases(estimator: Any) -> set[str]:
    return {kind.__name__ for kind in type(estimator).__mro__}


def _check(estimator: Any, attribute: str, place: str) -> None:
    if not hasattr(estimator, attribute):
        raise InvalidInput(f"the estimator is not fitted: it has no {attribute}", place=place)
    if getattr(estimator, "n_outputs_", 1) != 1:
        raise InvalidInput(
            f"expected a single target, but the estimator predicts {estimator.n_outputs_}", place=place
        )


def _tree(estimator: Any, place: str, rounding: Any, notes: tuple[str, ...] = ()) -> DecisionTree:
    """Node numbers are scikit-learn's own, so `apply` gives the same leaves."""
    grown = estimator.tree_
    values = _listed(grown.value)
    one_class = len(getattr(estimator, "classes_", ())) == 1
    table = zip(
        *(
            _listed(getattr(grown, name))
            for name in ("feature", "threshold", "children_left", "children_right")
        ),
        strict=True,
    )
    nodes: list[Node] = []
    for i, (feature, threshold, left, right) in enumerate(table):
        try:
            if left < 0:
                nodes.append(Leaf(exact_vector([*values[i][0], *([0] if one_class else [])], "value")))
            else:
                nodes.append(Split(feature, threshold, left, right))
        except InvalidInput as error:
            raise InvalidInput(error.message, place=f"{place}.tree_ node {i}, {error.place}") from error
    return DecisionTree(nodes, int(estimator.n_features_in_), rounding, notes)


def _listed(array: Any) -> list[Any]:
    listed: list[Any] = array.tolist() if hasattr(array, "tolist") else list(array)
    return listed


def _boosted(estimator: Any, place: str, rounding: Any) -> TreeEnsemble:
    stages = [
        [_tree(member, f"{place}.estimators_[{i}][{k}]", rounding) for k, member in enumerate(stage)]
        for i, stage in enumerate(estimator.estimators_)
    ]
    width, start = len(stages[0]), _start(estimator, place, rounding)
    constant = [0] * width if isinstance(start, DecisionTree | TreeEnsemble) else start
    sums = TreeEnsemble.boosted(
        stages,
        learning_rate=estimator.learning_rate,
        init=constant,
        input_dim=int(estimator.n_features_in_),
        notes=_notes(estimator),
    )
    return sums if constant is start else _after(start, sums)


def _start(estimator: Any, place: str, rounding: Any) -> Any:
    """What boosting starts from: constants, or an exact model."""
    first, width = estimator.init_, len(estimator.estimators_[0])
    if isinstance(first, str) and first == "zero":
        return [0] * width
    dummy = _bases(first) & {"DummyClassifier", "DummyRegressor"}
    if dummy and first.strategy in _CONSTANT:
        # The link function (a logarithm) is taken as scikit-learn computes it, in double.
        return estimator._raw_predict_init([[0.0] * int(estimator.n_features_in_)])[0].tolist()
    is_regressor = "GradientBoostingRegressor" in _bases(estimator)
    if is_regressor and is_tree_estimator(first) and getattr(first, "classes_", None) is None:
        return _read(first, f"{place}.init_", rounding)
    raise InvalidInput(
        f"boosting starts from a {type(first).__name__}: expected a constant"
        + (" or a tree model" if is_regressor else ""),
        place=f"{place}.init_",
    )


def _after(start: DecisionTree | TreeEnsemble, sums: TreeEnsemble) -> TreeEnsemble:
    """The sum of a regression model and the boosted stages after it."""
    first = TreeEnsemble([start]) if isinstance(start, DecisionTree) else start
    return TreeEnsemble(
        [*first.trees, *sums.trees],
        [*first.weights, *sums.weights],
        outputs=[*first.outputs, *sums.outputs],
        init=first.init,
        notes=[*sums.notes, f"starts from an exact model of {len(first.trees)} trees"],
    )


def _notes(estimator: Any) -> tuple[str, ...]:
    classes = getattr(estimator, "classes_", None)
    if classes is None:
        return ()
    notes = ["classes in the order of the outputs: " + ", ".join(map(str, classes))]
    if len(classes) == 1:
        notes.append("there is one class: a second output, always 0, keeps it the arg-max")
    if _bases(estimator) & _BOOSTED:
        binary = len(classes) == 2
        notes.append(
            "outputs are raw scores: the final "
            + ("logistic function was dropped, class 1 iff output > 0" if binary else "softmax was dropped")
        )
        if binary:
            notes.append("where the score is exactly 0 scikit-learn says class 1")
    return tuple(notes)
