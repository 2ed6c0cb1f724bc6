"""Pictures of labelled matrices: a table on the terminal, LaTeX in notebooks."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

from flint import fmpq

from exactgeom.exact import Enclosure, fraction
from exactgeom.nerve import labelled_entries as entry

_SHOWN = 24  # rows and columns printed before the rest becomes dots
_WIDTH = 110  # of a table on the terminal
_LONG = 12  # characters: when a table is too wide, longer entries become rounded decimals
_DIGITS = 6  # of those
_BITS = 64, 128, 256, 1024


def label_text(label: Any) -> str:
    """Return a label as it is written: a simplex `(0, 1)` as `0,1`.

    >>> label_text((0, 1)), label_text("a")
    ('0,1', 'a')
    """
    return ",".join(map(label_text, label)) if isinstance(label, tuple) else str(label)


def _cells(matrix: Any, form: Any, zero: str) -> tuple[list[str], list[list[str]], bool, bool]:
    """Return the column heads, the rows with their label first, and whether rows or columns are cut."""
    height, width = matrix.shape
    rows, columns = min(height, _SHOWN), min(width, _SHOWN)
    heads = [label_text(label) for label in matrix.columns[:columns]]
    body = []
    for label, line in zip(matrix.rows[:rows], matrix.lines, strict=False):
        values = [form(line[j]) if j in line else zero for j in range(columns)]
        body.append([label_text(label), *values])
    return heads, body, height > rows, width > columns


def rounded(value: Any, digits: int = _DIGITS) -> str:
    """Return an entry as a decimal of so many correctly rounded digits, marked by `≈`.

    An enclosure that does not determine them shows as many as it does.

    >>> rounded(entry.enter("1/3")), rounded(entry.enter("-12345678/10"))
    ('≈0.333333', '≈-1.23457e+6')
    """
    context = Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-(10**9), Emax=10**9)
    for bits in _BITS:
        low, high = (_decimal(end, context) for end in _ends(value, bits))
        if low == high:
            return f"≈{low:g}" if abs(low.adjusted()) < digits else f"≈{low.normalize(context):g}"
    return rounded(value, digits - 1) if digits > 1 else entry.text(value)


def _ends(value: Any, bits: int) -> tuple[Fraction, Fraction]:
    if type(value) is fmpq:
        return fraction(value), fraction(value)
    found = value if type(value) is Enclosure else value.enclosure(bits)
    return found.lower, found.upper


def _decimal(q: Fraction, context: Context) -> Decimal:
    """The quotient of two integers, rounded once."""
    return context.divide(Decimal(q.numerator), Decimal(q.denominator))


def table_text(matrix: Any) -> str:
    """Return the matrix as an aligned table with its labels, at most 110 characters wide.

    Where exact entries would make it wider, long ones are shown as rounded decimals marked by `≈` (the matrix
    keeps them exactly); rows and columns beyond 24, or beyond the width, become dots.
    """
    heads, body, cut_below, cut_right = _cells(matrix, entry.text, "0")
    if _total(heads, body) > _WIDTH:
        heads, body, cut_below, cut_right = _cells(matrix, _short, "0")
        heads, body = [_clipped(head) for head in heads], [[_clipped(row[0]), *row[1:]] for row in body]
    fitting = next((k for k in range(len(heads), 1, -1) if _total(heads[:k], body) <= _WIDTH - 3), 1)
    if _total(heads, body) > _WIDTH and fitting < len(heads):
        heads, body, cut_right = heads[:fitting], [row[: fitting + 1] for row in body], True
    table = [["", *heads], *body]
    if cut_right:
        table = [[*row, "…"] for row in table]
    if cut_below:
        table.append(["⋮"] + ["⋮"] * (len(table[0]) - 1))
    widths = [max(len(row[j]) for row in table) for j in range(len(table[0]))]
    widths[0] = max(widths[0], 3)
    lines = []
    for row in table:
        padded = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append(f"{padded[0]} │ {'  '.join(padded[1:])}".rstrip())
    rule = "─" * (widths[0] + 1) + "┼" + "─" * max(1, sum(widths[1:]) + 2 * (len(widths) - 2) + 1)
    shape = f"\n{matrix.shape[0]} × {matrix.shape[1]}" if cut_below or cut_right else ""
    return "\n".join([lines[0], rule, *lines[1:]]) + shape


def _total(heads: list[str], body: list[list[str]]) -> int:
    """The width of the table of these columns."""
    label = max([3, *(len(row[0]) for row in body)])
    return (
        label
        + 1
        + sum(2 + max([len(head), *(len(row[j]) for row in body)]) for j, head in enumerate(heads, 1))
    )


def _short(value: Any) -> str:
    shown = entry.text(value)
    return shown if len(shown) <= _LONG else rounded(value)


def _clipped(label: str) -> str:
    return label if len(label) <= 2 * _LONG else label[: 2 * _LONG - 1] + "…"


def table_latex(matrix: Any) -> str:
    r"""Return the matrix as a LaTeX array with its labels."""
    heads, body, cut_below, cut_right = _cells(matrix, entry.latex, "0")
    table = [["", *(rf"\text{{{head}}}" for head in heads)]]
    table += [[rf"\text{{{label}}}", *values] for label, *values in body]
    if cut_right:
        table = [[*row, r"\cdots"] for row in table]
    if cut_below:
        table.append([r"\vdots"] * len(table[0]))
    first, *rest = (" & ".join(row) for row in table)
    columns = "r|" + "r" * (len(table[0]) - 1)
    body_rows = r" \\ ".join(rest)
    return rf"$\begin{{array}}{{{columns}}}{first} \\ \hline {body_rows}\end{{array}}$"
