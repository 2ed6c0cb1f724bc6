"""The state of an exploration as JSON lines: what a killed run has finished, with nothing missing.

The first line says what is explored, every later one is a finished cell, in the order of the exploration.
Each carries a check that continues the one before, so a changed, lost or moved line is noticed. Only the
last line may be broken: a run was killed while it wrote it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple

from exactgeom.exact import InvalidInput

SCHEMA = "exactgeom/exploration-1"


class Wall(NamedTuple):
    """A facet of a cell: the number of its row, and the sign strings of the cells across (none: domain)."""

    row: int
    neighbors: tuple[str, ...]


class Explored(NamedTuple):
    """A finished cell: its signs and its facets."""

    signs: str
    walls: tuple[Wall, ...]


class StateFile:
    """Appends finished cells to a file; `finished` are those that were there before."""

    def __init__(self, path: str | PathLike[str], about: dict[str, Any]) -> None:
        self.path = fspath(path)
        self.finished: list[Explored] = []
        self._check = ""
        header = {"schema": SCHEMA, **about}
        try:
            good = self._read(header) if Path(self.path).exists() else 0
            self._file: BinaryIO = Path(self.path).open("r+b" if good else "wb")  # noqa: SIM115 - kept open
            self._file.seek(good)
            self._file.truncate()
        except OSError as error:
            raise InvalidInput(f"cannot use the state file: {error.strerror}", place=self.path) from error
        if not good:
            self._write(header)

    def append(self, cell: Explored) -> None:
        """Write one finished cell; it survives the end of the process."""
        self._write({"signs": cell.signs, "walls": [[w.row, list(w.neighbors)] for w in cell.walls]})

    def _write(self, body: dict[str, Any]) -> None:
        self._check = _next(self._check, body)
        self._file.write(_line({**body, "check": self._check}) + b"\n")
        self._file.flush()

    def _read(self, header: dict[str, Any]) -> int:
        """Read what is there; return the length of the good part. Errors: InvalidInput naming the line."""
        good = 0
        for number, line, is_last in _lines(Path(self.path).read_bytes()):
            body = self._body(line)
            if body is None:
                if number == 1 and not _line({**header, "check": _next("", header)}).startswith(line):
                    raise self._refused(1, "expected the state of an exploration, or a new file")
                if is_last:
                    break
                raise self._refused(number, "the line is damaged, or one before it is missing")
            if number == 1:
                self._compare(body, header)
            else:
                self.finished.append(self._cell(number, body))
            good += len(line)
        return good

    def _body(self, line: bytes) -> dict[str, Any] | None:
        """Return what a line says; None if it is broken."""
        try:
            body = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(body, dict) or not line.endswith(b"\n"):
            return None
        told = body.pop("check", None)
        check = _next(self._check, body)
        if told != check:
            return None
        self._check = check
        return body

    def _compare(self, body: dict[str, Any], header: dict[str, Any]) -> None:
        for key, value in header.items():
            if body.get(key) != value:
                raise self._refused(1, f"the state is of another exploration: {key} differs")

    def _cell(self, number: int, body: dict[str, Any]) -> Explored:
        try:
            walls = tuple(Wall(int(row), tuple(map(str, around))) for row, around in body["walls"])
            return Explored(str(body["signs"]), walls)
        except (KeyError, TypeError, ValueError):
            raise self._refused(number, "expected a cell with signs and walls") from None

    def _refused(self, number: int, message: str) -> InvalidInput:
        return InvalidInput(message, place=f"{self.path}:{number}")

    def out_of_order(self, position: int) -> InvalidInput:
        """Return the error for a finished cell that is not the next one of this exploration."""
        return self._refused(position + 2, "expected the next cell of this exploration")

    def __enter__(self) -> StateFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def digest(text: str) -> str:
    """Return a short fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _lines(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    lines = data.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        yield number, line, number == len(lines)


def _line(body: dict[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _next(check: str, body: dict[str, Any]) -> str:
    return hashlib.sha256(check.encode() + _line(body)).hexdigest()[:16]
