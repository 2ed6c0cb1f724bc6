"""The options of ``exactgeom analyze`` that concern data and reports, as the command line declares them."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "Alpha",
    "Certificate",
    "Color",
    "Columns",
    "Curvature",
    "DataFile",
    "Empty",
    "Html",
    "Idleness",
    "Label",
    "Length",
    "Mean",
    "Neighbours",
    "Ricci",
    "Ties",
    "Weight",
]


Color = Annotated[
    str | None,
    typer.Option(
        metavar="volume | map | …",
        help="Colour by cell size or affine map; with data by density, class, curvature (mean Ricci of the "
        "cell's edges), defect or combinatorial.",
    ),
]
Html = Annotated[
    str | None, typer.Option("--html", metavar="OUT", help="Write a report in one self-contained file.")
]
Certificate = Annotated[
    str | None,
    typer.Option("--certificate", metavar="OUT", help="Write what `exactgeom verify` proves anew."),
]
DataFile = Annotated[
    str | None,
    typer.Option("--data", metavar="FILE.csv", help="Points to locate, one a row, with or without header."),
]
Label = Annotated[
    str | None, typer.Option("--label", metavar="COLUMN", help="Column of classes: a name, or 1, 2, …")
]
Weight = Annotated[str | None, typer.Option("--weight", metavar="COLUMN", help="Column of weights.")]
Columns = Annotated[
    str | None,
    typer.Option(metavar="A,B,…", help="Columns of coordinates. Default: all that are left."),
]
Ties = Annotated[
    str | None,
    typer.Option(metavar="RULE", help="Points on walls: split (default), smallest, all or refuse."),
]
Curvature = Annotated[
    bool | None,
    typer.Option(
        "--curvature/--no-curvature", help="Measure how data bend the cells. Default: up to 1000 cells."
    ),
]
Ricci = Annotated[bool, typer.Option("--ricci", help="Draw the dual graph, coloured by Ricci curvature.")]
Length = Annotated[
    str | None, typer.Option(metavar="ℓ", help="centroid (default), mean, face or unit lengths.")
]
Alpha = Annotated[str | None, typer.Option(metavar="α", help="Exponent in ℓ/ρ^α, in (0, 1]. Default: 1.")]
Mean = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Edge density: arithmetic (default), geometric, harmonic, minimum."),
]
Empty = Annotated[
    str | None,
    typer.Option(
        metavar="RULE", help="Edges without density: restrict (default), infinite, or points added per cell."
    ),
]
Neighbours = Annotated[
    str | None, typer.Option(metavar="RULE", help="Steps by mass (default), face or uniform.")
]
Idleness = Annotated[str | None, typer.Option(metavar="P", help="Share that stays. Default: 1/2.")]
