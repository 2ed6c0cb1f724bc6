"""Doors upstairs: what a partition offers but a higher floor builds.

`partition.nerve()` is the natural word, yet the nerve lives a floor above and floors only look down.  So the
upper floors hand their builders in (`install`), and the methods here below call whatever was handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_BUILDERS: dict[str, Callable[..., Any]] = {}


def install(name: str, builder: Callable[..., Any]) -> None:
    """Let `name` be built by `builder(partition, ...)` from now on."""
    _BUILDERS[name] = builder


def build(name: str, *args: Any, **options: Any) -> Any:
    """What the installed builder makes of the arguments.

    >>> install("count", lambda cells: len(cells))
    >>> build("count", [1, 2, 3])
    3
    """
    return _BUILDERS[name](*args, **options)
