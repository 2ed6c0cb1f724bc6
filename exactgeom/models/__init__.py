"""Floor 3: models. Networks and arrangements with exact weights, and the importers that build them."""

from __future__ import annotations

from exactgeom.models.arrangement import Arrangement
from exactgeom.models.importers.json_file import load
from exactgeom.models.importers.sklearn import from_sklearn
from exactgeom.models.importers.torch import from_torch
from exactgeom.models.layers import Abs, HardTanh, Identity, LeakyReLU, Linear, ReLU
from exactgeom.models.network import Network

__all__ = [
    "Abs",
    "Arrangement",
    "HardTanh",
    "Identity",
    "LeakyReLU",
    "Linear",
    "Network",
    "ReLU",
    "from_sklearn",
    "from_torch",
    "load",
]
