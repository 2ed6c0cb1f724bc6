"""From scikit-learn's nearest-something estimators to exact sites; read by fitted attributes only."""

from __future__ import annotations

from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models.sites import Sites

__all__ = ["sites_from_sklearn"]

_KINDS = {
    "NearestCentroid": "centroids_",
    "KMeans": "cluster_centers_",
    "MiniBatchKMeans": "cluster_centers_",
    "KNeighborsClassifier": "_fit_X",
}


def sites_from_sklearn(estimator: Any) -> Sites:
    """Return a fitted ``NearestCentroid``, ``KMeans``, ``MiniBatchKMeans`` or 1-NN classifier as `Sites`.

    Exact: centres are taken at their binary value and distances compared exactly. scikit-learn compares
    rounded distances, so it may answer otherwise within rounding of a tie; exact ties go to the smallest
    index (1-NN: scikit-learn leaves them open, and a note says so).
    Raises ``InvalidInput`` for another estimator, an unfitted one, a metric other than euclidean, more
    neighbours than one, several outputs, sparse data, or priors that are not uniform.

    >>> from types import SimpleNamespace
    >>> class KMeans(SimpleNamespace): pass  # what a fitted estimator looks like
    >>> sites_from_sklearn(KMeans(cluster_centers_=[[0.0], [1.0]])).owner([0.75])
    1
    """
    name = next((kind.__name__ for kind in type(estimator).__mro__ if kind.__name__ in _KINDS), None)
    if name is None:
        raise InvalidInput(
            f"expected one of {', '.join(_KINDS)}, got {type(estimator).__name__}", place="estimator"
        )
    if not hasattr(estimator, _KINDS[name]):
        raise InvalidInput(f"the estimator is not fitted: it has no {_KINDS[name]}", place="estimator")
    centres = getattr(estimator, _KINDS[name])
    if hasattr(centres, "tocsr"):
        raise InvalidInput(
            "sparse data are not supported: fit on a dense array", place=f"estimator.{_KINDS[name]}"
        )
    if name == "NearestCentroid":
        return _nearest_centroid(estimator, centres)
    if name == "KNeighborsClassifier":
        return _nearest_neighbour(estimator, centres)
    return Sites(centres)


def _nearest_centroid(estimator: Any, centres: Any) -> Sites:
    _euclidean(estimator.metric, "estimator.metric")
    share = 1 / len(estimator.classes_)
    priors = [float(p) for p in getattr(estimator, "class_prior_", ())]
    if any(p != share for p in priors):  # nearly uniform ones, which the estimator lets pass, are refused too
        raise InvalidInput(
            "priors that are not uniform add logarithms to the scores: expected uniform priors",
            place="estimator.class_prior_",
        )
    return Sites(centres, labels=estimator.classes_)


def _nearest_neighbour(estimator: Any, centres: Any) -> Sites:
    if estimator.n_neighbors != 1:
        raise InvalidInput(f"expected 1, got {estimator.n_neighbors}", place="estimator.n_neighbors")
    _euclidean(estimator.effective_metric_, "estimator.effective_metric_")
    classes = estimator.classes_
    if isinstance(classes, list):
        raise InvalidInput("several outputs are not supported", place="estimator.classes_")
    labels = [classes[int(k)] for k in estimator._y]
    note = "exact ties go to the first training point; scikit-learn leaves them open"
    return Sites(centres, labels=labels, notes=[note])


def _euclidean(metric: Any, place: str) -> None:
    if metric not in ("euclidean", "sqeuclidean"):
        raise InvalidInput(f"expected the euclidean metric, got {metric!r}", place=place)
