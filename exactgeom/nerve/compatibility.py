"""Compatibility: inner products on the stars agree where stars overlap, and what their assembly then is.

The star of ρ, of degree p − 1, carries the inner product of the cofaces of ρ that comes from ``F_ρ`` alone. A
Riemannian complex needs these to agree on common elements. When they do they assemble to one Gram matrix; but
semidefinite stars do not make a semidefinite whole: that is decided separately.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.nerve import labelled_entries as entry
from exactgeom.nerve.gram import convention_of, gram_matrix
from exactgeom.nerve.inertia import Inertia, inertia
from exactgeom.nerve.labelled import LabelledMatrix

__all__ = ["Compatibility", "Disagreement", "assemble", "check_compatibility", "disagreements", "star_grams"]


@dataclass(frozen=True)
class Disagreement:
    """Two stars that give one entry ⟨first, second⟩ two different values."""

    first: Any
    second: Any
    stars: tuple[Any, Any]
    values: tuple[Any, Any]


@dataclass(frozen=True)
class Compatibility:
    """The report of `check_compatibility`: all exact.

    `stars` is how many there are, `indefinite_stars` those that are not positive semidefinite, `assembled`
    the inertia of the whole Gram matrix.
    """

    degree: int
    convention: str
    stars: int
    compared: int
    disagreements: tuple[Disagreement, ...]
    indefinite_stars: tuple[Any, ...]
    assembled: Inertia

    @property
    def agrees(self) -> bool:
        """Whether every two stars agree on what they share."""
        return not self.disagreements

    @property
    def stars_are_semidefinite(self) -> bool:
        """Whether every star is positive semidefinite."""
        return not self.indefinite_stars

    def __str__(self) -> str:
        overlap = "agree" if self.agrees else f"disagree in {len(self.disagreements)} entries"
        bad = len(self.indefinite_stars)
        stars = "all semidefinite" if not bad else f"{bad} not semidefinite"
        return (
            f"{self.convention}, degree {self.degree}: {self.stars} stars {overlap}"
            f" ({self.compared} shared entries), {stars}; assembled: {self.assembled}"
        )


def star_grams(K: Any, p: int, convention: Any = "diagonal") -> dict[Any, LabelledMatrix]:
    """Per element ρ of degree p − 1 the Gram matrix of its cofaces, from ρ alone. Contract: exact.

    Errors: InvalidInput unless 1 ≤ p ≤ dimension, or for an unknown convention.

    >>> from exactgeom.nerve.cover import nerve_of_cover
    >>> K = nerve_of_cover([[0, 1], [1, 2], [1]])
    >>> star_grams(K, 1, "overlap")[(0,)].entries
    ((Fraction(1, 1), Fraction(1, 1)), (Fraction(1, 1), Fraction(1, 1)))
    """
    if not hasattr(K, "geometry"):
        raise InvalidInput(f"expected a nerve or a dual complex, got {type(K).__name__}", "K")
    if type(p) is not int or not 1 <= p <= K.dimension:
        raise InvalidInput(f"expected a degree from 1 to {K.dimension}, got {p!r}", "p")
    chosen = convention_of(convention, K.geometry.has)
    part, names, below = K.chains.incidence(p), K.labels(p), K.labels(p - 1)
    cofaces: dict[int, list[int]] = {}
    for i, rho in zip(part.element.tolist(), part.facet.tolist(), strict=True):
        cofaces.setdefault(rho, []).append(i)
    by_star: dict[Any, list[Any]] = {}
    for i, j, pair in K.pairs(p):
        by_star.setdefault(pair.common, []).append((i, j, pair))
    norms, stars = K.norms(p), {}
    for rho, members in sorted(cofaces.items()):
        place = {i: k for k, i in enumerate(sorted(members))}
        pairs = [(place[i], place[j], pair) for i, j, pair in by_star.get(below[rho], [])]
        labels = [names[i] for i in place]
        stars[below[rho]] = gram_matrix(labels, [norms[i] for i in place], pairs, chosen)
    return stars


def disagreements(stars: Mapping[Any, LabelledMatrix]) -> tuple[tuple[Disagreement, ...], int]:
    """(the entries that two stars give differently, how many shared entries were compared).

    Any family of symmetric matrices with labels will do: this is how a user-defined one is checked. An entry
    is shared when both its labels are in both stars.

    >>> a = LabelledMatrix("xy", "xy", [[1, 2], [2, 1]])
    >>> b = LabelledMatrix("xz", "xz", [[3, 0], [0, 1]])
    >>> disagreements({0: a, 1: b})[0][0].values
    (Fraction(1, 1), Fraction(3, 1))
    """
    seen: dict[Any, list[tuple[Any, dict[Any, int]]]] = {}
    places = {name: {label: i for i, label in enumerate(star.rows)} for name, star in stars.items()}
    found, compared = [], 0
    for name, star in stars.items():
        mine = places[name]
        earlier: dict[Any, list[Any]] = {}
        for label in star.rows:
            for other, _ in seen.get(label, ()):
                earlier.setdefault(other, []).append(label)
        for other, shared in earlier.items():
            theirs = places[other]
            for k, a in enumerate(shared):
                for b in shared[k:]:
                    compared += 1
                    left = stars[other].lines[theirs[a]].get(theirs[b], entry.ZERO)
                    right = star.lines[mine[a]].get(mine[b], entry.ZERO)
                    if left != right:
                        values = entry.leave(left), entry.leave(right)
                        found.append(Disagreement(a, b, (other, name), values))
        for label in star.rows:
            seen.setdefault(label, []).append((name, mine))
    return tuple(found), compared


def assemble(stars: Mapping[Any, LabelledMatrix], labels: Any = None) -> LabelledMatrix:
    """The one Gram matrix whose restrictions are the stars; 0 where no star holds both labels.

    Errors: InvalidInput naming the first entry on which two stars disagree.
    """
    if not isinstance(stars, Mapping):
        raise InvalidInput(f"expected a mapping to matrices, got {type(stars).__name__}", "stars")
    wrong, _ = disagreements(stars)
    if wrong:
        a, b = wrong[0].stars
        raise InvalidInput(
            f"the stars of {a!r} and {b!r} disagree on {wrong[0].first!r}, {wrong[0].second!r}", "stars"
        )
    names = tuple(dict.fromkeys(label for star in stars.values() for label in star.rows))
    names = tuple(labels) if labels is not None else names
    place = {label: i for i, label in enumerate(names)}
    entries = {
        (place[star.rows[i]], place[star.columns[j]]): value
        for star in stars.values()
        for (i, j), value in star.items()
    }
    return LabelledMatrix(names, names, entries)


def check_compatibility(K: Any, p: int, convention: Any = "diagonal") -> Compatibility:
    """Compute the inner product of degree p star by star, compare overlaps, and decide definiteness.

    Contract: exact. Errors: as for `star_grams`; UndecidedError.

    >>> from exactgeom.nerve.cover import nerve_of_cover
    >>> four = nerve_of_cover([[0], [0], [0], [0]])
    >>> report = check_compatibility(four, 1, "overlap")
    >>> report.agrees, report.stars_are_semidefinite, report.assembled.signature
    (True, True, (4, 2, 0))
    """
    stars = star_grams(K, p, convention)
    wrong, compared = disagreements(stars)
    bad = tuple(name for name, star in stars.items() if not inertia(star).is_positive_semidefinite)
    name = convention_of(convention, K.geometry.has).name
    return Compatibility(p, name, len(stars), compared, wrong, bad, K.inertia(p, convention))
