"""The benchmark runs, and its own checks (pullback commutes with d, Stokes) pass."""

from __future__ import annotations

from benchmarks.forms import rows, table


def test_the_benchmark_checks_itself_and_prints_a_table() -> None:
    found = rows(peers=False, repeat=1)
    lines = table(found).splitlines()
    assert len(lines) == len(found) + 2 == 8
    assert all(seconds > 0 for _, seconds, *_ in found)
    assert len({len(line) for line in lines}) == 1
