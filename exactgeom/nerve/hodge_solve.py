"""Linear systems with labelled matrices: exact over Q, exact in small fields, certified by balls where asked.

Systems with a symmetric pattern are solved one connected component at a time, so the inverse of a diagonal or
block-diagonal Gram matrix costs what its blocks cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat, fmpz

from exactgeom.exact import BudgetExceeded, Enclosure, InvalidInput, UndecidedError
from exactgeom.exact.balls import precision
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.hodge_field import Field
from exactgeom.nerve.inertia import kernel_of
from exactgeom.nerve.inertia_blocks import components
from exactgeom.nerve.labelled import LabelledMatrix, Line

_DIXON = 12  # from this size on p-adic lifting beats elimination
_MOST_WORK = 1e11  # entries times bits^1.5 of an exact solution: about a minute and a half


def solve_symmetric(
    matrix: LabelledMatrix, right: LabelledMatrix, *, bits: int | None = None, what: str = "matrix"
) -> LabelledMatrix:
    """Return `X` with `matrix @ X = right` for a symmetric nonsingular matrix.

    Contract: exact over Q and in fields of degree at most 64; beyond that enclosures when `bits` is given.
    Errors: `InvalidInput` naming a kernel vector when the matrix is singular; `UndecidedError`.

    >>> g = LabelledMatrix("ab", "ab", [[2, 1], [1, 2]])
    >>> solve_symmetric(g, g)["a", "a"], solve_symmetric(g, g).is_diagonal
    (Fraction(1, 1), True)
    """
    if matrix.columns != right.rows:
        raise InvalidInput("the right side has other rows than the matrix", what)
    result: list[Line] = [{} for _ in matrix.rows]
    for block in components(matrix.lines):
        solution = _solve_block(matrix, right.lines, block, bits, what)
        for i, line in zip(block, solution, strict=True):
            result[i] = line
    return LabelledMatrix.from_lines(matrix.rows, right.columns, result)  # type: ignore[no-any-return]


def _solve_block(
    matrix: LabelledMatrix, right: Sequence[Line], block: list[int], bits: int | None, what: str
) -> list[Line]:
    if len(block) == 1:
        i = block[0]
        pivot = matrix.lines[i].get(i)
        if pivot is None:
            raise InvalidInput(f"singular: its kernel holds {matrix.rows[i]!r}, an element of norm 0", what)
        return [{j: entry.divide(value, pivot) for j, value in right[i].items()}]
    place = {j: k for k, j in enumerate(block)}
    lines = [{place[j]: value for j, value in matrix.lines[i].items()} for i in block]
    used = sorted({j for i in block for j in right[i]})
    column = {j: k for k, j in enumerate(used)}
    sides = [{column[j]: value for j, value in right[i].items()} for i in block]
    if not used:  # nothing to solve for, but a singular matrix is still refused
        sides[0] = {0: entry.ONE}
    try:
        found = solve_lines(lines, sides, max(1, len(used)), bits)
    except ZeroDivisionError:
        raise InvalidInput(f"singular: {_named_kernel(matrix, block)}", what) from None
    return [{used[k]: value for k, value in line.items()} if used else {} for line in found]


def _named_kernel(matrix: LabelledMatrix, block: list[int]) -> str:
    try:
        null = kernel_of(matrix.lines, block)
    except UndecidedError:
        return f"no bits decide that the block of {matrix.rows[block[0]]!r} is nonsingular"
    if not null:
        return "the accuracy does not show that it is nonsingular"
    terms = [f"{value}·{matrix.rows[i]}" for i, value in zip(block, null[0], strict=True) if value != 0]
    shown = " + ".join(terms[:6]) + (" + …" if len(terms) > 6 else "")
    return f"its kernel holds {shown}"


def solve_lines(lines: Sequence[Line], right: Sequence[Line], width: int, bits: int | None) -> list[Line]:
    """Return the sparse rows of `A⁻¹ B`; `A` square by sparse rows, `B` with `width` columns.

    Errors: `ZeroDivisionError` when singular (or not shown nonsingular), `UndecidedError` as above.
    """
    values = [value for line in (*lines, *right) for value in line.values()]
    kinds = {type(value) for value in values}
    if kinds <= {fmpq}:
        if _affordable(lines, right, width):
            return _rational(lines, right, width)
        if bits is None:
            raise BudgetExceeded(
                f"the exact inverse of a block of size {len(lines)} would be too tall; give bits= for a "
                "certified enclosure, or take what does not need it: stiffness(p), apply_laplacian(p, f), "
                "hodge(p, f)"
            )
    elif Enclosure not in kinds:
        try:
            return _in_field(Field(values), lines, right, width)
        except UndecidedError:
            if bits is None:
                raise
    if bits is None:
        bits = min(value.bits for value in values if type(value) is Enclosure)
    return _by_balls(lines, right, width, bits)


def _affordable(lines: Sequence[Line], right: Sequence[Line], width: int) -> bool:
    """Estimate the work of an exact solution: its entries, each of about the bits of the determinant."""
    bits = 0
    for line, side in zip(lines, right, strict=True):
        values = [*line.values(), *side.values()]
        scale = fmpz(1)
        for value in values:
            scale = scale.lcm(value.q)
        top = max((abs(value.p).bit_length() - value.q.bit_length() for value in values), default=0)
        bits += scale.bit_length() + max(0, top)
    return bool(len(lines) * width * float(bits) ** 1.5 <= _MOST_WORK)


def _rational(lines: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    size = len(lines)
    solution = solved(_table(lines, size), _table(right, width))
    return _lines_of(solution, width)


def solved(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    """Return `left⁻¹ right` by the faster of FLINT's routes. Errors: `ZeroDivisionError`."""
    return left.solve(right, algorithm="dixon" if left.nrows() >= _DIXON else None)


