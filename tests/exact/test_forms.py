"""File forms: exact both ways, and refused with the place."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import (
    Enclosure,
    InvalidInput,
    Surd,
    enclosure_of,
    float_of,
    from_json,
    read_json,
    to_json,
    to_latex,
    to_sympy,
)


@given(st.fractions())
def test_fractions_round_trip(q):
    assert from_json(json.loads(json.dumps(to_json(q)))) == q
    assert to_sympy(q) == sympy.Rational(q.numerator, q.denominator)
    assert float_of(q) == float(q)
    assert enclosure_of(q, 80).contains(q)


@pytest.mark.parametrize(
    ("obj", "place"),
    [
        ({"surd": [["1", "5"], ["1", "-5"]]}, "x.surd[1][1]"),
        ({"surd": [["1", "1/2"]]}, "x.surd[0][1]"),
        ({"surd": [["1"]]}, "x.surd[0]"),
        ({"surd": "15"}, "x.surd"),
        ({"surd": [["1", True]]}, "x.surd[0][1]"),
        ({"root4": [[None, 2]]}, "x.root4[0][0]"),
        ({"surd": [], "root4": []}, "x"),
        ({}, "x"),
        ({"mid": "1", "rad": "-1"}, "x.rad"),
        ({"mid": "one", "rad": "1"}, "x.mid"),
        ({"angle": {"pi": "1"}}, "x.angle"),
        ({"angle": {"pi": "1", "atan_sqrt": ["-1"]}}, "x.angle.atan_sqrt[0]"),
        ({"angle": []}, "x.angle"),
        ([], "x"),
        (None, "x"),
        (True, "x"),
        (math.nan, "x"),
        ("1e999999999", "x"),
    ],
)
def test_bad_forms_name_the_place(obj, place):
    with pytest.raises(InvalidInput) as caught:
        from_json(obj, "x")
    assert caught.value.place == place


def test_unreduced_surd_forms_are_read():
    assert from_json({"surd": [["1", "8"], ["1", "2"]]}) == 3 * Surd.sqrt(2)
    assert from_json({"root4": [["2", "16"]]}) == 4


@pytest.mark.parametrize(
    "text",
    ["[NaN]", "[Infinity]", "[-Infinity]", "[1e999]", "[1,]", "", b"\xff\xfe\xfa", "[" * 100_000, "{'a': 1}"],
)
def test_malformed_json_is_one_clear_line(text):
    with pytest.raises(InvalidInput) as caught:
        read_json(text, "net.json")
    assert str(caught.value).startswith("net.json: ")
    assert "\n" not in str(caught.value)


def test_json_integers_of_any_length():
    n = 7**20_000
    text = json.dumps([to_json(Fraction(n))]).replace('"', "")
    assert read_json(text) == [n]


def test_latex():
    assert to_latex(Fraction(-1, 2)) == r"-\frac{1}{2}"
    assert to_latex(3) == "3"
    assert to_latex(-Surd.root4(2)) == r"-\sqrt[4]{2}"
    assert to_latex(Surd()) == "0"
    assert r"\pm" in to_latex(Enclosure(1, "1/3"))
