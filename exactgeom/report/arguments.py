"""The words after ``--domain`` on a command line, made safe for an option parser.

Option parsers take ``-1/2`` for an option and want a fixed number of values; ``--domain`` takes two numbers,
one file, or the word ``all``.  So the words are read here first and handed on as one joined word,
``--domain=LO HI``, which every parser understands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from exactgeom.exact import InvalidInput, exact

__all__ = ["domain_bounds", "join_domain", "looks_like_a_number"]

_OPTION = "--domain"
_NUMBER = re.compile(r"[+-]?(\d+/\d+|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf(inity)?|nan)", re.IGNORECASE)
_EXPECTED = "expected LO HI, a polytope file, or all"


def looks_like_a_number(word: str) -> bool:
    """Tell whether a word is meant as a number (then it is no file name and no option).

    >>> [looks_like_a_number(w) for w in ("-1/2", "-1e-3", "0.1", ".5", "nan", "all", "box.json", "--json")]
    [True, True, True, True, True, False, False, False]
    """
    return _NUMBER.fullmatch(word) is not None


def join_domain(words: Sequence[str]) -> list[str]:
    """Rewrite every form of ``--domain`` into one word; other words stay as they are.

    Raises `InvalidInput` when a value is missing or the option comes twice.

    >>> join_domain(["net.json", "--domain", "-1/2", "1e-3", "--svg", "-"])
    ['net.json', '--domain=-1/2 1e-3', '--svg', '-']
    >>> join_domain(["--domain=-1", "1", "net.json"]), join_domain(["--domain", "all"])
    (['--domain=-1 1', 'net.json'], ['--domain=all'])
    """
    out: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*out, word, *rest]
        if word != _OPTION and not word.startswith(_OPTION + "="):
            out.append(word)
            continue
        if any(w.startswith(_OPTION + "=") for w in out):
            raise InvalidInput("given twice; one domain is enough", _OPTION)
        out.append(f"{_OPTION}={_take_value(word, rest)}")
    return out


def _take_value(word: str, rest: list[str]) -> str:
    """Take the value of one ``--domain`` off the words that follow it."""
    first = word.partition("=")[2] if "=" in word else (rest.pop(0) if rest else "")
    if first == "" or first.startswith("--"):
        raise InvalidInput(f"{_EXPECTED}, got {first or 'nothing'}", _OPTION)
    if not looks_like_a_number(first):
        return first
    if not rest or not looks_like_a_number(rest[0]):
        got = repr(rest[0]) if rest else "nothing"
        raise InvalidInput(f"expected HI after LO = {first}, got {got}", _OPTION)
    return f"{first} {rest.pop(0)}"


def domain_bounds(value: str) -> tuple[Fraction, Fraction] | None:
    """Read ``"LO HI"`` into two exact numbers with LO < HI; None when the value is a file name or ``all``.

    Decimals are taken as written: ``0.1`` is 1/10.  Raises `InvalidInput` for anything else.

    >>> domain_bounds("-1/2 1e-3")
    (Fraction(-1, 2), Fraction(1, 1000))
    >>> domain_bounds("all") is None
    True
    """
    words = value.split()
    if len(words) != 2 or not all(map(looks_like_a_number, words)):
        return None
    low, high = exact(words[0], f"{_OPTION} LO"), exact(words[1], f"{_OPTION} HI")
    if low >= high:
        raise InvalidInput(f"LO must be less than HI, got {words[0]} and {words[1]}", _OPTION)
    return low, high
