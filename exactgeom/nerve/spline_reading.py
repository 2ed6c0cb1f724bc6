"""Reading what users give to splines: polynomials by exponents, points, degrees; FLINT rows of fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

from flint import fmpq_mat

from exactgeom.exact import InvalidInput, exact, exact_matrix, fraction_str, to_fmpq
from exactgeom.nerve.spline_indices import polynomial_dimension
from exactgeom.nerve.spline_mesh import Mesh
from exactgeom.polyhedra.complex import Point


def read_piece(piece: Any, dim: int, place: str) -> dict[tuple[int, ...], Fraction]:
    """A polynomial given as exponents -> coefficient; InvalidInput naming the place."""
    if not isinstance(piece, Mapping):
        raise InvalidInput("expected a mapping from exponents to coefficients", place)
    found = {}
    for exponents, c in piece.items():
        key = tuple(exponents) if isinstance(exponents, Iterable) else (exponents,)
        if len(key) != dim or any(type(e) is not int or e < 0 for e in key):
            raise InvalidInput(f"expected {dim} exponents from 0, got {exponents!r}", place)
        found[key] = exact(c, f"{place}[{exponents!r}]")
    return found


def read_integer(value: Any, least: int, place: str) -> int:
    """An integer of at least `least`."""
    if type(value) is not int or value < least:
        raise InvalidInput(f"expected an integer from {least}, got {value!r}", place)
    return value


def locate_points(mesh: Mesh, points: Any) -> tuple[tuple[Point, ...], tuple[int, ...]]:
    """Points of the union of the cells, and the first cell of each; InvalidInput for one outside."""
    read = exact_matrix(points, "points")
    if read and len(read[0]) != mesh.dim:
        raise InvalidInput(f"expected {mesh.dim} coordinates, got {len(read[0])}", "points")
    cells = []
    for i, holders in enumerate(mesh.locate(read)):
        if not holders:
            shown = ", ".join(map(fraction_str, read[i]))
            raise InvalidInput(f"expected a point of the cells, ({shown}) lies outside", f"points[{i}]")
        cells.append(holders[0])
    return read, tuple(cells)


def degree_of(dim: int, size: int) -> int:
    """The degree up to which there are so many monomials."""
    return next(k for k in count() if polynomial_dimension(dim, k) >= size)


def row_matrix(values: Sequence[Fraction]) -> Any:
    """Fractions as one row of an `fmpq_mat`."""
    return fmpq_mat([[to_fmpq(c) for c in values]])
