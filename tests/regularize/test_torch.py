"""Gradients beside torch in doubles, a few ulps apart (importing torch is most of the time)."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

import exactgeom as eg
from benchmarks import regularize as bench
from exactgeom.regularize import VolumeDispersion, flatten, value_and_grad


def test_torch_doubles_agree_to_a_few_ulps_in_one_dimension() -> None:
    torch = pytest.importorskip("torch", reason="torch is a test extra")
    rng = random.Random(7)
    weight = [rng.choice([-1, 1]) * rng.uniform(0.5, 2) for _ in range(12)]
    bias = [w * rng.uniform(-0.9, 0.9) for w in weight]
    net = eg.Network([eg.Linear([[w] for w in weight], bias), eg.ReLU()])
    value, ((dw, db),) = value_and_grad(VolumeDispersion(), net, eg.box(-1, 1, dim=1))
    w, b = (torch.tensor(q, dtype=torch.float64, requires_grad=True) for q in (weight, bias))
    ends = torch.tensor([1.0], dtype=torch.float64)
    x = torch.cat((-ends, torch.sort(-b / w).values, ends))
    ((x[1:] - x[:-1]) ** 2).sum().div(4).backward()
    for exact, approximate in zip(
        [row[0] for row in dw] + db, [*w.grad.tolist(), *b.grad.tolist()], strict=True
    ):
        assert approximate == pytest.approx(float(exact), rel=1e-13, abs=1e-15)
    assert 1 / Fraction(13) < value < 1


@pytest.mark.parametrize("weights", ["k/16", "float32"])
def test_torch_doubles_agree_in_two_dimensions(weights: str) -> None:
    """Torch is given which walls meet where; it solves for the vertices and differentiates shoelace areas."""
    pytest.importorskip("torch", reason="torch is a test extra")
    net = bench.network([2, 5, 4, 1], weights)
    P = eg.partition(net, eg.box(-1, 1, dim=2))
    exact = flatten(value_and_grad(VolumeDispersion(), P)[1])
    assert any(exact)
    _, off = bench.float_peer(net, P, list(exact), 1)
    assert float(off) < 1e-12
