"""Multivariate adaptive regression splines: sums of products of hinges, exactly.

Every knot cuts the whole space (``x_v = t``), so the cells are boxes. An additive model, no term with two
factors, is affine on each of them; a model with products is a polynomial there, which `polynomial` gives.

Source: J. H. Friedman, Multivariate adaptive regression splines, Ann. Statist. 19 (1991) 1-67.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput, exact, exact_json, exact_vector, fraction_str
from exactgeom.exact.documents import array, fields, size
from exactgeom.models.lowered_model import LoweredModel, literals
from exactgeom.models.program import Affine, Operation, Pieces, Program, Unit
from exactgeom.models.reading import entry, notes_of

__all__ = ["SCHEMA", "Hinge", "Mars"]

SCHEMA = "exactgeom/mars-1"

Polynomial = dict[tuple[int, ...], Fraction]
_ZERO, _ONE = Fraction(0), Fraction(1)
_MOST = 100_000  # inputs a document may declare: nothing in it grows with them


@dataclass(frozen=True, slots=True, init=False)
class Hinge:
    """A factor ``max(0, x_v - t)`` (side ``+``) or ``max(0, t - x_v)`` (side ``-``), v counted from 0.

    Exact: the knot goes through the number door. Raises ``InvalidInput`` on another side or variable.

    >>> Hinge(1, "1/2")([0, 2]), Hinge(1, "1/2", "-")([0, 2])
    (Fraction(3, 2), Fraction(0, 1))
    """

    variable: int
    knot: Fraction
    side: str

    def __init__(self, variable: int, knot: Any, side: str = "+", *, place: str = "hinge") -> None:
        if type(variable) is not int or variable < 0:
            raise InvalidInput(
                f"expected a whole number of at least 0, got {variable!r}", f"{place}.variable"
            )
        if side not in ("+", "-"):
            raise InvalidInput(f"expected '+' or '-', got {side!r}", place=f"{place}.side")
        object.__setattr__(self, "variable", variable)
        object.__setattr__(self, "knot", exact(knot, f"{place}.knot"))
        object.__setattr__(self, "side", side)

    @property
    def line(self) -> tuple[Fraction, Fraction]:
        """``(slope, constant)`` where the hinge is positive."""
        return (_ONE, -self.knot) if self.side == "+" else (-_ONE, self.knot)

    def __call__(self, x: Iterable[Any]) -> Fraction:
        """Return the value at a point, exactly."""
        point = exact_vector(x, "x")
        if len(point) <= self.variable:
            raise InvalidInput(
                f"expected at least {self.variable + 1} coordinates, got {len(point)}", place="x"
            )
        slope, constant = self.line
        return max(_ZERO, slope * point[self.variable] + constant)

    def __repr__(self) -> str:
        side = "" if self.side == "+" else ", '-'"
        return f"Hinge({self.variable}, {literals([self.knot])[1:-1]}{side})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Hinge, (self.variable, self.knot, self.side)


Term = tuple[Fraction, tuple[Hinge, ...]]


class Mars(LoweredModel):
    """Immutable sum of terms ``coefficient * product of hinges``; a term without hinges is a constant.

    Exact: every number goes through the number door. The same variable may come twice in a term. One output.
    Signs: one per knot, increasing, within variable, variable by variable: the sign of ``x_v - t``.
    Raises ``InvalidInput`` naming the term.

    >>> model = Mars([(1, []), (2, [Hinge(0, 0)]), (-1, [Hinge(0, 0), Hinge(1, 1, "-")])], input_dim=2)
    >>> model([3, -1]), model.signs([3, -1]), model.degree
    ((Fraction(1, 1),), '+-', 2)
    """

    terms: tuple[Term, ...]
    notes: tuple[str, ...]

    _fields = ("terms", "input_dim")
    _schema = SCHEMA

    def __init__(
        self, terms: Iterable[tuple[Any, Iterable[Hinge]]], input_dim: int, notes: Iterable[str] = ()
    ) -> None:
        if type(input_dim) is not int or input_dim < 1:
            raise InvalidInput(f"expected a whole number of at least 1, got {input_dim!r}", place="input_dim")
        read = tuple(_term(term, f"terms[{i}]", input_dim) for i, term in enumerate(terms))
        self._freeze(terms=read, _dim=input_dim, notes=tuple(notes))

    @property
    def input_dim(self) -> int:
        """Number of input coordinates."""
        dim: int = self.__dict__["_dim"]
        return dim

    @property
    def output_dim(self) -> int:
        """Number of outputs: 1."""
        return 1

    @property
    def degree(self) -> int:
        """Largest number of hinges in a term."""
        return max((len(hinges) for _, hinges in self.terms), default=0)

    @cached_property
    def knots(self) -> tuple[tuple[Fraction, ...], ...]:
        """The distinct knots of each variable, increasing."""
        found: list[set[Fraction]] = [set() for _ in range(self.input_dim)]
        for _, hinges in self.terms:
            for hinge in hinges:
                found[hinge.variable].add(hinge.knot)
        return tuple(tuple(sorted(knots)) for knots in found)

    @cached_property
    def program(self) -> Program:
        """One piecewise-linear function per variable, and their sum when the model is additive.

        With products the functions only cut (each is the coordinate itself) and there is no map.
        """
        additive = self.degree <= 1
        units = tuple(
            Unit(knots, tuple(self._piece(v, i, additive) for i in range(len(knots) + 1)))
            for v, knots in enumerate(self.knots)
        )
        operations: tuple[Operation, ...] = (Pieces(0, units),)
        if not additive:
            return Program(self.input_dim, operations, None)
        constant = sum((c for c, hinges in self.terms if not hinges), _ZERO)
        weight = ((constant.denominator,) * self.input_dim,)
        total = Affine((1,), weight, (constant.numerator,), constant.denominator)
        return Program(self.input_dim, (*operations, total), 2)

    def _piece(self, variable: int, index: int, additive: bool) -> tuple[Fraction, Fraction]:
        """Slope and constant of the terms in one variable after its first `index` knots."""
        if not additive:
            return _ONE, _ZERO
        slope = constant = _ZERO
        for c, hinges in self.terms:
            for hinge in hinges:
                if hinge.variable == variable and _is_on(hinge, self.knots[variable], index):
                    slope, constant = slope + c * hinge.line[0], constant + c * hinge.line[1]
        return slope, constant

    def __call__(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return the value at a point, exactly, term by term."""
        point = exact_vector(x, "x")
        if len(point) != self.input_dim:
            raise InvalidInput(f"expected {self.input_dim} coordinates, got {len(point)}", place="x")
        total = _ZERO
        for coefficient, hinges in self.terms:
            value = coefficient
            for hinge in hinges:
                value *= hinge(point)
            total += value
        return (total,)

    def polynomial(self, signs: str) -> Polynomial:
        """Return the polynomial the model is where the sign string is `signs`: exponents to coefficient.

        Exact; zero coefficients are left out. At a ``0`` the piece below is used; both agree there.

        >>> model = Mars([(3, [Hinge(0, 0), Hinge(1, 1)])], input_dim=2)
        >>> model.polynomial("++"), model.polynomial("-+")
        ({(1, 0): Fraction(-3, 1), (1, 1): Fraction(3, 1)}, {})
        """
        if len(signs) != self.sign_count or set(signs) - set("+-0"):
            raise InvalidInput(f"expected {self.sign_count} signs over +-0", place="signs")
        index, at = [], 0
        for knots in self.knots:
            index.append(signs[at : at + len(knots)].count("+"))
            at += len(knots)
        total: Polynomial = {}
        for coefficient, hinges in self.terms:
            if all(_is_on(h, self.knots[h.variable], index[h.variable]) for h in hinges):
                for exponents, c in _expand(coefficient, hinges, self.input_dim).items():
                    total[exponents] = total.get(exponents, _ZERO) + c
        return {exponents: total[exponents] for exponents in sorted(total) if total[exponents]}

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string.

        >>> Mars([(1, [Hinge(1, "1/2")])], input_dim=2).unit_names()
        ('x[1] at 1/2',)
        """
        return tuple(f"x[{v}] at {fraction_str(t)}" for v, knots in enumerate(self.knots) for t in knots)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/mars-1`` document (exact: numbers are ``"p/q"`` or ``"p"``).

        >>> Mars([(1, [Hinge(0, "1/2")])], input_dim=1).to_json()["terms"]
        [{'coefficient': '1', 'hinges': [{'variable': 0, 'knot': '1/2', 'side': '+'}]}]
        """
        document: dict[str, Any] = {"schema": SCHEMA, "input_dim": self.input_dim}
        if self.notes:
            document["notes"] = list(self.notes)
        document["terms"] = [
            {
                "coefficient": fraction_str(coefficient),
                "hinges": [
                    {"variable": h.variable, "knot": fraction_str(h.knot), "side": h.side} for h in hinges
                ],
            }
            for coefficient, hinges in self.terms
        ]
        return document

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> Mars:
        fields(document, "", required=("schema", "input_dim", "terms"), optional=("notes",))
        dim = size(document["input_dim"], "input_dim")
        if dim > _MOST:
            raise InvalidInput(f"expected at most {_MOST}, got {dim}", place="input_dim")
        terms = []
        for i, value in enumerate(array(document["terms"], "terms")):
            term = entry(value, f"terms[{i}]", required=("coefficient", "hinges"))
            hinges = []
            for j, part in enumerate(array(term["hinges"], f"terms[{i}].hinges")):
                place = f"terms[{i}].hinges[{j}]"
                factor = entry(part, place, required=("variable", "knot", "side"))
                knot = exact_json(factor["knot"], f"{place}.knot")
                hinges.append(Hinge(factor["variable"], knot, factor["side"], place=place))
            terms.append((exact_json(term["coefficient"], f"terms[{i}].coefficient"), hinges))
        return cls(terms, dim, notes_of(document))

    def __repr__(self) -> str:
        terms = ", ".join(f"({literals([c])[1:-1]}, {list(hinges)!r})" for c, hinges in self.terms)
        notes = f", notes={list(self.notes)!r}" if self.notes else ""
        return f"Mars([{terms}], input_dim={self.input_dim}{notes})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Mars, (*self._values(), self.notes)


