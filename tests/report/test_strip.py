"""Strips of a partition over training: a panel per checkpoint asked for, degenerate ones included."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import exactgeom as eg
from exactgeom.dynamics import Trajectory, trajectory
from exactgeom.report.strip import trajectory_strip

SQUARE = eg.box(-1, 1, dim=2)
SVG = "{http://www.w3.org/2000/svg}"


def network(shift: int) -> eg.Network:
    return eg.Network([
        eg.Linear([[1, shift], [shift, -1], [1, 1]], ["1/3", 0, f"{shift}/5"]), eg.ReLU(),
        eg.Linear([[1, -1, 0], [0, 1, shift]], [0, "1/7"]),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def path() -> Trajectory:
    points = [[0.5, 0.5], [-0.5, 0.25], [3, 3]]
    return trajectory({f"epoch {k}": network(k) for k in range(5)}, SQUARE, points, labels=["0", "1", "1"])


def groups(text: str, css: str) -> list[ET.Element]:
    return [g for g in ET.fromstring(text).iter(f"{SVG}g") if g.get("class") == css]


def texts(text: str) -> list[str]:
    return [t.text or "" for t in ET.fromstring(text).iter(f"{SVG}text")]


def test_a_panel_has_a_polygon_per_cell_and_class_and_a_disc_per_point_inside(path: Trajectory) -> None:
    drawn = trajectory_strip(path, panels=[1, 4])
    panels = groups(drawn, "cells")
    assert len(panels) == 2
    for panel, index in zip(panels, (1, 4), strict=True):
        refined = path[index].partition.decision_boundary().partition
        assert len(list(panel.iter(f"{SVG}polygon"))) == len(refined.cells)
    assert [len(list(g.iter(f"{SVG}circle"))) for g in groups(drawn, "data")] == [2, 2]
    assert "epoch 1" in texts(drawn) and "epoch 3" not in texts(drawn)


def test_the_first_and_the_last_checkpoint_are_shown(path: Trajectory) -> None:
    assert len(groups(trajectory_strip(path, panels=3), "cells")) == 3
    for count in (2, 3, 5, 100):
        shown = texts(trajectory_strip(path, panels=count))
        assert "epoch 0" in shown and "epoch 4" in shown


def test_by_age_every_pattern_has_one_polygon(path: Trajectory) -> None:
    panels = groups(trajectory_strip(path, color="age", panels=[4]), "cells")
    assert len(list(panels[0].iter(f"{SVG}polygon"))) == path[4].cell_count


def test_bars_say_how_many_cells_were_born_and_died(path: Trajectory) -> None:
    (bars,) = groups(trajectory_strip(path), "turnover")
    tips = [title.text for title in bars.iter(f"{SVG}title")]
    for step, born, died in zip(path.steps, tips[::2], tips[1::2], strict=True):
        assert born == f"{step.before.label} to {step.after.label}: {len(step.born)} born"
        assert died.endswith(f"{len(step.died)} died")


def test_degenerate_checkpoints_and_models_without_outputs_are_drawn() -> None:
    zero = eg.Network([eg.Linear([[0, 0]], [0]), eg.ReLU(), eg.Linear([[0]], [0])])
    assert len(groups(trajectory_strip(trajectory([zero], SQUARE)), "cells")) == 1
    lines = trajectory([eg.Arrangement([([1, 0], 0)])] * 2, SQUARE, [[0, 0]])
    drawn = trajectory_strip(lines, columns=1)
    assert len(groups(drawn, "cells")) == 2 and "new pattern" in texts(drawn)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"panels": 0}, "panels: expected at least 1 panel, got 0"),
        ({"panels": []}, "panels: expected at least 1 panel, got none"),
        ({"panels": [9]}, r"panels\[0\]: expected a number from 0 to 4, got 9"),
        ({"color": "volume"}, "color: expected class or age"),
        ({"columns": 0}, "columns: expected a whole number"),
    ],
)
def test_bad_options_get_one_clear_line(path: Trajectory, options: dict, message: str) -> None:
    with pytest.raises(eg.InvalidInput, match=message):
        trajectory_strip(path, **options)


def test_only_the_plane_is_drawn() -> None:
    line = trajectory([eg.Network([eg.Abs()], input_dim=1)], eg.box(-1, 1, dim=1))
    with pytest.raises(eg.InvalidInput, match="path: a strip needs 2 dimensions, got 1"):
        trajectory_strip(line)
    with pytest.raises(eg.InvalidInput, match="path: expected at least one checkpoint"):
        trajectory_strip(Trajectory(SQUARE, (), ()))
