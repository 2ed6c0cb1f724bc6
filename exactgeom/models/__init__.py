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
from exactgeom.models.network import Network

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
    "Dropout",
    "Flatten",
    "HardSigmoid",
    "HardTanh",
    "Identity",
    "LeakyReLU",
    "Linear",
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
    "Step",
    "Threshold",
    "from_onnx",
    "from_sklearn",
    "from_torch",
    "load",
]
