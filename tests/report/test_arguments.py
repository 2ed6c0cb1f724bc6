"""``--domain`` takes two numbers, one file or a word, in every form a shell can produce."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import InvalidInput
from exactgeom.report.arguments import domain_bounds, join_domain, looks_like_a_number

NUMBERS = ["-1/2", "1e-3", "-1e-3", "0.1", "-.5", ".5", "+3", "-1", "1.", "2E+2", "007", "-0"]


@pytest.mark.parametrize("low", NUMBERS)
@pytest.mark.parametrize("high", ["-1/2", "1e-3", "7"])
@pytest.mark.parametrize("glued", [False, True])
@pytest.mark.parametrize("place", ["before", "after"])
def test_two_numbers_become_one_word_wherever_they_stand(low, high, glued, place):
    option = [f"--domain={low}", high] if glued else ["--domain", low, high]
    words = [*option, "net.json"] if place == "before" else ["net.json", *option]
    joined = f"--domain={low} {high}"
    assert join_domain(words) == ([joined, "net.json"] if place == "before" else ["net.json", joined])


@pytest.mark.parametrize("value", ["all", "box.json", "./-1", "2d.json", "1e-3.json", "a b.json", "-"])
def test_one_word_stays_one_word(value):
    for words in (["--domain", value, "net.json"], [f"--domain={value}", "net.json"]):
        assert join_domain(words) == [f"--domain={value}", "net.json"]
    assert domain_bounds(value) is None


def test_quoted_pair_is_a_pair():
    assert domain_bounds(join_domain(["--domain=-1 1"])[0].partition("=")[2]) == (-1, 1)


def test_words_after_a_double_dash_are_not_options():
    assert join_domain(["--", "--domain", "1"]) == ["--", "--domain", "1"]


@given(st.lists(st.text(min_size=1).filter(lambda w: not w.startswith("--domain"))))
def test_words_without_the_option_pass_unchanged(words):
    assert join_domain(words) == words


@given(st.fractions(), st.fractions())
def test_bounds_are_exact(a, b):
    if a == b:
        with pytest.raises(InvalidInput, match="LO must be less than HI"):
            domain_bounds(f"{a} {b}")
    else:
        assert domain_bounds(f"{min(a, b)} {max(a, b)}") == (min(a, b), max(a, b))


def test_decimals_are_read_as_written_not_as_doubles():
    assert domain_bounds("0.1 1e-0") == (Fraction(1, 10), 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--domain"], "expected LO HI, a polytope file, or all"),
        (["--domain="], "expected LO HI, a polytope file, or all"),
        (["--domain", "--json", "out"], "got --json"),
        (["--domain", "-1"], "expected HI after LO = -1, got nothing"),
        (["--domain", "-1", "net.json"], "expected HI after LO = -1, got 'net.json'"),
        (["--domain=-1", "--svg", "x"], "expected HI after LO = -1, got '--svg'"),
        (["--domain", "all", "--domain", "0", "1"], "given twice"),
    ],
)
def test_what_is_missing_is_named(words, message):
    with pytest.raises(InvalidInput, match=r"^--domain: ") as caught:
        join_domain(words)
    assert message in str(caught.value)


@pytest.mark.parametrize("value", ["1 1", "2 1", "nan 1", "0 inf", "-Infinity 0", "1/0 2", "0 1e999999999"])
def test_bad_bounds_are_refused_by_place(value):
    with pytest.raises(InvalidInput, match=r"^--domain"):
        domain_bounds(value)


@given(st.one_of(st.integers().map(str), st.fractions().map(str), st.floats().map(repr)))
def test_every_printed_number_looks_like_one(text):
    assert looks_like_a_number(text)
