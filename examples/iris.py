"""A classifier of four measurements: how much of the box of all flowers each species gets, exactly.

The domain holds every Iris flower (in cm). On each cell the three logits are affine, so the winner changes on
hyperplanes only; here we just ask which species wins at the centroid of each cell.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import exactgeom as eg

MODEL = Path(__file__).parent / "models" / "iris4.json"
SPECIES = ("setosa", "versicolor", "virginica")


def main() -> None:
    net = eg.load(MODEL)
    domain = eg.box([4, 2, 1, 0], [8, "9/2", 7, "5/2"])
    partition = eg.partition(net, domain)
    print(f"faces of dimension 0 to 4: {partition.f_vector}, Euler number {partition.euler_characteristic}")
    if partition.total_volume != domain.volume:
        raise SystemExit("the cells do not fill the domain")
    print(f"{len(partition.cells)} cells fill the domain exactly: {partition.total_volume} cm^4")

    share: dict[str, Fraction] = defaultdict(Fraction)
    for cell in partition.cells:
        logits = net(cell.centroid)
        share[SPECIES[max(range(3), key=lambda k: logits[k])]] += cell.volume
    for name in SPECIES:
        print(
            f"  {name:<10} wins at the centroid of cells that hold {float(share[name] / domain.volume):.4f}"
        )


if __name__ == "__main__":
    main()
