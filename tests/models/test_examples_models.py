"""The shipped models read back exactly, and importing the floor loads no framework."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import pytest

from exactgeom.models import Linear, Network, load

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "models"
SHAPES = {"tiny": (2, 5, 1), "iris2": (2, 16, 3), "iris4": (4, 8, 8, 3), "moons": (2, 16, 16, 1)}


@pytest.mark.parametrize("name", SHAPES)
def test_shipped_model_has_its_shape_and_float64_weights(name):
    path = FOLDER / f"{name}.json"
    network = load(path)
    sizes = [layer.out_dim for layer in network.layers if isinstance(layer, Linear)]
    assert (network.input_dim, *sizes) == SHAPES[name]
    assert path.stat().st_size < 100_000 and network.notes
    if name != "tiny":
        assert all(F(float(w)) == w for layer in network.layers[::2] for row in layer.weight for w in row)


def test_tiny_is_what_its_note_says():
    network = Network.from_json(FOLDER / "tiny.json")
    assert network(["1/2", "-1/4"]) == (F(1, 2) + F(1, 4) - 1,)
    assert network([1, 1]) == (F(1) + F(1, 3) * F(3, 2),)


def test_importing_the_models_loads_no_framework():
    code = (
        "import sys, exactgeom.models; print([m for m in ('torch', 'sklearn', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
