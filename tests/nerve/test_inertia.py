"""Laws of certified inertia: Sylvester, congruence, witnesses that really witness."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import linalg
from exactgeom.certificates import verify
from exactgeom.exact import CertificateError, Enclosure, InvalidInput, Surd, UndecidedError
from exactgeom.linalg import Matrix
from exactgeom.nerve.inertia import check_congruence, inertia, is_positive_definite, quadratic_form
from exactgeom.nerve.labelled import LabelledMatrix

NUMBERS = st.one_of(st.integers(-1, 1), st.sampled_from([0, 0, 0]), st.fractions(-3, 3, max_denominator=5))


def labelled(rows):
    names = range(len(rows))
    return LabelledMatrix(names, names, rows)


@st.composite
def symmetric(draw, numbers=NUMBERS, largest=6):
    n = draw(st.integers(0, largest))
    flat = [[draw(numbers) if j <= i else 0 for j in range(n)] for i in range(n)]
    return [[flat[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]


def witnesses_hold(matrix, found):
    size = len(matrix.rows)
    assert sum(found.signature) == size
    assert (found.negative_vector is None) == (found.negative == 0)
    if found.negative_vector is not None:
        assert all(isinstance(x, Fraction) for x in found.negative_vector)
        assert found.negative_value < 0
        assert found.negative_value == quadratic_form(matrix, found.negative_vector)
    assert len(found.kernel) == found.zero
    for vector in found.kernel:
        assert all(x == 0 for x in matrix @ vector)
        assert any(x != 0 for x in vector)


@given(symmetric())
def test_rational_inertia_agrees_with_the_characteristic_polynomial(rows):
    matrix = labelled(rows)
    found = inertia(matrix)
    witnesses_hold(matrix, found)
    coefficients = Matrix(rows).charpoly()  # Descartes: all roots are real
    signs = [c > 0 for c in coefficients if c]
    zero = next(k for k, c in enumerate(coefficients) if c)
    positive = sum(a != b for a, b in itertools.pairwise(signs))
    assert found == (positive, len(rows) - zero - positive, zero)
    assert found.signature == linalg.inertia(Matrix(rows)) if rows else True


@given(symmetric(largest=4), st.lists(st.integers(1, 12), min_size=4, max_size=4))
def test_sylvesters_law_under_a_diagonal_congruence_with_surds(rows, radicands):
    core = labelled(rows)
    scaling = [Surd.sqrt(m) for m in radicands[: len(rows)]]
    frame = LabelledMatrix.diagonal_of(core.rows, scaling)
    matrix = frame @ core @ frame
    assert check_congruence(matrix, core, scaling)
    plain = inertia(matrix)
    scaled = inertia(matrix, core=core, scaling=scaling)
    assert plain.signature == scaled.signature == inertia(core).signature
    witnesses_hold(matrix, plain)
    witnesses_hold(matrix, scaled)


@given(symmetric(largest=4), st.integers(0, 5))
def test_inertia_is_invariant_under_rational_congruence(rows, seed):
    n = len(rows)
    rng = random.Random(seed)
    basis = labelled([[rng.randint(-2, 2) + 20 * (i == j) for j in range(n)] for i in range(n)])
    assert inertia(basis.T @ labelled(rows) @ basis).signature == inertia(labelled(rows)).signature


@pytest.mark.parametrize(
    ("rows", "signature"),
    [
        ([], (0, 0, 0)),
        ([[0]], (0, 0, 1)),
        ([[0, 1], [1, 0]], (1, 1, 0)),
        ([[0, 1, 1], [1, 0, 1], [1, 1, 0]], (1, 2, 0)),
        ([[1, 1], [1, 1]], (1, 0, 1)),
        ([[0, 0], [0, 0]], (0, 0, 2)),
    ],
)
def test_textbook_signatures(rows, signature):
    matrix = labelled(rows)
    found = inertia(matrix)
    assert found == signature
    witnesses_hold(matrix, found)


def test_a_singular_matrix_of_two_fields_has_an_exact_kernel():
    a, b = Surd.sqrt(2), Surd.sqrt(3) + 1
    matrix = labelled([[a * a, a * b], [a * b, b * b]])
    found = inertia(matrix)
    assert found == (1, 0, 1)
    witnesses_hold(matrix, found)


def test_the_last_bit_decides():
    tiny = Fraction(1, 10**60)
    assert inertia(labelled([[1, 1], [1, 1 + tiny]])) == (2, 0, 0)
    assert inertia(labelled([[1, 1], [1, 1 - tiny]])) == (1, 1, 0)
    found = inertia(labelled([[Surd.sqrt(2), 1], [1, Surd.sqrt(2) / 2 - tiny]]))
    assert found == (1, 1, 0)
    assert found.negative_value < 0


def test_enclosures_decide_or_raise():
    sure = labelled([[Enclosure(2, "1/8"), 1], [1, 1]])
    assert is_positive_definite(sure)
    with pytest.raises(UndecidedError):
        inertia(labelled([[Enclosure(0, "1/8")]]))
    with pytest.raises(UndecidedError):
        inertia(labelled([[Enclosure(1, "1/8"), 1], [1, 1]]))


def test_a_large_sparse_matrix_is_decided_block_by_block():
    n = 400
    path = {(i, i): Fraction(2 * i + 3, i + 1) for i in range(n)}
    for i in range(n - 1):
        path[i, i + 1] = path[i + 1, i] = -1
    found = inertia(LabelledMatrix(range(n), range(n), path))
    assert found == (n, 0, 0)
    path[200, 200] = Fraction(1, 2)
    found = inertia(LabelledMatrix(range(n), range(n), path))
    assert found == (n - 1, 1, 0)
    assert found.negative_value < 0


def test_bad_input():
    with pytest.raises(InvalidInput, match="symmetric"):
        inertia(labelled([[1, 2], [3, 4]]))
    with pytest.raises(InvalidInput, match="symmetric"):
        inertia(LabelledMatrix("ab", "ba", [[1, 0], [0, 1]]))
    with pytest.raises(InvalidInput, match=r"scaling\[1\]"):
        inertia(labelled([[1, 0], [0, 1]]), core=labelled([[1, 0], [0, 1]]), scaling=[1, 0])


@given(symmetric(largest=4))
def test_the_independent_checker_accepts_every_certificate_and_no_other(rows):
    found = inertia(labelled(rows))
    document = found.certificate()
    assert verify(document)
    kind = "psd" if not found.negative else "indefinite" if found.positive else "not-psd"
    assert document["kind"] == kind
    if rows and kind == "psd":
        document["claim"]["matrix"][0][0] = "-1"
        assert not verify(document)


def test_certificates_of_surds_and_of_nearly_singular_matrices():
    root = Surd.sqrt(2)
    assert verify(inertia(labelled([[root, 1], [1, root]])).certificate())
    assert verify(inertia(labelled([[root, 2], [2, root]])).certificate())
    tiny = Fraction(1, 2**60)
    assert verify(inertia(labelled([[1, 1], [1, 1 + tiny]])).certificate())
    wide = inertia(labelled([[10**40, 3], [3, Fraction(1, 10**30)]]))
    assert wide == (2, 0, 0)
    assert verify(wide.certificate())
    with pytest.raises(CertificateError, match="square roots"):
        inertia(labelled([[Surd.root4(2)]])).certificate()
    with pytest.raises(CertificateError, match="singular"):
        inertia(labelled([[1, root], [root, 2]])).certificate()
