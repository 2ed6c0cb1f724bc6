"""scikit-learn's decision trees: the leaf of a point, by `Tree.apply`, which takes float32."""

import numpy as np

NAME = "scikit-learn"


def _version():
    import sklearn

    return sklearn.__version__


VERSION = _version()


def _tree(model):
    """A tree of scikit-learn with these very nodes."""
    from sklearn.tree._tree import NODE_DTYPE, Tree

    count = len(model["feature"])
    leaf = model["feature"] < 0
    nodes = np.zeros(count, dtype=NODE_DTYPE)
    nodes["left_child"], nodes["right_child"] = model["left"], model["right"]
    nodes["feature"] = np.where(leaf, -2, model["feature"])
    nodes["threshold"] = np.where(leaf, -2.0, model["threshold"])
    nodes["n_node_samples"], nodes["weighted_n_node_samples"] = 1, 1.0
    made = Tree(int(model["dim"]), np.array([1], dtype=np.intp), 1)
    values = np.ascontiguousarray(model["value"][:, :1, None])
    made.__setstate__({"max_depth": count, "node_count": count, "nodes": nodes, "values": values})
    return made


def locate(model, points):
    if model["kind"] != "tree":
        raise NotImplementedError(model["kind"])
    return _tree(model).apply(points.astype(np.float32))[:, None]
