"""A deadline stops any work, and leaves nothing behind."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from exactgeom.exact import BudgetExceeded
from exactgeom.report.deadline import deadline


def test_late_work_is_stopped_and_named():
    before = signal.getsignal(signal.SIGALRM)
    start = time.monotonic()
    with (
        pytest.raises(BudgetExceeded, match=r"^counting took longer than 0\.1 seconds$"),
        deadline(0.1, "counting"),
    ):
        while time.monotonic() - start < 30:
            pass
    assert time.monotonic() - start < 20
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("seconds", [None, 60])
def test_work_in_time_leaves_no_alarm(seconds):
    before = signal.getsignal(signal.SIGALRM)
    with deadline(seconds, "counting"):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_other_threads_are_left_alone():
    seen = []

    def work():
        with deadline(1e-6, "counting"):
            time.sleep(0.05)
            seen.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(0.0, 0.0)]
