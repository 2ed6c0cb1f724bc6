"""Judges of linear programs and redundancy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from exactgeom.linalg.lp import LinearProgram
from exactgeom.linalg.lp_answers import Optimal
from exactgeom.linalg.redundancy import nonredundant as exact_nonredundant
from exactgeom.testkit.compare import Sheet
from exactgeom.testkit.conformance.base import Arguments, InvalidProblem, judges
from exactgeom.testkit.oracles import exact_rows, exact_vector
from exactgeom.testkit.shapes import BadAnswer

AnyArray = np.ndarray[Any, Any]


@judges("lp", lambda arguments: {"d": len(arguments["c"])})
def lp(arguments: Arguments, answer: Any, sheet: Sheet, zero_sign: int) -> None:
    """The status is exact; the value is near; a point that is given satisfies the constraints."""
    c, A, b = arguments["c"], np.asarray(arguments["A"], dtype=float), np.asarray(arguments["b"], dtype=float)
    exact = LinearProgram(exact_rows(A), exact_vector(b), dim=len(c)).minimize(exact_vector(c))
    status = type(exact).__name__.lower()
    if answer["status"] != status:
        sheet.fail("status", f"status: was {answer['status']!r}, but should be {status!r}")
        return
    if not isinstance(exact, Optimal):
        return
    if "value" not in answer:
        raise BadAnswer("answer", "the key 'value' with status 'optimal'", f"the keys {sorted(answer)}")
    best = np.array([float(x) for x in exact.x])
    kappa = _condition(A, b, exact.x)
    sheet.numbers("value", answer["value"], [exact.value], float(np.abs(c) @ np.abs(best) + 1) * kappa)
    if "x" in answer:
        x = answer["x"]
        slack = [
            sum((Fraction(a) * Fraction(v) for a, v in zip(row, x.tolist(), strict=True)), -Fraction(beta))
            for row, beta in zip(A.tolist(), b.tolist(), strict=True)
        ]
        allowed = sheet.level.allowed(0.0, (np.abs(A) @ np.abs(x) + np.abs(b)) * kappa)
        over = [i for i, s in enumerate(slack) if float(s) > allowed[i]]
        sheet.some("infeasible", "rows violated by x", over, lambda i: f"row {i} by {float(slack[i]):.3g}")


def _condition(A: AnyArray, b: AnyArray, x: Any) -> float:
    """1/σ_min of the unit normals of the rows that are tight at the exact optimum."""
    rows = [
        row / max(float(np.linalg.norm(row)), 1e-300)
        for row, beta in zip(A, b, strict=True)
        if sum((Fraction(float(a)) * v for a, v in zip(row, x, strict=True)), Fraction(0))
        == Fraction(float(beta))
    ]
    if not rows:
        return 1.0
    values = np.linalg.svd(np.array(rows), compute_uv=False)
    return max(1.0, 1.0 / max(float(values[values > 1e-200][-1]), 1e-300))


@judges("nonredundant", lambda arguments: {})
def nonredundant(arguments: Arguments, answer: AnyArray, sheet: Sheet, zero_sign: int) -> None:
    """The rows that are needed, ascending."""
    A, b = exact_rows(arguments["A"]), exact_vector(arguments["b"])
    if not A:
        raise InvalidProblem("no rows")
    exact = sorted(exact_nonredundant(A, b))
    got = answer.tolist()
    if got != exact:
        missing, extra = sorted(set(exact) - set(got)), sorted(set(got) - set(exact))
        detail = f"missing {missing}, not needed {extra}" if missing or extra else "wrong order"
        sheet.fail("rows", f"needed rows: was {got}, but should be {exact} ({detail})")
