"""Every layer of a piecewise-linear network, by its name in ``exactgeom/network-1``."""

from __future__ import annotations

from exactgeom.models.layers_base import Layer, Shape
from exactgeom.models.layers_clip import ClippedReLU, HardSigmoid, PiecewiseLinear, PReLU
from exactgeom.models.layers_conv import Conv1d, Conv2d
from exactgeom.models.layers_join import Add, Concat, Dropout, Flatten, Maximum, Minimum, Reshape
from exactgeom.models.layers_linear import Linear, Scale
from exactgeom.models.layers_pointwise import Abs, HardTanh, Identity, LeakyReLU, Pointwise, ReLU
from exactgeom.models.layers_pool import AveragePool1d, AveragePool2d, Maxout, MaxPool1d, MaxPool2d
from exactgeom.models.layers_step import Sign, Step, Threshold

__all__ = [
    "LAYER_TYPES",
    "Abs",
    "Add",
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
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool1d",
    "MaxPool2d",
    "Maximum",
    "Maxout",
    "Minimum",
    "PReLU",
    "PiecewiseLinear",
    "Pointwise",
    "ReLU",
    "Reshape",
    "Scale",
    "Shape",
    "Sign",
    "Step",
    "Threshold",
]

LAYER_TYPES: dict[str, type[Layer]] = {
    kind.json_type: kind
    for kind in (
        *(Linear, Scale, Conv1d, Conv2d, AveragePool1d, AveragePool2d),
        *(ReLU, LeakyReLU, PReLU, Abs, HardTanh, ClippedReLU, HardSigmoid, PiecewiseLinear, Identity),
        *(Step, Sign, Threshold),
        *(MaxPool1d, MaxPool2d, Maxout, Maximum, Minimum),
        *(Add, Concat, Flatten, Reshape, Dropout),
    )
}
"""Name in a file to layer class."""
