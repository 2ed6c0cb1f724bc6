"""Labelled sites as a classifier: one score per label, the largest value of its sites.

The scores are what a comparison with another classifier needs, whose arg-max is a label and not a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.exact.documents import array, fields
from exactgeom.models.labels import Label, label_tuple
from exactgeom.models.lowered_model import LoweredModel
from exactgeom.models.program import Largest, Program
from exactgeom.models.sites import Sites

__all__ = ["SCHEMA", "SiteClassifier"]

SCHEMA = "exactgeom/site-classifier-1"


class SiteClassifier(LoweredModel):
    """Immutable classifier: the class of a point is the label of its nearest site (of largest value).

    Exact. The outputs are the scores ``max over sites of the label of (2 p . x - |p|^2 + w)``, one per entry
    of `classes` (default: the labels in order of first appearance); ties go to the smallest index of
    `classes`, while `Sites` gives them to the smallest site. Every label must occur in `classes`, every class
    as a label. Cells are finer than those of `Sites`: each is owned by one site of every label.
    Signs: class by class one per site of that label, then one per class; ``0`` where the maximum is attained.
    Raises ``InvalidInput`` naming the place.

    >>> sites = Sites([[0], [4], [6]], labels=["a", "b", "a"])
    >>> model = SiteClassifier(sites)
    >>> model.predict([3]), model.predict([7]), model.signs([4])
    ('b', 'a', '-00-0')
    """

    sites: Sites
    classes: tuple[Label, ...]

    _fields = ("sites", "classes")
    _schema = SCHEMA

    def __init__(self, sites: Sites, classes: Iterable[Any] | None = None) -> None:
        if not isinstance(sites, Sites):
            raise InvalidInput(f"expected Sites, got {type(sites).__name__}", place="sites")
        if sites.labels is None:
            raise InvalidInput("the sites have no labels", place="sites.labels")
        found = list(dict.fromkeys(sites.labels))
        wanted = found if classes is None else list(classes)
        names = label_tuple(wanted, len(found), "classes")
        if set(names) != set(found):
            raise InvalidInput("expected every label of the sites once", place="classes")
        self._freeze(sites=sites, classes=names)

    @cached_property
    def program(self) -> Program:
        """The values of all sites, the largest per class (the outputs), the largest of these."""
        labels = self.sites.labels or ()
        groups = tuple(tuple(i for i, label in enumerate(labels) if label == c) for c in self.classes)
        everyone = Largest(2, (tuple(range(len(groups))),))
        return Program(
            self.sites.input_dim, (self.sites.program.operations[0], Largest(1, groups), everyone), 2
        )

    def class_index(self, x: Iterable[Any]) -> int:
        """Return the index of the class of a point; the smallest such index on a tie."""
        scores = self(x)
        return scores.index(max(scores))

    def predict(self, x: Iterable[Any]) -> Label:
        """Return the class of a point."""
        return self.classes[self.class_index(x)]

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string.

        >>> SiteClassifier(Sites([[0], [4], [6]], labels="a b a".split())).unit_names()
        ("site 0 of 'a'", "site 2 of 'a'", "site 1 of 'b'", "class 'a'", "class 'b'")
        """
        labels = self.sites.labels or ()
        own = [f"site {i} of {c!r}" for c in self.classes for i, label in enumerate(labels) if label == c]
        return (*own, *(f"class {c!r}" for c in self.classes))

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/site-classifier-1`` document: the sites' own, and the classes.

        >>> SiteClassifier(Sites([[0]], labels=["a"])).to_json()["classes"]
        ['a']
        """
        return {"schema": SCHEMA, "sites": self.sites.to_json(), "classes": list(self.classes)}

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> SiteClassifier:
        fields(document, "", required=("schema", "sites"), optional=("classes",))
        classes = array(document["classes"], "classes") if "classes" in document else None
        try:
            sites = Sites.from_json(document["sites"] if isinstance(document["sites"], dict) else {})
        except InvalidInput as error:
            raise InvalidInput(error.message, place=f"sites.{error.place}") from error
        return cls(sites, classes)

    def __repr__(self) -> str:
        return f"SiteClassifier({self.sites!r}, classes={list(self.classes)!r})"
