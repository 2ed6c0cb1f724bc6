"""Judges of what is asked at points: outputs, derivatives, signs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.conformance.geometry import abs_bound, breakpoints
from exactgeom.testkit.oracles import exact_model, sign_rows
from exactgeom.testkit.shapes import Sizes

AnyArray = np.ndarray[Any, Any]


def _sizes(arguments: Arguments) -> Sizes:
    model, points = arguments["model"], np.asarray(arguments["points"])
    found = {"n": len(points), "d": points.shape[1]}
    if model["kind"] == "network":
        found |= {"U": breakpoints(model), "k": len(model["layers"][-1]["bias"])}
    elif model["kind"] == "arrangement":
        found["U"] = len(model["offsets"])
    else:
        found["U"] = 1
    return found


def _exact_points(points: AnyArray) -> list[list[Fraction]]:
    return [[Fraction(x) for x in row] for row in np.asarray(points, dtype=np.float64).tolist()]


@judges("evaluate", _sizes)
def evaluate(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Outputs; the scale is what the network computes with, over absolute values."""
    model, points = arguments["model"], np.asarray(arguments["points"])
    exact = [y for row in exact_model(model).evaluate(_exact_points(points)) for y in row]
    width = answer.shape[1]
    scale = abs_bound(model, float(np.max(np.abs(points), initial=1.0)))
    shown = points.tolist()
    sheet.numbers(
        lambda i: f"outputs[{i // width}, {i % width}] at {shown[i // width]}", answer, exact, scale
    )


@judges("jacobian", _sizes)
def jacobian(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Derivatives inside cells; InvalidProblem for a point where a unit is at its breakpoint."""
    model, points = arguments["model"], np.asarray(arguments["points"])
    net = exact_model(model)
    exact: list[Fraction] = []
    for point in _exact_points(points):
        signs = net.signs(point)
        if "0" in signs:
            raise InvalidProblem("a point on the boundary of its cell")
        exact += [x for row in net.affine_map(signs)[0] for x in row]
    size = int(np.prod(answer.shape[1:]))
    shown = points.tolist()
    scale = abs_bound(model, 1.0)
    sheet.numbers(lambda i: f"jacobian[{i // size}] at {shown[i // size]}", answer, exact, scale)


@judges("locate", _sizes)
def locate(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """Signs at points, zeros as the candidate declares them; the leaf of a tree."""
    model, points = arguments["model"], np.asarray(arguments["points"])
    exact_one, rows = exact_model(model), _exact_points(points)
    if model["kind"] == "tree":
        exact = np.array([[exact_one.apply(point)] for point in rows]).reshape(answer.shape)
    else:
        strings = [exact_one.signs(point) for point in rows]
        exact = sign_rows(strings, answer.shape[1]).astype(np.int64)
        exact = np.where(exact == 0, zero_sign, exact)
    shown = points.tolist()

    def show(at: tuple[int, int]) -> str:
        i, j = at
        on = "" if model["kind"] == "tree" or strings[i][j] != "0" else " (exactly on the boundary)"
        return f"point {shown[i]} [{j}]{on}: was {answer[i, j]}, but should be {exact[i, j]}"

    wrong = [(int(i), int(j)) for i, j in np.argwhere(answer != exact)]
    sheet.some("sign", "wrong signs" if model["kind"] != "tree" else "points in another leaf", wrong, show)
