"""A case: one question with exactly these arguments. A judge: what is right to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from exactgeom.testkit.capabilities import CAPABILITIES
from exactgeom.testkit.compare import Judgement, Level, Sheet
from exactgeom.testkit.shapes import BadAnswer, Sizes, read_answer

__all__ = ["Case", "InvalidProblem", "Judge", "judge", "judges"]

Arguments = Mapping[str, Any]
Judge = Callable[[Arguments, Any, Sheet, int], None]
"""(arguments, answer in its documented shape, sheet to write on, sign the candidate gives to zero)."""

_JUDGES: dict[str, tuple[Callable[[Arguments], Sizes], Judge]] = {}


class InvalidProblem(Exception):
    """The arguments are no problem of this kind: met while shrinking, never in a family."""


@dataclass(frozen=True)
class Case:
    """A question: the function to ask, the family it comes from, and its arguments."""

    capability: str
    family: str
    arguments: Arguments

    @property
    def name(self) -> str:
        """``capability/family``."""
        return f"{self.capability}/{self.family}"


def judges(name: str, sizes: Callable[[Arguments], Sizes]) -> Callable[[Judge], Judge]:
    """Register the judge of a capability; `sizes` gives the letters of the shapes that arguments fix."""

    def keep(found: Judge) -> Judge:
        _JUDGES[name] = (sizes, found)
        return found

    return keep


def judge(capability: str, arguments: Arguments, answer: Any, level: Level, zero_sign: int = 0) -> Judgement:
    """Judge an answer. Contract: what is wrong with the answer is a finding, never an exception.

    Errors: InvalidProblem, or what the exact side raises, when the arguments are no problem.
    """
    sizes, found = _JUDGES[capability]
    letters = sizes(arguments)
    sheet = Sheet(level)
    try:
        read = read_answer(answer, CAPABILITIES[capability].gives, letters)
        found(arguments, read, sheet, zero_sign)
    except BadAnswer as error:
        return Judgement.of_error("shape", str(error))
    return sheet.judgement()
