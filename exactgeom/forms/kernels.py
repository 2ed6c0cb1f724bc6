"""Taking a SymPy expression apart: what is rational in it, and the *kernels* it is rational in.

A kernel is a symbol, an undefined function or a derivative of one (free: nothing relates them), a sine, an
exponential, a root, ... Kernels of one family share generators, so that every identity used is a polynomial
one:

* sin, cos (and tan, ...) of integer multiples of b: generators sin b, cos b with cos²b = 1 − sin²b;
* exponentials and powers B^(n b): one generator B^b; sinh, cosh alike, with cosh²b = 1 + sinh²b;
* roots: the generator f^(1/q) with its relation (f^(1/q))^q = f; |f| is the square root of f².

The parts are a flat list of nodes, each referring to earlier ones; `fractions.py` folds it.
Everything is real: an identity holds wherever all parts of the expression are real and defined.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, NamedTuple

import sympy
from sympy.core.function import AppliedUndef

TRIGONOMETRIC = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth, sympy.sech, sympy.csch)
_FACTORING_LIMIT = 10_000


class Kind(Enum):
    """What is known about a family of kernels."""

    FREE = "free"
    """Independent of all others: a nonzero polynomial in free kernels is a nonzero function."""
    POWER = "power"
    """Powers of one base with proportional exponents."""
    ROOT = "root"
    """Roots of one radicand."""
    CIRCLE = "circle"
    """Sine and cosine of multiples of one angle."""
    HYPERBOLA = "hyperbola"
    """Hyperbolic sine and cosine of multiples of one argument."""
    IMAGINARY = "imaginary"
    """The imaginary unit."""
    NUMERIC = "numeric"
    """Any other function with a certified numerical value."""
    OPAQUE = "opaque"
    """Something of which only structural equality is known."""


Family = tuple[Kind, Any, Any]
"""(kind, base, argument): the generators are functions of `unit * argument`."""


class Node(NamedTuple):
    """One step: `op` on earlier nodes (`args`), or on a family (`payload`)."""

    op: str
    args: tuple[int, ...] = ()
    payload: Any = None


class Parts:
    """The nodes of some expressions and the families of kernels in them, inner ones first."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.families: dict[Family, list[Any]] = {}
        self._memo: dict[Any, int] = {}

    def node(self, expression: Any) -> int:
        """Return the number of the node of an expression, made when it is new."""
        if expression not in self._memo:
            self._memo[expression] = self._take_apart(expression)
        return self._memo[expression]

    def _push(self, op: str, args: Iterable[int] = (), payload: Any = None) -> int:
        self.nodes.append(Node(op, tuple(args), payload))
        return len(self.nodes) - 1

    def _family(self, kind: Kind, base: Any, argument: Any, factor: Any = sympy.S.One) -> Family:
        key = (kind, base, argument)
        self.families.setdefault(key, []).append(factor)
        return key

    def _take_apart(self, e: Any) -> int:
        if e.is_Rational:
            return self._push("number", payload=e)
        if e.is_Float:
            return self._push("number", payload=exact_rational(e))
        if e.is_Symbol:
            return self._generator(Kind.FREE, e)
        if e.is_Add or e.is_Mul:
            return self._push("add" if e.is_Add else "mul", [self.node(arg) for arg in e.args])
        if e.is_Pow or isinstance(e, sympy.exp) or e is sympy.E:
            return self._power(*e.as_base_exp()) if e is not sympy.E else self._power(e, sympy.S.One)
        if isinstance(e, TRIGONOMETRIC):
            return self._turning(Kind.CIRCLE, e)
        if isinstance(e, HYPERBOLIC):
            return self._turning(Kind.HYPERBOLA, e)
        return self._special(e)

    def _generator(self, kind: Kind, e: Any) -> int:
        return self._push("generator", payload=self._family(kind, None, e))

    def _special(self, e: Any) -> int:
        if e is sympy.I:
            return self._generator(Kind.IMAGINARY, e)
        if isinstance(e, sympy.Abs):
            return self._root(canonical(e.args[0]) ** 2, sympy.S.Half)
        if isinstance(e, sympy.sign):
            inner = self.node(e.args[0])
            return self._push("mul", [inner, self._push("pow", [self.node(sympy.Abs(e.args[0]))], -1)])
        if isinstance(e, AppliedUndef):
            made = e.func(*map(canonical, e.args))
            return self._generator(Kind.FREE if is_free(made) else Kind.OPAQUE, made)
        if isinstance(e, sympy.Derivative):
            return self._generator(Kind.FREE if is_free(e) else Kind.OPAQUE, e)
        if e.is_NumberSymbol:
            return self._generator(Kind.NUMERIC, e)
        if isinstance(e, sympy.log) and len(e.args) == 1:
            return self._logarithm(e.args[0])
        if isinstance(e, sympy.Function) and e.args and all(isinstance(arg, sympy.Expr) for arg in e.args):
            made = e.func(*map(canonical, e.args))
            if made != e and not isinstance(made, type(e)):
                return self.node(made)
            return self._generator(Kind.NUMERIC, made)
        evaluated = e.doit()
        return self.node(evaluated) if evaluated != e else self._generator(Kind.OPAQUE, e)

    # -- families ------------------------------------------------------------------------------------

    def _turning(self, kind: Kind, e: Any) -> int:
        pieces: list[Any] = []
        known: list[int] = []
        for factor, angle in terms_of(e.args[0]):
            values = sympy.sin(factor * angle), sympy.cos(factor * angle)
            if kind is Kind.CIRCLE and angle is sympy.pi and not any(v.has(*TRIGONOMETRIC) for v in values):
                known += [self.node(value) for value in values]  # such as π/5: SymPy knows the roots
            else:
                pieces.append((self._family(kind, None, angle, factor), factor))
        return self._push("turn", known, (kind, type(e).__name__, tuple(pieces)))

    def _power(self, base: Any, exponent: Any) -> int:
        """Return the node of base^exponent, one factor per term of the exponent."""
        if exponent.is_Integer and base is not sympy.E:  # E**1 is its own node: it would not end
            return self._push("pow", [self.node(base)], int(exponent))
        if base is not sympy.E and exponent.is_Rational:
            return self._root(base, exponent)
        base = base if base is sympy.E else canonical(base)
        factors = []
        for factor, argument in terms_of(exponent):
            if argument is sympy.S.One and base is not sympy.E:
                factors.append(self._power(base, factor))
            else:
                key = self._family(Kind.POWER, base, argument, factor)
                factors.append(self._push("family power", payload=(key, factor)))
        return self._push("mul", factors)

    def _root(self, base: Any, exponent: Any) -> int:
        """Return the node of a root: factors known to be nonnegative get roots of their own."""
        from exactgeom.forms.normal import split_radicand

        nonnegative, rest = split_radicand(base)
        pieces = []
        for factor, times in nonnegative:
            pieces.append(self._root_of(factor, exponent * times))
        if rest != 1:
            pieces.append(self._root_of(rest, exponent))
        return self._push("mul", pieces)

    def _logarithm(self, argument: Any) -> int:
        """Return the node of a logarithm: factors known to be nonnegative get logarithms of their own."""
        from exactgeom.forms.normal import split_radicand

        nonnegative, rest = split_radicand(argument)
        pieces = []
        for factor, times in [*nonnegative, (rest, 1)]:
            if isinstance(factor, sympy.exp):
                made = self.node(factor.args[0])
            elif factor == 1:
                continue
            else:
                made = self._generator(Kind.NUMERIC, sympy.log(factor))
            pieces.append(self._push("mul", [made, self.node(sympy.Integer(times))]))
        return self._push("add", pieces) if pieces else self.node(sympy.S.Zero)

    def _root_of(self, radicand: Any, exponent: Any) -> int:
        if exponent.is_Integer:
            return self._push("pow", [self.node(radicand)], int(exponent))
        if radicand == -1 and exponent.q == 2:
            return self._push("pow", [self.node(sympy.I)], int(exponent.p))
        self.node(radicand)  # its kernels come before the root
        key = self._family(Kind.ROOT, radicand, sympy.S.One, exponent)
        return self._push("family power", payload=(key, exponent))