def _term(term: Any, place: str, dim: int) -> Term:
    try:
        coefficient, factors = term
        hinges = tuple(factors)
    except (TypeError, ValueError):
        raise InvalidInput("expected a pair (coefficient, hinges)", place=place) from None
    for j, hinge in enumerate(hinges):
        if not isinstance(hinge, Hinge):
            raise InvalidInput(f"expected a Hinge, got {type(hinge).__name__}", place=f"{place}.hinges[{j}]")
        if hinge.variable >= dim:
            raise InvalidInput(
                f"expected at most {dim - 1}, got {hinge.variable}", place=f"{place}.hinges[{j}].variable"
            )
    return exact(coefficient, f"{place}.coefficient"), hinges


def _is_on(hinge: Hinge, knots: tuple[Fraction, ...], index: int) -> bool:
    """Whether the hinge is not identically zero between knots ``index - 1`` and ``index``."""
    above = knots.index(hinge.knot) < index
    return above if hinge.side == "+" else not above


def _expand(coefficient: Fraction, hinges: tuple[Hinge, ...], dim: int) -> Polynomial:
    result: Polynomial = {(0,) * dim: coefficient}
    for hinge in hinges:
        slope, constant = hinge.line
        grown: Polynomial = {}
        for exponents, c in result.items():
            raised = tuple(e + (k == hinge.variable) for k, e in enumerate(exponents))
            grown[raised] = grown.get(raised, _ZERO) + slope * c
            grown[exponents] = grown.get(exponents, _ZERO) + constant * c
        result = grown
    return result
