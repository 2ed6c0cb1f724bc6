"""What forms need to know of a polyhedral complex: a protocol, so that the two folders stay apart.

`exactgeom.polyhedra.PolyhedralComplex` fulfils it, and any other complex that does can be integrated over.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol


class Space(Protocol):
    """A polyhedral complex: faces of each dimension numbered from 0, with exact vertices."""

    dim: int
    ambient_dim: int

    @property
    def coordinates(self) -> Sequence[Sequence[Any]]:
        """Homogeneous integer rows `[t, x_1..x_n]` of the vertices."""

    def is_face_bounded(self, k: int, face: int) -> bool:
        """Tell whether a face is bounded."""

    def count(self, k: int) -> int:
        """Return the number of k-faces."""

    def boundary(self, k: int) -> Any:
        """Return the facets of every k-face: `boundary(k)[face]` is an integer array."""

    def coboundary(self, k: int) -> Any:
        """Return the (k+1)-faces over every k-face."""

    def closure(self, k: int) -> Any:
        """Return the vertices of every k-face."""

    def point(self, vertex: int) -> tuple[Fraction, ...]:
        """Return the coordinates of a vertex."""
