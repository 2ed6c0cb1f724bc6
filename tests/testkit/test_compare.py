"""Comparison up to declared equivalence: relabelling, orientation, bases; ulps; the forensic diff."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Angle, Surd
from exactgeom.partition import partition
from exactgeom.testkit import loopback
from exactgeom.testkit.cells import match_cells
from exactgeom.testkit.compare import LEVELS, Sheet, level_named, nearest, off_subspace, ulps_off
from exactgeom.testkit.conditioning import scales_of
from exactgeom.testkit.conformance import judge
from exactgeom.testkit.conformance.families import boundary_points, cases
from exactgeom.testkit.conformance.models import arrangement, linear, models, network
from exactgeom.testkit.forensic import forensic_diff, near_degeneracy, unit_place
from exactgeom.testkit.oracles import exact_model, truth_of
from exactgeom.testkit.shapes import BadAnswer

FULL = LEVELS["full"]
BOX = {"lo": np.array([-1.0, -1.0]), "hi": np.array([1.0, 1.0])}
GAP = 2.0**-40
SLIVER = {"model": arrangement([[1, 0], [1, 0], [1, 2]], [0.25, 0.25 + GAP, 0.125]), **BOX}
NET = {
    "model": network(
        linear([[1, 1], [1, -2], [0.5, 1]], [0, 0.25, -0.5]), {"type": "relu"}, linear([[1, 1, 1]], [0])
    ),
    **BOX,
}


def truth(arguments):
    return truth_of(arguments["model"], arguments["lo"], arguments["hi"])


def verdict(capability, arguments, answer, zero_sign=0):
    return judge(capability, arguments, answer, FULL, zero_sign)


# -- numbers -----------------------------------------------------------------------------------------


@given(st.floats(1e-200, 1e200), st.integers(-5, 5))
def test_ulps_count_doubles_from_the_rounded_truth(x: float, steps: int) -> None:
    if math.frexp(x)[0] in (0.5, np.nextafter(1, 0)):  # at a power of two the spacing changes
        return
    got = x
    for _ in range(abs(steps)):
        got = math.nextafter(got, math.inf if steps > 0 else 0.0)
    if math.frexp(got)[1] != math.frexp(x)[1]:
        return
    assert ulps_off(np.array([got]), np.array([x]), np.array([1.0])).tolist() == [abs(steps)]


def test_near_zero_ulps_are_those_of_the_natural_scale() -> None:
    assert ulps_off(np.array([2.0**-52]), np.array([0.0]), np.array([1.0])).tolist() == [1.0]


@pytest.mark.parametrize("value", [Fraction(1, 3), Surd.sqrt(2), Angle.pi()])
def test_the_truth_is_rounded_correctly(value) -> None:
    sheet = Sheet(FULL)
    sheet.numbers("x", nearest(value), [value], 1.0)
    assert sheet.judgement().passed
    assert sheet.worst.ulps == 0


def test_the_bound_is_the_documented_one() -> None:
    u, truth_value, scale = 2.0**-53, 2.0, 3.0
    allowed = u * (FULL.ulps * truth_value + FULL.scaled * scale)
    assert float(FULL.allowed(truth_value, scale)) == allowed
    for share, passes in ((0.99, True), (1.01, False)):
        sheet = Sheet(FULL)
        sheet.numbers("x", truth_value + share * allowed, [Fraction(2)], scale)
        assert sheet.judgement().passed is passes


def test_a_wrong_number_is_one_line_with_got_exact_and_bound() -> None:
    sheet = Sheet(FULL)
    sheet.numbers("volumes", [0.5, 1.0], [Fraction(1, 2), Fraction(1, 3)], 1.0)
    (finding,) = sheet.findings
    assert finding.line.startswith("volumes[1]: was 1.0, but should be 0.3333333333333333 (exactly 1/3)")
    assert "\n" not in finding.line


def test_a_failing_number_outranks_a_worse_one_that_passes() -> None:
    sheet = Sheet(FULL)
    sheet.numbers("a", [1e-20], [Fraction(1, 10**30)], 1.0)  # many ulps off, but tiny: passes
    sheet.numbers("b", [1.0 + 1e-9], [Fraction(1)], 1.0)
    assert sheet.worst.place == "b"


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="expected quick, full, hostile"):
        level_named("strict")


def test_kernels_compare_as_subspaces() -> None:
    basis = np.array([[1.0, 0], [0, 1], [0, 0]])
    other = basis @ np.array([[1.0, 2], [3, -1]])
    assert off_subspace(other, basis)[0] < 1e-15
    assert off_subspace(other, basis)[1] == 2
    assert off_subspace(np.array([[0.0], [0], [1]]), basis) == (1.0, 1)
    assert off_subspace(np.column_stack([other[:, 0], other[:, 0]]), basis)[1] == 1


# -- cells -------------------------------------------------------------------------------------------


@given(st.randoms(use_true_random=False))
def test_cells_match_in_any_order_by_signs_and_by_points(random) -> None:
    exact = truth(NET)
    order = list(range(exact.cell_count))
    random.shuffle(order)
    points = np.array([[float(x) for x in exact.inner_point(c)] for c in order])
    for answer in ({"signs": exact.signs[order]}, {"points": points}):
        match = match_cells(exact, answer)
        assert match.is_even
        assert match.cell_of.tolist() == order


def test_missing_spurious_and_repeated_cells_do_not_stop_the_rest() -> None:
    exact = truth(NET)
    rows = exact.signs
    invented = next(
        row
        for row in np.ndindex(3, 3, 3)
        if tuple(np.array(row) - 1) not in {tuple(r) for r in rows.tolist()}
    )
    answer = {"signs": np.concatenate([rows[1:], rows[1:2], [np.array(invented) - 1]])}
    match = match_cells(exact, answer)
    assert match.missing == (0,)
    assert match.repeated == (exact.cell_count - 1,)
    assert [row for row, _ in match.spurious] == [exact.cell_count]
    volumes = [float(v) for v in exact.volumes[1:]]
    found = verdict("cell_volumes", NET, {**answer, "volumes": [*volumes, 1.0, 1.0]})
    assert found.kinds == {"missing cell", "repeated cell", "spurious cell"}  # no number is wrong


def test_a_point_on_a_boundary_names_no_cell() -> None:
    exact = truth(SLIVER)
    match = match_cells(exact, {"points": np.array([[0.25, 0.0], [5.0, 5.0]])})
    assert "is in no interior" in match.spurious[0][1]
    assert "outside the box" in match.spurious[1][1]


def test_an_answer_names_its_cells_once() -> None:
    exact = truth(SLIVER)
    for answer in ({}, {"signs": exact.signs, "points": np.zeros((6, 2))}, {"leaves": np.zeros(1)}):
        with pytest.raises(BadAnswer, match="exactly one of 'signs', 'points'"):
            match_cells(exact, answer)


# -- the forensic diff -------------------------------------------------------------------------------


def merged_answer():
    answer = loopback.cell_volumes(**SLIVER)
    volumes = answer["volumes"]
    lost = np.flatnonzero(volumes < 1e-6)
    keep = np.setdiff1d(np.arange(len(volumes)), lost)
    for i in lost:
        near = keep[np.argmin(np.abs(answer["signs"][keep].astype(int) - answer["signs"][i]).sum(axis=1))]
        volumes[near] += volumes[i]
    return {"signs": answer["signs"][keep], "volumes": volumes[keep]}


def test_merged_slivers_are_found_with_the_units_and_a_change_that_removes_them() -> None:
    found = verdict("cell_volumes", SLIVER, merged_answer())
    diff = found.forensic
    assert {lost for lost, _ in diff.merged} == set(diff.missing) == {"+-+", "+--"}
    assert diff.culprit.is_near
    assert diff.culprit.width == pytest.approx(GAP)
    assert set(diff.culprit.units) == {"offsets[0]", "offsets[1]"}
    assert abs(diff.culprit.change.change) == Fraction(GAP)


@pytest.mark.parametrize(
    "case", [c for c in models("full") if c.kind != "tree" and c.dim <= 3], ids=lambda c: c.family
)
def test_a_proposed_change_alters_the_type(case) -> None:
    """The second route: apply the change to the description by hand and cut again."""
    exact = truth_of(case.model, case.lo, case.hi)
    cell = min(range(exact.cell_count), key=lambda c: exact.volumes[c])
    near = near_degeneracy(exact, cell)
    if near.change is None:
        return
    name, layer, row = next(
        place
        for u in range(exact.signs.shape[1])
        if (place := unit_place(case.model, u))[0] == near.change.place
    )
    assert name == near.change.place
    document = exact.model.to_json()
    if layer < 0:
        plane = document["hyperplanes"][row]
        plane["offset"] = str(Fraction(plane["offset"]) + near.change.change)
    else:
        bias = document["layers"][layer]["bias"]
        bias[row] = str(Fraction(bias[row]) + near.change.change)
    changed = partition(type(exact.model).from_json(document), exact.domain)
    assert near.cell in exact.partition.cell_signs
    assert near.cell not in changed.cell_signs


def test_an_invented_cell_is_explained_by_the_change_that_would_make_it_true() -> None:
    near = arrangement([[1, 0], [0, 1], [1, 1]], [0, 0, -GAP])  # a triangle just not cut off
    arguments = {"model": near, **BOX}
    exact = truth(arguments)
    invented = next(r for r in ([1, 1, -1], [-1, -1, 1]) if r not in exact.signs.tolist())
    answer = {"signs": np.concatenate([exact.signs, [invented]])}
    diff = forensic_diff(match_cells(exact, answer))
    assert diff.spurious == ("".join("-0+"[s + 1] for s in invented),)
    assert diff.culprit.change.effect == f"cell {diff.spurious[0]} appears"
    assert abs(diff.culprit.change.change) < 2 * GAP


def test_wrong_numbers_in_fat_cells_blame_no_degeneracy() -> None:
    answer = loopback.cell_volumes(**NET)
    answer["volumes"] = answer["volumes"] * (1 + 1e-9)
    found = verdict("cell_volumes", NET, answer)
    assert found.kinds == {"number"}
    assert not found.forensic.culprit.is_near
    assert any(line.startswith("no near-degeneracy") for line in found.forensic.lines())


def test_a_diff_is_plain_data() -> None:
    import json

    diff = verdict("cell_volumes", SLIVER, merged_answer()).forensic
    assert json.loads(json.dumps(diff.to_json()))["near_degeneracy"]["change"]["size"] == pytest.approx(-GAP)


# -- equivalences of single capabilities -------------------------------------------------------------


def test_facets_may_come_from_either_side_and_vectors_turn_with_them() -> None:
    answer = loopback.facet_areas(**NET)
    inner = answer["facets"].min(axis=1) >= 0
    flipped = dict(answer)
    flipped["facets"] = np.where(inner[:, None], answer["facets"][:, ::-1], answer["facets"])
    flipped["vectors"] = np.where(inner[:, None], -answer["vectors"], answer["vectors"])
    assert verdict("facet_areas", NET, flipped).passed
    flipped["vectors"] = answer["vectors"]
    assert verdict("facet_areas", NET, flipped).kinds == {"number"}


def test_facets_on_the_box_may_be_left_out_altogether_but_not_some() -> None:
    answer = loopback.facet_areas(**NET)
    inner = answer["facets"].min(axis=1) >= 0
    found = verdict("facet_areas", NET, {k: v if k == "signs" else v[inner] for k, v in answer.items()})
    assert found.passed
    assert found.notes == ("interior facets only",)
    fewer = {k: v if k == "signs" else v[1:] for k, v in answer.items()}
    assert "missing facet" in verdict("facet_areas", NET, fewer).kinds


def test_gram_entries_turn_with_the_orientation_of_the_simplices() -> None:
    case = next(c for c in cases("gram", "quick") if c.family == "lines-3d-4-area-vector")
    answer = loopback.gram(**case.arguments)
    turned = dict(answer, simplices=answer["simplices"].copy(), matrix=answer["matrix"].copy())
    turned["simplices"][0] = turned["simplices"][0][::-1]
    turned["matrix"][0, 1:] *= -1
    turned["matrix"][1:, 0] *= -1
    assert verdict("gram", case.arguments, turned).passed
    assert np.any(answer["matrix"][0, 1:])
    turned["matrix"] = answer["matrix"]
    assert verdict("gram", case.arguments, turned).kinds == {"number"}


def test_eigenvectors_have_any_sign_length_and_basis() -> None:
    case = next(c for c in cases("eigenvectors", "quick") if c.family == "circle-unit-0")  # 0, 2, 2, 4
    answer = loopback.eigenvectors(**case.arguments)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[3, 1], [-1, 2]]
    turn[0, 0], turn[3, 3] = -1, 1e-3
    assert verdict("eigenvectors", case.arguments, {**answer, "vectors": answer["vectors"] @ turn}).passed
    turn[0, 3] = 1
    mixed = {**answer, "vectors": answer["vectors"] @ turn}
    assert "Δv ≠ λv" in verdict("eigenvectors", case.arguments, mixed).findings[0].line
    turn[0, 3], turn[1:3, 1:3] = 0, [[1, 2], [1, 2]]
    twice = {**answer, "vectors": answer["vectors"] @ turn}
    assert "3 independent columns" in verdict("eigenvectors", case.arguments, twice).findings[0].line


def test_forms_may_list_indices_in_any_order_with_the_sign() -> None:
    form = {"coefficients": np.array([2.0]), "exponents": np.array([[1, 0]]), "indices": np.array([[1]])}
    arguments = {"form": form}  # d(2x dy) = 2 dx dy
    turned = {"coefficients": [-1.0, -1.0], "exponents": [[0, 0]] * 2, "indices": [[1, 0]] * 2}
    assert verdict("exterior_derivative", arguments, turned).passed
    assert not verdict("exterior_derivative", arguments, {**turned, "coefficients": [1.0, 1.0]}).passed


def test_points_on_boundaries_are_exactly_there() -> None:
    """The families ask about zero signs, and about doubles next to them."""
    zeros = 0
    for case in models("quick"):
        if case.kind == "arrangement":
            model = exact_model(case.model)
            zeros += sum("0" in model.signs([Fraction(x) for x in p]) for p in boundary_points(case).tolist())
    assert zeros >= 10


@pytest.mark.parametrize("case", [c for c in models("quick") if c.kind != "tree"], ids=lambda c: c.family)
def test_scales_are_positive_and_moderate(case) -> None:
    scales = scales_of(truth_of(case.model, case.lo, case.hi))
    for values in (scales.volumes, scales.shift, scales.turn):
        assert np.all(values > 0)
        assert np.all(values < 1e4)
