"""Explorations continue after a kill, refuse damaged files, and do not depend on who does the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.partition.explore import explore
from exactgeom.testkit.strategies import networks

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = eg.box(-1, 1, dim=2)


def network(*sizes: int) -> eg.Network:
    chance, layers = np.random.default_rng(1), []
    for columns, rows in pairwise(sizes):
        weight = chance.integers(-9, 10, size=(rows, columns))
        layers += [eg.Linear(weight, chance.integers(-9, 10, size=rows)), eg.ReLU()]
    return eg.Network(layers[:-1])


NET = network(2, 6, 3, 1)
WHOLE = explore(NET, [[0, 0]], DOMAIN)


def finished(path: Path) -> int:
    return max(0, path.read_bytes().count(b"\n") - 1) if path.exists() else 0


# -- continuing ------------------------------------------------------------------------------------

RUN = """
import sys, time
sys.path.insert(0, sys.argv[1])
from tests.partition.test_explore_state import DOMAIN, NET, explore
explore(NET, [[0, 0]], DOMAIN, state=sys.argv[2], progress=lambda done, known: time.sleep(0.02))
"""


def test_a_killed_run_continues_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    process = subprocess.Popen([sys.executable, "-c", RUN, str(ROOT), str(path)])
    try:
        until = time.monotonic() + 60
        while finished(path) < 4 and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.wait()
    before = finished(path)
    assert 4 <= before < len(WHOLE), "killed in the middle"
    done: list[int] = []
    again = explore(NET, [[0, 0]], DOMAIN, state=path, progress=lambda k, _: done.append(k))
    assert again == WHOLE
    assert done == list(range(before + 1, len(WHOLE) + 1))
    assert explore(NET, [[0, 0]], DOMAIN, state=path, progress=lambda k, _: done.append(-1)) == WHOLE
    assert -1 not in done


@given(st.lists(st.integers(1, 6), min_size=1, max_size=3), st.booleans())
@settings(max_examples=6)
def test_any_sequence_of_budgets_ends_with_the_same_result(steps: list[int], threads: bool) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        path, cells = Path(folder, "state"), 0
        for step in steps:
            cells += step
            with pytest.raises(eg.BudgetExceeded) as caught:
                explore(
                    NET,
                    [[0, 0]],
                    DOMAIN,
                    state=path,
                    budget=eg.Budget(cells=cells),
                    executor=pool if threads else None,
                )
            assert len(caught.value.partial) == cells == finished(path)  # type: ignore[arg-type]
        assert explore(NET, [[0, 0]], DOMAIN, state=path) == WHOLE


def whole_state(tmp_path: Path) -> Path:
    path = tmp_path / "state.jsonl"
    explore(NET, [[0, 0]], DOMAIN, state=path)
    return path


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_broken_last_line_is_written_anew(tmp_path: Path, cut: int) -> None:
    path = whole_state(tmp_path)
    good = path.read_bytes()
    path.write_bytes(good[:-cut])
    assert explore(NET, [[0, 0]], DOMAIN, state=str(path)) == WHOLE
    assert path.read_bytes() == good


@pytest.mark.parametrize("length", [0, 1, 30])
def test_a_run_killed_at_its_very_start_begins_anew(tmp_path: Path, length: int) -> None:
    path = whole_state(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    assert explore(NET, [[0, 0]], DOMAIN, state=path) == WHOLE


@given(st.data())
@settings(max_examples=25)
def test_any_other_damage_is_refused_with_its_line(data: Any) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = whole_state(Path(folder))
        lines = path.read_bytes().splitlines(keepends=True)
        i = data.draw(st.integers(0, len(lines) - 2))
        kind = data.draw(st.sampled_from(["flip", "drop", "swap", "repeat", "cut"]))
        if kind == "flip":
            at = data.draw(st.integers(0, len(lines[i]) - 2))
            swapped = b"-" if lines[i][at : at + 1] == b"+" else b"+"
            lines[i] = lines[i][:at] + swapped + lines[i][at + 1 :]
        elif kind == "drop":
            del lines[i]
        elif kind == "swap":
            lines[i], lines[i + 1] = lines[i + 1], lines[i]
        elif kind == "repeat":
            lines.insert(i, lines[i])
        else:
            lines[i] = lines[i][:-9] + b"\n"
        path.write_bytes(b"".join(lines))
        damaged = path.read_bytes()
        if kind == "drop" and i == len(lines) - 1:
            return  # the new last line does not follow: it counts as broken
        with pytest.raises(eg.InvalidInput, match=r"state\.jsonl:\d+: ") as caught:
            explore(NET, [[0, 0]], DOMAIN, state=path)
        number = int(str(caught.value.place).rsplit(":", 1)[1])
        assert number in (i + 1, i + 2)
        assert path.read_bytes() == damaged


OTHERS: list[tuple[Any, Any, Any, str]] = [
    (network(2, 5, 3, 1), [[0, 0]], DOMAIN, "model"),
    (NET, [[0, 0]], eg.box(-1, 2, dim=2), "domain"),
    (NET, [[0, 0]], None, "domain"),
    (NET, [[F(9, 10), F(9, 10)]], DOMAIN, "start"),
]


@pytest.mark.parametrize(("model", "seeds", "domain", "what"), OTHERS)
def test_the_state_of_another_exploration_is_refused(
    tmp_path: Path, model: Any, seeds: Any, domain: Any, what: str
) -> None:
    path = whole_state(tmp_path)
    with pytest.raises(eg.InvalidInput, match=rf"state.jsonl:1: .*{what} differs"):
        explore(model, seeds, domain, state=path)


def test_a_file_that_is_something_else_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x,y\n1,2\n")
    with pytest.raises(eg.InvalidInput, match=r"data\.csv:1: "):
        explore(NET, [[0, 0]], DOMAIN, state=path)
    assert path.read_text() == "x,y\n1,2\n"
    path.write_text("one line of a letter\n")
    with pytest.raises(eg.InvalidInput, match=r"data\.csv:1: "):
        explore(NET, [[0, 0]], DOMAIN, state=path)
    with pytest.raises(eg.InvalidInput, match="cannot use the state file"):
        explore(NET, [[0, 0]], DOMAIN, state=tmp_path / "no" / "folder")
    with pytest.raises(eg.InvalidInput, match="cannot use the state file"):
        explore(NET, [[0, 0]], DOMAIN, state=tmp_path)


def test_every_line_of_the_state_is_a_cell(tmp_path: Path) -> None:
    lines = [json.loads(line) for line in whole_state(tmp_path).read_text().splitlines()]
    assert lines[0]["schema"] == "exactgeom/exploration-1"
    assert sorted(line["signs"] for line in lines[1:]) == list(WHOLE.cell_signs)
    assert lines[1]["signs"] == min(cell.signs for cell in eg.cell_at(NET, [0, 0], DOMAIN).ties)


# -- executors -------------------------------------------------------------------------------------


class Backwards(Executor):
    """Runs what was submitted when a result is asked for, the last first."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Any, Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        future = _Lazy(self)
        self.waiting.append((future, fn, args))
        return future

    def run(self) -> None:
        while self.waiting:
            future, fn, args = self.waiting.pop()
            if future.set_running_or_notify_cancel():
                future.set_result(fn(*args))


