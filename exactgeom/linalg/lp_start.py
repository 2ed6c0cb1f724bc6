"""Where the exact simplex starts: n independent constraints, all independent equations among them."""

from __future__ import annotations

from flint import fmpz_mat, nmod_mat

from exactgeom.linalg import elimination
from exactgeom.linalg.lp_basis import LOWER, PINNED, UPPER, Basis
from exactgeom.linalg.lp_system import System

_PRIMES = (2**61 - 1, 2**62 - 57, 2**59 - 55)


def inconsistent_equations(system: System) -> list[tuple[int, int]] | None:
    """Return multipliers that combine the equations to `0 = negative`, or None when they have a solution."""
    numbers = range(system.n_inequalities, system.n_rows)
    if not numbers:
        return None
    transposed = fmpz_mat(
        system.dim, len(numbers), [system.rows[i][k] for k in range(system.dim) for i in numbers]
    )
    rows, den, pivots = elimination.reduced(transposed)
    for vector in elimination.kernel_basis(rows, den, pivots, len(numbers)):
        value = sum(top * system.right[i] for i, top in zip(numbers, vector, strict=True))
        if value:
            sign = -1 if value > 0 else 1
            return [(i, sign * top) for i, top in zip(numbers, vector, strict=True) if top]
    return None


def lineality(system: System) -> tuple[list[int], list[list[int]]]:
    """Return variables to pin at zero, and one line per pinned variable along which no constraint changes."""
    free = [
        k
        for k, (low, high) in enumerate(zip(system.lower, system.upper, strict=True))
        if low is None and high is None
    ]
    if not free:
        return [], []
    columns = fmpz_mat(system.n_rows, len(free), [row[k] for row in system.rows for k in free])
    if system.n_rows >= len(free) and nmod_mat(columns, _PRIMES[0]).rank() == len(free):
        return [], []
    rows, den, pivots = elimination.reduced(columns)
    taken = set(pivots)
    lines = []
    for vector in elimination.kernel_basis(rows, den, pivots, len(free)):
        line = [0] * system.dim
        for k, top in zip(free, vector, strict=True):
            line[k] = top
        lines.append(line)
    return [free[j] for j in range(len(free)) if j not in taken], lines


def starting_basis(system: System, hint: Basis | None) -> tuple[Basis, list[list[int]]]:
    """Return n independent constraints, the hint's first, and the lines nothing depends on."""
    pins, lines = lineality(system)
    hinted = hint or Basis((), ())
    bounds = [(k, LOWER) for k, bound in enumerate(system.lower) if bound is not None]
    bounds += [(k, UPPER) for k, bound in enumerate(system.upper) if bound is not None]
    existing = set(bounds)
    held = [pair for pair in hinted.held if pair in existing] + bounds
    first = [i for i in hinted.rows if 0 <= i < system.n_rows]
    rows = [*first, *range(system.n_inequalities)]
    return _greedy(system, pins, rows, held, rows_before=len(first)), lines


def independent_basis(system: System, active: Basis) -> Basis:
    """Return n independent ones among active constraints that span, equations and pinned variables first."""
    pins = [k for k, side in active.held if side == PINNED]
    held = [(k, side) for k, side in active.held if side != PINNED]
    return _greedy(system, pins, list(active.rows), held, rows_before=len(active.rows))


def _greedy(
    system: System, pins: list[int], rows: list[int], held: list[tuple[int, int]], rows_before: int
) -> Basis:
    """Choose the first independent constraints: pins, equations, some rows, bounds, the other rows."""
    equations = list(range(system.n_inequalities, system.n_rows))
    first = [*equations, *rows[:rows_before]]
    rank = elimination.rank(
        fmpz_mat(len(equations), system.dim, [entry for i in equations for entry in system.rows[i]])
    )
    order: list[tuple[int, int | None]] = [(k, PINNED) for k in pins]
    order += [(i, None) for i in dict.fromkeys(first)]
    order += list(dict.fromkeys(held))
    order += [(i, None) for i in dict.fromkeys(rows[rows_before:]) if i not in set(first)]
    for prime in _PRIMES:
        chosen = _pivots(system, order, prime)
        basis = Basis(
            tuple(index for index, side in chosen if side is None),
            tuple(sorted((index, side) for index, side in chosen if side is not None)),
        )
        kept = sum(i >= system.n_inequalities for i in basis.rows)
        if len(chosen) == system.dim and kept == rank:
            return basis
    raise AssertionError("unreachable: no determinant of this size is divisible by all these primes")


def _pivots(system: System, order: list[tuple[int, int | None]], prime: int) -> list[tuple[int, int | None]]:
    """Return the members of `order` that are independent of those before them, modulo a prime."""
    if not system.dim:
        return []
    columns = [
        system.rows[index] if side is None else [int(k == index) for k in range(system.dim)]
        for index, side in order
    ]
    flat = fmpz_mat(system.dim, len(order), [column[k] for k in range(system.dim) for column in columns])
    echelon, rank = nmod_mat(flat, prime).rref()
    entries = echelon.tolist()
    found = []
    for row in range(rank):
        found.append(order[next(j for j, entry in enumerate(entries[row]) if int(entry))])
    return found