def exact_rational(value: Any) -> Any:
    """Return the exact binary value of a SymPy float as a SymPy rational."""
    return (
        sympy.Rational(*value._mpf_to_ratio()) if hasattr(value, "_mpf_to_ratio") else sympy.Rational(value)
    )


def terms_of(argument: Any) -> list[tuple[Any, Any]]:
    """Return an expression as a sum of (rational factor, canonical term), in a fixed order."""
    made = argument if argument.is_Symbol else sympy.expand(canonical(argument))
    found = []
    for term in sympy.Add.make_args(made):
        factor, rest = term.as_coeff_Mul(rational=True)
        found.append((factor, rest))
    return sorted(found, key=lambda pair: sympy.default_sort_key(pair[1]))


def canonical(e: Any) -> Any:
    """Return the normal form of an argument (cheap for symbols and numbers)."""
    from exactgeom.forms.normal import normal_form

    return e if e.is_Symbol or e.is_Rational else normal_form(e)


def prime_powers(number: int) -> list[tuple[int, int]]:
    """Return a positive integer as powers of small primes and at most one unfactored rest."""
    return sorted(sympy.factorint(number, limit=_FACTORING_LIMIT).items())


def is_free(e: Any) -> bool:
    """Tell whether a symbol, undefined function or derivative is independent of all others.

    Functions are taken at polynomials in normal form, so that equal points look equal; derivatives at general
    points, where a function and its derivatives may have any values.
    """
    if e.is_Symbol:
        return True
    if isinstance(e, AppliedUndef):
        return all(arg.is_polynomial(*arg.free_symbols) and not arg.has(sympy.Float) for arg in e.args)
    inner = e.expr
    return (
        isinstance(inner, AppliedUndef)
        and all(arg.is_Symbol for arg in inner.args)
        and len(set(inner.args)) == len(inner.args)
        and all(variable in inner.args for variable in e.variables)
    )
