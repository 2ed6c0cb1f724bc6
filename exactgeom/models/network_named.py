"""Networks with a name: families whose partition is known, for tests, examples and benchmarks."""

from __future__ import annotations

from exactgeom.models.layers import Layer, Linear, ReLU
from exactgeom.models.layers_base import whole
from exactgeom.models.network import Network

__all__ = ["sawtooth"]


def sawtooth(depth: int) -> Network:
    """Return the sawtooth R -> R: the tent map ``2 relu(x) - 4 relu(x - 1/2)`` composed `depth` times.

    Exact. On [0, 1] it has exactly ``2^depth`` linear pieces, each of width ``2^-depth`` and slope
    ``+-2^depth``, with 2 units a layer. Source: M. Telgarsky, Benefits of depth in neural networks,
    COLT 2016, arXiv:1602.04485.
    Raises ``InvalidInput`` unless `depth` is a whole number of at least 1.

    >>> net = sawtooth(3)
    >>> [str(net([x])[0]) for x in ("0", "1/8", "1/4", "3/8")], len(net.layers)
    (['0', '1', '0', '1'], 7)
    """
    count = whole(depth, "depth")
    layers: list[Layer] = [Linear([[1], [1]], [0, "-1/2"])]
    for _ in range(count - 1):  # the tent of one step and the two units of the next, in one layer
        layers += [ReLU(), Linear([[2, -4], [2, -4]], [0, "-1/2"])]
    return Network([*layers, ReLU(), Linear([[2, -4]], [0])])
