"""Train the small networks under examples/models with scikit-learn and write them as exactgeom/network-1.

Run `python examples/train_models.py [FOLDER]` (needs the `sklearn` extra). Seeds are fixed, but another
version of scikit-learn or of the linear algebra below it may train other weights, so the shipped files are
the reference. The weights are the trained float64 values, written as Python's shortest decimal literals:
a reader takes such a literal as the nearest double, which is that weight, exactly.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy
import sklearn
from sklearn.datasets import load_iris, make_moons
from sklearn.neural_network import MLPClassifier

from exactgeom.models import Network, from_sklearn

FOLDER = Path(__file__).parent / "models"


def datasets() -> dict[str, tuple]:
    """Return name -> (what it is, points, classes, hidden widths)."""
    iris, moons = load_iris(), make_moons(400, noise=0.15, random_state=0)
    return {
        "iris2": ("Iris, petal length and width in cm", iris.data[:, 2:], iris.target, (16,)),
        "iris4": ("Iris, all four features in cm", iris.data, iris.target, (8, 8)),
        "moons": ("two moons, 400 points, noise 0.15", *moons, (16, 16)),
    }


def train(points, classes, hidden) -> MLPClassifier:
    """Fit one ReLU classifier with a fixed seed."""
    model = MLPClassifier(hidden, random_state=1, max_iter=5000, tol=1e-5, learning_rate_init=0.01)
    return model.fit(points, classes)


def check(network: Network, model: MLPClassifier, points) -> None:
    """Stop unless the exact network decides every training point as the float model does."""
    for point, label in zip(points, model.predict(points), strict=True):
        out = network(point)
        decided = int(out[0] > 0) if len(out) == 1 else max(range(len(out)), key=lambda k: (out[k], -k))
        if model.classes_[decided] != label:
            raise SystemExit(f"decisions differ at {point}")


def float_document(network: Network) -> dict:
    """Return the JSON document with float literals, having proved that nothing is lost."""

    def number(text: str) -> float:
        exact = Fraction(text)
        if Fraction(float(exact)) != exact:
            raise SystemExit(f"{text} is no double")
        return float(exact)

    document = network.to_json()
    for layer in document["layers"]:
        if layer["type"] == "linear":
            layer["weight"] = [[number(entry) for entry in row] for row in layer["weight"]]
            layer["bias"] = [number(entry) for entry in layer["bias"]]
    return document


def text(document: dict) -> str:
    """Lay the document out with one layer per line."""
    layers = ",\n    ".join(json.dumps(layer) for layer in document["layers"])
    head = {key: value for key, value in document.items() if key != "layers"}
    return json.dumps(head, indent=2)[:-2] + f',\n  "layers": [\n    {layers}\n  ]\n}}\n'


def main(folder: Path) -> None:
    """Train, check and write every network."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (title, points, classes, hidden) in datasets().items():
        model = train(points, classes, hidden)
        network = from_sklearn(model)
        check(network, model, points)
        shape = "-".join(map(str, (network.input_dim, *hidden, network.output_dim)))
        notes = [
            f"{title}; network {shape}; training accuracy {model.score(points, classes):.4f}",
            "trained by examples/train_models.py with "
            f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}, random_state=1",
            *network.notes,
        ]
        network = Network(network.layers, notes=notes)
        path = folder / f"{name}.json"
        path.write_text(text(float_document(network)), encoding="utf-8")
        if Network.from_json(path) != network:
            raise SystemExit(f"{path} does not read back")
        print(f"{path}: {notes[0]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
