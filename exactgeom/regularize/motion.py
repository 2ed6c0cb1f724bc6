"""A model in motion: parameters ``theta + t delta``, and the functions of its walls as polynomials in t."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat, fmpq_poly

from exactgeom.exact import InvalidInput, exact, to_fmpq
from exactgeom.models.arrangement import Arrangement
from exactgeom.models.layers_base import Layer
from exactgeom.models.layers_conv import Conv1d, Conv2d
from exactgeom.models.layers_linear import Linear, Scale
from exactgeom.models.linear_classifier import LinearClassifier
from exactgeom.models.network import Network
from exactgeom.models.program import Affine, Largest, Pieces, Program
from exactgeom.models.sites import Sites
from exactgeom.models.sites_labels import SiteClassifier
from exactgeom.partition.lowering import program_of
from exactgeom.regularize.moments import Key
from exactgeom.regularize.walls import Wall

__all__ = ["Motion", "moved"]


def moved(model: Any, direction: Any, t: Fraction) -> Any:
    """The model with parameters ``theta + t delta``; delta is nested like the gradient of the model.

    Exact. Errors: InvalidInput when the direction does not fit, or for a model whose parameters do not move.

    >>> from exactgeom.models import Linear, Network
    >>> moved(Network([Linear([[1, 2]], [3])]), [([[0, 1]], [1])], Fraction(1, 2))
    Network([Linear([[1, '5/2']], ['7/2'])])
    """
    if isinstance(model, Network):
        return _moved_network(model, direction, t)
    if isinstance(model, Arrangement):
        planes = _added(model.hyperplanes, direction, t, "direction")
        return Arrangement(planes, dim=model.dim)
    if isinstance(model, Sites):
        points, weights = _added((model.points, model.weights), direction, t, "direction")
        return Sites(points, weights, model.labels)
    if isinstance(model, SiteClassifier):
        return SiteClassifier(moved(model.sites, direction, t), model.classes)
    if isinstance(model, LinearClassifier):
        weight, bias = _added((model.weight, model.bias), direction, t, "direction")
        return LinearClassifier(weight, bias, model.classes, model.rule, model.pairs or None)
    raise InvalidInput(f"a {type(model).__name__} cannot be moved along a direction", place="model")


def _added(value: Any, direction: Any, t: Fraction, place: str) -> Any:
    """``value + t direction`` entry by entry."""
    if not isinstance(value, tuple):
        return value + t * exact(direction, place)
    if isinstance(direction, str) or not hasattr(direction, "__len__") or len(direction) != len(value):
        got = len(direction) if hasattr(direction, "__len__") else type(direction).__name__
        raise InvalidInput(f"expected {len(value)} entries, got {got}", place=place)
    return tuple(
        _added(v, d, t, f"{place}[{i}]") for i, (v, d) in enumerate(zip(value, direction, strict=True))
    )


def _moved_network(model: Network, direction: Any, t: Fraction) -> Network:
    own = [i for i, layer in enumerate(model.layers) if isinstance(layer, Linear | Conv1d | Conv2d | Scale)]
    if not hasattr(direction, "__len__") or len(direction) != len(own):
        raise InvalidInput(f"expected a pair for each of {len(own)} layers with parameters", "direction")
    layers: list[Layer] = list(model.layers)
    for number, (i, pair) in enumerate(zip(own, direction, strict=True)):
        layer, place = layers[i], f"direction[{number}]"
        if isinstance(layer, Linear):
            layers[i] = Linear(*_added((layer.weight, layer.bias), pair, t, place))
        elif isinstance(layer, Scale):
            layers[i] = Scale(*_added((layer.scale, layer.shift), pair, t, place))
        elif isinstance(layer, Conv1d | Conv2d):
            windows = layer.windows
            padding = [list(p) for p in windows.padding]
            weight, bias = _added((layer.weight, layer.bias), pair, t, place)
            layers[i] = type(layer)(weight, bias, windows.stride, padding, windows.dilation, layer.groups)
    wiring = {i: list(reads) for i, reads in enumerate(model.inputs) if reads != (i - 1,)}
    return Network(layers, inputs=wiring, input_shape=model.input_shape)


class Motion:
    """The walls of a moving model: on fixed signs every block is ``(B_0 + B_1 t + ...) [1, x]``.

    Exact.  Weights are polynomials in t of degree at most 2 (sites: ``-|p|^2``), read off three models.
    """

    def __init__(self, model: Any, direction: Any) -> None:
        self.model, self.direction = model, direction
        self.program: Program = program_of(model)
        self._weights = self._read()
        self._starts = [0]
        for count in self.program.sign_counts:
            self._starts.append(self._starts[-1] + count)
        self._blocks: dict[tuple[int, bytes], list[fmpq_mat]] = {}

    def at(self, t: Fraction) -> Any:
        """The model at time t."""
        return moved(self.model, self.direction, t)

    def _read(self) -> dict[int, list[fmpq_mat]]:
        """Coefficients of ``[b | W]`` by powers of t, for every affine operation."""
        samples = [self.at(Fraction(t)) for t in range(3)]
        if isinstance(self.model, Arrangement):
            if not self.model.hyperplanes:
                return {}
            tables = [{0: _hyperplane_rows(sample)} for sample in samples]
        else:
            tables = [_affine_rows(program_of(sample)) for sample in samples]
        found = {}
        for number in tables[0]:
            a, b, c = (table[number] for table in tables)
            second = (c - b - b + a) / fmpq(2)
            coefficients = [a, b - a - second, second]
            while len(coefficients) > 1 and not any(coefficients[-1].entries()):
                coefficients.pop()
            found[number] = coefficients
        return found

    def wall(self, key: Key) -> list[fmpq_poly]:
        """The function of a wall where the signs are these: polynomials ``[c_0, c_1..c_d]`` in t."""
        wall, signs = key
        op = self.program.operations[wall.operation]
        assert not isinstance(op, Affine)
        made = self.functional(op.source, wall, signs)
        made[0] -= fmpq_poly([to_fmpq(wall.level)])
        return made

    def functional(self, block: int, wall: Wall, signs: bytes) -> list[fmpq_poly]:
        """``z_plus - z_minus`` of a block, without the level."""
        parts = self.block(block, signs)
        width = self.program.input_dim + 1
        rows = [[part[wall.plus, j] for j in range(width)] for part in parts]
        if wall.minus >= 0:
            rows = [
                [e - part[wall.minus, j] for j, e in enumerate(row)]
                for row, part in zip(rows, parts, strict=True)
            ]
        return [fmpq_poly([row[j] for row in rows]) for j in range(width)]

    def block(self, number: int, signs: bytes) -> list[fmpq_mat]:
        """Coefficients by powers of t of a block, where the first signs are these."""
        key = number, signs
        if key not in self._blocks:
            self._blocks[key] = self._make(number, signs)
        return self._blocks[key]

    def _make(self, number: int, signs: bytes) -> list[fmpq_mat]:
        n = self.program.input_dim
        if number == 0:
            return [fmpq_mat([[fmpq(int(j == i + 1)) for j in range(n + 1)] for i in range(n)])]
        op = self.program.operations[number - 1]
        if isinstance(op, Affine):
            return _product(self._weights[number - 1], [self.block(s, signs) for s in op.sources], n)
        parts = self.block(op.source, signs)
        own = list(memoryview(signs).cast("b"))[self._starts[number - 1] : self._starts[number]]
        if isinstance(op, Largest):
            return [_winners(op, part, own) for part in parts]
        assert isinstance(op, Pieces)
        return [_lines(op, part, own, constant=k == 0) for k, part in enumerate(parts)]


def _affine_rows(program: Program) -> dict[int, fmpq_mat]:
    return {
        i: fmpq_mat(
            [[fmpq(e, op.denominator) for e in (b, *row)] for row, b in zip(op.weight, op.bias, strict=True)]
        )
        for i, op in enumerate(program.operations)
        if isinstance(op, Affine)
    }


def _hyperplane_rows(model: Arrangement) -> fmpq_mat:
    """``normal . x - offset`` itself (a program keeps a multiple that depends on t)."""
    return fmpq_mat([[to_fmpq(-offset), *map(to_fmpq, normal)] for normal, offset in model.hyperplanes])


def _product(weights: Sequence[fmpq_mat], sources: Sequence[Sequence[fmpq_mat]], n: int) -> list[fmpq_mat]:
    """Coefficients of ``b + W f`` for f the sources one below the other."""
    size = max((len(parts) for parts in sources), default=1)
    made = [fmpq_mat(weights[0].nrows(), n + 1) for _ in range(size + len(weights) - 1)]
    for k in range(size):
        rows = [[fmpq(int(k == 0))] + [fmpq(0)] * n]
        for parts in sources:
            height = parts[0].nrows()
            rows += parts[k].tolist() if k < len(parts) else [[fmpq(0)] * (n + 1)] * height
        stacked = fmpq_mat(rows)
        for j, weight in enumerate(weights):
            made[k + j] += weight * stacked
    return made


def _winners(op: Largest, part: fmpq_mat, own: Sequence[int]) -> fmpq_mat:
    table, made, at = part.tolist(), [], 0
    for group in op.groups:
        made.append(table[group[own[at : at + len(group)].index(0)]])
        at += len(group)
    return fmpq_mat(made)


def _lines(op: Pieces, part: fmpq_mat, own: Sequence[int], *, constant: bool) -> fmpq_mat:
    made, at = [], 0
    for unit, row in zip(op.units, part.tolist(), strict=True):
        slope, offset = unit.pieces[list(own[at : at + len(unit.breakpoints)]).count(1)]
        at += len(unit.breakpoints)
        new = [to_fmpq(slope) * entry for entry in row]
        if constant:
            new[0] += to_fmpq(offset)
        made.append(new)
    return fmpq_mat(made)
