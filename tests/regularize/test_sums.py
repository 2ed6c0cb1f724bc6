"""Tree sums and moments against plain rational sums."""

from __future__ import annotations

from flint import fmpq, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from exactgeom.exact import Surd
from exactgeom.regularize.moments import Moments, terms_of
from exactgeom.regularize.sums import tree_sum
from exactgeom.regularize.walls import Wall

PARTS = st.lists(
    st.tuples(st.tuples(*[st.integers(-(10**6), 10**6)] * 3), st.integers(1, 60)), min_size=1, max_size=9
)


@given(PARTS)
def test_a_tree_sum_is_the_plain_sum(parts: list[tuple[tuple[int, int, int], int]]) -> None:
    made, denominator = tree_sum([(fmpz_mat([list(row)]), fmpz(q)) for row, q in parts])
    assert denominator > 0
    for j, entry in enumerate(made.entries()):
        assert fmpq(entry, denominator) == sum((fmpq(row[j], q) for row, q in parts), fmpq(0))


def test_denominators_stay_the_least_common_multiple() -> None:
    one = fmpz_mat([[1]])
    assert tree_sum([(one, fmpz(6)), (one, fmpz(4)), (one, fmpz(6))]) == (fmpz_mat([[7]]), fmpz(12))


def test_terms_add_up_to_the_number() -> None:
    number = Surd.sqrt(8) - Surd.sqrt("3/5") + 2
    assert sum((Surd.sqrt(root) * Surd(q) for root, q in terms_of(number)), Surd(0)) == number
    assert terms_of(Surd.sqrt(2) - Surd.sqrt(2)) == terms_of(fmpq(0)) == []


def test_moments_add_up_by_wall_signs_and_root() -> None:
    moments, key = Moments(), (Wall(1, 0, -1, 0), b"\x01")  # type: ignore[arg-type]
    moments.add(key, terms_of(1 + Surd.sqrt(2)), [fmpq(1), fmpq(2)])
    moments.add(key, terms_of(Surd.sqrt(8)), [fmpq(1), fmpq(-1)])
    moments.add((key[0], b""), terms_of(fmpq(0)), [fmpq(1)])
    assert moments.by_key == {key: {1: [1, 2], 2: [3, 0]}}
