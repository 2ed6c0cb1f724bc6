"""A plane through three handwritten digits: the exact cells and classes of a network with 64 inputs there.

Trains a 64-16-10 network (needs the `sklearn` extra), restricts it to the plane through three images, and
saves the slice as a network with two inputs; given a folder, also draws it with `exactgeom analyze`.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

import exactgeom as eg


def trained() -> tuple[eg.Network, list, list]:
    digits = load_digits()
    model = MLPClassifier((16,), max_iter=60, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sixty rounds are enough for a picture
        model.fit(digits.data, digits.target)
    return eg.from_sklearn(model), digits.data, digits.target


def main() -> None:
    net, images, labels = trained()
    corners = [next(i for i, label in enumerate(labels) if label == digit) for digit in (3, 8, 9)]
    matrix, offset = eg.plane_through(images[corners])
    plane = eg.restrict(net, matrix, offset)
    domain = eg.box("-1/2", "3/2", dim=2)
    partition = eg.partition(plane, domain)
    print(f"{len(partition.cells)} cells of the plane fill the square: {partition.total_volume == 4}")

    regions = partition.regions(by="argmax")
    for region in regions:
        parts = "one piece" if region.component_count == 1 else f"{region.component_count} pieces"
        shape = "convex" if region.is_convex else "not convex"
        print(f"  digit {region.label}: {float(region.volume / 4):6.1%} of the square, {parts}, {shape}")
    boundary = partition.decision_boundary()
    print(f"the decision boundary is {float(boundary.area):.3f} long, in {boundary.component_count} part(s)")

    for y, i in zip(((0, 0), (1, 0), (0, 1)), corners, strict=True):
        scores = plane(y)
        if scores != net(images[i]):
            raise SystemExit("the slice is not the network")
        decided = max(range(10), key=lambda k: (scores[k], -k))
        print(f"image {i}, a {labels[i]}, is at {y}: decided as {decided}")

    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        plane.save(folder / "slice.json")
        command = [sys.executable, "-m", "exactgeom.cli", "analyze", str(folder / "slice.json")]
        command += ["--domain", "-1/2", "3/2", "--svg", str(folder / "slice.svg"), "--color", "map"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(f"picture: {(folder / 'slice.svg').name}")


if __name__ == "__main__":
    main()
