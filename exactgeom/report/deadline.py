"""A bound on the seconds of any piece of work: past it the work stops with `BudgetExceeded`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from exactgeom.exact import BudgetExceeded

__all__ = ["deadline"]


@contextmanager
def deadline(seconds: float | None, work: str) -> Iterator[None]:
    """Stop the block after so many seconds (None: never), at the next step of the interpreter.

    Works in the main thread of a process on systems with interval timers; elsewhere it does nothing.
    Raises `BudgetExceeded` naming the work.

    >>> with deadline(60, "counting"):
    ...     sum(range(10))
    45
    """
    main = threading.current_thread() is threading.main_thread()
    if seconds is None or not main or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise BudgetExceeded(f"{work} took longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
