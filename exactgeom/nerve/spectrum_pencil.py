"""Certified eigenvalues of a symmetric pencil (K, G): a float eigenbasis proposes, ball arithmetic disposes.

Let X be a float basis with XᵀGX ≈ 1 and XᵀKX ≈ Θ diagonal. In balls, `XᵀGX = 1 + E` with ‖E‖ ≤ ε < 1 proves
that G is positive definite and X invertible, and `XᵀKX = Θ + F` with ‖F‖ ≤ φ. By the minimax principle the
k-th eigenvalue lies between `(θ_k − φ)/(1 ± ε)` and `(θ_k + φ)/(1 ± ε)`, the signs those that widen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from exactgeom.exact import Enclosure, InvalidInput
from exactgeom.exact.balls import dyadic, precision
from exactgeom.nerve import labelled_entries as entry

_WORKING = 128
_BITS = 53


def pencil_eigenvalues(symmetric: Any, gram: Any) -> list[Enclosure]:
    """Return enclosures of the eigenvalues, ascending: the k-th holds the k-th eigenvalue.

    Contract: enclosure; assumption: both matrices are symmetric. Errors: `InvalidInput` when it is not proved
    that G is positive definite.
    """
    size = len(gram.rows)
    if size == 0:
        return []
    with precision(_WORKING):
        shifts = _shifts(gram)
        k, g = _scaled(symmetric, shifts), _scaled(gram, shifts)
        basis = _basis(_middle(k), _middle(g))
        if basis is None:
            raise InvalidInput("expected a positive definite inner product", "gram")
        x = arb_mat(size, size, basis.ravel().tolist())
        xt = x.transpose()
        near_one, near_diagonal = xt * g * x, xt * k * x
        epsilon = _norm(near_one, [arb(1)] * size)
        if not epsilon < 1:
            raise InvalidInput("expected a positive definite inner product, no proof was found", "gram")
        theta = sorted((near_diagonal[i, i].mid() for i in range(size)), key=dyadic)
        theta_of = [near_diagonal[i, i].mid() for i in range(size)]
        phi = _norm(near_diagonal, theta_of)
        return [_enclosed(value, phi, epsilon) for value in theta]


def _enclosed(theta: arb, phi: arb, epsilon: arb) -> Enclosure:
    low, high = theta - phi, theta + phi
    ends = [low / (1 + epsilon), low / (1 - epsilon), high / (1 + epsilon), high / (1 - epsilon)]
    ball = ends[0]
    for end in ends[1:]:
        ball = ball.union(end)
    return Enclosure.from_ball(ball, _BITS)


def _norm(matrix: arb_mat, diagonal: list[arb]) -> arb:
    """Return the largest row sum of `matrix − diag`, a bound of its spectral norm as it is symmetric."""
    size = matrix.nrows()
    best = arb(0)
    flat = matrix.entries()
    for i in range(size):
        row = flat[i * size : (i + 1) * size]
        row[i] = row[i] - diagonal[i]
        total = arb(0)
        for value in row:
            total += value.abs_upper()
        best = best.max(total)
    return best.abs_upper()


def _shifts(gram: Any) -> list[int]:
    """Return binary exponents e with `2^(2e) G_ii` near 1, so that doubles neither overflow nor underflow."""
    shifts = []
    for i, line in enumerate(gram.lines):
        value = entry.ball(line[i], 64) if i in line else arb(0)
        if not value > 0:
            raise InvalidInput(f"not positive definite: the norm of {gram.rows[i]!r} is not positive", "gram")
        mantissa, exponent = (int(part) for part in value.mid().man_exp())
        shifts.append(-(mantissa.bit_length() + exponent) // 2)
    return shifts


def _scaled(matrix: Any, shifts: list[int]) -> arb_mat:
    result = arb_mat(len(shifts), len(shifts))
    for i, line in enumerate(matrix.lines):
        for j, value in line.items():
            result[i, j] = entry.ball(value, _WORKING) * arb((1, shifts[i] + shifts[j]))
    return result


def _middle(matrix: arb_mat) -> np.ndarray[Any, Any]:
    size = matrix.nrows()
    return np.array([float(value.mid()) for value in matrix.entries()]).reshape(size, size)


def _basis(k: np.ndarray[Any, Any], g: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    try:
        root = np.linalg.cholesky(g)
        half = np.linalg.solve(root, k)
        symmetric = np.linalg.solve(root, half.T)
        _, vectors = np.linalg.eigh((symmetric + symmetric.T) / 2)
        basis = np.linalg.solve(root.T, vectors)
    except np.linalg.LinAlgError:
        return None
    return basis if np.isfinite(basis).all() else None
