"""Refusals: every one is an InvalidInput (or UnboundedError) of one line that names the place."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest

from exactgeom import (
    InvalidInput,
    Polytope,
    UnboundedError,
    box,
    cross_polytope,
    permutohedron,
    simplex,
)

rows = Polytope.from_inequalities
hull = Polytope.from_vertices
NAN, INF = float("nan"), float("inf")
SQUARE = box(0, 1, dim=2)
SPACE = SQUARE.complex
DIAGONAL = [x - y for x, y in SPACE.points]
LABELS = [[0, 1, 2, 3], [4, 5, 6, 7], [8]]


def relabelled(k, i, label):
    made = [list(part) for part in LABELS]
    made[k][i] = label
    return made


CASES = {
    # from_inequalities
    "rows ragged": (lambda: rows([[1, 0], [1]], [1, 1]), "a[1]: ragged"),
    "rows short b": (lambda: rows([[1], [-1]], [1]), "b: expected 2 entries, one per row of a, got 1"),
    "rows long b": (lambda: rows([[1], [-1]], [1, 2, 3]), "b: expected 2 entries"),
    "rows boolean": (
        lambda: rows([[True], [-1]], [1, 1]),
        "a[0][0]: expected a number, got the boolean True",
    ),
    "rows booleans": (lambda: rows(np.array([[True], [False]]), [1, 1]), "a: expected numbers"),
    "rows nan": (lambda: rows([[1], [NAN]], [1, 1]), "a[1][0]: expected a finite number, got nan"),
    "rows nan array": (lambda: rows(np.array([[1.0], [NAN]]), [1, 1]), "a[1][0]: expected a finite"),
    "rows infinite b": (lambda: rows([[1], [-1]], [1, INF]), "b[1]: expected a finite number, got inf"),
    "rows decimal nan": (lambda: rows([[1], [-1]], [1, Decimal("NaN")]), "b[1]: expected a finite"),
    "rows none": (lambda: rows(None, [1]), "a: expected a matrix, got None"),
    "rows b none": (lambda: rows([[1]], None), "b: expected a vector, got None"),
    "rows flat": (lambda: rows([1, 2], [1, 2]), "a[0]: expected a vector"),
    "rows flat array": (lambda: rows(np.ones(2), [1, 2]), "a: expected a matrix, got an array of shape (2,)"),
    "rows text": (lambda: rows("ab", [1]), "a: expected a matrix, got 'ab'"),
    "rows words": (lambda: rows([["x"], ["y"]], [1, 1]), "a[0][0]: expected a number"),
    "rows complex": (lambda: rows([[1j], [-1]], [1, 1]), "a[0][0]: expected a rational"),
    "rows of nothing": (lambda: rows([[], []], [1, 1]), "a: the space must have at least one dimension"),
    "rows empty": (lambda: rows([[1], [-1]], [0, -1]), "the polytope is empty"),
    "equations number": (lambda: rows([[1], [-1]], [1, 1], equations=5), "equations: expected pairs"),
    "equations no pair": (lambda: rows([[1], [-1]], [1, 1], equations=[3]), "equations[0]: expected a pair"),
    "equations triple": (lambda: rows([[1]], [1], equations=[(1, 2, 3)]), "equations[0]: expected a pair"),
    "equations long": (
        lambda: rows([[1], [-1]], [1, 1], equations=[([1], 0), ([1, 2], 0)]),
        "equations[1].a: expected 1 entries, got 2",
    ),
    "equations nan": (
        lambda: rows([[1], [-1]], [1, 1], equations=[([1], NAN)]),
        "equations[0].b: expected a finite number",
    ),
    # from_vertices
    "hull of nothing": (lambda: hull([]), "points: the convex hull of no point is empty"),
    "hull ragged": (lambda: hull([[1, 2], [3]]), "points[1]: ragged"),
    "hull nan": (lambda: hull([[0, NAN]]), "points[0][1]: expected a finite number"),
    "hull boolean": (lambda: hull([[0, False]]), "points[0][1]: expected a number, got the boolean"),
    "hull none": (lambda: hull(None), "points: expected a matrix, got None"),
    "hull numbers": (lambda: hull([1, 2]), "points[0]: expected a vector"),
    "hull texts": (lambda: hull(["12", "34"]), "points[0]: expected a vector"),
    "hull no coordinate": (lambda: hull([[], []]), "points: the space must have at least one dimension"),
    # questions
    "contains number": (lambda: 3 in SQUARE, "point: expected a vector"),
    "contains short": (lambda: (1,) in SQUARE, "point: expected 2 coordinates, got 1"),
    "contains nan": (lambda: (1, NAN) in SQUARE, "point[1]: expected a finite"),
    "meet number": (lambda: SQUARE.intersection(3), "other: expected a Polytope, got int"),
    "meet segment": (
        lambda: SQUARE.intersection(box(0, 1, dim=1)),
        "other: expected a polytope in dimension 2",
    ),
    "meet far": (lambda: SQUARE.intersection(box(5, 6, dim=2)), "the polytope is empty"),
    "image wide": (lambda: SQUARE.image([[1]], [0]), "matrix: expected rows of 2 entries"),
    "image long": (lambda: SQUARE.image([[1, 1]], [0, 0]), "offset: expected 1 entries, one per row, got 2"),
    "image none": (lambda: SQUARE.image([], []), "matrix: expected rows of 2 entries"),
    # named polytopes
    "box reversed": (lambda: box(1, 0, dim=2), "low[0]: expected low < high, got 1 >= 0"),
    "box flat": (lambda: box([0, 1], [1, 1]), "low[1]: expected low < high, got 1 >= 1"),
    "box lengths": (lambda: box([0, 0], [1]), "low: low and high must have the same positive length"),
    "box no side": (lambda: box([], []), "low: low and high must have the same positive length"),
    "box nan": (lambda: box(0, NAN, dim=2), "high[0]: expected a finite number"),
    "box scalars": (lambda: box(0, 1), "low: expected a vector"),
    "box of many faces": (lambda: box(0, 1, dim=17).complex, "a box of dimension 17 has 3^17 faces"),
    **{
        f"{make.__name__} {dim!r}": (lambda make=make, dim=dim: make(dim), "expected a positive integer, got")
        for make in (simplex, cross_polytope, permutohedron, lambda dim: box(0, 1, dim=dim))
        for dim in (0, -1, True, 2.5, "3", F(2))
    },
    # subdivide
    "cut short": (lambda: SPACE.subdivide([1]), "values: expected 4 values, one per vertex, got 1"),
    "cut none": (lambda: SPACE.subdivide(None), "values: expected one value per vertex"),
    "cut nan": (lambda: SPACE.subdivide([0, NAN, 0, 0]), "values[1]: expected a finite number"),
    "cut boolean": (lambda: SPACE.subdivide([True] * 4), "values[0]: expected a number, got the boolean"),
    "cut missing": (lambda: SPACE.subdivide([None] * 4), "values[0]: expected a rational number, got None"),
    "cut bent": (lambda: SPACE.subdivide([1, 0, 0, 0]), "values: the values are not affine on cell 0"),
    "cut missing within": (
        lambda: SPACE.subdivide([None, 1, 1, 1], within=[0]),
        "values: cell 0 has a vertex without a value",
    ),
    "within number": (lambda: SPACE.subdivide(DIAGONAL, within=3), "within: expected a list of cell numbers"),
    **{
        f"within {cell!r}": (
            lambda cell=cell: SPACE.subdivide(DIAGONAL, within=[0, cell]),
            f"within[1]: there is no cell {cell!r}",
        )
        for cell in (1, -1, 0.0, True, "a", None)
    },
    # coarsen
    "labels none": (lambda: SPACE.coarsen(None), "labels: expected a list of labels"),
    "labels flat": (lambda: SPACE.coarsen([1, 2, 3]), "labels[0]: expected a label for each 0-face"),
    "labels short": (lambda: SPACE.coarsen(LABELS[:2]), "labels: expected one label per face, (4, 4, 1)"),
    "labels few": (lambda: SPACE.coarsen([[0], *LABELS[1:]]), "labels: expected one label per face"),
    "labels text": (
        lambda: SPACE.coarsen(relabelled(1, 2, "x")),
        "labels[1][2]: expected an integer, got 'x'",
    ),
    "labels float": (lambda: SPACE.coarsen(relabelled(0, 1, 0.5)), "labels[0][1]: expected an integer"),
    "labels boolean": (lambda: SPACE.coarsen(relabelled(0, 1, True)), "labels[0][1]: expected an integer"),
    "labels apart": (lambda: SPACE.coarsen(relabelled(0, 1, 0)), "labels[0]: a class of several vertices"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_one_clear_line(name):
    ask, expected = CASES[name]
    with pytest.raises(InvalidInput) as caught:
        ask()
    assert expected in str(caught.value) and "\n" not in str(caught.value)


OPEN = {
    "no row": lambda: rows([], []),
    "no row in an array": lambda: rows(np.zeros((0, 2)), np.zeros(0)),
    "a halfspace": lambda: rows([[1, 0]], [0]),
    "a quadrant": lambda: rows([[-1, 0], [0, -1]], [0, 0]),
    "a strip": lambda: rows([[1, 0], [-1, 0]], [0, 1]),
    "a line": lambda: rows([[1, 0], [-1, 0]], [0, 0]),
    "a plane": lambda: rows([[0, 0]], [0]),
    "a flat ray": lambda: rows([[1, 0]], [0], equations=[([0, 1], 3)]),
    "a line by equations": lambda: rows([], [], equations=[([1, 1, 0], 1), ([0, 1, 1], 0)]),
}


@pytest.mark.parametrize("name", OPEN)
def test_unbounded_is_one_clear_line(name):
    with pytest.raises(UnboundedError, match="bounded") as caught:
        OPEN[name]()
    assert "\n" not in str(caught.value)


EMPTY = {
    "an empty interval": lambda: rows([[1], [-1]], [0, -1]),
    "an empty strip": lambda: rows([[1, 0], [-1, 0]], [0, -1]),
    "an empty slab of a ray": lambda: rows([[-1, 0], [1, 0], [0, 1]], [-2, 1, 0]),
    "by a row without a variable": lambda: rows([[1], [-1], [0]], [1, 1, -1]),
    "only a row without a variable": lambda: rows([[0, 0]], [F(-1, 2**200)]),
    "by equations": lambda: rows([], [], equations=[([1, 0], 1), ([1, 0], 2)]),
    "one point off": lambda: rows([[1], [-1], [1]], [1, -1, 1 - F(1, 2**200)]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_empty_is_one_clear_line(name):
    with pytest.raises(InvalidInput, match="the polytope is empty") as caught:
        EMPTY[name]()
    assert "\n" not in str(caught.value)


def test_what_looks_odd_and_is_legal():
    segment = rows([[1], [-1]], [1, 1])
    assert rows(([s] for s in (1, -1)), (1 for _ in range(2))) == segment
    assert rows(np.array([[1.0], [-1.0]]), np.array([1.0, 1.0])) == segment
    assert rows(np.array([[1], [-1]], dtype=np.int8), np.array([1, 1], dtype=np.float16)) == segment
    assert rows([["1"], [Decimal(-2)]], [1, np.float64(2)]) == segment
    assert rows(((1,), (-1,)), {0: 1, 1: 1}.values()) == segment
    assert rows([[1]], [1], equations=(([F(2)], -2) for _ in range(3))).vertices == ((F(-1),),)
    assert (
        hull({(0,), (1,)}) == hull(np.array([[0.0], [1.0]])) == hull([i] for i in (1, 0, 1)) == box([0], [1])
    )
    assert SPACE.subdivide(iter(DIAGONAL))[0].f_vector == SPACE.subdivide(np.array(DIAGONAL))[0].f_vector
    assert SPACE.subdivide(DIAGONAL, within=np.array([0, 0]))[0].f_vector == (4, 5, 2)
    assert SPACE.subdivide(DIAGONAL, within=())[0].f_vector == SPACE.f_vector
    assert SPACE.coarsen(relabelled(0, 1, 10**30)).f_vector == SPACE.f_vector
    assert SPACE.coarsen([np.array(part) for part in LABELS]).f_vector == SPACE.f_vector
