"""Two moons learnt by a network that also keeps its cells even and its angles open (needs the `torch` extra).

The penalties `VolumeDispersion` and `SharpAngles` are written in plain torch: which walls bound which cell
comes from the exact partition, and from there on every corner is the solution of two lines, differentiable in
the weights.  `gradcheck` compares both gradients with the exact ones before they are used, with no step size.
Run `python examples/train_with_geometry.py [FOLDER]`; pictures go to FOLDER.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import torch
from torch import nn

import exactgeom as eg
from exactgeom.dynamics import trajectory
from exactgeom.regularize import SharpAngles, VolumeDispersion
from exactgeom.report.strip import trajectory_strip
from exactgeom.testkit.gradcheck import gradcheck

LOW, HIGH = (-2.0, -1.5), (3.0, 2.0)
DOMAIN = eg.box(LOW, HIGH)
AREA = (HIGH[0] - LOW[0]) * (HIGH[1] - LOW[1])
SIDES = torch.tensor([[1.0, 0, LOW[0]], [-1, 0, -HIGH[0]], [0, 1, LOW[1]], [0, -1, -HIGH[1]]]).double()
SIDES[:, 2] *= -1  # a side's function a.x + c is positive inside
STEPS, STRENGTH = 120, 1.5


def two_moons(count: int = 200) -> tuple[torch.Tensor, torch.Tensor]:
    """Two half circles with some noise."""
    noise = torch.Generator().manual_seed(0)
    t = torch.linspace(0, math.pi, count // 2).double()
    upper = torch.stack((torch.cos(t), torch.sin(t)), dim=1)
    lower = torch.stack((1 - torch.cos(t), 0.5 - torch.sin(t)), dim=1)
    points = torch.cat((upper, lower))
    points += 0.12 * torch.randn(points.shape, generator=noise, dtype=points.dtype)
    return points, torch.arange(count) // (count // 2)


def network(seed: int = 4) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 2)).double()


# -- the penalties in torch ----------------------------------------------------------------------------------


def corners_of(partition: eg.Partition) -> tuple[list[tuple[int, int, int]], list[int]]:
    """(cell, wall, next wall) at every corner, cell by cell in circular order; and where the next corner is.

    A wall is the number of a unit, or -1, ..., -4 for a side of the domain.
    """
    edges = [[] for _ in partition.cells]
    for facet in partition.facets:
        wall = wall_of(partition, facet)
        for cell in facet.cell_ids:
            edges[cell].append((*facet.vertex_ids, wall))
    corners, following = [], []
    for cell, own in enumerate(edges):
        at, walls = own[0][0], []
        while own:  # the edge at the vertex where the last one ended
            one, two, wall = next(edge for edge in own if at in edge[:2])
            own.remove((one, two, wall))
            at = two if at == one else one
            walls.append(wall)
        start = len(corners)
        corners += [(cell, walls[i - 1], walls[i]) for i in range(len(walls))]
        following += [start + (i + 1) % len(walls) for i in range(len(walls))]
    return corners, following


def wall_of(partition: eg.Partition, facet: object) -> int:
    if len(facet.cell_ids) == 2:
        one, two = (partition.cell_signs[cell] for cell in facet.cell_ids)
        return next(i for i, (a, b) in enumerate(zip(one, two, strict=True)) if a != b)
    (x, y), (other, _) = facet.vertices
    return (-1 if x == LOW[0] else -2) if x == other else (-3 if y == LOW[1] else -4)


def unit_functions(module: nn.Sequential, signs: torch.Tensor) -> torch.Tensor:
    """[cell, unit, 3]: every unit's input a1 x1 + a2 x2 + c on every cell, from the activation patterns."""
    cells = len(signs)
    affine = torch.eye(3, dtype=torch.float64)[:2].expand(cells, 2, 3)
    found, at = [], 0
    for layer in (module[0], module[2]):
        affine = layer.weight @ affine
        affine = torch.cat((affine[..., :2], affine[..., 2:] + layer.bias[:, None]), dim=2)
        found.append(affine)
        on = signs[:, at : at + len(layer.bias)] > 0
        affine, at = affine * on[..., None], at + len(layer.bias)
    return torch.cat(found, dim=1)


