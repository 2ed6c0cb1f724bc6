"""The page: well-formed, self-contained, safe, and its numbers are the partition's."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser

import pytest

import exactgeom as eg
from exactgeom.models.tree import DecisionTree, Leaf, Split
from exactgeom.report.choices import Choices
from exactgeom.report.html import html_report
from exactgeom.report.html_look import SCRIPT
from exactgeom.report.html_table import Exacts, table
from exactgeom.report.inputs import cut_subject
from exactgeom.report.study import study

VOID = {"meta", "br", "link", "img", "rect", "circle", "path", "line", "polygon", "stop"}
LINES = eg.Arrangement([([1, 0], 0), ([1, 2], "1/3")])
POINTS = [["1/2", "1/2"], ["1/3", "-1/2"], ["-1/2", "1/7"], ["-3/4", "-1/2"], [0, "-1/4"], [3, 3]]
LABELS = ["a", "a", "b", "b", "a", "b"]


class Page(HTMLParser):
    """The tree of a page in short: tables by caption, text, attributes; fails where tags do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.ids, self.tables = [], [], [], {}
        self._row = self._cell = self._caption = None
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag in VOID and not self.get_starttag_text().endswith("/>") and tag in {"meta", "br"}:
            return
        self.open.append(tag)
        if tag == "caption":
            self._caption = ""
        if tag == "tr":
            self._row = []
        if tag in {"td", "th"}:
            self._cell = {"shown": "", "exact": None, "v": attrs.get("data-v")}

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()
        if tag == "caption":
            self._rows = self.tables.setdefault(self._caption, [])
        if tag in {"td", "th"}:
            self._row.append(self._cell)
            self._cell = None
        if tag == "tr":
            self._rows.append(self._row)

    def handle_data(self, data):
        if self.open and self.open[-1] == "caption":
            self._caption += data
        if self._cell is not None:
            if self.open[-1] == "code":
                self._cell["exact"] = (self._cell["exact"] or "") + data
            else:
                self._cell["shown"] += data


def column(page, caption, name):
    """Exact text of a column by the first entry of each row."""
    head, *rows = page.tables[caption]
    k = [entry["shown"] for entry in head].index(name)
    return {row[0]["shown"]: row[k]["exact"] or row[k]["shown"] for row in rows}


def with_data(partition, choices=None, labels=LABELS):
    return study(partition, partition.locate(POINTS, labels=labels), source="d.csv", choices=choices)


SUBJECTS = {
    "1-D": lambda: study(eg.partition(eg.Arrangement([([3], 1)]), eg.box(-1, 1, dim=1))),
    "2-D": lambda: study(eg.partition(LINES, eg.box(-1, 1, dim=2))),
    "2-D with data": lambda: with_data(eg.partition(LINES, eg.box(-1, 1, dim=2))),
    "3-D": lambda: study(eg.partition(eg.Arrangement([([1, 1, 1], 1)]), eg.box(0, 1, dim=3))),
    "4-D": lambda: study(eg.partition(eg.Arrangement([([1, 1, 1, 1], 1)]), eg.box(0, 1, dim=4))),
    "all of R^2": lambda: study(eg.partition(LINES)),
    "all of R^2 with data": lambda: with_data(eg.partition(LINES)),
    "a tree": lambda: with_data(
        eg.partition(DecisionTree([Split(0, "1/4", 1, 2), Leaf([0]), Leaf([1])], 2), eg.box(-1, 1, dim=2))
    ),
    "a flat polytope": lambda: study(cut_subject(eg.Polytope.from_vertices([[0, 0], [1, 1]]))),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_page_is_well_formed_self_contained_and_deterministic(name):
    text = html_report(SUBJECTS[name](), source="m.json")
    page = Page(text)
    assert text == html_report(SUBJECTS[name](), source="m.json")
    assert len(page.ids) == len(set(page.ids)) and {"summary", "pictures", "cells", "conventions"} <= set(
        page.ids
    )
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text.replace(SCRIPT, ""))
    assert not {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "embed", "base", "form"}
    assert not any("src" in a or ("href" in a and not a["href"].startswith("#")) for _, a in page.tags)
    targets = {a["href"][1:] for tag, a in page.tags if tag == "a"}
    assert targets <= set(page.ids)
    assert any("default-src 'none'" in (a.get("content") or "") for tag, a in page.tags if tag == "meta")
    drawn = "svg" in {tag for tag, _ in page.tags}
    assert drawn == (name != "4-D") and ("There is no picture in 4 dimensions" in text) == (name == "4-D")


