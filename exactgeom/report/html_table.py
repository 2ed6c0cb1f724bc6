"""One sortable table of a page, and exact numbers that unfold where they are long."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from math import isnan
from typing import Any

from exactgeom.exact import Angle, Enclosure, Surd, fraction_str
from exactgeom.report.coloring_data import nearest
from exactgeom.report.numbers import approximation, fraction_digits

__all__ = ["Exacts", "table"]

_SHORT = 14
_LONGEST = 3000
_ALL = 3_000_000
_NUMBERS = (int, Fraction, Surd, Angle, Enclosure)
_RIGHT = ' class="n"'


class Exacts:
    """Writes numbers, and keeps count of the exact digits a page carries, so that it stays a page."""

    def __init__(self, room: int = _ALL) -> None:
        self._room = room

    def number(self, value: Any) -> str:
        """Return a number as HTML: exact when short, else a decimal that unfolds to the exact number."""
        text = self._exact(value)
        if text is not None and len(text) <= _SHORT:
            return escape(text)
        decimal = f"≈ {approximation(_near(value))}".replace("-", "−")
        if text is None or len(text) > self._room:
            why = f"exact: {_size(value)}" if text is None else "exact: left out, the page is full"
            return f'<span title="{escape(why)}; it is in the JSON document">{decimal}</span>'
        self._room -= len(text)
        return f"<details><summary>{decimal}</summary><code>{escape(text)}</code></details>"

    def _exact(self, value: Any) -> str | None:
        """Return the exact text of a number; None when it would be too long, which is seen before writing."""
        if isinstance(value, int):
            return str(value)
        if isinstance(value, Fraction):
            return fraction_str(value) if sum(fraction_digits(value)) <= _LONGEST else None
        if isinstance(value, Enclosure):
            return f"{_decimal(value.mid)} ± {approximation(value.rad, 3)}"
        if _bits(value) > 4 * _LONGEST:
            return None
        text = str(value)
        return text if len(text) <= _LONGEST else None


def _bits(value: Any) -> int:
    """Return about how many bits the numbers in a surd or an angle have."""
    if isinstance(value, Angle):
        return sum(_bits(t) for t in value.tangents_squared)
    if isinstance(value, Surd):
        return sum(_bits(q) + _bits(m) for q, m in getattr(value, "terms", ()))
    if isinstance(value, Fraction):
        return value.numerator.bit_length() + value.denominator.bit_length()
    return value.bit_length() if isinstance(value, int) else 0


def _near(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    return value.mid if isinstance(value, Enclosure) else Fraction(nearest(value))


def _decimal(value: Fraction) -> str:
    return approximation(value, 20)


def _size(value: Any) -> str:
    if isinstance(value, Fraction):
        top, bottom = fraction_digits(value)
        return f"a fraction of about {top:,} over {bottom:,} digits"
    return "very long"


def table(
    caption: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    exacts: Exacts,
    *,
    note: str = "",
    row_ids: str = "",
) -> str:
    """Return a sortable table; numbers sort exactly where all of a column are rational.

    Entries are text, numbers of any kind the house has, None (undefined), or tuples of numbers.
    `row_ids` is the kind of thing a row is about, for links with the pictures.
    """
    orders = [_ranks([row[k] for row in rows]) for k in range(len(names))]
    numbers = [any(isinstance(row[k], _NUMBERS) for row in rows) for k in range(len(names))]
    heads = zip(names, numbers, strict=True)
    head = "".join(
        f'<th scope="col"{_RIGHT if is_number else ""}>{escape(name)}</th>' for name, is_number in heads
    )
    body = []
    for i, row in enumerate(rows):
        cells = "".join(_entry(value, order[i], exacts) for value, order in zip(row, orders, strict=True))
        link = f' data-{row_ids}="{escape(str(row[0]))}"' if row_ids else ""
        body.append(f"<tr{link}>{cells}</tr>")
    lines = "\n".join(body)
    below = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'{below}<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def _entry(value: Any, rank: int, exacts: Exacts) -> str:
    place = f' data-v="{rank}"'
    if value is None:
        return f'<td class="none"{place}>–</td>'
    if isinstance(value, str):
        return f"<td{place}>{escape(value)}</td>"
    if isinstance(value, tuple):
        listed = ", ".join(exacts.number(v) for v in value)
        return f'<td class="list"{place}>{listed}</td>'
    return f'<td class="n"{place}>{exacts.number(value)}</td>'


def _ranks(values: Sequence[Any]) -> list[int]:
    """Return the place of every entry in the order of its column; undefined ones come last."""
    known = [v for v in values if v is not None]
    if all(isinstance(v, int | Fraction) for v in known):
        keys: list[Any] = [(1, 0) if v is None else (0, v) for v in values]
    elif all(isinstance(v, str) for v in known):
        keys = [(1, "") if v is None else (0, v) for v in values]
    elif all(isinstance(v, tuple) for v in known):
        keys = [(1, ()) if v is None else (0, tuple(map(nearest, v))) for v in values]
    else:
        floats = [float("nan") if isinstance(v, str) else nearest(v) for v in values]
        keys = [(1, 0.0) if isnan(x) else (0, x) for x in floats]
    place = {key: k for k, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]