class _Lazy(Future):  # type: ignore[type-arg]
    def __init__(self, owner: Backwards) -> None:
        super().__init__()
        self.owner = owner

    def result(self, timeout: float | None = None) -> Any:
        self.owner.run()
        return super().result(timeout)


@given(networks(input_dims=(2,)))
@settings(max_examples=15)
def test_the_order_of_the_work_does_not_matter(model: eg.Network) -> None:
    assert explore(model, [[0, 0]], DOMAIN, executor=Backwards()) == explore(model, [[0, 0]], DOMAIN)


def test_chunks_of_many_cells_stay_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exactgeom.partition import explore_work

    monkeypatch.setattr(explore_work, "_WINDOW", 1)
    sizes: list[int] = []

    class Counts(Backwards):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            sizes.append(len(args[1]))
            return super().submit(fn, *args, **kwargs)

    path = tmp_path / "chunks"
    assert explore(NET, [[0, 0]], DOMAIN, executor=Counts(), state=path) == WHOLE
    assert max(sizes) > 2 and sum(sizes) == len(WHOLE)
    assert path.read_bytes() == whole_state(tmp_path).read_bytes()


def test_processes_find_the_same(tmp_path: Path) -> None:
    path = tmp_path / "state"
    tree = DecisionTree(
        [Split(0, 0, 1, 2), Leaf([0]), Split(1, F(1, 2), 3, 4), Leaf([1]), Leaf([2])], input_dim=2
    )
    with ProcessPoolExecutor(2) as pool:
        assert explore(NET, [[0, 0]], DOMAIN, executor=pool, state=path) == WHOLE
        assert explore(tree, [[0, 0]], DOMAIN, executor=pool) == explore(tree, [[0, 0]], DOMAIN)
    assert finished(path) == len(WHOLE)
    alone = tmp_path / "alone"
    explore(NET, [[0, 0]], DOMAIN, state=alone)
    assert alone.read_bytes() == path.read_bytes()


def test_a_failure_in_a_worker_comes_out(tmp_path: Path) -> None:
    path, count = tmp_path / "state", 0

    class Fails(Executor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            future: Future[Any] = Future()
            if count > 3:
                future.set_exception(OSError("the worker is gone"))
            else:
                future.set_result(fn(*args))
            return future

    with pytest.raises(OSError, match="gone"):
        explore(NET, [[0, 0]], DOMAIN, state=path, executor=Fails())
    assert 0 < finished(path) < len(WHOLE)
    assert explore(NET, [[0, 0]], DOMAIN, state=path) == WHOLE


def test_dask_finds_the_same() -> None:
    distributed = pytest.importorskip("distributed", reason="Dask's executor needs dask and distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the cluster's own start and stop say is not ours
        cluster = distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, silence_logs=50
        )
        client = distributed.Client(cluster)
    try:
        with client.get_executor() as pool:
            assert explore(NET, [[0, 0]], DOMAIN, executor=pool) == WHOLE
            with pytest.raises(eg.BudgetExceeded) as caught:
                explore(NET, [[0, 0]], DOMAIN, executor=pool, budget=eg.Budget(cells=5))
            assert len(caught.value.partial) == 5  # type: ignore[arg-type]
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client.close()
            cluster.close()
