"""A budget that runs out loses nothing: what is finished is a partition by the units cut so far."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.testkit.strategies import arrangements, networks

MODELS = networks(widths=(1, 2, 3)) | arrangements()


def domain_of(model: Any, bounded: bool) -> eg.Polytope | None:
    return eg.box(-1, 1, dim=model.input_dim) if bounded else None


@given(MODELS, st.integers(1, 12), st.booleans())
@settings(max_examples=120)
def test_a_budget_of_cells(model: Any, limit: int, bounded: bool) -> None:
    """Enough budget changes nothing; too little leaves a coarser exact partition."""
    domain = domain_of(model, bounded)
    full = eg.partition(model, domain)
    try:
        within = eg.partition(model, domain, budget=eg.Budget(cells=limit))
    except eg.BudgetExceeded as stop:
        assert len(full.cells) > limit
        assert_coarser(stop.partial, full, limit)
        assert f"at {len(stop.partial.cells)} cells" in str(stop)
        assert f"of {model.sign_count} cuts" in str(stop)
    else:
        assert within == full and len(full.cells) <= limit


def assert_coarser(part: Any, full: eg.Partition, limit: int) -> None:
    assert isinstance(part, eg.Partition)
    assert len(part.cells) > limit
    assert part.validate(), str(part.validate())
    known = [i for i in range(full.model.sign_count) if part.cell_signs[0][i] != "."]
    for signs in part.cell_signs:  # the same functions are known in every cell
        assert [i for i, s in enumerate(signs) if s != "."] == known
        assert len(signs) == full.model.sign_count
    groups: dict[str, list[Any]] = {}
    for cell in full.cells:
        seen = "".join(s if i in known else "." for i, s in enumerate(cell.signs))
        groups.setdefault(seen, []).append(cell)
    assert set(groups) == set(part.cell_signs)
    for cell in part.cells:
        if cell.is_bounded:
            assert cell.volume == sum(c.volume for c in groups[cell.signs])
        assert (cell.affine_map is None) == ("." in cell.signs or not isinstance(full.model, eg.Network))
    if any("." in signs for signs in part.cell_signs):
        assert part.affine_map_count is None
    assert part.to_networkx().number_of_nodes() == len(part.cells)
    assert pickle.loads(pickle.dumps(part)) == part


@given(networks(depths=(1, 2), widths=(2, 3)), st.booleans())
@settings(max_examples=40)
def test_no_time_at_all_stops_after_the_first_cut(net: eg.Network, bounded: bool) -> None:
    domain = domain_of(net, bounded)
    if net.sign_count < 2:
        assert len(eg.partition(net, domain, budget=eg.Budget(seconds=0)).cells) <= 2
        return
    with pytest.raises(eg.BudgetExceeded, match="after 1 of") as caught:
        eg.partition(net, domain, budget=eg.Budget(seconds=0))
    part = caught.value.partial
    assert isinstance(part, eg.Partition)
    assert len(part.cells) <= 2
    assert part.cell_signs[0].count(".") == net.sign_count - 1
    assert part.validate()


@pytest.mark.parametrize("domain", [eg.box(-1, 1, dim=2), None])
def test_a_budget_that_runs_out_in_a_second_pass(domain: eg.Polytope | None) -> None:
    rows = [[1, k] for k in range(70)]
    net = eg.Network([eg.Linear(rows, [0] * 70), eg.ReLU(), eg.Linear([[1] * 70], [-1]), eg.ReLU()])
    full = eg.partition(net, domain)
    for limit in (1, 20, 128, 139, 141, len(full.cells) - 1):
        with pytest.raises(eg.BudgetExceeded) as caught:
            eg.partition(net, domain, budget=eg.Budget(cells=limit))
        assert_coarser(caught.value.partial, full, limit)
    assert eg.partition(net, domain, budget=eg.Budget(cells=len(full.cells), seconds=600)) == full


def test_budgets_of_the_whole_space_count_cells_not_pieces() -> None:
    """R^5 starts from six cones, yet one hyperplane makes two cells."""
    one = eg.Arrangement([([1, 2, 3, 4, 5], 6)])
    assert len(eg.partition(one, None, budget=eg.Budget(cells=2)).cells) == 2
    with pytest.raises(eg.BudgetExceeded, match="after 1 of 1 cuts, at 2 cells"):
        eg.partition(one, None, budget=eg.Budget(cells=1))


def test_budget_exceeded_pickles_with_its_partial_result() -> None:
    cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    with pytest.raises(eg.BudgetExceeded) as caught:
        eg.partition(cross, eg.box(-1, 1, dim=2), budget=eg.Budget(cells=1))
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert again.partial == caught.value.partial
    assert [c.volume for c in again.partial.cells] == [2, 2]


def test_progress_reports_every_cut() -> None:
    net = eg.Network(
        [eg.Linear([[1, 1], [1, -1]], [0, 0]), eg.HardTanh(), eg.Linear([[1, 1]], [0]), eg.Abs()]
    )
    for domain in (eg.box(-2, 2, dim=2), None):
        calls: list[tuple[int, ...]] = []

        def note(*call: int, calls: list[tuple[int, ...]] = calls) -> None:
            calls.append(call)

        P = eg.partition(net, domain, progress=note)
        assert [done for done, _, _ in calls] == [1, 2, 3, 4, 5]
        assert {total for _, total, _ in calls} == {5}
        cells = [count for _, _, count in calls]
        assert cells == sorted(cells)
        assert cells[-1] == len(P.cells) if domain is not None else cells[-1] >= len(P.cells)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"cells": 0}, "budget.cells"),
        ({"cells": -3}, "budget.cells"),
        ({"cells": True}, "budget.cells"),
        ({"cells": 2.5}, "budget.cells"),
        ({"cells": "10"}, "budget.cells"),
        ({"seconds": -1}, "budget.seconds"),
        ({"seconds": float("nan")}, "budget.seconds"),
        ({"seconds": "1"}, "budget.seconds"),
        ({"seconds": True}, "budget.seconds"),
    ],
)
def test_bad_budgets_are_named(options: dict[str, Any], place: str) -> None:
    with pytest.raises(eg.InvalidInput, match=f"^{place}: expected .*, got ") as caught:
        eg.Budget(**options)
    assert caught.value.place == place
