"""The float peer of the benchmarks is a second route: cells found and measured by SciPy agree with ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytest.importorskip("scipy")

import exactgeom as eg
from benchmarks import peers, run
from benchmarks.cases import CASES, QUICK
from benchmarks.models import NetworkCase, PolytopeCase

MODELS = [case for case in QUICK.values() if not isinstance(case.source, PolytopeCase)]


@pytest.mark.parametrize("case", MODELS, ids=lambda case: case.name)
def test_scipy_finds_the_same_cells_and_volumes(case) -> None:
    document = case.source.document()
    model = (eg.Network if isinstance(case.source, NetworkCase) else eg.Arrangement).from_json(document)
    partition = eg.partition(model, eg.box(-1, 1, dim=case.source.dimension))
    layers = peers.float_layers(document)
    assert sorted(peers.search(layers)) == sorted(cell.signs for cell in partition.cells)
    for cell in partition.cells:
        volume = peers.hull_volume(peers.cell_vertices(peers.cell_halfspaces(layers, cell.signs)))
        assert volume == pytest.approx(float(cell.volume), rel=1e-6, abs=1e-9)


def test_scipy_finds_the_same_polytope() -> None:
    rows, offsets = PolytopeCase(9, 3, 2).inequalities()
    polytope = eg.Polytope.from_inequalities(rows, offsets)
    count, _, _ = peers.measure_polytope(rows, offsets)
    assert count == len(polytope.vertices)


def test_inputs_are_the_same_on_every_machine() -> None:
    for case in [*CASES.values(), *QUICK.values()]:
        if not isinstance(case.source, PolytopeCase):
            assert case.source.document() == case.source.document()
    assert QUICK["2-6-6-1 k/16"].source.document()["layers"][0]["weight"][0] == ["-7/16", "-5/16"]


def test_the_harness_measures_every_kind_of_case(tmp_path: Path) -> None:
    rows_file = tmp_path / "rows.json"
    command = [sys.executable, "-m", "benchmarks.run", "--quick", "--repeat", "1", "--json", str(rows_file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = json.loads(rows_file.read_text(encoding="utf-8"))
    assert [row["name"] for row in rows] == list(QUICK)
    assert all(row["lost"] == 0 and row["volumes"] > 0 for row in rows)


def test_targets_are_marked() -> None:
    assert run.seconds(0.123, 0.4) == "0.123 (<0.4)"
    assert run.seconds(0.5, 0.4) == "0.500 (>0.4)"
    assert run.seconds(12.34, about=True) == "~12.3"
    assert run.seconds(float("nan")) == "-"
