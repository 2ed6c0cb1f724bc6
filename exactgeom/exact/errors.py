"""The errors of the house: few, by cause, each with what a caller needs to act on it.

All of them descend from `ExactGeomError` and pickle with their attributes.
"""

from __future__ import annotations


class ExactGeomError(Exception):
    """Anything this library refuses to do or cannot certify."""


class InvalidInput(ExactGeomError, ValueError):
    """Input that is not what the contract asks for, with the place where it was found.

    >>> str(InvalidInput("expected a number, got None", place="layers[0].bias[2]"))
    'layers[0].bias[2]: expected a number, got None'
    """

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(message, place)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"


class UndecidedError(ExactGeomError):
    """A comparison that the available accuracy or the degree bound does not decide."""


class NonSmoothError(ExactGeomError):
    """A derivative was asked where the combinatorial type may change; `units` names the walls."""

    def __init__(self, message: str, units: tuple[object, ...] = ()) -> None:
        super().__init__(message, units)
        self.message = message
        self.units = tuple(units)

    def __str__(self) -> str:
        return self.message


class BudgetExceeded(ExactGeomError):
    """A computation went past its budget; `partial` holds what is finished."""

    def __init__(self, message: str, partial: object = None) -> None:
        super().__init__(message, partial)
        self.message = message
        self.partial = partial

    def __str__(self) -> str:
        return self.message


class UnboundedError(ExactGeomError):
    """A finite measure was asked of an unbounded face."""


class CertificateError(ExactGeomError):
    """A certificate that the checker rejects, or that could not be produced."""


class UndefinedAngle(ExactGeomError, ValueError):
    """An angle with a zero vector, or with a 1-form outside the row space of a singular metric."""
