"""Expressions as reduced fractions of polynomials in their kernels, in FLINT (see `kernels.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm
from typing import Any, NamedTuple

import sympy
from flint import Ordering, fmpq, fmpq_mpoly_ctx

from exactgeom.exact import InvalidInput
from exactgeom.forms.kernels import Family, Kind, Parts

Fraction = tuple[Any, Any]


class Generator(NamedTuple):
    """A kernel as a variable: its SymPy value, its family, and `power`: value^power is `base`."""

    value: Any
    family: Family
    power: int = 0
    base: Fraction | None = None


class KernelField:
    """The fractions in the kernels of some expressions (built for them, then thrown away)."""

    def __init__(self, expressions: Sequence[Any]) -> None:
        self.parts = Parts()
        self._roots = [self.parts.node(e) for e in expressions]
        self.units = {family: _unit(family, factors) for family, factors in self.parts.families.items()}
        self._merge_hyperbolic()
        self._slots: dict[Family, int] = {}
        values = self._lay_out()
        self.context = fmpq_mpoly_ctx.get(("k", len(values)), Ordering.degrevlex)
        self.variables = self.context.gens()
        self.one, self.zero = self.context.constant(1), self.context.constant(0)
        self.generators = [Generator(value, family) for family, value in values]
        self._done: list[Fraction | None] = [None] * len(self.parts.nodes)
        self._relate()
        self.fractions = [self.reduce(*self.fold(root)) for root in self._roots]

    # -- generators ----------------------------------------------------------------------------------

    def _merge_hyperbolic(self) -> None:
        """Write hyperbolic functions by exponentials where both have the same argument."""
        self._exponential: dict[Family, Family] = {}
        for family in list(self.units):
            twin = (Kind.POWER, sympy.E, family[2])
            if family[0] is Kind.HYPERBOLA and twin in self.units:
                both = self.parts.families[family] + self.parts.families[twin]
                self.units[twin] = self.units[family] = _unit(twin, both)
                self._exponential[family] = twin

    def _lay_out(self) -> list[tuple[Family, Any]]:
        values: list[tuple[Family, Any]] = []
        for family, unit in self.units.items():
            kind, base, argument = family
            if family in self._exponential:
                continue
            self._slots[family] = len(values)
            if kind is Kind.CIRCLE:
                values += [(family, sympy.sin(unit * argument)), (family, sympy.cos(unit * argument))]
            elif kind is Kind.HYPERBOLA:
                values += [(family, sympy.sinh(unit * argument)), (family, sympy.cosh(unit * argument))]
            elif kind in (Kind.POWER, Kind.ROOT):
                values.append((family, sympy.Pow(base, unit * argument)))
            else:
                values.append((family, argument))
        return values

    def _relate(self) -> None:
        """Attach the relations, inner generators first."""
        for family, slot in self._slots.items():
            kind, base, _ = family
            if kind in (Kind.CIRCLE, Kind.HYPERBOLA):
                square = self.variables[slot] ** 2
                value = self.one - square if kind is Kind.CIRCLE else self.one + square
                self._set_relation(slot + 1, 2, (value, self.one))
            elif kind is Kind.ROOT:
                self._set_relation(slot, int(self.units[family].q), self.fold(self.parts.node(base)))
            elif kind is Kind.IMAGINARY:
                self._set_relation(slot, 2, (-self.one, self.one))

    def _set_relation(self, slot: int, power: int, base: Fraction) -> None:
        self.generators[slot] = self.generators[slot]._replace(power=power, base=base)

    # -- folding the nodes ---------------------------------------------------------------------------

    def fold(self, root: int) -> Fraction:
        """Return a node as a fraction (not reduced by the relations)."""
        stack = [root]
        while stack:  # a loop: expressions can be deeper than Python's stack
            number = stack[-1]
            todo = [arg for arg in self.parts.nodes[number].args if self._done[arg] is None]
            if todo:
                stack += todo
            else:
                stack.pop()
                if self._done[number] is None:
                    self._done[number] = self._fold_one(number)
        found = self._done[root]
        assert found is not None
        return found

    def _fold_one(self, number: int) -> Fraction:
        op, args, payload = self.parts.nodes[number]
        values: list[Any] = [self._done[arg] for arg in args]
        if op == "number":
            return self.context.constant(fmpq(int(payload.p), int(payload.q))), self.one
        if op == "generator":
            return self.variables[self._slots[payload]], self.one
        if op == "add":
            return self._sum(values)
        if op == "mul":
            return self._product(values)
        if op == "pow":
            return self._integer_power(values[0], payload)
        if op == "family power":
            family, factor = payload
            return self._integer_power(
                (self.variables[self._slots[family]], self.one), int(factor / self.units[family])
            )
        kind, name, pieces = payload
        return self._turn(kind, name, pieces, values)

    def _sum(self, values: list[Fraction]) -> Fraction:
        top, bottom = values[0]
        for p, q in values[1:]:
            if q == bottom:
                top = top + p
                continue
            common = bottom.gcd(q)
            left, right = q / common, bottom / common
            top, bottom = top * left + p * right, bottom * left
        return self._cancel(top, bottom)

    def _product(self, values: list[Fraction]) -> Fraction:
        top, bottom = self.one, self.one
        for p, q in values:
            top, bottom = top * p, bottom * q
        return self._cancel(top, bottom)

    def _integer_power(self, value: Fraction, exponent: int) -> Fraction:
        top, bottom = value
        if exponent < 0:
            top, bottom = bottom, top
        if bottom.is_zero():
            raise InvalidInput("division by an expression that is zero", "expression")
        return top ** abs(exponent), bottom ** abs(exponent)

    def _cancel(self, top: Any, bottom: Any) -> Fraction:
        if bottom.is_constant():
            return (top / bottom.leading_coefficient() if not bottom.is_one() else top), self.one
        common = top.gcd(bottom)
        top, bottom = top / common, bottom / common
        lead = bottom.leading_coefficient()
        return top / lead, bottom / lead

    def _turn(
        self, kind: Kind, name: str, pieces: Sequence[tuple[Family, Any]], known: Sequence[Fraction]
    ) -> Fraction:
        """Return a (hyperbolic) sine, cosine, ... of a sum, by the addition theorems.

        `known` holds sines and cosines, in turn, of the terms whose values are known.
        """
        hyperbolic = kind is Kind.HYPERBOLA
        sine, cosine = (self.zero, self.one), (self.one, self.one)
        turns = [self._multiple(family, int(factor / self.units[family])) for family, factor in pieces]
        for s, c in [*turns, *zip(known[::2], known[1::2], strict=True)]:
            crossed = self._product([sine, s])
            if not hyperbolic:
                crossed = -crossed[0], crossed[1]
            sine, cosine = (
                self._sum([self._product([sine, c]), self._product([cosine, s])]),
                self._sum([self._product([cosine, c]), crossed]),
            )
        over: dict[str, tuple[Fraction | None, Fraction | None]] = {
            "sin": (sine, None),
            "cos": (cosine, None),
            "tan": (sine, cosine),
            "cot": (cosine, sine),
        }
        over |= {"sec": (None, cosine), "csc": (None, sine)}
        over |= {key + "h": value for key, value in over.items()}
        top, bottom = over[name]
        factors = [] if top is None else [top]
        if bottom is not None:
            factors.append(self._integer_power(self.reduce(*bottom), -1))
        return self._product(factors)

    def _multiple(self, family: Family, times: int) -> tuple[Fraction, Fraction]:
        """Sine and cosine (or the hyperbolic ones) of `times` units."""
        if family in self._exponential:
            g = self.variables[self._slots[self._exponential[family]]]
            up, down = g ** abs(times), self.one
            top = up * up - 1 if times > 0 else 1 - up * up
            return (top / 2, up * down), ((up * up + 1) / 2, up)
        slot = self._slots[family]
        s, c = self.variables[slot], self.variables[slot + 1]
        sign = 1 if family[0] is Kind.HYPERBOLA else -1
        sine, cosine = self.zero, self.one
        for _ in range(abs(times)):
            sine, cosine = sine * c + cosine * s, cosine * c + sign * sine * s
        return (sine if times > 0 else -sine, self.one), (cosine, self.one)

    # -- relations -----------------------------------------------------------------------------------

    def reduce(self, top: Any, bottom: Any) -> Fraction:
        """Return a fraction reduced by all relations, outer generators first, and cancelled."""
        for slot in reversed(range(len(self.generators))):
            if self.generators[slot].power:
                top, scale = self._reduce_by(top, slot)
                bottom, other = self._reduce_by(bottom, slot)
                top, bottom = top * other, bottom * scale
        if bottom.is_zero():
            raise InvalidInput("division by an expression that is zero", "expression")
        return self._cancel(top, bottom)

    def _reduce_by(self, poly: Any, slot: int) -> Fraction:
        """Return (p, s) with poly = p/s and p of degree below the relation's power in its generator."""
        _, _, power, base = self.generators[slot]
        if base is None or poly.degrees()[slot] < power:
            return poly, self.one
        groups: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in poly.to_dict().items():
            wraps, rest = divmod(int(exponents[slot]), power)
            key = (*exponents[:slot], rest, *exponents[slot + 1 :])
            groups.setdefault(wraps, {})[key] = coefficient
        most = max(groups)
        total = self.zero
        for wraps, terms in groups.items():
            total += self.context.from_dict(terms) * base[0] ** wraps * base[1] ** (most - wraps)
        return total, base[1] ** most


def _unit(family: Family, factors: Sequence[Any]) -> Any:
    """Return the largest argument of which all those in the family are integer multiples."""
    bottom = lcm(*(int(factor.q) for factor in factors))
    if family[0] is Kind.ROOT:
        return sympy.Rational(1, bottom)
    return sympy.Rational(gcd(*(int(factor * bottom) for factor in factors)), bottom)
