"""Plain text of exact numbers: reads as mathematics, and says exactly the number."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Angle, Surd

rationals = st.fractions(-9, 9, max_denominator=12)
radicands = st.fractions(0, 50, max_denominator=6)
surds = st.builds(
    Surd.from_terms, st.lists(st.tuples(rationals, radicands), max_size=4), order=st.sampled_from([2, 4])
)
angles = st.builds(Angle, rationals, st.lists(radicands, max_size=3))
TERM = re.compile(r"(\d*)(?:([√∜])(\d+)|(π))?(?:/(\d+))?")


def signed_pieces(text):
    """Split a sum at its signs, which stand alone between the pieces."""
    words = re.split(r" ([+-]) ", text if text.startswith("-") else f"+{text}")
    yield words[0][0], words[0][1:]
    yield from zip(words[1::2], words[2::2], strict=True)


def read_surd(text):
    total = Surd(0)
    for sign, piece in signed_pieces(text):
        top, root, radicand, _, bottom = TERM.fullmatch(piece).groups()
        size = Fraction(int(top or 1), int(bottom or 1))
        value = 1 if root is None else (Surd.sqrt if root == "√" else Surd.root4)(int(radicand))
        total += (size if sign == "+" else -size) * value
    return total


def read_angle(text):
    total = Angle(0)
    for sign, piece in signed_pieces(text):
        if piece.startswith("arctan √"):
            value = Angle(0, [piece.removeprefix("arctan √").strip("()")])
        else:
            top, _, _, pi, bottom = TERM.fullmatch(piece).groups()
            assert pi or piece == "0"
            value = Angle.pi(Fraction(int(top or 1), int(bottom or 1)))
        total += value if sign == "+" else -value
    return total


@given(surds)
def test_text_of_a_surd_is_the_number(x):
    assert read_surd(str(x)) == x


@given(angles)
def test_text_of_an_angle_is_the_angle(x):
    assert read_angle(str(x)) == x


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Surd(0), "0"),
        (Surd("-3/7"), "-3/7"),
        (Surd.sqrt("1/2"), "√2/2"),
        (3 + 2 * Surd.sqrt(5), "3 + 2√5"),
        (-Surd.sqrt(5) - Fraction(1, 2), "-1/2 - √5"),
        (3 * Surd.sqrt(7) / 4, "3√7/4"),
        (Surd.root4(3), "∜3"),
        (Angle(0), "0"),
        (Angle(2), "2π"),
        (Angle("-3/4"), "-3π/4"),
        (Angle("1/2", ["2/5"]), "π/2 + arctan √(2/5)"),
    ],
)
def test_numbers_read_as_mathematics(value, text):
    assert str(value) == f"{value}" == text
    assert eval(repr(value)) == value
