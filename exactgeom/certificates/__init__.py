"""Certificates: documents that an independent checker accepts or rejects by exact arithmetic."""

from exactgeom.certificates.document import certificate, write_certificate
from exactgeom.certificates.verify import verify

__all__ = ["certificate", "verify", "write_certificate"]