def geometry(module: nn.Sequential) -> tuple[torch.Tensor, torch.Tensor]:
    """(areas of all cells, cosines of all interior angles), differentiable in the weights."""
    partition = eg.partition(eg.from_torch(module), DOMAIN)
    signs = torch.tensor([[(s == "+") - (s == "-") for s in cell.signs] for cell in partition.cells])
    functions = unit_functions(module, signs)
    inside = torch.cat((functions * signs[..., None], SIDES.flip(0).expand(len(signs), 4, 3)), dim=1)
    corners, following = corners_of(partition)
    cell, one, two = torch.tensor(corners).T
    g, h = inside[cell, one], inside[cell, two]  # positive inside; -1, ..., -4 count from the end
    determinant = g[:, 0] * h[:, 1] - g[:, 1] * h[:, 0]
    x = (g[:, 1] * h[:, 2] - g[:, 2] * h[:, 1]) / determinant
    y = (g[:, 2] * h[:, 0] - g[:, 0] * h[:, 2]) / determinant
    u, v = x[following], y[following]
    areas = torch.zeros(len(signs), dtype=x.dtype).index_add(0, cell, (x * v - y * u) / 2).abs()
    cosines = -(g[:, :2] * h[:, :2]).sum(1) / (g[:, :2].norm(dim=1) * h[:, :2].norm(dim=1))
    return areas, cosines


def dispersion(module: nn.Sequential) -> torch.Tensor:
    return ((geometry(module)[0] / AREA) ** 2).sum()


def sharp_angles(module: nn.Sequential) -> torch.Tensor:
    return (((1 + geometry(module)[1]) / 2) ** 2).sum()


# -- checking, training, looking -----------------------------------------------------------------------------


def check(module: nn.Sequential) -> None:
    for name, function, regularizer in (
        ("volume dispersion", dispersion, VolumeDispersion()),
        ("sharp angles", sharp_angles, SharpAngles()),
    ):
        found = gradcheck(function, regularizer, module, DOMAIN)
        print(f"{name}:\n{found}")
        if not found:
            raise SystemExit("torch's gradient is wrong")


def train(strength: float) -> tuple[nn.Sequential, dict[int, eg.Network]]:
    """Adam on the cross entropy plus `strength` times the penalties; the network, and some checkpoints."""
    points, classes = two_moons()
    module = network()
    optimizer = torch.optim.Adam(module.parameters(), lr=0.02)
    kept = {0: eg.from_torch(module)}
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(module(points), classes)
        if strength:
            areas, cosines = geometry(module)
            spread = ((areas / AREA) ** 2).sum() * len(areas)  # 1 when all cells are equal
            loss = loss + strength * (0.02 * spread + (((1 + cosines) / 2) ** 2).mean())
        loss.backward()
        optimizer.step()
        if step % (STEPS // 4) == 0:
            kept[step] = eg.from_torch(module)
    return module, kept


def report(name: str, net: eg.Network, points: list, classes: list) -> None:
    partition = eg.partition(net, DOMAIN)
    cosine = max(angle.cos for ridge in partition.ridges for _, _, angle in ridge.angles)
    right = trajectory([net], DOMAIN, points, labels=classes)[0].data.accuracy
    print(
        f"{name:22} {len(partition.cells):3} cells, {100 * float(right):5.1f} % right; "
        f"dispersion × cells {len(partition.cells) * float(VolumeDispersion().value(partition)):6.3f}, "
        f"sharpness per cell {float(SharpAngles().value(partition)) / len(partition.cells):.3f}, "
        f"smallest cell {float(min(c.volume for c in partition.cells)):.1e}, "
        f"smallest angle {math.degrees(math.acos(float(cosine))):.2g}°"
    )


def main(folder: Path | None) -> None:
    torch.set_num_threads(1)  # small tensors
    points, classes = (tensor.tolist() for tensor in two_moons())
    check(network())
    plain, plain_path = train(0)
    formed, formed_path = train(STRENGTH)
    check(formed)
    report("before", plain_path[0], points, classes)
    report("cross entropy alone", eg.from_torch(plain), points, classes)
    report("with geometry", eg.from_torch(formed), points, classes)
    for name, path in (("plain", plain_path), ("geometry", formed_path)):
        if folder is not None:
            strip = trajectory_strip(trajectory(path, DOMAIN, points, labels=classes), panels=5, title=name)
            (folder / f"moons-{name}.svg").write_text(strip, encoding="utf-8")
            print(f"picture: {folder / f'moons-{name}.svg'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