def _table(lines: Sequence[Line], width: int) -> fmpq_mat:
    table = fmpq_mat(len(lines), width)
    for i, line in enumerate(lines):
        for j, value in line.items():
            table[i, j] = value
    return table


def _lines_of(table: Any, width: int) -> list[Line]:
    flat = table.entries()
    rows = (flat[i * width : (i + 1) * width] for i in range(table.nrows()))
    return [{j: value for j, value in enumerate(row) if value != 0} for row in rows]


def _in_field(field: Field, lines: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Solve over a small field: every entry becomes the rational matrix of multiplication by it."""
    degree, size = field.degree, len(lines)
    products = field.products()
    left, sides = fmpq_mat(size * degree, size * degree), fmpq_mat(size * degree, width)
    for i, line in enumerate(lines):
        for j, value in line.items():
            for a, q in field.coordinates(value).items():
                for b in range(degree):
                    k, c = products[a][b]
                    left[i * degree + k, j * degree + b] += q * c
    for i, line in enumerate(right):
        for j, value in line.items():
            for a, q in field.coordinates(value).items():
                sides[i * degree + a, j] = q
    solution = solved(left, sides)
    result: list[Line] = []
    for i in range(size):
        row = {j: field.number(solution[i * degree + k, j] for k in range(degree)) for j in range(width)}
        result.append({j: value for j, value in row.items() if not entry.is_zero(value)})
    return result


def _by_balls(lines: Sequence[Line], right: Sequence[Line], width: int, bits: int) -> list[Line]:
    size, working = len(lines), bits + 32
    open_ended = not any(type(value) is Enclosure for line in (*lines, *right) for value in line.values())
    while True:
        with precision(working):
            left, sides = arb_mat(size, size), arb_mat(size, width)
            for table, source in ((left, lines), (sides, right)):
                for i, line in enumerate(source):
                    for j, value in line.items():
                        table[i, j] = entry.ball(value, working)
            try:
                solution = left.solve(sides)
            except ZeroDivisionError:
                solution = None
        if solution is not None:
            balls = solution.entries()
            if not open_ended or all(_good(value, bits) for value in balls):
                break
        if not open_ended or working > 64 * (bits + 32):
            if solution is None:
                raise ZeroDivisionError
            break
        working *= 2
    numbers = [Enclosure.from_ball(value, bits) for value in balls]
    return [dict(enumerate(numbers[i * width : (i + 1) * width])) for i in range(size)]


def _good(value: Any, bits: int) -> bool:
    """Tell whether a ball is accurate to `bits`, relatively, or absolutely below 1."""
    return bool(value.is_finite() and (value.rel_accuracy_bits() >= bits or value.rad() < 2.0**-bits))
