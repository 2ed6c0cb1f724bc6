"""Bugs in forms, integrals, curvature and linear programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from exactgeom.testkit import loopback
from exactgeom.testkit.mutants_base import Mutant, mutant

__all__ = ["FORMS"]

AnyArray = np.ndarray[Any, Any]
Form = Mapping[str, Any]
Answer = dict[str, Any]


# -- forms -------------------------------------------------------------------------------------------


def _commuting(first: Form, second: Form) -> Answer:
    """Indices are sorted and the sign of the sorting is lost."""
    found = _joined(first, second)
    return {**found, "indices": np.sort(found["indices"], axis=1)}


def _joined(first: Form, second: Form) -> Answer:
    """The product, term by term, without those that repeat an index."""
    rows = []
    for c, e, i in zip(first["coefficients"], first["exponents"], first["indices"], strict=True):
        for k, f, j in zip(second["coefficients"], second["exponents"], second["indices"], strict=True):
            both = [*i.tolist(), *j.tolist()]
            if len(set(both)) == len(both):
                rows.append((c * k, e + f, both))
    m = first["exponents"].shape[1]
    width = first["indices"].shape[1] + second["indices"].shape[1]
    return {
        "coefficients": np.array([c for c, _, _ in rows], dtype=float),
        "exponents": np.array([e for _, e, _ in rows], dtype=np.int64).reshape(-1, m),
        "indices": np.array([i for _, _, i in rows], dtype=np.int64).reshape(len(rows), width),
    }


def _behind(form: Form) -> Answer:
    """dx_i is put behind, not in front."""
    found = loopback.exterior_derivative(form)
    sign = (-1) ** form["indices"].shape[1]
    return {**found, "coefficients": sign * found["coefficients"]}


def _exponent_kept(form: Form) -> Answer:
    """The factor e of d(x^e) is lost."""
    rows = []
    for c, e, index in zip(form["coefficients"], form["exponents"], form["indices"], strict=True):
        for i in np.flatnonzero(e).tolist():
            if i not in index.tolist():
                rows.append((c, e - np.eye(len(e), dtype=int)[i], [i, *index.tolist()]))
    m, p = form["exponents"].shape[1], form["indices"].shape[1]
    return {
        "coefficients": np.array([c for c, _, _ in rows], dtype=float),
        "exponents": np.array([e for _, e, _ in rows], dtype=np.int64).reshape(-1, m),
        "indices": np.array([i for _, _, i in rows], dtype=np.int64).reshape(len(rows), p + 1),
    }


def _polynomial(coefficients: Any, exponents: Any) -> Answer:
    rows = np.asarray(exponents)
    return {
        "coefficients": np.asarray(coefficients, dtype=float),
        "exponents": rows,
        "indices": np.zeros((len(rows), 0), dtype=np.int64),
    }


def _substituted(form: Form, row: int, map: Any) -> Answer:
    """One coefficient, with the map put in."""
    part = _polynomial(form["coefficients"][row : row + 1], form["exponents"][row : row + 1])
    return loopback.pullback(part, map)


def _square_maps(form: Form, map: Any) -> int:
    m = int(np.asarray(map[0]["exponents"]).shape[1])
    if m != len(map) or form["indices"].shape[1] == 0:
        raise NotImplementedError("maps of a space to itself")
    return m


def _transposed(form: Form, map: Any) -> Answer:
    """dx_i becomes Σ_j ∂_i φ_j dy_j: the Jacobian the wrong way round."""
    m = _square_maps(form, map)
    differentials = [
        loopback.exterior_derivative(_polynomial(c["coefficients"], c["exponents"])) for c in map
    ]

    def column(i: int) -> Answer:
        parts = []
        for j, d in enumerate(differentials):
            own = d["indices"][:, 0] == i
            index = np.full((int(own.sum()), 1), j)
            parts.append(
                {"coefficients": d["coefficients"][own], "exponents": d["exponents"][own], "indices": index}
            )
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    return _assembled(form, map, m, column)


def _undifferentiated(form: Form, map: Any) -> Answer:
    """dx_i becomes dy_i: the Jacobian is forgotten."""
    m = _square_maps(form, map)

    def same(i: int) -> Answer:
        return {
            "coefficients": np.ones(1),
            "exponents": np.zeros((1, m), dtype=np.int64),
            "indices": np.array([[i]]),
        }

    return _assembled(form, map, m, same)


def _assembled(form: Form, map: Any, m: int, differential: Any) -> Answer:
    """The sum of the terms, `differential(i)` in place of dx_i."""
    parts = []
    for row, index in enumerate(form["indices"].tolist()):
        part = _substituted(form, row, map)
        for i in index:
            part = _joined(part, differential(i))
        parts.append(part)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


# -- integrals and curvature -------------------------------------------------------------------------


def _one_point(vertices: AnyArray, coefficients: AnyArray, exponents: AnyArray) -> float:
    """The value at the mean of the vertices times the volume."""
    one = loopback.integrate(vertices, np.ones(1), np.zeros((1, vertices.shape[1]), dtype=int))
    middle = vertices.mean(axis=0)
    return float(one * sum(c * np.prod(middle**e) for c, e in zip(coefficients, exponents, strict=True)))


def _over_the_box(vertices: AnyArray, coefficients: AnyArray, exponents: AnyArray) -> float:
    """The integral over the bounding box."""
    lo, hi = vertices.min(axis=0), vertices.max(axis=0)
    terms = [
        c * np.prod((hi ** (e + 1) - lo ** (e + 1)) / (e + 1))
        for c, e in zip(coefficients, exponents, strict=True)
    ]
    return float(sum(terms))


def _gaussian(metric: Any, coordinates: Any, points: AnyArray) -> AnyArray:
    """Half of it: the sectional curvature of a surface."""
    return loopback.scalar_curvature(metric, coordinates, points) / 2


def _other_sign(metric: Any, coordinates: Any, points: AnyArray) -> AnyArray:
    """The other sign convention of the curvature tensor."""
    return -loopback.scalar_curvature(metric, coordinates, points)


# -- programs ----------------------------------------------------------------------------------------


def _maximum(c: AnyArray, A: AnyArray, b: AnyArray) -> Answer:
    """The greatest value where the least was asked."""
    found = loopback.lp(-c, A, b)
    return {**found, "value": -found["value"]} if "value" in found else found


def _positive_orthant(c: AnyArray, A: AnyArray, b: AnyArray) -> Answer:
    """Negative x are never looked at."""
    d = len(c)
    return loopback.lp(c, np.concatenate([A, -np.eye(d)]), np.concatenate([b, np.zeros(d)]))


def _unbounded_is_infeasible(c: AnyArray, A: AnyArray, b: AnyArray) -> Answer:
    """One word for everything without an optimum."""
    found = loopback.lp(c, A, b)
    return found if found["status"] == "optimal" else {"status": "infeasible"}


def _touching(A: AnyArray, b: AnyArray) -> AnyArray:
    """Rows that only touch are kept: <= for <."""
    kept = []
    for i in range(len(b)):
        others = np.arange(len(b)) != i
        found = loopback.lp(-A[i], A[others], b[others])
        if found["status"] != "optimal" or -found["value"] >= b[i]:
            kept.append(i)
    return np.array(kept, dtype=np.int64)


FORMS: Final[tuple[Mutant, ...]] = (
    mutant(
        "commuting-wedge", "sorting indices loses its sign", "wedge", _commuting, "number", "coefficient of"
    ),
    mutant(
        "derivative-behind",
        "dx_i is put behind the others, without its sign",
        "exterior_derivative",
        _behind,
        "number",
        r"was -([\d.]+), but should be \1|was ([\d.]+), but should be -\2",
    ),
    mutant(
        "exponent-forgotten",
        "d(x^e) is x^(e-1) dx",
        "exterior_derivative",
        _exponent_kept,
        "number",
        "coefficient of",
    ),
    mutant(
        "jacobian-transposed",
        "the Jacobian is transposed",
        "pullback",
        _transposed,
        "number",
        "coefficient of",
    ),
    mutant(
        "jacobian-forgotten",
        "only coefficients are pulled back",
        "pullback",
        _undifferentiated,
        "number",
        "coefficient of",
    ),
    mutant(
        "one-point-rule",
        "the integrand is taken for constant",
        "integrate",
        _one_point,
        "number",
        "integral: was",
    ),
    mutant(
        "integral-over-box",
        "the domain is the bounding box",
        "integrate",
        _over_the_box,
        "number",
        "integral: was",
    ),
    mutant(
        "gaussian-for-scalar",
        "the sectional curvature in place of its double",
        "scalar_curvature",
        _gaussian,
        "number",
        r"was 1\.0, but should be 2\.0",
    ),
    mutant(
        "curvature-sign",
        "the other sign convention",
        "scalar_curvature",
        _other_sign,
        "number",
        r"was -2\.0, but should be 2\.0",
    ),
    mutant("max-for-min", "max in place of min", "lp", _maximum, "number"),
    mutant("positive-orthant", "x >= 0 is taken for granted", "lp", _positive_orthant, "number"),
    mutant(
        "unbounded-is-infeasible",
        "unbounded programs are called infeasible",
        "lp",
        _unbounded_is_infeasible,
        "status",
        "was 'infeasible', but should be 'unbounded'",
    ),
    mutant(
        "touching-kept",
        "rows that only touch are kept: <= for <",
        "nonredundant",
        _touching,
        "rows",
        "needed rows",
    ),
)
"""All of them."""
