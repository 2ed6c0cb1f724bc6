"""The partition of a network while it learns two moons: exact numbers along the way, and a strip of pictures.

Scikit-learn trains, a checkpoint is kept every few epochs, and everything between two of them is exact: cells
born and died, units that lost their wall, data and area that changed class (needs the `sklearn` extra).
Run `python examples/training_strip.py [FOLDER]`; the picture goes to FOLDER.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.datasets import make_moons
from sklearn.neural_network import MLPClassifier

import exactgeom as eg
from exactgeom.dynamics import trajectory
from exactgeom.regularize import VolumeDispersion
from exactgeom.report.strip import trajectory_strip

DOMAIN = eg.box([-2, "-3/2"], [3, 2])
EPOCHS = (1, 2, 4, 8, 16, 32, 64, 128)


def checkpoints(points, classes) -> dict[int, eg.Network]:
    """The network after these epochs."""
    model = MLPClassifier((12, 12), random_state=2, learning_rate_init=0.01, batch_size=50)
    kept = {}
    for epoch in range(1, EPOCHS[-1] + 1):
        model.partial_fit(points, classes, classes=[0, 1])
        if epoch in EPOCHS:
            kept[epoch] = eg.from_sklearn(model)
    return kept


def main(folder: Path | None) -> None:
    points, classes = make_moons(200, noise=0.12, random_state=0)
    path = trajectory(
        checkpoints(points, classes), DOMAIN, points, labels=classes.tolist(), regularizers=VolumeDispersion()
    )
    print(path)
    for step in path.steps:
        for unit, event in step.unit_events:
            print(f"epoch {step.before.label} to {step.after.label}: the wall of {unit} {event}")
    runs = [
        (last - first, first, last, signs) for signs, own in path.lifetimes().items() for first, last in own
    ]
    _, first, last, signs = max(runs)
    print(f"among the longest-lived cells: {signs}, from epoch {path.labels[first]} to {path.labels[last]}")
    busiest = max(path.steps[-1].units, key=lambda change: change.born + change.died)
    print(f"{busiest.unit} bounds most of the cells that came or went last: {busiest.born + busiest.died}")
    if folder is not None:
        picture = folder / "training-strip.svg"
        picture.write_text(trajectory_strip(path, panels=[0, 1, 2, 4, 5, 7]), encoding="utf-8")
        print(f"picture: {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
