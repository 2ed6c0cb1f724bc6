"""Certificates of partitions and comparisons: documents that the independent checker proves from the model.

Only chains of the layers the checker derives cells from (linear, ReLU, leaky ReLU, |x|, hard tanh, identity)
and arrangements have one, on bounded domains; see docs/CERTIFICATES.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exactgeom.certificates.document import Document, certificate, matrix, number, system, vector
from exactgeom.exact import CertificateError, exact
from exactgeom.models import Abs, Arrangement, HardTanh, Identity, LeakyReLU, Linear, Network, ReLU
from exactgeom.partition.joint import Joint
from exactgeom.polyhedra import Polytope

if TYPE_CHECKING:
    from exactgeom.partition.compare import Comparison
    from exactgeom.partition.partition import Partition

_LAYERS = (Linear, ReLU, LeakyReLU, Abs, HardTanh, Identity)


def model_document(model: Any) -> Document:
    """Return the network whose cells the checker derives; of an arrangement, one with the same signs.

    Errors: CertificateError for any other model.

    >>> model_document(Network([Abs()], input_dim=1))["layers"]
    [{'type': 'abs'}]
    """
    if isinstance(model, Arrangement):
        return _as_network(model)
    if not isinstance(model, Network):
        raise CertificateError(f"expected a Network or an Arrangement, got {type(model).__name__}")
    chain = all(reads == (i - 1,) for i, reads in enumerate(model.inputs))
    odd = [type(layer).__name__ for layer in model.layers if not isinstance(layer, _LAYERS)]
    if odd or not chain or len(model.input_shape) != 1:
        what = odd[0] if odd else "a branch" if not chain else "an input of several axes"
        raise CertificateError(f"a network with {what} has no certificate: the checker knows chains of units")
    return model.to_json()


def _as_network(lines: Arrangement) -> Document:
    """A network of one layer with the same signs: one ReLU per hyperplane."""
    planes = lines.to_json()["hyperplanes"]
    weight = [plane["normal"] for plane in planes]
    bias = [number(-exact(plane["offset"])) for plane in planes]
    layers = [{"type": "linear", "weight": weight, "bias": bias}, {"type": "relu"}] if planes else []
    return {"schema": "exactgeom/network-1", "input_dim": lines.dim, "layers": layers}


def domain_document(domain: Polytope | None) -> Document:
    """Return the halfspaces of a bounded domain. Errors: CertificateError on all of R^d."""
    if domain is None:
        raise CertificateError("there is no certificate on all of R^d: choose a bounded domain")
    rows = domain.inequalities
    return system([a for a, _ in rows], [b for _, b in rows], dim=domain.ambient_dim)


def partition_certificate(partition: Partition) -> Document:
    """Return the `complex` certificate: these are all the cells of the model, and all their measures.

    Contract: exact.  The checker derives every cell from the model.  Errors: CertificateError for a model it
    does not know, a budgeted partition, or an unbounded domain.
    """
    model = model_document(partition.model)
    if any("." in signs for signs in partition.cell_signs):
        raise CertificateError("an unfinished partition has no certificate")
    claim = {
        "model": model,
        "domain": domain_document(partition.domain),
        "vertices": matrix(partition.vertices),
        "cells": [_cell(cell) for cell in partition.cells],
        "f_vector": [int(n) for n in partition.f_vector],
        "euler_characteristic": int(partition.euler_characteristic),
        "total_volume": number(partition.total_volume),
    }
    return certificate("complex", claim, {})


def comparison_certificate(comparison: Comparison) -> Document:
    """Return an `equal-functions` or a `differ-at` certificate, whichever is true.

    Contract: exact.  Errors: CertificateError for models the checker does not know, and for equal ones on
    all of R^d.
    """
    from exactgeom.partition.build import partition

    models = [model_document(comparison.model_a), model_document(comparison.model_b)]
    point, domain = comparison.difference_witness, comparison.domain
    if point is not None:
        where = None if domain is None else domain_document(domain)
        return certificate("differ-at", {"models": models, "domain": where, "point": vector(point)}, {})
    claim = {"models": models, "domain": domain_document(domain)}
    joint = partition(Joint(comparison.model_a, comparison.model_b), domain, budget=comparison.budget)
    split = comparison.model_a.sign_count
    cells = [
        {"signs": [cell.signs[:split], cell.signs[split:]], "vertices": _ids(cell.vertex_ids)}
        for cell in joint.cells
    ]
    return certificate("equal-functions", claim, {"vertices": matrix(joint.vertices), "cells": cells})


def _cell(cell: Any) -> Document:
    row = {"signs": cell.signs, "vertices": _ids(cell.vertex_ids), "volume": number(cell.volume)}
    if cell.affine_map is not None:
        row["affine"] = {"A": matrix(cell.affine_map[0]), "b": vector(cell.affine_map[1])}
    return row


def _ids(numbers: Any) -> list[int]:
    return [int(i) for i in numbers]
