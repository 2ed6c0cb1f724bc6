"""Certificates about matrices: rank, positive semidefiniteness, and its failure (see docs/CERTIFICATES.md).

They are written out here, for certificates and linear algebra share a floor and do not import each other.
"""

from __future__ import annotations

from typing import Any

from exactgeom.exact import CertificateError, to_json
from exactgeom.linalg.inertia import negative_vector
from exactgeom.linalg.ldl import ldl
from exactgeom.linalg.matrix import Matrix

Document = dict[str, Any]


def rank_certificate(matrix: Matrix) -> Document:
    """Return a `rank` certificate: a basis of the kernel, and a prime modulo which the rank is the same.

    >>> rank_certificate(Matrix([[1, 2], [2, 4]]))["evidence"]["kernel"]
    [['-2', '1']]
    """
    kernel = _rows(matrix.kernel().transpose()) if matrix.n_columns > matrix.rank() else []
    claim = {"matrix": _rows(matrix), "rank": matrix.rank()}
    return _certificate("rank", claim, {"kernel": kernel})


def definite_certificate(matrix: Matrix) -> Document:
    """Return a `psd` certificate with the exact squares of `ldl`, or `indefinite` or `not-psd`.

    Errors: InvalidInput unless symmetric.

    >>> definite_certificate(Matrix([[2, 1], [1, 2]]))["evidence"]["squares"]
    [['2', [[0, '1'], [1, '1/2']]], ['3/2', [[1, '1']]]]
    """
    negative = negative_vector(matrix)
    if negative is None:
        return _squares(matrix)
    positive = negative_vector(-matrix)
    evidence = {"negative": _vector(negative)}
    if positive is None:
        return _certificate("not-psd", {"matrix": _rows(matrix)}, evidence)
    evidence["positive"] = _vector(positive)
    return _certificate("indefinite", {"matrix": _rows(matrix)}, evidence)


def _squares(matrix: Matrix) -> Document:
    factors = ldl(matrix)
    squares = []
    for k, place in enumerate(range(matrix.n_rows)):
        weight = factors.diagonal[k, k]
        if weight < 0:
            raise CertificateError("a semidefinite matrix with a negative pivot")
        if weight:
            column = {factors.order[i]: factors.lower[i, k] for i in range(place, matrix.n_rows)}
            pairs = [[i, to_json(x)] for i, x in sorted(column.items()) if x]
            squares.append([to_json(weight), pairs])
    claim = {"matrix": _rows(matrix), "definite": len(squares) == matrix.n_rows}
    return _certificate("psd", claim, {"squares": squares})


def _certificate(kind: str, claim: Document, evidence: Document) -> Document:
    return {"schema": "exactgeom/certificate-1", "kind": kind, "claim": claim, "evidence": evidence}


def _vector(values: Any) -> list[str]:
    return [to_json(x) for x in values]


def _rows(matrix: Matrix) -> list[list[str]]:
    return [[to_json(matrix[i, j]) for j in range(matrix.n_columns)] for i in range(matrix.n_rows)]
