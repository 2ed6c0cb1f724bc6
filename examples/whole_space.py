"""No domain at all: the partition of the whole plane, its unbounded cells and their directions."""

from __future__ import annotations

import exactgeom as eg


def main() -> None:
    net = eg.Network(
        [eg.Linear([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), eg.ReLU(), eg.Linear([[1, 1, -2]], [0])]
    )
    partition = eg.partition(net, None)
    print(
        f"vertices, edges, cells: {partition.f_vector}; Euler characteristic {partition.euler_characteristic}"
    )
    for cell in partition.cells:
        if cell.rays:
            rays = ", ".join("(" + ", ".join(map(str, ray)) + ")" for ray in cell.rays)
            print(f"  {cell.signs}  unbounded, along {rays}")
        else:
            print(f"  {cell.signs}  area {cell.volume}")


if __name__ == "__main__":
    main()
