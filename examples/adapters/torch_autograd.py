"""PyTorch in doubles: outputs, and Jacobians by reverse-mode differentiation."""

import numpy as np

NAME = "PyTorch"


def _version():
    import torch

    return torch.__version__


VERSION = _version()


def _module(model):
    import torch
    from torch import nn

    class Abs(nn.Module):
        def forward(self, x):
            return torch.abs(x)

    if model["kind"] != "network":
        raise NotImplementedError(model["kind"])
    layers = []
    for layer in model["layers"]:
        kind = layer["type"]
        if kind == "linear":
            rows, columns = layer["weight"].shape
            made = nn.Linear(columns, rows, dtype=torch.float64)
            made.weight.data, made.bias.data = torch.tensor(layer["weight"]), torch.tensor(layer["bias"])
        elif kind == "relu":
            made = nn.ReLU()
        elif kind == "leaky_relu":
            made = nn.LeakyReLU(layer["slope"])
        else:
            made = Abs() if kind == "abs" else nn.Hardtanh(layer["low"], layer["high"])
        layers.append(made)
    return nn.Sequential(*layers)


def evaluate(model, points):
    import torch

    with torch.no_grad():
        return _module(model)(torch.tensor(points)).numpy()


def jacobian(model, points):
    import torch

    module = _module(model)
    rows = [torch.autograd.functional.jacobian(module, torch.tensor(point)) for point in points]
    return np.array([row.numpy() for row in rows])
