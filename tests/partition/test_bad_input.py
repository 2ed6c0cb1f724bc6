"""Bad input gets one clear line that names the place."""

from __future__ import annotations

from typing import Any

import pytest

import exactgeom as eg

NET = eg.Network([eg.Linear([[1, 2], [3, 4]], [0, 1]), eg.ReLU()])
SQUARE = eg.box(-1, 1, dim=2)


def refuse(call: Any, place: str | None, *words: str) -> None:
    with pytest.raises(eg.InvalidInput) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.place == place
    for word in words:
        assert word in message


@pytest.mark.parametrize("model", [None, "net.json", [[1, 2]], lambda x: x, SQUARE, eg.ReLU()])
def test_something_that_is_no_model(model: Any) -> None:
    refuse(lambda: eg.partition(model, SQUARE), "model", "expected a model", f"got {type(model).__name__}")


@pytest.mark.parametrize("domain", [(-1, 1), "all", 3, [[-1, 1], [-1, 1]], NET, SQUARE.complex])
def test_something_that_is_no_domain(domain: Any) -> None:
    refuse(lambda: eg.partition(NET, domain), "domain", "expected a Polytope or None", "got")


@pytest.mark.parametrize("dim", [1, 3])
def test_a_domain_of_another_dimension(dim: int) -> None:
    refuse(lambda: eg.partition(NET, eg.box(-1, 1, dim=dim)), "domain", "2 inputs", f"dimension {dim}")


@pytest.mark.parametrize(
    "flat",
    [
        eg.Polytope.from_vertices([(0, 0), (1, 1)]),
        eg.Polytope.from_vertices([(0, 0)]),
        eg.Polytope.from_inequalities([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 0, 0]),
    ],
)
def test_a_flat_domain(flat: eg.Polytope) -> None:
    refuse(
        lambda: eg.partition(NET, flat),
        "domain",
        "expected a full-dimensional domain",
        f"dimension {flat.dim} in R^2",
    )


@pytest.mark.parametrize(
    ("low", "high"), [(float("-inf"), 1), (-1, float("inf")), (float("nan"), 1), (True, 2)]
)
def test_domains_that_are_no_numbers(low: Any, high: Any) -> None:
    with pytest.raises(eg.InvalidInput, match=r"^(low|high)\["):
        eg.partition(NET, eg.box(low, high, dim=2))


def test_empty_and_unbounded_domains() -> None:
    refuse(lambda: eg.Polytope.from_inequalities([[1, 0], [-1, 0]], [-1, 0]), None, "empty")
    with pytest.raises(eg.UnboundedError, match="unbounded"):
        eg.Polytope.from_inequalities([[1, 0], [0, 1]], [1, 1])


def test_the_whole_space_of_a_wide_input_is_refused_at_once() -> None:
    wide = eg.Network([eg.Linear([[1] * 784], [0]), eg.ReLU()])
    refuse(lambda: eg.partition(wide, None), "domain", "at most dimension 16")


def test_a_budget_that_is_none() -> None:
    for budget in (5, {"cells": 5}, "5"):
        refuse(lambda b=budget: eg.partition(NET, SQUARE, budget=b), "budget", "expected a Budget or None")


def test_faces_that_do_not_exist() -> None:
    P, Q = eg.partition(NET, SQUARE), eg.partition(NET, eg.box(-2, 2, dim=2))
    cells, ridges = len(P.cells), len(P.ridges)
    corner = P.cells[0].facets[0]
    foreign = next(r for r in range(ridges) if r not in P.cells[0].vertex_ids)
    refuse(lambda: P.dihedral_angle(0, foreign), "ridge", f"ridge {foreign} is not a ridge of cell 0")
    refuse(
        lambda: P.dihedral_angle(cells, 0), "cell", f"expected a number from 0 to {cells - 1}, got {cells}"
    )
    refuse(lambda: P.dihedral_angle(-1, 0), "cell", "got -1")
    refuse(lambda: P.dihedral_angle(0, ridges), "ridge", f"got {ridges}")
    refuse(lambda: P.dihedral_angle(0, corner), "ridge", "expected a face of dimension 0", "Facet")
    refuse(lambda: P.dihedral_angle(Q.cells[0], 0), "cell", "another partition")
    refuse(lambda: P.dihedral_angle("0", 0), "cell", "expected a face or its number, got '0'")
    refuse(lambda: P.dihedral_angle(0.0, 0), "cell", "got 0.0")
    refuse(lambda: P.dihedral_angle(True, 0), "cell", "got True")
    refuse(lambda: P.affine_map(cells), "cell", f"got {cells}")
    refuse(lambda: P.affine_map(corner), "cell", "expected a face of dimension 2")
    refuse(lambda: P.cells[corner], "cell", "expected a face of dimension 2")
    refuse(lambda: P.facets[Q.facets[0]], "facet", "another partition")


@pytest.mark.parametrize("k", [-1, 3, "1", 1.0, None, True])
def test_faces_of_a_dimension_that_is_not_there(k: Any) -> None:
    P = eg.partition(NET, SQUARE)
    refuse(lambda: P.faces(k), "k", "expected a dimension from 0 to 2", repr(k))


def test_dimension_one_has_no_ridges() -> None:
    P = eg.partition(eg.Arrangement([([1], 0)]), eg.box(-1, 1, dim=1))
    assert len(P.ridges) == 0 and list(P.ridges) == []
    refuse(lambda: P.dihedral_angle(0, 0), "ridge", "there is none")


def test_indices_out_of_range_are_index_errors() -> None:
    P = eg.partition(NET, SQUARE)
    with pytest.raises(IndexError, match=rf"cell {len(P.cells)} does not exist: there are {len(P.cells)}"):
        P.cells[len(P.cells)]
    with pytest.raises(IndexError, match="facet -99 does not exist"):
        P.facets[-99]
    with pytest.raises(TypeError):
        P.cells["0"]
