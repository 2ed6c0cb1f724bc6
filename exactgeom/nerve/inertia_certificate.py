"""Certificates of definiteness: what an independent checker needs to see (docs/CERTIFICATES.md)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactgeom.certificates.document import certificate, matrix, sparse, vector
from exactgeom.exact import CertificateError, Enclosure, Surd
from exactgeom.exact.balls import dyadic
from exactgeom.linalg import ldl
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.inertia_blocks import components, eliminate
from exactgeom.nerve.labelled import LabelledMatrix

_MARGINS = (4, 10, 20, 40, 80, 160, 320)
Square = list[Any]


def inertia_certificate(found: Any) -> dict[str, Any]:
    """Return the certificate of an `Inertia`: `psd`, `indefinite` or `not-psd`.

    Contract: entries are rationals or sums of square roots. Definite: a rounded LDLᵀ of `M − ε diag M`, the
    rest strictly dominant. Semidefinite: an exact LDLᵀ, so the matrix must be rational.
    Errors: `CertificateError` for fourth roots, enclosures, and singular matrices of surds.
    """
    form: LabelledMatrix = found.matrix
    values = [value for line in form.lines for value in line.values()]
    if any(type(v) is Enclosure or (type(v) is Surd and v.order == 4) for v in values):
        raise CertificateError(
            "a certificate takes rationals and square roots; certify the rational core instead"
        )
    claim = {"matrix": matrix(form.entries)}
    if found.negative:
        evidence = {"negative": vector(found.negative_vector)}
        if not found.positive:
            return certificate("not-psd", claim, evidence)
        evidence["positive"] = vector(_positive_vector(form))
        return certificate("indefinite", claim, evidence)
    definite = found.zero == 0
    squares = _rounded(form) if definite else _exact(form)
    return certificate("psd", {**claim, "definite": definite}, {"squares": squares})


def _positive_vector(form: LabelledMatrix) -> tuple[Fraction, ...]:
    from exactgeom.nerve.inertia import inertia

    return inertia(-form).negative_vector  # type: ignore[return-value]


def _rounded(form: LabelledMatrix) -> list[Square]:
    """Return squares whose rest is about `ε diag M`, for the largest of a few ε that leaves M definite."""
    squares: list[Square] = []
    for block in components(form.lines):
        spread = _spread(form, block)
        for margin in _MARGINS:
            bits = 2 * margin + 64 + 2 * spread
            share = 1 - Fraction(1, 2**margin)
            lines = [
                {
                    j: entry.settle(entry.multiply(entry.enter(share), v)) if i == j else v
                    for j, v in line.items()
                }
                for i, line in enumerate(form.lines)
            ]
            work = eliminate(lines, block, bits)
            if not work.left and all(sign > 0 for _, _, sign in work.pivots):
                break
        else:
            raise CertificateError("the matrix is too close to singular for a rounded factor")
        keep = margin + 16 + spread + len(block).bit_length()
        for (k,), factors, _ in work.pivots:
            pivot = _short(dyadic(work.middle[(k,)][0].mid()), keep)
            column = {i: _short(dyadic(row[0].mid()), keep) for i, row in factors.items()}
            squares.append([str(pivot), sparse({k: Fraction(1), **column})])
    return squares


def _spread(form: LabelledMatrix, block: list[int]) -> int:
    """Return how many binary digits the diagonal entries of a definite block lie apart."""
    sizes = []
    for i in block:
        mantissa, exponent = (int(part) for part in entry.ball(form.lines[i][i], 64).mid().man_exp())
        sizes.append(mantissa.bit_length() + exponent)
    return max(sizes) - min(sizes)


def _short(value: Fraction, bits: int) -> Fraction:
    """Return the number rounded to `bits` significant binary digits."""
    if value == 0:
        return value
    shift = bits - (abs(value.numerator).bit_length() - value.denominator.bit_length())
    scale = Fraction(2) ** shift
    return round(value * scale) / scale


def _exact(form: LabelledMatrix) -> list[Square]:
    if not form.is_rational:
        raise CertificateError(
            "semidefiniteness of a singular matrix of surds has no rational certificate here"
        )
    squares: list[Square] = []
    for block in components(form.lines):
        part = form.submatrix(block, block).matrix
        factors = ldl(part)
        for k in range(len(block)):
            weight = factors.diagonal[k, k]
            if weight:
                column = {block[factors.order[i]]: factors.lower[i, k] for i in range(k, len(block))}
                squares.append([str(weight), sparse(column)])
    return squares
