"""Affine maps of a chain of layers whose pieces are fixed, as integer matrices ``[qA qb; 0 q]``."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpz, fmpz_mat

from exactgeom.exact import InvalidInput
from exactgeom.models.layers import Linear, Pointwise

Vector = tuple[Fraction, ...]
AffineMap = tuple[tuple[Vector, ...], Vector]


def homogeneous(layer: Linear) -> fmpz_mat:
    """Return ``[[W, b], [0, q]]``: the layer acting on homogeneous integer columns (cached on the layer)."""
    cached: fmpz_mat | None = layer.__dict__.get("_homogeneous")
    if cached is None:
        weight, bias, scale = layer.integer_form
        rows = [[*row, b] for row, b in zip(weight, bias, strict=True)]
        rows.append([0] * layer.in_dim + [scale])
        cached = layer.__dict__["_homogeneous"] = fmpz_mat(rows)
    return cached


def affine_of(total: fmpz_mat) -> AffineMap:
    """Return (A, b) for homogeneous rows ``[qA qb; 0 q]``."""
    rows = [[int(q) for q in row] for row in total.tolist()]
    scale = rows[-1][-1]
    values = [tuple(Fraction(q, scale) for q in row) for row in rows[:-1]]
    return tuple(row[:-1] for row in values), tuple(row[-1] for row in values)


def all_pieces(layer: Pointwise, rows: fmpz_mat) -> list[list[list[fmpz]]]:
    """Return, for each unit, its homogeneous row on every piece of the activation; last, the scale's row."""
    _, pieces, over = layer.integer_form
    *values, scale = rows.tolist()
    units = [
        [row if piece == (1, 0) else _piece_row(row, scale, *piece) for piece in pieces] for row in values
    ]
    return [*units, [[over * r for r in scale]]]


def _piece_row(row: list[fmpz], scale: list[fmpz], slope: int, intercept: int) -> list[fmpz]:
    if intercept == 0:
        return [slope * q for q in row] if slope else [fmpz(0)] * len(row)
    return [slope * q + intercept * r for q, r in zip(row, scale, strict=True)]


def fix_pieces(rows: list[list[list[fmpz]]], count: int, signs: str, offset: int) -> fmpz_mat:
    """Choose among `all_pieces` by the signs of the units, `count` per unit."""
    *units, scale = rows
    if count == 1 and not signs.strip("+-0"):
        chosen = [pieces[sign == "+"] for sign, pieces in zip(signs, units, strict=True)]
    else:
        parts = range(0, count * len(units), count) if count else [0] * len(units)
        numbers = [_piece(signs[i : i + count], offset + i) for i in parts]
        chosen = [pieces[number] for number, pieces in zip(numbers, units, strict=True)]
    return fmpz_mat(chosen + scale)


def _piece(signs: str, offset: int) -> int:
    """Return the number of breakpoints below a value with these signs, the lower piece at a ``0``."""
    rank = signs.rstrip("-")
    if rank.endswith("0"):
        rank = rank[:-1]
    if rank.strip("+"):
        raise InvalidInput(
            f"expected the signs (+, - or 0) of one number at increasing breakpoints, got {signs!r}",
            place=f"signs[{offset}]",
        )
    return len(rank)
