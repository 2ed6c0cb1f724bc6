"""scikit-learn's scalers as exact affine maps per feature: what a pipeline does before its estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, exact_vector

__all__ = ["Scaling", "scaling_of"]

Vector = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Scaling:
    """``factors x + shifts`` per feature, then clipped to the bounds if there are any."""

    factors: Vector
    shifts: Vector
    clip: tuple[Fraction, Fraction] | None
    place: str


def scaling_of(step: Any, place: str) -> list[Scaling]:
    """Return a fitted scaler exactly, nothing for ``"passthrough"``.

    Errors: ``InvalidInput`` for another step or one that is not fitted.

    >>> from types import SimpleNamespace
    >>> class StandardScaler(SimpleNamespace): pass  # what a fitted scaler looks like
    >>> scaler = StandardScaler(mean_=[1.0], scale_=[2.0], with_mean=True, with_std=True)
    >>> scaling_of(scaler, "step")[0].shifts
    (Fraction(-1, 2),)
    """
    if step is None or step == "passthrough":
        return []
    names = {kind.__name__ for kind in type(step).__mro__}
    readers: dict[str, tuple[Callable[..., Scaling], str, str, str]] = {
        "StandardScaler": (_centred, "mean_", "with_mean", "with_std"),
        "RobustScaler": (_centred, "center_", "with_centering", "with_scaling"),
        "MaxAbsScaler": (_centred, "", "", ""),
        "MinMaxScaler": (_min_max, "", "", ""),
    }
    kind = next((name for name in readers if name in names), None)
    if kind is None:
        raise InvalidInput(
            f"expected one of {', '.join(readers)} or 'passthrough', got {type(step).__name__}", place=place
        )
    if not hasattr(step, "scale_"):
        raise InvalidInput(f"the {kind} is not fitted: it has no scale_", place=place)
    read, *attributes = readers[kind]
    return [read(step, place, *attributes)]


def _centred(step: Any, place: str, centre: str, with_centre: str, with_scale: str) -> Scaling:
    """``(x - centre) / scale``; either may be switched off, and is then None or left out."""
    middle = getattr(step, centre, None) if centre and getattr(step, with_centre) else None
    spread = step.scale_ if not with_scale or getattr(step, with_scale) else None
    count = next((len(v) for v in (middle, spread) if v is not None), getattr(step, "n_features_in_", 0))
    scales = (Fraction(1),) * count if spread is None else exact_vector(spread, f"{place}.scale_")
    centres = (Fraction(0),) * count if middle is None else exact_vector(middle, f"{place}.{centre}")
    if 0 in scales:
        raise InvalidInput("division by zero", place=f"{place}.scale_[{scales.index(Fraction(0))}]")
    factors = tuple(1 / q for q in scales)
    shifts = tuple(-c * f for c, f in zip(centres, factors, strict=True))
    return Scaling(factors, shifts, _clip(step, place), place)


def _min_max(step: Any, place: str, *_unused: str) -> Scaling:
    """``x scale_ + min_``."""
    factors, shifts = exact_vector(step.scale_, f"{place}.scale_"), exact_vector(step.min_, f"{place}.min_")
    return Scaling(factors, shifts, _clip(step, place), place)


def _clip(step: Any, place: str) -> tuple[Fraction, Fraction] | None:
    if not getattr(step, "clip", False):
        return None
    low, high = exact_vector(getattr(step, "feature_range", (-1, 1)), f"{place}.feature_range")
    return low, high
