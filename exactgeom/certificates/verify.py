"""`verify`: run the independent checker on certificates, and say True or False."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from exactgeom.certificates import checker
from exactgeom.exact import BudgetExceeded, InvalidInput


def verify(certificate: Mapping[str, Any] | Sequence[Any] | str | PathLike[str]) -> bool:
    """Tell whether a certificate holds: a document, a list of documents, or the path of a file.

    Contract: exact; everything is recomputed from the claim by `exactgeom/certificates/checker.py`, which
    imports nothing of this library.  A bundle or list holds when each of its certificates does.
    Errors: InvalidInput for what is no certificate (a missing one is never a pass); BudgetExceeded, with the
    verdicts, when the checker ran out of time and none failed.
    Source: docs/CERTIFICATES.md.

    >>> from exactgeom.certificates import certificate
    >>> square = {"low": ["0", "0"], "high": ["1", "1"]}
    >>> verify(certificate("facet", {"system": square, "row": 0}, {"point": ["1", "1/2"]}))
    True
    >>> verify(certificate("facet", {"system": square, "row": 0}, {"point": ["1", "1"]}))
    False
    """
    verdicts = verdicts_of(certificate)
    found = {verdict.holds for verdict in verdicts}
    if None in found and False not in found:
        reason = next(verdict.reason for verdict in verdicts if verdict.holds is None)
        raise BudgetExceeded(f"the certificate was not decided: {reason}", verdicts)
    return found == {True}


def verdicts_of(
    certificate: Mapping[str, Any] | Sequence[Any] | str | PathLike[str], seconds: float = checker.SECONDS
) -> list[checker.Verdict]:
    """Return the checker's verdict on every certificate: kind, holds (True, False, None) and reason."""
    place = "certificate"
    try:
        if isinstance(certificate, str | PathLike):
            place = fspath(certificate)
            return checker.check(checker.parse(_content(place)), seconds)
        if isinstance(certificate, Mapping):
            return checker.check(dict(certificate), seconds)
        if isinstance(certificate, Sequence):
            bundle = {"schema": checker.SCHEMA, "certificates": list(certificate)}
            return checker.check(bundle, seconds)
    except checker.Malformed as error:
        raise InvalidInput(str(error), place=place) from error
    raise InvalidInput(f"expected a certificate or a path, got {type(certificate).__name__}", place)


def _content(path: str) -> bytes:
    """The bytes of a file, or of standard input for -; errors: InvalidInput."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(checker.MAX_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(checker.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(f"cannot read the file: {reason}", place=path) from error
    if len(data) > checker.MAX_BYTES:
        raise InvalidInput(f"the file is larger than {checker.MAX_BYTES} bytes", place=path)
    return data
