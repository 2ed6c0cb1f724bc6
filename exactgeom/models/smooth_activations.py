"""Smooth activations: their values and derivatives in exact numbers or balls, and as SymPy expressions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from flint import arb

from exactgeom.exact import InvalidInput, exact_vector, to_fmpq
from exactgeom.exact.values import Frozen
from exactgeom.models.layers_base import shown

Vector = tuple[Fraction, ...]

__all__ = ["ACTIVATIONS", "Activation", "Polynomial", "Sigmoid", "Sin", "Softplus", "Tanh", "as_activation"]


class Activation(ABC, Frozen):
    """A smooth function R -> R applied to every value of a layer (immutable)."""

    is_polynomial = False

    @abstractmethod
    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return value, first and second derivative: balls for a ball, at the working precision."""

    @abstractmethod
    def expression(self, z: Any) -> Any:
        """Return the function of a SymPy expression."""

    def exponential(self, z: Any) -> Any:
        """Return the function in the form that normal forms like best: by exponentials if it has one."""
        return self.expression(z)

    def _arguments(self) -> tuple[Any, ...]:
        return ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activation):
            return NotImplemented
        return type(self) is type(other) and self._arguments() == other._arguments()

    def __hash__(self) -> int:
        return hash((type(self), self._arguments()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._arguments()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(shown, self._arguments()))})"


class Tanh(Activation):
    """The hyperbolic tangent.

    >>> Tanh().jet(arb(0))
    (0, 1.00000000000000, 0)
    """

    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return ``t, 1 − t², −2t(1 − t²)``; the slope as ``sech²``, which does not cancel."""
        value, slope = z.tanh(), z.sech() ** 2
        return value, slope, -2 * value * slope

    def expression(self, z: Any) -> Any:
        """Return ``tanh(z)``."""
        import sympy

        return sympy.tanh(z)

    def exponential(self, z: Any) -> Any:
        """Return ``1 − 2/(exp(2z) + 1)``."""
        import sympy

        return 1 - 2 / (sympy.exp(2 * z) + 1)


class Sigmoid(Activation):
    """The logistic function ``1/(1 + e^−z)``."""

    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return ``s, s s̄, s s̄ (s̄ − s)`` with ``s̄ = sigmoid(−z) = 1 − s``."""
        value, rest = _sigmoid(z), _sigmoid(-z)
        return value, value * rest, value * rest * (rest - value)

    def expression(self, z: Any) -> Any:
        """Return ``1/(1 + exp(−z))``."""
        import sympy

        return 1 / (1 + sympy.exp(-z))


class Softplus(Activation):
    """The smooth ReLU ``log(1 + e^z)``."""

    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return ``log(1 + e^z), s, s s̄`` with the logistic function s."""
        value = z + (-z).exp().log1p() if z > 0 else z.exp().log1p()
        slope = _sigmoid(z)
        return value, slope, slope * _sigmoid(-z)

    def expression(self, z: Any) -> Any:
        """Return ``log(1 + exp(z))``."""
        import sympy

        return sympy.log(1 + sympy.exp(z))


class Sin(Activation):
    """The sine."""

    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return ``sin z, cos z, −sin z``."""
        value, slope = z.sin_cos()
        return value, slope, -value

    def expression(self, z: Any) -> Any:
        """Return ``sin(z)``."""
        import sympy

        return sympy.sin(z)


class Polynomial(Activation):
    """The polynomial ``c_0 + c_1 z + c_2 z² + ...``; networks of these alone are evaluated exactly.

    Errors: ``InvalidInput`` for no coefficients, or one that is no number.

    >>> Polynomial([0, 0, "1/2"])
    Polynomial([0, 0, '1/2'])
    """

    is_polynomial = True
    coefficients: Vector

    def __init__(self, coefficients: Iterable[Any]) -> None:
        values = exact_vector(coefficients, "coefficients")
        if not values:
            raise InvalidInput("expected at least one coefficient", "coefficients")
        self.__dict__["coefficients"] = values

    def _arguments(self) -> tuple[Any, ...]:
        return (self.coefficients,)

    def jet(self, z: Any) -> tuple[Any, Any, Any]:
        """Return value and derivatives by Horner's scheme: exact for exact z."""
        value = slope = bend = z * 0
        for c in reversed(self.coefficients):
            bend, slope, value = bend * z + slope, slope * z + value, value * z + to_fmpq(c)
        return value, slope, 2 * bend

    def expression(self, z: Any) -> Any:
        """Return the polynomial of an expression."""
        import sympy

        terms = (sympy.Rational(*c.as_integer_ratio()) * z**i for i, c in enumerate(self.coefficients))
        return sympy.Add(*terms)


def _sigmoid(z: arb) -> arb:
    return 1 / (1 + (-z).exp())


ACTIVATIONS: dict[str, type[Activation]] = {
    "tanh": Tanh,
    "sigmoid": Sigmoid,
    "softplus": Softplus,
    "sin": Sin,
}
"""Activations by the names that `SmoothNetwork` also takes."""


def as_activation(given: Any, place: str) -> Activation:
    """Return an activation from itself, its name, or the coefficients of a polynomial."""
    if isinstance(given, Activation):
        return given
    if isinstance(given, str) and given in ACTIVATIONS:
        found: Activation = ACTIVATIONS[given]()
        return found
    if isinstance(given, list | tuple):
        return Polynomial(exact_vector(given, place))
    names = ", ".join(ACTIVATIONS)
    raise InvalidInput(
        f"expected Linear, a list of coefficients, or one of {names}, got {given!r:.60}", place
    )