def test_the_numbers_are_the_exact_ones():
    known = with_data(eg.partition(LINES, eg.box(-1, 1, dim=2)), Choices(length="unit", empty="1"))
    P, data, page = known.partition, known.data, Page(html_report(known))
    cells = {str(cell.id): cell for cell in P.cells}
    assert column(page, "Cells", "area") == {i: str(cell.volume) for i, cell in cells.items()}
    assert column(page, "Cells", "density") == {i: str(data.densities[cell.id]) for i, cell in cells.items()}
    boundary = {i: str(eg.Surd.sum(f.area for f in cell.facets)) for i, cell in cells.items()}
    assert column(page, "Cells", "boundary") == boundary
    mean = {i: str(known.mean_ricci(cell.id)) for i, cell in cells.items()}
    assert column(page, "Cells", "mean Ricci") == mean
    assert column(page, "Facets", "length") == {str(f.id): str(f.area) for f in P.facets}
    ricci = {f"{a}-{b}": str(value) for (a, b), value in known.ricci.items()}
    assert column(page, "Edges of the dual graph", "Ricci") == ricci
    masses = column(page, "Classes", "mass in the domain")
    assert {label: Fraction(text) for label, text in masses.items()} == {
        label: sum(own) for label, own in data.class_masses.items()
    }


def test_hostile_names_are_text():
    evil = '"><script>alert(1)</script>&<img src=x onerror=alert(1)>'
    P = eg.partition(LINES, eg.box(-1, 1, dim=2))
    known = study(P, P.locate(POINTS, labels=[evil, "b", evil, "b", evil, "]]>"]), source=evil)
    text = html_report(known, source=evil, incomplete=evil)
    page = Page(text)
    assert [tag for tag, _ in page.tags].count("script") == 1 and "img" not in {t for t, _ in page.tags}
    assert "<script>alert" not in text and "onerror=alert(1)&gt;" in text
    assert evil in column(page, "Classes", "class")


def test_rows_beyond_the_cap_are_counted():
    lines = eg.Arrangement([([1, 0], Fraction(k, 12)) for k in range(-9, 10)])
    known = study(eg.partition(lines, eg.box(-1, 1, dim=2)))
    text = html_report(known, most_rows=5)
    assert "5 of 20 rows are shown, the largest first" in text
    assert len(Page(text).tables["Cells"]) == 1 + 5
    assert "rows are shown" not in html_report(known)


def test_huge_numbers_are_folded_and_left_out_where_said():
    exacts = Exacts(room=500)
    assert exacts.number(Fraction(3, 7)) == "3/7" and exacts.number(12) == "12"
    long = Fraction(10**60 + 1, 3**80)
    assert f"<code>{long}</code>" in exacts.number(long) and exacts.number(long).startswith(
        "<details><summary>≈ "
    )
    vast = exacts.number(Fraction(7**9000, 3))
    assert vast.startswith('<span title="exact: a fraction of about 7,6') and "<code>" not in vast
    full = Exacts(room=5).number(long)
    assert "the page is full" in full and "<code>" not in full
    assert Exacts().number(eg.Surd.sqrt(2)) == "√2"
    assert Exacts().number(eg.Enclosure("1/3", "1/1000000")).count("±") == 1


def test_columns_rank_exactly_even_where_doubles_cannot():
    tiny = Fraction(1, 10**400)
    rows = [("a", 2 * tiny), ("b", None), ("c", tiny), ("d", -tiny), ("e", tiny), ("f", -2 * tiny)]
    page = Page(table("T", ("name", "value"), rows, Exacts()))
    assert [row[1]["v"] for row in page.tables["T"][1:]] == ["3", "4", "2", "1", "2", "0"]


def test_without_scripts_nothing_is_hidden():
    text = html_report(with_data(eg.partition(LINES, eg.box(-1, 1, dim=2))))
    page = Page(text)
    assert "display: none" not in text.split("@media print")[0].replace(
        "summary::-webkit-details-marker { display: none; }", ""
    )
    assert not any("hidden" in a for _, a in page.tags)
    assert ("html", {"lang": "en"}) in page.tags


def test_unfinished_work_says_so():
    text = html_report(study(eg.partition(LINES, eg.box(-1, 1, dim=2))), incomplete="stopped at 7 cells")
    assert "Not finished, the budget ran out: stopped at 7 cells" in text
