"""Automatic differentiation of a smooth network at a point, to second order, in exact numbers or balls.

A layer is a matrix with a row per unit and the columns ``[value | gradient | second derivatives i <= j]``; a
linear layer is one matrix product, an activation φ acts by ``h = φ(z)``, ``h_i = φ' z_i``,
``h_ij = φ'' z_i z_j + φ' z_ij``. Curvature needs no third derivatives: Gauss's equation has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat

from exactgeom.exact import to_fmpq
from exactgeom.models.layers_linear import Linear
from exactgeom.models.smooth_activations import Activation

Layers = Sequence[Linear | Activation]


def jets(layers: Layers, point: Sequence[Any], order: int, *, balls: bool) -> Any:
    """Return the matrix of jets of the outputs; balls at FLINT's working precision, else exact rationals."""
    d = len(point)
    width = 1 + d + (d * (d + 1) // 2 if order > 1 else 0)
    rows = [[fmpq(0)] * width for _ in range(d)]
    for i, c in enumerate(point):
        rows[i][0], rows[i][1 + i] = to_fmpq(c), fmpq(1)
    table: Any = fmpq_mat(rows)
    if balls:
        table = arb_mat(table)
    for layer in layers:
        table = _linear(layer, table, balls) if isinstance(layer, Linear) else _bent(layer, table, d, order)
    return table


def _linear(layer: Linear, table: Any, balls: bool) -> Any:
    weight: Any = fmpq_mat([[to_fmpq(c) for c in row] for row in layer.weight])
    result = (arb_mat(weight) if balls else weight) * table
    for i, b in enumerate(layer.bias):
        result[i, 0] = result[i, 0] + to_fmpq(b)
    return result


def _bent(activation: Activation, table: Any, d: int, order: int) -> Any:
    rows = []
    for value, *rest in table.tolist():
        image, slope, bend = activation.jet(value)
        gradient = rest[:d]
        row = [image, *(slope * z for z in gradient)]
        if order > 1:
            at = d
            for i in range(d):
                scaled = bend * gradient[i]
                row += [
                    scaled * z + slope * old
                    for z, old in zip(gradient[i:], rest[at : at + d - i], strict=True)
                ]
                at += d - i
        rows.append(row)
    return type(table)(rows)


class LocalGeometry:
    """The metric ``g = JᵀJ`` (graph: ``I + JᵀJ``) of a map at a point, and its curvature by Gauss's equation.

    With ``N = 1 − J g⁻¹ Jᵀ`` (for a graph too): ``R_abcd = Σ N_αβ (f^α_ac f^β_bd − f^α_ad f^β_bc)``,
    ``Γ^a_bc = g^ae Σ f^α_e f^α_bc``.  Errors: ``ZeroDivisionError`` where g is not (certainly) invertible.
    """

    def __init__(self, table: Any, d: int, *, graph: bool) -> None:
        self.d, self.kind = d, type(table)
        rows = table.tolist()
        self.size = len(rows)
        self.jacobian = self.kind([row[1 : 1 + d] for row in rows])
        self._second = [row[1 + d :] for row in rows]
        self._identity = self._unit(d)
        self.metric = self.jacobian.transpose() * self.jacobian
        if graph:
            self.metric = self.metric + self._identity

    def _unit(self, size: int) -> Any:
        exact: Any = fmpq_mat([[fmpq(int(i == j)) for j in range(size)] for i in range(size)])
        return exact if self.kind is fmpq_mat else self.kind(exact)

    @cached_property
    def hessians(self) -> list[Any]:
        """One symmetric matrix of second derivatives per output."""
        found = []
        for row in self._second:
            square, at = [[row[0]] * self.d for _ in range(self.d)], 0
            for i in range(self.d):
                for j in range(i, self.d):
                    square[i][j] = square[j][i] = row[at]
                    at += 1
            found.append(self.kind(square))
        return found

    @cached_property
    def inverse(self) -> Any:
        """The inverse metric."""
        return self.metric.inv()

    @cached_property
    def normal(self) -> list[list[Any]]:
        """N: inner products of the outputs' second derivatives, orthogonally to the tangent space."""
        rows: list[list[Any]] = (
            self._unit(self.size) - self.jacobian * self.inverse * self.jacobian.transpose()
        ).tolist()
        return rows

    @cached_property
    def _raised(self) -> list[Any]:
        return [self.inverse * h for h in self.hessians]

    @cached_property
    def _traces(self) -> list[Any]:
        return [sum((a[i, i] for i in range(1, self.d)), a[0, 0]) for a in self._raised]

    def christoffel(self, a: int, b: int, c: int) -> Any:
        """Return ``Γ^a_bc``."""
        return sum(self._pushed[a, k] * h[b, c] for k, h in enumerate(self.hessians))

    @cached_property
    def _pushed(self) -> Any:
        return self.inverse * self.jacobian.transpose()

    def riemann(self, a: int, b: int, c: int, d: int) -> Any:
        """Return ``R_abcd``."""
        h = self.hessians
        return sum(
            n * (h[p][a, c] * h[q][b, d] - h[p][a, d] * h[q][b, c])
            for p, row in enumerate(self.normal)
            for q, n in enumerate(row)
        )

    @cached_property
    def ricci(self) -> Any:
        """``R_bd = g^ac R_abcd``."""
        total = self._unit(self.d) * 0
        for p, row in enumerate(self.normal):
            for q, n in enumerate(row):
                bent = self.hessians[q] * self._traces[p] - self.hessians[p] * self._raised[q]
                total = total + bent * n
        return total

    @cached_property
    def scalar(self) -> Any:
        """``g^bd R_bd``."""
        flipped = [a.transpose().entries() for a in self._raised]
        listed = [a.entries() for a in self._raised]
        total: Any = 0
        for p, row in enumerate(self.normal):
            for q, n in enumerate(row):
                crossed = sum(x * y for x, y in zip(listed[p], flipped[q], strict=True))
                total = total + n * (self._traces[p] * self._traces[q] - crossed)
        return total

    def sectional(self, u: Sequence[Any], v: Sequence[Any]) -> Any:
        """Return ``R(u,v,u,v)/(g(u,u) g(v,v) − g(u,v)²)``."""
        first, second = self.kind([[c] for c in u]), self.kind([[c] for c in v])

        def form(m: Any, x: Any, y: Any) -> Any:
            return (x.transpose() * m * y)[0, 0]

        uu, uv, vv = ([form(h, x, y) for h in self.hessians] for x, y in _pairs(first, second))
        top: Any = sum(
            n * (uu[p] * vv[q] - uv[p] * uv[q])
            for p, row in enumerate(self.normal)
            for q, n in enumerate(row)
        )
        a, b, c = (form(self.metric, x, y) for x, y in _pairs(first, second))
        area = a * c - b * b
        if not (area > 0 or area < 0):
            raise ZeroDivisionError("the plane is not certainly nondegenerate")
        return top / area


def _pairs(u: Any, v: Any) -> tuple[tuple[Any, Any], ...]:
    return (u, u), (u, v), (v, v)
