"""The data a command reads: one CSV file, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.partition.data import TIES, DataPartition
from exactgeom.partition.points_read import Data, read_data

__all__ = ["DataRequest"]


@dataclass(frozen=True)
class DataRequest:
    """What was asked about data: a file and the names of its columns, as typed."""

    file: str
    label: str | None = None
    weight: str | None = None
    columns: str | None = None
    ties: str = "split"

    def __post_init__(self) -> None:
        if self.ties not in TIES:
            raise InvalidInput(f"expected {', '.join(TIES[:-1])} or {TIES[-1]}, got {self.ties!r}", "--ties")

    def read(self, dim: int) -> Data:
        """Read the file; a number that is no column's name counts columns from 1.

        Errors: `InvalidInput` with the file, row and column, or the option.
        """
        words = [] if self.columns is None else [name.strip() for name in self.columns.split(",")]
        with _named_as_options():
            try:
                return self._read(dim, lambda word: word, words)
            except InvalidInput as error:
                named = [word for word in (self.label, self.weight, *words) if word is not None]
                if "does not exist" not in str(error) or not any(map(_is_number, named)):
                    raise
                return self._read(
                    dim, lambda word: int(word) - 1 if word and _is_number(word) else word, words
                )

    def _read(self, dim: int, column: Callable[[str | None], Any], words: list[str]) -> Data:
        chosen = None if self.columns is None else [column(word) for word in words]
        return read_data(
            self.file, dim, labels=column(self.label), weights=column(self.weight), columns=chosen
        )

    def locate(self, partition: Any, data: Data) -> DataPartition:
        """Find the cells of the points that were read."""
        with _named_as_options():
            found: DataPartition = partition.locate(
                data.points, labels=data.labels, weights=data.weights, ties=self.ties
            )
        return found


_OPTIONS = {"labels": "--label", "weights": "--weight", "columns": "--columns", "points": "--data"}
_HINT = "choose them by columns=, labels=, weights="


@contextmanager
def _named_as_options() -> Iterator[None]:
    """Let errors speak of the command's options instead of the library's arguments."""
    try:
        yield
    except InvalidInput as error:
        message = error.message.replace(_HINT, "choose them by --columns, --label, --weight")
        place = error.place or "--data"
        name, bracket, rest = place.partition("[")
        place = _OPTIONS.get(name, name) + bracket + rest
        raise InvalidInput(message, place) from error


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and word != "0"
