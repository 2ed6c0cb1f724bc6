"""The report: one HTML file that needs nothing else, not even a network or scripts, to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.metadata import version
from typing import Any

from exactgeom.exact import InvalidInput, UndecidedError
from exactgeom.report.coloring import COLORINGS
from exactgeom.report.describe import describe_counts, describe_title, has_map
from exactgeom.report.html_look import SCRIPT, STYLE
from exactgeom.report.html_table import Exacts, table
from exactgeom.report.html_tables import all_tables
from exactgeom.report.study import Study
from exactgeom.report.study_rows import data_rows
from exactgeom.report.svg import partition_svg
from exactgeom.report.table import summary_rows

__all__ = ["html_report"]

_MOST_DRAWN = 4000
_WORTH = 10  # a picture of defects needs them in one of so many cells
_FIGURES = {
    "volume": "Cells by size",
    "map": "Cells by affine map",
    "density": "Density of the data",
    "class": "The class with most data in each cell",
    "curvature": "Cells by the mean Ricci curvature of their edges; the dual graph by Ricci curvature",
    "defect": "Angle defects at the vertices of the nerve, which are the cells",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_CONVENTIONS = (
    "Numbers are exact. A decimal after ≈ is rounded; a click on it, or the switch at the top, shows the "
    "exact number: a fraction, square roots, angles as rational multiples of π and arctangents of square "
    "roots, or a certain interval “middle ± radius”.",
    "Cells are closed; a facet on the boundary of the domain belongs to one cell, any other to two. "
    "Area vectors point out of the first cell. Dihedral angles are interior.",
    "Signs: one character per breakpoint of a unit, in layer order: + above, - below, 0 on it.",
)
_DATA_CONVENTIONS = (
    "A point on a wall lies in every cell that touches it, and is counted by the rule named in the summary. "
    "Mass: share of all weight, points outside of the domain included. Density ρ: mass over volume.",
    "Ricci: 1 − W₁/d on the dual graph with lengths ℓ/ρ^α, exact for rational lengths, else certain to 64 "
    "bits. Mean Ricci of a cell: over its edges. Angle defect: at the cell as a vertex of the nerve, "
    "undefined beside triangles that violate the triangle inequality. Combinatorial: Σ (−1)^k f_k/(k+1) "
    "over the simplices of the nerve at the cell, up to triangles.",
)


def html_report(
    study: Study, *, source: str = "", incomplete: str | None = None, most_rows: int = 1000
) -> str:
    """Return a self-contained HTML page on a partition and its data: pictures, tables, exact numbers.

    Contract: every exact number in it is exact; numbers of more than some thousand digits, and rows beyond
    `most_rows` of a table, are left out, which the page says.  Deterministic.  `source` is the model's file,
    `incomplete` why a budget ran out.
    """
    partition = study.partition
    exacts = Exacts()
    heading = describe_title(partition)
    tables = all_tables(study, exacts, most_rows)
    sections = [
        ("summary", "Summary", _summary(study, source, incomplete)),
        ("pictures", "Pictures", _pictures(study, incomplete)),
        *tables,
        ("conventions", "Conventions", _conventions(study)),
    ]
    links = "".join(f'<a href="#{name}">{escape(title)}</a>' for name, title, _ in sections)
    bodies = "\n".join(
        f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{escape(title)}</h2>\n'
        f"{body}\n</section>"
        for name, title, body in sections
    )
    return _page(heading, describe_counts(partition), links, bodies)


def _page(heading: str, counts: str, links: str, bodies: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(heading)}</title>
<style>
{STYLE}
</style>
</head>
<body>
<a class="skip" href="#summary">Skip to the summary</a>
<header>
<h1>{escape(heading)}</h1>
<p>{escape(counts)}</p>
</header>
<nav aria-label="Sections">{links}<span id="tools"></span></nav>
<main>
{bodies}
</main>
<footer><p>Made by exactgeom {escape(version("exactgeom"))}.</p></footer>
<script>
{SCRIPT}
</script>
</body>
</html>
"""


def _summary(study: Study, source: str, incomplete: str | None) -> str:
    rows = [*summary_rows(study.partition, source), *data_rows(study, classes=False)]
    warning = ""
    if incomplete is not None:
        warning = f'<p class="warning" role="note">Not finished, the budget ran out: {escape(incomplete)}</p>'
    entries = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"{warning}<dl>{entries}</dl>{_classes(study)}"


def _classes(study: Study) -> str:
    """Return the table of masses by class."""
    if not study.class_masses:
        return ""
    exacts = Exacts()
    rows: list[Sequence[Any]] = []
    for label, own in study.class_masses.items():
        ahead = sum(study.class_of(i) == label for i in range(len(own)))
        held = sum(1 for mass in own if mass)
        rows.append((str(label), sum(own), held, ahead))
    names = ("class", "mass in the domain", "cells that hold some", "cells where it is ahead")
    return table("Classes", names, rows, exacts)


def _pictures(study: Study, incomplete: str | None) -> str:
    partition = study.partition
    if not 1 <= partition.ambient_dimension <= 3:
        return f"<p>There is no picture in {partition.ambient_dimension} dimensions.</p>"
    if len(partition.cells) > _MOST_DRAWN:
        return f"<p>Pictures are drawn up to {_MOST_DRAWN:,} cells; this has {len(partition.cells):,}.</p>"
    if incomplete is not None and not partition.is_bounded:
        return "<p>There is no picture of an unfinished unbounded partition.</p>"
    found = [_figure(study, color) for color in _colors(study)]
    return f'<div class="pictures">{"".join(filter(None, found))}</div>'


def _colors(study: Study) -> Iterable[str]:
    """Name the pictures worth drawing."""
    partition = study.partition
    flat = partition.dimension < partition.ambient_dimension
    if partition.dimension == 3 or flat:
        return COLORINGS[:1]
    wanted = ["volume"]
    if has_map(partition.model):
        wanted.append("map")
    if study.data is not None and study.data.total_weight:
        wanted += ["density"] if partition.is_bounded else []
        wanted += ["class"] if study.class_masses else []
    if study.ricci is not None:
        measured = 0 if study.defects is None else len(study.defects)
        wanted += ["curvature", *(["defect"] if _WORTH * measured >= len(partition.cells) else [])]
    return wanted


def _figure(study: Study, color: str) -> str:
    edges = color == "curvature" and study.partition.ambient_dimension == 2
    try:
        picture = partition_svg(study.partition, color=color, study=study, ricci=edges)
    except (InvalidInput, UndecidedError):
        return ""
    inline = picture.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    caption = _FIGURES[color] if color != "volume" or study.partition.dimension < 3 else "Edges of the cells"
    if color == "curvature" and not edges:
        caption = caption.partition(";")[0]
    return f'<figure class="picture-{color}">{inline}<figcaption>{escape(caption)}.</figcaption></figure>'


def _conventions(study: Study) -> str:
    lines = _CONVENTIONS if study.data is None else _CONVENTIONS + _DATA_CONVENTIONS
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
