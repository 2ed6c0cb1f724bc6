"""Torch modules with convolutions, batch norms and own forwards: exact beside float, refusals by node."""

from __future__ import annotations

import math
from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models import Add, Concat, Linear, Network, PReLU, ReLU, Scale, Step, Threshold, from_torch

torch = pytest.importorskip("torch", reason="needs torch")
nn, fn = torch.nn, torch.nn.functional


class Residual(nn.Module):
    """A small residual network with everything a vision model has."""

    def __init__(self, inplace=True):
        super().__init__()
        self.first, self.second = (
            nn.Conv2d(1, 3, 3, padding=1),
            nn.Conv2d(3, 3, 3, padding="same", bias=False),
        )
        self.norm, self.norm2 = nn.BatchNorm2d(3), nn.BatchNorm2d(3, affine=False)
        self.down, self.relu = nn.Conv2d(1, 3, 1), nn.ReLU(inplace=inplace)
        self.fc, self.drop = nn.Linear(3 * 2 * 2 + 16, 4), nn.Dropout(0.3)
        self.shift = nn.Parameter(torch.randn(3, 1, 1))

    def forward(self, x):
        shortcut = self.down(x)
        out = self.norm2(self.second(self.relu(self.norm(self.first(x)))))
        out += shortcut
        out = self.relu(out) * 0.3 + self.shift
        out = fn.max_pool2d(torch.clamp(out, -1, 1), 2)
        out = torch.cat([out.view(out.size(0), -1), torch.flatten(x, 1)], dim=1)
        return fn.log_softmax(self.fc(self.drop(out)), dim=1)


def seeded(make, dtype=torch.float64):
    torch.manual_seed(3)
    model = make().to(dtype).eval()
    for part in model.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            part.running_mean.uniform_(-1, 1)
            part.running_var.uniform_(0.1, 2)
    return model


