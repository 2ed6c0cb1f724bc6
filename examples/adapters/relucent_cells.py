"""relucent: the cells of a ReLU network, found across facets from a point of the box, in doubles.

relucent looks at all of R^d. Here the walls of the box are units of the first layer that nothing reads, and
the cells inside the walls are kept.
"""

import numpy as np

NAME = "relucent"


def _version():
    from importlib.metadata import version

    return version("relucent")


VERSION = _version()


def _layers(model):
    """(weight, bias) per linear layer of a ReLU network."""
    if model["kind"] == "arrangement":
        return [(model["normals"], -model["offsets"]), (np.ones((1, len(model["offsets"]))), np.zeros(1))]
    if model["kind"] != "network" or any(layer["type"] != "relu" for layer in model["layers"][1::2]):
        raise NotImplementedError("ReLU networks and arrangements only")
    return [(layer["weight"], layer["bias"]) for layer in model["layers"][::2]]


def _complex(model, lo, hi):
    """The explored complex, and where the walls stand in a sign sequence."""
    import relucent
    import torch
    from torch import nn

    layers = _layers(model)
    d, first = len(lo), layers[0]
    walls = slice(len(first[1]), len(first[1]) + 2 * d)
    eye = np.eye(d)
    layers[0] = np.vstack([first[0], eye, -eye]), np.concatenate([first[1], -lo, hi])
    layers[1] = np.hstack([layers[1][0], np.zeros((len(layers[1][1]), 2 * d))]), layers[1][1]
    made = []
    for weight, bias in layers:
        linear = nn.Linear(weight.shape[1], len(bias), dtype=torch.float64)
        linear.weight.data, linear.bias.data = torch.tensor(weight), torch.tensor(bias)
        made += [linear, nn.ReLU()]
    found = relucent.Complex(nn.Sequential(*made[:-1]))
    inside = np.random.default_rng(0).uniform(0.4, 0.6, size=d)
    start = torch.tensor((lo + inside * (hi - lo))[None, :])
    found.bfs(start=start, nworkers=1, verbose=0)
    return found, walls


def _cells(model, lo, hi):
    found, walls = _complex(model, lo, hi)
    kept, rows = [], []
    for cell in found:
        signs = np.asarray(cell.ss_np).reshape(-1).astype(int)
        if (signs[walls] > 0).all():
            kept.append(cell)
            rows.append(np.delete(signs, walls))
    count = len(model["offsets"]) if model["kind"] == "arrangement" else None
    return kept, np.array(rows, dtype=np.int8)[:, :count]


def partition(model, lo, hi):
    return {"signs": _cells(model, lo, hi)[1]}


def cell_volumes(model, lo, hi):
    if len(lo) == 1:
        raise NotImplementedError("volumes in one dimension")
    kept, signs = _cells(model, lo, hi)
    return {"signs": signs, "volumes": np.array([float(cell.volume) for cell in kept])}
