"""Files that a command reads: models of every schema, and polytopes as subjects and as domains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.models import Arrangement, Network, load
from exactgeom.partition import Budget, Partition, partition
from exactgeom.polyhedra import Polytope

__all__ = ["Subject", "cut_subject", "load_domain", "load_subject"]

Subject = Network | Arrangement | Polytope


def load_subject(path: str) -> Subject:
    """Read a network, an arrangement or a polytope, by the file's ``"schema"``.

    Errors: `InvalidInput` with one line naming the file, the place in it and what was expected there;
    `UnboundedError` for an unbounded polytope.
    """
    subject: Subject = load(path)
    return subject


def cut_subject(
    subject: Subject,
    domain: Polytope | None = None,
    *,
    budget: Budget | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Any:
    """Return the partition of a domain by a model; a polytope is its own domain and one cell, flat or not."""
    if isinstance(subject, Polytope):
        return Partition(subject.complex, model=subject, domain=subject, cell_signs=[""])
    return partition(subject, domain, budget=budget, progress=progress)


def load_domain(path: str, dim: int) -> Polytope:
    """Read a domain: a full-dimensional bounded polytope in as many dimensions as the model has inputs."""
    domain = Polytope.from_json(path)
    if domain.ambient_dim != dim:
        problem = f"the model has {dim} inputs, this domain {domain.ambient_dim} dimensions"
        raise InvalidInput(problem, f"{path}: dim")
    if not domain.is_full_dimensional:
        raise InvalidInput(f"the domain is flat: expected dimension {dim}, got {domain.dim}", path)
    return domain
