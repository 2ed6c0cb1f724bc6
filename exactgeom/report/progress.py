"""Progress on standard error: a live line on a terminal, elsewhere one line per step that took long."""

from __future__ import annotations

from time import monotonic
from types import TracebackType
from typing import Any, Self, TextIO

__all__ = ["Progress"]

_LONG_SECONDS = 5.0


class Progress:
    """A context that names the step at work; it writes nothing that could mix with results."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._status: Any = None
        self._step = ""
        self._begun = monotonic()

    def __enter__(self) -> Self:
        if self._stream.isatty():
            from rich.console import Console

            self._status = Console(file=self._stream, markup=False, highlight=False).status("")
            self._status.start()
        return self

    def step(self, name: str) -> None:
        """Begin the next step."""
        self._finish()
        self._step, self._begun = name, monotonic()
        if self._status is not None:
            self._status.update(f"{name} …")

    def cuts(self, done: int, total: int, cells: int) -> None:
        """Show how far a partition has come."""
        if self._status is not None:
            self._status.update(f"{self._step} … cut {done:,} of {total:,}, {cells:,} cells")

    def _finish(self) -> None:
        seconds = monotonic() - self._begun
        if self._step and self._status is None and seconds >= _LONG_SECONDS:
            self._stream.write(f"{self._step}: {seconds:.1f} s\n")
        self._step = ""

    def stop(self) -> None:
        """End the last step and clear the live line, before results are printed."""
        self._finish()
        if self._status is not None:
            self._status.stop()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._step = ""
        self.stop()
