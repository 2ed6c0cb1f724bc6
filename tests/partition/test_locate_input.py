"""Every way data come in: the same points, the house's reading rules, and errors that name the place."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactgeom as eg
from exactgeom.exact import InvalidInput
from exactgeom.partition.points import Points, double_above, double_below, is_double, to_double
from exactgeom.partition.points_csv import Quoted, number_of, plain_numbers


@pytest.fixture(scope="module")
def partition() -> Any:
    return eg.partition(eg.Arrangement([([1, 0], 0.1), ([0, 1], "1/10"), ([1, 1], 0)]), eg.box(-1, 1, dim=2))


def csv(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_bytes(text.encode("utf-8"))
    return path


ROWS = [[0.1, 0.5], [-0.5, 0.1], [0.25, -0.25], [1, 0], [-1, -1], [0.1, 0.1]]


def test_all_kinds_of_input_agree(partition: Any, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="frames need pandas")
    expected = list(partition.locate(ROWS))
    text = "\n".join(",".join(repr(c) for c in row) for row in ROWS)
    kinds: list[Any] = [
        np.array(ROWS),
        np.array(ROWS, dtype=object),
        [tuple(row) for row in ROWS],
        (iter(row) for row in ROWS),
        [[F(c) for c in row] for row in ROWS],
        [np.array(row) for row in ROWS],
        pandas.DataFrame(ROWS),
        pandas.DataFrame(ROWS, columns=["a", "b"]).astype(object),
        csv(tmp_path, text),
        str(csv(tmp_path, text)),
        Points.from_rows(ROWS),
    ]
    for points in kinds:
        data = partition.locate(points)
        assert list(data) == expected
        assert data.points == Points.from_rows(ROWS)
    assert (
        list(partition.locate(csv(tmp_path, "\ufeffx1,x2\r\n" + text.replace("\n", "\r\n") + "\r\n")))
        == expected
    )


def test_small_and_large_number_types(partition: Any) -> None:
    table = np.array([[1, 0], [0, -1]])
    expected = list(partition.locate([[1, 0], [0, -1]]))
    for dtype in (np.int8, np.int64, np.float16, np.float32, np.float64, np.longdouble):
        assert list(partition.locate(table.astype(dtype))) == expected
    wide = eg.partition(eg.Arrangement([([1], 2**60 + 1)]), None)
    big = np.array([[2**60], [2**60 + 1], [2**60 + 2]])
    assert [len(c) for c in wide.locate(big)] == [1, 2, 1]
    assert [len(c) for c in wide.locate(big.astype(np.uint64))] == [1, 2, 1]
    pandas = pytest.importorskip("pandas", reason="frames need pandas")
    assert [len(c) for c in wide.locate(pandas.DataFrame(big))] == [1, 2, 1]


def test_literals_are_read_by_the_rules_of_the_house(tmp_path: Path) -> None:
    line = eg.partition(eg.Arrangement([([1], "1/10")]), eg.box(-2, 2, dim=1))
    texts = ["0.1", '"0.1"', "1/10", '"1/10"', "1e-1", ' "1e-1" ', "+1/10", "1", "-1", ".1", "0.10"]
    data = line.locate(csv(tmp_path, "\n".join(texts)))
    below = F(0.1) > F(1, 10)
    assert below
    sides = [len(cells) for cells in data]
    assert sides == [1, 2, 2, 2, 1, 2, 2, 1, 1, 1, 1]
    assert data.points.row(0) == (F(0.1),) and data.points.row(1) == (F(1, 10),)
    big = csv(tmp_path, "9007199254740993\n1e0")
    assert line.locate(big).points.row(0) == (F(2**53 + 1),)


def test_quoted_fields_hold_commas_quotes_and_lines(partition: Any, tmp_path: Path) -> None:
    path = csv(tmp_path, 'x,y,"the, ""label"""\r\n0.5,0,"a\nb"\r\n\r\n-0.5,"1/3","c,d"\r\n')
    data = partition.locate(path, labels='the, "label"')
    assert data.labels == ("a\nb", "c,d") and data.points.names == ("x", "y")
    assert data.points.row(1) == (F(-1, 2), F(1, 3))