def call(forward, *parts):
    """A module from a function of its parts and the input."""

    class Called(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList([part() for part in parts])
            self.w = nn.Parameter(torch.randn(3, 3))

        def forward(self, x):
            return forward(self, x)

    return Called


def pool(*layers):
    return lambda: nn.Sequential(*(layer() for layer in layers))


C = torch.tensor


def arithmetic(m, x):
    return (1 - m.parts[0](x)) / 3 + (x - 0.3) @ m.w - torch.sub(x, -x, alpha=2) * C([1.0, 2, 3])


def extremes(m, x):
    bounds = torch.maximum(m.parts[0](x), x) - torch.min(x, -x).abs() + x.clamp(min=0.1)
    return bounds + torch.max(x, C([0.1, 0.2, -0.3])) - torch.minimum(C(0.4), x)


def steps(m, x):
    return torch.sign(m.parts[0](x)) + torch.heaviside(x, C(0.5))


def functions(m, x):
    y = fn.hardtanh(fn.linear(x, m.w.t(), C([0.1, 0.2, 0.3])), -0.5, 2.0)
    return fn.leaky_relu(y, 0.1) + fn.dropout(fn.relu6(x), 0.5, m.training) + fn.hardsigmoid(x)


def mean(m, x):
    return fn.prelu(fn.avg_pool2d(x, 2), C([0.3])).mean((2, 3)).reshape(-1, 2)


def two_convolutions(m, x):
    return torch.cat((fn.conv2d(x, torch.ones(1, 2, 2, 2)), fn.conv2d(x, -torch.ones(2, 2, 2, 2))), 1)


MODELS = {
    "residual": (Residual, (1, 4, 4)),
    "not in place": (lambda: Residual(inplace=False), (1, 4, 4)),
    "conv1d": (
        pool(
            lambda: nn.Conv1d(2, 4, 3, stride=2, padding=2, dilation=2, groups=2),
            lambda: nn.PReLU(4),
            lambda: nn.BatchNorm1d(4),
            lambda: nn.MaxPool1d(2, padding=1, ceil_mode=True),
            lambda: nn.Hardsigmoid(),
            nn.Flatten,
            lambda: nn.Softshrink(0.2),
        ),
        (2, 9),
    ),
    "pools": (
        pool(
            lambda: nn.AvgPool2d(2, 1, 1, count_include_pad=False),
            lambda: nn.MaxPool2d((2, 1), dilation=2),
            lambda: nn.AvgPool2d(2, ceil_mode=True, divisor_override=3),
            lambda: nn.AdaptiveAvgPool2d(1),
            lambda: nn.Flatten(),
        ),
        (2, 7, 6),
    ),
    "batch norm first": (lambda: nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2), nn.ReLU6()), None),
    "thresholds": (pool(lambda: nn.Threshold(0.1, -2.0), lambda: nn.Threshold(0.5, 0.5)), (3,)),
    "partial flatten": (pool(lambda: nn.Flatten(2), lambda: nn.Conv1d(2, 1, 2)), (2, 2, 3)),
    "arithmetic": (call(arithmetic, lambda: nn.Linear(3, 3)), None),
    "extremes": (call(extremes, lambda: nn.Linear(3, 3)), None),
    "steps": (call(steps, lambda: nn.Linear(3, 3)), None),
    "functions": (call(functions), (3,)),
    "mean": (call(mean), (2, 4, 4)),
    "two convolutions": (call(two_convolutions), (2, 3, 3)),
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", MODELS)
def test_exact_network_agrees_with_the_float_forward(name, dtype):
    make, shape = MODELS[name]
    torch.set_default_dtype(dtype)
    try:
        model = seeded(make, dtype)
        network = from_torch(model, input_shape=shape)
        generator = torch.Generator().manual_seed(1)
        x = torch.randn(6, *(shape or (3,)), generator=generator, dtype=dtype)
        outputs = model(x).flatten(1).double()
    finally:
        torch.set_default_dtype(torch.float32)
    points = x.flatten(1).tolist()
    exact = torch.tensor([[float(v) for v in out] for out in network.evaluate(points)], dtype=torch.float64)
    if "final LogSoftmax" in " ".join(network.notes):
        exact = torch.log_softmax(exact, 1)
    assert torch.allclose(exact, outputs, atol=1e-9 if dtype == torch.float64 else 3e-6)
    assert network.program(points[0]) == network(points[0])
    assert network.program.signs(points[0]) == network.signs(points[0])
    assert Network.from_json(network.to_json()) == network


def test_residual_networks_keep_their_graph_and_say_what_was_rounded():
    network = from_torch(seeded(Residual, torch.float32), input_shape=(1, 4, 4))
    kinds = [type(layer) for layer in network.layers]
    assert kinds.count(Add) == kinds.count(Concat) == 1
    assert network.inputs[kinds.index(Add)] == (5, 0) and network.inputs[1] == (-1,)
    assert [note.split(":")[0] for note in network.notes] == [
        "module.norm (batch norm)", "module.norm2 (batch norm)",
        "module.drop (Dropout) is the identity, as in evaluation", "the final LogSoftmax was dropped",
    ]  # fmt: skip
    assert "nearest float32" in network.notes[0]


def test_batch_norm_factor_is_the_nearest_float():
    layer = seeded(lambda: nn.BatchNorm1d(2), torch.float64)
    layer.weight.data = C([2.0, -3.0], dtype=torch.float64)
    read = from_torch(layer).layers[0]
    for gamma, variance, factor in zip((2, -3), layer.running_var.tolist(), read.scale, strict=True):
        square = F(gamma**2) / (F(variance) + F(1e-5))
        around = [F(math.nextafter(float(abs(factor)), end)) for end in (0, math.inf)]
        middle = [(abs(factor) + other) / 2 for other in around]
        assert middle[0] ** 2 <= square <= middle[1] ** 2 and (factor > 0) == (gamma > 0)
    assert read.shift[0] == F(layer.bias[0].item()) - read.scale[0] * F(layer.running_mean[0].item())


