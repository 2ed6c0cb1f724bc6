"""From a failing question to a minimal one: smaller, then with simpler numbers, as long as it fails alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exactgeom.testkit.conformance.reductions import simpler_numbers, smaller

__all__ = ["Shrinker"]

Arguments = Mapping[str, Any]


@dataclass
class Shrinker:
    """Greedy: the first smaller problem that still fails is taken, and everything is tried again.

    `fails` says whether a problem fails in the same way; `tries` and `seconds` bound the work.

    >>> import numpy as np
    >>> whole = {"points": np.arange(8.0).reshape(8, 1)}
    >>> Shrinker(lambda arguments: 5 in arguments["points"]).run(whole)["points"].tolist()
    [[5.0]]
    """

    fails: Callable[[Arguments], bool]
    tries: int = 200
    seconds: float = 10.0

    def run(self, arguments: Arguments) -> Arguments:
        """The smallest failing arguments that were met."""
        self._until = time.monotonic() + self.seconds
        self._left = self.tries
        for reduce in (smaller, simpler_numbers, smaller):
            arguments = self._descend(arguments, reduce)
        return arguments

    def _descend(
        self, arguments: Arguments, reduce: Callable[[Arguments], Iterable[dict[str, Any]]]
    ) -> Arguments:
        found = True
        while found:
            found = False
            for candidate in reduce(arguments):
                if self._left <= 0 or time.monotonic() > self._until:
                    return arguments
                self._left -= 1
                if self.fails(candidate):
                    arguments, found = candidate, True
                    break
        return arguments
