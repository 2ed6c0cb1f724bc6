"""The `volume` certificate of a polytope: its halfspaces, its vertices, and its volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactgeom.certificates.document import Document, certificate, matrix, number, system
from exactgeom.exact import CertificateError

if TYPE_CHECKING:
    from exactgeom.polyhedra.polytope import Polytope


def volume_certificate(polytope: Polytope) -> Document:
    """Return the certificate; errors: CertificateError for a flat polytope."""
    if not polytope.is_full_dimensional:
        raise CertificateError(f"a polytope of dimension {polytope.dim} in R^{polytope.ambient_dim} is flat")
    rows = polytope.inequalities
    claim = {"system": system([a for a, _ in rows], [b for _, b in rows]), "volume": number(polytope.volume)}
    return certificate("volume", claim, {"vertices": matrix(polytope.vertices)})
