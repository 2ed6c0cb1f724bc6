"""The table: what it says is so, at every width, and a pipe gets plain text."""

from __future__ import annotations

import io
from fractions import Fraction

import pytest

from exactgeom.models import Arrangement, Linear, Network, ReLU
from exactgeom.polyhedra import Polytope, box
from exactgeom.report.inputs import cut_subject
from exactgeom.report.table import cells_by_volume, print_partition, summary_rows

LINES = Arrangement([([1, 0], 0), ([0, 1], "1/2"), ([1, 1], "1/3"), ([1, -2], 0), ([3, 1], "1/7")])


def table(partition, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_partition(partition, stream, source="file.json")
    return stream.getvalue()


@pytest.mark.parametrize("width", [50, 80, 200])
def test_lines_fit_and_numbers_are_never_cut(width, monkeypatch):
    partition = cut_subject(LINES, box(-1, 1, dim=2))
    text = table(partition, width, monkeypatch)
    assert all(len(line) <= width for line in text.splitlines())
    assert not any(line != line.rstrip() for line in text.splitlines())
    assert "\x1b" not in text
    for cell in (*cells_by_volume(partition)[:8], *cells_by_volume(partition)[-4:]):
        row = next(line for line in text.splitlines() if line.split()[:1] == [str(cell.id)])
        words = row.split()
        if words[1] != "≈":
            assert Fraction(words[1]) == cell.volume
        else:
            assert float(words[2]) == pytest.approx(float(cell.volume), rel=1e-5)


def test_long_signs_give_way_to_numbers(monkeypatch):
    wide = Network([Linear([[k + 1] for k in range(90)], range(90)), ReLU()])
    text = table(cut_subject(wide, box(0, "1/2", dim=1)), 60, monkeypatch)
    row = next(line for line in text.splitlines() if line.endswith("…"))
    assert row.split()[:2] == ["0", "1/2"]
    assert len(row) <= 60


def test_cells_come_largest_first_infinite_before_all():
    cells = cells_by_volume(cut_subject(LINES))
    infinite = [bool(cell.rays) for cell in cells]
    assert infinite == sorted(infinite, reverse=True)
    finite = [cell.volume for cell in cells if not cell.rays]
    assert finite == sorted(finite, reverse=True)
    assert len(finite) > 1


def test_summary_is_the_partition():
    partition = cut_subject(LINES, box(-1, 1, dim=2))
    rows = dict(summary_rows(partition))
    assert rows["model"] == "arrangement of 5 hyperplanes"
    assert rows["domain"] == "[-1, 1]²"
    assert rows["cells"] == str(partition.f_vector[-1])
    assert rows["f-vector"] == str(partition.f_vector)
    assert rows["Euler characteristic"] == "1"
    assert rows["total area"] == "4"
    assert "distinct affine maps" not in rows


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        (box(0, "1/3", dim=2), "[0, 1/3]²"),
        (box([0, 1], [1, 2]), "[0, 1] × [1, 2]"),
        (Polytope.from_vertices([(0, 0), (1, 0), (0, 1)]), "a polytope in R²"),
        (None, "all of R²"),
    ],
)
def test_domains_are_named(domain, name):
    assert dict(summary_rows(cut_subject(LINES, domain)))["domain"] == name


def test_a_polytope_is_its_own_domain():
    rows = dict(summary_rows(cut_subject(Polytope.from_vertices([(0, 0), (1, 1)]))))
    assert (rows["model"], rows["dimension"], "domain" in rows) == ("polytope", "1 (in dimension 2)", False)
