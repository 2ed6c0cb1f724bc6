"""Small enough to check by hand: |x| + |y| cut by x + y = 1/2, every cell with its exact measures."""

from __future__ import annotations

from pathlib import Path

import exactgeom as eg

MODELS = Path(__file__).parent / "models"


def main() -> None:
    net = eg.load(MODELS / "tiny.json")
    partition = eg.partition(net, eg.box(-1, 1, dim=2))
    print(f"vertices, edges, cells: {partition.f_vector}, total area {partition.total_volume}")
    for cell in partition.cells:
        a, b = cell.affine_map
        slope = ", ".join(map(str, a[0]))
        print(f"  cell {cell.id}  {cell.signs}  area {cell.volume}  f(x) = ({slope}) . x + {b[0]}")
    print("inner edges and their lengths:")
    for facet in partition.facets:
        if len(facet.cell_ids) == 2:
            print(f"  between cells {facet.cell_ids}: {facet.area} = {float(facet.area):.6f}")


if __name__ == "__main__":
    main()
