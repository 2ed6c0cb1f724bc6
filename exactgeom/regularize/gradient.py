"""`value_and_grad`: the exact value and gradient of a regulariser by a model's parameters.

The reverse pass: measures -> moments on walls -> affine operations -> parameters.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from exactgeom.exact import InvalidInput, Surd
from exactgeom.models.tree import DecisionTree
from exactgeom.partition.boxes_partition import BoxPartition
from exactgeom.partition.build import partition as partition_of
from exactgeom.partition.partition import Partition
from exactgeom.polyhedra import Polytope
from exactgeom.regularize.backward import program_gradient
from exactgeom.regularize.faces import FaceWalls, add_cosine_moments, add_face_moments
from exactgeom.regularize.moments import Moments, PieceTable
from exactgeom.regularize.parameters import check_parameters, model_gradient
from exactgeom.regularize.regularizer import Differential, Regularizer
from exactgeom.regularize.smooth import Smooth, check_smooth
from exactgeom.regularize.trees import check_smooth_boxes, threshold_gradient
from exactgeom.regularize.volumes import add_volume_moments

__all__ = ["grad", "value_and_grad"]


def value_and_grad(
    regularizer: Regularizer, model: Any, domain: Polytope | None = None, *, cells: Any = None
) -> tuple[Any, Any]:
    """The exact value of a regulariser on a model's partition of a domain, and its exact gradient.

    Contract: exact; Fractions for rational regularisers, else Surds.  The gradient mirrors the parameters:
    a network gets ``[(dW, db), ...]``, one pair per linear, convolution or scale layer; an arrangement
    ``[(d normal, d offset), ...]``; sites ``(d points, d weights)``; a linear classifier ``(dW, db)``; a tree
    on a box the derivatives by the thresholds of its `splits`, an ensemble one such list per tree.
    `model` may be a `Partition` (then without `domain`); `cells` restricts the sum to these cells (numbers
    or handles of a partition given, or `DataPartition`: those that hold data).
    Errors: NonSmoothError where the combinatorial type may change, naming the units ("not certified");
    InvalidInput without a bounded domain or for a model whose parameters are not offered.
    Source: MATHEMATICS, "Regularisers and their exact derivatives".

    >>> import exactgeom as eg
    >>> from exactgeom.regularize import VolumeDispersion, value_and_grad
    >>> net = eg.Network([eg.Linear([[2]], [1]), eg.ReLU()])
    >>> value_and_grad(VolumeDispersion(), net, eg.box(-1, 1, dim=1))  # lengths (1 -+ b/w)
    (Fraction(5, 8), [([[Fraction(-1, 8)]], [Fraction(1, 4)])])
    """
    made = partitioned(regularizer, model, domain)
    if isinstance(made, BoxPartition):
        return _on_boxes(regularizer, made, cells)
    check_parameters(made.model)
    smooth = check_smooth(made)
    differential = regularizer.differential(made, cells)
    pieces = PieceTable(smooth.program)
    moments = collect_moments(made, smooth, pieces, differential)
    found = program_gradient(pieces, moments, rational=regularizer.is_rational)
    zero = Fraction(0) if regularizer.is_rational else Surd(0)
    gradient = model_gradient(made.model, smooth.program, found, zero)
    return regularizer.value(made, cells), gradient


def grad(regularizer: Regularizer, model: Any, domain: Polytope | None = None, *, cells: Any = None) -> Any:
    """The exact gradient alone (see `value_and_grad`)."""
    return value_and_grad(regularizer, model, domain, cells=cells)[1]


def partitioned(regularizer: Any, model: Any, domain: Polytope | None) -> Any:
    """The partition meant, after the arguments have been checked."""
    if not isinstance(regularizer, Regularizer):
        raise InvalidInput(f"expected a regulariser, got {type(regularizer).__name__}", place="regularizer")
    if isinstance(model, Partition | BoxPartition):
        if domain is not None:
            raise InvalidInput("a partition brings its own domain", place="domain")
        return model
    if domain is None:
        raise InvalidInput("expected a bounded domain, got none", place="domain")
    return partition_of(model, domain)


def _on_boxes(regularizer: Regularizer, partition: BoxPartition, cells: Any) -> tuple[Any, Any]:
    """Trees and ensembles: derivatives by the thresholds."""
    check_smooth_boxes(partition, adjacency=regularizer.uses_adjacency)
    differential = regularizer.differential(partition, cells)
    found = threshold_gradient(partition, differential, rational=regularizer.is_rational)
    one = isinstance(partition.model, DecisionTree)
    return regularizer.value(partition, cells), found[0] if one else found


def collect_moments(
    partition: Any, smooth: Smooth, pieces: PieceTable, differential: Differential
) -> Moments:
    """The moments on the walls of a differential."""
    moments = Moments()
    top = partition.dimension
    if top in differential.volumes:
        add_volume_moments(moments, partition, smooth, pieces, differential.volumes[top])
    lower = {k: own for k, own in differential.volumes.items() if 0 < k < top}
    if lower or differential.cosines:
        walls = FaceWalls(partition, smooth, pieces)
        for k, own in lower.items():
            add_face_moments(moments, walls, k, own)
        add_cosine_moments(moments, walls, differential.cosines)
    return moments
