"""Cutting a domain by a network or an arrangement, and the affine functions that did the cutting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat

from exactgeom.models import Arrangement, Linear, Network
from exactgeom.models.layers import Pointwise
from exactgeom.polyhedra.arrays import AnyArray, IntArray
from exactgeom.polyhedra.cutting import Cutter
from exactgeom.polyhedra.reference import primitive


def count_functions(model: Network | Arrangement) -> int:
    """Number of functions a model cuts by."""
    return model.sign_count


def cut_by(model: Network | Arrangement, cutter: Cutter) -> CuttingForms:
    """Run the model's cuts on the cutter; return the functions behind them."""
    if isinstance(model, Arrangement):
        return _cut_by_arrangement(model, cutter)
    forms = CuttingForms(model.layers, model.input_dim)
    cutting = [
        i for i, layer in enumerate(model.layers) if isinstance(layer, Pointwise) and layer.breakpoints
    ]
    last = cutting[-1] if cutting else -1
    for i, layer in enumerate(model.layers[: last + 1]):
        if isinstance(layer, Linear):
            cutter.affine(layer.integer_form)
        elif isinstance(layer, Pointwise):
            before = len(cutter.pass_sizes)
            forms.open_layer(i, cutter)
            breakpoints, pieces, denominator = layer.integer_form
            cutter.pointwise(breakpoints, pieces, denominator, last=i == last)
            forms.close_layer(len(cutter.pass_sizes) - before)
    return forms


def _cut_by_arrangement(model: Arrangement, cutter: Cutter) -> CuttingForms:
    """Hyperplanes are one layer of signs: normal.x - offset."""
    layer = (
        Linear([a for a, _ in model.hyperplanes], [-b for _, b in model.hyperplanes])
        if model.hyperplanes
        else None
    )
    forms = CuttingForms(() if layer is None else (layer, _STEP), model.dim)
    if layer is not None:
        cutter.affine(layer.integer_form)
        forms.open_layer(1, cutter)
        cutter.pointwise([(0, 1)], [(1, 0), (1, 0)], 1, last=True)
        forms.close_layer(len(cutter.pass_sizes))
    return forms


class _Step(Pointwise):
    """A breakpoint at 0 and no more: what a hyperplane does."""

    def __init__(self) -> None:
        from fractions import Fraction

        super().__init__((Fraction(0),), ((Fraction(1), Fraction(0)),) * 2)


_STEP = _Step()


class CuttingForms:
    """The affine functions the network's units are, cell by cell, as each layer begins to cut.

    Callable as `Forms`: (pass, function, cell) -> integer rows [c_0, c_1..c_n], up to a positive factor.
    """

    def __init__(self, layers: Sequence[Any], input_dim: int) -> None:
        self._layers, self._dim = tuple(layers), input_dim
        self._starts: list[tuple[int, AnyArray, int]] = []  # layer, signs per cell at its start, first pass
        self._layer_of_pass: list[int] = []
        self._cells_of_pass: list[AnyArray] = []
        self._offset: list[int] = []
        self._maps: dict[tuple[int, bytes], list[list[fmpz]]] = {}

    def open_layer(self, layer: int, cutter: Cutter) -> None:
        """The next passes cut at the breakpoints of this layer."""
        self._cutter = cutter
        self._current = layer
        cutter.on_pass = self._begin_pass
        self._function = 0

    def _begin_pass(self, cutter: Cutter, size: int) -> None:
        self._layer_of_pass.append(self._current)
        self._cells_of_pass.append(cutter.signs(cutter.slicer.dim))
        self._offset.append(self._function)
        self._function += size

    def close_layer(self, passes: int) -> None:
        """The layer is done."""
        self._cutter.on_pass = None

    def __call__(self, passes: IntArray, function: IntArray, cell: IntArray) -> fmpz_mat:
        """Integer rows of these functions on these cells."""
        rows = []
        for p, f, c in zip(passes.tolist(), function.tolist(), cell.tolist(), strict=True):
            layer = self._layers[self._layer_of_pass[p]]
            unit, breakpoint = divmod(self._offset[p] + f, len(layer.breakpoints))
            a, b = layer.integer_form[0][breakpoint]
            *row, scale = self._unit_map(p, c)[unit]
            if a or b != 1:
                row = [b * entry for entry in row]
                row[0] -= a * scale
                row = primitive(row)
            rows.append(row)
        return fmpz_mat(rows)

    def _unit_map(self, p: int, cell: int) -> list[list[fmpz]]:
        """Rows [c_0..c_n, scale] of all units of the layer on one cell: unit = (c_0 + c.x)/scale."""
        signs = self._cells_of_pass[p][cell]
        key = (self._layer_of_pass[p], signs.tobytes())
        if key not in self._maps:
            self._maps[key] = self._affine_rows(self._layer_of_pass[p], signs)
        return self._maps[key]

    def _affine_rows(self, upto: int, signs: AnyArray) -> list[list[fmpz]]:
        n = self._dim
        value = fmpz_mat([[0] * (i + 1) + [1] + [0] * (n - 1 - i) for i in range(n)])
        scale, at = 1, 0
        for layer in self._layers[:upto]:
            if isinstance(layer, Linear):
                weight, bias, q = layer.integer_form
                offset = fmpz_mat([[b * scale] + [0] * n for b in bias])
                value = fmpz_mat([list(row) for row in weight]) * value + offset
                scale *= q
            elif layer.breakpoints or layer.integer_form[1] != ((1, 0),):
                value, at = self._pieces(layer, value, scale, signs, at)
                scale *= layer.integer_form[2]
        table = []
        for row in value.tolist():
            reduced = primitive([*row, fmpz(scale)])
            table.append(reduced)
        return table

    def _pieces(
        self, layer: Any, value: fmpz_mat, scale: int, signs: AnyArray, at: int
    ) -> tuple[fmpz_mat, int]:
        """Apply the pieces the signs choose (at a 0 the lower one)."""
        size = len(layer.breakpoints)
        pieces = layer.integer_form[1]
        rows = value.tolist()
        for unit, row in enumerate(rows):
            chosen = int(np.count_nonzero(signs[at + unit * size : at + (unit + 1) * size] == 1))
            slope, const = pieces[chosen]
            row[:] = [slope * entry for entry in row]
            row[0] += const * scale
        return fmpz_mat(rows), at + size * len(rows)
