"""What data do to a partition: the same numbers as the library, the choices named, what is undefined said."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

import exactgeom as eg
from exactgeom.curvature import angle_defects, combinatorial_curvature, density_lengths, statistical_ricci
from exactgeom.exact import Enclosure, InvalidInput
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.report import study as module
from exactgeom.report.choices import Choices
from exactgeom.report.coloring_data import DATA_COLORINGS, color_edges, color_study, nearest
from exactgeom.report.coloring_data import _signed as scale
from exactgeom.report.palette import NEUTRAL, UNDEFINED, diverge, lightness
from exactgeom.report.study import study
from exactgeom.report.study_json import study_documents, write_study
from exactgeom.report.study_rows import curved_edges, data_rows
from exactgeom.report.svg import partition_svg

LINES = eg.Arrangement([([1, 0], 0), ([0, 1], "1/3"), ([1, 1], "1/2")])
POINTS = [["1/2", "1/2"], ["1/3", "-1/2"], ["-1/2", "1/7"], ["-3/4", "-1/2"], [0, "-1/4"], ["-1/2", "2/3"]]
P = eg.partition(LINES, eg.box(-1, 1, dim=2))
DATA = P.locate(POINTS, labels=list("aabbab"))
UNIT = Choices(length="unit", empty="1")
SVG = "{http://www.w3.org/2000/svg}"


def test_rational_lengths_give_the_library_s_exact_curvature():
    known = study(P, DATA, choices=UNIT)
    assert dict(known.ricci) == dict(statistical_ricci(P, DATA, length="unit", empty=1))
    assert known.ricci.is_exact and known.combinatorial == combinatorial_curvature(P.nerve(max_dim=2))
    for cell in range(len(P.cells)):
        own = [v for edge, v in known.ricci.items() if cell in edge]
        assert known.mean_ricci(cell) == sum(own, Fraction(0)) / len(own)


@pytest.mark.parametrize("neighbours", ["mass", "face", "uniform"])
def test_irrational_lengths_give_enclosures_of_the_exact_curvature(neighbours):
    cross = eg.partition(eg.Arrangement([([1, 0], 0), ([1, 3], 1)]), eg.box(-1, 1, dim=2))
    data = cross.locate([["1/2", "1/2"], ["1/2", 0], ["-1/2", 0], ["-1/2", "3/4"]])
    known = study(cross, data, choices=Choices(neighbours=neighbours))
    exact = statistical_ricci(cross, data, empty="restrict", neighbours=neighbours)
    assert list(known.ricci) == list(exact)
    for edge, value in known.ricci.items():
        own = exact[edge]
        assert isinstance(value, Enclosure) and value.rad < Fraction(1, 2**40)
        if isinstance(own, Enclosure):
            assert abs(own.mid - value.mid) <= own.rad + value.rad
        else:
            assert value.contains(own)


def test_defects_are_those_of_the_supported_nerve():
    cross = eg.partition(eg.Arrangement([([1, 0], 0), ([0, 1], 0)]), eg.box(-1, 1, dim=2))
    data = cross.locate([["1/2", "1/2"], ["1/3", "-1/2"], ["-1/2", "1/7"]])
    known = study(cross, data, choices=Choices(empty="5"))
    lengths = density_lengths(cross, data, empty=5, edges=cross.nerve(max_dim=2))
    expected = angle_defects(cross.nerve(max_dim=2), lengths, rule="link")
    assert {i: known.defect(i) for i in range(4)} == dict(expected)
    none = study(P, DATA, choices=UNIT)
    assert none.defects.violations and all(none.defect(i) is None for i in none.defects.undefined)
    assert "triangles of the nerve violate the triangle inequality" in none.notes[0]


def test_what_is_not_defined_is_said():
    assert study(P).notes == () and study(P).ricci is None
    assert study(P, DATA, curvature=False).ricci is None
    everywhere = eg.partition(LINES)
    assert study(everywhere, everywhere.locate(POINTS)).notes == (
        "densities and curvature need a bounded domain",
    )
    assert "no data lie in the domain" in study(P, P.locate([[5, 5]])).notes[0]
    with pytest.raises(InvalidInput, match=r"holds no data.*--mean minimum"):
        study(P, P.locate([POINTS[0]]), choices=Choices(length="mean"))
    assert study(P, P.locate(POINTS[:2]), choices=Choices(length="mean", mean="minimum")).ricci is not None


def test_many_cells_are_measured_on_request_only(monkeypatch):
    monkeypatch.setattr(module, "MOST_CELLS", 3)
    assert "only with --curvature" in study(P, DATA).notes[0]
    assert study(P, DATA, curvature=True, choices=UNIT).ricci is not None


def test_the_class_of_a_cell_is_the_one_with_most_mass():
    halves = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    known = study(
        halves, halves.locate([["1/2"], ["1/3"], ["1/4"], ["-1/2"], ["-1/3"]], labels=list("xxyxy"))
    )
    assert [known.class_of(i) for i in range(2)] == ["x", None]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": "centre"}, "--length: expected centroid, mean, face or unit, got 'centre'"),
        ({"alpha": "2"}, r"--alpha: expected a rational number in \(0, 1\], got 2"),
        ({"alpha": "x"}, "--alpha: "),
        ({"empty": "0"}, "--empty: expected"),
        ({"idleness": "3/2"}, "--idleness: "),
        ({"neighbours": "near"}, "--neighbours: expected mass, face or uniform"),
        ({"mean": "median"}, "--mean: expected"),
    ],
)
def test_choices_are_checked_by_option(options, message):
    with pytest.raises(InvalidInput, match=message):
        Choices(**options)


def test_documents_hold_the_exact_numbers():
    known = study(P, DATA, choices=UNIT)
    stream = io.StringIO()
    write_study(known, stream)
    document = json.loads(stream.getvalue())
    plain = P.to_json()
    assert {key: document[key] for key in plain} == plain
    assert set(document) - set(plain) == {"data", "curvature"}
    curvature = document["curvature"]
    assert {tuple(e["cells"]): Fraction(e["ricci"]) for e in curvature["edges"]} == dict(known.ricci)
    assert curvature["choices"] == {
        **{"length": "unit", "alpha": "1", "mean": "arithmetic"},
        **{"empty": "1", "neighbours": "mass", "idleness": "1/2"},
    }
    assert document["data"]["cells"][0]["mass"] == str(DATA.masses[0])
    assert (
        sum(Fraction(c["combinatorial"]) for c in curvature["cells"])
        == known.combinatorial.euler_characteristic
    )
    empty = io.StringIO()
    write_study(study(P), empty)
    assert json.loads(empty.getvalue()) == plain and study_documents(study(P)) == {}


def test_the_summary_names_every_choice():
    rows = dict(data_rows(study(P, DATA, choices=UNIT, source="points.csv")))
    assert rows["curvature"] == UNIT.words and "points.csv" in rows["data"]
    assert rows["empty cells"].startswith(f"{len(DATA.empty_cells)} of {len(P.cells)}")
    assert rows["class a"].startswith("mass 1/2")


def fills(picture):
    root = ET.fromstring(picture)
    group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == "cells")
    return {int(shape.get("data-cell")): shape.get("fill") for shape in group}, root


@pytest.mark.parametrize("color", DATA_COLORINGS)
def test_pictures_colour_every_cell_and_edge(color):
    known = study(P, DATA, choices=UNIT)
    colors, root = fills(partition_svg(P, color=color, study=known, ricci=True))
    assert colors == dict(color_study(known, color).fills)
    lines = {s.get("data-edge"): s.get("stroke") for s in root.iter(f"{SVG}line")}
    assert lines == {f"{a}-{b}": c for (a, b), c in color_edges(known)[0].items()}


def test_colours_follow_the_sign_and_the_size():
    known = study(P, DATA, choices=UNIT)
    for edge, color in color_edges(known)[0].items():
        red, blue = int(color[1:3], 16), int(color[5:7], 16)
        value = known.ricci[edge]
        assert (red > blue) if value < 0 else (blue >= red - 12), (edge, value, color)
    positive = [i for i, c in color_study(known, "density").fills.items() if c != NEUTRAL]
    assert sorted(positive) == [i for i, d in enumerate(DATA.densities) if d]
    by_density = sorted(positive, key=DATA.densities.__getitem__)
    shades = [lightness(color_study(known, "density").fills[i]) for i in by_density]
    assert shades == sorted(shades, reverse=True)
    assert UNDEFINED not in color_study(known, "combinatorial").fills.values()
    assert diverge(-5.0) == diverge(-1.0)


def test_a_scale_ends_at_its_extremes_unless_many_values_lie_inside():
    place, legend = scale([-3.0, 1.0, 2.0], "T")
    assert place(-3.0) == diverge(-1.0) and place(2.0) == diverge(1.0) and place(1.0) == diverge(0.5)
    assert [text for _, text in legend.marks] == ["−3", "0", "2"]
    _, legend = scale([*([1.0] * 50), 1000.0, float("nan")], "T")
    assert legend.marks[2] == (1.0, "1 and more") and legend.swatches == [(UNDEFINED, "not defined")]


def test_boxes_are_coloured_by_their_own_numbers():
    nodes = [Split(0, 0, 1, 2), Leaf([0]), Split(1, 0, 3, 4), Leaf([1]), Leaf([2])]
    boxes = eg.partition(DecisionTree(nodes, 2), eg.box(-1, 1, dim=2))
    known = study(boxes, boxes.locate([["-1/2", "1/2"], ["1/2", "1/2"], ["1/3", "1/2"]], labels=list("abb")))
    colors, root = fills(partition_svg(boxes, color="class", study=known))
    assert colors == dict(color_study(known, "class").fills)
    for shape in root.iter(f"{SVG}polygon"):
        cell = boxes.cells[int(shape.get("data-cell"))]
        assert f"volume {cell.volume}" in shape[0].text
        corners = [tuple(map(float, pair.split(","))) for pair in shape.get("points").split()]
        (left, right), (top, bottom) = ((min(c), max(c)) for c in zip(*corners, strict=True))
        assert (right - left) * (bottom - top) == pytest.approx(float(cell.volume) * 640**2 / 4, rel=1e-3)


def test_colours_without_what_they_show_are_refused():
    for color in DATA_COLORINGS:
        with pytest.raises(InvalidInput, match="needs data"):
            partition_svg(P, color=color)
    with pytest.raises(InvalidInput, match="--ricci: Ricci curvature needs data"):
        partition_svg(P, ricci=True)
    with pytest.raises(InvalidInput, match="classes need labels"):
        partition_svg(P, color="class", study=study(P, P.locate(POINTS)))
    line = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    with pytest.raises(InvalidInput, match="edges are drawn in 2 dimensions"):
        partition_svg(line, ricci=True)


def test_edges_are_listed_from_the_most_negative():
    values = [nearest(edge.curvature) for edge in curved_edges(study(P, DATA, choices=UNIT))]
    assert values == sorted(values) and len(set(values)) > 1
