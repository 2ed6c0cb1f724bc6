"""What a mutant is: a candidate that is wrong on purpose in one realistic way, and what gives it away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from exactgeom.testkit import loopback
from exactgeom.testkit.compare import Finding

__all__ = ["Mutant", "mutant"]


@dataclass(frozen=True)
class Mutant:
    """One bug: in words, the functions that have it, and the findings that give it away.

    `caught_by` are kinds of findings that must come up, `words` a regular expression that one of their
    lines must match: the place and the numbers that name the cause.
    """

    name: str
    bug: str
    functions: Mapping[str, Callable[..., Any]]
    caught_by: frozenset[str]
    words: str = ""

    @property
    def capability(self) -> str:
        """The function that is wrong."""
        return next(iter(self.functions))

    def module(self, *, whole: bool = False) -> ModuleType:
        """The candidate: the wrong functions alone, or the whole loopback with them in."""
        made = ModuleType(self.name)
        if whole:
            vars(made).update({name: getattr(loopback, name) for name in loopback.__all__})
        vars(made).update(self.functions, NAME=self.name)
        return made

    def explains(self, findings: Iterable[Finding]) -> bool:
        """True when the findings are those that this bug leaves: every kind, and the words in one line.

        >>> broken = mutant("x", "a bug", "betti", len, "betti", "was .* but should be")
        >>> broken.explains([Finding("betti", "betti: was [1], but should be [2]")]), broken.explains([])
        (True, False)
        """
        seen = list(findings)
        kinds = {finding.kind for finding in seen}
        own = [finding.line for finding in seen if finding.kind in self.caught_by]
        return self.caught_by <= kinds and any(re.search(self.words, line) for line in own)


def mutant(
    name: str, bug: str, capability: str, function: Callable[..., Any], kind: str, words: str = ""
) -> Mutant:
    """A mutant of one function, caught by findings of one kind."""
    return Mutant(name, bug, {capability: function}, frozenset({kind}), words)
