"""What a classifier of handwritten digits does to the geometry of its inputs (needs the `sklearn` extra).

A 64-32-10 network is trained, taken with its exact weights, and traced on the cells of test images only: no
face lattice in 64 dimensions is needed. Every number below is exact, or certified, before it is printed.
"""

from __future__ import annotations

import warnings
from statistics import median

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import exactgeom as eg

IMAGES = 100


def trained() -> eg.Network:
    data = load_digits()
    classifier = MLPClassifier((32,), max_iter=60, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(data.data[IMAGES:] / 16, data.target[IMAGES:])
    layers = []
    for weight, bias in zip(classifier.coefs_, classifier.intercepts_, strict=True):
        layers += [eg.Linear(weight.T, bias), eg.ReLU()]
    return eg.Network(layers[:-1])


def main() -> None:
    data = load_digits()
    images, labels = data.data[:IMAGES] / 16, data.target[:IMAGES]
    net = trained()
    traced = eg.trace_data(net, images)
    scores = [net(image) for image in images]
    right = sum(max(range(10), key=s.__getitem__) == label for s, label in zip(scores, labels, strict=True))
    print(f"{right} of {IMAGES} images are classified rightly; they lie in {len(traced)} different cells")

    ranks: dict[tuple[int, ...], int] = {}
    for group in traced:
        own = tuple(layer.rank for layer in group.trace.layers)
        ranks[own] = ranks.get(own, 0) + len(group.indices)
    print("rank of the Jacobian at the input, the hidden layer, its ReLU and the output:")
    for own, count in sorted(ranks.items(), key=lambda item: -item[1])[:4]:
        print(f"  {' -> '.join(map(str, own))}: {count} images")

    densities = [float(group.trace.layers[3].volume_density) for group in traced]
    print(f"volume density of the output map: median {median(densities):.4g}, largest {max(densities):.4g}")
    ball = traced.at(0).layers[3].condition_number()
    print(f"condition number at the first image: {float(ball.mid):.12f}, certified to 64 bits")

    trace, first, second = traced.at(0), *sorted(range(10), key=lambda k: -scores[0][k])[:2]
    for metric, place in ((0, "among the pixels"), (2, "in the hidden layer")):
        angle = trace.angle((3, first), (3, second), metric=metric)
        print(f"angle between the logits of {first} and {second} {place}: {angle.degrees:.3f} degrees")


if __name__ == "__main__":
    main()
