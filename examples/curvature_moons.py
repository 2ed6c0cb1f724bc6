"""Where a classifier of two moons bends space, before and after training (needs the `sklearn` extra).

After one epoch and after all of them: the cells of the network, the data in them, and the statistical Ricci
curvature of every wall between two cells, in certified numbers. Give a folder as the argument to get a
picture and a report of both; the most negatively curved walls are the darkest lines.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sklearn.datasets import make_moons
from sklearn.neural_network import MLPClassifier

import exactgeom as eg
from exactgeom.report.choices import Choices
from exactgeom.report.html import html_report
from exactgeom.report.study import Study, study
from exactgeom.report.study_rows import curved_edges
from exactgeom.report.svg import partition_svg

DOMAIN = eg.box([-2, "-3/2"], [3, 2])
EPOCHS = {"before": 1, "after": 400}
CHOICES = Choices(length="centroid", mean="arithmetic", empty="restrict", neighbours="mass")


def classifiers(points, labels):
    """Yield the classifier after each number of epochs."""
    model = MLPClassifier((8, 8), random_state=3, learning_rate_init=0.01)
    done = 0
    for name, epochs in EPOCHS.items():
        for _ in range(epochs - done):
            model.partial_fit(points, labels, classes=[0, 1])
        done = epochs
        yield name, model.score(points, labels), eg.from_sklearn(model)


def describe(known: Study, accuracy: float) -> None:
    """Print how many cells there are, how many hold data, and where the curvature is most negative."""
    cells, data = known.partition.cells, known.data
    edges = curved_edges(known)
    negative = sum(edge.curvature < 0 for edge in edges)
    print(f"  accuracy {accuracy:.3f}; {len(cells)} cells, {len(cells) - len(data.empty_cells)} with data")
    print(f"  divergence of the data from area: {float(data.kl_divergence()):.4f} nats")
    print(f"  {len(edges)} walls near data, {negative} of them negatively curved; the most:")
    for edge in edges[:3]:
        (i, j), value = edge.edge, edge.curvature
        middle = [float((a + b) / 2) for a, b in zip(cells[i].centroid, cells[j].centroid, strict=True)]
        classes = "/".join("-" if known.class_of(k) is None else str(known.class_of(k)) for k in (i, j))
        print(f"    near ({middle[0]:+.2f}, {middle[1]:+.2f}): Ricci {float(value):+.4f}, classes {classes}")


def main(folder: Path | None) -> None:
    points, labels = make_moons(300, noise=0.12, random_state=0)
    for name, accuracy, net in classifiers(points, labels):
        partition = eg.partition(net, DOMAIN)
        data = partition.locate(points, labels=labels.tolist())
        known = study(partition, data, source="two moons", choices=CHOICES)
        print(f"{name} training: {EPOCHS[name]} epoch{'s' * (EPOCHS[name] > 1)}")
        describe(known, accuracy)
        if folder is not None:
            picture = partition_svg(partition, color="curvature", study=known, ricci=True)
            (folder / f"moons_{name}.svg").write_text(picture, encoding="utf-8")
            (folder / f"moons_{name}.html").write_text(html_report(known), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
