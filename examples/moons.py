"""From a trained network to its geometry: two moons, weights as trained, every cell of [-2, 3]^2.

`make demo` draws the same partition; `examples/train_models.py` trained the network.
"""

from __future__ import annotations

from pathlib import Path

import exactgeom as eg

MODEL = Path(__file__).parent / "models" / "moons.json"


def main() -> None:
    net = eg.load(MODEL)
    for note in net.notes:
        print(f"# {note}")
    partition = eg.partition(net, eg.box(-2, 3, dim=2))
    print(f"vertices, edges, cells: {partition.f_vector}; total area {partition.total_volume}, exactly")

    cells = sorted(partition.cells, key=lambda cell: cell.volume)
    for name, cell in (("smallest", cells[0]), ("largest", cells[-1])):
        bits = cell.volume.denominator.bit_length()
        print(f"{name} cell {cell.id}: area {float(cell.volume):.3g}, its denominator has {bits} bits")

    for cell in partition.cells[:3]:
        point = cell.centroid
        a, b = cell.affine_map
        affine = sum(w * x for w, x in zip(a[0], point, strict=True)) + b[0]
        print(
            f"cell {cell.id}: the network at its centroid is its affine map there: {net(point)[0] == affine}"
        )


if __name__ == "__main__":
    main()
