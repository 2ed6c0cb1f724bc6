"""Gradients against exact ones: a right one passes to a few ulps, every kind of wrong one is caught."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

import exactgeom as eg
from exactgeom.regularize import InterfaceArea, VolumeDispersion
from exactgeom.testkit.gradcheck import gradcheck

SEGMENT = eg.box(-1, 1, dim=1)
SQUARE = eg.box(-1, 1, dim=2)


def interval(weight: object = 2, bias: object = 1) -> eg.Network:
    return eg.Network([eg.Linear([[weight]], [bias]), eg.ReLU()])


def dispersion(parameters: list) -> tuple:
    """(1 + r^2)/2, r = b/w, for the wall x = -b/w inside of [-1, 1]."""
    ((w, b),) = parameters
    r = b / w[:, 0]
    return ((1 + r * r) / 2)[0], [((-r * r / w[:, 0])[:, None], r / w[:, 0])]


def altered(change) -> object:
    """The right gradient with one change."""

    def function(parameters: list) -> tuple:
        value, ((dw, db),) = dispersion(parameters)
        return change(value, dw, db)

    return function


# -- arrays ------------------------------------------------------------------------------------------------


def test_a_right_gradient_is_a_few_ulps_off_at_most() -> None:
    found = gradcheck(dispersion, VolumeDispersion(), interval(0.7, 0.3), SEGMENT)
    assert found and found.passed and found.worst_ulps <= 4 and found.dtype == "float64"
    assert [tensor.name for tensor in found.tensors] == ["layers[0].weight", "layers[0].bias"]
    r = Fraction(0.3) / Fraction(0.7)
    assert found.value.worst.exact == (1 + r**2) / 2
    assert found.tensors[1].worst.exact == r / Fraction(0.7)


def test_ulps_are_counted_from_the_exact_value() -> None:
    one_up = altered(lambda v, dw, db: (v, [(dw, np.nextafter(db, np.inf))]))
    found = gradcheck(one_up, VolumeDispersion(), interval(), SEGMENT)
    assert (found.tensors[0].worst.ulps, found.tensors[1].worst.ulps) == (0, 1)
    assert found.passed and not gradcheck(one_up, VolumeDispersion(), interval(), SEGMENT, ulps=0, scaled=0)


@pytest.mark.parametrize(
    "change",
    [
        lambda v, dw, db: (v, [(-dw, db)]),
        lambda v, dw, db: (v, [(dw, db * (1 + 1e-11))]),
        lambda v, dw, db: (v, [(dw, db * np.nan)]),
        lambda v, dw, db: (v, [(dw * np.inf, db)]),
        lambda v, dw, db: (v + 1e-9, [(dw, db)]),
        lambda v, dw, db: (v, [(dw * 0, db * 0)]),
    ],
)
def test_a_wrong_gradient_or_value_is_caught(change: object) -> None:
    found = gradcheck(altered(change), VolumeDispersion(), interval(), SEGMENT)
    assert not found and "FAILED" in str(found) and found.worst.hardest.share > 1


def test_finite_differences_do_not_reach_the_bound() -> None:
    def by_steps(parameters: list) -> tuple:
        ((w, b),) = parameters
        step = 1e-6
        value = dispersion(parameters)[0]
        dw = (dispersion([(w + step, b)])[0] - value) / step
        db = (dispersion([(w, b + step)])[0] - value) / step
        return value, [(np.array([[dw]]), np.array([db]))]

    found = gradcheck(by_steps, VolumeDispersion(), interval(0.7, 0.3), SEGMENT)
    assert not found and found.value.passed


def test_arrangements_have_a_pair_per_hyperplane() -> None:
    line = eg.Arrangement([([2, 0], 0.5)])

    def cut(parameters: list) -> tuple:  # by b the line turns about its middle: no area changes
        (((a, _), c),) = parameters
        r = c / a
        return (1 + r * r) / 2, [(np.array([-r * r / a, 0.0]), r / a)]

    found = gradcheck(cut, VolumeDispersion(), line, SQUARE)
    assert [tensor.name for tensor in found.tensors] == ["hyperplanes[0].normal", "hyperplanes[0].offset"]
    assert found.passed and found.worst_ulps == 0


def test_sites_get_one_pair() -> None:
    sites = eg.Sites([[-0.5], [0.75]])
    wall = Fraction(1, 8)

    def halves(parameters: tuple) -> tuple:
        points, weights = parameters
        p, q = points[:, 0]
        at = ((q * q - weights[1]) - (p * p - weights[0])) / (2 * (q - p))
        slope = at  # d/dx of ((1 + x)^2 + (1 - x)^2)/4
        dp = (at - p) / (q - p)
        dq = (q - at) / (q - p)
        dw = 1 / (2 * (q - p))
        return (1 + at * at) / 2, (
            np.array([[slope * dp], [slope * dq]]),
            np.array([slope * dw, -slope * dw]),
        )

    found = gradcheck(halves, VolumeDispersion(), sites, SEGMENT)
    assert found.passed, str(found)
    assert found.value.worst.exact == (1 + wall**2) / 2


def test_float32_has_its_own_bound() -> None:
    def single(parameters: list) -> tuple:
        value, ((dw, db),) = dispersion([(w.astype(np.float32), b.astype(np.float32)) for w, b in parameters])
        return value, [(dw, db)]

    found = gradcheck(single, VolumeDispersion(), interval(0.75, 0.3125), SEGMENT)
    assert found.passed and found.dtype == "float32" and found.worst_ulps < 8
    with pytest.raises(eg.InvalidInput, match=r"layers\[0\].weight\[0, 0\]: expected a number in float32"):
        gradcheck(single, VolumeDispersion(), interval(0.1, 0.25), SEGMENT)


def test_surd_gradients_are_compared_exactly() -> None:
    tilted = eg.Arrangement([([3, 1], 0.5)])

    def length(parameters: list) -> tuple:
        ((normal, c),) = parameters
        a, b = normal  # crosses both horizontal sides: x = (c - b y)/a, length 2 sqrt(1 + b²/a²)
        s = math.hypot(a, b)
        return 2 * s / a, [(np.array([2 * (1 / s - s / (a * a)), 2 * b / (a * s)]), np.array(0.0 * c))]

    found = gradcheck(length, InterfaceArea(), tilted, SQUARE)
    assert found.passed and found.worst_ulps < 16, str(found)
    assert isinstance(found.value.worst.exact, eg.Surd)


def test_the_table_names_every_tensor_and_the_bound() -> None:
    found = gradcheck(dispersion, VolumeDispersion(), interval(), SEGMENT)
    assert len(found.table()) == 4 and str(found).endswith("float64: passed")
    assert pickle.loads(pickle.dumps(found)) == found


def test_walls_are_not_certified() -> None:
    twins = eg.Network([eg.Linear([[1], [1]], [0, 0]), eg.ReLU()])
    with pytest.raises(eg.NonSmoothError):
        gradcheck(lambda p: (0.0, [(np.zeros((2, 1)), np.zeros(2))]), VolumeDispersion(), twins, SEGMENT)


@pytest.mark.parametrize(
    ("function", "model", "message"),
    [
        (lambda p: 1.0, interval(), r"function: expected \(value, gradient\)"),
        (lambda p: (1.0, 3), interval(), "function: expected a gradient nested"),
        (lambda p: (1.0, [p[0][0]]), interval(), "function: expected a gradient of 2 arrays"),
        (
            lambda p: (1.0, [(p[0][0], p[0][0])]),
            interval(),
            r"layers\[0\].bias: expected a gradient of shape",
        ),
        (lambda p: (1, [(np.array([[1]]), np.array([1]))]), interval(), "expected a gradient of floats"),
        (dispersion, interval("1/3"), r"expected a number in float64, got 1/3"),
        (dispersion, 3, "model: expected a torch module, Network"),
    ],
)
def test_bad_input_gets_one_clear_line(function: object, model: object, message: str) -> None:
    with pytest.raises(eg.InvalidInput, match=message):
        gradcheck(function, VolumeDispersion(), model, SEGMENT)


def test_a_bound_is_a_number() -> None:
    with pytest.raises(eg.InvalidInput, match="ulps: expected a number"):
        gradcheck(dispersion, VolumeDispersion(), interval(), SEGMENT, ulps=-1)


# -- torch -------------------------------------------------------------------------------------------------


def torch_module(dtype: str = "float64") -> object:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 2, bias=False))
    module = module.to(getattr(torch, dtype))
    with torch.no_grad():
        module[0].weight.fill_(0.7)
        module[0].bias.fill_(0.3)
    return module


def torch_dispersion(module: object) -> object:
    r = module[0].bias / module[0].weight[:, 0]
    return ((1 + r * r) / 2).sum()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_torch_module_brings_its_own_names_and_precision(dtype: str) -> None:
    module = torch_module(dtype)
    found = gradcheck(torch_dispersion, VolumeDispersion(), module, SEGMENT)
    assert found.passed and found.dtype == dtype and found.worst_ulps < 8
    assert [tensor.name for tensor in found.tensors] == ["0.weight", "0.bias", "2.weight"]
    assert all(parameter.grad is None for parameter in module.parameters())


def test_a_gradient_cut_off_in_torch_is_caught() -> None:
    module = torch_module()
    found = gradcheck(
        lambda m: torch_dispersion(m) - 0 * m[0].bias.sum().detach(), VolumeDispersion(), module, SEGMENT
    )
    assert found.passed

    def detached(m: object) -> object:
        r = m[0].bias.detach() / m[0].weight[:, 0]
        return ((1 + r * r) / 2).sum()

    found = gradcheck(detached, VolumeDispersion(), module, SEGMENT)
    assert not found and found.worst.name == "0.bias" and found.worst.hardest.got == 0


def test_a_constant_in_torch_has_gradient_zero() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = torch_module()
    found = gradcheck(lambda m: torch.tensor(0.5).double(), VolumeDispersion(), module, SEGMENT)
    assert not found and found.tensors[0].hardest.got == 0


def test_torch_parameters_that_are_no_weights_are_refused() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = torch_module()
    module[1].register_parameter("spare", torch.nn.Parameter(torch.ones(3)))
    with pytest.raises(eg.InvalidInput, match=r"model: parameter 1\.spare is not layers\[2\]\.weight"):
        gradcheck(torch_dispersion, VolumeDispersion(), module, SEGMENT)
    with pytest.raises(eg.InvalidInput, match="function: expected a scalar tensor, got float"):
        gradcheck(lambda m: 1.0, VolumeDispersion(), torch_module(), SEGMENT)


@pytest.mark.parametrize("value", [None, "1", 1j, np.ones(3), [1, 2]], ids=repr)
def test_values_are_one_real_number(value: object) -> None:
    net = eg.Network([eg.Linear([[2]], [1]), eg.ReLU()])
    gradient = [(np.array([[-0.125]]), np.array([0.25]))]
    with pytest.raises(eg.InvalidInput, match="function: expected a real number as the value"):
        gradcheck(lambda _: (value, gradient), VolumeDispersion(), net, eg.box(-1, 1, dim=1))
