"""Pictures of labelled matrices: a table on the terminal, LaTeX in notebooks."""

from __future__ import annotations

from typing import Any

from exactgeom.nerve import labelled_entries as entry

_SHOWN = 24  # rows and columns printed before the rest becomes dots


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


def table_text(matrix: Any) -> str:
    """Return the matrix as an aligned table with its labels; large ones are cut after 24 rows and columns."""
    heads, body, cut_below, cut_right = _cells(matrix, entry.text, "0")
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
