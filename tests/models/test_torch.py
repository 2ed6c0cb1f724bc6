"""Networks from torch: the exact map beside the float one, dtypes, positions in refusals."""

from __future__ import annotations

import struct
from fractions import Fraction as F

import pytest

from exactgeom.exact import InvalidInput
from exactgeom.models import HardTanh, LeakyReLU, Linear, Network, ReLU, from_torch

torch = pytest.importorskip("torch", reason="needs torch")
nn = torch.nn


def float32(value):
    return F(struct.unpack("f", struct.pack("f", value))[0])


def mixed():
    torch.manual_seed(7)
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(3, 5),
        nn.LeakyReLU(0.01),
        nn.Sequential(nn.Dropout(0.5), nn.Linear(5, 4, bias=False), nn.ReLU(), nn.Identity()),
        nn.Linear(4, 3),
        nn.Hardtanh(-0.1, 0.2),
        nn.ReLU6(),
        nn.Linear(3, 2),
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_exact_network_agrees_with_the_float_forward(dtype):
    model = mixed().to(dtype).eval()
    x = torch.randn(50, 3, generator=torch.Generator().manual_seed(1), dtype=dtype)
    exact = [[float(v) for v in out] for out in from_torch(model).evaluate(x.tolist())]
    tolerance = 1e-9 if dtype == torch.float64 else 1e-5
    assert torch.allclose(torch.tensor(exact, dtype=torch.float64), model(x).double(), atol=tolerance)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_weights_are_exact_in_their_dtype(dtype):
    layer = nn.Linear(3, 2, dtype=dtype)
    read = from_torch(layer).layers[0]
    assert torch.equal(
        torch.tensor([[float(w) for w in row] for row in read.weight], dtype=dtype), layer.weight
    )
    assert all(float(w) == w for row in read.weight for w in row)


def test_slopes_and_bounds_are_in_the_models_dtype():
    layers = from_torch(mixed()).layers
    assert [type(layer) for layer in layers] == [
        Linear, LeakyReLU, Linear, ReLU, Linear, HardTanh, HardTanh, Linear,
    ]  # fmt: skip
    assert layers[1].slope == float32(0.01) != F(1, 100)
    assert (layers[5].low, layers[5].high) == (float32(-0.1), float32(0.2))
    assert (layers[6].low, layers[6].high) == (0, 6)
    assert layers[2].bias == (0, 0, 0, 0)
    assert from_torch(mixed().double()).layers[1].slope == F(0.01)


@pytest.mark.parametrize("last", [nn.Softmax(dim=1), nn.LogSoftmax(-1), nn.Sigmoid(), nn.LogSigmoid()])
def test_final_link_functions_are_dropped_and_noted(last):
    body = nn.Linear(2, 2)
    network = from_torch(nn.Sequential(body, last, nn.Identity()))
    assert network == from_torch(body)
    assert f"final {type(last).__name__} was dropped" in network.notes[0]


def test_dropout_is_noted_with_its_position():
    assert from_torch(mixed()).notes == ("module.3.0 (Dropout) is the identity, as in evaluation",)


def test_a_parametrised_layer_is_read_as_it_computes():
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 2))
    assert [[float(w) for w in row] for row in from_torch(layer).layers[0].weight] == layer.weight.tolist()


def test_activations_alone_need_the_input_dimension():
    assert from_torch(nn.Sequential(nn.ReLU()), input_dim=2) == Network([ReLU()], input_dim=2)
    assert from_torch(nn.Sequential(), input_dim=2) == Network([], input_dim=2)


class Doubled(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


def as_linear(layer):
    plain = nn.Linear(layer.in_features, layer.out_features)
    plain.load_state_dict(layer.state_dict())
    return plain


class Reversed(nn.Sequential):
    def forward(self, x):
        return x


def hooked():
    model = nn.Sequential(nn.Linear(1, 1))
    model[0].register_forward_hook(lambda module, inputs, output: 2 * output)
    return model


def poisoned():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 2))
    model[1].bias.data[1] = float("nan")
    return model


def patched():
    model = nn.Sequential(nn.ReLU(), nn.Linear(1, 1))
    model[1].forward = lambda x: x
    return model


def test_a_forward_of_its_own_is_traced():
    doubled = Doubled(2, 1)
    assert from_torch(doubled)([1, 2]) == tuple(2 * y for y in from_torch(as_linear(doubled))([1, 2]))
    assert from_torch(Reversed(nn.Linear(1, 1)), 3) == Network([], 3)
    assert from_torch(patched(), 1) == Network([ReLU()], 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Sequential(nn.Linear(1, 1), nn.Tanh()), "module.1: Tanh is not supported"),
        (lambda: nn.Sequential(nn.Sequential(nn.GELU())), "module.0.0: GELU is not supported"),
        (lambda: nn.LayerNorm(2), "module: LayerNorm is not supported"),
        (lambda: nn.Sequential(nn.Softmax(1), nn.ReLU()), "module.1: ReLU follows Softmax at module.0"),
        (lambda: nn.Sequential(nn.Sigmoid(), nn.Sigmoid()), "module.1: Sigmoid follows Sigmoid"),
        (lambda: nn.Softmax(dim=0), "module: Softmax must run over the features"),
        (lambda: nn.Flatten(0), "module: Flatten must keep the batch dimension"),
        (hooked, "module.0: Linear has forward hooks"),
        (poisoned, "module.1.bias[1]: expected a finite number, got nan"),
        (lambda: nn.Linear(1, 1, dtype=torch.complex64), "module.weight: expected real floating-point"),
        (lambda: nn.Sequential(nn.Linear(1, 2), nn.Linear(1, 2)), "module.1.weight: expected rows of 2"),
        (lambda: nn.Hardtanh(0, 1e-50), "module.low: hard tanh needs low < high"),
        (lambda: nn.ReLU(), "input_dim: a network without a linear layer needs input_dim"),
        (lambda: 3, "module: expected an nn.Module, got int"),
    ],
)
def test_other_modules_are_refused_by_name_and_position(make, message):
    with pytest.raises(InvalidInput) as caught:
        from_torch(make())
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Lazy modules")
def test_a_lazy_layer_is_asked_to_run_first():
    with pytest.raises(InvalidInput, match=r"module\.0: the lazy layer has no weights yet"):
        from_torch(nn.Sequential(nn.LazyLinear(2)))
