"""Class labels: what may stand for a class, and how it is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from exactgeom.exact import InvalidInput

__all__ = ["Label", "label_tuple"]

Label = str | int | float | bool


def label_tuple(labels: Iterable[Any], count: int, place: str) -> tuple[Label, ...]:
    """Return `count` labels as plain Python values (NumPy scalars become what they hold).

    Labels are names, not numbers: strings, integers, booleans, finite floats.

    >>> label_tuple(["setosa", 1], 2, "labels")
    ('setosa', 1)
    """
    if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
        raise InvalidInput(f"expected {count} labels, got {type(labels).__name__}", place=place)
    plain = [value.item() if hasattr(value, "item") else value for value in labels]
    if len(plain) != count:
        raise InvalidInput(f"expected {count} labels, got {len(plain)}", place=place)
    for i, value in enumerate(plain):
        if not isinstance(value, str | int | float) or (
            isinstance(value, float) and not math.isfinite(value)
        ):
            raise InvalidInput(
                f"expected a string, an integer, a boolean or a finite float, got {type(value).__name__}",
                place=f"{place}[{i}]",
            )
    return tuple(plain)
