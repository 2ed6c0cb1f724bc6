"""Real models in box form: every point lies in the cell of the leaves that scikit-learn reports."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from exactgeom.models.importers.sklearn_trees import tree_from_sklearn
from exactgeom.models.tree_ensemble import argmax
from exactgeom.partition.boxes import Box, partition_boxes

np = pytest.importorskip("numpy")
pytest.importorskip("sklearn", reason="needs scikit-learn")
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.tree import DecisionTreeClassifier

MODELS = {
    "iris forest": (load_iris, RandomForestClassifier(8, max_depth=4, random_state=0)),
    "iris boosting": (load_iris, GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0)),
    "wine tree": (load_wine, DecisionTreeClassifier(random_state=0)),
    "wine extra trees": (load_wine, ExtraTreesClassifier(3, max_depth=3, random_state=0)),
    "breast cancer tree": (load_breast_cancer, DecisionTreeClassifier(random_state=0)),
}


def on_thresholds(model, x):
    """Data points moved onto thresholds (as stored, as float32) one coordinate at a time."""
    rows = []
    for tree in model.trees[:4]:
        for k, i in enumerate(tree.splits[:6]):
            node = tree.nodes[i]
            for value in (float(node.threshold), float(np.float32(float(node.threshold)))):
                row = x[(11 * k) % len(x)].copy()
                row[node.feature] = value
                rows.append(row)
    return rows


@pytest.mark.parametrize("mode", ["round", "fold"])
@pytest.mark.parametrize("name", MODELS)
def test_every_point_lies_in_the_cell_of_its_leaves(name, mode):
    load, estimator = MODELS[name]
    x, y = load(return_X_y=True)
    estimator.fit(x, y)
    model = tree_from_sklearn(estimator, float32=mode)
    domain = Box([(float(a) - 1, float(b) + 1) for a, b in zip(x.min(axis=0), x.max(axis=0), strict=True)])
    P = partition_boxes(model, domain)
    assert P.total_volume == domain.volume and P.validate(), str(P.validate())
    assert len(partition_boxes(model).cells) == len(P.cells)  # all thresholds lie among the data
    points = np.array([*x[::3], *on_thresholds(model, x)])
    leaves = estimator.apply(points).reshape(len(points), -1)
    for point, expected, found in zip(points, leaves.tolist(), P.locate(points), strict=True):
        cell = P.cell_of(point)
        assert cell in found and list(P.cells[cell].leaves) == expected
        assert P.cells[cell].value == model(point)
    assert all(argmax(c.value) == argmax(model(c.centroid)) for c in P.cells[:50])
    grown = model.trees[0]
    if mode == "round" and len(model.trees) == 1:
        walls = {(f.axis, f.box[f.axis][0]) for f in P.facets if f.is_interior}
        assert walls == {(grown.nodes[i].feature, grown.nodes[i].threshold) for i in grown.splits}
        assert len(P.cells) == estimator.get_n_leaves()


def test_breast_cancer_in_thirty_dimensions():
    """Volumes by hand: leaf boxes by descending through scikit-learn's own arrays."""
    x, y = load_breast_cancer(return_X_y=True)
    estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
    grown = estimator.tree_
    low, high = [F(0)] * 30, [F(5000)] * 30
    P = partition_boxes(tree_from_sklearn(estimator), Box(list(zip(low, high, strict=True))))
    boxes = {}

    def descend(i, low, high):
        if grown.children_left[i] < 0:
            boxes[i] = tuple(zip(low, high, strict=True))
            return
        f, t = int(grown.feature[i]), F(float(grown.threshold[i]))
        descend(int(grown.children_left[i]), low, [*high[:f], min(high[f], t), *high[f + 1 :]])
        descend(int(grown.children_right[i]), [*low[:f], max(low[f], t), *low[f + 1 :]], high)

    descend(0, low, high)
    assert {c.leaf: c.box for c in P.cells} == boxes
    for cell in P.cells:
        product = F(1)
        for a, b in boxes[cell.leaf]:
            product *= b - a
        assert cell.volume == product
    assert P.total_volume == F(5000) ** 30
    graph = P.to_networkx()
    assert graph.number_of_nodes() == estimator.get_n_leaves() and graph.number_of_edges() > 40
