"""A PyTorch module taken exactly: float32 weights in, rational volumes out (needs the `torch` extra)."""

from __future__ import annotations

import torch
from torch import nn

import exactgeom as eg


def main() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 6), nn.ReLU(), nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 1))
    net = eg.from_torch(module)
    partition = eg.partition(net, eg.box(-1, 1, dim=3))
    print(f"faces of dimension 0 to 3: {partition.f_vector}")
    print(f"cell volumes sum to {partition.total_volume}, exactly")

    cell = max(partition.cells, key=lambda c: c.volume)
    exact = net(cell.centroid)[0]
    rough = module(torch.tensor([float(x) for x in cell.centroid])).item()
    print(f"at the centroid of the largest cell: exactly {float(exact):.9f}, in PyTorch {rough:.9f}")


if __name__ == "__main__":
    main()