def test_columns_labels_and_weights_by_name(partition: Any, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="frames need pandas")
    text = "id,y,x,class,w\n1,0.5,0.25,3,1/2\n2,-0.5,1,4,2\n"
    options: Any = {"columns": ["x", "y"], "labels": "class", "weights": "w"}
    one = partition.locate(csv(tmp_path, text), **options)
    frame = pandas.DataFrame(
        {"id": [1, 2], "y": [0.5, -0.5], "x": [0.25, 1], "class": [3, 4], "w": ["1/2", "2"]}
    )
    two = partition.locate(frame, **options)
    three = partition.locate([[0.25, 0.5], [1, -0.5]], labels=[3, 4], weights=["1/2", 2])
    assert one == two == three and one.weights == (F(1, 2), F(2))
    bare = csv(tmp_path, "0.25,0.5,cat\n1,-0.5,dog\n")
    assert partition.locate(bare, labels=2).labels == ("cat", "dog")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x1,x2\n1,2\n3,nan\n", r"data.csv: row 3, column 'x2': expected a number.*nan"),
        ("x1,x2\n1,inf\n", r"row 2, column 'x2': "),
        ("x1,x2\n-Infinity,1\n", r"row 2, column 'x1': "),
        ("x1,x2\n1,True\n", r"row 2, column 'x2': .*True"),
        ("x1,x2\n1,\n", r"row 2, column 'x2': expected a number, got an empty field"),
        ("1,2\n1e999,0\n", r"row 2, column 1: 1e999 is beyond the range of doubles"),
        ("1,2\n1/0,0\n", r"row 2, column 1: denominator is zero"),
        ("1,2\n1_0,0\n", r"row 2, column 1: expected a number"),
        ("1,2\n0x1,0\n", r"row 2, column 1: expected a number"),
        ("nan,nan\n1,2\n", r"row 1, column 1: expected a number"),
        ("1,2\n1,2,3\n", r"row 2: expected 2 fields, got 3"),
        ("x,y,z\n1,2,3\n", r"expected 2 columns of coordinates, got 3 \('x', 'y', 'z'\)"),
        ('x,y\n1,"2\n', r"row 2: a quoted field does not close"),
        ('x,y\n1,2"3\n', r"row 2: a quoted field does not close"),
    ],
)
def test_bad_files_name_the_place(partition: Any, tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        partition.locate(csv(tmp_path, text))


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([[0, 1], [0, float("nan")]], r"points\[1\]\[1\]: expected a finite number"),
        ([[0, True]], r"points\[0\]\[1\]: .*boolean"),
        ([[0, None]], r"points\[0\]\[1\]"),
        ([[0, 1, 2]], r"points\[0\]: expected 2 coordinates, got 3"),
        ([[0, 1], [2]], r"points\[1\]: expected 2 coordinates, got 1"),
        ([1, 2], r"points\[0\]: expected a point, got int"),
        (["12", "34"], r"points\[0\]: expected a point, got str"),
        ({1: 2}, r"points: expected points, got dict"),
        (7, r"points: expected points, got int"),
        (np.array([[0, np.inf]]), r"points\[0\]\[1\]: expected a finite number, got inf"),
        (np.array([[True, False]]), r"booleans"),
        (np.zeros(3), r"array of shape \(3,\)"),
        (np.zeros((3, 3)), r"expected 2 coordinates, got 3"),
        (np.zeros((1, 2), dtype=complex), r"points\[0\]\[0\]"),
        ("no/such/file.csv", r"no/such/file.csv: cannot read the file"),
    ],
)
def test_bad_points_name_the_place(partition: Any, points: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        partition.locate(points)


def test_bad_frames_name_the_place(partition: Any) -> None:
    pandas = pytest.importorskip("pandas", reason="frames need pandas")
    for column, message in (
        ([0.0, float("nan")], r"row 1, column 'b': expected a finite number"),
        ([True, False], r"column 'b'.*|booleans"),
        (["1", "x"], r"points: row 1, column 'b': expected a number"),
        ([0.0, None], r"row 1, column 'b'"),
        (pandas.array([1, None], dtype="Int64"), r"row 1, column 'b'"),
    ):
        with pytest.raises(InvalidInput, match=message):
            partition.locate(pandas.DataFrame({"a": [0, 0], "b": column}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ties": "first"}, r"ties: expected one of split, smallest, all, refuse, got 'first'"),
        ({"ties": ["all"]}, r"ties: "),
        ({"labels": [1]}, r"labels: expected 2 entries, one per point, got 1"),
        ({"labels": "name"}, r"labels: expected one entry per point"),
        ({"labels": [1, None]}, r"labels\[1\]"),
        ({"labels": [1, float("nan")]}, r"labels\[1\]"),
        ({"labels": [1, []]}, r"labels\[1\]: the labels must be hashable"),
        ({"weights": [1, -1]}, r"weights\[1\]: expected a weight of at least 0"),
        ({"weights": [1, "x"]}, r"weights\[1\]"),
        ({"columns": ["a"]}, r"columns: only files and frames"),
        ({"progress": 3}, r"progress: "),
    ],
)
def test_bad_options_name_the_place(partition: Any, options: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        partition.locate([[0, 0], [1, 1]], **options)


def test_unknown_columns_are_named(partition: Any, tmp_path: Path) -> None:
    path = csv(tmp_path, "x,y,x\n1,2,3\n")
    for options, message in (
        ({"labels": "z"}, r"labels: the column 'z' does not exist in .*data.csv"),
        ({"labels": "x"}, r"labels: the column 'x' occurs more than once"),
        ({"labels": 3}, r"labels: expected a column's name or a number from 0 to 2, got 3"),
        ({"columns": "xy"}, r"columns: expected a list of columns"),
    ):
        with pytest.raises(InvalidInput, match=message):
            partition.locate(path, **options)


def test_no_points_at_all(partition: Any, tmp_path: Path) -> None:
    empties: list[Any] = [[], np.zeros((0, 2)), np.array([]), csv(tmp_path, "x,y\n")]
    for points in empties:
        data = partition.locate(points)
        assert len(data) == 0 and list(data) == [] and data.outside == ()
        assert data.empty_cells == tuple(range(len(partition.cells)))
        with pytest.raises(InvalidInput, match="points: there are no points"):
            _ = data.masses
        assert data.to_json()["points"] == 0


# -- doubles around rationals ----------------------------------------------------------------------


@given(st.fractions() | st.floats(allow_nan=False, allow_infinity=False).map(F) | st.just(F(10) ** 400))
def test_neighbouring_doubles_enclose_a_rational(q: F) -> None:
    low, high = double_below(q), double_above(q)
    assert (low == -np.inf or F(low) <= q) and (high == np.inf or q <= F(high))
    if np.isfinite(low) and np.isfinite(high):
        assert low == high or np.nextafter(low, np.inf) == high
        assert is_double(q, to_double(q)) == (low == high)


@given(st.lists(st.lists(st.fractions() | st.floats(-1e9, 1e9), min_size=2, max_size=2), max_size=5))
def test_points_keep_their_exact_values(rows: Any) -> None:
    points = Points.from_rows(rows, 2)
    assert points.rows() == [tuple(map(F, row)) for row in rows]
    if rows:
        assert Points.from_columns([[row[j] for row in rows] for j in range(2)]) == points


@given(st.lists(st.fractions() | st.fractions(max_denominator=9).map(lambda q: q / 10**310), min_size=1))
def test_points_lie_within_their_radii(column: list[F]) -> None:
    points = Points.from_rows([[q] for q in column], 1)
    for q, near, radius in zip(
        column, points.floats[:, 0].tolist(), points.radii()[:, 0].tolist(), strict=True
    ):
        assert abs(F(near) - q) <= F(radius)


def test_columns_of_plain_literals_are_read_as_field_by_field() -> None:
    literals = ["1", " -2.5 ", "+.5e-3", "5.", "-0", "1e22", "9007199254740991", "0.1", "-1E+2", "4.9e-324"]
    for column in (literals[:1], [x for x in literals if "22" not in x]):
        found = plain_numbers(column)
        assert found is not None
        assert [F(v) for v in found.tolist()] == [F(number_of(x, "here")) for x in column]
    odd = [
        "1/3",
        Quoted("0.1"),
        "1_0",
        "nan",
        "",
        " ",
        ".",
        "e5",
        "1e22",
        "9007199254740993",
        "1e400",
        "1e-400",
    ]
    for field in odd:
        assert plain_numbers(["1", field]) is None
    assert plain_numbers(["0e-999", "0.000"]) is not None


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, r"data.csv: expected a table of points, got an empty file"),
        ("\n\n", {"header": True}, r"data.csv: expected a table of points, got an empty file"),
        ("x,y\n1e-400,0\n", {}, r"row 2, column 'x': 1e-400 is 0 as a double: quote it"),
        ("x;y\n1;2\n", {}, r"got 1 \('x;y'\); fields are separated by commas"),
        ("x,y\n1,2\n", {"header": "yes"}, r"header: expected True, False or None, got 'yes'"),
        (
            "x,y,c\n1,2,a\n1,2, \n",
            {"labels": "c"},
            r"row 3, column 'c': expected a label",
        ),
    ],
)
def test_bad_tables_say_what_is_wrong(
    partition: Any, tmp_path: Path, text: str, options: Any, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        partition.locate(csv(tmp_path, text), **options)


def test_masked_entries_and_odd_shapes_are_refused(partition: Any) -> None:
    masked = np.ma.array([[0.5, 0.5], [0.25, 0.5]], mask=[[False, False], [False, True]])
    with pytest.raises(InvalidInput, match=r"points\[1\]\[1\]: expected a number, got a masked entry"):
        partition.locate(masked)
    for name in ("labels", "weights"):
        for odd in (np.array(1.0), np.ones((1, 1)), 3.5):
            with pytest.raises(InvalidInput, match=f"{name}: expected one entry per point"):
                partition.locate([[0, 0]], **{name: odd})


def test_labels_with_leading_zeros_stay_apart(partition: Any, tmp_path: Path) -> None:
    path = csv(tmp_path, "x,y,c\n0,0,007\n0,0,7\n0,1,-0\n")
    assert partition.locate(path, labels="c").labels == ("007", "7", "-0")
    assert partition.locate(csv(tmp_path, "0,0,-7\n0,0,0\n"), labels=2).labels == (-7, 0)
