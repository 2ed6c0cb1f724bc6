"""Lies that hang together: each is false, and only one check of the checker stands in its way."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from exactgeom.certificates import certificate, verify
from exactgeom.certificates.document import system
from tests.certificates.makers import PENTAGON, SQUARE, complete, one_of_each

LINE = system([[1], [1]], [1, 2])
TWICE = system([[1], [1], [-1]], [1, 1, 0])
CORNERS = [["1", "1"], ["1", "-1"], ["-1", "1"], ["-1", "-1"]]


# A checker that did not ask for two facets at every ridge would find the volumes claimed of the first two
# `volume` lies below: cones from their first vertex over the facets it sees.


def without_a_cell() -> dict[str, Any]:
    """The partition of NET with its last cell left out, and the numbers of what is left."""
    document = copy.deepcopy(one_of_each()["complex"])
    claim = document["claim"]
    net = claim["model"]
    half = {"dim": 2, "A": [["1", "0"], ["-1", "0"], ["0", "1"], ["0", "-1"]], "b": ["1", "0", "1", "1"]}
    net["layers"] = [
        {"type": "linear", "weight": [["1", "0"]], "bias": ["0"]},
        {"type": "relu"},
    ]
    claim |= {
        "domain": SQUARE,
        "vertices": [["0", "-1"], ["0", "1"], ["1", "-1"], ["1", "1"]],
        "cells": [{"signs": "+", "vertices": [0, 1, 2, 3], "volume": "2"}],
        "f_vector": [4, 4, 1],
        "euler_characteristic": 1,
        "total_volume": "2",
    }
    assert verify(document | {"claim": claim | {"domain": half}})
    return document


def without_a_quadrant() -> dict[str, Any]:
    """Three quadrants of four; the walls to the fourth lead to the opposite cell."""
    document = complete()
    claim, cells = document["claim"], document["evidence"]["cells"]
    claim["cells"], document["evidence"]["cells"] = claim["cells"][:3], cells[:3]
    for number in (1, 2):
        for wall in cells[number]["facets"]:
            if wall[1] == 3:
                wall[1] = 3 - number
    return document


LIES: dict[str, dict[str, Any]] = {
    "a negative multiplier": certificate("empty", {"system": LINE}, {"multipliers": [[0, "1"], [1, "-1"]]}),
    "a row from itself": certificate(
        "redundant", {"system": PENTAGON, "row": 0}, {"multipliers": [[0, "1"]]}
    ),
    "two rows from each other": certificate(
        "irredundant",
        {"system": TWICE, "rows": [2]},
        {"points": [["-1"]], "multipliers": [[[1, "1"]], [[0, "1"]]]},
    ),
    "a vertex left out": certificate(
        "volume", {"system": SQUARE, "volume": "2"}, {"vertices": [CORNERS[i] for i in (1, 0, 2)]}
    ),
    "a facet of a strip": certificate(
        "volume", {"system": system([[1, 0], [-1, 0]], [1, 1]), "volume": "2"}, {"vertices": CORNERS}
    ),
    "a bound that is not attained": certificate(
        "lp-optimal",
        {"system": SQUARE, "objective": ["1", "0"], "sense": "max", "value": "1"},
        {"primal": ["0", "0"], "dual": [[0, "1"]]},
    ),
    "a value above the optimum": certificate(
        "lp-optimal",
        {"system": LINE, "objective": ["1"], "sense": "max", "value": "2"},
        {"primal": ["2"], "dual": [[1, "1"]]},
    ),
    "a cell left out": without_a_cell(),
    "a quadrant left out": without_a_quadrant(),
    "potentials of other lengths": certificate(
        "transport",
        {"costs": [["5", "5"], ["5", "5"]], "supply": ["1"], "demand": ["1", "0", "0"], "value": "5"},
        {"plan": [[0, 0, "1"]], "potentials": {"supply": ["5", "0"], "demand": ["0", "0"]}},
    ),
    "a matrix that is ragged": certificate(
        "rank", {"matrix": [["0"], ["1", "2"]], "rank": 1}, {"kernel": []}
    ),
    "a square taken twice": certificate(
        "psd",
        {"matrix": [["1", "1"], ["1", "1"]], "definite": True},
        {"squares": [["1/2", [[0, "1"], [1, "1"]]], ["1/2", [[0, "1"], [1, "1"]]]]},
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_rejected(name: str) -> None:
    try:
        assert not verify(LIES[name])
    except ValueError as error:
        assert name in {"potentials of other lengths", "a matrix that is ragged"}, error


def test_what_they_were_made_from_is_accepted() -> None:
    assert verify(certificate("volume", {"system": SQUARE, "volume": "4"}, {"vertices": CORNERS}))
    assert verify(complete())


# -- degenerate claims that once passed --------------------------------------------------------------------

RELU = {"schema": "exactgeom/network-1", "input_dim": 1, "layers": [{"type": "relu"}]}
IDENTITY = {"schema": "exactgeom/network-1", "input_dim": 1, "layers": [{"type": "identity"}]}
WITH_ZERO_ROW = system([[1], [-1], [0]], [1, 1, 0])


def test_a_domain_row_of_zeros_is_no_border() -> None:
    """Every point lies on `0 <= 0`: no facet may hide there from its missing neighbour."""
    half = {"signs": "+", "vertices": [0, 1], "volume": "1"}
    both = [{**half, "signs": "-", "vertices": [0, 1]}, {**half, "vertices": [1, 2]}]
    claim = {"model": RELU, "domain": WITH_ZERO_ROW, "euler_characteristic": 1}
    lie = {"vertices": [["0"], ["1"]], "cells": [half], "f_vector": [2, 1], "total_volume": "1"}
    true = {"vertices": [["-1"], ["0"], ["1"]], "cells": both, "f_vector": [3, 2], "total_volume": "2"}
    assert not verify(certificate("complex", claim | lie, {}))
    assert verify(certificate("complex", claim | true, {}))
    pair = {"models": [RELU, IDENTITY], "domain": WITH_ZERO_ROW}
    evidence = {"vertices": [["0"], ["1"]], "cells": [{"signs": ["+", ""], "vertices": [0, 1]}]}
    assert not verify(certificate("equal-functions", pair, evidence))


def test_a_point_without_coordinates_is_no_point_of_a_model() -> None:
    pair = {"models": [RELU, IDENTITY], "domain": None}
    assert verify(certificate("differ-at", pair | {"point": ["-1"]}, {}))
    with pytest.raises(ValueError, match="dimension 1"):
        verify(certificate("differ-at", pair | {"point": []}, {}))
