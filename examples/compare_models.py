"""Three ways to replace a trained classifier of Iris flowers, and exactly how much each one changes.

The network sees petal length and width (in cm). It is pruned (small first-layer weights dropped), quantised
(weights rounded to sixteenths), and replaced by a decision tree; then units are permuted and rescaled, which
changes every weight and not the function. Needs the `sklearn` extra, for the tree.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

import exactgeom as eg

MODEL = Path(__file__).parent / "models" / "iris2.json"
DOMAIN = eg.box(["1/2", 0], [7, 3])


def changed(net: eg.Network, layer: int, change) -> eg.Network:
    """The network with `change(weight)` for every weight of one layer."""
    layers = list(net.layers)
    weight = [[change(w) for w in row] for row in layers[layer].weight]
    layers[layer] = eg.Linear(weight, layers[layer].bias)
    return eg.Network(layers)


def pruned(net: eg.Network) -> eg.Network:
    return changed(net, 2, lambda w: w if abs(w) > Fraction(1, 10) else 0)


def quantised(net: eg.Network) -> eg.Network:
    return changed(changed(net, 0, _sixteenths), 2, _sixteenths)


def _sixteenths(w: Fraction) -> Fraction:
    return Fraction(round(16 * w), 16)


def disguised(net: eg.Network) -> eg.Network:
    """The same function: hidden units in reverse order, each scaled by its own factor."""
    first, relu, last = net.layers
    order = list(reversed(range(len(first.bias))))
    factor = [Fraction(i + 1, 3) for i in order]
    weight = [[f * w for w in first.weight[i]] for i, f in zip(order, factor, strict=True)]
    bias = [f * first.bias[i] for i, f in zip(order, factor, strict=True)]
    back = [[row[i] / f for i, f in zip(order, factor, strict=True)] for row in last.weight]
    return eg.Network([eg.Linear(weight, bias), relu, eg.Linear(back, last.bias)])


def report(name: str, found: eg.Comparison, *, scores: bool = True) -> None:
    print(name)
    share = found.disagreement_volume / DOMAIN.volume
    print(f"  other class on {100 * float(share):.3f} % of the domain; equal functions: {found.equal}")
    if not found.equal and scores:
        point = ", ".join(f"{float(c):.3g}" for c in found.sup_point)
        print(f"  a score changes by up to {float(found.sup_distance):.3g}, at ({point})")
        print(f"  mean total change {float(found.l1_distance / DOMAIN.volume):.3g}")
        witness = found.difference_witness
        if found.model_a(witness) == found.model_b(witness):
            raise SystemExit("the witness proves nothing")


def main() -> None:
    net = eg.load(MODEL)
    report("pruned: second-layer weights below 1/10 dropped", eg.compare(net, pruned(net), DOMAIN))
    report("quantised: weights rounded to sixteenths", eg.compare(net, quantised(net), DOMAIN))

    iris = load_iris()
    tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(iris.data[:, 2:], iris.target)
    report(f"a decision tree of {tree.get_n_leaves()} leaves", eg.compare(net, eg.from_sklearn(tree), DOMAIN))

    same = disguised(net)
    report("units permuted and rescaled", eg.compare(net, same, DOMAIN))
    if not eg.compare(net, same).equal:
        raise SystemExit("a disguise changed the function")
    print("  ... and that is proved on all of R^2")


if __name__ == "__main__":
    main()
