"""A theorem that can be checked: its statement, its hypotheses, what it is checked on, and how.

A theorem file defines one `Theorem` named ``THEOREM``; `exactgeom.testkit.registry` finds and runs the files.
See docs/adding-a-theorem.md.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from exactgeom.exact import BudgetExceeded, InvalidInput, UndecidedError
from exactgeom.exact.forms import to_json

__all__ = ["Finding", "Result", "Theorem", "claim", "equal", "examine"]

Verdict = Literal["holds", "fails", "hypothesis not met", "unknown", "broken"]
_SCOPES: Final = ("symbolic", "exhaustive", "instances")
_EXPECTED: Final = ("holds", "fails")


@dataclass(frozen=True)
class Finding:
    """What one check found: whether the claim holds there, the exact numbers, proofs for `eg.verify`."""

    holds: bool
    facts: Mapping[str, Any]
    certificates: tuple[Mapping[str, Any], ...] = ()


def claim(holds: bool, *, certificates: Iterable[Mapping[str, Any]] = (), **facts: Any) -> Finding:
    """A finding from a decided statement and the numbers behind it.

    Errors: InvalidInput unless `holds` is True or False: an undecided comparison is no finding.

    >>> claim(1 < 2, left=1, right=2).holds
    True
    """
    if not isinstance(holds, bool):
        raise InvalidInput(f"expected True or False, got {holds!r}", "claim")
    return Finding(holds, facts, tuple(certificates))


def equal(*, certificates: Iterable[Mapping[str, Any]] = (), **values: Any) -> Finding:
    """The finding that all the values are equal; needs at least two, by name.

    >>> equal(euler=1, counted=2).holds
    False
    """
    if len(values) < 2:
        raise InvalidInput(f"expected at least two named values, got {len(values)}", "equal")
    first, *rest = values.values()
    return Finding(all(bool(value == first) for value in rest), values, tuple(certificates))


@dataclass(frozen=True)
class Theorem:
    """A statement with hypotheses and a way to check it on instances.

    `scope` is ``"symbolic"`` (for all parameters), ``"exhaustive"`` (a whole finite family) or
    ``"instances"``; `over` says which. `instances(full)` yields what to check, small ones first, and a
    smaller part when not `full`; `unmet(x)` gives the hypothesis that x does not meet, or ``""``; `check(x)`
    a `Finding`, only asked when the hypotheses are met. `expected` is ``"fails"`` for a false statement. When
    `about_models`, instances are `Case`s, and the theorem can be asked about anyone's model.
    Errors: InvalidInput for an empty text or an unknown word.
    """

    statement: str
    hypotheses: str
    source: str
    scope: str
    over: str
    instances: Callable[[bool], Iterable[Any]]
    check: Callable[[Any], Finding]
    unmet: Callable[[Any], str] = lambda _: ""
    expected: str = "holds"
    about_models: bool = False

    def __post_init__(self) -> None:
        for name in ("statement", "hypotheses", "source", "over"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                raise InvalidInput("expected a sentence", name)
        for name, words in (("scope", _SCOPES), ("expected", _EXPECTED)):
            if getattr(self, name) not in words:
                raise InvalidInput(f"expected one of {', '.join(words)}, got {getattr(self, name)!r}", name)
        for name in ("instances", "check", "unmet"):
            if not callable(getattr(self, name)):
                raise InvalidInput(f"expected a function, got {getattr(self, name)!r}", name)


@dataclass(frozen=True)
class Result:
    """The verdict on one theorem, with the exact numbers of an example or a counterexample."""

    name: str
    theorem: Theorem
    verdict: Verdict
    checked: int
    unmet: Mapping[str, int]
    seconds: float
    example: tuple[str, Finding] | None = None
    counterexample: tuple[str, Finding] | None = None
    reason: str = ""
    on_own_family: bool = field(default=True)

    @property
    def is_as_stated(self) -> bool:
        """Whether the verdict is the one the registry states.

        On somebody's own model a true theorem must not fail; a false statement may do what it likes.
        """
        if self.on_own_family:
            return self.verdict == self.theorem.expected
        if self.verdict == "fails":
            return self.theorem.expected == "fails"
        return self.verdict in ("holds", "hypothesis not met")

    @property
    def shown(self) -> tuple[str, Finding] | None:
        """The counterexample if there is one, else the last example."""
        return self.counterexample or self.example

    def to_json(self) -> dict[str, Any]:
        """The certificate: everything stated, the verdict, and the exact numbers behind it."""
        theorem = self.theorem
        document: dict[str, Any] = {
            "schema": "exactgeom/theorem-1",
            "name": self.name,
            "statement": theorem.statement,
            "hypotheses": theorem.hypotheses,
            "source": theorem.source,
            "scope": theorem.scope,
            "over": theorem.over if self.on_own_family else "the given model",
            "expected": theorem.expected,
            "verdict": self.verdict,
            "checked": self.checked,
            "hypothesis_not_met": dict(self.unmet),
        }
        if self.reason:
            document["reason"] = self.reason
        for key, pair in (("example", self.example), ("counterexample", self.counterexample)):
            if pair is not None:
                text, finding = pair
                document[key] = {"instance": text, "facts": _plain(finding.facts)}
                if finding.certificates:
                    document[key]["certificates"] = _plain(finding.certificates)
        return document


def examine(
    name: str,
    theorem: Theorem,
    instances: Iterable[Any] | None = None,
    *,
    full: bool = True,
    seconds: float | None = None,
) -> Result:
    """Check a theorem on its own instances or on the given ones, up to the first counterexample.

    Contract: a verdict is decided by exact arithmetic or is ``unknown`` (an undecided comparison, a budget);
    ``broken`` is a theorem whose code raises anything else. Never raises for what a theorem file does.
    """
    start, checked, unmet = time.monotonic(), 0, Counter[str]()
    example: tuple[str, Finding] | None = None
    open_question = ""

    def result(verdict: Verdict, reason: str = "", counter: tuple[str, Finding] | None = None) -> Result:
        spent = time.monotonic() - start
        own = instances is None
        return Result(name, theorem, verdict, checked, dict(unmet), spent, example, counter, reason, own)

    try:
        for instance in theorem.instances(full) if instances is None else instances:
            if seconds is not None and time.monotonic() - start > seconds:
                return result("unknown", f"{seconds:g} s ran out after {checked} instances")
            if because := theorem.unmet(instance):
                unmet[because] += 1
                continue
            try:
                found = theorem.check(instance)
            except (UndecidedError, BudgetExceeded) as error:
                open_question = open_question or f"{_text(instance)}: {error}"
                continue
            if not isinstance(found, Finding):
                return result("broken", f"expected a Finding, got {found!r} on {_text(instance)}")
            checked += 1
            if not found.holds:
                return result("fails", counter=(_text(instance), found))
            example = _text(instance), found
    except Exception as error:  # a theorem file is foreign code: whatever it raises is a report, not a crash
        return result("broken", f"{type(error).__name__}: {' '.join(str(error).split())}")
    if open_question:
        return result("unknown", open_question)
    return result("holds" if checked else "hypothesis not met")


def _text(instance: Any) -> str:
    return instance if isinstance(instance, str) else str(instance)


def _plain(value: Any) -> Any:
    """JSON for exact numbers and containers of them; what else there is by its text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    try:
        return to_json(value)
    except (TypeError, ValueError, AttributeError, InvalidInput):
        return str(value)
