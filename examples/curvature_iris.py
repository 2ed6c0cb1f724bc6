"""Which walls of an Iris classifier are most curved: those between species? (Needs the `sklearn` extra.)

Petal length and width, in whole millimetres: exact. After one epoch and after training, every wall between
two cells gets its statistical Ricci curvature with lengths 1/ρ and one flower added to each cell, so that
all of it is rational. Negative curvature marks bottlenecks. A folder as the argument gets pictures, reports.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier

import exactgeom as eg
from exactgeom.report.choices import Choices
from exactgeom.report.html import html_report
from exactgeom.report.study import Study, study
from exactgeom.report.svg import partition_svg

DOMAIN = eg.box(["1/2", 0], [7, "5/2"])
EPOCHS = {"before": 1, "after": 300}
CHOICES = Choices(length="unit", empty="1")
SPECIES = ("setosa", "versicolor", "virginica")


def trained(points, labels, epochs: int) -> MLPClassifier:
    """Return a small classifier after so many epochs."""
    model = MLPClassifier((8, 8), random_state=1, learning_rate_init=0.02)
    for _ in range(epochs):
        model.partial_fit(points, labels, classes=[0, 1, 2])
    return model


def winner(net: eg.Network, point) -> int:
    """Return the class of a point."""
    outputs = net(point)
    return max(range(3), key=lambda k: (outputs[k], -k))


def walls(known: Study, net: eg.Network) -> dict[str, list[tuple[Fraction, Fraction]]]:
    """Return (curvature, mass of the two cells) of the walls, by whether the winner changes across them."""
    classes = [winner(net, cell.centroid) for cell in known.partition.cells]
    masses = known.data.masses
    found: dict[str, list] = {"inside one species": [], "between two species": []}
    for (i, j), value in known.ricci.items():
        kind = "inside one species" if classes[i] == classes[j] else "between two species"
        found[kind].append((value, masses[i] + masses[j]))
    return found


def line(name: str, values: list[tuple[Fraction, Fraction]]) -> str:
    """Return one row of the table: how many, the mean seen by the flowers, the least; exact, then rounded."""
    weight = sum(mass for _, mass in values)
    if not weight:
        return f"    {name:<24}{len(values):>6}"
    mean = float(sum(value * mass for value, mass in values) / weight)
    return f"    {name:<24}{len(values):>6}{mean:>12.4f}{float(min(values)[0]):>12.4f}"


def main(folder: Path | None) -> None:
    iris = load_iris()
    points, labels = iris.data[:, 2:], iris.target
    exact = [[Fraction(round(10 * x), 10) for x in row] for row in points.tolist()]
    for name, epochs in EPOCHS.items():
        model = trained(points, labels, epochs)
        net = eg.from_sklearn(model)
        partition = eg.partition(net, DOMAIN)
        data = partition.locate(exact, labels=[SPECIES[k] for k in labels])
        known = study(partition, data, source="Iris", choices=CHOICES)
        accuracy, filled = model.score(points, labels), len(partition.cells) - len(data.empty_cells)
        print(f"{name} training (epochs: {epochs}): accuracy {accuracy:.3f}")
        print(f"  {len(partition.cells)} cells, {filled} with flowers; Ricci curvature of the walls:")
        print(f"    {'walls':<24}{'number':>6}{'mean':>12}{'least':>12}")
        for kind, values in walls(known, net).items():
            print(line(kind, values))
        cells = partition.cells
        i, j = min(known.ricci, key=known.ricci.__getitem__)
        x, y = (float((a + b) / 2) for a, b in zip(cells[i].centroid, cells[j].centroid, strict=True))
        print(f"  the most negative one lies near petals of {x:.2f} cm by {y:.2f} cm")
        if folder is not None:
            picture = partition_svg(partition, color="class", study=known, ricci=True)
            (folder / f"iris_{name}.svg").write_text(picture, encoding="utf-8")
            (folder / f"iris_{name}.html").write_text(html_report(known), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
