"""Floor 3: models. Networks and arrangements with exact weights, and the importers that build them."""

from __future__ import annotations

from exactgeom.models.arrangement import Arrangement
from exactgeom.models.importers.json_file import load
from exactgeom.models.importers.onnx import from_onnx
from exactgeom.models.importers.sklearn import from_sklearn
from exactgeom.models.importers.torch import from_torch
from exactgeom.models.layers import (
    Abs,
    Add,
    AveragePool1d,
    AveragePool2d,
    ClippedReLU,
    Concat,
    Conv1d,
    Conv2d,
    Dropout,
    Flatten,
    HardSigmoid,
    HardTanh,
    Identity,
    LeakyReLU,
    Linear,
    Maximum,
    Maxout,
    MaxPool1d,
    MaxPool2d,
    Minimum,
    PiecewiseLinear,
    PReLU,
    ReLU,
    Reshape,
    Scale,
    Sign,
    Step,
    Threshold,
)
from exactgeom.models.linear_classifier import LinearClassifier
from exactgeom.models.linear_classifier_sklearn import linear_classifier_from_sklearn
from exactgeom.models.mars import Hinge, Mars
from exactgeom.models.network import Network
from exactgeom.models.sites import Sites
from exactgeom.models.sites_labels import SiteClassifier
from exactgeom.models.sites_sklearn import sites_from_sklearn
from exactgeom.models.tree import DecisionTree
from exactgeom.models.tree_ensemble import TreeEnsemble

__all__ = [
    "Abs",
    "Add",
    "Arrangement",
    "AveragePool1d",
    "AveragePool2d",
    "ClippedReLU",
    "Concat",
    "Conv1d",
    "Conv2d",
    "DecisionTree",
    "Dropout",
    "Flatten",
    "HardSigmoid",
    "HardTanh",
    "Hinge",
    "Identity",
    "LeakyReLU",
    "Linear",
    "LinearClassifier",
    "Mars",
    "MaxPool1d",
    "MaxPool2d",
    "Maximum",
    "Maxout",
    "Minimum",
    "Network",
    "PReLU",
    "PiecewiseLinear",
    "ReLU",
    "Reshape",
    "Scale",
    "Sign",
    "SiteClassifier",
    "Sites",
    "Step",
    "Threshold",
    "TreeEnsemble",
    "from_onnx",
    "from_sklearn",
    "from_torch",
    "linear_classifier_from_sklearn",
    "load",
    "sites_from_sklearn",
]