def test_small_modules_are_the_layers_one_expects():
    assert from_torch(nn.PReLU(), 2).layers == (PReLU([0.25]),)
    assert from_torch(nn.Threshold(1, 0), 1).layers == (Threshold(1, 0),)
    assert from_torch(call(lambda m, x: torch.relu(x + 1))(), 2).layers == (Scale([1], [1]), ReLU())
    assert from_torch(call(lambda m, x: torch.heaviside(x, C(1.0)))(), 1).layers == (Step(on=[1]),)
    assert from_torch(call(lambda m, x: fn.linear(x, C([[1.0, 2]])))()).layers == (Linear([[1, 2]], [0]),)


def test_reading_a_module_changes_nothing_in_it():
    model = Residual().train()
    model.norm.eval()
    from_torch(model, input_shape=(1, 4, 4))
    assert model.training and not model.norm.training and model.norm2.training


def test_values_overwritten_in_place_may_not_be_read_again():
    def aliased(m, x):
        y = x + 0
        z = y.view(-1, 2)
        y += 1
        return z + y

    def harmless(m, x):
        y = x * 2
        y = fn.relu(y, inplace=True)
        return y + x

    with pytest.raises(InvalidInput, match=r"module: iadd: overwrites (add|view), which is read again later"):
        from_torch(call(aliased)(), 2)
    with pytest.raises(InvalidInput, match="module: parts_0: overwrites x, which is read again later"):
        from_torch(call(lambda m, x: m.parts[0](x) + x, lambda: nn.ReLU(inplace=True))(), 2)
    assert from_torch(call(harmless)(), 1)([3]) == (9,)


def after(use):
    """A module that uses two values of a dense layer somehow."""
    return call(lambda m, x: use(m.parts[0](x)), lambda: nn.Linear(2, 2))


def branch(m, x):
    return x if x.sum() > 0 else -x


def no_statistics():
    return nn.BatchNorm1d(2, track_running_stats=False)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(1, 1, 2), "module: the shape of the input is not known: give input_shape"),
        (
            lambda: nn.Sequential(nn.Linear(2, 2), nn.Conv1d(1, 1, 1)),
            "module.1: expected values of shape (channels",
        ),
        (lambda: nn.Conv1d(1, 1, 2, padding_mode="circular"), "padding_mode 'circular' is not supported"),
        (no_statistics, "module: without running statistics it depends on the batch"),
        (after(lambda y: torch.tanh(y)), "module: tanh: tanh is not supp"),
        (after(lambda y: y * y), "module: mul: the product of two values"),
        (after(lambda y: 1 / y), "module: truediv: division by a value"),
        (after(lambda y: y / 0), "module: truediv: division by zero"),
        (call(branch), "module: torch.fx cannot trace the forward: symbolically traced"),
        (after(lambda y: torch.cat([y] * 2)), "along axis 0: the first axis"),
        (after(lambda y: y.view(3, -1)), "module: view: the shape [3, -1]"),
        (after(lambda y: y.max(1)), "only the maximum or minimum of two"),
        (call(lambda m, x: (x, x)), "module: output: expected a forward that returns one array"),
        (after(lambda y: torch.relu(y.softmax(1))), "follows Softmax at"),
        (after(lambda y: y.softmax(0)), "must run over the features"),
        (after(lambda y: y + C([1.0, 2, 3])), "do not broadcast to values"),
        (after(lambda y: y + fn.linear(y, torch.ones(1, 2))), "module: add: expected inputs of one shape"),
        (after(lambda y: y[:, 0]), "module: getitem: getitem is not supp"),
        (call(lambda m, x: m.parts[0](x), lambda: nn.LSTM(2, 2)), "module.parts.0: LSTM is not supported"),
        (call(lambda m, x: m.parts[0](x, x), lambda: nn.Bilinear(2, 2, 1)), "called with one value"),
    ],
)
def test_other_modules_are_refused_by_name_and_place(make, message):
    with pytest.raises(InvalidInput) as caught:
        from_torch(make())
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_dense_layer_needs_flat_values():
    with pytest.raises(InvalidInput, match=r"module: acts on the last axis of shape \(2, 3\): flatten"):
        from_torch(nn.Linear(3, 1), input_shape=(2, 3))
